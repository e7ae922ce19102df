/* An artifact checked in full: what a load checks, by the same code, so that the two never differ;
 * then what a load leaves aside, the notes. The result is a table of what the file is made of. */
#include <stdio.h>
#include <string.h>

#include "dataset_impl.h"
#include "file.h"
#include "json.h"
#include "load.h"
#include "sha256.h"

#define CRC_SIZE 9 /* as text, with a NUL */

/* The notes are JSON of one object; nesting is bounded by the reader. */
static mlc_status check_info(const mlci_container_in *c, const mlci_in_section *s, mlc_error *err)
{
    mlci_json json;
    mlc_error inner;
    mlci_json_open(&json, c->root, (const char *)s->raw, s->n_raw);
    mlc_status status = mlci_json_next(&json, &inner);
    if (status == MLC_OK && json.event != MLCI_JSON_OBJECT) {
        status = mlci_fail(&inner, MLC_ERROR_SYNTAX, NULL, "there is no object");
    }
    while (status == MLC_OK && json.event != MLCI_JSON_END) {
        status = mlci_json_next(&json, &inner);
    }
    mlci_json_close(&json);
    if (status == MLC_OK) return MLC_OK;
    if (status == MLC_ERROR_NO_MEMORY) {
        if (err != NULL) *err = inner;
        return status;
    }
    return mlci_fail_at(err, MLC_ERROR_FORMAT, inner.line, inner.column, "info",
                        "section 'info', line %lld, byte %lld, is not JSON: %s",
                        (long long)inner.line, (long long)inner.column, inner.message);
}

/* The columns of the table; row 0 is the header. */
typedef struct report {
    int64_t n;
    const char **names;
    int64_t *version, *critical, *deflated, *offset, *stored, *bytes;
    char (*crc)[CRC_SIZE], (*id)[MLCI_CONTENT_ID_SIZE];
    const char **crcs, **ids;
} report;

static int open_report(report *t, mlci_root *root, int64_t n)
{
    t->n = n;
    t->names = mlci_alloc(root, n, sizeof *t->names);
    t->version = mlci_alloc(root, 6 * n, sizeof *t->version);
    t->crc = mlci_alloc(root, n, sizeof *t->crc);
    t->id = mlci_alloc(root, n, sizeof *t->id);
    t->crcs = mlci_alloc(root, n, sizeof *t->crcs);
    t->ids = mlci_alloc(root, n, sizeof *t->ids);
    if (t->names == NULL || t->version == NULL || t->crc == NULL || t->id == NULL ||
        t->crcs == NULL || t->ids == NULL) {
        return 0;
    }
    t->critical = t->version + n;
    t->deflated = t->critical + n;
    t->offset = t->deflated + n;
    t->stored = t->offset + n;
    t->bytes = t->stored + n;
    return 1;
}

static void close_report(report *t)
{
    mlci_free(t->names);
    mlci_free(t->version);
    mlci_free(t->crc);
    mlci_free(t->id);
    mlci_free(t->crcs);
    mlci_free(t->ids);
}

static void fill_row(report *t, int64_t i, const mlci_in_section *s, const uint8_t id[32])
{
    t->names[i] = s->name;
    t->version[i] = s->version;
    t->critical[i] = (s->flags & MLCI_SECTION_CRITICAL) != 0;
    t->deflated[i] = (s->flags & MLCI_SECTION_DEFLATE) != 0;
    t->offset[i] = s->offset;
    t->stored[i] = s->n_stored;
    t->bytes[i] = s->n_raw;
    snprintf(t->crc[i], CRC_SIZE, "%08x", (unsigned)s->crc);
    mlci_content_id_format(id, t->id[i]);
    t->crcs[i] = t->crc[i];
    t->ids[i] = t->id[i];
}

static void fill_report(report *t, const mlci_container_in *c)
{
    const mlci_in_section header = {.name = "header",
                                    .version = MLCI_CONTAINER_MAJOR,
                                    .flags = MLCI_SECTION_CRITICAL,
                                    .crc = c->header_crc,
                                    .n_stored = c->n_header,
                                    .n_raw = c->n_header};
    fill_row(t, 0, &header, c->content_id);
    for (int32_t i = 0; i < c->n; i++) {
        uint8_t id[32];
        mlci_sha256 sha;
        mlci_sha256_init(&sha);
        mlci_sha256_add(&sha, c->sections[i].raw, c->sections[i].n_raw);
        mlci_sha256_finish(&sha, id);
        fill_row(t, i + 1, &c->sections[i], id);
    }
}

static mlc_status make_table(mlci_root *root, const mlci_container_in *c, mlc_dataset **out,
                             mlc_error *err)
{
    report t = {0};
    mlc_status status = MLC_OK;
    if (open_report(&t, root, (int64_t)c->n + 1)) {
        mlci_table table;
        fill_report(&t, c);
        mlci_table_init(&table, root);
        mlci_table_texts(&table, "section", t.n, t.names);
        mlci_table_integers(&table, "version", t.n, t.version);
        mlci_table_integers(&table, "critical", t.n, t.critical);
        mlci_table_integers(&table, "deflated", t.n, t.deflated);
        mlci_table_integers(&table, "offset", t.n, t.offset);
        mlci_table_integers(&table, "stored", t.n, t.stored);
        mlci_table_integers(&table, "bytes", t.n, t.bytes);
        mlci_table_texts(&table, "crc32", t.n, t.crcs);
        mlci_table_texts(&table, "sha256", t.n, t.ids);
        status = mlci_table_finish(&table, out, err);
    } else {
        status = mlci_fail_memory(err, t.n, sizeof *t.id);
    }
    close_report(&t);
    return status;
}

static mlc_status validate_bytes(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                 mlci_load_settings *s, mlc_dataset **out, mlc_error *err)
{
    mlci_container_in c = {0};
    mlc_model *model = NULL;
    mlc_status status = mlci_load_bytes(ctx, bytes, n_bytes, s, &c, &model, err);
    for (int32_t i = 0; status == MLC_OK && i < c.n; i++) {
        if (strcmp(c.sections[i].name, "info") == 0) status = check_info(&c, &c.sections[i], err);
    }
    if (status == MLC_OK && out != NULL) {
        status = make_table(mlci_context_root(ctx), &c, out, err);
    }
    mlc_model_free(model);
    mlci_container_close(&c);
    return status;
}

mlc_status mlc_model_validate_memory(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                     const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (bytes == NULL || n_bytes < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "bytes", "bytes is NULL, or n_bytes < 0");
    }
    mlci_load_settings s;
    MLCI_TRY(mlci_load_settings_read(mlci_context_root(ctx), settings, &s, err));
    const mlc_status status = validate_bytes(ctx, bytes, n_bytes, &s, out, err);
    mlci_load_settings_clear(&s);
    return status;
}

mlc_status mlc_model_validate(mlc_context *ctx, const char *path, const char *settings,
                              mlc_dataset **out, mlc_error *err)
{
    if (path == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path is NULL");
    mlci_root *root = mlci_context_root(ctx);
    mlci_load_settings s;
    char *bytes = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_load_settings_read(root, settings, &s, err));
    mlc_status status = mlci_load_file(root, path, &s, &bytes, &n, err);
    if (status == MLC_OK) {
        status = mlci_name_file(path, validate_bytes(ctx, bytes, n, &s, out, err), err);
    }
    mlci_free(bytes);
    mlci_load_settings_clear(&s);
    return status;
}
