/* Rows ranked by the probability of a class.
 *
 * The rows are put in buckets by class once; a ranking sorts the rows it is about by score, which
 * is linear, and adds up weights. All rows of one score are one step, so that the order among
 * them does not show. Memory: seven numbers a row. */
#include "ranked_scores.h"

#include <stddef.h>

#include "class_counts.h"
#include "compensated_sum.h"
#include "error.h"
#include "probability_rows.h"

static double weight_of(const mlci_metric_input *in, int64_t row)
{
    return in->weight == NULL ? 1 : in->weight[row];
}

static mlc_status allocate(mlci_ranked_scores *r, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(r->in->call);
    const int64_t n_rows = r->in->n_rows;
    const int64_t n_classes = r->in->n_classes;
    r->class_first = mlci_alloc(root, n_classes + 1, sizeof *r->class_first);
    r->class_weight = mlci_alloc(root, n_classes, sizeof *r->class_weight);
    if (r->class_first == NULL || r->class_weight == NULL) {
        return mlci_fail_memory(err, n_classes + 1, sizeof *r->class_first);
    }
    r->class_rows = mlci_alloc_raw(root, n_rows, sizeof *r->class_rows);
    r->positive = mlci_alloc_raw(root, n_rows, sizeof *r->positive);
    r->negative = mlci_alloc_raw(root, n_rows, sizeof *r->negative);
    r->keys = mlci_alloc_raw(root, n_rows, sizeof *r->keys);
    r->spare = mlci_alloc_raw(root, n_rows, sizeof *r->spare);
    if (r->class_rows == NULL || r->positive == NULL || r->negative == NULL || r->keys == NULL ||
        r->spare == NULL) {
        return mlci_fail_memory(err, n_rows, sizeof *r->keys);
    }
    return MLC_OK;
}

static mlc_status check_scores(const mlci_metric_input *in, int64_t row, mlc_error *err)
{
    const double *const p = in->probability + row * in->n_classes;
    for (int32_t k = 0; k < in->n_classes; k++) {
        if (p[k] == p[k]) continue;
        return mlci_fail(err, MLC_ERROR_DATA, "probability",
                         "probability of class %d in row %lld is missing: must be a number",
                         (int)k, (long long)row + 1);
    }
    return MLC_OK;
}

/* Counts the rows of each class, one place to the right, then puts each row in its place. */
static mlc_status fill_buckets(mlci_ranked_scores *r, mlc_error *err)
{
    const mlci_metric_input *const in = r->in;
    int64_t *const first = r->class_first;
    int32_t class_ = 0;
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (weight_of(in, i) == 0) continue;
        MLCI_TRY(mlci_true_class(in, i, &class_, err));
        MLCI_TRY(check_scores(in, i, err));
        first[class_ + 1]++;
        r->class_weight[class_] += weight_of(in, i);
    }
    for (int32_t k = 0; k < in->n_classes; k++) first[k + 1] += first[k];
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (weight_of(in, i) == 0) continue;
        MLCI_TRY(mlci_true_class(in, i, &class_, err));
        r->class_rows[first[class_]++] = i;
    }
    /* Each start has moved to the start of the next class. */
    for (int32_t k = in->n_classes; k > 0; k--) first[k] = first[k - 1];
    first[0] = 0;
    return MLC_OK;
}

mlc_status mlci_ranked_scores_make(const mlci_metric_input *in, const char *metric,
                                   mlci_ranked_scores *out, mlc_error *err)
{
    *out = (mlci_ranked_scores){.in = in};
    MLCI_TRY(mlci_probability_check(in, metric, err));
    MLCI_TRY(allocate(out, err));
    return fill_buckets(out, err);
}

/* Appends the rows of a class with their keys, which order by score, highest first. */
static mlc_status append_keys(mlci_ranked_scores *r, int32_t class_, int32_t scored_by, int64_t *n,
                              mlc_error *err)
{
    for (int64_t b = r->class_first[class_]; b < r->class_first[class_ + 1]; b++) {
        MLCI_TRY(mlci_poll_row(r->in->call, b, err));
        const int64_t row = r->class_rows[b];
        const double score = r->in->probability[row * r->in->n_classes + scored_by];
        r->keys[(*n)++] = (mlci_order_key){.key = ~mlci_order_of_real(score), .row = row};
    }
    return MLC_OK;
}

static mlc_status add_steps(mlci_ranked_scores *r, int64_t n, int32_t positive, mlc_error *err)
{
    mlci_compensated_sum above[2] = {{0}};
    r->n_steps = 0;
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(r->in->call, i, err));
        const int64_t row = r->keys[i].row;
        const int is_positive = r->in->target[row] == positive;
        mlci_compensated_add(&above[is_positive], weight_of(r->in, row));
        if (i + 1 < n && r->keys[i + 1].key == r->keys[i].key) continue;
        r->positive[r->n_steps] = mlci_compensated_value(&above[1]);
        r->negative[r->n_steps] = mlci_compensated_value(&above[0]);
        r->n_steps++;
    }
    return MLC_OK;
}

mlc_status mlci_ranked_scores_rank(mlci_ranked_scores *ranked, int32_t positive, int32_t negative,
                                   mlc_error *err)
{
    int64_t n = 0;
    MLCI_TRY(append_keys(ranked, positive, positive, &n, err));
    for (int32_t k = 0; k < ranked->in->n_classes; k++) {
        if (k == positive || (negative != MLCI_OTHER_CLASSES && k != negative)) continue;
        MLCI_TRY(append_keys(ranked, k, positive, &n, err));
    }
    MLCI_TRY(mlci_order_sort(ranked->in->call, ranked->keys, ranked->spare, n, err));
    return add_steps(ranked, n, positive, err);
}

int32_t mlci_ranked_scores_n_absent(const mlci_ranked_scores *ranked)
{
    int32_t n = 0;
    for (int32_t k = 0; k < ranked->in->n_classes; k++) {
        n += ranked->class_first[k] == ranked->class_first[k + 1];
    }
    return n;
}

mlc_status mlci_ranked_scores_mean(mlci_ranked_scores *ranked, mlci_ranked_value_fn value,
                                   int32_t weighted, double *out, mlc_error *err)
{
    double sum = 0;
    double weights = 0;
    for (int32_t k = 0; k < ranked->in->n_classes; k++) {
        double of_class = 0;
        MLCI_TRY(value(ranked, k, &of_class, err));
        const double weight = weighted ? ranked->class_weight[k] : 1;
        sum += weight * of_class;
        weights += weight;
    }
    *out = sum / weights;
    return MLC_OK;
}

void mlci_ranked_scores_clear(mlci_ranked_scores *ranked)
{
    mlci_free(ranked->class_first);
    mlci_free(ranked->class_rows);
    mlci_free(ranked->class_weight);
    mlci_free(ranked->positive);
    mlci_free(ranked->negative);
    mlci_free(ranked->keys);
    mlci_free(ranked->spare);
    *ranked = (mlci_ranked_scores){0};
}
