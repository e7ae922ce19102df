/* From parameters to losses. */
#include "boost_loss.h"

#include <string.h>

#include "order.h"
#include "score_names.h"
#include "target.h"

#define DEFAULT_LABELS 31 /* 0 to 30, as LightGBM has it */

static mlc_status host_link(const mlc_objective *host, const char *name, int32_t n_classes,
                            int32_t *link, mlc_error *err)
{
    const int is_logit = strcmp(host->link, "logit") == 0;
    *link = is_logit                         ? MLCI_LINK_LOGIT
            : strcmp(host->link, "log") == 0 ? MLCI_LINK_LOG
                                             : MLCI_LINK_IDENTITY;
    if (n_classes > 2)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "loss",
                         "loss = %s: losses of the host take two classes, not %d", name,
                         (int)n_classes);
    if (is_logit != (n_classes > 0))
        return mlci_fail(
            err, MLC_ERROR_SETTING, "loss", "loss = %s: its link is %s, %s", name, host->link,
            n_classes > 0 ? "and a classifier needs logit" : "which is for classifiers");
    return MLC_OK;
}

/* Parameters that only some losses look at. */
static mlc_status set_params(const mlci_boost_params *p, mlci_root *root, mlci_loss *loss,
                             mlc_error *err)
{
    loss->delta = p->delta;
    loss->kernels->exp(1, &p->poisson_max_delta_step, &loss->damping);
    loss->power = p->tweedie_variance_power;
    loss->truncation_level = p->truncation_level;
    loss->sigmoid = p->sigmoid;
    loss->norm = p->norm;
    loss->n_labels = DEFAULT_LABELS;
    loss->distribution = p->distribution;
    loss->scale = p->scale;
    if (p->loss == MLCI_LOSS_QUANTILE) {
        loss->n_outputs = mlci_param_numbers(p->quantile, loss->levels, MLCI_MOST_LEVELS);
        if (loss->n_outputs > 1) loss->link = MLCI_LINK_QUANTILES;
    }
    if (p->label_gain == NULL) return MLC_OK;
    loss->n_labels = mlci_param_numbers(p->label_gain, NULL, 0);
    double *const gain = mlci_alloc(root, loss->n_labels, sizeof *gain);
    if (gain == NULL) return mlci_fail_memory(err, loss->n_labels, sizeof *gain);
    mlci_param_numbers(p->label_gain, gain, loss->n_labels);
    loss->label_gain = gain;
    return MLC_OK;
}

/* Several targets take a score each, so a loss with one score and no groups. */
static mlc_status set_targets(const mlci_model_fit *fit, int32_t n_targets, mlci_loss *loss,
                              mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    loss->n_targets = n_targets;
    if (n_targets == 1) return MLC_OK;
    if (loss->host != NULL || loss->n_outputs > 1)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "target",
                         "%d targets: %s takes one target", (int)n_targets,
                         loss->host != NULL ? "a loss of the host" : "loss = quantile with several "
                                                                     "levels");
    if (p->early_stopping_metric != NULL && strcmp(p->early_stopping_metric, MLCI_SCORE_LOSS) != 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric = %.200s: metrics look at one target, and there are "
                         "%d: leave it, or set it to %s",
                         p->early_stopping_metric, (int)n_targets, MLCI_SCORE_LOSS);
    loss->n_outputs = n_targets;
    return MLC_OK;
}

static mlc_status choose(const mlci_model_fit *fit, const mlci_boost_data *d, mlci_loss *loss,
                         mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    *loss = (mlci_loss){.n_outputs = 1, .kernels = mlci_kernels_of(mlci_root_isa(root))};
    if (p->host_loss != NULL) {
        loss->host = mlci_root_objective(root, p->host_loss);
        if (loss->host == NULL)
            return mlci_fail(err, MLC_ERROR_COMPONENT, "loss",
                             "loss = %s: the host has no loss of that name", p->host_loss);
        return host_link(loss->host, p->host_loss, d->n_classes, &loss->link, err);
    }
    loss->kind = mlci_loss_kind_of(p->loss, d->n_classes);
    loss->link = loss->kind->link;
    if (d->n_classes > 2) loss->n_outputs = d->n_classes;
    if (loss->kind->groups == MLCI_GROUPS_GIVEN && d->group == NULL)
        return mlci_fail(err, MLC_ERROR_ROLE, "group", "loss = %s needs groups of rows",
                         loss->kind->name);
    return set_params(p, root, loss, err);
}

mlc_status mlci_boost_loss_open(const mlci_model_fit *fit, const mlci_boost_data *data,
                                mlci_loss *loss, mlc_error *err)
{
    MLCI_TRY(choose(fit, data, loss, err));
    MLCI_TRY(set_targets(fit, data->n_targets, loss, err));
    MLCI_TRY(mlci_loss_check(loss, fit->y, "row", err));
    return fit->valid_x == NULL ? MLC_OK
                                : mlci_loss_check(loss, fit->valid_y, "validation row", err);
}

void mlci_boost_loss_close(mlci_loss *loss)
{
    mlci_free((void *)(uintptr_t)loss->label_gain);
    loss->label_gain = NULL;
}

static mlc_status group_rows(mlc_context *call, const mlci_boost_data *d, int32_t by_time,
                             int64_t begin, int64_t end, mlci_row_groups **out, mlc_error *err)
{
    uint64_t *const keys = mlci_alloc_raw(mlci_context_root(call), end - begin, sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, end - begin, sizeof *keys);
    for (int64_t i = begin; i < end; i++)
        keys[i - begin] = by_time ? mlci_order_of_real(d->y[i]) : (uint64_t)d->group[i];
    const mlc_status status =
        mlci_row_groups_create(call, begin, end, keys, d->row_index, out, err);
    mlci_free(keys);
    return status;
}

mlc_status mlci_boost_loss_groups(mlc_context *call, const mlci_boost_data *d,
                                  const mlci_loss *loss, mlci_row_groups **train,
                                  mlci_row_groups **valid, mlc_error *err)
{
    if (loss->kind == NULL || loss->kind->groups == MLCI_GROUPS_NONE) return MLC_OK;
    const int32_t by_time = loss->kind->groups == MLCI_GROUPS_TIME;
    MLCI_TRY(group_rows(call, d, by_time, 0, d->n_train, train, err));
    return group_rows(call, d, by_time, d->n_train, d->n_rows, valid, err);
}

/* ---- rules -------------------------------------------------------------------------------- */

/* Levels of loss=quantile ascend, so that the columns of a prediction do. */
static mlc_status check_levels(const mlci_boost_params *p, mlc_error *err)
{
    double levels[MLCI_MOST_LEVELS];
    const int32_t n = mlci_param_numbers(p->quantile, levels, MLCI_MOST_LEVELS);
    if (n > MLCI_MOST_LEVELS)
        return mlci_fail(err, MLC_ERROR_SETTING, "quantile",
                         "quantile = %s: %d levels; there may be %d", p->quantile, (int)n,
                         MLCI_MOST_LEVELS);
    for (int32_t k = 1; k < n; k++)
        if (!(levels[k] > levels[k - 1]))
            return mlci_fail(err, MLC_ERROR_SETTING, "quantile",
                             "quantile = %s: must ascend, without a level twice", p->quantile);
    if (p->loss == MLCI_LOSS_HUBER && strcmp(p->quantile, "0.5") != 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "quantile",
                         "quantile = %s: loss = huber has no level; its threshold is delta",
                         p->quantile);
    return MLC_OK;
}

static mlc_status check_gains(const mlci_boost_params *p, mlc_error *err)
{
    double gain[MLCI_MOST_LABELS];
    const int32_t n = mlci_param_numbers(p->label_gain, gain, MLCI_MOST_LABELS);
    if (n > MLCI_MOST_LABELS)
        return mlci_fail(err, MLC_ERROR_SETTING, "label_gain",
                         "label_gain has %d numbers; there may be %d", (int)n, MLCI_MOST_LABELS);
    for (int32_t k = 1; k < n; k++)
        if (gain[k] < gain[k - 1])
            return mlci_fail(err, MLC_ERROR_SETTING, "label_gain",
                             "label_gain = %.200s: a higher label must not have a lower gain",
                             p->label_gain);
    return MLC_OK;
}

mlc_status mlci_boost_loss_check(const mlci_boost_params *p, mlc_error *err)
{
    if (p->quantile != NULL) MLCI_TRY(check_levels(p, err));
    return p->label_gain != NULL ? check_gains(p, err) : MLC_OK;
}
