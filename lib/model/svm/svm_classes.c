/* Support vector machines for classes, one against one (Knerr et al. 1990): each pair of classes is
 * a task of its own, whose solution goes to places that no other writes. */
#include "svm_classes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "checked.h"
#include "class_weight.h"
#include "svm_pair.h"

typedef struct class_fit {
    const mlci_model_fit *fit;
    const mlci_svm_params *params;
    mlci_svm_kernel kernel;
    const mlci_classes *classes;
    int64_t n, p, k, n_pairs;
    double *x;
    double *weight;              /* by row: its own times that of its class */
    int64_t *order;              /* rows by class */
    int64_t *first;              /* places in that order; k + 1 */
    double *coefficient;         /* by place: k - 1 */
    mlci_svm_solution *solution; /* by pair */
    double *slope, *shift;
} class_fit;

/* ---- rows by class ------------------------------------------------------------------------ */

static void order_rows(class_fit *c)
{
    const int32_t *const class_of_row = c->fit->y->class_of_row;
    for (int64_t i = 0; i < c->n; i++)
        c->first[class_of_row[i] + 1]++;
    for (int64_t j = 0; j < c->k; j++)
        c->first[j + 1] += c->first[j];
    for (int64_t i = 0; i < c->n; i++)
        c->order[c->first[class_of_row[i]]++] = i;
    for (int64_t j = c->k; j > 0; j--)
        c->first[j] = c->first[j - 1];
    c->first[0] = 0;
}

static mlc_status weigh_rows(class_fit *c, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(c->fit->call);
    double *const total = mlci_alloc(root, c->k, 2 * (int64_t)sizeof *total);
    if (total == NULL) return mlci_fail_memory(err, c->k, 2 * (int64_t)sizeof *total);
    double *const factor = total + c->k;
    int64_t n_present = 0;
    for (int64_t i = 0; i < c->n; i++) {
        c->weight[i] = c->fit->weight == NULL ? 1 : c->fit->weight[i];
        total[c->fit->y->class_of_row[i]] += c->weight[i];
    }
    for (int64_t j = 0; j < c->k; j++)
        n_present += total[j] > 0;
    mlc_status status =
        n_present >= 2
            ? mlci_class_weight_factors(c->params->class_weight, c->classes, total, factor, err)
            : mlci_fail(err, MLC_ERROR_DATA, c->fit->y->name,
                        "rows of %lld class(es): support_vector_classifier needs at least 2",
                        (long long)n_present);
    for (int64_t i = 0; i < c->n && status == MLC_OK; i++)
        c->weight[i] *= factor[c->fit->y->class_of_row[i]];
    mlci_free(total);
    return status;
}

/* ---- pairs -------------------------------------------------------------------------------- */

/* Classes i < j of a pair by its number. */
static void find_pair(int64_t k, int64_t pair, int64_t *i, int64_t *j)
{
    *i = 0;
    for (int64_t left = k - 1; pair >= left; left--, ++*i)
        pair -= left;
    *j = *i + 1 + pair;
}

/* Coefficients of the rows of class i against j, and the other way round. */
static void place_coefficients(const class_fit *c, int64_t i, int64_t j, const double *coefficient)
{
    const int64_t width = c->k - 1;
    for (int64_t at = c->first[i]; at < c->first[i + 1]; at++)
        c->coefficient[at * width + j - 1] = *coefficient++;
    for (int64_t at = c->first[j]; at < c->first[j + 1]; at++)
        c->coefficient[at * width + i] = *coefficient++;
}

static mlc_status fit_pair(void *arg, int64_t number, int32_t slot, mlc_error *err)
{
    class_fit *const c = arg;
    mlci_root *const root = mlci_context_root(c->fit->call);
    int64_t i, j;
    find_pair(c->k, number, &i, &j);
    const int64_t n_first = c->first[i + 1] - c->first[i];
    const int64_t n_second = c->first[j + 1] - c->first[j], n = n_first + n_second;
    const char *const names[] = {c->classes->names[i], c->classes->names[j]};
    int64_t *const rows = mlci_alloc(root, n, sizeof *rows);
    double *const coefficient = mlci_alloc(root, n, sizeof *coefficient);
    mlc_status status = MLC_OK;
    if (rows == NULL || coefficient == NULL) {
        status = mlci_fail_memory(err, n, 2 * (int64_t)sizeof *coefficient);
        goto done;
    }
    memcpy(rows, c->order + c->first[i], (size_t)n_first * sizeof *rows);
    memcpy(rows + n_first, c->order + c->first[j], (size_t)n_second * sizeof *rows);
    const mlci_svm_pair pair = {.call = c->fit->call,
                                .params = c->params,
                                .kernel = c->kernel,
                                .x = c->x,
                                .n_features = c->p,
                                .weight = c->weight,
                                .rows = rows,
                                .n_first = n_first,
                                .n = n,
                                .names = names};
    c->solution[number].coefficient = coefficient;
    status = mlci_svm_pair_solve(&pair, &c->solution[number], err);
    if (status == MLC_OK) place_coefficients(c, i, j, coefficient);
    if (status == MLC_OK && c->params->probability)
        status = mlci_svm_pair_sigmoid(&pair, &c->slope[number], &c->shift[number], err);
    c->solution[number].coefficient = NULL;

done:
    mlci_free(rows);
    mlci_free(coefficient);
    return status;
}

/* One pair alone computes its kernel on all threads; of several each has its own. */
static mlc_status fit_pairs(class_fit *c, mlc_error *err)
{
    if (c->n_pairs == 1) return fit_pair(c, 0, 0, err);
    return mlci_parallel_for(c->fit->call, c->n_pairs, fit_pair, c, err);
}

/* Of the first pair that was not solved. */
static void warn_of_pair(const class_fit *c)
{
    for (int64_t number = 0; number < c->n_pairs; number++) {
        int64_t i, j;
        if (c->solution[number].converged) continue;
        find_pair(c->k, number, &i, &j);
        char names[200];
        snprintf(names, sizeof names, "%.80s and %.80s", c->classes->names[i],
                 c->classes->names[j]);
        mlci_svm_warn(mlci_context_root(c->fit->call), "support_vector_classifier", names,
                      &c->solution[number]);
        return;
    }
}

/* ---- the state ---------------------------------------------------------------------------- */

static int is_vector(const class_fit *c, int64_t at)
{
    for (int64_t j = 0; j < c->k - 1; j++) {
        if (c->coefficient[at * (c->k - 1) + j] != 0) return 1;
    }
    return 0;
}

static void fill_state(const class_fit *c, mlci_svm_state *s)
{
    int64_t v = 0;
    for (int64_t class_ = 0; class_ < c->k; class_++) {
        for (int64_t at = c->first[class_]; at < c->first[class_ + 1]; at++) {
            if (!is_vector(c, at)) continue;
            memcpy(s->vectors + v * c->p, c->x + c->order[at] * c->p,
                   (size_t)c->p * sizeof *s->vectors);
            memcpy(s->coefficient + v * s->width, c->coefficient + at * s->width,
                   (size_t)s->width * sizeof *s->coefficient);
            s->row[v++] = c->order[at];
            s->n_support[class_]++;
        }
    }
    for (int64_t number = 0; number < c->n_pairs; number++) {
        const mlci_svm_solution *const solution = &c->solution[number];
        s->intercept[number] = -solution->offset;
        s->result[number] = (mlci_svm_result){
            .objective = solution->objective, .gap = solution->gap, .n_iter = solution->n_steps};
    }
}

static mlc_status make_state(class_fit *c, mlci_svm_state **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(c->fit->call);
    int64_t n = 0;
    for (int64_t at = 0; at < c->n; at++)
        n += is_vector(c, at);
    mlci_svm_state *const s = mlci_svm_state_create(root, &c->kernel, n, c->p, c->k, err);
    if (s == NULL) return MLC_ERROR_NO_MEMORY;
    s->row = mlci_alloc(root, n, sizeof *s->row);
    s->result = mlci_alloc(root, c->n_pairs, sizeof *s->result);
    mlc_status status = MLC_OK;
    if (s->row == NULL || s->result == NULL)
        status = mlci_fail_memory(err, n, (int64_t)sizeof *s->row);
    if (status == MLC_OK) {
        fill_state(c, s);
        s->slope = c->slope;
        s->shift = c->shift;
        c->slope = c->shift = NULL;
        status = mlci_svm_state_finish(root, s, err);
    }
    if (status == MLC_OK)
        *out = s;
    else
        mlci_svm_state_free(s);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status allocate(class_fit *c, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(c->fit->call);
    c->weight = mlci_alloc(root, c->n, sizeof *c->weight);
    c->order = mlci_alloc(root, c->n, sizeof *c->order);
    c->first = mlci_alloc(root, c->k + 1, sizeof *c->first);
    c->coefficient = mlci_alloc(root, c->n, (c->k - 1) * (int64_t)sizeof *c->coefficient);
    c->solution = mlci_alloc(root, c->n_pairs, sizeof *c->solution);
    if (c->params->probability) {
        c->slope = mlci_alloc(root, c->n_pairs, sizeof *c->slope);
        c->shift = mlci_alloc(root, c->n_pairs, sizeof *c->shift);
    }
    const int has_sigmoid = !c->params->probability || (c->slope != NULL && c->shift != NULL);
    if (c->weight != NULL && c->order != NULL && c->first != NULL && c->coefficient != NULL &&
        c->solution != NULL && has_sigmoid)
        return MLC_OK;
    return mlci_fail_memory(err, c->n, (c->k - 1) * (int64_t)sizeof *c->coefficient);
}

static mlc_status run(class_fit *c, mlci_svm_state **out, mlc_error *err)
{
    MLCI_TRY(allocate(c, err));
    MLCI_TRY(weigh_rows(c, err));
    order_rows(c);
    MLCI_TRY(mlci_svm_kernel_of(c->fit->call, c->params, c->x, c->fit->weight, c->n, c->p,
                                &c->kernel, err));
    MLCI_TRY(fit_pairs(c, err));
    warn_of_pair(c);
    return make_state(c, out, err);
}

mlc_status mlci_svm_fit_classes(const mlci_model_fit *fit, mlci_svm_state **out, mlc_error *err)
{
    const int64_t k = fit->y->classes->n;
    if (k > MLCI_SVM_MAX_CLASSES)
        return mlci_fail(err, MLC_ERROR_LIMIT, fit->y->name,
                         "%lld classes: support_vector_classifier takes at most %d", (long long)k,
                         MLCI_SVM_MAX_CLASSES);
    class_fit c = {.fit = fit,
                   .params = fit->params,
                   .classes = fit->y->classes,
                   .n = fit->x->n_rows,
                   .p = fit->x->n_features,
                   .k = k,
                   .n_pairs = mlci_svm_n_pairs(k)};
    mlc_status status = mlci_svm_copy_rows(fit, &c.x, err);
    if (status == MLC_OK) status = run(&c, out, err);
    mlci_free(c.x);
    mlci_free(c.weight);
    mlci_free(c.order);
    mlci_free(c.first);
    mlci_free(c.coefficient);
    mlci_free(c.solution);
    mlci_free(c.slope);
    mlci_free(c.shift);
    return status;
}

/* ---- decisions ---------------------------------------------------------------------------- */

int64_t mlci_svm_vote(const double *decision, int64_t n_classes, double *votes)
{
    int64_t best = 0;
    for (int64_t i = 0; i < n_classes; i++)
        votes[i] = 0;
    for (int64_t i = 0; i < n_classes; i++) {
        for (int64_t j = i + 1; j < n_classes; j++)
            votes[*decision++ > 0 ? i : j]++;
    }
    for (int64_t i = 1; i < n_classes; i++) {
        if (votes[i] > votes[best]) best = i;
    }
    return best;
}

/* As scikit-learn: a decision of 0 is a vote for the first, and sums of decisions lie within 1/3.
 */
void mlci_svm_class_scores(const double *decision, int64_t n_classes, double *scores)
{
    for (int64_t i = 0; i < n_classes; i++) {
        double sum = 0, votes = 0;
        for (int64_t j = 0; j < n_classes; j++) {
            if (j == i) continue;
            const double value = decision[mlci_svm_pair_of(n_classes, i, j)];
            sum += i < j ? value : -value;
            votes += i < j ? value >= 0 : value < 0;
        }
        scores[i] = votes + sum / (3 * (fabs(sum) + 1));
    }
}

int64_t mlci_svm_n_scores(const mlci_svm_params *params, const mlci_svm_state *state)
{
    if (state->n_classes <= 2) return 1;
    return params->decision_function_shape == MLCI_SVM_OVO ? state->n_problems : state->n_classes;
}
