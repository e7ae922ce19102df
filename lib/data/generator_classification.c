/* Clusters of normal points at the corners of a hypercube, as scikit-learn's make_classification
 * (Guyon 2003, "Madelon"). O(n_rows n_features n_informative). */
#include <math.h>

#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

#define MOST_CLUSTERS 1000000
#define CORNER_BITS 30 /* coordinates of a corner by which corners are told apart */

typedef struct classification_params {
    int64_t n_rows, n_features, n_informative, n_redundant, n_repeated, n_classes;
    int64_t n_clusters_per_class;
    char *weights;
    double flip_y, class_sep, shift, scale;
    int32_t hypercube, shuffle;
    int64_t random_state;
} classification_params;

#define COUNT(member_, default_, low_, high_, doc_)                                                \
    MLCI_INTEGER(classification_params, member_, default_, low_, high_, doc_, .since = "0.1")

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(classification_params, 100),
    COUNT(n_features, 20, 1, MLCI_GENERATED_MAX_FEATURES, "number of features"),
    COUNT(n_informative, 2, 1, 1000, "features in which the clusters are apart"),
    COUNT(n_redundant, 2, 0, MLCI_GENERATED_MAX_FEATURES,
          "features that are random combinations of the informative ones"),
    COUNT(n_repeated, 0, 0, MLCI_GENERATED_MAX_FEATURES,
          "features that repeat informative or redundant ones"),
    COUNT(n_classes, 2, 1, 1000, "number of classes"),
    COUNT(n_clusters_per_class, 2, 1, 1000, "clusters of each class"),
    MLCI_STRING(classification_params, weights, NULL,
                "shares of the classes, the last one may be left out; none is equal shares",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS | MLCI_PARAM_NONE, .real_low = 0,
                .real_high = 1, .since = "0.1"),
    MLCI_REAL(classification_params, flip_y, 0.01, 0, 1,
              "share of the rows whose class is drawn at random", .since = "0.1"),
    MLCI_REAL(classification_params, class_sep, 1, 0, INFINITY,
              "half the length of the hypercube's edges", .since = "0.1"),
    MLCI_BOOL(classification_params, hypercube, 1,
              "clusters at corners of a hypercube; else of a random polytope", .since = "0.1"),
    MLCI_REAL(classification_params, shift, 0, -INFINITY, INFINITY,
              "added to the features; none is a random number within class_sep for each",
              .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_REAL(classification_params, scale, 1, -INFINITY, INFINITY,
              "factor of the features after the shift; none is a random one from 1 to 100 for each",
              .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_BOOL(classification_params, shuffle, 1, "rows and features in random order",
              .since = "0.1"),
    MLCI_GENERATED_SEED(classification_params),
    {.name = NULL}};

static mlc_status check_weights(const classification_params *p, mlc_error *err)
{
    double weights[1000], sum = 0;
    if (p->weights == NULL) return MLC_OK;
    const int32_t n = mlci_param_numbers(p->weights, weights, 1000);
    for (int32_t i = 0; i < n && i < 1000; i++)
        sum += weights[i];
    if ((n == p->n_classes || n == p->n_classes - 1) && sum <= 1 + 1e-12) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "weights",
                     "weights = %.100s: must be %lld or %lld shares that add up to no more than 1",
                     p->weights, (long long)p->n_classes - 1, (long long)p->n_classes);
}

static mlc_status check(const void *values, mlc_error *err)
{
    const classification_params *const p = values;
    const int64_t n_clusters = p->n_classes * p->n_clusters_per_class;
    const int64_t n_used = p->n_informative + p->n_redundant + p->n_repeated;
    if (n_used > p->n_features) {
        return mlci_fail(err, MLC_ERROR_SETTING, "n_features",
                         "n_features = %lld: must be at least n_informative + n_redundant + "
                         "n_repeated, %lld",
                         (long long)p->n_features, (long long)n_used);
    }
    if (n_clusters > MOST_CLUSTERS ||
        (p->n_informative < CORNER_BITS && n_clusters > INT64_C(1) << p->n_informative)) {
        return mlci_fail(err, MLC_ERROR_SETTING, "n_informative",
                         "n_informative = %lld: n_classes * n_clusters_per_class, %lld, must not "
                         "exceed 2^n_informative",
                         (long long)p->n_informative, (long long)n_clusters);
    }
    return check_weights(p, err);
}

/* ---- the plan: what is drawn once ----------------------------------------------------------- */

enum {
    PLAN_CORNER = 1,
    PLAN_SPREAD,
    PLAN_EDGE,
    PLAN_MIX,
    PLAN_COMBINE,
    PLAN_REPEAT,
    PLAN_SHIFT,
    PLAN_SCALE,
    PLAN_FLIP,
    PLAN_LABEL
};

static double plan_unit(const mlci_generated *g, uint32_t what, int64_t index)
{
    return mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE_PLAN, what, (uint64_t)index);
}

typedef struct clusters {
    const classification_params *p;
    int32_t n;
    int64_t *end;     /* first row after each cluster */
    uint32_t *corner; /* bits of the corner */
    double *centre;   /* n x n_informative */
    double *mix;      /* of each cluster: n_informative x n_informative */
} clusters;

static int has_corner(const uint32_t *corners, int32_t n, uint32_t corner)
{
    for (int32_t k = 0; k < n; k++) {
        if (corners[k] == corner) return 1;
    }
    return 0;
}

/* Distinct corners: drawn again until new, or, where most of all corners are wanted, a random
 * permutation of them. */
static mlc_status choose_corners(mlci_generated *g, clusters *c, mlc_error *err)
{
    const int64_t bits = c->p->n_informative < CORNER_BITS ? c->p->n_informative : CORNER_BITS;
    const int64_t n_corners = INT64_C(1) << bits;
    if (c->n > n_corners / 4 || c->n > 2000) {
        const int64_t m = n_corners < INT64_C(1) << 22 ? n_corners : INT64_C(1) << 22;
        int64_t *const order = mlci_alloc_raw(g->call->root, 2 * m, 8);
        if (order == NULL) return mlci_fail_memory(err, 2 * m, 8);
        mlci_random_permutation(g->seed, MLCI_RANDOM_GENERATE_PLAN, PLAN_CORNER, m, order,
                                (uint64_t *)(order + m));
        for (int32_t k = 0; k < c->n; k++)
            c->corner[k] = (uint32_t)order[k];
        mlci_free(order);
        return MLC_OK;
    }
    uint64_t draw = 0;
    for (int32_t k = 0; k < c->n; k++) {
        do {
            c->corner[k] = (uint32_t)mlci_random_below(g->seed, MLCI_RANDOM_GENERATE_PLAN,
                                                       PLAN_CORNER, draw++, (uint64_t)n_corners);
        } while (has_corner(c->corner, k, c->corner[k]));
    }
    return MLC_OK;
}

static void place_centres(const mlci_generated *g, clusters *c)
{
    const int64_t m = c->p->n_informative;
    for (int32_t k = 0; k < c->n; k++) {
        for (int64_t j = 0; j < m; j++) {
            /* Coordinates beyond the bits of the corner are drawn one by one. */
            const int high = j < CORNER_BITS ? (c->corner[k] >> j & 1) != 0
                                             : plan_unit(g, PLAN_CORNER, -1 - (k * m + j)) < 0.5;
            double at = high ? c->p->class_sep : -c->p->class_sep;
            if (!c->p->hypercube) at *= plan_unit(g, PLAN_SPREAD, k) * plan_unit(g, PLAN_EDGE, j);
            c->centre[k * m + j] = at;
        }
    }
}

/* Rows of each cluster by the shares of the classes; what rounding leaves goes to the first. */
static void size_clusters(const mlci_generated *g, clusters *c)
{
    const classification_params *const p = c->p;
    double weights[1000], sum = 0;
    int64_t left = g->n_rows;
    const int32_t n_weights =
        p->weights == NULL ? 0 : mlci_param_numbers(p->weights, weights, 1000);
    for (int32_t i = 0; i < n_weights; i++)
        sum += weights[i];
    if (n_weights == p->n_classes - 1) weights[n_weights] = 1 - sum;
    for (int32_t k = 0; k < c->n; k++) {
        const double share =
            p->weights == NULL ? 1 / (double)p->n_classes : weights[k % p->n_classes];
        c->end[k] = (int64_t)((double)g->n_rows * share / (double)p->n_clusters_per_class);
        left -= c->end[k];
    }
    for (int64_t i = 0; i < left; i++)
        c->end[i % c->n]++;
    for (int32_t k = 1; k < c->n; k++)
        c->end[k] += c->end[k - 1];
}

static void clusters_clear(clusters *c)
{
    mlci_free(c->end);
    mlci_free(c->corner);
    mlci_free(c->centre);
    mlci_free(c->mix);
}

static mlc_status plan_clusters(mlci_generated *g, const classification_params *p, clusters *c,
                                mlc_error *err)
{
    mlci_root *const root = g->call->root;
    *c = (clusters){.p = p, .n = (int32_t)(p->n_classes * p->n_clusters_per_class)};
    c->end = mlci_alloc(root, c->n, (int64_t)sizeof *c->end);
    c->corner = mlci_alloc(root, c->n, (int64_t)sizeof *c->corner);
    c->centre = mlci_alloc(root, c->n * p->n_informative, (int64_t)sizeof *c->centre);
    const int64_t n_mixed = c->n * p->n_informative * p->n_informative;
    mlc_status status = MLC_OK;
    c->mix = mlci_alloc_raw(root, n_mixed, (int64_t)sizeof *c->mix);
    if (c->end == NULL || c->corner == NULL || c->centre == NULL || c->mix == NULL) {
        status = mlci_fail_memory(err, n_mixed, (int64_t)sizeof *c->mix);
    } else {
        status = choose_corners(g, c, err);
    }
    for (int64_t i = 0; i < n_mixed && status == MLC_OK; i++) {
        c->mix[i] = 2 * plan_unit(g, PLAN_MIX, i) - 1;
        status = mlci_poll_row(g->call, i, err);
    }
    if (status != MLC_OK) {
        clusters_clear(c);
        return status;
    }
    place_centres(g, c);
    size_clusters(g, c);
    return MLC_OK;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* Normal numbers through the cluster's own random matrix, then moved to its centre. */
static void fill_informative(mlci_generated *g, const clusters *c, int32_t cluster, int64_t row)
{
    const int64_t m = c->p->n_informative;
    for (int64_t j = 0; j < m; j++)
        g->x[j][row] = c->centre[cluster * m + j];
    for (int64_t k = 0; k < m; k++) {
        const double z =
            mlci_random_normal(g->seed, MLCI_RANDOM_GENERATE, (uint32_t)k, (uint64_t)row);
        for (int64_t j = 0; j < m; j++) {
            g->x[j][row] += z * c->mix[(cluster * m + k) * m + j];
        }
    }
}

static void fill_others(mlci_generated *g, const classification_params *p, int64_t first,
                        int64_t end)
{
    const int64_t m = p->n_informative, n_real = m + p->n_redundant;
    for (int64_t j = m; j < n_real; j++) {
        for (int64_t i = first; i < end; i++)
            g->x[j][i] = 0;
        for (int64_t k = 0; k < m; k++) {
            const double slope = 2 * plan_unit(g, PLAN_COMBINE, k * p->n_redundant + j - m) - 1;
            for (int64_t i = first; i < end; i++)
                g->x[j][i] += slope * g->x[k][i];
        }
    }
    for (int64_t j = n_real; j < n_real + p->n_repeated; j++) {
        const double *const from =
            g->x[(int64_t)((double)(n_real - 1) * plan_unit(g, PLAN_REPEAT, j) + 0.5)];
        for (int64_t i = first; i < end; i++)
            g->x[j][i] = from[i];
    }
    for (int64_t j = n_real + p->n_repeated; j < p->n_features; j++) {
        for (int64_t i = first; i < end; i++)
            g->x[j][i] =
                mlci_random_normal(g->seed, MLCI_RANDOM_GENERATE, (uint32_t)j, (uint64_t)i);
    }
}

static void move_features(mlci_generated *g, const classification_params *p, int64_t first,
                          int64_t end)
{
    for (int64_t j = 0; j < p->n_features; j++) {
        const double shift =
            isnan(p->shift) ? (2 * plan_unit(g, PLAN_SHIFT, j) - 1) * p->class_sep : p->shift;
        const double scale = isnan(p->scale) ? 1 + 100 * plan_unit(g, PLAN_SCALE, j) : p->scale;
        for (int64_t i = first; i < end; i++)
            g->x[j][i] = (g->x[j][i] + shift) * scale;
    }
}

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const clusters *const c = arg;
    const classification_params *const p = c->p;
    int32_t cluster = 0;
    for (int64_t i = first; i < end; i++) {
        while (c->end[cluster] <= i)
            cluster++;
        fill_informative(g, c, cluster, i);
        const int is_flipped = plan_unit(g, PLAN_FLIP, i) < p->flip_y;
        g->label[i] =
            is_flipped ? (int64_t)mlci_random_below(g->seed, MLCI_RANDOM_GENERATE_PLAN, PLAN_LABEL,
                                                    (uint64_t)i, (uint64_t)p->n_classes)
                       : cluster % p->n_classes;
    }
    fill_others(g, p, first, end);
    move_features(g, p, first, end);
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const classification_params *const p = params;
    mlci_generated g;
    clusters c;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, p->n_features, -1, p->random_state, &g, err));
    mlc_status status = plan_clusters(&g, p, &c, err);
    if (status == MLC_OK) {
        status = mlci_generated_fill(&g, fill, &c, err);
        clusters_clear(&c);
    }
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_rows(&g, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_features(&g, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_classification;
const mlci_maker_descriptor mlci_generator_classification = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "classification",
             .summary = "classes of normal clusters, with redundant and useless features",
             .details = "As scikit-learn's make_classification: n_clusters_per_class clusters a "
                        "class around distinct corners of a hypercube of edge 2 class_sep in the "
                        "n_informative dimensions, each N(0, 1) through a random matrix uniform on "
                        "[-1, 1); then n_redundant random combinations, n_repeated copies and "
                        "useless N(0, 1) features; a share flip_y of the rows gets a random class. "
                        "Features x0, x1 ..., target y. Random numbers are Philox by row and "
                        "feature, so values differ from scikit-learn's. O(n_rows (n_features + "
                        "n_informative^2)).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(classification_params),
             .check = check},
    .make = make};
