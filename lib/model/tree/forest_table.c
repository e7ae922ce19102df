/* Tables of decision trees and forests: importance, nodes, out-of-bag predictions. */
#include <math.h>
#include <string.h>

#include "forest.h"
#include "node_table.h"
#include "target.h"

const char *const mlci_tree_tables[] = {"importance", "trees", NULL};
const char *const mlci_forest_tables[] = {"importance", "trees", "oob", "oob_score", NULL};

static mlc_status importance_table(const mlci_forest *f, const mlci_features *features,
                                   mlci_table *table, mlc_error *err)
{
    const int64_t n = f->n_features;
    char **names = NULL;
    int64_t *const splits = mlci_alloc(table->root, n, sizeof *splits);
    if (splits == NULL) return mlci_fail_memory(err, n, sizeof *splits);
    const mlc_status status = mlci_feature_names(table->root, n, features, &names, err);
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i++)
        if (f->nodes[i].left != 0) splits[f->nodes[i].split & MLCI_NODE_FEATURE]++;
    if (status == MLC_OK) {
        mlci_table_texts(table, "feature", n, (const char *const *)names);
        mlci_table_reals(table, "importance", n, f->importance);
        mlci_table_integers(table, "splits", n, splits);
    }
    mlci_free_feature_names(names, n);
    mlci_free(splits);
    return status;
}

/* A vector column with a component a class. */
static mlc_status probability_column(mlci_table *table, const mlci_forest *f, int64_t n,
                                     const mlci_classes *classes, double **cells, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(table->root, MLC_TYPE_VECTOR, n, f->n_classes, 0, &column, err));
    *cells = mlci_column_data(column);
    mlc_status status = MLC_OK;
    if (classes != NULL)
        status = mlci_column_set_components(column, (const char *const *)classes->names, err);
    if (status == MLC_OK)
        mlci_table_column(table, "probability", column);
    else
        mlci_column_unref(column);
    return status;
}

/* The values of leaves: a column of numbers or a vector of probabilities. */
static mlc_status add_values(mlci_table *table, const mlci_forest *f, const mlci_classes *classes,
                             mlc_error *err)
{
    const int64_t n = f->first_node[f->n_trees];
    const int32_t width = mlci_forest_width(f);
    double *cells = NULL, *const sums = mlci_alloc(table->root, n, width * (int64_t)sizeof *sums);
    if (sums == NULL) return mlci_fail_memory(err, n, width * (int64_t)sizeof *sums);
    for (int64_t t = 0; t < f->n_trees; t++) {
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++) {
            sums[i * width] = f->nodes[i].left == 0 ? 0 : NAN;
            if (f->nodes[i].left == 0) mlci_forest_add_leaf(f, t, i, sums + i * width);
        }
    }
    mlc_status status = MLC_OK;
    if (f->n_classes == 0)
        mlci_table_reals(table, "value", n, sums);
    else
        status = probability_column(table, f, n, classes, &cells, err);
    for (int64_t i = 0; i < n && cells != NULL && status == MLC_OK; i++) {
        double *const cell = cells + i * f->n_classes;
        if (f->nodes[i].left == 0)
            mlci_forest_finish(f, MLCI_OUTPUT_PROBABILITY, sums + i * width, 1, cell);
        for (int32_t k = 0; k < f->n_classes && f->nodes[i].left != 0; k++)
            cell[k] = NAN;
    }
    mlci_free(sums);
    return status;
}

static mlc_status trees_table(const mlci_forest *f, const mlci_features *features,
                              const mlci_classes *classes, mlci_table *table, mlc_error *err)
{
    const int64_t n = f->first_node[f->n_trees];
    const mlci_node_view view = mlci_forest_view(f);
    MLCI_TRY(mlci_node_table(&view, features, table, err));
    MLCI_TRY(add_values(table, f, classes, err));
    if (f->impurity != NULL) mlci_table_reals(table, "impurity", n, f->impurity);
    mlci_table_reals(table, "cover", n, f->cover);
    return MLC_OK;
}

/* A line a training row, in their order; none without oob_score. */
static mlc_status oob_table(const mlci_forest *f, const mlci_classes *classes, mlci_table *table,
                            mlc_error *err)
{
    const int32_t width = mlci_forest_width(f);
    double *cells = NULL;
    int64_t *const row = mlci_alloc(table->root, f->n_oob, sizeof *row);
    if (row == NULL) return mlci_fail_memory(err, f->n_oob, sizeof *row);
    for (int64_t i = 0; i < f->n_oob; i++)
        row[i] = i;
    mlci_table_integers(table, "row", f->n_oob, row);
    mlci_free(row);
    if (f->n_classes == 0) {
        mlci_table_reals(table, "prediction", f->n_oob, f->oob);
        return MLC_OK;
    }
    MLCI_TRY(probability_column(table, f, f->n_oob, classes, &cells, err));
    for (int64_t i = 0; i < f->n_oob; i++)
        mlci_forest_finish(f, MLCI_OUTPUT_PROBABILITY, f->oob + i * width, 1,
                           cells + i * f->n_classes);
    return MLC_OK;
}

static void oob_score_table(const mlci_forest *f, mlci_table *table)
{
    const char *const metric = f->n_classes == 0 ? "r2" : "accuracy";
    const int64_t n_lines = f->n_oob > 0;
    int64_t n = 0;
    for (int64_t i = 0; i < f->n_oob; i++)
        n += !isnan(f->oob[i * mlci_forest_width(f)]);
    mlci_table_texts(table, "metric", n_lines, &metric);
    mlci_table_reals(table, "value", n_lines, &f->oob_score);
    mlci_table_integers(table, "n", n_lines, &n);
}

mlc_status mlci_forest_table(mlc_context *call, const void *params, const void *state,
                             const char *name, const mlci_features *features,
                             const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    const mlci_forest *const f = state;
    mlc_status status = MLC_OK;
    mlc_dataset *dataset = NULL;
    mlci_table table;
    mlci_table_init(&table, mlci_context_root(call));
    if (strcmp(name, "importance") == 0)
        status = importance_table(f, features, &table, err);
    else if (strcmp(name, "oob") == 0)
        status = oob_table(f, classes, &table, err);
    else if (strcmp(name, "oob_score") == 0)
        oob_score_table(f, &table);
    else
        status = trees_table(f, features, classes, &table, err);
    const mlc_status finished = mlci_table_finish(&table, &dataset, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}
