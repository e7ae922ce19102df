/* A large circle around a small one, as scikit-learn's make_circles. O(n). */
#include "descriptor.h"
#include "generated.h"
#include "trigonometry.h"

typedef struct circles_params {
    int64_t n_rows;
    double noise;
    double factor;
    int32_t shuffle;
    int64_t random_state;
} circles_params;

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(circles_params, 100),
    MLCI_GENERATED_NOISE(circles_params, "the features"),
    MLCI_REAL(circles_params, factor, 0.8, 0, 1, "radius of the inner circle; the outer one's is 1",
              .flags = MLCI_PARAM_OPEN_HIGH, .since = "0.1"),
    MLCI_GENERATED_SHUFFLE(circles_params),
    MLCI_GENERATED_SEED(circles_params),
    {.name = NULL}};

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const circles_params *const p = arg;
    const int64_t n_outer = g->n_rows / 2;
    for (int64_t i = first; i < end; i++) {
        const int is_inner = i >= n_outer;
        const int64_t n = is_inner ? g->n_rows - n_outer : n_outer;
        const double t = (double)(is_inner ? i - n_outer : i) * (2 * MLCI_PI / (double)n);
        const double radius = is_inner ? p->factor : 1;
        g->x[0][i] = mlci_cos(t) * radius;
        g->x[1][i] = mlci_sin(t) * radius;
        g->label[i] = is_inner;
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const circles_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, 2, -1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, p, err);
    if (status == MLC_OK) status = mlci_generated_noise_features(&g, p->noise, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_rows(&g, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_circles;
const mlci_maker_descriptor mlci_generator_circles = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "circles",
             .summary = "a large circle around a small one in the plane, a class each",
             .details =
                 "As scikit-learn's make_circles: floor(n_rows / 2) points of class 0 on the "
                 "unit circle in equal steps, the others of class 1 on one of radius "
                 "factor. Features x0 and x1, target y. Random numbers are Philox by row, "
                 "so values differ from scikit-learn's. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(circles_params)},
    .make = make};
