/* Gathers targets, weights, offsets and row numbers, and holds validation rows out.
 *
 * Weights become fixed-point integers for everything that counts rows (bins, sizes of leaves), by
 * a power of two: sums are exact and do not depend on the order of rows. */
#include "boost_data.h"

#include <math.h>

#include "random.h"
#include "row_weight.h"
#include "target.h"

#define MOST_ROWS 0xFFFF0000LL /* row numbers are 32 bits wide */

void mlci_boost_data_free(mlci_boost_data *data)
{
    if (data == NULL) return;
    mlci_free(data->own_y);
    mlci_free(data->upper);
    mlci_free(data->weight);
    mlci_free(data->offset);
    mlci_free(data->row_index);
    mlci_free(data->fixed);
    mlci_free(data->group);
    mlci_free(data->position);
    mlci_free(data);
}

/* Which rows of fit->x train: the others come after them. */
static mlc_status hold_out(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    const int64_t n = fit->x->n_rows;
    const uint64_t seed = (uint64_t)p->random_state;
    d->n_train = n;
    if (fit->valid_x != NULL) {
        d->n_valid = fit->valid_x->n_rows;
        return MLC_OK;
    }
    if (!(p->validation_fraction > 0) || p->early_stopping == MLCI_STOPPING_OFF) return MLC_OK;
    d->position = mlci_alloc(mlci_context_root(fit->call), n, sizeof *d->position);
    if (d->position == NULL) return mlci_fail_memory(err, n, sizeof *d->position);
    for (int64_t i = 0; i < n; i++) {
        const int64_t index = fit->group != NULL       ? fit->group[i]
                              : fit->row_index != NULL ? fit->row_index[i]
                                                       : i;
        const double u = mlci_random_unit(seed, MLCI_RANDOM_VALIDATION, 0, (uint64_t)index);
        d->position[i] = u < p->validation_fraction ? -1 - d->n_valid++ : 0;
    }
    d->n_train = n - d->n_valid;
    int64_t next = 0;
    for (int64_t i = 0; i < n; i++)
        d->position[i] = d->position[i] < 0 ? d->n_train - 1 - d->position[i] : next++;
    if (d->n_train == 0 || d->n_valid == 0)
        return mlci_fail(err, MLC_ERROR_DATA, "validation_fraction",
                         "validation_fraction leaves %lld of %lld rows to train on and %lld to "
                         "validate with: both need some",
                         (long long)d->n_train, (long long)n, (long long)d->n_valid);
    return MLC_OK;
}

/* A column of n_rows: training values to their places, then those of the validation rows.
 * missing: where there are none. */
static mlc_status gather(const mlci_model_fit *fit, const mlci_boost_data *d, const double *train,
                         const double *valid, double missing, double **out, mlc_error *err)
{
    double *const column = mlci_alloc_raw(mlci_context_root(fit->call), d->n_rows, sizeof *column);
    if (column == NULL) return mlci_fail_memory(err, d->n_rows, sizeof *column);
    for (int64_t i = 0; i < fit->x->n_rows; i++)
        column[d->position == NULL ? i : d->position[i]] = train == NULL ? missing : train[i];
    for (int64_t i = fit->x->n_rows; i < d->n_rows; i++)
        column[i] = valid == NULL ? missing : valid[i - fit->x->n_rows];
    *out = column;
    return MLC_OK;
}

/* n targets of all rows from the first of them on. */
static mlc_status gather_targets(const mlci_model_fit *fit, const mlci_boost_data *d, int32_t first,
                                 int32_t n, double **out, mlc_error *err)
{
    const int64_t n_rows = fit->x->n_rows, width = fit->y->n_outputs;
    double *const all = mlci_alloc_raw(mlci_context_root(fit->call), n * d->n_rows, sizeof *all);
    if (all == NULL) return mlci_fail_memory(err, n * d->n_rows, sizeof *all);
    for (int32_t k = 0; k < n; k++) {
        double *const column = all + k * d->n_rows;
        for (int64_t i = 0; i < n_rows; i++)
            column[d->position == NULL ? i : d->position[i]] = fit->y->value[i * width + first + k];
        for (int64_t i = n_rows; i < d->n_rows; i++)
            column[i] = fit->valid_y->value[(i - n_rows) * width + first + k];
    }
    *out = all;
    return MLC_OK;
}

static int is_time(const mlci_boost_params *p)
{
    return p->loss == MLCI_LOSS_COX || p->loss == MLCI_LOSS_AFT;
}

/* As they are given, unless they are put in another order or changed. */
static mlc_status take_targets(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    d->n_targets = is_time(fit->params) ? 1 : fit->y->n_outputs;
    d->y = fit->y->value;
    if (d->position == NULL && fit->valid_x == NULL && d->n_targets == 1 && !is_time(fit->params))
        return MLC_OK;
    MLCI_TRY(gather_targets(fit, d, 0, d->n_targets, &d->own_y, err));
    d->y = d->own_y;
    return MLC_OK;
}

/* Times as bounds. One number is the time of an event; to cox, where negative, minus the time
 * that a row was last seen at. */
static mlc_status gather_bounds(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    MLCI_TRY(gather_targets(fit, d, fit->y->n_outputs - 1, 1, &d->upper, err));
    for (int64_t i = 0; fit->y->n_outputs == 1 && p->loss == MLCI_LOSS_COX && i < d->n_rows; i++) {
        if (!(d->own_y[i] < 0)) continue;
        d->own_y[i] = -d->own_y[i];
        d->upper[i] = INFINITY;
    }
    return MLC_OK;
}

static mlc_status gather_index(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    if (fit->row_index == NULL && d->position == NULL) return MLC_OK;
    d->row_index = mlci_alloc(mlci_context_root(fit->call), d->n_rows, sizeof *d->row_index);
    if (d->row_index == NULL) return mlci_fail_memory(err, d->n_rows, sizeof *d->row_index);
    for (int64_t i = 0; i < fit->x->n_rows; i++) {
        const int64_t at = d->position == NULL ? i : d->position[i];
        d->row_index[at] = fit->row_index == NULL ? i : fit->row_index[i];
    }
    for (int64_t i = fit->x->n_rows; i < d->n_rows; i++)
        d->row_index[i] = i;
    return MLC_OK;
}

static mlc_status gather_groups(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    const int64_t n = fit->x->n_rows;
    if (fit->group == NULL) return MLC_OK;
    d->group = mlci_alloc(mlci_context_root(fit->call), d->n_rows, sizeof *d->group);
    if (d->group == NULL) return mlci_fail_memory(err, d->n_rows, sizeof *d->group);
    for (int64_t i = 0; i < n; i++)
        d->group[d->position == NULL ? i : d->position[i]] = fit->group[i];
    for (int64_t i = n; i < d->n_rows && fit->valid_group != NULL; i++)
        d->group[i] = fit->valid_group[i - n];
    return MLC_OK;
}

static mlc_status fix_weights(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    d->unit = 1;
    if (d->weight == NULL) return MLC_OK;
    d->fixed = mlci_alloc(mlci_context_root(fit->call), d->n_train, sizeof *d->fixed);
    if (d->fixed == NULL) return mlci_fail_memory(err, d->n_train, sizeof *d->fixed);
    return mlci_fix_weights(d->weight, d->n_train, d->fixed, &d->unit, err);
}

static mlc_status fill(const mlci_model_fit *fit, mlci_boost_data *d, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    const int by_class = d->n_classes > 0 && p->class_weight != NULL;
    MLCI_TRY(hold_out(fit, d, err));
    d->n_rows = d->n_train + d->n_valid;
    if (d->n_rows > MOST_ROWS)
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld rows: at most %lld can be boosted",
                         (long long)d->n_rows, (long long)MOST_ROWS);
    MLCI_TRY(take_targets(fit, d, err));
    if (is_time(p)) MLCI_TRY(gather_bounds(fit, d, err));
    if (fit->weight != NULL || fit->valid_weight != NULL || by_class)
        MLCI_TRY(gather(fit, d, fit->weight, fit->valid_weight, 1, &d->weight, err));
    if (fit->offset != NULL || fit->valid_offset != NULL)
        MLCI_TRY(gather(fit, d, fit->offset, fit->valid_offset, 0, &d->offset, err));
    MLCI_TRY(gather_index(fit, d, err));
    MLCI_TRY(gather_groups(fit, d, err));
    if (by_class)
        MLCI_TRY(mlci_weigh_classes(mlci_context_root(fit->call), p->class_weight, fit->y->classes,
                                    d->y, d->n_train, d->n_rows, d->weight, err));
    return fix_weights(fit, d, err);
}

mlc_status mlci_boost_data_create(const mlci_model_fit *fit, mlci_boost_data **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    if (fit->x->n_rows == 0)
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "no rows to train on: at least 1 is needed");
    if (is_time(fit->params) && fit->y->n_outputs > 2)
        return mlci_fail(err, MLC_ERROR_ROLE, "target",
                         "%d targets: a time has a lower and an upper bound",
                         (int)fit->y->n_outputs);
    if (fit->valid_x != NULL && fit->valid_y->n_outputs != fit->y->n_outputs)
        return mlci_fail(err, MLC_ERROR_ROLE, "target",
                         "%d targets in the validation rows, %d in the training rows",
                         (int)fit->valid_y->n_outputs, (int)fit->y->n_outputs);
    mlci_boost_data *const d = mlci_alloc(root, 1, sizeof *d);
    if (d == NULL) return mlci_fail_memory(err, 1, sizeof *d);
    d->n_classes = fit->y->classes == NULL ? 0 : fit->y->classes->n;
    const mlc_status status = fill(fit, d, err);
    if (status != MLC_OK) {
        mlci_boost_data_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}
