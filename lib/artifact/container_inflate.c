/* Inflates a section whose stream may lie about its length.
 *
 * A section of more than 1 MiB is inflated twice: first into a small window that is thrown away,
 * which tells the true length, then, when that is the declared one, into a block of exactly that
 * size. So memory is never taken for bytes that are not there, and the most that is alive at once
 * is the section itself and a window. O(raw bytes), which the container has bounded before. */
#include <zlib.h>

#include "container.h"
#include "context_impl.h"

#define AT_ONCE (INT64_C(1) << 20) /* what may be taken on a word */
#define WINDOW (1 << 16)
#define STREAM_BYTES (1 << 16) /* what zlib takes, for the message */

static void *zlib_alloc(void *root, uInt items, uInt size)
{
    return mlci_alloc_raw(root, items, size);
}

static void zlib_free(void *root, void *block)
{
    (void)root;
    mlci_free(block);
}

/* A stream and what is left of its bytes: avail_in holds no more than 32 bits. */
typedef struct stream {
    z_stream z;
    int64_t left;
} stream;

static mlc_status open_stream(stream *in, mlci_root *root, const uint8_t *bytes, int64_t n,
                              mlc_error *err)
{
    *in = (stream){.z = {.zalloc = zlib_alloc, .zfree = zlib_free, .opaque = root}, .left = n};
    if (inflateInit(&in->z) != Z_OK) return mlci_fail_memory(err, 1, STREAM_BYTES);
    in->z.next_in = (Bytef *)(uintptr_t)bytes;
    return MLC_OK;
}

/* Up to n bytes; *n_out are fewer only at the end or at an error of the stream. *ended is 1 when
 * it ended well and with the last byte of the section. */
static mlc_status read_stream(stream *in, uint8_t *out, int64_t n, int64_t *n_out, int *ended,
                              mlc_error *err)
{
    int done = Z_OK;
    in->z.next_out = out;
    in->z.avail_out = (uInt)n;
    while (done == Z_OK && in->z.avail_out > 0) {
        const uInt give = in->left > AT_ONCE ? (uInt)AT_ONCE : (uInt)in->left;
        if (in->z.avail_in == 0) {
            in->z.avail_in = give;
            in->left -= give;
        }
        done = inflate(&in->z, Z_NO_FLUSH);
    }
    if (done == Z_MEM_ERROR) return mlci_fail_memory(err, 1, STREAM_BYTES);
    *n_out = n - in->z.avail_out;
    *ended = done == Z_STREAM_END && in->z.avail_in == 0 && in->left == 0;
    return MLC_OK;
}

static mlc_status refuse(const mlci_in_section *s, const char *what, int64_t n, mlc_error *err)
{
    return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, s->offset + 1, s->name,
                        "section '%s' (at byte %lld) %s %lld bytes; its entry says %lld", s->name,
                        (long long)s->offset, what, (long long)n, (long long)s->n_raw);
}

/* The true length, found with a window of memory; one byte too many is enough to know. */
static mlc_status check_length(const mlci_container_in *c, const mlci_in_section *s,
                               const uint8_t *file, mlc_error *err)
{
    stream in;
    int64_t n = 0, got = WINDOW;
    int ended = 0;
    uint8_t *const window = mlci_alloc_raw(c->root, WINDOW, 1);
    if (window == NULL) return mlci_fail_memory(err, WINDOW, 1);
    mlc_status status = open_stream(&in, c->root, file + s->offset, s->n_stored, err);
    if (status != MLC_OK) goto done;
    while (status == MLC_OK && !ended && got == WINDOW && n <= s->n_raw) {
        status = read_stream(&in, window, WINDOW, &got, &ended, err);
        n += got;
        if (status == MLC_OK && c->limits->call != NULL) status = mlci_poll(c->limits->call, err);
    }
    inflateEnd(&in.z);
    if (status == MLC_OK && n > s->n_raw) {
        status = refuse(s, "does not end where it should: it unpacks to at least", n, err);
    } else if (status == MLC_OK && (!ended || n < s->n_raw)) {
        status = refuse(s, ended ? "unpacks to" : "is damaged: it breaks off after", n, err);
    }
done:
    mlci_free(window);
    return status;
}

/* Into the block, which has room for one byte more than is declared. */
static mlc_status fill(const mlci_container_in *c, mlci_in_section *s, const uint8_t *file,
                       mlc_error *err)
{
    stream in;
    int64_t n = 0, got = 0, want = 0;
    int ended = 0;
    mlc_status status = open_stream(&in, c->root, file + s->offset, s->n_stored, err);
    if (status != MLC_OK) return status;
    while (status == MLC_OK && !ended && got == want && n <= s->n_raw) {
        want = s->n_raw + 1 - n > AT_ONCE ? AT_ONCE : s->n_raw + 1 - n;
        status = read_stream(&in, s->inflated + n, want, &got, &ended, err);
        n += got;
        if (status == MLC_OK && c->limits->call != NULL) status = mlci_poll(c->limits->call, err);
    }
    inflateEnd(&in.z);
    if (status != MLC_OK) return status;
    if (n > s->n_raw) return refuse(s, "unpacks to at least", n, err);
    if (!ended) return refuse(s, "is damaged: it breaks off after", n, err);
    return n == s->n_raw ? MLC_OK : refuse(s, "unpacks to", n, err);
}

mlc_status mlci_section_inflate(const mlci_container_in *c, mlci_in_section *s, const uint8_t *file,
                                mlc_error *err)
{
    if (s->n_raw > AT_ONCE) MLCI_TRY(check_length(c, s, file, err));
    s->inflated = mlci_alloc_raw(c->root, s->n_raw + 1, 1);
    if (s->inflated == NULL) return mlci_fail_memory(err, s->n_raw + 1, 1);
    MLCI_TRY(fill(c, s, file, err));
    s->raw = s->inflated;
    return MLC_OK;
}
