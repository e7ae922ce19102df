/* Shapley values and interactions of a model's rows, as a dataset.
 *
 * The leaf model at the end explains its raw score, block by block; contributions of features that
 * came from one raw column are added up, in the order of the features, so that the sums still add
 * up to the score. With top=, only the largest of each row are kept, a line each. */
#include <math.h>
#include <string.h>

#include "checked.h"
#include "contribution_job.h"

/* Doubles that a block of contributions may take, if it has more rows than the kernels want. */
#define MAX_BLOCK ((int64_t)1 << 19)
#define LEAST_ROWS 8

typedef mlci_contribution_job job;

/* ---- what is asked of the model ----------------------------------------------------------- */

static mlc_status refuse_model(const mlci_component *last, mlc_error *err)
{
    mlci_text able = mlci_text_init(last->root);
    const mlci_descriptor *d;
    for (int32_t i = 0; (d = mlci_registry_at(MLCI_KIND_MODEL, i)) != NULL; i++) {
        if ((d->capabilities & MLCI_IS_COMPOSITION) ||
            ((const mlci_model_descriptor *)d)->explainer == NULL)
            continue;
        if (able.length > 0) mlci_text_append_text(&able, ", ");
        mlci_text_append_text(&able, d->name);
    }
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_UNSUPPORTED, "method",
                  "'%s' has no Shapley values; models that have are %s; method=permutation is for "
                  "any model",
                  last->descriptor->name, able.failed || able.length == 0 ? "others" : able.data);
    mlci_text_clear(&able);
    return status;
}

/* Before anything is allocated: interactions grow with the square of the features. */
static mlc_status check_size(const job *j, int64_t n, mlc_error *err)
{
    if (!j->interactions || n <= MLCI_MAX_INTERACTIONS / n) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_LIMIT, "method",
                     "interactions of %lld features: at most 2048 are taken, as each row has their "
                     "square",
                     (long long)n);
}

static mlc_status open_explainer(job *j, mlc_error *err)
{
    const mlci_question *const q = j->question;
    const int32_t can = j->last->descriptor->capabilities;
    mlci_matrix *background = NULL;
    double *weight = NULL;
    mlc_status status = MLC_OK;
    if (q->background != NULL) {
        status =
            mlci_component_matrix(q->call, q->model->component, q->background, &background, err);
        if (status == MLC_OK) status = mlci_matrix_check(background, j->last->name, can, err);
        if (status == MLC_OK) status = mlci_dataset_weights(q->background, &weight, err);
    }
    if (status == MLC_OK) {
        const mlci_explain explain = {.call = q->call,
                                      .name = j->last->name,
                                      .model = mlci_model_of(j->last),
                                      .params = j->last->params,
                                      .state = j->last->state,
                                      .interactions = j->interactions,
                                      .background = background,
                                      .background_weight = weight};
        status = j->explainer->open(&explain, j->base, &j->plan, err);
    }
    mlci_free(weight);
    mlci_matrix_close(background);
    return status;
}

/* What compositions add to the scores stands in the base; where they change something else than
 * scores, contributions would not add up. */
static mlc_status shift_base(job *j, mlc_error *err)
{
    const mlci_component *c = j->question->model->component;
    for (; c != j->last; c = c->parts[c->n_parts - 1]) {
        const mlci_finisher *const f = mlci_finisher_of(c);
        if (f == NULL) continue;
        if (f->reads(c, MLCI_OUTPUT_RAW) != MLCI_OUTPUT_RAW) {
            return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "method",
                             "'%s' changes what '%s' answers by more than a sum, so that there are "
                             "no Shapley values; method=permutation is for any model",
                             c->name, j->last->descriptor->name);
        }
        f->shift(c, j->n_outputs, j->base);
    }
    return MLC_OK;
}

static mlc_status open_groups(job *j, mlc_error *err)
{
    const mlc_model *const model = j->question->model;
    return j->question->settings->level == MLCI_LEVEL_RAW
               ? mlci_feature_groups_raw(j->root, model, &j->groups, err)
               : mlci_feature_groups_encoded(j->root, model, &j->groups, err);
}

/* Pairs (i, j), i < j, in the order (0, 1), (0, 2), ... */
static void name_pair(const mlci_classes *classes, int64_t k, mlci_text *out)
{
    int32_t i = 0;
    for (; k >= classes->n - 1 - i; i++)
        k -= classes->n - 1 - i;
    mlci_text_append_text(out, classes->names[i]);
    mlci_text_append_text(out, ":");
    mlci_text_append_text(out, classes->names[i + 1 + k]);
}

/* What output k is about, where there are several: a class, a pair, a level, a target. */
static void name_output(const job *j, int64_t k, mlci_text *out)
{
    const mlci_model_descriptor *const model = mlci_model_of(j->last);
    const mlci_classes *const classes = j->last->classes;
    const mlci_record *const record = j->question->model->record;
    const char *target = NULL;
    int64_t n_targets = 0;
    for (int32_t i = 0; i < record->n_roles; i++) {
        if (record->roles[i].role != MLCI_ROLE_TARGET) continue;
        if (n_targets++ == k) target = record->roles[i].name;
    }
    if (mlci_outputs_are_by_class(j->last, MLCI_OUTPUT_RAW, j->n_outputs))
        mlci_text_append_text(out, classes->names[k]);
    else if (model->raw_by_pair != NULL && model->raw_by_pair(j->last->params))
        name_pair(classes, k, out);
    else if (target != NULL && n_targets == j->n_outputs)
        mlci_text_append_text(out, target);
    else if (j->last->n_targets <= 1 && model->level_name != NULL)
        model->level_name(j->last->params, k, out);
    else
        mlci_text_append_integer(out, k);
}

static mlc_status name_outputs(job *j, mlc_error *err)
{
    if (j->n_outputs == 1) return MLC_OK;
    j->names = mlci_alloc(j->root, j->n_outputs, sizeof *j->names);
    if (j->names == NULL) return mlci_fail_memory(err, j->n_outputs, sizeof *j->names);
    for (int64_t k = 0; k < j->n_outputs; k++) {
        mlci_text text = mlci_text_init(j->root);
        name_output(j, k, &text);
        MLCI_TRY(mlci_text_take(&text, &j->names[k], err));
    }
    return MLC_OK;
}

static mlc_status open_job(job *j, mlc_error *err)
{
    const mlci_question *const q = j->question;
    j->root = mlci_context_root(q->call);
    j->last = mlci_component_last(q->model->component);
    j->interactions = q->settings->method == MLCI_EXPLAIN_INTERACTIONS;
    const mlci_model_descriptor *const model = mlci_model_of(j->last);
    if (model->explainer == NULL) return refuse_model(j->last, err);
    j->explainer = model->explainer;
    j->n_outputs = j->explainer->n_outputs(j->last->params, j->last->state);
    MLCI_TRY(check_size(j, j->last->features->n_features, err));
    MLCI_TRY(mlci_component_matrix(q->call, q->model->component, q->rows, &j->x, err));
    MLCI_TRY(mlci_matrix_check(j->x, j->last->name, j->last->descriptor->capabilities, err));
    MLCI_TRY(open_groups(j, err));
    MLCI_TRY(check_size(j, j->groups.n, err));
    const int64_t from = j->groups.n_features, to = j->groups.n;
    j->from_width = j->interactions ? from * from : from;
    j->to_width = j->interactions ? to * to : to;
    j->top = q->settings->top < to ? q->settings->top : to;
    j->base = mlci_alloc(j->root, j->n_outputs, sizeof *j->base);
    if (j->base == NULL) return mlci_fail_memory(err, j->n_outputs, sizeof *j->base);
    MLCI_TRY(name_outputs(j, err));
    MLCI_TRY(open_explainer(j, err));
    return shift_base(j, err);
}

static void close_job(job *j)
{
    for (int64_t k = 0; j->values != NULL && k < j->n_outputs; k++)
        mlci_column_unref(j->values[k]);
    if (j->plan != NULL) j->explainer->close(j->plan);
    mlci_matrix_close(j->x);
    mlci_feature_groups_clear(&j->groups);
    for (int64_t k = 0; j->names != NULL && k < j->n_outputs; k++)
        mlci_free(j->names[k]);
    mlci_free(j->names);
    mlci_free(j->values);
    mlci_free(j->top_group);
    mlci_free(j->top_value);
    mlci_free(j->memory);
    mlci_free(j->base);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Adds up what belongs together: of features, or of pairs of them. */
static void add_groups(const job *j, const double *from, double *to)
{
    const mlci_feature_groups *const g = &j->groups;
    memset(to, 0, (size_t)j->to_width * sizeof *to);
    for (int64_t a = 0; a < g->n_features; a++) {
        if (!j->interactions) {
            to[g->group[a]] += from[a];
            continue;
        }
        double *const line = to + g->group[a] * g->n;
        for (int64_t b = 0; b < g->n_features; b++)
            line[g->group[b]] += from[a * g->n_features + b];
    }
}

/* The largest by size, the first among equals; takes them out of sums. */
static void choose_top(const job *j, double *sums, int64_t *group, double *value)
{
    for (int64_t r = 0; r < j->top; r++) {
        int64_t best = 0;
        double size = -1;
        for (int64_t g = 0; g < j->groups.n; g++) {
            if (!(fabs(sums[g]) > size)) continue;
            size = fabs(sums[g]);
            best = g;
        }
        group[r] = best;
        value[r] = sums[best];
        sums[best] = NAN;
    }
}

static mlc_status explain_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const job *const j = arg;
    const int64_t first = block * j->block_rows, left = j->x->n_rows - first;
    const int64_t n = left < j->block_rows ? left : j->block_rows;
    double *const x = j->memory + slot * j->slot_size;
    double *const from = x + j->block_rows * j->groups.n_features;
    double *const sums = from + j->block_rows * j->n_outputs * j->from_width;
    mlci_matrix_block(j->x, first, n, x, j->groups.n_features);
    MLCI_TRY(j->explainer->rows(j->plan, x, n, from, err));
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < j->n_outputs; k++) {
            const double *const part = from + (i * j->n_outputs + k) * j->from_width;
            if (j->top > 0) {
                const int64_t line = ((first + i) * j->n_outputs + k) * j->top;
                add_groups(j, part, sums);
                choose_top(j, sums, j->top_group + line, j->top_value + line);
            } else {
                double *const column = mlci_column_data(j->values[k]);
                add_groups(j, part, column + (first + i) * j->to_width);
            }
        }
    }
    return MLC_OK;
}

static mlc_status make_result(job *j, mlc_error *err)
{
    const int64_t n = j->x->n_rows;
    if (j->top > 0) {
        if (!mlci_mul_size(n, j->n_outputs, &j->n_lines) ||
            !mlci_mul_size(j->n_lines, j->top, &j->n_lines))
            return mlci_fail_memory(err, n, INT64_MAX);
        j->top_group = mlci_alloc_raw(j->root, j->n_lines, sizeof *j->top_group);
        j->top_value = mlci_alloc_raw(j->root, j->n_lines, sizeof *j->top_value);
        if (j->top_group != NULL && j->top_value != NULL) return MLC_OK;
        return mlci_fail_memory(err, j->n_lines, sizeof *j->top_value);
    }
    j->values = mlci_alloc(j->root, j->n_outputs, sizeof(mlci_column *));
    if (j->values == NULL) return mlci_fail_memory(err, j->n_outputs, sizeof(mlci_column *));
    for (int64_t k = 0; k < j->n_outputs; k++) {
        MLCI_TRY(
            mlci_column_create(j->root, MLC_TYPE_VECTOR, n, j->to_width, 0, &j->values[k], err));
    }
    return MLC_OK;
}

static mlc_status explain_rows(job *j, mlc_error *err)
{
    const int64_t row_size = j->groups.n_features + j->n_outputs * j->from_width;
    const int64_t most = j->explainer->block_rows > 0 ? j->explainer->block_rows : MLCI_BLOCK_ROWS;
    const int64_t rows = row_size == 0 ? most : MAX_BLOCK / row_size;
    j->block_rows = rows > most         ? most
                    : rows < LEAST_ROWS ? LEAST_ROWS
                                        : rows / LEAST_ROWS * LEAST_ROWS;
    j->slot_size = j->block_rows * row_size + j->to_width;
    const int32_t n_slots = mlci_n_slots(j->question->call);
    j->memory = mlci_alloc_raw(j->root, n_slots, j->slot_size * (int64_t)sizeof *j->memory);
    if (j->memory == NULL)
        return mlci_fail_memory(err, n_slots, j->slot_size * (int64_t)sizeof *j->memory);
    const int64_t n_blocks = (j->x->n_rows + j->block_rows - 1) / j->block_rows;
    return mlci_parallel_for(j->question->call, n_blocks, explain_block, j, err);
}

mlc_status mlci_contributions(const mlci_question *question, mlc_dataset **out, mlc_error *err)
{
    job j = {.question = question};
    mlc_status status = open_job(&j, err);
    if (status == MLC_OK) status = make_result(&j, err);
    if (status == MLC_OK) status = explain_rows(&j, err);
    if (status == MLC_OK) status = mlci_contribution_table(&j, out, err);
    close_job(&j);
    return status;
}
