/* Gzip files and the CSV in them. The mutator changes the text under a stream that fits, or the
 * stream itself. */
#define FUZZ_HAS_MUTATOR
#include <zlib.h>

#include "fuzz_host.h"
#include "fuzz_main.h"
#include "gzip.h"
#include "mutate.h"

/* Deflate packs 1,032 to one at most; the inflated block grows by halves, and a table is made. */
#define PER_BYTE INT64_C(3000)

static void inflate_all(const uint8_t *data, size_t size)
{
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    mlc_context local, *call = NULL;
    char *out = NULL;
    int64_t n = 0;
    mlc_error err;
    FUZZ_CHECK(mlci_call_begin(ctx, &local, MLCI_FIT, &call, &err) == MLC_OK);
    const mlc_status status = mlci_gunzip(call, "gzip", data, (int64_t)size, &out, &n, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) {
        FUZZ_CHECK(out[n] == '\0');
        mlci_free(out);
    }
    mlci_call_end(call);
    fuzz_bound(&host, FUZZ_BASE, size, PER_BYTE);
    fuzz_close(&host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (mlci_is_gzip(data, (int64_t)size)) inflate_all(data, size);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    mlc_dataset *rows = NULL;
    mlc_error err;
    fuzz_status(mlc_dataset_parse_csv(ctx, data, (int64_t)size, "text=text", &rows, &err), &err);
    mlc_dataset_free(rows);
    fuzz_close(&host);
    return 0;
}

/* The text of a gzip file, up to room; malloc. */
static uint8_t *unpack(const uint8_t *data, size_t size, size_t room, size_t *n)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
    uint8_t *text = malloc(room + 1);
    *n = 0;
    if (inflateInit2(&z, 15 + 16) != Z_OK) return text;
    z.next_out = text;
    z.avail_out = (uInt)room;
    inflate(&z, Z_FINISH);
    *n = room - z.avail_out;
    inflateEnd(&z);
    return text;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    enum { ROOM = 1 << 16 };
    uint64_t state = seed;
    if (mutate_below(&state, 3) == 0) return LLVMFuzzerMutate(data, size, max_size);
    size_t n = 0;
    uint8_t *text = unpack(data, size, ROOM, &n);
    n = LLVMFuzzerMutate(text, n, ROOM);
    z_stream z = {.next_in = text, .avail_in = (uInt)n};
    const int level = (int)mutate_below(&state, 10);
    const int strategy = (int)mutate_below(&state, 5);
    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, strategy) == Z_OK) {
        z.next_out = data;
        z.avail_out = (uInt)max_size;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END) size = max_size - z.avail_out;
        deflateEnd(&z);
    }
    free(text);
    return size;
}
