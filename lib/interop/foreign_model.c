/* From an ensemble to a model that saves, predicts and explains like one that was fitted here. */
#include "foreign_model.h"

#include <math.h>
#include <string.h>

#include "foreign_ensemble.h"
#include "number.h"
#include "settings.h"
#include "text.h"

#define GOLDEN_ROWS 16
#define PARITY_STEPS 2000000 /* rows x trees that are compared */

typedef struct maker {
    mlci_foreign *model;
    mlci_ensemble *ensemble; /* until the component has it */
    mlci_foreign_made *made;
    mlci_record *record;
    mlc_dataset *golden;
} maker;

/* ---- component ---------------------------------------------------------------------------- */

static mlc_status make_component(maker *m, mlc_error *err)
{
    mlci_foreign *const f = m->model;
    mlci_text text = mlci_text_init(f->root);
    char *recipe = NULL;
    mlci_recipe *parsed = NULL;
    mlci_text_append_format(&text, "%s(n_estimators=%lld", f->component,
                            (long long)m->made->n_rounds + (f->end != NULL));
    if (f->zero_is_missing) mlci_text_append_text(&text, ", zero_as_missing=true");
    if (f->recipe.length > 0) mlci_text_append_text(&text, ", ");
    mlci_text_append(&text, f->recipe.data, f->recipe.length);
    mlci_text_append_char(&text, ')');
    MLCI_TRY(mlci_text_take(&text, &recipe, err));
    mlc_status status = mlci_recipe_parse(f->root, recipe, &parsed, err);
    if (status == MLC_OK)
        status = mlci_component_create(f->root, MLCI_KIND_MODEL, parsed, &m->made->component, err);
    mlci_recipe_free(parsed);
    mlci_free(recipe);
    return status;
}

/* Numbers, and categories with labels; categories without are numbers too. */
static mlc_status make_features(const mlci_foreign *f, mlci_features **out, mlc_error *err)
{
    mlci_features *features = NULL;
    MLCI_TRY(mlci_features_create(f->root, (int32_t)f->n_features, &features, err));
    mlc_status status = MLC_OK;
    if (f->is_vector)
        status = mlci_features_add(features, "x", MLC_TYPE_VECTOR, f->n_features, NULL, err);
    for (int64_t j = 0; !f->is_vector && j < f->n_features && status == MLC_OK; j++) {
        const mlci_foreign_input *const input = &f->inputs[j];
        status = mlci_features_add(features, input->name,
                                   input->labels != NULL ? MLC_TYPE_CATEGORY : MLC_TYPE_FLOAT64, 1,
                                   input->labels, err);
    }
    if (status != MLC_OK) {
        mlci_features_unref(features);
        return status;
    }
    *out = features;
    return MLC_OK;
}

/* The labels 0, 1, ... */
static mlc_status number_classes(const mlci_foreign *f, mlci_classes **out, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(f->root, MLC_TYPE_INT64, f->n_classes, 1, 0, &column, err));
    for (int32_t k = 0; k < f->n_classes; k++)
        ((int64_t *)mlci_column_data(column))[k] = k;
    const mlc_status status = mlci_classes_fit(f->root, column, f->settings->target, NULL,
                                               f->settings->positive, out, err);
    mlci_column_unref(column);
    return status;
}

/* "classes=a,b,c" of the settings: n_classes texts, one behind the other. */
typedef struct class_list {
    const mlci_foreign *model;
    int64_t n, n_whole;
    int64_t *lengths; /* n_classes */
    mlci_text texts;
} class_list;

static mlc_status add_class(void *arg, const char *item, int64_t length, mlc_error *err)
{
    class_list *const l = arg;
    int64_t number = 0;
    if (l->n < l->model->n_classes) {
        mlci_text_append(&l->texts, item, length);
        l->lengths[l->n] = length;
    }
    l->n++;
    l->n_whole +=
        mlci_integer_parse(item, length, &number) && mlci_class_number_valid((double)number);
    return mlci_text_status(&l->texts, err);
}

static mlc_status text_column(const class_list *l, mlci_column **out, mlc_error *err)
{
    const char **const texts = mlci_alloc(l->model->root, l->n, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, l->n, sizeof *texts);
    const char *at = l->texts.data;
    for (int64_t k = 0; k < l->n; at += l->lengths[k++])
        texts[k] = at;
    const mlc_status status =
        mlci_column_create_text(l->model->root, l->n, texts, l->lengths, out, err);
    mlci_free(texts);
    return status;
}

/* Whole numbers or flags where all of them are, else texts. */
static mlc_status class_column(const class_list *l, mlci_column **out, mlc_error *err)
{
    mlci_root *const root = l->model->root;
    const char *at = l->texts.data;
    if (mlci_text_equal(at, l->texts.length, "falsetrue") && l->lengths[0] == 5) {
        MLCI_TRY(mlci_column_create(root, MLC_TYPE_BOOL, 2, 1, 0, out, err));
        *(uint8_t *)mlci_column_data(*out) = 2;
        return MLC_OK;
    }
    if (l->n_whole < l->n) return text_column(l, out, err);
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_INT64, l->n, 1, 0, out, err));
    int64_t *const numbers = mlci_column_data(*out);
    for (int64_t k = 0; k < l->n; at += l->lengths[k++])
        (void)mlci_integer_parse(at, l->lengths[k], &numbers[k]);
    return MLC_OK;
}

static mlc_status fit_listed(const mlci_foreign *f, class_list *l, mlci_classes **out,
                             mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_list_each(f->settings->classes, add_class, l, err));
    if (l->n != f->n_classes)
        return mlci_fail(err, MLC_ERROR_SETTING, "classes",
                         "classes has %lld labels; the model has %d classes", (long long)l->n,
                         (int)f->n_classes);
    MLCI_TRY(class_column(l, &column, err));
    const mlc_status status =
        mlci_classes_fit(f->root, column, f->settings->target, f->settings->classes,
                         f->settings->positive, out, err);
    mlci_column_unref(column);
    return status;
}

/* In the order of the model's class numbers. */
static mlc_status listed_classes(const mlci_foreign *f, mlci_classes **out, mlc_error *err)
{
    class_list l = {.model = f, .texts = mlci_text_init(f->root)};
    l.lengths = mlci_alloc(f->root, f->n_classes, sizeof *l.lengths);
    const mlc_status status = l.lengths == NULL
                                  ? mlci_fail_memory(err, f->n_classes, sizeof *l.lengths)
                                  : fit_listed(f, &l, out, err);
    mlci_free(l.lengths);
    mlci_text_clear(&l.texts);
    return status;
}

static mlc_status make_classes(const mlci_foreign *f, mlci_classes **out, mlc_error *err)
{
    if (f->settings->classes != NULL) return listed_classes(f, out, err);
    if (f->classes == NULL) return number_classes(f, out, err);
    *out = mlci_classes_ref(f->classes);
    return MLC_OK;
}

static mlc_status fill_component(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    mlci_component *const c = m->made->component;
    MLCI_TRY(make_features(f, &c->features, err));
    c->features->zero_is_missing = mlci_component_hides_zeros(c);
    if (f->n_classes > 0) MLCI_TRY(make_classes(f, &c->classes, err));
    c->n_targets = f->n_classes > 0 ? 0 : f->link == MLCI_LINK_QUANTILES ? 1 : f->n_outputs;
    c->state = m->ensemble;
    m->ensemble = NULL;
    c->is_fitted = 1;
    return MLC_OK;
}

/* ---- comparison --------------------------------------------------------------------------- */

mlc_status mlci_foreign_compare(const mlci_foreign *f, const mlci_component *component,
                                const mlc_dataset *rows, int32_t output,
                                const mlci_expected *expected, mlci_parity *parity, mlc_error *err)
{
    double *given = NULL;
    int64_t width = 0, worst = -1;
    MLCI_TRY(mlci_component_predict(f->call, component, rows, output, &given, &width, err));
    parity->n_rows = rows->n_rows;
    parity->n_values = rows->n_rows * width;
    for (int64_t i = 0; i < parity->n_values && expected->width == width; i++) {
        const double value = expected->values[i];
        const double difference = given[i] == value ? 0 : fabs(given[i] - value);
        if (difference <= parity->largest) continue;
        parity->largest = difference == difference ? difference : (double)INFINITY;
        worst = i;
    }
    mlci_free(given);
    if (expected->width != width)
        return mlci_fail(err, MLC_ERROR_DATA, "check",
                         "the rows to check with have %lld expected values each; the model gives "
                         "%lld",
                         (long long)expected->width, (long long)width);
    if (parity->largest <= expected->tolerance) return MLC_OK;
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format_digits(parity->largest, 3, text);
    return mlci_foreign_refuse(
        f, err, MLC_ERROR_NUMERIC, "parity",
        "row %lld of those to check differs by %s from what the source gives",
        (long long)(worst / width) + 1, text);
}

static mlc_status compare_trees(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    double *expected = NULL;
    MLCI_TRY(mlci_parity_scores(f, m->made->n_rounds, m->made->rows, &expected, err));
    const mlci_expected scores = {expected, f->n_outputs, 0};
    const mlc_status status = mlci_foreign_compare(f, m->made->component, m->made->rows,
                                                   MLCI_OUTPUT_RAW, &scores, &m->made->parity, err);
    mlci_free(expected);
    return status;
}

/* The targets of the rows, side by side. */
static mlc_status read_expected(const maker *m, const mlc_dataset *rows, double **out,
                                int64_t *width, mlc_error *err)
{
    *width = 0;
    for (int32_t i = 0; i < rows->n_fields; i++)
        if (rows->fields[i].role == MLCI_ROLE_TARGET) *width += rows->fields[i].column->width;
    if (*width == 0)
        return mlci_fail(err, MLC_ERROR_ROLE, "check",
                         "the rows to check with have no expected values: give those columns the "
                         "role target");
    *out = mlci_alloc(m->model->root, rows->n_rows * *width, sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, rows->n_rows * *width, sizeof **out);
    int64_t at = 0;
    for (int32_t i = 0; i < rows->n_fields; i++) {
        const mlci_column *const column = rows->fields[i].column;
        if (rows->fields[i].role != MLCI_ROLE_TARGET) continue;
        mlci_column_reals(column, 0, rows->n_rows, *out + at, *width);
        at += column->width;
    }
    return MLC_OK;
}

static mlc_status compare_given(maker *m, const mlc_dataset *check, mlc_error *err)
{
    static const int32_t outputs[] = {MLCI_OUTPUT_RAW, MLCI_OUTPUT_PROBABILITY,
                                      MLCI_OUTPUT_PREDICTION};
    mlc_dataset *rows = NULL;
    double *values = NULL;
    int64_t width = 0;
    MLCI_TRY(mlci_dataset_contiguous(m->model->call, check, &rows, err));
    mlc_status status = read_expected(m, rows, &values, &width, err);
    const mlci_expected expected = {values, width, m->model->settings->tolerance};
    if (status == MLC_OK)
        status = mlci_foreign_compare(m->model, m->made->component, rows,
                                      outputs[m->model->settings->expected], &expected,
                                      &m->made->given, err);
    mlci_free(values);
    mlc_dataset_free(rows);
    return status;
}

/* ---- record ------------------------------------------------------------------------------- */

static void append_parity(mlci_text *text, const char *name, const mlci_parity *parity)
{
    mlci_text_append_format(text, ", \"%s\": {\"rows\": %lld, \"values\": %lld, ", name,
                            (long long)parity->n_rows, (long long)parity->n_values);
    if (parity->n_probes > 0)
        mlci_text_append_format(text, "\"tried\": %lld, \"worth_trying\": %lld, ",
                                (long long)parity->n_tried, (long long)parity->n_probes);
    mlci_text_append_text(text, "\"largest_difference\": ");
    mlci_text_append_real(text, parity->largest);
    mlci_text_append_char(text, '}');
}

/* Where the model comes from and what was compared, as JSON. */
static mlc_status write_origin(const maker *m, char **out, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    if (!mlci_utf8_valid(f->objective, (int64_t)strlen(f->objective), NULL) ||
        !mlci_utf8_valid(f->version, (int64_t)strlen(f->version), NULL))
        return mlci_foreign_fail(f, err, "objective", "its objective or version is not UTF-8");
    mlci_text text = mlci_text_init(f->root);
    mlci_text_append_text(&text, "{\"library\": ");
    mlci_text_append_json(&text, f->library, (int64_t)strlen(f->library));
    mlci_text_append_text(&text, ", \"version\": ");
    mlci_text_append_json(&text, f->version, (int64_t)strlen(f->version));
    mlci_text_append_text(&text, ", \"objective\": ");
    mlci_text_append_json(&text, f->objective, (int64_t)strlen(f->objective));
    if (m->made->n_rounds > 0)
        mlci_text_append_format(&text, ", \"rounds\": %lld, \"rounds_in_file\": %lld",
                                (long long)m->made->n_rounds, (long long)f->n_rounds);
    if (f->best_round > 0)
        mlci_text_append_format(&text, ", \"best_round\": %lld", (long long)f->best_round);
    if (m->made->parity.n_rows > 0) append_parity(&text, "parity_with_file", &m->made->parity);
    if (m->made->in_file.n_rows > 0)
        append_parity(&text, "parity_with_rows_in_file", &m->made->in_file);
    if (m->made->given.n_rows > 0) append_parity(&text, "parity_with_rows", &m->made->given);
    mlci_text_append_char(&text, '}');
    return mlci_text_take(&text, out, err);
}

static mlc_status make_record(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const mlci_features *const own = m->made->component->features;
    MLCI_TRY(mlci_record_open(f->root, m->made->inputs != NULL ? m->made->inputs : own,
                              f->settings->target, &m->record, err));
    MLCI_TRY(write_origin(m, &m->record->origin, err));
    int64_t rows[GOLDEN_ROWS];
    const int64_t n = m->made->rows->n_rows < GOLDEN_ROWS ? m->made->rows->n_rows : GOLDEN_ROWS;
    for (int64_t i = 0; i < n; i++)
        rows[i] = i * m->made->rows->n_rows / n;
    mlc_dataset *view = NULL;
    MLCI_TRY(mlc_dataset_rows(f->call, m->made->rows, rows, 0, n, &view, err));
    const mlc_status status = mlci_dataset_contiguous(f->call, view, &m->golden, err);
    mlc_dataset_free(view);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status choose_rounds(const mlci_foreign *f, int64_t *rounds, mlc_error *err)
{
    const mlci_import_settings *const s = f->settings;
    *rounds = s->best_iteration ? f->best_round : s->rounds;
    if (s->best_iteration && s->rounds > 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "rounds",
                         "rounds and best_iteration are both given: leave one out");
    if (s->best_iteration && f->best_round == 0)
        return mlci_foreign_refuse(f, err, MLC_ERROR_SETTING, "best_iteration",
                                   "it notes no best iteration: give rounds, or leave "
                                   "best_iteration out for all %lld",
                                   (long long)f->n_rounds);
    if (*rounds <= f->n_rounds) return MLC_OK;
    return mlci_foreign_refuse(f, err, MLC_ERROR_SETTING, "rounds", "it has %lld rounds, not %lld",
                               (long long)f->n_rounds, (long long)*rounds);
}

static mlc_status make_leaf(maker *m, mlc_error *err)
{
    mlci_foreign *const f = m->model;
    int64_t rounds = 0, most = f->settings->parity_rows;
    MLCI_TRY(choose_rounds(f, &rounds, err));
    MLCI_TRY(mlci_foreign_finish_inputs(f, err));
    for (int64_t j = 0; f->zero_is_missing && j < f->n_features; j++)
        if (f->inputs[j].is_category && f->inputs[j].labels == NULL)
            return mlci_foreign_refuse(f, err, MLC_ERROR_UNSUPPORTED, f->inputs[j].name,
                                       "zeros are missing values, but 0 is a category of feature "
                                       "'%s': give its labels with categories=",
                                       f->inputs[j].name);
    MLCI_TRY(mlci_foreign_ensemble(f, rounds, &m->ensemble, &m->made->n_rounds, err));
    if (most > PARITY_STEPS / (f->n_trees + 1)) most = PARITY_STEPS / (f->n_trees + 1);
    MLCI_TRY(mlci_parity_rows(f, m->ensemble, most < GOLDEN_ROWS ? GOLDEN_ROWS : most,
                              &m->made->parity, &m->made->rows, err));
    MLCI_TRY(make_component(m, err));
    MLCI_TRY(fill_component(m, err));
    return compare_trees(m, err);
}

mlc_status mlci_foreign_leaf(mlci_foreign *model, mlci_foreign_made *made, mlc_error *err)
{
    maker m = {.model = model, .made = made};
    const mlc_status status = make_leaf(&m, err);
    mlci_ensemble_free(m.ensemble);
    return status;
}

mlc_status mlci_foreign_finish(mlci_foreign *model, mlci_foreign_made *made,
                               const mlc_dataset *check, mlc_model **out, mlc_error *err)
{
    maker m = {.model = model, .made = made};
    mlc_status status = check == NULL ? MLC_OK : compare_given(&m, check, err);
    if (status == MLC_OK) status = make_record(&m, err);
    if (status != MLC_OK) {
        mlci_record_unref(m.record);
        mlc_dataset_free(m.golden);
        return status;
    }
    mlci_component *const component = made->component;
    made->component = NULL;
    return mlci_model_wrap(model->root, component, m.record, m.golden, out, err);
}

void mlci_foreign_made_clear(mlci_foreign_made *made)
{
    mlci_component_unref(made->component);
    mlci_features_unref(made->inputs);
    mlc_dataset_free(made->rows);
    *made = (mlci_foreign_made){0};
}

mlc_status mlci_foreign_model(mlci_foreign *model, const mlc_dataset *check, mlc_model **out,
                              mlc_error *err)
{
    mlci_foreign_made made = {0};
    mlc_status status = mlci_foreign_leaf(model, &made, err);
    if (status == MLC_OK) status = mlci_foreign_finish(model, &made, check, out, err);
    mlci_foreign_made_clear(&made);
    return status;
}
