/* The first regression problem of Friedman, as scikit-learn's make_friedman1 (Friedman 1991,
 * Breiman 1996). O(n). */
#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

typedef struct friedman_params {
    int64_t n_rows;
    int64_t n_features;
    double noise;
    int64_t random_state;
} friedman_params;

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(friedman_params, 100),
    MLCI_INTEGER(friedman_params, n_features, 10, 5, MLCI_GENERATED_MAX_FEATURES,
                 "number of features, of which five matter", .since = "0.1"),
    MLCI_GENERATED_NOISE(friedman_params, "the target"),
    MLCI_GENERATED_SEED(friedman_params),
    {.name = NULL}};

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    (void)arg;
    for (int32_t j = 0; j < g->n_features; j++) {
        for (int64_t i = first; i < end; i++)
            g->x[j][i] = mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE, (uint32_t)j, (uint64_t)i);
    }
    double *const *const x = g->x;
    for (int64_t i = first; i < end; i++) {
        const double centred = x[2][i] - 0.5;
        g->y[0][i] = 10 * mlci_sin(MLCI_PI * x[0][i] * x[1][i]) + 20 * centred * centred +
                     10 * x[3][i] + 5 * x[4][i];
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const friedman_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, p->n_features, 1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, NULL, err);
    if (status == MLC_OK) status = mlci_generated_noise_targets(&g, p->noise, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_friedman1;
const mlci_maker_descriptor mlci_generator_friedman1 = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "friedman1",
             .summary = "a smooth function of five of many uniform features",
             .details =
                 "As scikit-learn's make_friedman1: features uniform on [0, 1), y = 10 sin(pi x0 "
                 "x1) + 20 (x2 - 0.5)^2 + 10 x3 + 5 x4 + noise N(0, 1). Random numbers are "
                 "Philox by row and feature, so values differ from scikit-learn's. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(friedman_params)},
    .make = make};
