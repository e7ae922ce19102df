/* Tables of support vector machines: the vectors, their coefficients, and the problems that were
 * solved. */
#include <string.h>

#include "checked.h"
#include "feature_names.h"
#include "svm_state.h"

const char *const mlci_svm_tables[] = {"support_vectors", "coefficients", "problems", NULL};

/* Lines of a table: whole numbers, texts that are borrowed, and numbers. */
typedef struct lines {
    int64_t n;
    int64_t *vector, *row;
    const char **class_name, **other;
    double *value;
} lines;

static int make_lines(mlci_root *root, int64_t n, lines *l)
{
    l->n = n;
    l->vector = mlci_alloc(root, n, sizeof *l->vector);
    l->row = mlci_alloc(root, n, sizeof *l->row);
    l->class_name = mlci_alloc(root, n, sizeof *l->class_name);
    l->other = mlci_alloc(root, n, sizeof *l->other);
    l->value = mlci_alloc(root, n, sizeof *l->value);
    return l->vector != NULL && l->row != NULL && l->class_name != NULL && l->other != NULL &&
           l->value != NULL;
}

static void free_lines(lines *l)
{
    mlci_free(l->vector);
    mlci_free(l->row);
    mlci_free((void *)l->class_name);
    mlci_free((void *)l->other);
    mlci_free(l->value);
}

static const char *name_of(const mlci_classes *classes, int64_t k)
{
    return classes == NULL ? NULL : classes->names[k];
}

/* The first vector behind those of the class. */
static int64_t last_of(const mlci_svm_state *s, int64_t class_, int64_t first)
{
    return first + s->n_support[class_];
}

/* ---- vectors ------------------------------------------------------------------------------ */

static mlc_status add_vectors(const mlci_svm_state *s, const mlci_features *features,
                              const mlci_classes *classes, lines *l, mlci_table *table,
                              mlc_error *err)
{
    const int64_t p = s->points.n_features;
    char **names = NULL;
    MLCI_TRY(mlci_feature_names(table->root, p, features, &names, err));
    for (int64_t i = 0, class_ = 0, last = last_of(s, 0, 0); i < l->n; i++) {
        const int64_t v = i / p;
        while (v >= last)
            last = last_of(s, ++class_, last);
        l->vector[i] = v;
        l->row[i] = s->row == NULL ? 0 : s->row[v];
        l->class_name[i] = name_of(classes, class_);
        l->other[i] = names[i % p];
    }
    mlci_table_integers(table, "vector", l->n, l->vector);
    if (s->row != NULL) mlci_table_integers(table, "row", l->n, l->row);
    if (classes != NULL) mlci_table_texts(table, "class", l->n, l->class_name);
    mlci_table_texts(table, "feature", l->n, l->other);
    mlci_table_reals(table, "value", l->n, s->vectors);
    mlci_free_feature_names(names, p);
    return MLC_OK;
}

static void add_coefficients(const mlci_svm_state *s, const mlci_classes *classes, lines *l,
                             mlci_table *table)
{
    for (int64_t i = 0, class_ = 0, last = last_of(s, 0, 0); i < l->n; i++) {
        const int64_t v = i / s->width, place = i % s->width;
        while (v >= last)
            last = last_of(s, ++class_, last);
        l->vector[i] = v;
        l->class_name[i] = name_of(classes, class_);
        l->other[i] = name_of(classes, place < class_ ? place : place + 1);
    }
    mlci_table_integers(table, "vector", l->n, l->vector);
    if (classes != NULL) {
        mlci_table_texts(table, "class", l->n, l->class_name);
        mlci_table_texts(table, "against", l->n, l->other);
    }
    mlci_table_reals(table, "value", l->n, s->coefficient);
}

/* ---- problems ----------------------------------------------------------------------------- */

static void add_results(const mlci_svm_state *s, lines *l, mlci_table *table)
{
    for (int64_t i = 0; i < l->n; i++)
        l->value[i] = s->result[i].objective;
    mlci_table_reals(table, "objective", l->n, l->value);
    for (int64_t i = 0; i < l->n; i++)
        l->value[i] = s->result[i].gap;
    mlci_table_reals(table, "gap", l->n, l->value);
    for (int64_t i = 0; i < l->n; i++)
        l->vector[i] = s->result[i].n_iter;
    mlci_table_integers(table, "n_iter", l->n, l->vector);
}

static void add_problems(const mlci_svm_state *s, const mlci_classes *classes, lines *l,
                         mlci_table *table)
{
    for (int64_t i = 0, pair = 0; i < s->n_classes; i++) {
        for (int64_t j = i + 1; j < s->n_classes; j++, pair++) {
            l->class_name[pair] = name_of(classes, i);
            l->other[pair] = name_of(classes, j);
        }
    }
    if (classes != NULL) {
        mlci_table_texts(table, "class", l->n, l->class_name);
        mlci_table_texts(table, "against", l->n, l->other);
    }
    mlci_table_reals(table, "intercept", l->n, s->intercept);
    if (s->slope != NULL) {
        mlci_table_reals(table, "slope", l->n, s->slope);
        mlci_table_reals(table, "shift", l->n, s->shift);
    }
    if (s->result != NULL) add_results(s, l, table);
}

/* ---- together ----------------------------------------------------------------------------- */

static int64_t count_lines(const mlci_svm_state *s, const char *name)
{
    if (strcmp(name, "problems") == 0) return s->n_problems;
    return s->points.n * (strcmp(name, "coefficients") == 0 ? s->width : s->points.n_features);
}

mlc_status mlci_svm_table(mlc_context *call, const void *params, const void *state,
                          const char *name, const mlci_features *features,
                          const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    const mlci_svm_state *const s = state;
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = count_lines(s, name);
    mlc_dataset *dataset = NULL;
    mlci_table table;
    lines l = {0};
    mlci_table_init(&table, root);
    mlc_status status = make_lines(root, n, &l) ? MLC_OK : mlci_fail_memory(err, n, 5 * 8);
    if (status == MLC_OK) {
        if (strcmp(name, "support_vectors") == 0)
            status = add_vectors(s, features, classes, &l, &table, err);
        else if (strcmp(name, "coefficients") == 0)
            add_coefficients(s, classes, &l, &table);
        else
            add_problems(s, classes, &l, &table);
    }
    const mlc_status finished = mlci_table_finish(&table, &dataset, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    free_lines(&l);
    if (status == MLC_OK)
        *out = dataset;
    else
        mlc_dataset_free(dataset);
    return status;
}
