/* How long an ensemble of trees takes to predict rows of doubles, one by one and in batches,
 * through the C entry points of a library: libmlcore, LightGBM (its single-row fast interface and
 * its matrix interface, loaded from its shared library), XGBoost (its prediction in place, on floats),
 * or a model that tl2cgen compiled.
 *
 *     tree_prediction mlcore MODEL ROWS COLUMNS [ISA]
 *     tree_prediction lightgbm LIBRARY MODEL ROWS COLUMNS
 *     tree_prediction xgboost LIBRARY MODEL ROWS COLUMNS OUTPUTS
 *     tree_prediction tl2cgen LIBRARY ROWS COLUMNS
 *
 * ROWS holds row-major doubles. Prints nanoseconds of raw scores: `one MEDIAN P99` and, for each
 * size of a batch, `batch SIZE MEDIAN` of a row; then `sum` of all scores. Rows are distinct, one
 * thread, and what a clock takes to be read is taken off. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ONE_ROWS 20000
#define BATCH_SECONDS 0.5
#define FEW_ROWS 256 /* up to so many go through a predictor of libmlcore, more through a data set */

typedef struct contestant {
    int n_columns, n_outputs;
    void (*one)(struct contestant *c, const double *row, double *out);
    void (*many)(struct contestant *c, const double *rows, int64_t n, double *out);
    /* libmlcore */
    mlc_context *context;
    mlc_model *model; /* of one matrix */
    mlc_predictor *predictor;
    void *scratch;
    /* LightGBM */
    void *booster, *fast;
    int (*fast_row)(void *config, const void *row, int64_t *n, double *out);
    int (*matrix)(void *booster, const void *rows, int type, int32_t n_rows, int32_t n_columns,
                  int row_major, int what, int start, int rounds, const char *settings,
                  int64_t *n, double *out);
    /* XGBoost; the booster is that of above */
    int (*in_place)(void *booster, const char *rows, const char *settings, void *meta,
                    const uint64_t **shape, uint64_t *n_dimensions, const float **out);
    float *floats;
    /* tl2cgen */
    void (*compiled)(void *entries, int raw, double *out);
    double *entries;
} contestant;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void check(int failed, const char *what)
{
    if (!failed) return;
    fprintf(stderr, "%s failed\n", what);
    exit(1);
}

/* ---- libmlcore ---------------------------------------------------------------------------- */

static void mlcore_one(contestant *c, const double *row, double *out)
{
    check(mlc_predictor_run_reals(c->predictor, row, 1, c->scratch, out, NULL, NULL), "mlcore");
}

static void keep(void *user)
{
    (void)user;
}

static void mlcore_many(contestant *c, const double *rows, int64_t n, double *out)
{
    mlc_dataset *data = NULL, *result = NULL;
    if (n <= FEW_ROWS) {
        check(mlc_predictor_run_reals(c->predictor, rows, n, c->scratch, out, NULL, NULL),
              "mlcore");
        return;
    }
    mlc_array x = {.size = sizeof x,
                   .name = "x",
                   .type = MLC_TYPE_VECTOR,
                   .data = rows,
                   .n_rows = n,
                   .n_columns = c->n_columns,
                   .release = keep};
    check(mlc_dataset_from_arrays(c->context, &x, 1, NULL, &data, NULL), "mlcore");
    check(mlc_model_predict(c->context, c->model, data, "output=raw", &result, NULL), "mlcore");
    check(mlc_dataset_copy_real(result, "raw", out, n * c->n_outputs, NULL), "mlcore");
    mlc_dataset_free(result);
    mlc_dataset_free(data);
}

/* MODEL takes columns one by one; MODEL.matrix takes them side by side. */
static void open_mlcore(contestant *c, char **arguments, int n)
{
    mlc_error err;
    char path[4096];
    const mlc_host host = {.size = sizeof host, .isa = n > 3 ? arguments[3] : NULL};
    mlc_model *alone = NULL;
    snprintf(path, sizeof path, "%s.matrix", arguments[0]);
    c->n_columns = atoi(arguments[2]);
    if (mlc_context_create(&host, &c->context, &err) ||
        mlc_model_load(c->context, path, "selftest=false", &c->model, &err) ||
        mlc_model_load(c->context, arguments[0], "selftest=false", &alone, &err) ||
        mlc_predictor_create(c->context, alone, "output=raw rows=256", &c->predictor, &err))
        check(1, err.message);
    mlc_model_free(alone);
    c->n_outputs = mlc_predictor_n_outputs(c->predictor);
    c->scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(c->predictor));
    memset(c->scratch, 0, 64);
    c->one = mlcore_one;
    c->many = mlcore_many;
}

/* ---- LightGBM ----------------------------------------------------------------------------- */

enum { FLOAT64 = 1, RAW_SCORE = 1 }; /* of its C interface */

static void lightgbm_one(contestant *c, const double *row, double *out)
{
    int64_t n;
    check(c->fast_row(c->fast, row, &n, out), "LightGBM");
}

static void lightgbm_many(contestant *c, const double *rows, int64_t n, double *out)
{
    int64_t n_out;
    check(c->matrix(c->booster, rows, FLOAT64, (int32_t)n, c->n_columns, 1, RAW_SCORE, 0, -1,
                    "num_threads=1", &n_out, out),
          "LightGBM");
}

static void *function_of(void *library, const char *name)
{
    void *const found = dlsym(library, name);
    check(found == NULL, name);
    return found;
}

/* A pointer to data as one to a function, which C has no cast for. */
#define FUNCTION(library, name, to) \
    do { \
        void *const found = function_of(library, name); \
        memcpy(&(to), &found, sizeof(to)); \
    } while (0)

static void open_lightgbm(contestant *c, char **arguments)
{
    void *const library = dlopen(arguments[0], RTLD_NOW);
    int (*load)(const char *, int *, void **), (*classes)(void *, int *);
    int (*start)(void *, int, int, int, int, int32_t, const char *, void **);
    int rounds;
    check(library == NULL, arguments[0]);
    FUNCTION(library, "LGBM_BoosterCreateFromModelfile", load);
    FUNCTION(library, "LGBM_BoosterGetNumClasses", classes);
    FUNCTION(library, "LGBM_BoosterPredictForMatSingleRowFastInit", start);
    FUNCTION(library, "LGBM_BoosterPredictForMatSingleRowFast", c->fast_row);
    FUNCTION(library, "LGBM_BoosterPredictForMat", c->matrix);
    c->n_columns = atoi(arguments[3]);
    check(load(arguments[1], &rounds, &c->booster), "LightGBM");
    check(classes(c->booster, &c->n_outputs), "LightGBM");
    check(start(c->booster, RAW_SCORE, 0, -1, FLOAT64, c->n_columns, "num_threads=1", &c->fast),
          "LightGBM");
    c->one = lightgbm_one;
    c->many = lightgbm_many;
}

/* ---- XGBoost ------------------------------------------------------------------------------ */

/* Rows come as floats, which is what it works with; making them is not timed for batches that were
 * made before. */
static void xgboost_many(contestant *c, const double *rows, int64_t n, double *out)
{
    static const char settings[] =
        "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
        "\"strict_shape\": false, \"cache_id\": 0, \"missing\": NaN}";
    char text[200];
    const uint64_t *shape;
    uint64_t n_dimensions;
    const float *found;
    for (int64_t i = 0; i < n * c->n_columns; i++)
        c->floats[i] = (float)rows[i];
    snprintf(text, sizeof text,
             "{\"data\": [%llu, true], \"shape\": [%lld, %d], \"typestr\": \"<f4\", "
             "\"version\": 3}",
             (unsigned long long)(uintptr_t)c->floats, (long long)n, c->n_columns);
    check(c->in_place(c->booster, text, settings, NULL, &shape, &n_dimensions, &found), "XGBoost");
    for (int64_t i = 0; i < n * c->n_outputs; i++)
        out[i] = (double)found[i];
}

static void xgboost_one(contestant *c, const double *row, double *out)
{
    xgboost_many(c, row, 1, out);
}

static void open_xgboost(contestant *c, char **arguments)
{
    void *const library = dlopen(arguments[0], RTLD_NOW);
    int (*create)(const void *, uint64_t, void **), (*load)(void *, const char *);
    int (*set)(void *, const char *, const char *);
    check(library == NULL, arguments[0]);
    FUNCTION(library, "XGBoosterCreate", create);
    FUNCTION(library, "XGBoosterLoadModel", load);
    FUNCTION(library, "XGBoosterSetParam", set);
    FUNCTION(library, "XGBoosterPredictFromDense", c->in_place);
    c->n_columns = atoi(arguments[3]);
    c->n_outputs = atoi(arguments[4]);
    check(create(NULL, 0, &c->booster) || load(c->booster, arguments[1]) ||
              set(c->booster, "nthread", "1"),
          "XGBoost");
    c->floats = calloc((size_t)c->n_columns << 18, sizeof *c->floats);
    c->one = xgboost_one;
    c->many = xgboost_many;
}

/* ---- tl2cgen ------------------------------------------------------------------------------ */

static void tl2cgen_one(contestant *c, const double *row, double *out)
{
    /* An entry is a union of an int (-1: missing) and a double. */
    for (int j = 0; j < c->n_columns; j++) {
        const int missing = -1;
        c->entries[j] = row[j];
        if (row[j] != row[j]) memcpy(&c->entries[j], &missing, sizeof missing);
    }
    memset(out, 0, (size_t)c->n_outputs * sizeof *out); /* it adds to what is there */
    c->compiled(c->entries, 1, out);
}

static void tl2cgen_many(contestant *c, const double *rows, int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++)
        tl2cgen_one(c, rows + i * c->n_columns, out + i * c->n_outputs);
}

static void open_tl2cgen(contestant *c, char **arguments)
{
    void *const library = dlopen(arguments[0], RTLD_NOW);
    void (*classes)(int32_t *);
    int32_t n;
    check(library == NULL, arguments[0]);
    FUNCTION(library, "predict", c->compiled);
    FUNCTION(library, "get_num_class", classes);
    classes(&n);
    c->n_outputs = n;
    c->n_columns = atoi(arguments[2]);
    c->entries = calloc((size_t)c->n_columns, sizeof *c->entries);
    c->one = tl2cgen_one;
    c->many = tl2cgen_many;
}

/* ---- timing ------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, int64_t n, double q)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[(int64_t)((double)(n - 1) * q)];
}

static double clock_ns(void)
{
    double times[1001];
    for (int i = 0; i < 1001; i++) {
        const double start = now_ns();
        times[i] = now_ns() - start;
    }
    return quantile(times, 1001, 0.5);
}

static void time_one(contestant *c, const double *rows, int64_t n_rows, double *out)
{
    const double clock = clock_ns();
    double *const times = calloc(ONE_ROWS, sizeof *times);
    for (int64_t i = -2000; i < ONE_ROWS; i++) {
        const double *const row = rows + (i + 2000) % n_rows * c->n_columns;
        const double start = now_ns();
        c->one(c, row, out);
        const double spent = now_ns() - start - clock;
        if (i >= 0) times[i] = spent;
    }
    const double median = quantile(times, ONE_ROWS, 0.5);
    printf("one %.1f %.1f\n", median, quantile(times, ONE_ROWS, 0.99));
    free(times);
}

static void time_batches(contestant *c, const double *rows, int64_t n_rows, int64_t size,
                         double *out)
{
    enum { MOST = 100000 };
    double *const times = calloc(MOST, sizeof *times);
    const double end = now_ns() + 1e9 * BATCH_SECONDS;
    int64_t at = 0, n = 0;
    c->many(c, rows, size, out);
    while (n < MOST && (n < 3 || now_ns() < end)) {
        const double start = now_ns();
        c->many(c, rows + at * c->n_columns, size, out);
        times[n++] = (now_ns() - start) / (double)size;
        at = at + 2 * size <= n_rows ? at + size : 0;
    }
    printf("batch %lld %.1f\n", (long long)size, quantile(times, n, 0.5));
    free(times);
}

static double *read_rows(const char *path, int n_columns, int64_t *n_rows)
{
    FILE *const file = fopen(path, "rb");
    check(file == NULL || fseek(file, 0, SEEK_END) != 0, path);
    const long bytes = ftell(file);
    double *const rows = malloc((size_t)bytes);
    rewind(file);
    check(fread(rows, 1, (size_t)bytes, file) != (size_t)bytes, path);
    fclose(file);
    *n_rows = bytes / (long)sizeof *rows / n_columns;
    return rows;
}

int main(int argc, char **argv)
{
    static const int64_t sizes[] = {1, 16, 256, 65536};
    contestant c = {0};
    int64_t n_rows;
    check(argc < 5, "usage: tree_prediction LIBRARY ...; reading the arguments");
    const char *rows_path = argv[3];
    if (strcmp(argv[1], "lightgbm") == 0) {
        check(argc < 6, "reading the arguments");
        open_lightgbm(&c, argv + 2);
        rows_path = argv[4];
    } else if (strcmp(argv[1], "xgboost") == 0) {
        check(argc < 7, "reading the arguments");
        open_xgboost(&c, argv + 2);
        rows_path = argv[4];
    } else if (strcmp(argv[1], "tl2cgen") == 0) {
        open_tl2cgen(&c, argv + 2);
    } else {
        open_mlcore(&c, argv + 2, argc - 2);
    }
    double *const rows = read_rows(rows_path, c.n_columns, &n_rows);
    double *const out = calloc((size_t)(n_rows * c.n_outputs), sizeof *out);
    double sum = 0;
    time_one(&c, rows, n_rows, out);
    for (int k = 0; k < 4; k++)
        if (sizes[k] <= n_rows) time_batches(&c, rows, n_rows, sizes[k], out);
    c.many(&c, rows, n_rows, out);
    for (int64_t i = 0; i < n_rows * c.n_outputs; i++)
        sum += out[i];
    printf("sum %.17g\n", sum);
    return 0;
}
