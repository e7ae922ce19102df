/* A random linear model of normal features, as scikit-learn's make_regression without
 * effective_rank. O(n_rows (n_features + n_informative n_targets)). */
#include <math.h>

#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

typedef struct regression_params {
    int64_t n_rows;
    int64_t n_features;
    int64_t n_informative;
    int64_t n_targets;
    double bias;
    double noise;
    int32_t shuffle;
    int64_t random_state;
} regression_params;

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(regression_params, 100),
    MLCI_INTEGER(regression_params, n_features, 100, 1, MLCI_GENERATED_MAX_FEATURES,
                 "number of features", .since = "0.1"),
    MLCI_INTEGER(regression_params, n_informative, 10, 0, MLCI_GENERATED_MAX_FEATURES,
                 "features that the target depends on, at most n_features", .since = "0.1"),
    MLCI_INTEGER(regression_params, n_targets, 1, 1, 1000, "number of targets", .since = "0.1"),
    MLCI_REAL(regression_params, bias, 0, -INFINITY, INFINITY,
              "the target where all features are 0", .since = "0.1"),
    MLCI_GENERATED_NOISE(regression_params, "the targets"),
    MLCI_BOOL(regression_params, shuffle, 1, "rows and features in random order", .since = "0.1"),
    MLCI_GENERATED_SEED(regression_params),
    {.name = NULL}};

/* Coefficient of an informative feature: uniform on [0, 100). */
static double coefficient(const mlci_generated *g, int32_t feature, int32_t target)
{
    return 100 * mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE_PLAN, (uint32_t)target,
                                  (uint64_t)feature);
}

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const regression_params *const p = arg;
    for (int32_t j = 0; j < g->n_features; j++) {
        for (int64_t i = first; i < end; i++)
            g->x[j][i] =
                mlci_random_normal(g->seed, MLCI_RANDOM_GENERATE, (uint32_t)j, (uint64_t)i);
    }
    for (int32_t t = 0; t < g->n_targets; t++) {
        for (int64_t i = first; i < end; i++)
            g->y[t][i] = p->bias;
        for (int32_t j = 0; j < p->n_informative && j < g->n_features; j++) {
            const double slope = coefficient(g, j, t);
            for (int64_t i = first; i < end; i++)
                g->y[t][i] += slope * g->x[j][i];
        }
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const regression_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, p->n_features, (int32_t)p->n_targets,
                                 p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, p, err);
    if (status == MLC_OK) status = mlci_generated_noise_targets(&g, p->noise, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_rows(&g, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_features(&g, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_regression;
const mlci_maker_descriptor mlci_generator_regression = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "regression",
             .summary = "targets that are linear in some of many normal features",
             .details =
                 "As scikit-learn's make_regression: features N(0, 1), each target bias "
                 "plus the informative ones (n_features of them where n_informative is "
                 "larger) times coefficients uniform on [0, 100), plus noise N(0, 1). Target "
                 "y, or y0, y1 ... Its effective_rank and tail_strength are left out. Random "
                 "numbers are Philox by row and feature. O(n_rows (n_features + "
                 "n_informative n_targets)).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(regression_params)},
    .make = make};
