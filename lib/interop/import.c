/* Importing: which format a file has, then its reader, then a model of ours. */
#include "import.h"

#include <string.h>

#include "exchange.h"
#include "json.h"
#include "param.h"

static const mlci_import_format *const formats[] = {&mlci_import_lightgbm, &mlci_import_xgboost,
                                                    &mlci_import_sklearn, &mlci_import_catboost,
                                                    &mlci_import_onnx};
#define N_FORMATS ((int32_t)(sizeof formats / sizeof formats[0]))
#define FORMAT_AUTO (-1)

static const mlci_choice format_choices[] = {
    {"auto", FORMAT_AUTO, "what the first bytes say"},
    {"lightgbm", 0, "the text of LightGBM's save_model()"},
    {"xgboost", 1, "JSON or UBJSON of XGBoost's save_model() or save_raw()"},
    {"sklearn", 2, "a document of mlcore.export_sklearn()"},
    {"catboost", 3, "the JSON of CatBoost's save_model()"},
    {"onnx", 4, "a graph of ONNX that is one ensemble of trees or one linear model"},
    {NULL, 0, NULL},
};

static const mlci_choice expected_choices[] = {
    {"raw", 0, "raw scores"},
    {"probability", 1, "a probability a class"},
    {"prediction", 2, "predictions"},
    {NULL, 0, NULL},
};

#define LIMIT(member, default_, doc_)                                                              \
    MLCI_INTEGER(mlci_import_settings, member, default_, 1, INT64_MAX, "refuse models with " doc_)

static const mlci_param import_params[] = {
    MLCI_CHOICE(mlci_import_settings, format, FORMAT_AUTO, format_choices, "what the file is"),
    MLCI_INTEGER(mlci_import_settings, rounds, 0, 0, INT64_MAX,
                 "how many rounds of boosting to take; 0: all that the file has"),
    MLCI_BOOL(mlci_import_settings, best_iteration, 0,
              "take the rounds up to the best iteration that the file notes"),
    MLCI_STRING(mlci_import_settings, target, "target", "name of the target"),
    MLCI_STRING(mlci_import_settings, classes, NULL,
                "labels of the classes in the order of their numbers, with commas: whole numbers, "
                "false and true, or texts; none: 0, 1, ...",
                .flags = MLCI_PARAM_NONE | MLCI_PARAM_LIST),
    MLCI_STRING(mlci_import_settings, positive, NULL, "the positive class; none: the last",
                .flags = MLCI_PARAM_NONE),
    MLCI_STRING(mlci_import_settings, names, NULL,
                "names of the features, with commas; none: those in the file",
                .flags = MLCI_PARAM_NONE),
    MLCI_STRING(mlci_import_settings, categories, NULL,
                "JSON: for features of categories their labels in the order of their codes, as in "
                "{\"city\": [\"Bern\", \"Rome\"]}; none: those in the file, else codes",
                .flags = MLCI_PARAM_NONE),
    MLCI_BOOL(mlci_import_settings, zero_as_missing, 0,
              "the model was trained with zeros as missing values, which its file does not say"),
    MLCI_INTEGER(mlci_import_settings, parity_rows, 10000, 16, 10000000,
                 "compare the model with the trees of the file on at most so many rows"),
    MLCI_CHOICE(mlci_import_settings, expected, 0, expected_choices,
                "what the targets of the rows to check with are"),
    MLCI_REAL(mlci_import_settings, tolerance, 0, 0, 1e300,
              "how far predictions may be from what those rows expect"),
    LIMIT(max_bytes, INT64_C(1) << 32, "more bytes"),
    LIMIT(max_trees, MLCI_MAX_TREES, "more trees"),
    LIMIT(max_nodes, MLCI_MAX_NODES, "more nodes in their trees"),
    LIMIT(max_depth, MLCI_MAX_DEPTH, "more splits from the root of a tree to a leaf"),
    LIMIT(max_features, MLCI_MAX_FEATURES, "more features"),
    LIMIT(max_categories, 1 << 24, "more categories, all features together"),
    {.name = NULL},
};

/* ---- labels that the settings give -------------------------------------------------------- */

static int64_t find_input(const mlci_foreign *m, const char *name, int64_t length)
{
    for (int64_t i = 0; i < m->n_features; i++)
        if (m->inputs[i].name != NULL && mlci_text_equal(name, length, m->inputs[i].name)) return i;
    return -1;
}

/* The texts of an array, which is the current event; as copies one after another. */
static mlc_status read_labels(mlci_json *r, mlci_text *bytes, mlci_text *ends, int64_t *n,
                              mlc_error *err)
{
    *n = 0;
    if (r->event != MLCI_JSON_ARRAY)
        return mlci_json_fail(r, err, "categories", "labels are an array of texts");
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (r->event != MLCI_JSON_TEXT)
            return mlci_json_fail(r, err, "categories", "a label is a text");
        mlci_text_append(bytes, r->text, r->length);
        mlci_text_append(ends, (const char *)&bytes->length, (int64_t)sizeof bytes->length);
        MLCI_TRY(mlci_text_status(bytes, err));
        MLCI_TRY(mlci_text_status(ends, err));
        (*n)++;
    }
}

static mlc_status give_labels(mlci_foreign *m, int64_t input, const mlci_text *bytes,
                              const mlci_text *ends, int64_t n, mlc_error *err)
{
    const char **const texts = mlci_alloc(m->root, n, sizeof *texts);
    int64_t *const lengths = mlci_alloc(m->root, n, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL || n > INT32_MAX
                            ? mlci_fail_memory(err, n, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0, first = 0, end = 0; k < n && status == MLC_OK; k++, first = end) {
        memcpy(&end, ends->data + k * (int64_t)sizeof end, sizeof end);
        texts[k] = bytes->data == NULL ? "" : bytes->data + first;
        lengths[k] = end - first;
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m, input, (int32_t)n, texts, lengths, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status take_labels(mlci_foreign *m, mlci_json *r, mlc_error *err)
{
    const int64_t input = find_input(m, r->text, r->length);
    mlci_text bytes = mlci_text_init(m->root), ends = mlci_text_init(m->root);
    int64_t n = 0;
    if (input < 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "categories",
                         "categories: the model has no feature '%.*s'", (int)r->length, r->text);
    if (!m->inputs[input].is_category)
        return mlci_fail(err, MLC_ERROR_SETTING, "categories",
                         "categories: feature '%s' is a number in the model",
                         m->inputs[input].name);
    mlc_status status = mlci_json_next(r, err);
    if (status == MLC_OK) status = read_labels(r, &bytes, &ends, &n, err);
    if (status == MLC_OK) status = give_labels(m, input, &bytes, &ends, n, err);
    mlci_text_clear(&bytes);
    mlci_text_clear(&ends);
    return status;
}

static mlc_status read_categories(mlci_foreign *m, mlci_json *r, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    if (r->event != MLCI_JSON_OBJECT)
        return mlci_json_fail(r, err, "categories", "categories is an object of arrays");
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT) return mlci_json_next(r, err);
        MLCI_TRY(take_labels(m, r, err));
    }
}

static mlc_status set_categories(mlci_foreign *m, mlc_error *err)
{
    const char *const text = m->settings->categories;
    mlci_json r;
    if (text == NULL) return MLC_OK;
    mlci_json_open(&r, m->root, text, (int64_t)strlen(text));
    const mlc_status status = read_categories(m, &r, err);
    mlci_json_close(&r);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------ */

static mlc_status find_format(const mlci_import_settings *s, const char *bytes, int64_t n,
                              const mlci_import_format **out, mlc_error *err)
{
    for (int32_t i = 0; i < N_FORMATS; i++) {
        if (s->format == FORMAT_AUTO ? !formats[i]->sniff(bytes, n) : s->format != i) continue;
        *out = formats[i];
        return MLC_OK;
    }
    mlci_text list = mlci_text_init(NULL);
    for (int32_t i = 0; i < N_FORMATS; i++)
        mlci_text_append_format(&list, "%s%s", i > 0 ? ", " : "", formats[i]->doc);
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_FORMAT, "format", "this is none of the files that are known: %s",
                  list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

/* From an exchange document, whose rows are what the file itself makes of them. */
static mlc_status make_documented(mlci_foreign *model, const mlc_dataset *check, mlc_model **out,
                                  mlc_error *err)
{
    mlci_foreign_made made = {0};
    MLCI_TRY(mlci_exchange_make(model, model->document.data, model->document.length, &made, err));
    made.parity = made.in_file;
    made.in_file = (mlci_parity){0};
    const mlc_status status = mlci_foreign_finish(model, &made, check, out, err);
    mlci_foreign_made_clear(&made);
    return status;
}

static mlc_status read_trees(mlci_foreign *model, const mlci_import_format *format,
                             mlci_import_source *source, mlc_error *err)
{
    if (format->read_parts != NULL) return format->read_parts(model, source, err);
    return format->read(model, source->bytes, source->n, err);
}

static mlc_status make_model(mlci_foreign *model, const mlci_import_format *format,
                             mlci_import_source *source, const mlc_dataset *check, mlc_model **out,
                             mlc_error *err)
{
    if (format->make != NULL) return format->make(model, source->bytes, source->n, check, out, err);
    MLCI_TRY(read_trees(model, format, source, err));
    if (model->document.length > 0) return make_documented(model, check, out, err);
    MLCI_TRY(set_categories(model, err));
    return mlci_foreign_model(model, check, out, err);
}

static mlc_status read_model(mlc_context *call, const mlci_import_settings *s,
                             mlci_import_source *source, const mlc_dataset *check, mlc_model **out,
                             mlc_error *err)
{
    const mlci_import_format *format = NULL;
    mlci_foreign model;
    MLCI_TRY(find_format(s, source->bytes, source->n, &format, err));
    if (format->read_parts == NULL) MLCI_TRY(mlci_import_source_all(source, err));
    mlci_foreign_init(&model, call, s);
    const mlc_status status = make_model(&model, format, source, check, out, err);
    mlci_foreign_clear(&model);
    return status;
}

static mlc_status import_source(mlc_context *ctx, const mlci_import_settings *s,
                                mlci_import_source *source, const mlc_dataset *check,
                                mlc_model **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = read_model(call, s, source, check, out, err);
    mlci_call_end(call);
    return status;
}

static mlc_status import_memory(mlc_context *ctx, const mlci_import_settings *s, const char *bytes,
                                int64_t n, const mlc_dataset *check, mlc_model **out,
                                mlc_error *err)
{
    mlci_import_source source = mlci_import_source_of(bytes, n);
    if (n > s->max_bytes)
        return mlci_fail(err, MLC_ERROR_LIMIT, "max_bytes",
                         "the model has %lld bytes: more than max_bytes = %lld of the import "
                         "settings",
                         (long long)n, (long long)s->max_bytes);
    return import_source(ctx, s, &source, check, out, err);
}

static mlc_status import_file(mlc_context *ctx, const mlci_import_settings *s, const char *path,
                              const mlc_dataset *check, mlc_model **out, mlc_error *err)
{
    mlci_import_source source;
    MLCI_TRY(mlci_import_source_open(mlci_context_root(ctx), path, s->max_bytes,
                                     MLCI_IMPORT_PART_BYTES, &source, err));
    mlc_status status = import_source(ctx, s, &source, check, out, err);
    if (!source.is_broken) status = mlci_name_file(path, status, err);
    mlci_import_source_close(&source);
    return status;
}

mlc_status mlc_model_import_memory(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                   const mlc_dataset *check, const char *settings, mlc_model **out,
                                   mlc_error *err)
{
    mlci_import_settings s = {0};
    if (bytes == NULL || n_bytes < 0 || out == NULL)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "bytes", "bytes or out is NULL, or n_bytes < 0");
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "import", import_params, NULL, settings,
                                   &s, err));
    const mlc_status status = import_memory(ctx, &s, bytes, n_bytes, check, out, err);
    mlci_params_clear(import_params, &s);
    return status;
}

mlc_status mlc_model_import(mlc_context *ctx, const char *path, const mlc_dataset *check,
                            const char *settings, mlc_model **out, mlc_error *err)
{
    mlci_import_settings s = {0};
    if (path == NULL || out == NULL)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path or out is NULL");
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "import", import_params, NULL, settings,
                                   &s, err));
    const mlc_status status = import_file(ctx, &s, path, check, out, err);
    mlci_params_clear(import_params, &s);
    return status;
}
