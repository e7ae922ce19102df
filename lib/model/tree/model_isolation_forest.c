/* isolation_forest: anomalies are what few random cuts set apart.
 *
 * The engine is in isolation_grow.c and isolation.c; this file is parameters, threshold and words.
 */
#include <math.h>
#include <string.h>

#include "amount.h"
#include "exact_sum.h"
#include "isolation_grow.h"
#include "number.h"
#include "order_key.h"
#include "quantile.h"
#include "row_weight.h"

#define AUTO_SAMPLES 256
#define AUTO_THRESHOLD 0.5
#define MOST_ROWS INT32_MAX

typedef struct isolation_params {
    int64_t n_estimators, extension_level, random_state;
    char *max_samples, *contamination, *max_features;
    int32_t bootstrap;
} isolation_params;

static const mlci_param params[] = {
    MLCI_INTEGER(isolation_params, n_estimators, 100, 1, 1 << 20, "number of trees",
                 .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE, .search_low = 50,
                 .search_high = 500, .aliases = "num_trees,n_trees", .since = "0.1"),
    MLCI_STRING(isolation_params, max_samples, "auto",
                "rows a tree: a whole number, a share of the rows, or auto for 256 or all if fewer",
                .since = "0.1"),
    MLCI_STRING(isolation_params, contamination, "auto",
                "share of the training rows that are anomalies, above 0 and at most 0.5; or auto: "
                "rows of a score above 0.5 are",
                .since = "0.1"),
    MLCI_STRING(isolation_params, max_features, "1.0",
                "features that a tree may look at: a whole number, or a share", .since = "0.1"),
    MLCI_BOOL(isolation_params, bootstrap, 0, "draw the rows of a tree with replacement",
              .since = "0.1"),
    MLCI_INTEGER(isolation_params, extension_level, 0, 0, INT32_MAX - 1,
                 "0: cut by one feature; k: by planes of k + 1 features, at most all (extended "
                 "isolation forest)",
                 .since = "0.1"),
    MLCI_INTEGER(isolation_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of all random draws", .aliases = "seed", .since = "0.1"),
    {.name = NULL}};

/* The share that contamination gives; 0 for auto, NaN for what it cannot be. */
static double contamination_of(const char *text)
{
    double share = 0;
    if (strcmp(text, "auto") == 0) return 0;
    if (!mlci_real_parse(text, (int64_t)strlen(text), &share)) return NAN;
    return share > 0 && share <= 0.5 ? share : NAN;
}

static mlc_status check(const void *parameters, mlc_error *err)
{
    const isolation_params *const p = parameters;
    mlci_amount amount;
    if (isnan(contamination_of(p->contamination)))
        return mlci_fail(err, MLC_ERROR_SETTING, "contamination",
                         "contamination = '%s': must be auto, or a share above 0 and at most 0.5",
                         p->contamination);
    if (strcmp(p->max_samples, "auto") != 0 &&
        (!mlci_amount_parse(p->max_samples, &amount) || amount.share > 1))
        return mlci_fail(err, MLC_ERROR_SETTING, "max_samples",
                         "max_samples = '%s': must be auto, a whole number of at least 1, or a "
                         "share above 0 and at most 1.0",
                         p->max_samples);
    if (!mlci_amount_parse(p->max_features, &amount) || amount.share > 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "max_features",
                         "max_features = '%s': must be a whole number of at least 1, or a share "
                         "above 0 and at most 1.0",
                         p->max_features);
    return MLC_OK;
}

/* At most as many as there are. */
static int64_t amount_of(const char *text, int64_t n)
{
    mlci_amount amount;
    if (!mlci_amount_parse(text, &amount)) return n;
    const double count = mlci_amount_of(amount, (double)n);
    return count < (double)n ? (int64_t)count : n;
}

static mlci_isolation_rules rules_of(const isolation_params *p, int64_t n_rows, int64_t n_features)
{
    mlci_isolation_rules rules = {.n_trees = p->n_estimators,
                                  .sample_size = amount_of(p->max_samples, n_rows),
                                  .max_features = (int32_t)amount_of(p->max_features, n_features),
                                  .bootstrap = p->bootstrap,
                                  .seed = (uint64_t)p->random_state};
    if (strcmp(p->max_samples, "auto") == 0 && rules.sample_size > AUTO_SAMPLES)
        rules.sample_size = AUTO_SAMPLES;
    const int64_t n_terms =
        p->extension_level < rules.max_features ? p->extension_level + 1 : rules.max_features;
    rules.n_terms = n_terms > 1 ? (int32_t)n_terms : 0;
    return rules;
}

/* ---- the threshold ------------------------------------------------------------------------ */

typedef struct scoring {
    const mlci_model_fit *fit;
    const mlci_isolation *forest;
    int32_t isa;
    double **memory; /* of a slot: a block of rows, then scratch */
    uint64_t *keys;
} scoring;

static mlc_status score_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const scoring *const s = arg;
    const int64_t first = block * MLCI_BLOCK_ROWS, left = s->fit->x->n_rows - first;
    const int64_t n = left < MLCI_BLOCK_ROWS ? left : MLCI_BLOCK_ROWS;
    double scores[MLCI_BLOCK_ROWS];
    double *const x = s->memory[slot], *const scratch = x + MLCI_BLOCK_ROWS * s->forest->n_features;
    mlci_isolation_scores(s->forest, s->isa, mlci_matrix_rows(s->fit->x, first, n, x), n, scratch,
                          scores);
    for (int64_t i = 0; i < n; i++)
        s->keys[first + i] = mlci_key_of_number(scores[i]);
    return MLC_OK;
}

static mlc_status make_slots(const scoring *s, int32_t n_slots, mlc_error *err)
{
    const int64_t n = MLCI_BLOCK_ROWS * s->forest->n_features +
                      mlci_isolation_scratch_size(NULL, s->forest, MLCI_BLOCK_ROWS);
    for (int32_t i = 0; i < n_slots; i++) {
        s->memory[i] = mlci_alloc_raw(s->forest->root, n, sizeof(double));
        if (s->memory[i] == NULL) return mlci_fail_memory(err, n, sizeof(double));
    }
    return MLC_OK;
}

/* The quantile of the training scores above which the given share of the weight is. */
static mlc_status set_threshold(const mlci_model_fit *fit, double contamination, mlci_isolation *f,
                                mlc_error *err)
{
    mlci_root *const root = f->root;
    const int64_t n = fit->x->n_rows, n_weights = fit->weight == NULL ? 0 : n;
    const int32_t n_slots = mlci_n_slots(fit->call);
    double unit;
    scoring s = {.fit = fit, .forest = f, .isa = mlci_root_isa(root)};
    s.keys = mlci_alloc_raw(root, n, sizeof *s.keys);
    s.memory = mlci_alloc(root, n_slots, sizeof(double *));
    int64_t *const weights = mlci_alloc_raw(root, n_weights, sizeof *weights);
    mlc_status status = MLC_OK;
    if (s.keys == NULL || s.memory == NULL || weights == NULL)
        status = mlci_fail_memory(err, n, 2 * (int64_t)sizeof *s.keys);
    if (status == MLC_OK) status = make_slots(&s, n_slots, err);
    if (status == MLC_OK)
        status = mlci_parallel_for(fit->call, (n + MLCI_BLOCK_ROWS - 1) / MLCI_BLOCK_ROWS,
                                   score_block, &s, err);
    if (status == MLC_OK && n_weights > 0)
        status = mlci_fix_weights(fit->weight, n, weights, &unit, err);
    if (status == MLC_OK)
        f->threshold =
            mlci_weighted_quantile(s.keys, n_weights > 0 ? weights : NULL, n, 1 - contamination);
    for (int32_t i = 0; s.memory != NULL && i < n_slots; i++)
        mlci_free(s.memory[i]);
    mlci_free(s.memory);
    mlci_free(s.keys);
    mlci_free(weights);
    return status;
}

static mlc_status fit_forest(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    const isolation_params *const p = fit->params;
    if (fit->x->n_rows == 0)
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "no rows to train on: at least 1 is needed");
    if (fit->x->n_features > MLCI_NODE_FEATURE)
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld features: a tree takes at most %d",
                         (long long)fit->x->n_features, (int)MLCI_NODE_FEATURE);
    const double n_rows = mlci_count_weighted_rows(fit->weight, fit->x->n_rows);
    const mlci_isolation_rules rules =
        rules_of(p, n_rows < MOST_ROWS ? (int64_t)n_rows : MOST_ROWS, fit->x->n_features);
    const double contamination = contamination_of(p->contamination);
    mlci_isolation *f = NULL;
    MLCI_TRY(mlci_isolation_grow(fit->call, fit->x, fit->row_index, fit->weight, &rules, &f, err));
    f->threshold = AUTO_THRESHOLD;
    const mlc_status status =
        contamination > 0 ? set_threshold(fit, contamination, f, err) : MLC_OK;
    if (status != MLC_OK) {
        mlci_isolation_free(f);
        return status;
    }
    *state = f;
    return MLC_OK;
}

const mlci_model_descriptor mlci_model_isolation_forest = {
    .base =
        {.kind = MLCI_KIND_MODEL,
         .capabilities = MLCI_CAN_CLUSTER | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY | MLCI_CAN_WEIGHT |
                         MLCI_CAN_RANDOM | MLCI_FINDS_ANOMALIES,
         .name = "isolation_forest",
         .summary = "Anomalies by random cuts: isolation forest, also extended",
         .details =
             "Grows trees on small random samples, each node cut at a uniform threshold of a "
             "random feature that varies there, until rows stand alone or the depth is log2 of "
             "the sample (Liu, Ting, Zhou 2008). The score of a row is s = 2^(-path / c): its mean "
             "path, to which a leaf of m rows adds c(m), and c the mean path of an unsuccessful "
             "search in a sample; near 1 for anomalies, below 0.5 for what is ordinary.\n"
             "raw is threshold - s, the decision function of scikit-learn; s itself, the negative "
             "of its score_samples, is threshold - raw; the threshold, the negative of its "
             "offset_, is 0.5 or follows contamination (table threshold). The prediction is -1, an "
             "anomaly, where raw is below 0, else 1. leaf gives the leaf of each tree. Evaluation "
             "against labels of two classes ranks rows by -raw (roc_auc, average_precision) and "
             "takes predictions as classes: labels -1 and 1 mean what they mean here, else the "
             "positive class is that of anomalies.\n"
             "Extended (Hariri, Carrasco Kind, Brunner 2019), extension_level k above 0, the ndim "
             "= k + 1 of isotree: cuts by planes of k + 1 features with normal factors, through a "
             "uniform point of the node's box; features are measured by their ranges in the "
             "sample.\n"
             "Cost: a fit takes trees x sample x log2(sample) steps, whatever the number of rows, "
             "and a score of all rows with contamination; a score takes trees x log2(sample) "
             "steps; planes take k + 1 times as many.\n"
             "Missing values of a feature go to a random side where a node has some, else to the "
             "side of more rows; on planes they stand at the plane's point. Categories go to a "
             "random side each, unseen ones where missing values go; of more than 255, those that "
             "are 255 apart go together; planes take none. Constant columns are not cut. Weights "
             "that are whole numbers count rows; with others samples are drawn with replacement, "
             "by weight.\n"
             "Differences from scikit-learn: random numbers; categories, missing values and "
             "planes; the quantile of a contamination is the averaged inverted distribution.",
         .since = "0.1",
         .params = params,
         .params_size = (int64_t)sizeof(isolation_params),
         .check = check,
         .tables = mlci_isolation_tables},
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW | MLCI_OUTPUT_LEAF,
    .fit = fit_forest,
    .n_outputs = mlci_isolation_n_outputs,
    .scratch_size = mlci_isolation_scratch_size,
    .has_long_blocks = mlci_isolation_has_long_blocks,
    .predict = mlci_isolation_predict,
    .table = mlci_isolation_table,
    .save = mlci_isolation_save,
    .load = mlci_isolation_load,
    .free_state = mlci_isolation_free,
};
