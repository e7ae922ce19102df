/* Two interleaved half circles, as scikit-learn's make_moons. O(n). */
#include "descriptor.h"
#include "generated.h"
#include "trigonometry.h"

typedef struct moons_params {
    int64_t n_rows;
    double noise;
    int32_t shuffle;
    int64_t random_state;
} moons_params;

static const mlci_param params_table[] = {MLCI_GENERATED_ROWS(moons_params, 100),
                                          MLCI_GENERATED_NOISE(moons_params, "the features"),
                                          MLCI_GENERATED_SHUFFLE(moons_params),
                                          MLCI_GENERATED_SEED(moons_params),
                                          {.name = NULL}};

/* Point i of n from 0 to pi, both included. */
static double angle(int64_t i, int64_t n)
{
    return n < 2 ? 0 : i == n - 1 ? MLCI_PI : (double)i * (MLCI_PI / (double)(n - 1));
}

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const int64_t n_outer = g->n_rows / 2;
    (void)arg;
    for (int64_t i = first; i < end; i++) {
        const int is_inner = i >= n_outer;
        const double t = is_inner ? angle(i - n_outer, g->n_rows - n_outer) : angle(i, n_outer);
        const double c = mlci_cos(t), s = mlci_sin(t);
        g->x[0][i] = is_inner ? 1 - c : c;
        g->x[1][i] = is_inner ? 1 - s - 0.5 : s;
        g->label[i] = is_inner;
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const moons_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, 2, -1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, NULL, err);
    if (status == MLC_OK) status = mlci_generated_noise_features(&g, p->noise, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_rows(&g, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_moons;
const mlci_maker_descriptor mlci_generator_moons = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "moons",
             .summary = "two interleaved half circles in the plane, a class each",
             .details = "As scikit-learn's make_moons: floor(n_rows / 2) points of class 0 at "
                        "(cos t, sin t) and the others of class 1 at (1 - cos t, 0.5 - sin t), t "
                        "from 0 to pi in equal steps. Features x0 and x1, target y. Random numbers "
                        "are Philox by row, so values differ from scikit-learn's. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(moons_params)},
    .make = make};
