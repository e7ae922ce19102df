/* A rolled-up plane in three dimensions, as scikit-learn's make_swiss_roll (Marsland 2009). O(n).
 */
#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

#define N_TILES 8 /* of the 3 x 3 tiles of the plane, without the one in the middle */

typedef struct roll_params {
    int64_t n_rows;
    double noise;
    int32_t hole;
    int64_t random_state;
} roll_params;

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(roll_params, 100),
    MLCI_GENERATED_NOISE(roll_params, "the features"),
    MLCI_BOOL(roll_params, hole, 0, "leave out the middle of the plane", .since = "0.1"),
    MLCI_GENERATED_SEED(roll_params),
    {.name = NULL}};

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const roll_params *const p = arg;
    for (int64_t i = first; i < end; i++) {
        const uint64_t row = (uint64_t)i;
        const double along = mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE, 0, row);
        const double across = mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE, 1, row);
        double t = 1.5 * MLCI_PI * (1 + 2 * along), height = 21 * across;
        if (p->hole) {
            uint64_t tile = mlci_random_below(g->seed, MLCI_RANDOM_GENERATE, 2, row, N_TILES);
            tile += tile >= N_TILES / 2;
            t = MLCI_PI * (1.5 + (double)(tile / 3) + along);
            height = 7 * ((double)(tile % 3) + across);
        }
        g->x[0][i] = t * mlci_cos(t);
        g->x[1][i] = height;
        g->x[2][i] = t * mlci_sin(t);
        g->y[0][i] = t;
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const roll_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, 3, 1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, p, err);
    if (status == MLC_OK) status = mlci_generated_noise_features(&g, p->noise, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_swiss_roll;
const mlci_maker_descriptor mlci_generator_swiss_roll = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "swiss_roll",
             .summary = "points of a rolled-up plane in three dimensions",
             .details = "As scikit-learn's make_swiss_roll: t = 1.5 pi (1 + 2 u), height h = 21 v "
                        "with u and v uniform on [0, 1), features (t cos t, h, t sin t) and target "
                        "y = t. With hole=true t and h come from eight of nine equal tiles of the "
                        "plane. Random numbers are Philox by row, so values differ from "
                        "scikit-learn's. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(roll_params)},
    .make = make};
