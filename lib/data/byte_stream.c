/* Three layers, each a function that fills a block: raw bytes of the file or of memory, what they
 * inflate to, and that as UTF-8. The first bytes tell whether it is gzip, so they go through a
 * buffer, which later holds compressed bytes and those that are to be converted. */
#include "byte_stream.h"

#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "file.h"
#include "gzip.h"
#include "system.h"

#define BUFFER_BYTES ((int64_t)256 << 10) /* at most */
#define LIKELY_RATIO 8                    /* of text to what it packs to */
#define LIKELY_BYTES 4096                 /* of a small text at least */
#define SPARE_BYTES 16                    /* so that the end of the file shows */
#define READ_BYTES ((int64_t)4 << 20)     /* between two polls */

/* Bytes that wait to be taken. */
typedef struct buffer {
    unsigned char *bytes;
    int64_t n, at;
} buffer;

struct mlci_byte_stream {
    mlci_root *root;
    mlc_context *call; /* of the latest function */
    const char *name;
    int64_t fd; /* -1: memory */
    char *owned;
    const char *memory;
    int64_t n_memory;
    int64_t n_taken; /* raw bytes */
    int64_t size;    /* raw bytes in all, or -1 */
    int32_t encoding_given, encoding;
    int32_t is_gzip;
    int64_t buffer_bytes;
    buffer raw, text;
    int64_t n_converted; /* bytes of text before the buffer */
    mlci_inflater *inflater;
};

/* ---- raw bytes ------------------------------------------------------------------------------ */

static mlc_status fail_io(const mlci_byte_stream *s, const char *doing, int64_t result,
                          mlc_error *err)
{
    char cause[MLCI_CAUSE_SIZE];
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: cannot %s: %s", s->name, doing,
                     mlci_system_cause(result, cause));
}

static mlc_status read_file(mlci_byte_stream *s, char *out, int64_t room, int64_t *n,
                            mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(s->root);
    int64_t filled = 0;
    while (filled < room) {
        const int64_t left = room - filled;
        const int64_t got =
            system->read(system->user, s->fd, out + filled, left < READ_BYTES ? left : READ_BYTES);
        if (got < 0) return fail_io(s, "read", got, err);
        if (got == 0) break;
        filled += got;
        MLCI_TRY(mlci_poll(s->call, err));
    }
    *n = filled;
    s->n_taken += filled;
    return MLC_OK;
}

static mlc_status read_memory(mlci_byte_stream *s, char *out, int64_t room, int64_t *n)
{
    const int64_t left = s->n_memory - s->n_taken;
    *n = left < room ? left : room;
    if (*n > 0) memcpy(out, s->memory + s->n_taken, (size_t)*n);
    s->n_taken += *n;
    return MLC_OK;
}

static mlc_status read_source(mlci_byte_stream *s, char *out, int64_t room, int64_t *n,
                              mlc_error *err)
{
    return s->fd >= 0 ? read_file(s, out, room, n, err) : read_memory(s, out, room, n);
}

/* First what the buffer holds; then there is no more use for it. */
static mlc_status read_raw(mlci_byte_stream *s, char *out, int64_t room, int64_t *n, mlc_error *err)
{
    const int64_t waiting = s->raw.n - s->raw.at;
    const int64_t first = waiting < room ? waiting : room;
    int64_t got = 0;
    if (first > 0) memcpy(out, s->raw.bytes + s->raw.at, (size_t)first);
    s->raw.at += first;
    if (s->raw.at == s->raw.n) {
        mlci_free(s->raw.bytes);
        s->raw = (buffer){0};
    }
    if (first < room) MLCI_TRY(read_source(s, out + first, room - first, &got, err));
    *n = first + got;
    return MLC_OK;
}

/* ---- inflated ------------------------------------------------------------------------------- */

static mlc_status give_raw(void *arg, const void **bytes, int64_t *n, mlc_error *err)
{
    mlci_byte_stream *const s = arg;
    if (s->raw.at == s->raw.n) {
        s->raw.at = s->raw.n = 0;
        MLCI_TRY(read_source(s, (char *)s->raw.bytes, s->buffer_bytes, &s->raw.n, err));
    }
    *bytes = s->raw.bytes + s->raw.at;
    *n = s->raw.n - s->raw.at;
    s->raw.at = s->raw.n;
    return MLC_OK;
}

static mlc_status read_inflated(mlci_byte_stream *s, char *out, int64_t room, int64_t *n,
                                mlc_error *err)
{
    return s->is_gzip ? mlci_inflater_read(s->inflater, s->call, out, room, n, err)
                      : read_raw(s, out, room, n, err);
}

/* ---- as UTF-8 ------------------------------------------------------------------------------- */

static mlc_status refill_text(mlci_byte_stream *s, int *is_end, mlc_error *err)
{
    const int64_t left = s->text.n - s->text.at;
    int64_t got = 0;
    memmove(s->text.bytes, s->text.bytes + s->text.at, (size_t)left);
    s->n_converted += s->text.at;
    s->text.at = 0;
    s->text.n = left;
    const mlc_status status =
        read_inflated(s, (char *)s->text.bytes + left, s->buffer_bytes - left, &got, err);
    s->text.n += got;
    *is_end = status == MLC_OK && s->text.n < s->buffer_bytes;
    /* What comes before a fault is converted first; the next read meets it again. */
    return status == MLC_ERROR_FORMAT && got > 0 ? MLC_OK : status;
}

static mlc_status read_converted(mlci_byte_stream *s, char *out, int64_t room, int64_t *n,
                                 mlc_error *err)
{
    *n = 0;
    for (int is_end = 0;;) {
        int64_t taken = 0, put = 0;
        const int is_text =
            mlci_encoding_convert(&s->encoding, s->text.bytes + s->text.at, s->text.n - s->text.at,
                                  is_end, out + *n, room - *n, &taken, &put);
        s->text.at += taken;
        *n += put;
        if (!is_text) {
            return mlci_fail(err, MLC_ERROR_FORMAT, NULL, "%s: byte %lld is no character of UTF-16",
                             s->name, (long long)(s->n_converted + s->text.at));
        }
        if (is_end || room - *n < 4) return MLC_OK;
        MLCI_TRY(refill_text(s, &is_end, err));
    }
}

mlc_status mlci_byte_stream_read(mlci_byte_stream *stream, mlc_context *call, char *out,
                                 int64_t room, int64_t *n, mlc_error *err)
{
    stream->call = call;
    if (stream->encoding_given == MLCI_ENCODING_UTF8) {
        return read_inflated(stream, out, room, n, err);
    }
    return read_converted(stream, out, room, n, err);
}

/* ---- opening -------------------------------------------------------------------------------- */

static mlc_status make_buffer(mlci_byte_stream *s, buffer *b, mlc_error *err)
{
    if (b->bytes == NULL) b->bytes = mlci_alloc_raw(s->root, s->buffer_bytes, 1);
    b->n = b->at = 0;
    return b->bytes != NULL ? MLC_OK : mlci_fail_memory(err, s->buffer_bytes, 1);
}

/* At the first byte of the source: what is it? */
static mlc_status begin(mlci_byte_stream *s, mlc_error *err)
{
    mlci_inflater_close(s->inflater);
    s->inflater = NULL;
    s->n_taken = s->n_converted = 0;
    s->encoding = s->encoding_given;
    if (s->buffer_bytes == 0) {
        const int is_small = s->size >= 0 && s->size < BUFFER_BYTES - SPARE_BYTES;
        s->buffer_bytes = is_small ? s->size + SPARE_BYTES : BUFFER_BYTES;
    }
    MLCI_TRY(make_buffer(s, &s->raw, err));
    MLCI_TRY(read_source(s, (char *)s->raw.bytes, s->buffer_bytes, &s->raw.n, err));
    s->is_gzip = mlci_is_gzip(s->raw.bytes, s->raw.n);
    if (s->is_gzip) {
        const mlci_gzip_input input = {s, give_raw};
        MLCI_TRY(mlci_inflater_open(s->root, s->name, &input, &s->inflater, err));
    }
    return s->encoding == MLCI_ENCODING_UTF8 ? MLC_OK : make_buffer(s, &s->text, err);
}

static mlc_status open_file(mlci_byte_stream *s, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(s->root);
    s->fd = system->open_read(system->user, s->name);
    if (s->fd < 0) return fail_io(s, "open", s->fd, err);
    s->size = system->file_size(system->user, s->fd);
    if (s->size < 0) s->size = -1; /* it is read to its end all the same */
    return MLC_OK;
}

static void close_file(mlci_byte_stream *s)
{
    const mlci_system *const system = mlci_root_system(s->root);
    /* Nothing was written: a failing close loses nothing. */
    if (s->fd >= 0) system->close(system->user, s->fd);
    s->fd = -1;
}

static mlc_status create(mlc_context *call, const char *name, int32_t encoding,
                         mlci_byte_stream **out, mlc_error *err)
{
    mlci_byte_stream *const s = mlci_alloc(call->root, 1, (int64_t)sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *s);
    s->root = call->root;
    s->call = call;
    s->name = name;
    s->fd = -1;
    s->encoding_given = encoding;
    *out = s;
    return MLC_OK;
}

/* Begins, or closes on failure. */
static mlc_status finish_opening(mlci_byte_stream *s, mlc_status status, mlci_byte_stream **out,
                                 mlc_error *err)
{
    if (status == MLC_OK) status = begin(s, err);
    if (status != MLC_OK) {
        mlci_byte_stream_close(s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

mlc_status mlci_byte_stream_open(mlc_context *call, const char *path, int32_t encoding,
                                 int32_t once, mlci_byte_stream **out, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(call->root);
    mlci_byte_stream *s = NULL;
    mlc_status status = MLC_OK;
    MLCI_TRY(create(call, path, encoding, &s, err));
    const int64_t mode = once ? 0 : system->file_mode(system->user, path);
    if (mode < 0) {
        status = fail_io(s, "open", mode, err);
    } else if (once || S_ISREG((mode_t)mode)) {
        status = open_file(s, err);
    } else {
        status = mlci_file_read(call->root, path, 0, &s->owned, &s->n_memory, err);
        s->memory = s->owned;
        s->size = s->n_memory;
    }
    return finish_opening(s, status, out, err);
}

mlc_status mlci_byte_stream_of(mlc_context *call, const char *name, const void *bytes, int64_t n,
                               int32_t encoding, mlci_byte_stream **out, mlc_error *err)
{
    mlci_byte_stream *s = NULL;
    MLCI_TRY(create(call, name, encoding, &s, err));
    s->memory = bytes;
    s->n_memory = s->size = n;
    return finish_opening(s, MLC_OK, out, err);
}

mlc_status mlci_byte_stream_rewind(mlci_byte_stream *stream, mlc_context *call, mlc_error *err)
{
    stream->call = call;
    if (stream->fd >= 0) {
        close_file(stream);
        MLCI_TRY(open_file(stream, err));
    }
    return begin(stream, err);
}

/* Raw bytes that are not in the text yet. */
static int64_t raw_left(const mlci_byte_stream *s)
{
    return s->size - s->n_taken + (s->raw.n - s->raw.at);
}

double mlci_byte_stream_share(const mlci_byte_stream *stream)
{
    if (stream->size <= 0) return -1;
    return 1 - (double)raw_left(stream) / (double)stream->size;
}

int64_t mlci_byte_stream_left(const mlci_byte_stream *stream)
{
    if (stream->size < 0) return -1;
    const int64_t raw = raw_left(stream);
    const int64_t plain = stream->is_gzip ? LIKELY_RATIO * raw + LIKELY_BYTES : raw + SPARE_BYTES;
    if (stream->encoding == MLCI_ENCODING_UTF8) return plain;
    return 2 * (plain + stream->text.n - stream->text.at);
}

const char *mlci_byte_stream_memory(const mlci_byte_stream *stream, int64_t *n)
{
    if (stream->memory == NULL || stream->is_gzip || stream->encoding != MLCI_ENCODING_UTF8) {
        return NULL;
    }
    *n = stream->n_memory;
    return stream->memory;
}

void mlci_byte_stream_close(mlci_byte_stream *stream)
{
    if (stream == NULL) return;
    close_file(stream);
    mlci_inflater_close(stream->inflater);
    mlci_free(stream->raw.bytes);
    mlci_free(stream->text.bytes);
    mlci_free(stream->owned);
    mlci_free(stream);
}
