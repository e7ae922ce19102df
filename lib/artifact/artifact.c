/* Artifacts: fitted models saved to and loaded from one file.
 *
 * Sections: "info" (JSON about the file: library version, recipe, description; reading it never
 * affects prediction), "schema" (the record of the fit), "model" and "state/..." (the tree of
 * components), "golden" (rows with their predictions). */
#include <string.h>

#include "container.h"
#include "file.h"
#include "golden.h"
#include "program.h"

/* ---- saving ----------------------------------------------------------------------------- */

struct save_settings {
    int32_t sync;
    int32_t compress;
    char *description;
};

static const mlci_param save_params[] = {
    MLCI_BOOL(struct save_settings, sync, 1, "wait until the file is on the disk"),
    MLCI_BOOL(struct save_settings, compress, 0, "deflate sections where that pays"),
    MLCI_STRING(struct save_settings, description, NULL, "free text, kept in the file",
                .flags = MLCI_PARAM_NONE),
    {.name = NULL},
};

static mlci_writer *open_section(void *user, const char *name)
{
    return mlci_container_add(user, name, MLCI_SECTION_CRITICAL);
}

static mlc_status write_info(const mlc_model *model, const struct save_settings *s,
                             mlci_container_out *c, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_component_to_recipe(model->component, 1, &recipe, err));
    mlci_text text = mlci_text_init(c->root);
    mlci_text_append_text(&text, "{\"library\": \"libmlcore\", \"version\": ");
    const char *version = mlc_version(NULL, NULL, NULL);
    mlci_text_append_json(&text, version, (int64_t)strlen(version));
    mlci_text_append_format(&text, ", \"rows\": %lld", (long long)model->record->n_rows);
    if (s->description != NULL) {
        mlci_text_append_text(&text, ", \"description\": ");
        mlci_text_append_json(&text, s->description, (int64_t)strlen(s->description));
    }
    mlci_text_append_text(&text, ", \"recipe\": ");
    mlci_recipe_format(recipe, 1, &text);
    mlci_text_append_text(&text, "}\n");
    mlci_recipe_free(recipe);
    mlc_status status = mlci_text_status(&text, err);
    mlci_writer *w = status == MLC_OK ? mlci_container_add(c, "info", 0) : NULL;
    if (w != NULL) {
        mlci_write_bytes(w, text.data, text.length);
    } else if (status == MLC_OK) {
        status = mlci_fail_memory(err, 1, 1);
    }
    mlci_text_clear(&text);
    return status;
}

static mlc_status fill_container(mlc_context *call, const mlc_model *model,
                                 const struct save_settings *s, mlci_container_out *c,
                                 mlc_error *err)
{
    MLCI_TRY(write_info(model, s, c, err));
    mlci_writer *w = open_section(c, "schema");
    if (w == NULL) return mlci_fail_memory(err, 1, 1);
    mlci_record_save(model->record, w);
    const mlci_section_sink sink = {c, open_section};
    MLCI_TRY(mlci_component_save(model->component, &sink, err));
    w = open_section(c, "golden");
    if (w == NULL) return mlci_fail_memory(err, 1, 1);
    return mlci_golden_save(call, model, w, err);
}

static mlc_status save_bytes(mlc_context *call, const mlc_model *model,
                             const struct save_settings *s, char **out, int64_t *n_out,
                             mlc_error *err)
{
    mlci_container_out c = {.root = mlci_context_root(call)};
    mlc_status status = fill_container(call, model, s, &c, err);
    if (status == MLC_OK) status = mlci_container_finish(&c, s->compress, out, n_out, err);
    mlci_container_clear(&c);
    return status;
}

/* The context of a save without one is the model's own root. */
static mlc_status save_call(mlc_context *ctx, mlci_root *root, const mlc_model *model,
                            const char *settings, const char *path, mlc_buffer **buffer,
                            mlc_error *err)
{
    struct save_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "save", save_params, NULL, settings, &s, err));
    mlc_context local, *call = NULL;
    char *bytes = NULL;
    int64_t n = 0;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err);
    if (status == MLC_OK) {
        status = save_bytes(call, model, &s, &bytes, &n, err);
        mlci_call_end(call);
    }
    if (status == MLC_OK && path != NULL) {
        status = mlci_file_write(root, path, bytes, n, s.sync, err);
    } else if (status == MLC_OK) {
        status = mlc_buffer_create(ctx, bytes, n, buffer, err);
    }
    mlci_free(bytes);
    mlci_params_clear(save_params, &s);
    return status;
}

mlc_status mlc_model_save(const mlc_model *model, const char *path, const char *settings,
                          mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (path == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path is NULL");
    return save_call(NULL, model->root, model, settings, path, NULL, err);
}

mlc_status mlc_model_save_memory(mlc_context *ctx, const mlc_model *model, const char *settings,
                                 mlc_buffer **out, mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    return save_call(ctx, mlci_context_root(ctx), model, settings, NULL, out, err);
}

/* ---- loading ---------------------------------------------------------------------------- */

struct load_settings {
    int64_t max_bytes;
    int32_t selftest;
};

static const mlci_param load_params[] = {
    MLCI_INTEGER(struct load_settings, max_bytes, MLCI_DEFAULT_MAX_BYTES, 1, INT64_MAX,
                 "refuse artifacts that are larger than this when unpacked"),
    MLCI_BOOL(struct load_settings, selftest, 1, "predict the golden rows again and compare"),
    {.name = NULL},
};

static mlc_status check_sections(const mlci_container_in *c, mlc_error *err)
{
    static const char *const known[] = {"schema", "model", "golden"};
    for (int32_t i = 0; i < c->n; i++) {
        const mlci_in_section *s = &c->sections[i];
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
    return mlci_golden_load(call, model, &r, check, err);
}

static mlc_status load_container(mlc_context *call, mlci_container_in *c, int32_t selftest,
                                 mlc_model **out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    MLCI_TRY(check_sections(c, err));
    mlci_record *record = NULL;
    MLCI_TRY(load_record(root, c, &record, err));
    const mlci_section_source source = {c, find_section};
    mlci_component *component = NULL;
    mlc_status status = mlci_component_load(call, root, MLCI_KIND_MODEL, &source, &component, err);
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

static mlc_status load_bytes(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                             const struct load_settings *s, mlc_model **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_container_in c = {0};
    MLCI_TRY(mlci_container_open(mlci_context_root(ctx), bytes, n_bytes, s->max_bytes, &c, err));
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err);
    if (status == MLC_OK) {
        status = load_container(call, &c, s->selftest, out, err);
        mlci_call_end(call);
    }
    mlci_container_close(&c);
    return status;
}

mlc_status mlc_model_load_memory(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                 const char *settings, mlc_model **out, mlc_error *err)
{
    if (bytes == NULL || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "bytes", "bytes or out is NULL, or n_bytes < 0");
    }
    struct load_settings s = {0};
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "load", load_params, NULL, settings, &s,
                                   err));
    return load_bytes(ctx, bytes, n_bytes, &s, out, err);
}

mlc_status mlc_model_load(mlc_context *ctx, const char *path, const char *settings, mlc_model **out,
                          mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path or out is NULL");
    }
    mlci_root *root = mlci_context_root(ctx);
    struct load_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "load", load_params, NULL, settings, &s, err));
    char *bytes = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_file_read(root, path, s.max_bytes, &bytes, &n, err));
    mlc_status status = load_bytes(ctx, bytes, n, &s, out, err);
    mlci_free(bytes);
    if (status != MLC_OK && err != NULL && status != MLC_ERROR_NO_MEMORY) {
        /* Which file: the loader below knows bytes only. */
        mlc_error inner = *err;
        status = mlci_fail(err, status, inner.name, "%s: %s", path, inner.message);
    }
    return status;
}
