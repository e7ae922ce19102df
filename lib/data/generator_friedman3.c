/* The third regression problem of Friedman, as scikit-learn's make_friedman3 (Friedman 1991,
 * Breiman 1996). O(n). */
#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

typedef struct friedman_params {
    int64_t n_rows;
    double noise;
    int64_t random_state;
} friedman_params;

static const mlci_param params_table[] = {MLCI_GENERATED_ROWS(friedman_params, 100),
                                          MLCI_GENERATED_NOISE(friedman_params, "the target"),
                                          MLCI_GENERATED_SEED(friedman_params),
                                          {.name = NULL}};

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    static const double low[] = {0, 40 * MLCI_PI, 0, 1}, range[] = {100, 520 * MLCI_PI, 1, 10};
    (void)arg;
    for (int64_t i = first; i < end; i++) {
        double x[4];
        for (uint32_t j = 0; j < 4; j++) {
            x[j] =
                low[j] + range[j] * mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE, j, (uint64_t)i);
            g->x[j][i] = x[j];
        }
        const double wave = x[1] * x[2] - 1 / (x[1] * x[3]);
        g->y[0][i] = mlci_atan(wave / x[0]);
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const friedman_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, 4, 1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, NULL, err);
    if (status == MLC_OK) status = mlci_generated_noise_targets(&g, p->noise, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_friedman3;
const mlci_maker_descriptor mlci_generator_friedman3 = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "friedman3",
             .summary = "the phase of an electric circuit by its four parts",
             .details =
                 "As scikit-learn's make_friedman3: x0 uniform on [0, 100), x1 on [40 pi, 560 "
                 "pi), x2 on [0, 1), x3 on [1, 11), y = atan((x1 x2 - 1 / (x1 x3)) / x0) "
                 "+ noise N(0, 1). Random numbers are Philox by row and feature, so values "
                 "differ from scikit-learn's. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(friedman_params)},
    .make = make};
