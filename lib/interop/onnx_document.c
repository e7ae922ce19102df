/* The document of a linear model: imputer, encoders, scaler and normalizer before it, as far as its
 * features have use for them. */
#include "onnx_vectors.h"

#include <math.h>
#include <string.h>

#include "number.h"

typedef struct writer {
    const mlci_onnx_reading *g;
    const mlci_onnx_features *f;
    mlci_text *out;
    int is_vector;
    int32_t n_items; /* of the list at hand */
} writer;

static const char *name_of(const writer *w, int64_t i)
{
    return w->is_vector ? "x" : w->g->model->inputs[i].name;
}

/* ---- words -------------------------------------------------------------------------------- */

static void put(const writer *w, const char *text)
{
    mlci_text_append_text(w->out, text);
}

static void put_text(const writer *w, const char *text)
{
    mlci_text_append_json(w->out, text, (int64_t)strlen(text));
}

static void put_field(const writer *w, const char *name, const char *text)
{
    put(w, ", \"");
    put(w, name);
    put(w, "\": ");
    put_text(w, text);
}

static void next_item(writer *w)
{
    if (w->n_items++ > 0) put(w, ", ");
}

static void put_level(const writer *w, const mlci_onnx_feature *f, int64_t k)
{
    if (f->is_text)
        mlci_text_append_json(w->out, f->keys[k].text, f->keys[k].length);
    else
        mlci_text_append_real(w->out, f->numbers[k]);
}

static void put_levels(const writer *w, const mlci_onnx_feature *f, const char *name)
{
    put(w, ", \"");
    put(w, name);
    put(w, "\": [");
    for (int64_t k = 0; k < f->n_levels; k++) {
        if (k > 0) put(w, ", ");
        put_level(w, f, k);
    }
    put(w, "]");
}

/* ---- columns ------------------------------------------------------------------------------ */

/* A raw column, open for more fields. */
static void open_column(writer *w, int64_t i)
{
    const mlci_onnx_feature *const f = &w->f->list[i];
    next_item(w);
    put(w, "{\"name\": ");
    put_text(w, name_of(w, i));
    put_field(w, "kind", w->is_vector ? "vector" : f->is_text ? "category" : "number");
    if (w->is_vector) mlci_text_append_format(w->out, ", \"width\": %lld", (long long)w->f->n);
}

typedef int (*chooser)(const mlci_onnx_feature *f);

static int is_used(const mlci_onnx_feature *f)
{
    return f->kind != MLCI_ONNX_UNUSED;
}

static int is_filled(const mlci_onnx_feature *f)
{
    return f->kind == MLCI_ONNX_NUMBER && f->fill == f->fill;
}

static int is_ignoring(const mlci_onnx_feature *f)
{
    return f->kind == MLCI_ONNX_LEVELS && !f->refuses_unseen;
}

static int is_refusing(const mlci_onnx_feature *f)
{
    return f->kind == MLCI_ONNX_LEVELS && f->refuses_unseen;
}

static int is_scaled(const mlci_onnx_feature *f)
{
    return f->kind == MLCI_ONNX_NUMBER && (f->mean != 0 || f->scale != 1);
}

static int64_t count(const writer *w, chooser choose)
{
    int64_t n = 0;
    for (int64_t i = 0; i < w->f->n; i++)
        n += choose(&w->f->list[i]);
    return n;
}

/* Raw columns of some features; a vector is one. more: what they say beside their kind. */
static void put_columns(writer *w, chooser choose,
                        void (*more)(const writer *w, int64_t i, const mlci_onnx_feature *f))
{
    w->n_items = 0;
    put(w, "[");
    for (int64_t i = 0; i < (w->is_vector ? 1 : w->f->n); i++) {
        if (!w->is_vector && !choose(&w->f->list[i])) continue;
        open_column(w, i);
        if (more != NULL) more(w, i, &w->f->list[i]);
        put(w, "}");
    }
    put(w, "]");
}

/* ---- steps -------------------------------------------------------------------------------- */

static void say_fill(const writer *w, int64_t i, const mlci_onnx_feature *f)
{
    put(w, ", \"fill\": ");
    mlci_text_append_real(w->out, f->fill);
    if (!f->has_indicator) return;
    mlci_text name = mlci_text_init(w->g->model->root);
    mlci_text_append_format(&name, "%s_missing", name_of(w, i));
    w->out->failed |= name.failed;
    if (name.data != NULL) put_field(w, "indicator", name.data);
    mlci_text_clear(&name);
}

static void say_levels(const writer *w, int64_t i, const mlci_onnx_feature *f)
{
    const int64_t n = f->n_levels + f->has_missing;
    (void)i;
    put_levels(w, f, "categories");
    put(w, f->has_missing ? ", \"missing\": true, \"levels\": [" : ", \"levels\": [");
    for (int64_t k = 0; k < n; k++)
        mlci_text_append_format(w->out, k > 0 ? ", %lld" : "%lld", (long long)k);
    mlci_text_append_format(w->out, "], \"n_levels\": %lld", (long long)n);
}

static void open_step(writer *w, const char *name)
{
    const int is_first = w->out->length > 0 && w->out->data[w->out->length - 1] == '[';
    put(w, is_first ? "{\"step\": " : ", {\"step\": ");
    put_text(w, name);
}

/* Around a step that reads some columns only. */
static void open_on(writer *w, chooser choose)
{
    open_step(w, "on");
    put(w, ", \"columns\": ");
    put_columns(w, choose, NULL);
    put(w, ", \"steps\": [");
}

static int has_indicator(const mlci_onnx_feature *f)
{
    return f->has_indicator;
}

static void put_imputer(writer *w)
{
    open_on(w, is_filled);
    open_step(w, "simple_imputer");
    if (count(w, has_indicator) > 0) put(w, ", \"add_indicator\": true");
    put(w, ", \"columns\": ");
    put_columns(w, is_filled, say_fill);
    put(w, "}]}");
}

static void put_encoder(writer *w, chooser choose, const char *handle_unknown)
{
    open_on(w, choose);
    open_step(w, "one_hot_encoder");
    put_field(w, "handle_unknown", handle_unknown);
    put(w, ", \"columns\": ");
    put_columns(w, choose, say_levels);
    put(w, "}]}");
}

static void put_statistic(const writer *w, const char *name, int is_mean)
{
    const char *before = "";
    put(w, ", \"");
    put(w, name);
    put(w, "\": [");
    for (int64_t i = 0; i < w->f->n; i++) {
        const mlci_onnx_feature *const f = &w->f->list[i];
        if (!w->is_vector && !is_scaled(f)) continue;
        put(w, before);
        mlci_text_append_real(w->out, is_mean ? f->mean : f->scale);
        before = ", ";
    }
    put(w, "]");
}

static void put_scaler(writer *w)
{
    if (!w->is_vector) open_on(w, is_scaled);
    open_step(w, "standard_scaler");
    put(w, ", \"columns\": ");
    put_columns(w, is_scaled, NULL);
    put_statistic(w, "mean", 1);
    put_statistic(w, "scale", 0);
    put(w, w->is_vector ? "}" : "}]}");
}

static void put_normalizer(writer *w)
{
    open_step(w, "normalizer");
    put_field(w, "norm", w->g->linear.columns.norm == 1 ? "l1" : "l2");
    put(w, ", \"columns\": ");
    put_columns(w, is_used, NULL);
    put(w, "}");
}

static void put_steps(writer *w)
{
    const int is_shares = w->g->linear.columns.kind == MLCI_FORM_SHARES;
    const int has_levels = count(w, is_ignoring) + count(w, is_refusing) > 0;
    const int is_any = count(w, is_filled) + count(w, is_scaled) > 0 || has_levels || is_shares;
    if (!is_any) return;
    put(w, ", \"steps\": [");
    if (count(w, is_filled) > 0) put_imputer(w);
    if (count(w, is_ignoring) > 0) put_encoder(w, is_ignoring, "ignore");
    if (count(w, is_refusing) > 0) put_encoder(w, is_refusing, "error");
    if (count(w, is_scaled) > 0) put_scaler(w);
    if (is_shares) put_normalizer(w);
    put(w, "]");
}

/* ---- the model ---------------------------------------------------------------------------- */

/* A level as one_hot_encoder names it. */
static void put_component(const writer *w, const mlci_onnx_feature *f, int64_t k)
{
    char text[MLCI_NUMBER_SIZE];
    if (f->is_text) {
        put_level(w, f, k);
        return;
    }
    mlci_real_format(f->numbers[k], text);
    put_text(w, text);
}

static void put_encoded(const writer *w, int64_t i, const mlci_onnx_feature *f)
{
    put(w, "{\"name\": ");
    put_text(w, name_of(w, i));
    mlci_text_append_format(w->out, ", \"kind\": \"vector\", \"width\": %lld, \"components\": [",
                            (long long)mlci_onnx_feature_width(f));
    for (int64_t k = 0; k < f->n_levels; k++) {
        if (k > 0) put(w, ", ");
        put_component(w, f, k);
    }
    put(w, f->has_missing ? ", \"missing\"]}" : "]}");
}

static void put_indicator(const writer *w, int64_t i)
{
    mlci_text name = mlci_text_init(w->g->model->root);
    mlci_text_append_format(&name, "%s_missing", name_of(w, i));
    w->out->failed |= name.failed;
    put(w, ", {\"name\": ");
    put_text(w, name.data == NULL ? "" : name.data);
    put(w, ", \"kind\": \"number\"}");
    mlci_text_clear(&name);
}

/* Columns of the model, in the order of its weights. */
static void put_features(writer *w)
{
    w->n_items = 0;
    put(w, "\"features\": [");
    for (int64_t i = 0; i < w->f->n; i++) {
        const mlci_onnx_feature *const f = &w->f->list[i];
        if (w->is_vector ? i > 0 : f->kind == MLCI_ONNX_UNUSED) continue;
        if (f->kind == MLCI_ONNX_LEVELS) {
            next_item(w);
            put_encoded(w, i, f);
            continue;
        }
        open_column(w, i);
        put(w, "}");
        if (f->has_indicator) put_indicator(w, i);
    }
    put(w, "]");
}

static mlc_status put_reals(writer *w, const double *at, int64_t n, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(at[i]))
            return mlci_foreign_fail(w->g->model, err, "coefficients",
                                     "a coefficient, as the model needs it, is not finite");
        next_item(w);
        mlci_text_append_real(w->out, at[i]);
    }
    return MLC_OK;
}

static mlc_status put_weights(writer *w, mlc_error *err)
{
    static const double zeros[1] = {0};
    const int64_t n = w->f->n_outputs;
    w->n_items = 0;
    put(w, ", \"weights\": [");
    for (int64_t i = 0; i < w->f->n; i++) {
        const mlci_onnx_feature *const f = &w->f->list[i];
        const int64_t width = mlci_onnx_feature_width(f);
        MLCI_TRY(put_reals(w, w->f->weights + f->first_weight * n, width * n, err));
        for (int64_t k = 0; w->is_vector && width == 0 && k < n; k++)
            MLCI_TRY(put_reals(w, zeros, 1, err));
    }
    w->n_items = 0;
    put(w, "], \"intercept\": [");
    MLCI_TRY(put_reals(w, w->f->intercept, n, err));
    put(w, "]");
    return MLC_OK;
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status put_classes(writer *w, int64_t n, const int64_t *order, mlc_error *err)
{
    const mlci_onnx_reading *const g = w->g;
    const int are_flags = n == 2 && g->n_labels == 2 && g->label_type == MLCI_ONNX_BOOL;
    w->n_items = 0;
    put(w, ", \"classes\": [");
    for (int64_t k = 0; k < n; k++) {
        const mlci_span *const text = g->labels == NULL ? NULL : &g->labels[order[k]];
        next_item(w);
        if (text != NULL && (text->length == 0 || !mlci_utf8_valid(text->at, text->length, NULL) ||
                             memchr(text->at, 0, (size_t)text->length) != NULL))
            return mlci_foreign_fail(g->model, err, "labels", "a label is no text");
        if (text != NULL)
            mlci_text_append_json(w->out, text->at, text->length);
        else if (are_flags)
            put(w, k == 0 ? "false" : "true");
        else
            mlci_text_append_real(w->out,
                                  g->n_labels == 0 ? (double)k : g->label_numbers[order[k]]);
    }
    put(w, "]");
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static void say_labels(const writer *w, int64_t i, const mlci_onnx_feature *f)
{
    (void)i;
    if (f->is_text) put_levels(w, f, "labels");
}

static mlc_status put_all(writer *w, int64_t n_classes, const int64_t *order, mlc_error *err)
{
    const mlci_foreign *const m = w->g->model;
    put(w, "{\"mlcore_exchange\": 1");
    put_field(w, "library", m->library);
    put_field(w, "version", m->version);
    put_field(w, "estimator", m->objective);
    put(w, ", \"inputs\": ");
    put_columns(w, is_used, say_labels);
    if (n_classes > 0) MLCI_TRY(put_classes(w, n_classes, order, err));
    put_steps(w);
    put(w, ", \"model\": {\"component\": ");
    const int has_vectors = w->g->vectors.n > 0;
    put_text(w, has_vectors     ? mlci_onnx_vector_component(w->g)
                : n_classes > 0 ? "logistic_regression"
                                : "ridge");
    put(w, ", ");
    put_features(w);
    if (has_vectors)
        mlci_onnx_put_vectors(w->g, w->f, w->out);
    else
        MLCI_TRY(put_weights(w, err));
    put(w, "}, \"check\": ");
    MLCI_TRY(mlci_onnx_write_rows(w->g, w->f, w->is_vector, w->out, err));
    put(w, "}");
    return mlci_text_status(w->out, err);
}

/* What the rest counts on. */
static mlc_status check(const writer *w, mlc_error *err)
{
    const int is_shares = w->g->linear.columns.kind == MLCI_FORM_SHARES;
    int is_one_each = 1;
    for (int64_t i = 0; i < w->f->n; i++) {
        const mlci_onnx_feature *const f = &w->f->list[i];
        is_one_each &= f->kind == MLCI_ONNX_NUMBER && !f->has_indicator;
        if (f->kind == MLCI_ONNX_NUMBER && isinf(f->fill))
            return mlci_foreign_fail(w->g->model, err, "Imputer",
                                     "what it fills in is not finite for input '%s'",
                                     w->g->model->inputs[i].name);
    }
    if (count(w, is_used) == 0)
        return mlci_foreign_fail(w->g->model, err, "input", "its model reads no input");
    if (!is_shares || (is_one_each && w->g->linear.columns.n == w->f->n)) return MLC_OK;
    return mlci_foreign_refuse(w->g->model, err, MLC_ERROR_UNSUPPORTED, "Normalizer",
                               "operator 'Normalizer' is known of rows that have each input once, "
                               "as a number");
}

mlc_status mlci_onnx_write_document(const mlci_onnx_reading *g, const mlci_onnx_features *f,
                                    int64_t n_classes, const int64_t *order, mlc_error *err)
{
    writer w = {.g = g, .f = f, .out = &g->model->document};
    MLCI_TRY(check(&w, err));
    w.is_vector = g->model->is_vector && count(&w, is_filled) == 0 &&
                  count(&w, is_ignoring) + count(&w, is_refusing) == 0;
    return put_all(&w, n_classes, order, err);
}
