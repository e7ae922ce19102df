/* Tables of boosted trees: history, importance, nodes, terms of linear leaves. */
#include <math.h>
#include <string.h>

#include "ensemble.h"
#include "node_table.h"
#include "score_names.h"
#include "text.h"

const char *const mlci_ensemble_tables[] = {"history", "importance", "trees", "leaf_coefficients",
                                            NULL};

/* The columns of the validation rows. */
typedef struct valid_columns {
    const mlci_ensemble *e;
    mlci_table *table;
    mlci_text name;
    double *values; /* room for one */
    int64_t k;      /* place in a round */
} valid_columns;

static void add_valid(valid_columns *c, const char *name)
{
    const mlci_ensemble *const e = c->e;
    for (int64_t i = 0; i < e->n_rounds; i++)
        c->values[i] = e->valid[i * e->valid_width + c->k];
    mlci_table_reals(c->table, name, e->n_rounds, c->values);
    c->k++;
}

static mlc_status add_metric(void *arg, int32_t k, const char *name, mlc_error *err)
{
    valid_columns *const c = arg;
    if (strcmp(name, MLCI_SCORE_LOSS) == 0) return MLC_OK;
    mlci_text_clear(&c->name);
    mlci_text_append_text(&c->name, "valid_");
    mlci_text_append_text(&c->name, name);
    MLCI_TRY(mlci_text_status(&c->name, err));
    add_valid(c, c->name.data);
    return MLC_OK;
}

static mlc_status history_table(mlci_root *root, const mlci_ensemble *e, mlci_table *table,
                                mlc_error *err)
{
    int64_t *const iteration = mlci_alloc(root, e->n_rounds, sizeof *iteration);
    valid_columns valid = {e, table, mlci_text_init(root),
                           mlci_alloc(root, e->n_rounds, sizeof *valid.values), 0};
    mlc_status status = MLC_OK;
    if (iteration == NULL || valid.values == NULL) {
        status = mlci_fail_memory(err, e->n_rounds, sizeof *iteration);
        goto done;
    }
    for (int64_t i = 0; i < e->n_rounds; i++)
        iteration[i] = i + 1;
    mlci_table_integers(table, "iteration", e->n_rounds, iteration);
    mlci_table_reals(table, "train_loss", e->n_rounds, e->train_loss);
    add_valid(&valid, "valid_loss");
    if (e->metrics != NULL)
        status = mlci_score_names_each(root, e->metrics, add_metric, &valid, err);
done:
    mlci_text_clear(&valid.name);
    mlci_free(valid.values);
    mlci_free(iteration);
    return status;
}

/* Of each feature; a mean over no splits is 0. */
typedef struct split_sums {
    int64_t *splits;
    double *gain, *cover, *mean;
} split_sums;

static void sum_splits(const mlci_ensemble *e, const split_sums *sums)
{
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++) {
        if (e->nodes[i].left == 0) continue;
        const int64_t j = e->nodes[i].split & MLCI_NODE_FEATURE;
        sums->gain[j] += e->gain[i];
        sums->cover[j] += e->cover[i];
        sums->splits[j]++;
    }
}

static void add_means(mlci_table *table, const char *name, int64_t n, const double *total,
                      const split_sums *sums)
{
    for (int64_t j = 0; j < n; j++)
        sums->mean[j] = sums->splits[j] == 0 ? 0 : total[j] / (double)sums->splits[j];
    mlci_table_reals(table, name, n, sums->mean);
}

static mlc_status importance_table(mlci_root *root, const mlci_ensemble *e,
                                   const mlci_features *features, mlci_table *table, mlc_error *err)
{
    const int64_t n = e->n_features;
    char **names = NULL;
    const split_sums sums = {.splits = mlci_alloc(root, n, sizeof *sums.splits),
                             .gain = mlci_alloc(root, n, sizeof *sums.gain),
                             .cover = mlci_alloc(root, n, sizeof *sums.cover),
                             .mean = mlci_alloc(root, n, sizeof *sums.mean)};
    mlc_status status =
        sums.splits == NULL || sums.gain == NULL || sums.cover == NULL || sums.mean == NULL
            ? mlci_fail_memory(err, n, sizeof *sums.gain)
            : mlci_feature_names(root, n, features, &names, err);
    if (status == MLC_OK) {
        sum_splits(e, &sums);
        mlci_table_texts(table, "feature", n, (const char *const *)names);
        mlci_table_reals(table, "gain", n, sums.gain);
        mlci_table_integers(table, "splits", n, sums.splits);
        mlci_table_reals(table, "cover", n, sums.cover);
        add_means(table, "mean_gain", n, sums.gain, &sums);
        add_means(table, "mean_cover", n, sums.cover, &sums);
    }
    mlci_free_feature_names(names, n);
    mlci_free(sums.splits);
    mlci_free(sums.gain);
    mlci_free(sums.cover);
    mlci_free(sums.mean);
    return status;
}

static mlc_status trees_table(mlci_root *root, const mlci_ensemble *e,
                              const mlci_features *features, mlci_table *table, mlc_error *err)
{
    const int64_t n = e->first_node[e->n_trees];
    const mlci_node_view view = mlci_ensemble_view(e);
    double *const value = mlci_alloc(root, n, sizeof *value);
    if (value == NULL) return mlci_fail_memory(err, n, sizeof *value);
    for (int64_t i = 0; i < n; i++)
        value[i] = e->nodes[i].left == 0 ? e->nodes[i].value : NAN;
    const mlc_status status = mlci_node_table(&view, features, table, err);
    if (status == MLC_OK) {
        mlci_table_reals(table, "value", n, value);
        mlci_table_reals(table, "gain", n, e->gain);
        mlci_table_reals(table, "cover", n, e->cover);
    }
    mlci_free(value);
    return status;
}

/* Columns of the table of terms. */
typedef struct term_rows {
    int64_t *tree, *node;
    const char **feature;
    double *coefficient;
} term_rows;

/* The terms of linear leaves, each with its intercept after them. */
static int64_t list_terms(const mlci_ensemble *e, char *const *names, const term_rows *rows)
{
    int64_t n = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        for (int64_t i = e->first_node[t]; i < e->first_node[t + 1]; i++) {
            const int64_t first = e->terms->first[i], end = e->terms->first[i + 1];
            for (int64_t k = first; k <= end && first < end; k++, n++) {
                if (rows == NULL) continue;
                rows->tree[n] = t;
                rows->node[n] = i - e->first_node[t];
                rows->feature[n] = k < end ? names[e->terms->feature[k]] : "(intercept)";
                rows->coefficient[n] = k < end ? e->terms->factor[k] : e->terms->intercept[i];
            }
        }
    }
    return n;
}

static mlc_status terms_table(mlci_root *root, const mlci_ensemble *e,
                              const mlci_features *features, mlci_table *table, mlc_error *err)
{
    const int64_t n = e->terms == NULL ? 0 : list_terms(e, NULL, NULL);
    char **names = NULL;
    const term_rows rows = {.tree = mlci_alloc(root, n, sizeof *rows.tree),
                            .node = mlci_alloc(root, n, sizeof *rows.node),
                            .feature = mlci_alloc(root, n, sizeof *rows.feature),
                            .coefficient = mlci_alloc(root, n, sizeof *rows.coefficient)};
    mlc_status status =
        rows.tree == NULL || rows.node == NULL || rows.feature == NULL || rows.coefficient == NULL
            ? mlci_fail_memory(err, n, sizeof *rows.coefficient)
            : mlci_feature_names(root, e->n_features, features, &names, err);
    if (status == MLC_OK) {
        if (n > 0) list_terms(e, names, &rows);
        mlci_table_integers(table, "tree", n, rows.tree);
        mlci_table_integers(table, "node", n, rows.node);
        mlci_table_texts(table, "feature", n, rows.feature);
        mlci_table_reals(table, "coefficient", n, rows.coefficient);
    }
    mlci_free_feature_names(names, e->n_features);
    mlci_free(rows.tree);
    mlci_free(rows.node);
    mlci_free((void *)rows.feature);
    mlci_free(rows.coefficient);
    return status;
}

mlc_status mlci_ensemble_table(mlc_context *call, const void *params, const void *state,
                               const char *name, const mlci_features *features,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const mlci_ensemble *const e = state;
    mlc_status status = MLC_OK;
    mlci_table table;
    mlci_table_init(&table, root);
    if (mlci_text_equal(name, (int64_t)strlen(name), "history"))
        status = history_table(root, e, &table, err);
    else if (mlci_text_equal(name, (int64_t)strlen(name), "importance"))
        status = importance_table(root, e, features, &table, err);
    else if (mlci_text_equal(name, (int64_t)strlen(name), "leaf_coefficients"))
        status = terms_table(root, e, features, &table, err);
    else
        status = trees_table(root, e, features, &table, err);
    mlc_dataset *dataset = NULL;
    const mlc_status finished = mlci_table_finish(&table, &dataset, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}
