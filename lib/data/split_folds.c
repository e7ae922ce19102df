/* Folds of which every row is in the test part of one, once a repeat. The plan has the number of
 * that fold by repeat and row, so that a permutation is drawn once for all folds of its repeat. */
#include "split_folds.h"

#include "checked.h"
#include "random.h"

mlc_status mlci_split_folds_check(const void *params, mlc_error *err)
{
    const mlci_folds_params *const p = params;
    if (p->n_repeats == 1 || p->shuffle) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "n_repeats",
                     "n_repeats = %lld: repeats without shuffle=true would all be the same",
                     (long long)p->n_repeats);
}

mlc_status mlci_split_folds_count(const mlci_split *split, int32_t *n, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    *n = (int32_t)(p->n_splits * p->n_repeats);
    return MLC_OK;
}

/* All repeats. order: room for 2 n_rows, or NULL where rows are not shuffled. */
static mlc_status deal_repeats(const mlci_split *split, mlci_deal_folds *deal, void *user,
                               int64_t *order, uint16_t *fold_of, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    const int64_t n = split->n_rows;
    for (int64_t r = 0; r < p->n_repeats; r++) {
        MLCI_TRY(mlci_poll(split->call, err));
        if (order != NULL) {
            mlci_random_permutation((uint64_t)p->random_state, MLCI_RANDOM_SPLIT, (uint32_t)r, n,
                                    order, (uint64_t *)(order + n));
        }
        deal(split, user, order, fold_of + r * n);
    }
    return MLC_OK;
}

mlc_status mlci_split_folds_plan(const mlci_split *split, mlci_deal_folds *deal, void *user,
                                 void **plan, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    mlci_root *const root = split->call->root;
    int64_t n = 0;
    if (!mlci_mul_size(split->n_rows, p->n_repeats, &n)) n = INT64_MAX;
    uint16_t *const fold_of = mlci_alloc_raw(root, n, (int64_t)sizeof *fold_of);
    if (fold_of == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *fold_of);
    int64_t *const order = p->shuffle ? mlci_alloc_raw(root, split->n_rows, 16) : NULL;
    mlc_status status = MLC_OK;
    if (p->shuffle && order == NULL) {
        status = mlci_fail_memory(err, split->n_rows, 16);
    } else {
        status = deal_repeats(split, deal, user, order, fold_of, err);
    }
    mlci_free(order);
    if (status != MLC_OK) {
        mlci_free(fold_of);
        return status;
    }
    *plan = fold_of;
    return MLC_OK;
}

mlc_status mlci_split_by_fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const mlci_folds_params *const p = split->params;
    const uint16_t *const fold_of = (const uint16_t *)split->plan + k / p->n_splits * split->n_rows;
    const uint16_t own = (uint16_t)(k % p->n_splits);
    for (int64_t i = 0; i < split->n_rows; i++)
        part[i] = fold_of[i] == own ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    return MLC_OK;
}
