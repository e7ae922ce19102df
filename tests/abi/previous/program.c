/* A program of the last release. It is compiled against that release's headers and linked against
 * a stand-in with that release's symbols, and then runs with the library of today: what it asks for
 * must be there, mean the same and have the same layout. It names every function of its headers.
 *
 *     program FOLDER     the folder takes files; says what failed, exits 0 if nothing did */
#include <mlcore/mlcore.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 60
#define OK(call) expect((call) == MLC_OK, #call, &err)

static int n_checked, n_failed;

static void expect(int ok, const char *what, const mlc_error *err)
{
    n_checked++;
    if (ok) return;
    n_failed++;
    printf("failed: %s%s%s\n", what, err != NULL ? ": " : "", err != NULL ? err->message : "");
}

static void is_text(const char *got, const char *wanted)
{
    char what[256];
    snprintf(what, sizeof what, "'%s' instead of '%s'", got != NULL ? got : "(NULL)", wanted);
    expect(got != NULL && strcmp(got, wanted) == 0, what, NULL);
}

static void is_refused(mlc_status status, mlc_status wanted, const mlc_error *err, const char *says)
{
    expect(status == wanted, mlc_status_name(wanted), err);
    expect(err->status == wanted && err->reserved == 0, "the record holds the status", err);
    expect(strstr(err->message, says) != NULL, says, err);
}

/* ---- a host ------------------------------------------------------------------------------- */

struct counts {
    int allocated, released, progressed, logged, ran;
};

static void *allocate(void *user, int64_t bytes, int64_t alignment)
{
    void *memory = NULL;
    ((struct counts *)user)->allocated++;
    return posix_memalign(&memory, (size_t)alignment, (size_t)bytes) == 0 ? memory : NULL;
}

static void deallocate(void *user, void *memory, int64_t bytes)
{
    (void)user;
    (void)bytes;
    free(memory);
}

static void run(void *user, int32_t n_tasks, mlc_task task, void *arg)
{
    ((struct counts *)user)->ran++;
    for (int32_t i = n_tasks; i-- > 0;)
        task(arg, i);
}

static void take_log(void *user, int32_t level, const char *message)
{
    (void)level;
    (void)message;
    ((struct counts *)user)->logged++;
}

static void release(void *user)
{
    ((struct counts *)user)->released++;
}

static mlc_status progress(void *user, const char *stage, int64_t done, int64_t total,
                           const char *metric_name, double metric)
{
    (void)stage;
    (void)done;
    (void)total;
    (void)metric_name;
    (void)metric;
    ((struct counts *)user)->progressed++;
    return MLC_OK;
}

/* Half the squared error. */
static mlc_status gradients(void *user, int64_t n_rows, const double *target, const double *raw,
                            const double *weight, double *gradient, double *hessian, mlc_error *err)
{
    (void)user;
    (void)err;
    for (int64_t i = 0; i < n_rows; i++) {
        gradient[i] = weight[i] * (raw[i] - target[i]);
        hessian[i] = weight[i];
    }
    return MLC_OK;
}

static mlc_status score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                        const double *prediction, const double *probability, const double *weight,
                        double *out, mlc_error *err)
{
    (void)user;
    (void)n_classes;
    (void)probability;
    (void)err;
    *out = 0;
    for (int64_t i = 0; i < n_rows; i++)
        *out += weight[i] * fabs(target[i] - prediction[i]);
    return MLC_OK;
}

static mlc_status fit_column(void *user, int64_t n_rows, const double *values, const double *weight,
                             double *state, mlc_error *err)
{
    (void)user;
    (void)weight;
    (void)err;
    state[0] = n_rows > 0 ? values[0] : 0;
    return MLC_OK;
}

static mlc_status apply_column(void *user, const double *state, int64_t n_rows,
                               const double *values, double *out, mlc_error *err)
{
    (void)user;
    (void)err;
    for (int64_t i = 0; i < n_rows; i++)
        out[i] = values[i] - state[0];
    return MLC_OK;
}

static mlc_status refuse_column(void *user, const double *state, int64_t n_rows,
                                const double *values, double *out, mlc_error *err)
{
    (void)user;
    (void)state;
    (void)n_rows;
    (void)values;
    (void)out;
    snprintf(err->message, sizeof err->message, "the host says no");
    return MLC_ERROR_DATA;
}

static mlc_context *make_context(struct counts *counts)
{
    mlc_error err;
    mlc_context *ctx = NULL;
    mlc_host host = {.size = sizeof host,
                     .user = counts,
                     .memory_limit_bytes = 1 << 28,
                     .allocate = allocate,
                     .deallocate = deallocate,
                     .n_threads = 2,
                     .log_level = MLC_LOG_DEBUG,
                     .run = run,
                     .log = take_log,
                     .release = release,
                     .isa = "best"};
    const mlc_objective objective = {.size = sizeof objective,
                                     .link = "identity",
                                     .user = counts,
                                     .gradients = gradients,
                                     .release = release};
    const mlc_metric_hooks metric = {
        .size = sizeof metric, .user = counts, .score = score, .release = release};
    mlc_transform_hooks transform = {.size = sizeof transform,
                                     .state_version = 1,
                                     .n_state = 1,
                                     .user = counts,
                                     .fit = fit_column,
                                     .apply = apply_column,
                                     .release = release};
    OK(mlc_context_create(&host, &ctx, &err));
    OK(mlc_context_add_objective(ctx, "acme.loss", &objective, &err));
    OK(mlc_context_add_metric(ctx, "acme.score", &metric, &err));
    OK(mlc_context_add_transform(ctx, "acme.shift", &transform, &err));
    transform.apply = refuse_column;
    OK(mlc_context_add_transform(ctx, "acme.refuse", &transform, &err));
    return ctx;
}

/* ---- datasets ----------------------------------------------------------------------------- */

static void give_back(void *user)
{
    ++*(int *)user;
}

static double x[ROWS], y[ROWS], matrix[2 * ROWS];
static const char *color[ROWS], *label[ROWS];

/* x, color (missing now and then) and a matrix; y is a number to learn, label a class. */
static mlc_dataset *make_data(mlc_context *ctx, const char *settings, int *n_given_back)
{
    static const char *const colors[] = {"red", "green", "blue", NULL};
    mlc_error err;
    mlc_dataset *data = NULL;
    mlc_array arrays[5];
    for (int i = 0; i < ROWS; i++) {
        x[i] = i;
        color[i] = colors[i % 4];
        y[i] = 3 * x[i] + (color[i] != NULL && strcmp(color[i], "red") == 0 ? 10 : 0);
        label[i] = y[i] > 90 ? "high" : "low";
        matrix[2 * i] = i % 7;
        matrix[2 * i + 1] = -i;
    }
    memset(arrays, 0, sizeof arrays);
    for (int i = 0; i < 5; i++) {
        arrays[i].size = sizeof arrays[i];
        arrays[i].n_rows = ROWS;
        arrays[i].n_columns = 1;
        arrays[i].type = MLC_TYPE_FLOAT64;
    }
    arrays[0].name = "x", arrays[0].data = x;
    arrays[0].release = give_back, arrays[0].user = n_given_back;
    arrays[1].name = "color", arrays[1].data = color, arrays[1].type = MLC_TYPE_CATEGORY;
    arrays[2].name = "m", arrays[2].data = matrix, arrays[2].n_columns = 2;
    arrays[3].name = "y", arrays[3].data = y;
    arrays[4].name = "label", arrays[4].data = label, arrays[4].type = MLC_TYPE_CATEGORY;
    OK(mlc_dataset_from_arrays(ctx, arrays, 5, settings, &data, &err));
    return data;
}

static void read_cells(const mlc_dataset *data)
{
    mlc_error err;
    double real = 0, reals[2 * ROWS];
    const char *text = NULL;
    int64_t length = 0;
    int32_t codes[ROWS];
    mlc_array lent = {.size = sizeof lent};
    expect(mlc_dataset_n_rows(data) == ROWS && mlc_dataset_n_columns(data) == 5, "shape", NULL);
    is_text(mlc_dataset_column_name(data, 1), "color");
    is_text(mlc_dataset_column_role(data, 3), "target");
    expect(mlc_dataset_column_type(data, 1) == MLC_TYPE_CATEGORY, "type", NULL);
    expect(mlc_dataset_column_type(data, 2) == MLC_TYPE_VECTOR, "type", NULL);
    expect(mlc_dataset_column_width(data, 2) == 2, "width", NULL);
    is_text(mlc_dataset_component_name(data, 2, 1), "m1");
    expect(mlc_dataset_find(data, "y") == 3 && mlc_dataset_find(data, "z") == -1, "find", NULL);
    OK(mlc_dataset_real(data, "x", 7, &real, &err));
    expect(real == 7, "a cell", NULL);
    OK(mlc_dataset_text(data, "color", 1, &text, &length, &err));
    expect(length == 5 && memcmp(text, "green", 5) == 0, "a text", NULL);
    OK(mlc_dataset_copy_real(data, "m", reals, 2 * ROWS, &err));
    expect(memcmp(reals, matrix, sizeof matrix) == 0, "a vector column", NULL);
    OK(mlc_dataset_copy_codes(data, "color", codes, ROWS, &err));
    expect(codes[3] == -1, "a missing code is -1", NULL);
    is_text(mlc_dataset_category(data, "color", codes[0]), "red");
    OK(mlc_dataset_column(data, "x", &lent, &err));
    expect(lent.data == x && lent.n_rows == ROWS && lent.release == NULL &&
               lent.type == MLC_TYPE_FLOAT64 && lent.size == (int64_t)sizeof lent,
           "x was borrowed", NULL);
}

static void use_datasets(const char *folder)
{
    mlc_error err;
    int n_given_back = 0;
    mlc_dataset *data = make_data(NULL, "target=y ignore=label", &n_given_back), *more, *part, *csv;
    mlc_buffer *text = NULL;
    char path[512];
    read_cells(data);
    more = mlc_dataset_ref(data);
    mlc_dataset_free(data);
    expect(n_given_back == 0, "a reference keeps the arrays", NULL);
    OK(mlc_dataset_with_roles(NULL, more, "feature=y target=label", &data, &err));
    is_text(mlc_dataset_column_role(data, 4), "target");
    OK(mlc_dataset_rows(NULL, data, NULL, 10, 5, &part, &err));
    expect(mlc_dataset_n_rows(part) == 5, "a range of rows", NULL);
    mlc_dataset_free(part);
    OK(mlc_dataset_select(NULL, data, "type:number,color", &part, &err));
    OK(mlc_dataset_describe(NULL, part, &csv, &err));
    expect(mlc_dataset_n_rows(csv) == 3, "a profile of x, y and color", NULL);
    mlc_dataset_free(csv);
    snprintf(path, sizeof path, "%s/part.csv", folder);
    OK(mlc_dataset_write_csv(part, path, NULL, &err));
    OK(mlc_dataset_read_csv(NULL, path, "target=y types='y:float64'", &csv, &err));
    expect(mlc_dataset_n_rows(csv) == ROWS, "as many rows as were written", NULL);
    mlc_dataset_free(csv);
    mlc_dataset_free(part);
    OK(mlc_dataset_parse_csv(NULL, "a,b\n1,u\n2\n", 10, "on_error=collect", &csv, &err));
    OK(mlc_dataset_problems(csv, &part, &err));
    expect(mlc_dataset_n_rows(part) == 1, "one row was left out", NULL);
    OK(mlc_dataset_format(csv, "format=csv", &text, &err));
    is_text(mlc_buffer_data(text), "a,b\n1,u\n");
    mlc_buffer_free(text);
    mlc_dataset_free(part);
    mlc_dataset_free(csv);
    mlc_dataset_free(data);
    mlc_dataset_free(more);
    expect(n_given_back == 1, "the array comes back once", NULL);
}

/* ---- models ------------------------------------------------------------------------------- */

static void use_parts(void)
{
    mlc_error err;
    mlc_transform *impute, *scale, *steps[2], *chain, *on, *fitted, *again;
    mlc_model *ridge, *pipeline, *other, *bare;
    mlc_dataset *data = make_data(NULL, "target=y ignore=color,label,m", &(int){0}), *out;
    mlc_buffer *text;
    OK(mlc_transform_create(NULL, "simple_imputer", "strategy=median", &impute, &err));
    OK(mlc_transform_parse(NULL, "standard_scaler(with_mean=false)", &scale, &err));
    steps[0] = impute;
    steps[1] = scale;
    OK(mlc_transform_chain(steps, 2, &chain, &err));
    OK(mlc_transform_on("type:number", chain, NULL, &on, &err));
    OK(mlc_transform_format(on, NULL, &text, &err));
    expect(strstr(mlc_buffer_data(text), "with_mean=false") != NULL, "a recipe as text", NULL);
    mlc_buffer_free(text);
    OK(mlc_transform_fit(NULL, on, data, &fitted, &err));
    expect(!mlc_transform_is_fitted(on) && mlc_transform_is_fitted(fitted), "fitted", NULL);
    OK(mlc_transform_apply(NULL, fitted, data, &out, &err));
    expect(mlc_dataset_n_rows(out) == ROWS, "as many rows as went in", NULL);
    mlc_dataset_free(out);
    OK(mlc_transform_table(NULL, fitted, "simple_imputer.statistics", &out, &err));
    mlc_dataset_free(out);
    again = mlc_transform_ref(fitted);
    OK(mlc_model_create(NULL, "ridge", "alpha=0.5", &ridge, &err));
    OK(mlc_model_pipeline(on, ridge, &pipeline, &err));
    OK(mlc_model_with(pipeline, "ridge.alpha=2", &other, &err));
    OK(mlc_model_format(other, "format=json", &text, &err));
    expect(strstr(mlc_buffer_data(text), "alpha") != NULL, "a recipe as JSON", NULL);
    mlc_buffer_free(text);
    OK(mlc_model_recipe(other, &bare, &err));
    expect(mlc_model_is_fitted(bare) == 0, "a recipe is not fitted", NULL);
    mlc_model_free(bare);
    mlc_model_free(other);
    mlc_model_free(pipeline);
    mlc_model_free(ridge);
    mlc_transform_free(again);
    mlc_transform_free(fitted);
    mlc_transform_free(on);
    mlc_transform_free(chain);
    mlc_transform_free(scale);
    mlc_transform_free(impute);
    mlc_dataset_free(data);
}

/* One record gives the bits of the batch. */
static void use_predictor(const mlc_model *model, const mlc_dataset *batch)
{
    mlc_error err;
    mlc_predictor *predictor = NULL, *other;
    int32_t at = -1;
    int64_t flags = 0;
    double wanted[2 * ROWS], out[2];
    OK(mlc_predictor_create(NULL, model, "output=probability", &predictor, &err));
    expect(mlc_predictor_n_outputs(predictor) == 2, "two outputs", NULL);
    is_text(mlc_predictor_label(predictor, 0), "high");
    is_text(mlc_predictor_output_name(predictor, 0), "probability[high]");
    OK(mlc_predictor_input(predictor, "color", &at, &err));
    is_text(mlc_predictor_input_name(predictor, at), "color");
    OK(mlc_dataset_copy_real(batch, "probability", wanted, 2 * ROWS, &err));
    mlc_value *row = calloc((size_t)mlc_predictor_n_inputs(predictor), sizeof *row);
    const size_t bytes = (size_t)mlc_predictor_scratch_bytes(predictor);
    void *scratch = aligned_alloc(64, bytes);
    if (row == NULL || scratch == NULL) exit(2);
    memset(scratch, 0, bytes);
    row[at] = (mlc_value){.kind = MLC_TEXT, .length = 5, .text = "green"};
    OK(mlc_predictor_input(predictor, "x", &at, &err));
    row[at] = (mlc_value){.kind = MLC_REAL, .real = 1};
    OK(mlc_predictor_run(predictor, row, scratch, out, &flags, &err));
    expect(memcmp(out, wanted + 2, sizeof out) == 0, "the bits of the batch", NULL);
    expect(flags == 0, "no flags", NULL);
    row[at] = (mlc_value){.kind = MLC_INTEGER, .integer = 1000};
    OK(mlc_predictor_run(predictor, row, scratch, out, &flags, &err));
    expect(flags == MLC_FLAG_OUT_OF_RANGE, "out of range", NULL);
    row[at].kind = MLC_MISSING;
    other = mlc_predictor_ref(predictor);
    mlc_predictor_free(predictor);
    OK(mlc_predictor_run(other, row, scratch, out, NULL, &err));
    mlc_predictor_free(other);
    free(scratch);
    free(row);
}

static void use_models(const char *folder)
{
    mlc_error err;
    int n_given_back = 0;
    mlc_dataset *data = make_data(NULL, "target=label ignore=y,m", &n_given_back), *folds, *train,
                *test, *out, *batch;
    mlc_model *recipe, *model, *loaded, *again;
    mlc_buffer *bytes;
    char path[512];
    OK(mlc_dataset_split(NULL, data, "hold_out test_size=0.25 stratify=true", &folds, &err));
    OK(mlc_dataset_fold(data, folds, 0, "train", &train, &err));
    OK(mlc_dataset_fold(data, folds, 0, "test", &test, &err));
    expect(mlc_dataset_n_rows(train) + mlc_dataset_n_rows(test) == ROWS, "a split", NULL);
    OK(mlc_model_parse(NULL,
                       "pipeline(automatic, gradient_boosting_classifier(n_estimators=5, "
                       "min_samples_leaf=2))",
                       &recipe, &err));
    OK(mlc_model_fit(NULL, recipe, train, test, &model, &err));
    OK(mlc_model_evaluate(NULL, model, test, "metrics=accuracy,roc_auc", &out, &err));
    expect(mlc_dataset_n_rows(out) == 2, "two metrics", NULL);
    mlc_dataset_free(out);
    OK(mlc_model_table(NULL, model, "importance", &out, &err));
    mlc_dataset_free(out);
    OK(mlc_model_predict(NULL, model, data, "output=class,probability", &batch, &err));
    expect(mlc_dataset_find(batch, "prediction") >= 0, "predictions", NULL);
    snprintf(path, sizeof path, "%s/model.mlcore", folder);
    OK(mlc_model_save(model, path, "sync=false description='of the last release'", &err));
    OK(mlc_model_load(NULL, path, "selftest=true", &loaded, &err));
    use_predictor(loaded, batch);
    OK(mlc_model_save_memory(NULL, model, NULL, &bytes, &err));
    again = mlc_model_ref(loaded);
    mlc_model_free(loaded);
    OK(mlc_model_load_memory(NULL, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL, &loaded,
                             &err));
    use_predictor(again, batch);
    mlc_metric *metric, *same;
    OK(mlc_metric_create(NULL, "accuracy", NULL, &metric, &err));
    same = mlc_metric_ref(metric);
    OK(mlc_metric_evaluate(NULL, (const mlc_metric *const *)&metric, 1, data, batch, NULL, &out,
                           &err));
    mlc_metric_free(metric);
    mlc_metric_free(same);
    mlc_dataset_free(out);
    mlc_buffer_free(bytes);
    mlc_model_free(again);
    mlc_model_free(loaded);
    mlc_dataset_free(batch);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
}

/* ---- contexts, texts, errors -------------------------------------------------------------- */

static void use_context(void)
{
    mlc_error err;
    struct counts counts = {0};
    mlc_context *root = make_context(&counts), *call = NULL;
    mlc_params *params;
    mlc_model *recipe, *model;
    mlc_dataset *data, *out;
    expect(mlc_context_memory_bytes(root) > 0, "memory is counted", NULL);
    data = make_data(root, "target=y ignore=label,m,color", &(int){0});
    OK(mlc_context_derive(root, &call, &err));
    mlc_context_set_threads(call, 2);
    mlc_context_set_deadline_ms(call, 600000);
    mlc_context_set_progress(call, progress, &counts);
    OK(mlc_params_open(root, &params, &err));
    OK(mlc_params_set_integer(params, "n_estimators", 20, &err));
    OK(mlc_params_set_real(params, "learning_rate", 0.25, &err));
    OK(mlc_params_set_text(params, "loss", "acme.loss", &err));
    is_text(mlc_params_text(params), "n_estimators=20 learning_rate=0.25 loss=acme.loss");
    OK(mlc_model_create(root, "gradient_boosting_regressor", mlc_params_text(params), &recipe,
                        &err));
    mlc_params_close(params);
    OK(mlc_model_fit(call, recipe, data, NULL, &model, &err));
    expect(counts.progressed > 0, "progress was told", NULL);
    OK(mlc_model_evaluate(call, model, data, "metrics=acme.score", &out, &err));
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_model_free(recipe);
    OK(mlc_model_parse(root, "pipeline(on(x, acme.shift), ridge)", &recipe, &err));
    OK(mlc_model_fit(call, recipe, data, NULL, &model, &err));
    mlc_model_free(model);
    mlc_context_cancel(call);
    is_refused(mlc_model_fit(call, recipe, data, NULL, &model, &err), MLC_ERROR_CANCELLED, &err,
               "cancel");
    mlc_model_free(recipe);
    OK(mlc_model_parse(root, "pipeline(on(x, acme.refuse), ridge)", &recipe, &err));
    is_refused(mlc_model_fit(root, recipe, data, NULL, &model, &err), MLC_ERROR_CALLBACK, &err,
               "the host says no");
    mlc_model_free(recipe);
    mlc_context_close(root);
    mlc_context_close(call);
    mlc_dataset_free(data);
    expect(counts.allocated > 5, "the host's allocator was used", NULL);
    expect(counts.released == 5, "each release is called once", NULL);
}

static void use_texts(void)
{
    mlc_error err;
    int32_t major, minor, patch;
    mlc_buffer *buffer, *same;
    mlc_dataset *table;
    is_text(mlc_version(&major, &minor, &patch), mlc_version(NULL, NULL, NULL));
    expect(major == MLC_VERSION_MAJOR &&
               (minor > MLC_VERSION_MINOR ||
                (minor == MLC_VERSION_MINOR && patch >= MLC_VERSION_PATCH)),
           "a library as new", NULL);
    OK(mlc_buffer_create(NULL, "abc", 3, &buffer, &err));
    same = mlc_buffer_ref(buffer);
    mlc_buffer_free(buffer);
    is_text(mlc_buffer_data(same), "abc");
    expect(mlc_buffer_size(same) == 3, "size", NULL);
    mlc_buffer_free(same);
    OK(mlc_catalog(NULL, &buffer, &err));
    expect(strstr(mlc_buffer_data(buffer), "\"ridge\"") != NULL, "the catalog", NULL);
    mlc_buffer_free(buffer);
    OK(mlc_catalog_list(NULL, "model", &table, &err));
    expect(mlc_dataset_n_rows(table) >= 6, "models", NULL);
    mlc_dataset_free(table);
    OK(mlc_catalog_params(NULL, "ridge", &table, &err));
    expect(mlc_dataset_find(table, "name") >= 0, "parameters", NULL);
    mlc_dataset_free(table);
}

static void meet_errors(void)
{
    mlc_error err;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_dataset *data = NULL;
    is_refused(mlc_model_create(NULL, "rigde", NULL, &recipe, &err), MLC_ERROR_COMPONENT, &err,
               "ridge");
    is_refused(mlc_model_create(NULL, "ridge", "alpha=-1", &recipe, &err), MLC_ERROR_SETTING, &err,
               "alpha = -1");
    is_text(err.name, "alpha");
    is_refused(mlc_model_parse(NULL, "pipeline(ridge", &recipe, &err), MLC_ERROR_SYNTAX, &err, "");
    expect(err.column > 0, "a position in the text", &err);
    is_refused(mlc_model_load(NULL, "/nowhere/x", NULL, &model, &err), MLC_ERROR_IO, &err,
               "/nowhere/x");
    is_refused(mlc_model_load_memory(NULL, "no model", 8, NULL, &model, &err), MLC_ERROR_FORMAT,
               &err, "");
    is_refused(mlc_dataset_parse_csv(NULL, "a\n\"b", 4, NULL, &data, &err), MLC_ERROR_FORMAT, &err,
               "quote");
    expect(err.line == 2 && err.column == 3, "line and column", &err);
    is_refused(mlc_dataset_from_arrays(NULL, NULL, 1, NULL, &data, &err), MLC_ERROR_ARGUMENT, &err,
               "arrays");
    expect(recipe == NULL && model == NULL && data == NULL, "nothing is written on failure", NULL);
    is_text(mlc_status_name(MLC_ERROR_INVALID_VALUE), "MLC_ERROR_INVALID_VALUE");
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    use_texts();
    use_datasets(argv[1]);
    use_parts();
    use_models(argv[1]);
    use_context();
    meet_errors();
    printf("%s: compiled for %d.%d.%d, %d checks, %d failed\n", mlc_build_info(), MLC_VERSION_MAJOR,
           MLC_VERSION_MINOR, MLC_VERSION_PATCH, n_checked, n_failed);
    return n_failed != 0;
}
