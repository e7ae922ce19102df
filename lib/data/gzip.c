/* Gzip files by zlib, with its memory counted like ours. Output in one block grows by halves, so
 * that a file that inflates to far more than it should meets the memory limit after at most half of
 * that too much, and never the end of the machine's memory at once. */
#include "gzip.h"

#include <string.h>
#include <zlib.h>

#include "error.h"

#define STEP ((int64_t)1 << 20) /* bytes given to zlib at once, between polls */
#define LEVEL 6                 /* of compression: what gzip itself does */

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

typedef enum place { IN_MEMBER, BETWEEN_MEMBERS, IN_PADDING, AT_END } place;

struct mlci_inflater {
    const char *name;
    mlci_gzip_input input;
    z_stream stream;
    const unsigned char *bytes; /* the piece at hand */
    int64_t n, at;
    int64_t taken; /* in the pieces before it */
    place place;
};

int64_t mlci_inflater_taken(const mlci_inflater *inflater)
{
    return inflater->taken + inflater->at;
}

static mlc_status fail_format(const mlci_inflater *f, mlc_error *err, const char *what)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, NULL, "%s: the gzip data is %s at byte %lld", f->name,
                     what, (long long)mlci_inflater_taken(f));
}

mlc_status mlci_inflater_open(mlci_root *root, const char *name, const mlci_gzip_input *input,
                              mlci_inflater **out, mlc_error *err)
{
    mlci_inflater *const f = mlci_alloc(root, 1, (int64_t)sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *f);
    f->name = name;
    f->input = *input;
    f->stream.zalloc = zlib_allocate;
    f->stream.zfree = zlib_free;
    f->stream.opaque = root;
    const int result = inflateInit2(&f->stream, 15 + 16);
    if (result != Z_OK) {
        mlci_free(f);
        return result == Z_MEM_ERROR
                   ? mlci_fail_memory(err, 1, STEP)
                   : mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not start");
    }
    *out = f;
    return MLC_OK;
}

void mlci_inflater_close(mlci_inflater *inflater)
{
    if (inflater == NULL) return;
    inflateEnd(&inflater->stream);
    mlci_free(inflater);
}

/* A piece with bytes left, or none at the end. */
static mlc_status take_piece(mlci_inflater *f, mlc_error *err)
{
    if (f->at < f->n) return MLC_OK;
    f->taken += f->n;
    f->n = f->at = 0;
    const void *bytes = NULL;
    MLCI_TRY(f->input.more(f->input.arg, &bytes, &f->n, err));
    f->bytes = bytes;
    return MLC_OK;
}

/* What follows a member: another one, zeros, or nothing. */
static mlc_status look_behind(mlci_inflater *f, mlc_error *err)
{
    while (f->at < f->n && f->bytes[f->at] == 0) {
        f->place = IN_PADDING;
        f->at++;
    }
    if (f->at < f->n) {
        if (f->place == IN_PADDING || f->bytes[f->at] != 0x1f) {
            return fail_format(f, err, "followed by something else");
        }
        if (inflateReset(&f->stream) != Z_OK) return fail_format(f, err, "damaged");
        f->place = IN_MEMBER;
    }
    return MLC_OK;
}

static mlc_status inflate_some(mlci_inflater *f, char *out, int64_t room, int64_t *n,
                               mlc_error *err)
{
    const int64_t left = f->n - f->at;
    const uInt n_in = (uInt)(left < STEP ? left : STEP);
    const uInt n_room = (uInt)(room < STEP ? room : STEP);
    f->stream.next_in = (Bytef *)(uintptr_t)(f->bytes + f->at);
    f->stream.avail_in = n_in;
    f->stream.next_out = (Bytef *)out;
    f->stream.avail_out = n_room;
    const int result = inflate(&f->stream, Z_NO_FLUSH);
    f->at += n_in - f->stream.avail_in;
    *n = n_room - f->stream.avail_out;
    if (result == Z_STREAM_END) f->place = BETWEEN_MEMBERS;
    if (result == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STEP);
    if (n_in == 0 && *n == 0 && result != Z_STREAM_END) return fail_format(f, err, "cut off");
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return MLC_OK;
    return fail_format(f, err, "damaged");
}

mlc_status mlci_inflater_read(mlci_inflater *f, mlc_context *call, char *out, int64_t room,
                              int64_t *n, mlc_error *err)
{
    for (*n = 0; *n < room && f->place != AT_END;) {
        MLCI_TRY(mlci_poll(call, err));
        MLCI_TRY(take_piece(f, err));
        if (f->place == IN_MEMBER) {
            int64_t got = 0;
            const mlc_status status = inflate_some(f, out + *n, room - *n, &got, err);
            *n += got;
            if (status != MLC_OK) return status;
        } else if (f->n == 0) {
            f->place = AT_END;
        } else {
            MLCI_TRY(look_behind(f, err));
        }
    }
    return MLC_OK;
}

/* ---- in memory ------------------------------------------------------------------------------ */

typedef struct memory_input {
    const void *bytes;
    int64_t n;
} memory_input;

/* All of it at once, then nothing. */
static mlc_status give_memory(void *arg, const void **bytes, int64_t *n, mlc_error *err)
{
    memory_input *const input = arg;
    (void)err;
    *bytes = input->bytes;
    *n = input->n;
    input->n = 0;
    return MLC_OK;
}

static mlc_status inflate_whole(mlci_inflater *f, mlc_context *call, int64_t capacity, char **out,
                                int64_t *n_out, mlc_error *err)
{
    mlci_root *const root = call->root;
    char *block = mlci_alloc_raw(root, capacity, 1);
    if (block == NULL) return mlci_fail_memory(err, capacity, 1);
    int64_t n = 0;
    mlc_status status = MLC_OK;
    for (;;) {
        int64_t got = 0;
        const int64_t room = capacity - n - 1; /* one byte to spare for the NUL */
        status = mlci_inflater_read(f, call, block + n, room, &got, err);
        n += got;
        if (status != MLC_OK || got < room) break;
        capacity += capacity / 2 + 1;
        char *const grown = mlci_realloc(root, block, capacity, 1);
        if (grown == NULL) {
            status = mlci_fail_memory(err, capacity, 1);
            break;
        }
        block = grown;
    }
    if (status != MLC_OK) {
        mlci_free(block);
        return status;
    }
    block[n] = '\0';
    *out = block;
    *n_out = n;
    return MLC_OK;
}

mlc_status mlci_gunzip(mlc_context *call, const char *name, const void *bytes, int64_t n,
                       char **out, int64_t *n_out, mlc_error *err)
{
    memory_input input = {bytes, n};
    const mlci_gzip_input pieces = {&input, give_memory};
    mlci_inflater *f = NULL;
    MLCI_TRY(mlci_inflater_open(call->root, name, &pieces, &f, err));
    /* A first guess; text packs to a fifth or so. */
    const int64_t capacity = n < STEP ? 4 * n + 64 : 4 * STEP + 3 * (n - STEP);
    const mlc_status status = inflate_whole(f, call, capacity, out, n_out, err);
    mlci_inflater_close(f);
    return status;
}

/* ---- packing -------------------------------------------------------------------------------- */

/* All of the bytes through the stream, into a block that is certain to be large enough. */
static mlc_status deflate_all(z_stream *stream, const char *bytes, int64_t n, char *out,
                              int64_t room, mlc_error *err)
{
    int64_t taken = 0, put = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        const int64_t left = n - taken;
        const uInt n_in = (uInt)(left < STEP ? left : STEP);
        const uInt n_room = (uInt)(room - put < STEP ? room - put : STEP);
        stream->next_in = (Bytef *)(uintptr_t)(bytes + taken);
        stream->avail_in = n_in;
        stream->next_out = (Bytef *)out + put;
        stream->avail_out = n_room;
        result = deflate(stream, n_in == left ? Z_FINISH : Z_NO_FLUSH);
        taken += n_in - stream->avail_in;
        put += n_room - stream->avail_out;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not pack");
        }
    }
    return MLC_OK;
}

mlc_status mlci_gzip(mlci_root *root, const void *bytes, int64_t n, char **out, int64_t *n_out,
                     mlc_error *err)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_free, .opaque = root};
    const int result = deflateInit2(&stream, LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (result == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STEP);
    if (result != Z_OK) return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "zlib does not start");
    const int64_t room = (int64_t)deflateBound(&stream, (uLong)n);
    char *block = mlci_alloc_raw(root, room, 1);
    mlc_status status = block == NULL ? mlci_fail_memory(err, room, 1)
                                      : deflate_all(&stream, bytes, n, block, room, err);
    const int64_t n_packed = (int64_t)stream.total_out;
    deflateEnd(&stream);
    if (status == MLC_OK) {
        char *const fitting = mlci_realloc(root, block, n_packed, 1);
        if (fitting == NULL) status = mlci_fail_memory(err, n_packed, 1);
        if (fitting != NULL) block = fitting;
    }
    if (status != MLC_OK) {
        mlci_free(block);
        return status;
    }
    *out = block;
    *n_out = n_packed;
    return MLC_OK;
}
