/* Early stopping after Prechelt (1998) in the form the boosting libraries share: stop after
 * n_iter_no_change rounds in which a score was not better than its best by more than tol, keep its
 * best round. With several scores LightGBM's rule: the first in their order for which it is time
 * stops and says which round is kept; when none does before the last round, the first one says. A
 * score that is NaN is no improvement. */
#include "stopping.h"

#include <math.h>
#include <string.h>

#include "score_names.h"
#include "valid_score.h"

/* The loss, or a metric. */
typedef struct watched {
    int32_t is_loss;
    mlci_valid_metric metric;
    int64_t best_round; /* -1: none yet */
    double best;
} watched;

struct mlci_stopping {
    int64_t patience, last_round;
    double tol;
    int32_t n_counted; /* scores that may stop, from the first on */
    int32_t n_watched;
    int32_t n_metrics; /* of them, without the loss */
    int32_t kept;      /* whose best round is kept */
    watched *watched;
    mlci_valid_rows rows;
};

void mlci_stopping_free(mlci_stopping *s)
{
    if (s == NULL) return;
    for (int32_t k = 0; s->watched != NULL && k < s->n_watched; k++)
        mlci_valid_metric_close(&s->watched[k].metric);
    mlci_free(s->watched);
    mlci_valid_rows_close(&s->rows);
    mlci_free(s);
}

/* ---- which scores ------------------------------------------------------------------------- */

static mlc_status watch(void *arg, int32_t k, const char *name, mlc_error *err)
{
    mlci_stopping *const s = arg;
    s->watched[k].best_round = -1;
    s->watched[k].is_loss = strcmp(name, MLCI_SCORE_LOSS) == 0;
    if (s->watched[k].is_loss) return MLC_OK;
    return mlci_valid_metric_open(&s->rows, name, &s->watched[k].metric, err);
}

static mlc_status open_scores(mlci_stopping *s, const mlci_model_fit *fit,
                              const mlci_boost_data *data, const mlci_loss *loss, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    const char *const names =
        p->early_stopping_metric == NULL ? MLCI_SCORE_LOSS : p->early_stopping_metric;
    MLCI_TRY(mlci_score_names_count(names, &s->n_watched, &s->n_metrics, err));
    s->watched = mlci_alloc(root, s->n_watched, sizeof *s->watched);
    if (s->watched == NULL) return mlci_fail_memory(err, s->n_watched, sizeof *s->watched);
    if (s->n_metrics > 0) MLCI_TRY(mlci_valid_rows_open(fit, data, loss, &s->rows, err));
    MLCI_TRY(mlci_score_names_each(root, names, watch, s, err));
    for (int32_t k = 0; loss->host != NULL && k < s->n_watched; k++)
        if (s->watched[k].is_loss)
            return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                             "a loss of the host has no value of its own: early stopping needs "
                             "early_stopping_metric");
    s->n_counted = p->first_metric_only ? 1 : s->n_watched;
    return MLC_OK;
}

mlc_status mlci_stopping_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                const mlci_loss *loss, mlci_stopping **out, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    if (p->early_stopping == MLCI_STOPPING_ON && data->n_valid == 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping",
                         "early_stopping = true needs validation rows: give some to fit, or set "
                         "validation_fraction");
    *out = NULL;
    if (p->early_stopping == MLCI_STOPPING_OFF || p->boosting == MLCI_BOOSTING_DART ||
        data->n_valid == 0)
        return MLC_OK;
    mlci_stopping *const s = mlci_alloc(mlci_context_root(fit->call), 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->patience = p->n_iter_no_change;
    s->last_round = p->n_estimators - 1;
    s->tol = p->tol;
    const mlc_status status = open_scores(s, fit, data, loss, err);
    if (status != MLC_OK) {
        mlci_stopping_free(s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

int32_t mlci_stopping_n_metrics(const mlci_stopping *s)
{
    return s->n_metrics;
}

/* ---- after a round ------------------------------------------------------------------------ */

static void compare(const mlci_stopping *s, watched *w, int64_t round, double value)
{
    const double gain = w->metric.larger_is_better ? value - w->best : w->best - value;
    if (w->best_round >= 0 && !(gain > s->tol) && !(isnan(w->best) && !isnan(value))) return;
    w->best = value;
    w->best_round = round;
}

mlc_status mlci_stopping_update(mlc_context *call, mlci_stopping *s, int64_t round, double loss,
                                const double *raw, double *scores, int32_t *stop, mlc_error *err)
{
    if (s->n_metrics > 0) mlci_valid_rows_predict(&s->rows, raw);
    for (int32_t k = 0; k < s->n_watched; k++) {
        watched *const w = &s->watched[k];
        double value = loss;
        if (!w->is_loss) {
            MLCI_TRY(mlci_valid_metric_score(call, &w->metric, &s->rows, &value, err));
            *scores++ = value;
        }
        compare(s, w, round, value);
    }
    *stop = 0;
    for (int32_t k = 0; k < s->n_counted && !*stop && round < s->last_round; k++) {
        *stop = round - s->watched[k].best_round >= s->patience;
        if (*stop) s->kept = k;
    }
    return MLC_OK;
}

int64_t mlci_stopping_best_round(const mlci_stopping *s)
{
    return s->watched[s->kept].best_round;
}
