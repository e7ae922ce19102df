/* Reads the artifact's container. Bytes come from outside: each number is bounded before it is
 * used, and nothing is handed out before geometry, checksums and content id have been checked.
 * Memory grows with what is really there, never from a declared size alone. */
#include <string.h>
#include <zlib.h>

#include "container.h"
#include "sha256.h"
#include "text.h"

#define HEADER_BYTES 96
#define ENTRY_BYTES 48
/* Deflate cannot do better than about 1030 to 1. */
#define MAX_RATIO 1040
#define MIN_ROOM (INT64_C(1) << 20) /* of a section that is inflated */

static const uint8_t magic[8] = {0x89, 'M', 'L', 'C', 0x0D, 0x0A, 0x1A, 0x0A};

static uint64_t get(const uint8_t *at, int n_bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < n_bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static uint32_t crc_of(const void *bytes, int64_t n)
{
    uLong crc = crc32(0, NULL, 0);
    const uint8_t *p = bytes;
    while (n > 0) {
        const uInt take = n > (1 << 30) ? 1 << 30 : (uInt)n;
        crc = crc32(crc, p, take);
        p += take;
        n -= take;
    }
    return (uint32_t)crc;
}

static mlc_status bad_header(mlc_error *err, const char *what)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, "header", "the file's header %s", what);
}

/* ---- header ----------------------------------------------------------------------------- */

static mlc_status check_start(const uint8_t *file, int64_t n, mlc_error *err)
{
    if (n < (int64_t)sizeof magic || memcmp(file, magic, sizeof magic) != 0) {
        if (n >= 4 && memcmp(file, magic, 4) == 0) {
            return bad_header(err, "was damaged as by a transfer in text mode");
        }
        return mlci_fail(err, MLC_ERROR_FORMAT, "header", "this is not a libmlcore artifact");
    }
    if (n < HEADER_BYTES) return bad_header(err, "is cut short");
    const int major = (int)get(file + 8, 2);
    if (major != MLCI_CONTAINER_MAJOR) {
        return mlci_fail(err, MLC_ERROR_VERSION, "header",
                         "the artifact has format version %d.%d; this library reads %d.x", major,
                         (int)get(file + 10, 2), MLCI_CONTAINER_MAJOR);
    }
    return MLC_OK;
}

static mlc_status check_header(mlci_root *root, const uint8_t *file, int64_t n, int64_t *n_header,
                               int32_t *n_sections, mlc_error *err)
{
    MLCI_TRY(check_start(file, n, err));
    const uint64_t header = get(file + 12, 4), count = get(file + 24, 4);
    if (get(file + 16, 8) != (uint64_t)n) {
        return mlci_fail(err, MLC_ERROR_FORMAT, "header",
                         "the file has %lld bytes where its header says %llu: it is cut short or "
                         "something was appended",
                         (long long)n, (unsigned long long)get(file + 16, 8));
    }
    if (count < 1 || count > MLCI_MAX_SECTIONS) return bad_header(err, "has a bad section count");
    if (header % 64 != 0 || header > (uint64_t)n || header < HEADER_BYTES + ENTRY_BYTES * count) {
        return bad_header(err, "has a bad length");
    }
    uint8_t *copy = mlci_alloc_raw(root, (int64_t)header, 1);
    if (copy == NULL) return mlci_fail_memory(err, (int64_t)header, 1);
    memcpy(copy, file, header);
    memset(copy + 28, 0, 4);
    const uint32_t crc = crc_of(copy, (int64_t)header);
    mlci_free(copy);
    if (crc != get(file + 28, 4)) return bad_header(err, "does not match its checksum");
    if (get(file + 32, 8) != 0) {
        return mlci_fail(err, MLC_ERROR_VERSION, "header",
                         "the artifact needs features (0x%llx) that this library does not have",
                         (unsigned long long)get(file + 32, 8));
    }
    for (int i = 80; i < HEADER_BYTES; i++) {
        if (file[i] != 0) return bad_header(err, "has bytes where zeros belong");
    }
    *n_header = (int64_t)header;
    *n_sections = (int32_t)count;
    return MLC_OK;
}

/* ---- table and names -------------------------------------------------------------------- */

static mlc_status bad_entry(mlc_error *err, int32_t i, const char *what)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, "table", "section %d of the file %s", (int)i, what);
}

static mlc_status read_name(mlci_container_in *c, int32_t i, const uint8_t *entry,
                            const uint8_t *names, int64_t n_names, int64_t *name_at, char **copy_at,
                            mlc_error *err)
{
    const uint64_t at = get(entry, 4), length = get(entry + 4, 4);
    if (at != (uint64_t)*name_at || length < 1 || length > MLCI_MAX_SECTION_NAME ||
        at + length > (uint64_t)n_names) {
        return bad_entry(err, i, "has a bad name");
    }
    const char *name = (const char *)names + at;
    if (!mlci_utf8_valid(name, (int64_t)length, NULL) || memchr(name, 0, length) != NULL) {
        return bad_entry(err, i, "has a name that is no text");
    }
    memcpy(*copy_at, name, length);
    (*copy_at)[length] = '\0';
    c->sections[i].name = *copy_at;
    for (int32_t k = 0; k < i; k++) {
        if (strcmp(c->sections[k].name, *copy_at) == 0) {
            return mlci_fail(err, MLC_ERROR_FORMAT, *copy_at, "section '%s' is there twice",
                             *copy_at);
        }
    }
    *copy_at += length + 1;
    *name_at += (int64_t)length;
    return MLC_OK;
}

static mlc_status read_entry(mlci_container_in *c, int32_t i, const uint8_t *entry, int64_t start,
                             int64_t n_file, mlc_error *err)
{
    mlci_in_section *s = &c->sections[i];
    s->version = (int32_t)get(entry + 8, 2);
    s->flags = (int32_t)get(entry + 10, 2);
    s->crc = (uint32_t)get(entry + 12, 4);
    const uint64_t offset = get(entry + 16, 8), stored = get(entry + 24, 8);
    const uint64_t raw = get(entry + 32, 8);
    if (offset != (uint64_t)start || stored > (uint64_t)(n_file - start)) {
        return mlci_fail(err, MLC_ERROR_FORMAT, s->name,
                         "section '%s' lies outside the file or leaves a hole", s->name);
    }
    if (get(entry + 40, 8) != 0 ||
        (s->flags & ~(MLCI_SECTION_CRITICAL | MLCI_SECTION_DEFLATE)) != 0) {
        return mlci_fail(err, MLC_ERROR_VERSION, s->name,
                         "section '%s' has flags that this library does not know", s->name);
    }
    const int deflated = (s->flags & MLCI_SECTION_DEFLATE) != 0;
    if (deflated ? raw / MAX_RATIO > stored + 64 : raw != stored) {
        return mlci_fail(err, MLC_ERROR_FORMAT, s->name, "section '%s' has a bad length", s->name);
    }
    s->offset = (int64_t)offset;
    s->n_stored = (int64_t)stored;
    s->n_raw = (int64_t)raw;
    return MLC_OK;
}

static mlc_status all_zero(const uint8_t *from, const uint8_t *to, mlc_error *err)
{
    for (; from < to; from++) {
        if (*from != 0) return bad_entry(err, 0, "is followed by bytes where zeros belong");
    }
    return MLC_OK;
}

static mlc_status read_table(mlci_container_in *c, const uint8_t *file, int64_t n, int64_t n_header,
                             int64_t max_bytes, mlc_error *err)
{
    const uint8_t *names = file + HEADER_BYTES + (int64_t)ENTRY_BYTES * c->n;
    const int64_t n_names = n_header - HEADER_BYTES - (int64_t)ENTRY_BYTES * c->n;
    c->names = mlci_alloc(c->root, n_names + c->n, 1);
    if (c->names == NULL) return mlci_fail_memory(err, n_names + c->n, 1);
    char *copy_at = c->names;
    int64_t name_at = 0, start = n_header, end = n_header, total = 0;
    for (int32_t i = 0; i < c->n; i++) {
        const uint8_t *entry = file + HEADER_BYTES + (int64_t)ENTRY_BYTES * i;
        MLCI_TRY(read_name(c, i, entry, names, n_names, &name_at, &copy_at, err));
        if (start > n) return bad_entry(err, i, "lies outside the file");
        MLCI_TRY(read_entry(c, i, entry, start, n, err));
        if (c->sections[i].n_raw > max_bytes - total) {
            return mlci_fail(err, MLC_ERROR_LIMIT, c->sections[i].name,
                             "the artifact is larger than max_bytes = %lld", (long long)max_bytes);
        }
        total += c->sections[i].n_raw;
        end = start + c->sections[i].n_stored;
        start = (end + 63) & ~INT64_C(63);
        MLCI_TRY(all_zero(file + end, file + (start < n ? start : n), err));
    }
    if (end != n) return bad_entry(err, c->n - 1, "is followed by something else");
    if (n_names - name_at >= 64) return bad_header(err, "has a bad length");
    return all_zero(names + name_at, file + n_header, err);
}

/* ---- contents --------------------------------------------------------------------------- */

static void *zlib_alloc(void *root, uInt items, uInt size)
{
    return mlci_alloc_raw(root, items, size);
}

static void zlib_free(void *root, void *block)
{
    (void)root;
    mlci_free(block);
}

/* More room for what comes out: as much again, at least 1 MiB, and never more than one byte beyond
 * the declared size, which is how a stream that is too long shows. */
static mlc_status grow_inflated(mlci_container_in *c, mlci_in_section *s, int64_t *capacity,
                                mlc_error *err)
{
    int64_t next = *capacity + (*capacity > MIN_ROOM ? *capacity : MIN_ROOM);
    if (next > s->n_raw + 1) next = s->n_raw + 1;
    uint8_t *grown = mlci_realloc(c->root, s->inflated, next, 1);
    if (grown == NULL) return mlci_fail_memory(err, next, 1);
    s->inflated = grown;
    *capacity = next;
    return MLC_OK;
}

/* Inflates until the stream ends or is longer than declared; *clean is 1 when it is as it should
 * be. */
static mlc_status run_inflate(mlci_container_in *c, mlci_in_section *s, z_stream *z, int *clean,
                              mlc_error *err)
{
    int64_t capacity = 0, n = 0;
    int done = Z_OK;
    while (done == Z_OK && n <= s->n_raw) {
        if (n == capacity) MLCI_TRY(grow_inflated(c, s, &capacity, err));
        z->next_out = s->inflated + n;
        z->avail_out = (uInt)(capacity - n);
        done = inflate(z, Z_NO_FLUSH);
        n = capacity - z->avail_out;
    }
    if (done == Z_MEM_ERROR) return mlci_fail_memory(err, 1, 1 << 16);
    *clean = done == Z_STREAM_END && z->avail_in == 0 && n == s->n_raw;
    return MLC_OK;
}

static mlc_status inflate_section(mlci_container_in *c, mlci_in_section *s, const uint8_t *file,
                                  mlc_error *err)
{
    z_stream z = {.zalloc = zlib_alloc, .zfree = zlib_free, .opaque = c->root};
    if (s->n_stored > UINT32_MAX || s->n_raw > UINT32_MAX / 2) {
        return mlci_fail(err, MLC_ERROR_LIMIT, s->name, "section '%s' is too large", s->name);
    }
    if (inflateInit(&z) != Z_OK) return mlci_fail_memory(err, 1, 1 << 16);
    z.next_in = (Bytef *)(uintptr_t)(file + s->offset);
    z.avail_in = (uInt)s->n_stored;
    int clean = 0;
    const mlc_status status = run_inflate(c, s, &z, &clean, err);
    inflateEnd(&z);
    if (status != MLC_OK) return status;
    if (!clean) {
        return mlci_fail(err, MLC_ERROR_FORMAT, s->name,
                         "section '%s' does not decompress to %lld bytes", s->name,
                         (long long)s->n_raw);
    }
    s->raw = s->inflated;
    return MLC_OK;
}

static mlc_status read_contents(mlci_container_in *c, const uint8_t *file, mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        mlci_in_section *s = &c->sections[i];
        s->raw = file + s->offset;
        if (s->flags & MLCI_SECTION_DEFLATE) MLCI_TRY(inflate_section(c, s, file, err));
        if (crc_of(s->raw, s->n_raw) != s->crc) {
            return mlci_fail(err, MLC_ERROR_FORMAT, s->name,
                             "section '%s' does not match its checksum: the file is damaged",
                             s->name);
        }
    }
    return MLC_OK;
}

static mlc_status check_content_id(mlci_container_in *c, const uint8_t *file, mlc_error *err)
{
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_in_section *s = &c->sections[i];
        const uint64_t n_name = strlen(s->name), n_raw = (uint64_t)s->n_raw;
        uint8_t numbers[14];
        for (int k = 0; k < 4; k++)
            numbers[k] = (uint8_t)(n_name >> 8 * k);
        mlci_sha256_add(&sha, numbers, 4);
        mlci_sha256_add(&sha, s->name, (int64_t)n_name);
        for (int k = 0; k < 2; k++)
            numbers[k] = (uint8_t)(s->version >> 8 * k);
        for (int k = 0; k < 8; k++)
            numbers[2 + k] = (uint8_t)(n_raw >> 8 * k);
        mlci_sha256_add(&sha, numbers, 10);
        mlci_sha256_add(&sha, s->raw, s->n_raw);
    }
    mlci_sha256_finish(&sha, c->content_id);
    if (memcmp(c->content_id, file + 48, 32) == 0) return MLC_OK;
    return bad_header(err, "has another content id than the sections");
}

mlc_status mlci_container_open(mlci_root *root, const void *bytes, int64_t n_bytes,
                               int64_t max_bytes, mlci_container_in *out, mlc_error *err)
{
    mlci_container_in c = {.root = root};
    int64_t n_header = 0;
    MLCI_TRY(check_header(root, bytes, n_bytes, &n_header, &c.n, err));
    c.sections = mlci_alloc(root, c.n, sizeof *c.sections);
    if (c.sections == NULL) return mlci_fail_memory(err, c.n, sizeof *c.sections);
    mlc_status status = read_table(&c, bytes, n_bytes, n_header, max_bytes, err);
    if (status == MLC_OK) status = read_contents(&c, bytes, err);
    if (status == MLC_OK) status = check_content_id(&c, bytes, err);
    if (status != MLC_OK) {
        mlci_container_close(&c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_container_find(mlci_container_in *c, const char *name, const void **data,
                               int64_t *length, mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        if (strcmp(c->sections[i].name, name) == 0) {
            c->sections[i].used = 1;
            *data = c->sections[i].raw;
            *length = c->sections[i].n_raw;
            return MLC_OK;
        }
    }
    return mlci_fail(err, MLC_ERROR_FORMAT, name, "section '%s' is missing", name);
}

mlc_status mlci_container_check_used(const mlci_container_in *c, mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_in_section *s = &c->sections[i];
        if (s->used || !(s->flags & MLCI_SECTION_CRITICAL)) continue;
        return mlci_fail(err, MLC_ERROR_FORMAT, s->name, "section '%s' belongs to no step",
                         s->name);
    }
    return MLC_OK;
}

void mlci_container_close(mlci_container_in *c)
{
    for (int32_t i = 0; c->sections != NULL && i < c->n; i++)
        mlci_free(c->sections[i].inflated);
    mlci_free(c->sections);
    mlci_free(c->names);
    *c = (mlci_container_in){0};
}
