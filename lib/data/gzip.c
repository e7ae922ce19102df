/* Gzip files by zlib, with its memory counted like ours. The output grows by halves, so that a
 * file that inflates to far more than it should meets the memory limit after at most half of
 * that too much, and never the end of the machine's memory at once. */
#include "gzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "error.h"

#define STEP ((int64_t)1 << 20) /* bytes given to zlib at once, between polls */

int mlci_is_gzip(const void *bytes, int64_t n)
{
    const unsigned char *const b = bytes;
    return n >= 2 && b[0] == 0x1f && b[1] == 0x8b;
}

static void *zlib_allocate(void *root, unsigned count, unsigned size)
{
    return mlci_alloc_raw(root, count, size);
}

static void zlib_free(void *root, void *block)
{
    (void)root;
    mlci_free(block);
}

typedef struct inflater {
    mlc_context *call;
    const char *name;
    z_stream stream;
    const unsigned char *bytes;
    int64_t n, at; /* bytes taken */
    char *out;
    int64_t n_out, capacity;
} inflater;

static mlc_status fail_format(const inflater *f, mlc_error *err, const char *what)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, NULL, "%s: the gzip data is %s at byte %lld of %lld",
                     f->name, what, (long long)f->at, (long long)f->n);
}

/* Room for more output, with one byte to spare for the NUL. */
static mlc_status make_room(inflater *f, mlc_error *err)
{
    if (f->capacity - f->n_out > 1) return MLC_OK;
    const int64_t grown = f->capacity + f->capacity / 2 + 1;
    char *const out = mlci_realloc(f->call->root, f->out, grown, 1);
    if (out == NULL) return mlci_fail_memory(err, grown, 1);
    f->out = out;
    f->capacity = grown;
    return MLC_OK;
}

/* Inflates some more; *ended at the end of a member. */
static mlc_status step(inflater *f, int *ended, mlc_error *err)
{
    MLCI_TRY(make_room(f, err));
    const int64_t left = f->n - f->at;
    const int64_t room = f->capacity - f->n_out - 1;
    const uInt n_in = (uInt)(left < STEP ? left : STEP);
    const uInt n_room = (uInt)(room < STEP ? room : STEP);
    f->stream.next_in = (Bytef *)(uintptr_t)(f->bytes + f->at);
    f->stream.avail_in = n_in;
    f->stream.next_out = (Bytef *)f->out + f->n_out;
    f->stream.avail_out = n_room;
    const int result = inflate(&f->stream, Z_NO_FLUSH);
    f->at += n_in - f->stream.avail_in;
    f->n_out += n_room - f->stream.avail_out;
    *ended = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STEP);
    if (result == Z_BUF_ERROR || (result == Z_OK && n_in == 0 && f->stream.avail_out != 0)) {
        return fail_format(f, err, "cut off");
    }
    if (result != Z_OK && result != Z_STREAM_END) return fail_format(f, err, "damaged");
    return mlci_poll(f->call, err);
}

/* Members one after the other; zeros may fill up the end. */
static mlc_status inflate_members(inflater *f, mlc_error *err)
{
    for (;;) {
        for (int ended = 0; !ended;)
            MLCI_TRY(step(f, &ended, err));
        if (mlci_is_gzip(f->bytes + f->at, f->n - f->at)) {
            if (inflateReset(&f->stream) != Z_OK) return fail_format(f, err, "damaged");
            continue;
        }
        while (f->at < f->n && f->bytes[f->at] == 0)
            f->at++;
        return f->at == f->n ? MLC_OK : fail_format(f, err, "followed by something else");
    }
}

mlc_status mlci_gunzip(mlc_context *call, const char *name, const void *bytes, int64_t n,
                       char **out, int64_t *n_out, mlc_error *err)
{
    inflater f = {.call = call, .name = name, .bytes = bytes, .n = n};
    f.stream.zalloc = zlib_allocate;
    f.stream.zfree = zlib_free;
    f.stream.opaque = call->root;
    const int result = inflateInit2(&f.stream, 15 + 16);
    if (result == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STEP);
    if (result != Z_OK) return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not start");
    /* A first guess; text packs to a fifth or so. */
    f.capacity = n < STEP ? 4 * n + 64 : 4 * STEP + 3 * (n - STEP);
    f.out = mlci_alloc_raw(call->root, f.capacity, 1);
    mlc_status status =
        f.out == NULL ? mlci_fail_memory(err, f.capacity, 1) : inflate_members(&f, err);
    inflateEnd(&f.stream);
    if (status != MLC_OK) {
        mlci_free(f.out);
        return status;
    }
    f.out[f.n_out] = '\0';
    *out = f.out;
    *n_out = f.n_out;
    return MLC_OK;
}

/* ---- packing ------------------------------------------------------------------------------ */

static int pack_steps(z_stream *stream, const unsigned char *bytes, int64_t n, char *out,
                      int64_t capacity, int64_t *n_out)
{
    int64_t at = 0;
    int result = Z_OK;
    *n_out = 0;
    while (result == Z_OK) {
        const int64_t left = n - at, room = capacity - *n_out;
        const uInt n_in = (uInt)(left < STEP ? left : STEP);
        const uInt n_room = (uInt)(room < STEP ? room : STEP);
        stream->next_in = (Bytef *)(uintptr_t)(bytes + at);
        stream->avail_in = n_in;
        stream->next_out = (Bytef *)out + *n_out;
        stream->avail_out = n_room;
        result = deflate(stream, left <= STEP ? Z_FINISH : Z_NO_FLUSH);
        at += n_in - stream->avail_in;
        *n_out += n_room - stream->avail_out;
    }
    return result;
}

mlc_status mlci_gzip(mlci_root *root, const void *bytes, int64_t n, char **out, int64_t *n_out,
                     mlc_error *err)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_free, .opaque = root};
    const int started =
        deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (started == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STEP);
    if (started != Z_OK) return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not start");
    /* What does not pack grows by 5 bytes in 16 KB and a frame of 18. */
    const int64_t capacity = n + n / 1024 + 64;
    char *packed = mlci_alloc_raw(root, capacity, 1);
    mlc_status status = MLC_OK;
    if (packed == NULL) {
        status = mlci_fail_memory(err, capacity, 1);
    } else if (pack_steps(&stream, bytes, n, packed, capacity, n_out) != Z_STREAM_END) {
        status =
            mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not pack %lld bytes", (long long)n);
    }
    deflateEnd(&stream);
    if (status != MLC_OK) {
        mlci_free(packed);
        return status;
    }
    *out = packed;
    return MLC_OK;
}
