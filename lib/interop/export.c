/* Exporting: the writer of a format fills bytes, which become files or a buffer, and a report. */
#include "export.h"

#include <stdio.h>
#include <string.h>

#include "component.h"
#include "file.h"
#include "param.h"

/* Formats by their number, which the setting has. */
static const mlci_export_format *const formats[] = {&mlci_export_c, &mlci_export_lightgbm,
                                                    &mlci_export_xgboost, &mlci_export_onnx};
#define N_FORMATS ((int32_t)(sizeof formats / sizeof formats[0]))
#define FORMAT_AUTO (-1)

static const mlci_choice format_choices[] = {
    {"auto", FORMAT_AUTO, "what the ending of the file's name says"},
    {"c", 0, "C source: a .c and a .h file"},
    {"lightgbm", 1, "the text that LightGBM's Booster reads"},
    {"xgboost", 2, "the JSON that XGBoost's Booster reads"},
    {"onnx", 3, "a graph of ONNX"},
    {NULL, 0, NULL},
};

enum { PART_FILE, PART_SECOND, PART_REPORT };

static const mlci_choice part_choices[] = {
    {"file", PART_FILE, "the file"},
    {"second", PART_SECOND, "the file that goes with it, such as a header"},
    {"report", PART_REPORT, "what the target has no exact words for, as JSON"},
    {NULL, 0, NULL},
};

static const mlci_param export_params[] = {
    MLCI_CHOICE(mlci_export_settings, format, FORMAT_AUTO, format_choices, "what to write"),
    MLCI_STRING(mlci_export_settings, name, "model", "name of the model in the file"),
    MLCI_INTEGER(mlci_export_settings, opset, 3, 3, 5, "ONNX: version of the operators ai.onnx.ml"),
    MLCI_CHOICE(mlci_export_settings, part, PART_FILE, part_choices,
                "what an export to memory gives"),
    {.name = NULL},
};

/* ---- report ------------------------------------------------------------------------------- */

mlc_status mlci_export_note(mlci_export *e, const char *step, const char *subject,
                            const char *effect, mlc_error *err)
{
    if (e->n_losses == e->loss_capacity) {
        const int32_t capacity = e->loss_capacity == 0 ? 8 : 2 * e->loss_capacity;
        mlci_loss_row *const grown = mlci_realloc(e->root, e->losses, capacity, sizeof *e->losses);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        e->losses = grown;
        e->loss_capacity = capacity;
    }
    mlci_loss_row *const row = &e->losses[e->n_losses++];
    row->step = mlci_copy_text(e->root, step, (int64_t)strlen(step));
    row->subject = mlci_copy_text(e->root, subject, (int64_t)strlen(subject));
    row->effect = mlci_copy_text(e->root, effect, (int64_t)strlen(effect));
    if (row->step != NULL && row->subject != NULL && row->effect != NULL) return MLC_OK;
    return mlci_fail_memory(err, (int64_t)strlen(effect) + 1, 1);
}

static mlc_status make_report(const mlci_export *e, mlc_dataset **out, mlc_error *err)
{
    const int64_t n = e->n_losses;
    const char **const texts = mlci_alloc(e->root, 3 * n, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, 3 * n, sizeof *texts);
    for (int64_t i = 0; i < n; i++) {
        texts[i] = e->losses[i].step;
        texts[n + i] = e->losses[i].subject;
        texts[2 * n + i] = e->losses[i].effect;
    }
    mlci_table table;
    mlci_table_init(&table, e->root);
    mlci_table_texts(&table, "step", n, texts);
    mlci_table_texts(&table, "subject", n, texts + n);
    mlci_table_texts(&table, "effect", n, texts + 2 * n);
    mlci_free(texts);
    return mlci_table_finish(&table, out, err);
}

/* ---- steps -------------------------------------------------------------------------------- */

/* The first leaf of a transform that reads anything. */
static const mlci_component *first_step(const mlci_component *transform)
{
    const mlci_component *found = NULL;
    if (!mlci_is_composition(transform)) return transform->n_inputs > 0 ? transform : NULL;
    for (int32_t i = 0; i < transform->n_parts && found == NULL; i++)
        found = first_step(transform->parts[i]);
    return found;
}

const mlci_component *mlci_export_model(const mlci_export *e, const mlci_component **step)
{
    const mlci_component *model = e->model->component;
    *step = NULL;
    while (mlci_is_composition(model)) {
        if (!mlci_composition_of(model)->passes_rows) {
            *step = model;
            return model;
        }
        for (int32_t i = 0; i < model->n_parts - 1 && *step == NULL; i++)
            *step = first_step(model->parts[i]);
        model = model->parts[model->n_parts - 1];
    }
    return model;
}

const mlci_component *mlci_export_finisher(const mlci_export *e)
{
    const mlci_component *model = e->model->component;
    while (mlci_is_composition(model) && mlci_finisher_of(model) == NULL)
        model = model->parts[model->n_parts - 1];
    return mlci_is_composition(model) ? model : NULL;
}

/* ---- writing ------------------------------------------------------------------------------ */

static int ends_in(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

static mlc_status refuse_format(mlc_error *err)
{
    mlci_text list = mlci_text_init(NULL);
    for (int32_t i = 0; i < N_FORMATS; i++)
        mlci_text_append_format(&list, "%s%s (%s)", i > 0 ? ", " : "", formats[i]->name,
                                formats[i]->suffix);
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_SETTING, "format",
                  "format: say what to write, the name of the file does not; there are %s",
                  list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

static mlc_status find_format(const mlci_export_settings *s, const char *path,
                              const mlci_export_format **out, mlc_error *err)
{
    for (int32_t i = 0; i < N_FORMATS; i++) {
        const int fits = s->format == FORMAT_AUTO
                             ? path != NULL && ends_in(path, formats[i]->suffix)
                             : s->format == i;
        if (!fits) continue;
        *out = formats[i];
        return MLC_OK;
    }
    return refuse_format(err);
}

static void clear(mlci_export *e)
{
    mlci_text_clear(&e->out);
    mlci_text_clear(&e->second);
    for (int32_t i = 0; i < e->n_losses; i++) {
        mlci_free(e->losses[i].step);
        mlci_free(e->losses[i].subject);
        mlci_free(e->losses[i].effect);
    }
    mlci_free(e->losses);
}

/* path with its ending changed. */
static mlc_status second_path(mlci_root *root, const char *path, const mlci_export_format *format,
                              char **out, mlc_error *err)
{
    const size_t n = strlen(path) - (ends_in(path, format->suffix) ? strlen(format->suffix) : 0);
    mlci_text text = mlci_text_init(root);
    mlci_text_append(&text, path, (int64_t)n);
    mlci_text_append_text(&text, format->second_suffix);
    return mlci_text_take(&text, out, err);
}

/* The second file first: where it fails, the first is as it was. */
static mlc_status write_files(mlci_export *e, const mlci_export_format *format, const char *path,
                              mlc_error *err)
{
    if (format->second_suffix != NULL) {
        char *second = NULL;
        MLCI_TRY(second_path(e->root, path, format, &second, err));
        const mlc_status status =
            mlci_file_write(e->root, second, e->second.data, e->second.length, 1, err);
        mlci_free(second);
        if (status != MLC_OK) return status;
    }
    return mlci_file_write(e->root, path, e->out.data, e->out.length, 1, err);
}

/* The report as JSON: an object a row. */
static void report_text(const mlci_export *e, mlci_text *out)
{
    mlci_text_append_char(out, '[');
    for (int32_t i = 0; i < e->n_losses; i++) {
        const mlci_loss_row *const row = &e->losses[i];
        mlci_text_append_text(out, i > 0 ? ",\n {\"step\": " : "{\"step\": ");
        mlci_text_append_json(out, row->step, (int64_t)strlen(row->step));
        mlci_text_append_text(out, ", \"subject\": ");
        mlci_text_append_json(out, row->subject, (int64_t)strlen(row->subject));
        mlci_text_append_text(out, ", \"effect\": ");
        mlci_text_append_json(out, row->effect, (int64_t)strlen(row->effect));
        mlci_text_append_char(out, '}');
    }
    mlci_text_append_text(out, "]\n");
}

static mlc_status write_buffer(mlci_export *e, const mlci_export_format *format, mlc_buffer **out,
                               mlc_error *err)
{
    if (e->settings->part == PART_FILE) return mlci_text_to_buffer(&e->out, out, err);
    if (e->settings->part == PART_REPORT) {
        mlci_text text = mlci_text_init(e->root);
        report_text(e, &text);
        return mlci_text_to_buffer(&text, out, err);
    }
    if (format->second_suffix != NULL) return mlci_text_to_buffer(&e->second, out, err);
    return mlci_fail(err, MLC_ERROR_SETTING, "part", "part = second: format %s has one file alone",
                     format->name);
}

static mlc_status export_model(mlc_context *call, const mlc_model *model,
                               const mlci_export_settings *s, const char *path, mlc_buffer **out,
                               mlc_dataset **report, mlc_error *err)
{
    const mlci_export_format *format = NULL;
    mlc_dataset *losses = NULL;
    MLCI_TRY(find_format(s, path, &format, err));
    mlci_export e = {.call = call, .root = mlci_context_root(call), .settings = s, .model = model};
    e.out = mlci_text_init(e.root);
    e.second = mlci_text_init(e.root);
    mlc_status status = format->write(&e, err);
    if (status == MLC_OK) status = mlci_text_status(&e.out, err);
    if (status == MLC_OK) status = mlci_text_status(&e.second, err);
    if (status == MLC_OK && report != NULL) status = make_report(&e, &losses, err);
    if (status == MLC_OK)
        status =
            path != NULL ? write_files(&e, format, path, err) : write_buffer(&e, format, out, err);
    clear(&e);
    if (status != MLC_OK) {
        mlc_dataset_free(losses);
        return status;
    }
    if (report != NULL) *report = losses;
    return MLC_OK;
}

static mlc_status export_call(mlc_context *ctx, const mlc_model *model, const char *settings,
                              const char *path, mlc_buffer **out, mlc_dataset **report,
                              mlc_error *err)
{
    mlci_export_settings s = {0};
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_model_require_fitted(model, err));
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "export", export_params, NULL, settings,
                                   &s, err));
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err);
    if (status == MLC_OK) {
        status = export_model(call, model, &s, path, out, report, err);
        mlci_call_end(call);
    }
    mlci_params_clear(export_params, &s);
    return status;
}

mlc_status mlc_model_export(mlc_context *ctx, const mlc_model *model, const char *path,
                            const char *settings, mlc_dataset **report, mlc_error *err)
{
    if (path == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path is NULL");
    return export_call(ctx, model, settings, path, NULL, report, err);
}

mlc_status mlc_model_export_memory(mlc_context *ctx, const mlc_model *model, const char *settings,
                                   mlc_buffer **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    return export_call(ctx, model, settings, NULL, out, NULL, err);
}
