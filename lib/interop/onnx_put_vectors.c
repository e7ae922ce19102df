/* Support vectors as nodes of ONNX: a product with all vectors, the function of the kernel, a
 * product with the coefficients of all pairs of classes.
 *
 * Distances are |x|^2 + |z|^2 - 2 x'z of numbers about the mean of the vectors, which cost an
 * offset of all of them no digits. Votes are counted by products too: a decision above 0 is one for
 * the first class of its pair, else for the second. */
#include "onnx_export.h"
#include "svm/svm_params.h"

typedef struct maker {
    mlci_onnx_export *x;
    mlci_onnx *g;
    const mlci_component *model;
    const mlci_svm_state *s;
    int64_t n, p, k, n_pairs;
    double *room; /* for the largest constant */
} maker;

static int32_t with_number(const maker *m, const char *op, int32_t value, double number)
{
    return mlci_onnx_two(m->g, op, value, mlci_onnx_real(m->g, number));
}

/* ---- the kernel --------------------------------------------------------------------------- */

/* rows x vectors of x'z, each times a factor. */
static int32_t products(const maker *m, int32_t features, const double *mean, double factor)
{
    for (int64_t i = 0; i < m->n; i++) {
        for (int64_t j = 0; j < m->p; j++) {
            const double z = m->s->vectors[i * m->p + j] - (mean == NULL ? 0 : mean[j]);
            m->room[j * m->n + i] = factor * z;
        }
    }
    return mlci_onnx_two(m->g, "MatMul", features, mlci_onnx_reals(m->g, m->p, m->n, m->room));
}

static void find_mean(const maker *m, double *mean)
{
    for (int64_t j = 0; j < m->p; j++) {
        mean[j] = 0;
        for (int64_t i = 0; i < m->n; i++)
            mean[j] += m->s->vectors[i * m->p + j] / (double)m->n;
    }
}

static int32_t distances(const maker *m, int32_t features, double *mean)
{
    find_mean(m, mean);
    const int32_t about =
        mlci_onnx_two(m->g, "Sub", features, mlci_onnx_reals(m->g, 1, m->p, mean));
    const int32_t mixed = products(m, about, mean, -2);
    for (int64_t j = 0; j < m->p; j++)
        m->room[j] = 1;
    const int32_t squares = mlci_onnx_two(m->g, "MatMul", mlci_onnx_two(m->g, "Mul", about, about),
                                          mlci_onnx_reals(m->g, m->p, 1, m->room));
    for (int64_t i = 0; i < m->n; i++) {
        m->room[i] = 0;
        for (int64_t j = 0; j < m->p; j++) {
            const double z = m->s->vectors[i * m->p + j] - mean[j];
            m->room[i] += z * z;
        }
    }
    const int32_t sizes = mlci_onnx_reals(m->g, 1, m->n, m->room);
    const int32_t sum =
        mlci_onnx_two(m->g, "Add", mlci_onnx_two(m->g, "Add", mixed, sizes), squares);
    return with_number(m, "Max", sum, 0);
}

static mlc_status put_kernel(const maker *m, int32_t features, int32_t *out, mlc_error *err)
{
    const mlci_svm_kernel *const k = &m->s->points.kernel;
    if (k->type == MLCI_SVM_RBF) {
        double *const mean = mlci_alloc(m->x->root, m->p, sizeof *mean);
        if (mean == NULL) return mlci_fail_memory(err, m->p, sizeof *mean);
        *out = mlci_onnx_one(m->g, "Exp",
                             with_number(m, "Mul", distances(m, features, mean), -k->gamma));
        mlci_free(mean);
        return MLC_OK;
    }
    /* A factor after a product of doubles is a float to ONNX Runtime, which joins the two. */
    *out = products(m, features, NULL, k->type == MLCI_SVM_LINEAR ? 1 : k->gamma);
    if (k->type == MLCI_SVM_LINEAR) return MLC_OK;
    const int32_t base = with_number(m, "Add", *out, k->coef0);
    *out = k->type == MLCI_SVM_SIGMOID ? mlci_onnx_one(m->g, "Tanh", base)
                                       : with_number(m, "Pow", base, (double)k->degree);
    return MLC_OK;
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* What vectors of one class have against another, in the column of their pair. */
static void spread_coefficients(const maker *m)
{
    int64_t v = 0;
    for (int64_t i = 0; i < m->n * m->n_pairs; i++)
        m->room[i] = 0;
    for (int64_t class_ = 0; class_ < m->k; class_++) {
        for (const int64_t last = v + m->s->n_support[class_]; v < last; v++) {
            for (int64_t other = 0, pair = 0; other < m->k; other++) {
                if (other == class_) continue;
                const int64_t i = other < class_ ? other : class_;
                const int64_t j = other < class_ ? class_ : other;
                pair = i * (2 * m->k - i - 1) / 2 + j - i - 1;
                m->room[v * m->n_pairs + pair] =
                    m->s->coefficient[v * m->s->width + (other < class_ ? other : other - 1)];
            }
        }
    }
}

static int32_t put_decisions(const maker *m, int32_t kernel)
{
    const double *coefficients = m->s->coefficient;
    if (m->k > 0) {
        spread_coefficients(m);
        coefficients = m->room;
    }
    const int32_t sums = mlci_onnx_two(m->g, "MatMul", kernel,
                                       mlci_onnx_reals(m->g, m->n, m->n_pairs, coefficients));
    return mlci_onnx_two(m->g, "Add", sums, mlci_onnx_reals(m->g, 1, m->n_pairs, m->s->intercept));
}

/* pairs x classes: what the first and the second class of a pair get; of that the rest by class. */
static int32_t pair_table(const maker *m, double first, double second)
{
    for (int64_t i = 0; i < m->n_pairs * m->k; i++)
        m->room[i] = 0;
    for (int64_t i = 0, pair = 0; i < m->k; i++) {
        for (int64_t j = i + 1; j < m->k; j++, pair++) {
            m->room[pair * m->k + i] = first;
            m->room[pair * m->k + j] = second;
        }
    }
    return mlci_onnx_reals(m->g, m->n_pairs, m->k, m->room);
}

/* Votes of each class: pairs that it is the second of, more where it wins the others. op: when the
 * first of a pair wins against 0. */
static int32_t count_votes(const maker *m, int32_t decisions, const char *op)
{
    const int32_t wins = mlci_onnx_cast(m->g, with_number(m, op, decisions, 0), m->g->real);
    const int32_t change = mlci_onnx_two(m->g, "MatMul", wins, pair_table(m, 1, -1));
    for (int64_t i = 0; i < m->k; i++)
        m->room[i] = (double)i;
    return mlci_onnx_two(m->g, "Add", change, mlci_onnx_reals(m->g, 1, m->k, m->room));
}

/* Votes and the share of 1/3 that sums of decisions make. */
static int32_t class_scores(const maker *m, int32_t decisions)
{
    const int32_t sums = mlci_onnx_two(m->g, "MatMul", decisions, pair_table(m, 1, -1));
    const int32_t size =
        with_number(m, "Mul", with_number(m, "Add", mlci_onnx_one(m->g, "Abs", sums), 1), 3);
    return mlci_onnx_two(m->g, "Add", count_votes(m, decisions, "GreaterOrEqual"),
                         mlci_onnx_two(m->g, "Div", sums, size));
}

/* ---- outputs ------------------------------------------------------------------------------ */

static mlc_status put_two_classes(const maker *m, int32_t decisions, mlc_error *err)
{
    const int32_t raw = mlci_onnx_one(m->g, "Neg", decisions);
    /* a decision of 0 is a vote for the second */
    mlci_onnx_put_label(m->x, mlci_onnx_above(m->x, raw, "GreaterOrEqual", 0));
    if (m->s->slope != NULL) {
        const int32_t line =
            with_number(m, "Add", with_number(m, "Mul", decisions, m->s->slope[0]), m->s->shift[0]);
        const int32_t second = with_number(
            m, "Min", with_number(m, "Max", mlci_onnx_one(m->g, "Sigmoid", line), 1e-7), 1 - 1e-7);
        mlci_onnx_put_probabilities(m->x, mlci_onnx_both(m->x, second, 2), 2);
    }
    mlci_onnx_output(m->g, "raw", raw, m->g->real, 1);
    return mlci_onnx_note_scores(m->x, 1, 1, err);
}

static mlc_status put_many_classes(const maker *m, int32_t decisions, mlc_error *err)
{
    const mlci_svm_params *const p = m->model->params;
    const int by_pair = mlci_model_of(m->model)->raw_by_pair(p);
    const int32_t scores = class_scores(m, decisions);
    mlci_onnx_put_label(
        m->x,
        mlci_onnx_largest(m->g, p->break_ties ? scores : count_votes(m, decisions, "Greater")));
    mlci_onnx_output(m->g, "raw", by_pair ? decisions : scores, m->g->real,
                     by_pair ? m->n_pairs : m->k);
    if (m->s->slope != NULL)
        MLCI_TRY(mlci_onnx_note(m->x, m->model->name, "probabilities",
                                "those of more than two classes are found by iterations, which the "
                                "file has no words for: it has labels and raw scores alone",
                                err));
    return mlci_onnx_note_scores(m->x, 1, 1, err);
}

static mlc_status put_number(const maker *m, int32_t decisions, mlc_error *err)
{
    int32_t prediction = decisions;
    const int finds_anomalies = (m->model->descriptor->capabilities & MLCI_FINDS_ANOMALIES) != 0;
    if (finds_anomalies) {
        const int32_t inside = with_number(m, "Greater", decisions, 0);
        prediction =
            mlci_onnx_choose(m->g, inside, mlci_onnx_real(m->g, 1), mlci_onnx_real(m->g, -1));
    }
    mlci_onnx_output(m->g, "prediction", prediction, m->g->real, 1);
    if (finds_anomalies) mlci_onnx_output(m->g, "raw", decisions, m->g->real, 1);
    return mlci_onnx_note_scores(m->x, 1, 0, err);
}

static mlc_status put_all(const maker *m, mlc_error *err)
{
    int32_t features = 0, kernel = 0;
    MLCI_TRY(mlci_onnx_put_features(m->x, NULL, &features, err));
    MLCI_TRY(put_kernel(m, features, &kernel, err));
    MLCI_TRY(mlci_onnx_note(m->x, m->model->name, "missing and infinite numbers",
                            "they give NaN; the model refuses them", err));
    const int32_t decisions = put_decisions(m, kernel);
    if (m->k == 0) return put_number(m, decisions, err);
    return m->k == 2 ? put_two_classes(m, decisions, err) : put_many_classes(m, decisions, err);
}

mlc_status mlci_onnx_put_vectors_model(mlci_onnx_export *x, mlc_error *err)
{
    const mlci_svm_state *const s = x->program->model->state;
    maker m = {.x = x,
               .g = &x->g,
               .model = x->program->model,
               .s = s,
               .n = s->points.n,
               .p = s->points.n_features,
               .k = s->n_classes,
               .n_pairs = s->n_problems};
    const int64_t width = m.p > m.n_pairs ? m.p : m.n_pairs, most = m.n > m.k ? m.n : m.k;
    if (m.n == 0) return mlci_onnx_refuse(m.model, "it has no support vectors", err);
    m.room = mlci_alloc(x->root, most, width * (int64_t)sizeof *m.room);
    if (m.room == NULL) return mlci_fail_memory(err, most, width * (int64_t)sizeof *m.room);
    const mlc_status status = put_all(&m, err);
    mlci_free(m.room);
    return status;
}
