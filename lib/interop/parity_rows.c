/* Rows that try every threshold of a foreign model. */
#include "parity.h"

#include <math.h>
#include <string.h>

#include "order.h"

#define ROWS_A_GAP 16  /* one row in so many lacks values */
#define MOST_RANGES 64 /* of features, one a task */

/* ---- values worth trying ------------------------------------------------------------------ */

/* The values of a feature that rows go through, ascending and distinct. */
typedef struct probe {
    int64_t n;
    double *values;
} probe;

static double neighbour(double x, int direction)
{
    uint64_t bits;
    if (x == 0) return direction * 0x1p-1074;
    if (!isfinite(x)) return x;
    memcpy(&bits, &x, sizeof bits);
    bits = (x > 0) == (direction > 0) ? bits + 1 : bits - 1;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The next float, as a double. */
static double float_neighbour(double x, int direction)
{
    uint32_t bits;
    float f = (float)x;
    if (f == 0) return (double)(float)(direction * 0x1p-149);
    if (!isfinite(f)) return x;
    memcpy(&bits, &f, sizeof bits);
    bits = (f > 0) == (direction > 0) ? bits + 1 : bits - 1;
    memcpy(&f, &bits, sizeof f);
    return isfinite(f) ? (double)f : x;
}

/* A threshold, those next to it, and where the model itself changes sides: infinite ones are left
 * out, which XGBoost refuses in data. Returns how many. */
static int32_t values_of(const mlci_foreign *m, double threshold, double out[8])
{
    const double bound = mlci_foreign_bound(m->compare, threshold);
    const double tried[] = {threshold,
                            bound,
                            neighbour(bound, -1),
                            neighbour(bound, 1),
                            neighbour(threshold, -1),
                            neighbour(threshold, 1),
                            float_neighbour(threshold, -1),
                            float_neighbour(threshold, 1)};
    const int32_t n = m->compare == MLCI_COMPARE_DOUBLE ? 6 : 8;
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (isfinite(tried[i]) && isfinite((float)tried[i])) out[kept++] = tried[i];
    return kept;
}

typedef struct maker {
    const mlci_foreign *model;
    const mlci_ensemble *ensemble;
    int64_t step;         /* every so many nodes are looked at */
    int64_t n_whole;      /* rows that lack nothing */
    int64_t n;            /* values of all features */
    mlci_order_key *keys; /* of each feature, and room for sorting them */
    int64_t *first;       /* values of each feature; n_features + 1 */
    double *values;
    probe *probes;
} maker;

/* Thresholds by feature; numbers of codes: -1, each code, one beyond. */
static mlc_status count_values(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    double some[8];
    m->first = mlci_alloc(f->root, f->n_features + 1, sizeof *m->first);
    m->probes = mlci_alloc(f->root, f->n_features, sizeof *m->probes);
    if (m->first == NULL || m->probes == NULL)
        return mlci_fail_memory(err, f->n_features, sizeof *m->probes);
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i += m->step) {
        const mlci_foreign_node *const node = &f->nodes[i];
        if (node->feature < 0 || node->feature >= f->n_features) continue;
        if (node->set < 0) m->first[node->feature + 1] += values_of(f, node->value, some);
    }
    for (int64_t j = 0; j < f->n_features; j++) {
        if (f->inputs[j].is_category)
            m->first[j + 1] = mlci_n_codes(&m->ensemble->categories, j) + 2;
        m->first[j + 1] += m->first[j] + 1; /* and 0 */
    }
    m->n = m->first[f->n_features];
    m->values = mlci_alloc(f->root, m->n, sizeof *m->values);
    m->keys = mlci_alloc(f->root, 2 * m->n, sizeof *m->keys);
    if (m->values == NULL || m->keys == NULL)
        return mlci_fail_memory(err, m->n, 3 * (int64_t)sizeof *m->keys);
    return mlci_poll(f->call, err);
}

static void list_values(maker *m)
{
    const mlci_foreign *const f = m->model;
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i += m->step) {
        const mlci_foreign_node *const node = &f->nodes[i];
        if (node->feature < 0 || node->feature >= f->n_features || node->set >= 0) continue;
        probe *const p = &m->probes[node->feature];
        p->n += values_of(f, node->value, m->values + m->first[node->feature] + p->n);
    }
    for (int64_t j = 0; j < f->n_features; j++) {
        probe *const p = &m->probes[j];
        p->values = m->values + m->first[j];
        for (int64_t c = -1; f->inputs[j].is_category && m->first[j] + p->n + 1 < m->first[j + 1];
             c++)
            p->values[p->n++] = (double)c;
        p->values[p->n++] = 0;
    }
}

/* keys: room for twice the values. */
static void sort_values(probe *p, mlci_order_key *keys)
{
    int64_t n = 0;
    for (int64_t i = 0; i < p->n; i++)
        keys[i] = (mlci_order_key){mlci_order_of_real(p->values[i]), i};
    (void)mlci_order_sort(NULL, keys, keys + p->n, p->n, NULL);
    double *const sorted = (double *)(void *)(keys + p->n);
    for (int64_t i = 0; i < p->n; i++) {
        const double x = p->values[keys[i].row];
        if (n == 0 || sorted[n - 1] != x) sorted[n++] = x;
    }
    memcpy(p->values, sorted, (size_t)n * sizeof *sorted);
    p->n = n;
}

static int64_t n_ranges(const mlci_foreign *f)
{
    return f->n_features < MOST_RANGES ? f->n_features : MOST_RANGES;
}

static mlc_status sort_range(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const int64_t n = m->model->n_features, n_tasks = n_ranges(m->model);
    for (int64_t j = range * n / n_tasks; j < (range + 1) * n / n_tasks; j++)
        sort_values(&m->probes[j], m->keys + 2 * m->first[j]);
    return mlci_poll(m->model->call, err);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* The first row lacks all; row i has the i-th value of each feature, round by round another one
 * beside it; rows after those with every value lack each fourth feature. */
static double value_at(const maker *m, int64_t j, int64_t i)
{
    const probe *const p = &m->probes[j];
    if (i == 0 || (i > m->n_whole && j % 4 == i % 4)) return NAN;
    return p->values[(i - 1 + (i - 1) / p->n * (j + 1)) % p->n];
}

static mlc_status number_column(const maker *m, int64_t j, int64_t n_rows, mlci_column **out,
                                mlc_error *err)
{
    MLCI_TRY(mlci_column_create(m->model->root, MLC_TYPE_FLOAT64, n_rows, 1, 0, out, err));
    double *const data = mlci_column_data(*out);
    for (int64_t i = 0; i < n_rows; i++)
        data[i] = value_at(m, j, i);
    return MLC_OK;
}

/* Labels, and a text that is none of them. */
static mlc_status text_column(const maker *m, int64_t j, int64_t n_rows, mlci_column **out,
                              mlc_error *err)
{
    const mlci_dictionary *const labels = m->model->inputs[j].labels;
    const char **const texts = mlci_alloc(m->model->root, n_rows, sizeof *texts);
    int64_t *const lengths = mlci_alloc(m->model->root, n_rows, sizeof *lengths);
    mlc_status status =
        texts == NULL || lengths == NULL ? mlci_fail_memory(err, n_rows, sizeof *texts) : MLC_OK;
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        const double x = value_at(m, j, i);
        if (x != x) continue;
        texts[i] = x >= 0 && x < labels->n ? mlci_dictionary_text(labels, (int32_t)x, &lengths[i])
                                           : "a text that no category has";
        if (!(x >= 0 && x < labels->n)) lengths[i] = (int64_t)strlen(texts[i]);
    }
    if (status == MLC_OK)
        status = mlci_column_create_text(m->model->root, n_rows, texts, lengths, out, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status vector_column(const maker *m, int64_t n_rows, mlci_column **out, mlc_error *err)
{
    const int64_t n = m->model->n_features;
    MLCI_TRY(mlci_column_create(m->model->root, MLC_TYPE_VECTOR, n_rows, n, 0, out, err));
    double *const data = mlci_column_data(*out);
    for (int64_t i = 0; i < n_rows; i++)
        for (int64_t j = 0; j < n; j++)
            data[i * n + j] = value_at(m, j, i);
    return mlci_poll(m->model->call, err);
}

static mlc_status vector_rows(const maker *m, int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    static const char *const name = "x";
    mlci_column *column = NULL;
    mlc_status status = vector_column(m, n_rows, &column, err);
    if (status == MLC_OK)
        status = mlci_dataset_create(m->model->root, 1, &name, &column, NULL, out, err);
    mlci_column_unref(column);
    return status;
}

static mlc_status make_rows(const maker *m, int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const char **const names = mlci_alloc(f->root, f->n_features, sizeof *names);
    mlci_column **const columns = mlci_alloc(f->root, f->n_features, sizeof *columns);
    mlc_status status = names == NULL || columns == NULL
                            ? mlci_fail_memory(err, f->n_features, sizeof *columns)
                            : MLC_OK;
    for (int64_t j = 0; j < f->n_features && status == MLC_OK; j++) {
        names[j] = f->inputs[j].name;
        status = f->inputs[j].labels != NULL ? text_column(m, j, n_rows, &columns[j], err)
                                             : number_column(m, j, n_rows, &columns[j], err);
        if (status == MLC_OK) status = mlci_poll(f->call, err);
    }
    if (status == MLC_OK)
        status =
            mlci_dataset_create(f->root, (int32_t)f->n_features, names, columns, NULL, out, err);
    for (int64_t j = 0; columns != NULL && j < f->n_features; j++)
        mlci_column_unref(columns[j]);
    mlci_free(names);
    mlci_free(columns);
    return status;
}

static mlc_status rows_of(maker *m, int64_t most, mlci_parity *parity, mlc_dataset **out,
                          mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    MLCI_TRY(count_values(m, err));
    list_values(m);
    MLCI_TRY(mlci_parallel_for(f->call, n_ranges(f), sort_range, m, err));
    for (int64_t j = 0; j < f->n_features; j++)
        if (m->probes[j].n > m->n_whole) m->n_whole = m->probes[j].n;
    if (m->n_whole > most - most / ROWS_A_GAP - 1) m->n_whole = most - most / ROWS_A_GAP - 1;
    for (int64_t j = 0; j < f->n_features; j++) {
        probe *const p = &m->probes[j];
        const int64_t n = p->n, kept = n < m->n_whole ? n : m->n_whole;
        for (int64_t i = 0; i < kept; i++) /* spread evenly where not all have a row */
            p->values[i] = p->values[i * n / kept];
        p->n = kept;
        parity->n_probes += n;
        parity->n_tried += kept;
    }
    parity->n_rows = 1 + m->n_whole + m->n_whole / ROWS_A_GAP + 1;
    return f->is_vector ? vector_rows(m, parity->n_rows, out, err)
                        : make_rows(m, parity->n_rows, out, err);
}

mlc_status mlci_parity_rows(const mlci_foreign *model, const mlci_ensemble *ensemble, int64_t most,
                            mlci_parity *parity, mlc_dataset **out, mlc_error *err)
{
    /* Of more thresholds than the rows have places for, some. */
    const int64_t places = most * model->n_features;
    const int64_t step = 1 + model->first_node[model->n_trees] / (places < 1 ? 1 : places);
    maker m = {.model = model, .ensemble = ensemble, .step = step};
    const mlc_status status = rows_of(&m, most, parity, out, err);
    mlci_free(m.first);
    mlci_free(m.values);
    mlci_free(m.keys);
    mlci_free(m.probes);
    return status;
}
