/* Reads the artifact's container. Bytes come from outside: each number is bounded before it is
 * used, and nothing is handed out before header, geometry, checksums and content id have been
 * checked, in that order. Memory grows with what is really there, never from a declared size. */
#include <string.h>
#include <zlib.h>

#include "container.h"
#include "context_impl.h"
#include "sha256.h"
#include "text.h"

#define POLL_BYTES (INT64_C(16) << 20) /* between looks at the caller's cancel flag */

const uint8_t mlci_container_magic[8] = {0x89, 'M', 'L', 'C', 0x0D, 0x0A, 0x1A, 0x0A};

static uint64_t get(const uint8_t *at, int n_bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < n_bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

uint32_t mlci_crc32(uint32_t crc, const void *bytes, int64_t n)
{
    const uint8_t *p = bytes;
    while (n > 0) {
        const uInt take = n > (1 << 30) ? 1 << 30 : (uInt)n;
        crc = (uint32_t)crc32(crc, p, take);
        p += take;
        n -= take;
    }
    return crc;
}

static mlc_status bad_header(mlc_error *err, int64_t at, const char *what)
{
    return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, at + 1, "header", "the file's header %s", what);
}

static mlc_status over_limit(mlc_error *err, const char *name, const char *what, int64_t n,
                             const char *setting, int64_t most)
{
    return mlci_fail(err, MLC_ERROR_LIMIT, name,
                     "%s: %lld: more than %s = %lld of the load settings", what, (long long)n,
                     setting, (long long)most);
}

/* ---- header ----------------------------------------------------------------------------- */

static mlc_status check_start(const uint8_t *file, int64_t n, mlc_error *err)
{
    const int64_t n_magic = sizeof mlci_container_magic;
    if (n < n_magic || memcmp(file, mlci_container_magic, (size_t)n_magic) != 0) {
        if (n >= 4 && memcmp(file, mlci_container_magic, 4) == 0) {
            return bad_header(
                err, 4, n < n_magic ? "is cut short" : "was damaged as by a transfer in text mode");
        }
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, 1, "header",
                            "this is not a libmlcore artifact");
    }
    if (n < MLCI_HEADER_BYTES) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, n + 1, "header",
                            "the file's header is cut short: the file ends at byte %lld of %d",
                            (long long)n, MLCI_HEADER_BYTES);
    }
    const int major = (int)get(file + 8, 2);
    if (major != MLCI_CONTAINER_MAJOR) {
        return mlci_fail_at(err, MLC_ERROR_VERSION, 0, 9, "header",
                            "the artifact has format version %d.%d; this library reads %d.x", major,
                            (int)get(file + 10, 2), MLCI_CONTAINER_MAJOR);
    }
    return MLC_OK;
}

/* Length and checksum of header, table and names. The header's own length comes from outside, but
 * cannot be more than the file is. */
static mlc_status check_header_sum(const uint8_t *file, int64_t n, mlci_container_in *c,
                                   mlc_error *err)
{
    static const uint8_t zeros[4] = {0};
    const int64_t header = (int64_t)get(file + 12, 4), count = (int64_t)get(file + 24, 4);
    if (count < 1 || count > INT32_MAX) return bad_header(err, 24, "has a bad section count");
    if (header % 64 != 0 || header < MLCI_HEADER_BYTES + MLCI_ENTRY_BYTES * count) {
        return bad_header(err, 12, "has a bad length");
    }
    if (header > n) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, n + 1, "header",
                            "the file's header is cut short, or has a bad length: the file ends at "
                            "byte %lld of %lld",
                            (long long)n, (long long)header);
    }
    uint32_t crc = mlci_crc32(0, file, 28);
    crc = mlci_crc32(crc, zeros, 4);
    crc = mlci_crc32(crc, file + 32, header - 32);
    if (crc != get(file + 28, 4)) return bad_header(err, 28, "does not match its checksum");
    c->n_header = header;
    c->header_crc = crc;
    c->n = (int32_t)count;
    return MLC_OK;
}

/* What a reader must know. The first release that can read the file is named in it. */
static mlc_status check_features(const uint8_t *file, mlci_container_in *c, mlc_error *err)
{
    int32_t own[2];
    const char *version = mlc_version(&own[0], &own[1], NULL);
    const unsigned long long features = get(file + 32, 8);
    c->minor = (int32_t)get(file + 10, 2);
    c->oldest[0] = (int32_t)get(file + 80, 2);
    c->oldest[1] = (int32_t)get(file + 82, 2);
    const int is_newer = c->oldest[0] > own[0] || (c->oldest[0] == own[0] && c->oldest[1] > own[1]);
    if (features != 0 || is_newer) {
        return mlci_fail_at(err, MLC_ERROR_VERSION, 0, features != 0 ? 33 : 81, "header",
                            "the artifact needs features (0x%llx) that this library does not have: "
                            "it is for libmlcore %d.%d or later, and this is %s",
                            features, (int)c->oldest[0], (int)c->oldest[1], version);
    }
    for (int i = 84; i < MLCI_HEADER_BYTES; i++) {
        if (file[i] != 0) return bad_header(err, i, "has bytes where zeros belong");
    }
    return MLC_OK;
}

static mlc_status check_header_limits(const mlci_container_in *c, mlc_error *err)
{
    const mlci_limits *const most = c->limits;
    if (c->n_header > most->max_header_bytes) {
        return over_limit(err, "header", "bytes of the file's header", c->n_header,
                          "max_header_bytes", most->max_header_bytes);
    }
    if (c->n > most->max_sections) {
        return over_limit(err, "header", "sections of the file", c->n, "max_sections",
                          most->max_sections);
    }
    return MLC_OK;
}

/* ---- table and names -------------------------------------------------------------------- */

static int64_t entry_at(int32_t i)
{
    return MLCI_HEADER_BYTES + (int64_t)MLCI_ENTRY_BYTES * i;
}

static mlc_status bad_entry(mlc_error *err, int32_t i, const char *what)
{
    return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, entry_at(i) + 1, "table",
                        "section %d of the file %s (its entry is at byte %lld)", (int)i, what,
                        (long long)entry_at(i));
}

/* Names as they are read: where the next one starts, and where it is copied to. */
typedef struct name_reader {
    const uint8_t *names;
    int64_t n, at;
    char *copy;
} name_reader;

static mlc_status read_name(mlci_container_in *c, int32_t i, const uint8_t *entry, name_reader *r,
                            mlc_error *err)
{
    const uint64_t at = get(entry, 4), length = get(entry + 4, 4);
    if (at != (uint64_t)r->at || length < 1 || at + length > (uint64_t)r->n) {
        return bad_entry(err, i, "has a bad name");
    }
    if ((int64_t)length > c->limits->max_name_bytes) {
        return over_limit(err, "table", "bytes of a section's name", (int64_t)length,
                          "max_name_bytes", c->limits->max_name_bytes);
    }
    const char *name = (const char *)r->names + at;
    if (!mlci_utf8_valid(name, (int64_t)length, NULL) || memchr(name, 0, (size_t)length) != NULL) {
        return bad_entry(err, i, "has a name that is no text");
    }
    memcpy(r->copy, name, (size_t)length);
    r->copy[length] = '\0';
    c->sections[i].name = r->copy;
    for (int32_t k = 0; k < i; k++) {
        if (strcmp(c->sections[k].name, r->copy) == 0) {
            return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, entry_at(i) + 1, r->copy,
                                "section '%s' is there twice (its entries are at bytes %lld and "
                                "%lld)",
                                r->copy, (long long)entry_at(k), (long long)entry_at(i));
        }
    }
    r->copy += length + 1;
    r->at += (int64_t)length;
    return MLC_OK;
}

static mlc_status check_lengths(const mlci_container_in *c, const mlci_in_section *s,
                                mlc_error *err)
{
    const int deflated = (s->flags & MLCI_SECTION_DEFLATE) != 0;
    const int64_t most = c->limits->max_ratio, room = s->n_stored + MLCI_DEFLATE_SLACK;
    if (deflated ? s->n_raw / MLCI_DEFLATE_RATIO > room : s->n_raw != s->n_stored) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, s->offset + 1, s->name,
                            "section '%s' (at byte %lld) has a bad length: %lld bytes cannot be "
                            "%lld when unpacked",
                            s->name, (long long)s->offset, (long long)s->n_stored,
                            (long long)s->n_raw);
    }
    if (deflated && s->n_raw / most > room) {
        return over_limit(err, s->name, "unpacked bytes of each stored byte of a section",
                          s->n_raw / room, "max_ratio", most);
    }
    return MLC_OK;
}

/* start: where the section must be; end: of the file, as its header says. */
static mlc_status read_entry(mlci_container_in *c, int32_t i, const uint8_t *entry, int64_t start,
                             int64_t end, mlc_error *err)
{
    mlci_in_section *s = &c->sections[i];
    s->version = (int32_t)get(entry + 8, 2);
    s->flags = (int32_t)get(entry + 10, 2);
    s->crc = (uint32_t)get(entry + 12, 4);
    const uint64_t offset = get(entry + 16, 8), stored = get(entry + 24, 8);
    const uint64_t raw = get(entry + 32, 8);
    if (start > end || offset != (uint64_t)start || stored > (uint64_t)(end - start)) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, entry_at(i) + 1, s->name,
                            "section '%s' lies outside the file or leaves a hole: %llu bytes at "
                            "byte %llu, where it must start at %lld and end by %lld",
                            s->name, (unsigned long long)stored, (unsigned long long)offset,
                            (long long)start, (long long)end);
    }
    if (get(entry + 40, 8) != 0 ||
        (s->flags & ~(MLCI_SECTION_CRITICAL | MLCI_SECTION_DEFLATE)) != 0) {
        return mlci_fail_at(err, MLC_ERROR_VERSION, 0, entry_at(i) + 1, s->name,
                            "section '%s' has flags that this library does not know (0x%x)",
                            s->name, (unsigned)s->flags);
    }
    s->offset = (int64_t)offset;
    s->n_stored = (int64_t)stored;
    s->n_raw = raw > INT64_MAX ? INT64_MAX : (int64_t)raw;
    return check_lengths(c, s, err);
}

/* The file ends elsewhere than its header says; the table tells in which section. */
static mlc_status check_end(const mlci_container_in *c, int64_t n, int64_t declared, mlc_error *err)
{
    if (n == declared) return MLC_OK;
    if (n > declared) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, declared + 1, "header",
                            "the file has %lld bytes where its header says %lld: something was "
                            "appended after section '%s'",
                            (long long)n, (long long)declared, c->sections[c->n - 1].name);
    }
    int32_t i = 0;
    while (c->sections[i].offset + c->sections[i].n_stored <= n)
        i++;
    const mlci_in_section *const s = &c->sections[i];
    return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, n + 1, s->name,
                        "the file is cut short: it ends at byte %lld of %lld, and section '%s' "
                        "goes from byte %lld to %lld",
                        (long long)n, (long long)declared, s->name, (long long)s->offset,
                        (long long)(s->offset + s->n_stored));
}

/* Between sections there is nothing but zeros, up to the next multiple of 64. */
static mlc_status check_gaps(const mlci_container_in *c, const uint8_t *file, mlc_error *err)
{
    for (int32_t i = 0; i + 1 < c->n; i++) {
        const mlci_in_section *const s = &c->sections[i];
        for (int64_t at = s->offset + s->n_stored; at < s[1].offset; at++) {
            if (file[at] == 0) continue;
            return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, at + 1, s->name,
                                "section '%s' is followed by bytes where zeros belong, at byte "
                                "%lld",
                                s->name, (long long)at);
        }
    }
    return MLC_OK;
}

static mlc_status read_table(mlci_container_in *c, const uint8_t *file, int64_t n, mlc_error *err)
{
    const uint64_t declared = get(file + 16, 8);
    const int64_t file_end = declared > INT64_MAX ? INT64_MAX : (int64_t)declared;
    const int64_t table = entry_at(c->n);
    name_reader names = {.names = file + table, .n = c->n_header - table};
    c->sections = mlci_alloc(c->root, c->n, sizeof *c->sections);
    c->names = mlci_alloc(c->root, names.n + c->n, 1);
    if (c->sections == NULL || c->names == NULL) {
        return mlci_fail_memory(err, c->n, sizeof *c->sections);
    }
    names.copy = c->names;
    int64_t start = c->n_header, end = start, total = 0;
    for (int32_t i = 0; i < c->n; i++) {
        const uint8_t *entry = file + entry_at(i);
        MLCI_TRY(read_name(c, i, entry, &names, err));
        MLCI_TRY(read_entry(c, i, entry, start, file_end, err));
        const mlci_in_section *const s = &c->sections[i];
        if (s->n_raw > c->limits->max_bytes - total) {
            return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                             "the artifact is larger than max_bytes = %lld when unpacked: section "
                             "'%s' has %lld bytes",
                             (long long)c->limits->max_bytes, s->name, (long long)s->n_raw);
        }
        total += s->n_raw;
        end = start + s->n_stored;
        start = end > INT64_MAX - 63 ? INT64_MAX : (end + 63) & ~INT64_C(63);
    }
    if (end != file_end) return bad_entry(err, c->n - 1, "is followed by something else");
    if (names.n - names.at >= 64) return bad_header(err, 12, "has a bad length");
    for (int64_t at = names.at; at < names.n; at++) {
        if (names.names[at] != 0) return bad_header(err, table + at, "has bytes after its names");
    }
    MLCI_TRY(check_end(c, n, file_end, err));
    return check_gaps(c, file, err);
}

/* ---- contents --------------------------------------------------------------------------- */

static mlc_status read_contents(mlci_container_in *c, const uint8_t *file, mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        mlci_in_section *s = &c->sections[i];
        s->raw = file + s->offset;
        if (s->flags & MLCI_SECTION_DEFLATE) MLCI_TRY(mlci_section_inflate(c, s, file, err));
        if (mlci_crc32(0, s->raw, s->n_raw) != s->crc) {
            return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, s->offset + 1, s->name,
                                "section '%s' does not match its checksum: the file is damaged "
                                "between bytes %lld and %lld",
                                s->name, (long long)s->offset,
                                (long long)(s->offset + s->n_stored));
        }
    }
    return MLC_OK;
}

static mlc_status add_section(mlci_sha256 *sha, const mlci_container_in *c,
                              const mlci_in_section *s, mlc_error *err)
{
    const uint64_t n_name = strlen(s->name), n_raw = (uint64_t)s->n_raw;
    uint8_t numbers[14];
    for (int k = 0; k < 4; k++)
        numbers[k] = (uint8_t)(n_name >> 8 * k);
    mlci_sha256_add(sha, numbers, 4);
    mlci_sha256_add(sha, s->name, (int64_t)n_name);
    for (int k = 0; k < 2; k++)
        numbers[k] = (uint8_t)(s->version >> 8 * k);
    for (int k = 0; k < 8; k++)
        numbers[2 + k] = (uint8_t)(n_raw >> 8 * k);
    mlci_sha256_add(sha, numbers, 10);
    for (int64_t at = 0; at < s->n_raw; at += POLL_BYTES) {
        const int64_t left = s->n_raw - at;
        mlci_sha256_add(sha, s->raw + at, left < POLL_BYTES ? left : POLL_BYTES);
        if (c->limits->call != NULL) MLCI_TRY(mlci_poll(c->limits->call, err));
    }
    return MLC_OK;
}

static mlc_status check_content_id(mlci_container_in *c, const uint8_t *file, mlc_error *err)
{
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    for (int32_t i = 0; i < c->n; i++) {
        MLCI_TRY(add_section(&sha, c, &c->sections[i], err));
    }
    mlci_sha256_finish(&sha, c->content_id);
    if (memcmp(c->content_id, file + 48, 32) == 0) return MLC_OK;
    return bad_header(err, 48, "has another content id than the sections");
}

mlc_status mlci_container_open(mlci_root *root, const void *bytes, int64_t n_bytes,
                               const mlci_limits *limits, mlci_container_in *out, mlc_error *err)
{
    mlci_container_in c = {.root = root, .limits = limits, .last_found = -1};
    mlc_status status = check_start(bytes, n_bytes, err);
    if (status == MLC_OK) status = check_header_sum(bytes, n_bytes, &c, err);
    if (status == MLC_OK) status = check_features(bytes, &c, err);
    if (status == MLC_OK) status = check_header_limits(&c, err);
    if (status == MLC_OK) status = read_table(&c, bytes, n_bytes, err);
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
        mlci_in_section *const s = &c->sections[i];
        if (strcmp(s->name, name) != 0) continue;
        if (!(s->flags & MLCI_SECTION_CRITICAL)) {
            return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, entry_at(i) + 1, name,
                                "section '%s' is not marked as critical", name);
        }
        if (i <= c->last_found) {
            return mlci_fail_at(err, MLC_ERROR_FORMAT, 0, entry_at(i) + 1, name,
                                "section '%s' comes before section '%s': they are in the wrong "
                                "order",
                                name, c->sections[c->last_found].name);
        }
        c->last_found = i;
        s->used = 1;
        *data = s->raw;
        *length = s->n_raw;
        return MLC_OK;
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
