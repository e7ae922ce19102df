/* AdaBoost in an artifact: a forest, then weights and errors of its trees; and its tables. */
#include <math.h>
#include <string.h>

#include "adaboost.h"

void mlci_adaboost_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_adaboost *const m = state;
    mlci_forest_save(params, m->forest, w);
    mlci_write_reals(w, m->weight, m->forest->n_trees);
    mlci_write_reals(w, m->error, m->forest->n_trees);
}

/* Leaves of classes vote for one that there is. */
static void check_votes(const mlci_forest *f, mlci_reader *r)
{
    const double n = f->n_classes;
    for (int64_t i = 0; i < f->first_node[f->n_trees] && n > 0; i++) {
        const double value = f->nodes[i].value;
        if (f->nodes[i].left == 0 && !(value >= 0 && value < n && value == floor(value)))
            mlci_reader_refuse(r, "a leaf votes for a class that there is not");
    }
}

static void read_weights(mlci_adaboost *m, mlci_reader *r)
{
    m->weight = mlci_read_reals(r, m->forest->n_trees, NULL);
    m->error = mlci_read_reals(r, m->forest->n_trees, NULL);
    for (int64_t t = 0; r->status == MLC_OK && t < m->forest->n_trees; t++)
        if (!(m->weight[t] >= 0 && m->weight[t] <= 1e300) || !(m->error[t] >= 0))
            mlci_reader_refuse(r, "the weight or the error of a tree is not what it can be");
    if (r->status != MLC_OK) return;
    mlci_adaboost_finish(m);
    if (m->forest->n_classes > 0 && !(m->total > 0))
        mlci_reader_refuse(r, "the trees have no weight");
    if (!(m->total <= 1e300)) mlci_reader_refuse(r, "the weights of the trees are too large");
}

mlc_status mlci_adaboost_load(mlc_context *call, const void *params, mlci_reader *r,
                              int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    void *forest = NULL;
    MLCI_TRY(mlci_forest_load(call, params, r, n_features, n_classes, &forest, err));
    mlci_adaboost *const m = mlci_alloc(r->root, 1, sizeof *m);
    if (m == NULL) {
        mlci_forest_free(forest);
        return mlci_fail_memory(err, 1, sizeof *m);
    }
    m->forest = forest;
    check_votes(m->forest, r);
    read_weights(m, r);
    if (r->status != MLC_OK) {
        if (err != NULL) *err = r->error;
        mlci_adaboost_free(m);
        return r->status;
    }
    *state = m;
    return MLC_OK;
}

/* ---- tables ------------------------------------------------------------------------------- */

const char *const mlci_adaboost_tables[] = {"importance", "estimators", "trees", NULL};

/* A line a tree, in their order. */
static mlc_status estimators_table(mlc_context *call, const mlci_adaboost *m, mlc_dataset **out,
                                   mlc_error *err)
{
    const int64_t n = m->forest->n_trees;
    mlci_table table;
    mlci_table_init(&table, mlci_context_root(call));
    int64_t *const tree = mlci_alloc(table.root, n, sizeof *tree);
    if (tree == NULL) return mlci_fail_memory(err, n, sizeof *tree);
    for (int64_t t = 0; t < n; t++)
        tree[t] = t;
    mlci_table_integers(&table, "tree", n, tree);
    mlci_table_reals(&table, "weight", n, m->weight);
    mlci_table_reals(&table, "error", n, m->error);
    mlci_free(tree);
    return mlci_table_finish(&table, out, err);
}

mlc_status mlci_adaboost_table(mlc_context *call, const void *params, const void *state,
                               const char *name, const mlci_features *features,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    const mlci_adaboost *const m = state;
    if (strcmp(name, "estimators") == 0) return estimators_table(call, m, out, err);
    return mlci_forest_table(call, params, m->forest, name, features, classes, out, err);
}
