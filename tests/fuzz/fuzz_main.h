/* What each fuzz target is built with: libFuzzer's entry, and without libFuzzer a main that replays
 * files and some thousand random changes of them (MLC_MUTATIONS in the environment, default 300),
 * so that a corpus is an ordinary test.
 *
 *     fuzz_NAME FILE ...
 */
#ifndef MLCI_FUZZ_MAIN_H
#define MLCI_FUZZ_MAIN_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifndef MLCI_LIBFUZZER
#include <stdio.h>

#include "mutate.h"

/* Bytes changed, inserted, removed or repeated. */
static size_t fuzz_change(uint64_t *state, uint8_t *data, size_t n, size_t room)
{
    for (size_t changes = 1 + mutate_below(state, 4); changes > 0; changes--) {
        const size_t at = mutate_below(state, n + 1), left = n - at;
        const size_t piece = left > 0 ? 1 + mutate_below(state, left < 40 ? left : 40) : 0;
        switch (mutate_below(state, 4)) {
        case 0:
            if (left > 0) data[at] ^= (uint8_t)(1u << mutate_below(state, 8));
            break;
        case 1:
            if (left > 0) data[at] = (uint8_t)mutate_next(state);
            break;
        case 2:
            memmove(data + at, data + at + piece, left - piece);
            n -= piece;
            break;
        default:
            if (n + piece > room) break;
            memmove(data + at + piece, data + at, left);
            n += piece;
        }
    }
    return n;
}

/* An exact block, so that a sanitizer sees each byte read behind its end. */
static void fuzz_one(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    memcpy(exact, data, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static int fuzz_file(const char *path, long n_changes)
{
    enum { ROOM = 1 << 20 };
    static uint8_t original[ROOM], changed[ROOM + 4096];
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    const size_t n = fread(original, 1, ROOM, f);
    fclose(f);
    fuzz_one(original, n);
    uint64_t state = n;
    for (long k = 0; k < n_changes; k++) {
        memcpy(changed, original, n);
        fuzz_one(changed, fuzz_change(&state, changed, n, sizeof changed));
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *text = getenv("MLC_MUTATIONS");
    const long n = text != NULL && atol(text) > 0 ? atol(text) : 300;
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= fuzz_file(argv[i], n);
    return failed;
}
#endif
#endif
