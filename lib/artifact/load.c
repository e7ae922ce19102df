/* Artifacts read back: the container, then each section, then whether the parts fit each other
 * and give the stored predictions again. Nothing is handed out before the last of these. */
#include "load.h"

#include <string.h>

#include "file.h"
#include "golden.h"
#include "origin.h"
#include "program.h"

#define CONTENT_ID_DIGITS 64

#define LIMIT(member, default_, low_, doc_)                                                        \
    {                                                                                              \
        .name = #member, .type = MLCI_PARAM_INTEGER, .integer = (default_), .low = (low_),         \
        .offset = (int64_t)offsetof(mlci_load_settings, limits.member), .high = INT64_MAX,         \
        .doc = "refuse artifacts with more " doc_                                                  \
    }

static const mlci_param load_params[] = {
    LIMIT(max_bytes, MLCI_MAX_BYTES, 1, "bytes, in the file or when unpacked"),
    LIMIT(max_header_bytes, MLCI_MAX_HEADER_BYTES, 1, "bytes of header, table and names"),
    LIMIT(max_sections, MLCI_MAX_SECTIONS, 1, "sections"),
    LIMIT(max_name_bytes, MLCI_MAX_NAME_BYTES, 1, "bytes in the name of a section"),
    LIMIT(max_ratio, MLCI_MAX_RATIO, 1, "unpacked bytes for each stored byte of a section"),
    LIMIT(max_info_bytes, MLCI_MAX_INFO_BYTES, 0, "bytes of notes about the model"),
    LIMIT(max_steps, MLCI_MAX_STEPS, 1, "steps"),
    LIMIT(max_features, MLCI_MAX_FEATURES, 1, "inputs, or features of a model"),
    LIMIT(max_classes, MLCI_MAX_LOADED_CLASSES, 1, "classes"),
    LIMIT(max_trees, MLCI_MAX_TREES, 0, "trees in a model"),
    LIMIT(max_nodes, MLCI_MAX_NODES, 0, "nodes in the trees of a model"),
    LIMIT(max_depth, MLCI_MAX_DEPTH, 0, "splits from the root of a tree to a leaf"),
    LIMIT(max_golden_rows, MLCI_MAX_GOLDEN_ROWS, 0, "golden rows"),
    MLCI_BOOL(mlci_load_settings, selftest, 1, "predict the golden rows again and compare"),
    MLCI_STRING(mlci_load_settings, content_id, NULL,
                "refuse artifacts with another content id than these 64 hexadecimal digits",
                .flags = MLCI_PARAM_NONE),
    {.name = NULL},
};

static mlc_status check_settings(const void *values, mlc_error *err)
{
    const mlci_load_settings *const s = values;
    const char *const id = s->content_id;
    if (id == NULL) return MLC_OK;
    if (strlen(id) == CONTENT_ID_DIGITS && strspn(id, "0123456789abcdef") == CONTENT_ID_DIGITS) {
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, "content_id",
                     "content_id = %s: must be 64 digits of 0-9 and a-f", id);
}

mlc_status mlci_load_settings_read(mlci_root *root, const char *text, mlci_load_settings *out,
                                   mlc_error *err)
{
    *out = (mlci_load_settings){.selftest = 1};
    return mlci_params_from_text(root, "load", load_params, check_settings, text, out, err);
}

void mlci_load_settings_clear(mlci_load_settings *settings)
{
    mlci_params_clear(load_params, settings);
}

/* ---- container -------------------------------------------------------------------------- */

void mlci_content_id_format(const uint8_t id[32], char out[MLCI_CONTENT_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        out[2 * i] = digits[id[i] >> 4];
        out[2 * i + 1] = digits[id[i] & 15];
    }
    out[CONTENT_ID_DIGITS] = '\0';
}

static mlc_status check_asked_id(const mlci_container_in *c, const char *asked, mlc_error *err)
{
    char found[MLCI_CONTENT_ID_SIZE];
    mlci_content_id_format(c->content_id, found);
    if (asked == NULL || strcmp(asked, found) == 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_FORMAT, "header",
                     "the artifact is another one: its content id is %s, not %s", found, asked);
}

static mlc_status check_sections(const mlci_container_in *c, mlc_error *err)
{
    static const char *const known[] = {"schema", "model", "golden"};
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_in_section *s = &c->sections[i];
        if (strcmp(s->name, "info") == 0 && s->n_raw > c->limits->max_info_bytes) {
            return mlci_fail(err, MLC_ERROR_LIMIT, "info",
                             "section 'info': %lld bytes: more than max_info_bytes = %lld of "
                             "the load settings",
                             (long long)s->n_raw, (long long)c->limits->max_info_bytes);
        }
        if (!(s->flags & MLCI_SECTION_CRITICAL)) continue;
        if (s->version != 1) {
            return mlci_fail(err, MLC_ERROR_VERSION, s->name,
                             "section '%s' has version %d; this library knows 1", s->name,
                             (int)s->version);
        }
        if (strncmp(s->name, "state/", 6) == 0) continue;
        int found = 0;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            found |= strcmp(s->name, known[k]) == 0;
        }
        if (found) continue;
        return mlci_fail(err, MLC_ERROR_VERSION, s->name,
                         "the artifact has a section '%s' that this library does not know and "
                         "that the model cannot do without",
                         s->name);
    }
    return MLC_OK;
}

static mlc_status find_section(void *user, const char *name, const void **data, int64_t *length,
                               mlc_error *err)
{
    return mlci_container_find(user, name, data, length, err);
}

static mlc_status load_record(mlci_root *root, mlci_container_in *c, mlci_record **out,
                              mlc_error *err)
{
    const void *data = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_container_find(c, "schema", &data, &n, err));
    mlci_reader r;
    mlci_reader_init(&r, root, "schema", data, n);
    r.limits = c->limits;
    mlci_record *record = mlci_record_load(&r);
    const mlc_status status = mlci_reader_finish(&r, err);
    if (status != MLC_OK) {
        mlci_record_unref(record);
        return status;
    }
    *out = record;
    return MLC_OK;
}

/* The parts must fit each other before a record is sent through them. */
static mlc_status check_whole(const mlci_component *component, const mlci_record *record,
                              mlc_error *err)
{
    mlci_program *program = NULL;
    mlc_error inner;
    const mlc_status status =
        mlci_program_compile(component->root, component, record->inputs, &program, &inner);
    mlci_program_free(program);
    if (status == MLC_OK || status == MLC_ERROR_NO_MEMORY) {
        if (status != MLC_OK && err != NULL) *err = inner;
        return status;
    }
    return mlci_fail(err, MLC_ERROR_FORMAT, "model", "the steps do not fit each other: %s",
                     inner.message);
}

static mlc_status load_golden(mlc_context *call, mlci_container_in *c, mlc_model *model,
                              int32_t check, mlc_error *err)
{
    const void *data = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_container_find(c, "golden", &data, &n, err));
    mlci_reader r;
    mlci_reader_init(&r, model->root, "golden", data, n);
    r.limits = c->limits;
    return mlci_golden_load(call, model, &r, check, err);
}

/* Notes about an imported model's library. They are carried along, not relied on. */
static mlc_status load_origin(mlci_root *root, const mlci_container_in *c, mlci_record *record,
                              mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_in_section *const s = &c->sections[i];
        if (strcmp(s->name, "origin") != 0 || (s->flags & MLCI_SECTION_CRITICAL)) continue;
        if (s->n_raw > c->limits->max_info_bytes)
            return mlci_fail(err, MLC_ERROR_LIMIT, "origin",
                             "section 'origin': %lld bytes: more than max_info_bytes = %lld of "
                             "the load settings",
                             (long long)s->n_raw, (long long)c->limits->max_info_bytes);
        record->origin = mlci_copy_text(root, (const char *)s->raw, s->n_raw);
        if (record->origin == NULL) return mlci_fail_memory(err, s->n_raw + 1, 1);
        mlc_dataset *table = NULL;
        mlc_error inner;
        const mlc_status status = mlci_origin_table(root, record->origin, &table, &inner);
        mlc_dataset_free(table);
        if (status == MLC_OK) continue;
        if (status == MLC_ERROR_NO_MEMORY) return mlci_fail_memory(err, s->n_raw, 1);
        return mlci_fail(err, MLC_ERROR_FORMAT, "origin", "section 'origin': %s", inner.message);
    }
    return MLC_OK;
}

static mlc_status load_container(mlc_context *call, mlci_container_in *c, int32_t selftest,
                                 mlc_model **out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    MLCI_TRY(check_sections(c, err));
    mlci_record *record = NULL;
    MLCI_TRY(load_record(root, c, &record, err));
    mlc_status status = load_origin(root, c, record, err);
    const mlci_section_source source = {c, find_section, c->limits};
    mlci_component *component = NULL;
    if (status == MLC_OK)
        status = mlci_component_load(call, root, MLCI_KIND_MODEL, &source, &component, err);
    if (status == MLC_OK) status = check_whole(component, record, err);
    if (status != MLC_OK) {
        mlci_component_unref(component);
        mlci_record_unref(record);
        return status;
    }
    mlc_model *model = NULL;
    MLCI_TRY(mlci_model_wrap(root, component, record, NULL, &model, err));
    status = load_golden(call, c, model, selftest, err);
    if (status == MLC_OK) status = mlci_container_check_used(c, err);
    if (status != MLC_OK) {
        mlc_model_free(model);
        return status;
    }
    *out = model;
    return MLC_OK;
}

mlc_status mlci_load_bytes(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                           mlci_load_settings *s, mlci_container_in *c, mlc_model **out,
                           mlc_error *err)
{
    mlc_context local, *call = NULL;
    if (n_bytes > s->limits.max_bytes) {
        return mlci_fail(
            err, MLC_ERROR_LIMIT, "max_bytes",
            "the artifact has %lld bytes: more than max_bytes = %lld of the load settings",
            (long long)n_bytes, (long long)s->limits.max_bytes);
    }
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    s->limits.call = call;
    mlc_status status =
        mlci_container_open(mlci_context_root(ctx), bytes, n_bytes, &s->limits, c, err);
    if (status == MLC_OK) status = check_asked_id(c, s->content_id, err);
    if (status == MLC_OK) status = load_container(call, c, s->selftest, out, err);
    mlci_call_end(call);
    s->limits.call = NULL;
    return status;
}

mlc_status mlc_model_load_memory(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                 const char *settings, mlc_model **out, mlc_error *err)
{
    if (bytes == NULL || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "bytes", "bytes or out is NULL, or n_bytes < 0");
    }
    mlci_load_settings s;
    mlci_container_in c = {0};
    MLCI_TRY(mlci_load_settings_read(mlci_context_root(ctx), settings, &s, err));
    const mlc_status status = mlci_load_bytes(ctx, bytes, n_bytes, &s, &c, out, err);
    mlci_container_close(&c);
    mlci_load_settings_clear(&s);
    return status;
}

mlc_status mlci_load_file(mlci_root *root, const char *path, const mlci_load_settings *s,
                          char **bytes, int64_t *n_bytes, mlc_error *err)
{
    const mlc_status status = mlci_file_read(root, path, s->limits.max_bytes, bytes, n_bytes, err);
    if (status != MLC_ERROR_LIMIT) return status;
    return mlci_fail(err, status, "max_bytes",
                     "%s: the file has more bytes than max_bytes = %lld of the load settings", path,
                     (long long)s->limits.max_bytes);
}

mlc_status mlc_model_load(mlc_context *ctx, const char *path, const char *settings, mlc_model **out,
                          mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path or out is NULL");
    }
    mlci_root *root = mlci_context_root(ctx);
    mlci_load_settings s;
    mlci_container_in c = {0};
    char *bytes = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_load_settings_read(root, settings, &s, err));
    mlc_status status = mlci_load_file(root, path, &s, &bytes, &n, err);
    if (status == MLC_OK) {
        status = mlci_name_file(path, mlci_load_bytes(ctx, bytes, n, &s, &c, out, err), err);
    }
    mlci_container_close(&c);
    mlci_free(bytes);
    mlci_load_settings_clear(&s);
    return status;
}
