/* Normal clouds around centres, as scikit-learn's make_blobs. O(n_rows n_features). */
#include <math.h>

#include "descriptor.h"
#include "generated.h"
#include "random.h"
#include "trigonometry.h"

typedef struct blobs_params {
    int64_t n_rows;
    int64_t n_features;
    int64_t centers;
    double cluster_std;
    char *center_box;
    int32_t shuffle;
    int64_t random_state;
} blobs_params;

static const mlci_param params_table[] = {
    MLCI_GENERATED_ROWS(blobs_params, 100),
    MLCI_INTEGER(blobs_params, n_features, 2, 1, MLCI_GENERATED_MAX_FEATURES, "number of features",
                 .since = "0.1"),
    MLCI_INTEGER(blobs_params, centers, 3, 1, 1000000, "number of clouds, a class each",
                 .since = "0.1"),
    MLCI_REAL(blobs_params, cluster_std, 1, 0, INFINITY, "standard deviation of each cloud",
              .since = "0.1"),
    MLCI_STRING(blobs_params, center_box, "-10,10",
                "the lowest and the highest coordinate of a centre",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS, .real_low = -INFINITY,
                .real_high = INFINITY, .since = "0.1"),
    MLCI_GENERATED_SHUFFLE(blobs_params),
    MLCI_GENERATED_SEED(blobs_params),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const blobs_params *const p = values;
    double box[2];
    if (mlci_param_numbers(p->center_box, box, 2) == 2 && box[0] <= box[1]) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "center_box",
                     "center_box = %.100s: must be two numbers, the lower one first",
                     p->center_box);
}

/* The first n_rows mod centers clouds have one row more. */
static int64_t cloud_of(int64_t row, int64_t n_rows, int64_t centers)
{
    const int64_t size = n_rows / centers, longer = n_rows % centers;
    const int64_t end_of_longer = longer * (size + 1);
    return row < end_of_longer ? row / (size + 1) : longer + (row - end_of_longer) / size;
}

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const blobs_params *const p = arg;
    double box[2];
    (void)mlci_param_numbers(p->center_box, box, 2);
    for (int64_t i = first; i < end; i++)
        g->label[i] = cloud_of(i, g->n_rows, p->centers);
    for (int32_t j = 0; j < g->n_features; j++) {
        for (int64_t i = first; i < end; i++) {
            const double unit = mlci_random_unit(g->seed, MLCI_RANDOM_GENERATE_PLAN, (uint32_t)j,
                                                 (uint64_t)g->label[i]);
            g->x[j][i] = box[0] + (box[1] - box[0]) * unit +
                         p->cluster_std * mlci_random_normal(g->seed, MLCI_RANDOM_GENERATE,
                                                             (uint32_t)j, (uint64_t)i);
        }
    }
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const blobs_params *const p = params;
    mlci_generated g;
    (void)dataset;
    MLCI_TRY(mlci_generated_open(call, p->n_rows, p->n_features, -1, p->random_state, &g, err));
    mlc_status status = mlci_generated_fill(&g, fill, p, err);
    if (status == MLC_OK && p->shuffle) status = mlci_generated_shuffle_rows(&g, err);
    if (status == MLC_OK) return mlci_generated_finish(&g, out, err);
    mlci_generated_clear(&g);
    return status;
}

extern const mlci_maker_descriptor mlci_generator_blobs;
const mlci_maker_descriptor mlci_generator_blobs = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "blobs",
             .summary = "normal clouds around random centres, a class each",
             .details = "As scikit-learn's make_blobs with a number of centres: centres uniform in "
                        "center_box, rows N(centre, cluster_std^2) in each feature, the first "
                        "n_rows mod centers clouds one row larger. Features x0, x1 ..., target y. "
                        "Centres and deviations of one's own are left out. Random numbers are "
                        "Philox by row and feature. O(n_rows n_features).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(blobs_params),
             .check = check},
    .make = make};
