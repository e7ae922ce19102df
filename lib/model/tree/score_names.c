/* Names by commas, which brackets and quotes protect: [roc_auc, 'ndcg(k=5, gain=linear)', loss]. */
#include "score_names.h"

#include <string.h>

#include "settings.h"
#include "text.h"

/* ---- counting ----------------------------------------------------------------------------- */

typedef struct counts {
    const char *list;
    int32_t n_names, n_metrics;
} counts;

/* How often a name stands among the first of a list. */
typedef struct search {
    const char *name;
    int64_t length;
    int32_t left, found;
} search;

static mlc_status look_at(void *arg, const char *item, int64_t length, mlc_error *err)
{
    search *const s = arg;
    if (s->left-- > 0) s->found += mlci_text_compare(item, length, s->name, s->length) == 0;
    return MLC_OK;
}

static mlc_status count(void *arg, const char *item, int64_t length, mlc_error *err)
{
    counts *const c = arg;
    search before = {item, length, c->n_names, 0};
    MLCI_TRY(mlci_list_each(c->list, look_at, &before, err));
    if (before.found > 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric has %.*s twice", length < 200 ? (int)length : 200,
                         item);
    if (c->n_names == MLCI_MOST_METRICS)
        return mlci_fail(err, MLC_ERROR_LIMIT, "early_stopping_metric",
                         "early_stopping_metric has more than %d names", MLCI_MOST_METRICS);
    c->n_names++;
    c->n_metrics += !mlci_text_equal(item, length, MLCI_SCORE_LOSS);
    return MLC_OK;
}

mlc_status mlci_score_names_count(const char *list, int32_t *n_names, int32_t *n_metrics,
                                  mlc_error *err)
{
    counts c = {list, 0, 0};
    if (list != NULL) MLCI_TRY(mlci_list_each(list, count, &c, err));
    if (list != NULL && c.n_names == 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric is empty: name a metric, or none for the loss");
    if (n_names != NULL) *n_names = c.n_names;
    if (n_metrics != NULL) *n_metrics = c.n_metrics;
    return MLC_OK;
}

/* ---- walking ------------------------------------------------------------------------------ */

typedef struct walk {
    mlci_root *root;
    mlci_score_name_fn fn;
    void *arg;
    int32_t k;
} walk;

static mlc_status take(void *arg, const char *item, int64_t length, mlc_error *err)
{
    walk *const w = arg;
    char *const name = mlci_copy_text(w->root, item, length);
    if (name == NULL) return mlci_fail_memory(err, length + 1, 1);
    const mlc_status status = w->fn(w->arg, w->k++, name, err);
    mlci_free(name);
    return status;
}

mlc_status mlci_score_names_each(mlci_root *root, const char *list, mlci_score_name_fn fn,
                                 void *arg, mlc_error *err)
{
    walk w = {root, fn, arg, 0};
    return mlci_list_each(list, take, &w, err);
}
