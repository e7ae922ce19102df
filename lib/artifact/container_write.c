/* Writes the artifact's container. The same sections give the same bytes when stored; deflated
 * bytes depend on the zlib, which is why the content id is over the raw ones. */
#include <string.h>
#include <zlib.h>

#include "checked.h"
#include "container.h"
#include "sha256.h"

#define DEFLATE_BYTES (1 << 18) /* what zlib takes, for the message */

mlci_writer *mlci_container_add(mlci_container_out *c, const char *name, int32_t flags)
{
    if (c->n == c->capacity) {
        const int32_t capacity = c->capacity == 0 ? 16 : c->capacity * 2;
        mlci_out_section *grown = mlci_realloc(c->root, c->sections, capacity, sizeof *grown);
        if (grown == NULL) return NULL;
        c->sections = grown;
        c->capacity = capacity;
    }
    mlci_out_section *s = &c->sections[c->n];
    s->name = mlci_copy_text(c->root, name, (int64_t)strlen(name));
    if (s->name == NULL) return NULL;
    s->version = 1;
    s->flags = flags;
    mlci_writer_init(&s->content, c->root);
    c->n++;
    return &s->content;
}

void mlci_container_clear(mlci_container_out *c)
{
    for (int32_t i = 0; i < c->n; i++) {
        mlci_free(c->sections[i].name);
        mlci_writer_clear(&c->sections[i].content);
    }
    mlci_free(c->sections);
    c->sections = NULL;
    c->n = c->capacity = 0;
}

static void put(uint8_t *at, uint64_t value, int n_bytes)
{
    for (int i = 0; i < n_bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void *zlib_alloc(void *root, uInt items, uInt size)
{
    return mlci_alloc_raw(root, items, size);
}

static void zlib_free(void *root, void *block)
{
    (void)root;
    mlci_free(block);
}

/* Deflates into out, which has room for the raw bytes less an eighth; *n is 0 when that is too
 * little, and the section is then stored. */
static mlc_status deflate_section(mlci_root *root, const mlci_writer *content, uint8_t *out,
                                  int64_t room, int64_t *n, mlc_error *err)
{
    z_stream z = {.zalloc = zlib_alloc, .zfree = zlib_free, .opaque = root};
    *n = 0;
    if (content->length > UINT32_MAX / 2) return MLC_OK;
    if (deflateInit(&z, 6) != Z_OK) return mlci_fail_memory(err, 1, DEFLATE_BYTES);
    z.next_in = content->data;
    z.avail_in = (uInt)content->length;
    z.next_out = out;
    z.avail_out = (uInt)room;
    const int done = deflate(&z, Z_FINISH);
    if (done == Z_STREAM_END) *n = (int64_t)z.total_out;
    deflateEnd(&z);
    return MLC_OK;
}

static void content_id(const mlci_container_out *c, uint8_t out[32])
{
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_out_section *s = &c->sections[i];
        uint8_t numbers[14];
        const size_t n_name = strlen(s->name);
        put(numbers, n_name, 4);
        mlci_sha256_add(&sha, numbers, 4);
        mlci_sha256_add(&sha, s->name, (int64_t)n_name);
        put(numbers, (uint64_t)s->version, 2);
        put(numbers + 2, (uint64_t)s->content.length, 8);
        mlci_sha256_add(&sha, numbers, 10);
        mlci_sha256_add(&sha, s->content.data, s->content.length);
    }
    mlci_sha256_finish(&sha, out);
}

/* What a load with its usual limits would refuse is better not written. */
static mlc_status check_table(const mlci_container_out *c, mlc_error *err)
{
    const mlci_limits *const most = &mlci_default_limits;
    if (c->n > most->max_sections) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "the model has %d sections; an artifact holds at most %lld", (int)c->n,
                         (long long)most->max_sections);
    }
    for (int32_t i = 0; i < c->n; i++) {
        const int64_t n = (int64_t)strlen(c->sections[i].name);
        if (n <= most->max_name_bytes) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, c->sections[i].name,
                         "the names of a step and of those that it is in have %lld bytes; an "
                         "artifact takes at most %lld: give them shorter names",
                         (long long)n, (long long)most->max_name_bytes);
    }
    return MLC_OK;
}

/* Bytes of header, table and names; and the most that the file can take. */
static mlc_status measure(const mlci_container_out *c, int64_t *header, int64_t *most,
                          mlc_error *err)
{
    int64_t n = MLCI_HEADER_BYTES + (int64_t)MLCI_ENTRY_BYTES * c->n;
    for (int32_t i = 0; i < c->n; i++)
        n += (int64_t)strlen(c->sections[i].name);
    int64_t total = *header = (n + 63) & ~INT64_C(63);
    for (int32_t i = 0; i < c->n; i++) {
        int64_t padded = 0;
        if (!mlci_round_up_size(c->sections[i].content.length, 64, &padded) ||
            !mlci_add_size(total, padded, &total)) {
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the artifact is too large");
        }
    }
    *most = total;
    return MLC_OK;
}

/* Where the next section goes, and where the last one ended. */
typedef struct cursor {
    int64_t at, end;
} cursor;

/* Places one section and fills its entry. */
static mlc_status place(const mlci_container_out *c, mlci_out_section *s, int32_t compress,
                        uint8_t *file, cursor *where, uint8_t *entry, mlc_error *err)
{
    int64_t n = 0;
    const int64_t raw = s->content.length;
    if (compress && raw >= 64) {
        MLCI_TRY(deflate_section(c->root, &s->content, file + where->at, raw - raw / 8, &n, err));
    }
    if (n > 0) {
        s->flags |= MLCI_SECTION_DEFLATE;
    } else {
        n = raw;
        if (n > 0) memcpy(file + where->at, s->content.data, (size_t)n);
    }
    put(entry + 8, (uint64_t)s->version, 2);
    put(entry + 10, (uint64_t)s->flags, 2);
    put(entry + 12, mlci_crc32(0, s->content.data, raw), 4);
    put(entry + 16, (uint64_t)where->at, 8);
    put(entry + 24, (uint64_t)n, 8);
    put(entry + 32, (uint64_t)raw, 8);
    where->end = where->at + n;
    where->at = (where->end + 63) & ~INT64_C(63);
    memset(file + where->end, 0, (size_t)(where->at - where->end));
    return MLC_OK;
}

mlc_status mlci_container_finish(mlci_container_out *c, int32_t compress, char **out,
                                 int64_t *n_out, mlc_error *err)
{
    int64_t header = 0, most = 0;
    for (int32_t i = 0; i < c->n; i++) {
        MLCI_TRY(mlci_writer_status(&c->sections[i].content, err));
    }
    MLCI_TRY(check_table(c, err));
    MLCI_TRY(measure(c, &header, &most, err));
    uint8_t *file = mlci_alloc(c->root, most, 1);
    if (file == NULL) return mlci_fail_memory(err, most, 1);
    cursor where = {header, header};
    int64_t name_at = 0;
    mlc_status status = MLC_OK;
    uint8_t *const names = file + MLCI_HEADER_BYTES + (int64_t)MLCI_ENTRY_BYTES * c->n;
    for (int32_t i = 0; i < c->n && status == MLC_OK; i++) {
        uint8_t *entry = file + MLCI_HEADER_BYTES + (int64_t)MLCI_ENTRY_BYTES * i;
        const int64_t n_name = (int64_t)strlen(c->sections[i].name);
        put(entry, (uint64_t)name_at, 4);
        put(entry + 4, (uint64_t)n_name, 4);
        memcpy(names + name_at, c->sections[i].name, (size_t)n_name);
        name_at += n_name;
        status = place(c, &c->sections[i], compress, file, &where, entry, err);
    }
    if (status != MLC_OK) {
        mlci_free(file);
        return status;
    }
    memcpy(file, mlci_container_magic, sizeof mlci_container_magic);
    put(file + 8, MLCI_CONTAINER_MAJOR, 2);
    put(file + 10, MLCI_CONTAINER_MINOR, 2);
    put(file + 12, (uint64_t)header, 4);
    put(file + 16, (uint64_t)where.end, 8);
    put(file + 24, (uint64_t)c->n, 4);
    content_id(c, file + 48);
    put(file + 80, (uint64_t)c->oldest[0], 2);
    put(file + 82, (uint64_t)c->oldest[1], 2);
    put(file + 28, mlci_crc32(0, file, header), 4);
    *out = (char *)file;
    *n_out = where.end;
    return MLC_OK;
}
