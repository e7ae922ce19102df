/* What each fuzz target is built with: libFuzzer's entry, and without libFuzzer a main that replays
 * files and some random changes of them (MLC_MUTATIONS in the environment, default 300 a file), so
 * that a corpus is an ordinary test. Each input must be done within a second.
 *
 *     fuzz_NAME FILE-OR-FOLDER ...
 *
 * A target that knows how its inputs are built defines FUZZ_HAS_MUTATOR before including this and
 * writes LLVMFuzzerCustomMutator(). */
#ifndef MLCI_FUZZ_MAIN_H
#define MLCI_FUZZ_MAIN_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#ifndef MLCI_LIBFUZZER
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FUZZ_SECONDS 20
#else
#define FUZZ_SECONDS 1
#endif

enum { FUZZ_ROOM = 1 << 20 };

static uint64_t fuzz_random;
/* What is being tried, for the report of a crash. */
static const char *fuzz_path;
static long fuzz_change_number;
static const uint8_t *fuzz_input;
static size_t fuzz_input_size;

/* Bytes changed, inserted, removed or repeated. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t room)
{
    for (size_t changes = 1 + mutate_below(&fuzz_random, 4); changes > 0; changes--) {
        const size_t at = mutate_below(&fuzz_random, n + 1), left = n - at;
        const size_t piece = left > 0 ? 1 + mutate_below(&fuzz_random, left < 40 ? left : 40) : 0;
        switch (mutate_below(&fuzz_random, 5)) {
        case 0:
            if (left > 0) data[at] ^= (uint8_t)(1u << mutate_below(&fuzz_random, 8));
            break;
        case 1:
            if (left > 0) data[at] = (uint8_t)mutate_next(&fuzz_random);
            break;
        case 2:
            memmove(data + at, data + at + piece, left - piece);
            n -= piece;
            break;
        case 3:
            if (n == room) break;
            memmove(data + at + 1, data + at, left);
            data[at] = (uint8_t)mutate_next(&fuzz_random);
            n++;
            break;
        default:
            if (n + piece > room) break;
            memmove(data + at + piece, data + at, left);
            n += piece;
        }
    }
    return n;
}

/* Says which input it was, and keeps it where MLC_FUZZ_KEEP says. */
static void fuzz_crashed(int number)
{
    char text[512];
    const int n = snprintf(text, sizeof text, "signal %d at %s, change %ld\n", number, fuzz_path,
                           fuzz_change_number);
    if (write(2, text, (size_t)n) < 0) _exit(3);
    const char *keep = getenv("MLC_FUZZ_KEEP");
    FILE *f = keep != NULL ? fopen(keep, "wb") : NULL;
    if (f != NULL) {
        fwrite(fuzz_input, 1, fuzz_input_size, f);
        fclose(f);
    }
    _exit(2);
}

/* An exact block, so that a sanitizer sees each byte read behind its end. */
static void fuzz_one(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    memcpy(exact, data, n);
    fuzz_input = exact;
    fuzz_input_size = n;
    const clock_t start = clock();
    LLVMFuzzerTestOneInput(exact, n);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    if (seconds > FUZZ_SECONDS) {
        fprintf(stderr, "%g seconds\n", seconds);
        abort();
    }
    free(exact);
}

static int fuzz_file(const char *path, long n_changes)
{
    static uint8_t original[FUZZ_ROOM], changed[FUZZ_ROOM + 4096];
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    const size_t n = fread(original, 1, FUZZ_ROOM, f);
    fclose(f);
    fuzz_path = path;
    fuzz_change_number = 0;
    fuzz_one(original, n);
    fuzz_random = n;
    for (long k = 1; k <= n_changes; k++) {
        fuzz_change_number = k;
        memcpy(changed, original, n);
#ifdef FUZZ_HAS_MUTATOR
        const unsigned int seed = (unsigned int)mutate_next(&fuzz_random);
        fuzz_one(changed, LLVMFuzzerCustomMutator(changed, n, n + 4096, seed));
#else
        fuzz_one(changed, LLVMFuzzerMutate(changed, n, n + 4096));
#endif
    }
    return 0;
}

static int fuzz_is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int fuzz_path_each(const char *path, long n_changes)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) return fuzz_file(path, n_changes);
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, fuzz_is_file, alphasort);
    int failed = n < 1;
    for (int i = 0; i < n; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        failed |= fuzz_file(file, n_changes);
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    const char *text = getenv("MLC_MUTATIONS");
    const long n = text != NULL ? atol(text) : 300;
    signal(SIGABRT, fuzz_crashed);
#if FUZZ_SECONDS == 1 /* a sanitizer has its own report */
    signal(SIGSEGV, fuzz_crashed);
#endif
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= fuzz_path_each(argv[i], n);
    return failed;
}
#endif
#endif
