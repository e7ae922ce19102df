/* Artifacts: fitted models saved to one file.
 *
 * Sections, in this order: "info" (JSON about the file: library version, recipe, description;
 * reading it never affects prediction), "origin" (JSON about the library that an imported
 * model came from), "schema" (the record of the fit), "model" and "state/..."
 * (the tree of components), "golden" (rows with their predictions). load.c reads them back. */
#include <string.h>

#include "container.h"
#include "file.h"
#include "golden.h"
#include "program.h"

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

static mlc_status write_origin(const mlc_model *model, mlci_container_out *c, mlc_error *err)
{
    const char *const origin = model->record->origin;
    if (origin == NULL) return MLC_OK;
    mlci_writer *const w = mlci_container_add(c, "origin", 0);
    if (w == NULL) return mlci_fail_memory(err, 1, 1);
    mlci_write_bytes(w, origin, (int64_t)strlen(origin));
    return mlci_writer_status(w, err);
}

/* "0.1" as two numbers; a text that is none is as old as can be. */
static void take_later(int32_t oldest[2], const char *since)
{
    int32_t found[2] = {0, 0};
    for (int i = 0; since != NULL && *since != '\0' && i < 2; since++) {
        if (*since == '.') {
            i++;
        } else if (*since >= '0' && *since <= '9') {
            found[i] = 10 * found[i] + (*since - '0');
        }
    }
    if (found[0] > oldest[0] || (found[0] == oldest[0] && found[1] > oldest[1])) {
        memcpy(oldest, found, sizeof found);
    }
}

/* The first release with all components and parameters of the tree: it can read the file. */
static void find_oldest(const mlci_component *c, int32_t oldest[2])
{
    if (c->host == NULL) take_later(oldest, c->descriptor->since);
    const mlci_param *row = c->host == NULL ? c->descriptor->params : NULL;
    for (; row != NULL && row->name != NULL; row++)
        take_later(oldest, row->since);
    for (int32_t i = 0; i < c->n_parts; i++)
        find_oldest(c->parts[i], oldest);
}

/* At most this release, whatever a component under work says about itself. */
static void mark_oldest(const mlc_model *model, mlci_container_out *c)
{
    int32_t own[2];
    mlc_version(&own[0], &own[1], NULL);
    c->oldest[0] = 0;
    c->oldest[1] = 1; /* the first release with this format */
    find_oldest(model->component, c->oldest);
    if (c->oldest[0] > own[0] || (c->oldest[0] == own[0] && c->oldest[1] > own[1])) {
        memcpy(c->oldest, own, sizeof own);
    }
}

static mlc_status fill_container(mlc_context *call, const mlc_model *model,
                                 const struct save_settings *s, mlci_container_out *c,
                                 mlc_error *err)
{
    mark_oldest(model, c);
    MLCI_TRY(write_info(model, s, c, err));
    MLCI_TRY(write_origin(model, c, err));
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
