/* Each exported function that takes memory, by itself: each of its allocations fails, alone and
 * with all after it. It returns MLC_ERROR_NO_MEMORY with a message, `out` and every byte are as
 * before the call, and the next call with the same objects gives the right answer. Those that
 * need no memory work when there is none. tests/meta/tortured.py holds this file against the
 * list of exported functions. */
#include "check_main.h"
#include "scene.h"

#define SCENE_JSONL "{\"a\":1,\"b\":{\"c\":\"x\"}}\n{\"a\":\n{\"a\":2.5,\"v\":[1,2]}\n"
#define SCENE_LIBSVM "1 qid:2 1:0.5 3:2\n0 qid:2 2:1\n"

typedef mlc_status (*scene_call)(mlc_context *ctx, const scene *s, void *out, mlc_error *err);

/* What the source of a reader yields: the rows, as often as is left. */
static struct batches {
    mlc_dataset *rows;
    int32_t n_left;
} batches;

static mlc_status yield_rows(void *user, mlc_dataset **out, mlc_error *err)
{
    struct batches *const b = user;
    if (b->n_left == 0) return MLC_END;
    b->n_left--;
    *out = mlc_dataset_ref(b->rows);
    return MLC_OK;
}

static const mlc_source a_source = {.size = sizeof a_source, .user = &batches, .next = yield_rows};

/* CALL(x, ...) is the call of mlc_x under test. */
#define CALL(name, ...)                                                                            \
    static mlc_status call_##name(mlc_context *ctx, const scene *s, void *out, mlc_error *err)     \
    {                                                                                              \
        return mlc_##name(__VA_ARGS__);                                                            \
    }

/* What goes in by Arrow is made outside of the context, anew for each call; a call that fails
 * leaves it to be released here. */
static struct ArrowArrayStream *new_stream(const scene *s)
{
    static struct ArrowArrayStream stream;
    if (stream.release != NULL) stream.release(&stream);
    ck_assert_int_eq(mlc_dataset_arrow_stream(NULL, s->rows, "batch_rows=20", &stream, NULL),
                     MLC_OK);
    return &stream;
}

static struct ArrowArray *new_array(const scene *s)
{
    static struct ArrowArray array;
    if (array.release != NULL) array.release(&array);
    ck_assert_int_eq(mlc_dataset_arrow_array(NULL, s->rows, NULL, &array, NULL), MLC_OK);
    return &array;
}

static struct ArrowSchema *new_schema(const scene *s)
{
    static struct ArrowSchema schema;
    if (schema.release != NULL) schema.release(&schema);
    ck_assert_int_eq(mlc_dataset_arrow_schema(NULL, s->rows, NULL, &schema, NULL), MLC_OK);
    return &schema;
}

CALL(buffer_create, ctx, "four", 4, out, err)
CALL(builder_open, ctx, SCENE_COLUMNS, "target=c", out, err)
CALL(catalog, ctx, out, err)
CALL(catalog_list, ctx, "model", out, err)
CALL(catalog_params, ctx, "ridge", out, err)
CALL(context_derive, ctx, out, err)
CALL(dataset_conform, ctx, s->rows, SCENE_SCHEMA, "policy=missing", out, err)
CALL(dataset_describe, ctx, s->rows, out, err)
CALL(dataset_fingerprint, ctx, s->rows, out, err)
CALL(dataset_fold, s->rows, s->folds, 1, "train", out, err)
CALL(dataset_format, s->rows, NULL, out, err)
CALL(dataset_from_arrays, ctx, s->arrays, 8, "target=buys", out, err)
CALL(dataset_from_arrow, ctx, new_array(s), new_schema(s), "feature=w", out, err)
CALL(dataset_from_arrow_stream, ctx, new_stream(s), "feature=w", out, err)
CALL(dataset_parse, ctx, SCENE_JSONL, (int64_t)strlen(SCENE_JSONL), "on_error=collect", out, err)
CALL(dataset_generate, ctx, "classification n_rows=20", out, err)
CALL(dataset_aggregate, ctx, s->rows, "by=city,buys mean(age) n_distinct(job) last(city)", out, err)
CALL(dataset_cast, ctx, s->rows, "age:text,city:category,buys:text", NULL, out, err)
CALL(dataset_concat, ctx, (const mlc_dataset *const[]){s->rows, s->predictions}, 2, "columns=union",
     out, err)
CALL(dataset_distinct, ctx, s->rows, "city,age", out, err)
CALL(dataset_filter, ctx, s->rows, "age > 20 and upper(city) != 'X' or job in ('a', 'b')", out, err)
CALL(dataset_join, ctx, s->rows, s->rows, "on=city,age how=left", out, err)
CALL(dataset_hints, ctx, s->rows, s->rows, NULL, out, err)
CALL(dataset_parse_csv, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), "on_error=collect", out, err)
CALL(dataset_parse_csv_like, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), s->read,
     "on_error=collect", out, err)
CALL(dataset_parse_like, ctx, SCENE_LIBSVM, (int64_t)strlen(SCENE_LIBSVM), s->read, "width=9", out,
     err)
CALL(dataset_problems, s->rows, out, err)
CALL(dataset_read, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(dataset_read_csv, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(dataset_read_csv_like, ctx, s->csv_path, s->rows, "types='city:text'", out, err)
CALL(dataset_read_like, ctx, s->csv_path, s->rows, "format=csv types='city:text'", out, err)
CALL(dataset_resample, ctx, s->rows, "random_over", out, err)
CALL(dataset_rename, ctx, s->rows, "town=city", out, err)
CALL(dataset_rows, ctx, s->rows, (const int64_t[]){3, 1, 2}, 0, 3, out, err)
CALL(dataset_sample, ctx, s->rows, "stratified n=10", out, err)
CALL(dataset_select, ctx, s->rows, "age,income", out, err)
CALL(dataset_sort, ctx, s->rows, "by=city,age descending=false,true", out, err)
CALL(dataset_split, ctx, s->rows, "stratified_k_fold n_splits=2 shuffle=true", out, err)
CALL(dataset_with_column, ctx, s->rows, "label", "concat(lower(city), '-', text(age))", out, err)
CALL(dataset_validate, ctx, s->rows, SCENE_SCHEMA, s->profile, NULL, out, err)
CALL(dataset_with_roles, ctx, s->rows, "target=spent ignore=buys", out, err)
CALL(dataset_write, ctx, s->rows, s->out_path, "format=jsonl nan=null", err)
CALL(dataset_with_weights, ctx, s->rows, "balanced", out, err)
CALL(dataset_write_csv, s->rows, s->out_path, "delimiter=tab", err)
CALL(metric_create, ctx, "f1", "average=macro", out, err)
CALL(metric_evaluate, ctx, (const mlc_metric *const *)&s->metric, 1, s->rows, s->predictions,
     "city", out, err)
CALL(model_create, ctx, "ridge", "alpha=2", out, err)
CALL(model_evaluate, ctx, s->model, s->rows, "metrics=accuracy,roc_auc by=job", out, err)
CALL(model_explain, ctx, s->model, s->rows, NULL, "top=2", out, err)
CALL(model_export, ctx, s->model, s->out_path, "format=lightgbm", out, err)
CALL(model_export_memory, ctx, s->model, "format=c", out, err)
CALL(model_fit, ctx, s->recipe, s->rows, s->rows, out, err)
CALL(model_format, s->model, "format=json defaults=true", out, err)
CALL(model_import, ctx, s->foreign_path, NULL, "names='a,b,c' classes=no,yes", out, err)
CALL(model_import_memory, ctx, lightgbm_model, (int64_t)strlen(lightgbm_model), NULL, NULL, out,
     err)
CALL(model_load, ctx, s->model_path, NULL, out, err)
CALL(model_load_memory, ctx, mlc_buffer_data(s->artifact), mlc_buffer_size(s->artifact), NULL, out,
     err)
CALL(model_parse, ctx, SCENE_RECIPE, out, err)
CALL(model_pipeline, s->step, s->recipe, out, err)
CALL(model_predict, ctx, s->model, s->rows, "output=class,probability,raw,leaf,flags", out, err)
CALL(model_recipe, s->model, out, err)
CALL(model_save, s->model, s->out_path, "compress=true description=x", err)
CALL(model_save_memory, ctx, s->model, "compress=true description=x", out, err)
CALL(model_table, ctx, s->model, "importance", out, err)
CALL(model_update, ctx, s->model, s->rows, s->rows, "n_rounds=1", out, err)
CALL(model_validate, ctx, s->model_path, NULL, out, err)
CALL(model_validate_memory, ctx, mlc_buffer_data(s->artifact), mlc_buffer_size(s->artifact), NULL,
     out, err)
CALL(model_with, s->recipe, "gradient_boosting_classifier.n_estimators=3", out, err)
CALL(params_open, ctx, out, err)
CALL(params_set_integer, s->params, "n_estimators", 17, err)
CALL(params_set_real, s->params, "learning_rate", 0.1, err)
CALL(params_set_text, s->params, "loss", "it's\n", err)
CALL(predictor_create, ctx, s->model, "output=raw", out, err)
CALL(reader_from_arrow, ctx, new_stream(s), "feature=w", out, err)
CALL(reader_from_source, ctx, &a_source, "target=spent", out, err)
CALL(reader_open, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(profile_create, ctx, s->rows, "correlation=true", out, err)
CALL(profile_format, s->profile, out, err)
CALL(profile_merge, ctx, (const mlc_profile *[]){s->profile, s->profile}, 2, NULL, out, err)
CALL(profile_parse, ctx, mlc_buffer_data(s->profile_text), mlc_buffer_size(s->profile_text), out,
     err)
CALL(profile_schema, ctx, s->profile, NULL, out, err)
CALL(profile_table, ctx, s->profile, "top", NULL, out, err)
CALL(transform_apply, ctx, s->fitted_step, s->numbers, out, err)
CALL(transform_chain, (mlc_transform *const[]){s->step, s->step}, 2, out, err)
CALL(transform_create, ctx, "simple_imputer", "strategy=median", out, err)
CALL(transform_fit, ctx, s->step, s->numbers, out, err)
CALL(transform_format, s->fitted_step, "format=json", out, err)
CALL(transform_on, "age,income", s->step, NULL, out, err)
CALL(transform_parse, ctx, "on([age], chain(simple_imputer, standard_scaler))", out, err)
CALL(transform_table, ctx, s->fitted_step, "standard_scaler.statistics", out, err)

typedef enum {
    BUFFER,
    DATASET,
    MODEL,
    TRANSFORM,
    METRIC,
    PREDICTOR,
    PROFILE,
    PARAMS,
    BUILDER,
    READER,
    CONTEXT,
    PARAMS_TEXT,
    FILE_WRITTEN
} result_kind;

#define OF(name, kind)                                                                             \
    {                                                                                              \
#name, call_##name, kind                                                                   \
    }

static const struct memory_case {
    const char *name;
    scene_call call;
    result_kind kind;
} cases[] = {
    OF(buffer_create, BUFFER),
    OF(builder_open, BUILDER),
    OF(catalog, BUFFER),
    OF(catalog_list, DATASET),
    OF(catalog_params, DATASET),
    OF(context_derive, CONTEXT),
    OF(dataset_aggregate, DATASET),
    OF(dataset_cast, DATASET),
    OF(dataset_concat, DATASET),
    OF(dataset_conform, DATASET),
    OF(dataset_describe, DATASET),
    OF(dataset_fingerprint, DATASET),
    OF(dataset_fold, DATASET),
    OF(dataset_format, BUFFER),
    OF(dataset_from_arrays, DATASET),
    OF(dataset_from_arrow, DATASET),
    OF(dataset_from_arrow_stream, DATASET),
    OF(dataset_parse, DATASET),
    OF(dataset_generate, DATASET),
    OF(dataset_distinct, DATASET),
    OF(dataset_filter, DATASET),
    OF(dataset_join, DATASET),
    OF(dataset_hints, DATASET),
    OF(dataset_parse_csv, DATASET),
    OF(dataset_parse_csv_like, DATASET),
    OF(dataset_parse_like, DATASET),
    OF(dataset_problems, DATASET),
    OF(dataset_read, DATASET),
    OF(dataset_read_csv, DATASET),
    OF(dataset_read_csv_like, DATASET),
    OF(dataset_read_like, DATASET),
    OF(dataset_resample, DATASET),
    OF(dataset_rename, DATASET),
    OF(dataset_rows, DATASET),
    OF(dataset_sample, DATASET),
    OF(dataset_select, DATASET),
    OF(dataset_sort, DATASET),
    OF(dataset_split, DATASET),
    OF(dataset_with_column, DATASET),
    OF(dataset_validate, DATASET),
    OF(dataset_with_roles, DATASET),
    OF(dataset_write, FILE_WRITTEN),
    OF(dataset_with_weights, DATASET),
    OF(dataset_write_csv, FILE_WRITTEN),
    OF(metric_create, METRIC),
    OF(metric_evaluate, DATASET),
    OF(model_create, MODEL),
    OF(model_evaluate, DATASET),
    OF(model_explain, DATASET),
    OF(model_export, DATASET),
    OF(model_export_memory, BUFFER),
    OF(model_fit, MODEL),
    OF(model_format, BUFFER),
    OF(model_import, MODEL),
    OF(model_import_memory, MODEL),
    OF(model_load, MODEL),
    OF(model_load_memory, MODEL),
    OF(model_parse, MODEL),
    OF(model_pipeline, MODEL),
    OF(model_predict, DATASET),
    OF(model_recipe, MODEL),
    OF(model_save, FILE_WRITTEN),
    OF(model_save_memory, BUFFER),
    OF(model_table, DATASET),
    OF(model_update, MODEL),
    OF(model_validate, DATASET),
    OF(model_validate_memory, DATASET),
    OF(model_with, MODEL),
    OF(params_open, PARAMS),
    OF(params_set_integer, PARAMS_TEXT),
    OF(params_set_real, PARAMS_TEXT),
    OF(params_set_text, PARAMS_TEXT),
    OF(predictor_create, PREDICTOR),
    OF(reader_from_arrow, READER),
    OF(reader_from_source, READER),
    OF(reader_open, READER),
    OF(profile_create, PROFILE),
    OF(profile_format, BUFFER),
    OF(profile_merge, PROFILE),
    OF(profile_parse, PROFILE),
    OF(profile_schema, BUFFER),
    OF(profile_table, DATASET),
    OF(transform_apply, DATASET),
    OF(transform_chain, TRANSFORM),
    OF(transform_create, TRANSFORM),
    OF(transform_fit, TRANSFORM),
    OF(transform_format, BUFFER),
    OF(transform_on, TRANSFORM),
    OF(transform_parse, TRANSFORM),
    OF(transform_table, DATASET),
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

static void push_row(mlc_builder *builder)
{
    const mlc_value row[] = {{.kind = MLC_INTEGER, .integer = 7},
                             {.kind = MLC_REAL, .real = 0.5},
                             {.kind = MLC_TEXT, .length = 1, .text = "a"},
                             {.kind = MLC_MISSING}};
    mlc_error err = {0};
    scene_ok(mlc_builder_push_rows(builder, MLC_BUILDER_NEXT, row, 1, &err), &err);
}

static void answer_finished(mlc_builder *builder)
{
    mlc_dataset *rows = NULL;
    mlc_error err = {0};
    scene_ok(mlc_builder_finish(NULL, builder, &rows, &err), &err);
    answer_dataset(rows);
    mlc_dataset_free(rows);
}

static void answer_batch(mlc_reader *reader, const scene *s)
{
    mlc_dataset *rows = NULL;
    mlc_error err = {0};
    batches = (struct batches){s->rows, 1};
    scene_ok(mlc_reader_next(NULL, reader, &rows, &err), &err);
    answer_dataset(rows);
    mlc_dataset_free(rows);
}

/* Digests the result and gives it back. */
static uint64_t take(result_kind kind, const scene *s, void *out)
{
    mlci_torture_answers = MLCI_TORTURE_FNV;
    switch (kind) {
    case BUFFER:
        answer_buffer(out), mlc_buffer_free(out);
        break;
    case DATASET:
        answer_dataset(out), mlc_dataset_free(out);
        break;
    case MODEL:
        answer_model(out), mlc_model_free(out);
        break;
    case TRANSFORM:
        answer_transform(out, s->numbers), mlc_transform_free(out);
        break;
    case METRIC:
        mlc_metric_free(out);
        break;
    case PREDICTOR:
        answer_predictor(out, s->rows), mlc_predictor_free(out);
        break;
    case PROFILE:
        answer_profile(out), mlc_profile_free(out);
        break;
    case PARAMS:
        mlc_params_close(out);
        break;
    case BUILDER:
        push_row(out), answer_finished(out), mlc_builder_close(out);
        break;
    case READER:
        answer_batch(out, s), mlc_reader_close(out);
        break;
    case CONTEXT:
        mlc_context_close(out);
        break;
    case PARAMS_TEXT:
        mlci_torture_answer(mlc_params_text(s->params),
                            (int64_t)strlen(mlc_params_text(s->params)));
        break;
    case FILE_WRITTEN:
        answer_file(s->out_path);
        break;
    }
    return mlci_torture_answers;
}

typedef struct memory_run {
    const struct memory_case *c;
    scene s;
    mlci_test_allocator a;
    uint64_t answer;
} memory_run;

static uint64_t run_cleanly(memory_run *r)
{
    void *out = NULL;
    mlc_error err = {0};
    const mlc_status status = r->c->call(r->s.ctx, &r->s, &out, &err);
    ck_assert_msg(status == MLC_OK, "mlc_%s: status %d: %s", r->c->name, (int)status, err.message);
    return take(r->c->kind, &r->s, out);
}

static void fail_once(memory_run *r, int64_t k, int32_t from_then_on)
{
    static char untouched;
    void *out = &untouched;
    mlc_error err = {0};
    const int64_t level = r->a.live_bytes;
    r->a.n_calls = r->a.n_failed = 0;
    r->a.fail_at = k;
    r->a.from_then_on = from_then_on;
    r->a.armed = 1;
    const mlc_status status = r->c->call(r->s.ctx, &r->s, &out, &err);
    r->a.armed = 0;
    const char *name = r->c->name;
    ck_assert_msg(r->a.n_failed > 0, "mlc_%s: has no allocation %lld", name, (long long)k);
    ck_assert_msg(status == MLC_ERROR_NO_MEMORY, "mlc_%s, allocation %lld: status %d: %s", name,
                  (long long)k, (int)status, err.message);
    ck_assert_msg(err.status == status && err.message[0] != '\0', "mlc_%s says nothing", name);
    ck_assert_msg(out == &untouched, "mlc_%s, allocation %lld: wrote out", name, (long long)k);
    ck_assert_msg(r->a.live_bytes == level, "mlc_%s, allocation %lld%s: left %lld bytes", name,
                  (long long)k, from_then_on ? " and later" : "",
                  (long long)(r->a.live_bytes - level));
    ck_assert_msg(run_cleanly(r) == r->answer, "mlc_%s, allocation %lld: another answer after it",
                  name, (long long)k);
    ck_assert_int_eq(r->a.live_bytes, level);
}

START_TEST(test_function_when_memory_fails_changes_nothing_and_works_again)
{
    static memory_run r;
    r.c = &cases[_i];
    mlc_host host = mlci_test_host(&r.a);
    host.n_threads = 1; /* the same allocations in the same order on every run */
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    scene_open(&r.s, ctx);
    r.answer = run_cleanly(&r);
    void *out = NULL;
    mlc_error err = {0};
    r.a.armed = 1;
    scene_ok(r.c->call(ctx, &r.s, &out, &err), &err);
    r.a.armed = 0;
    ck_assert(take(r.c->kind, &r.s, out) == r.answer);
    ck_assert_msg(r.a.n_calls > 0, "mlc_%s takes no memory: it belongs to those that need none",
                  r.c->name);
    char what[64];
    snprintf(what, sizeof what, "mlc_%s", r.c->name);
    const mlci_torture_points points = mlci_torture_choose(what, r.a.n_calls);
    for (int64_t i = 0; i < points.count; i++) {
        fail_once(&r, mlci_torture_at(&points, i), 0);
        fail_once(&r, mlci_torture_at(&points, i), 1);
    }
    scene_close(&r.s);
    mlc_context_close(ctx);
    ck_assert_int_eq(r.a.live_bytes, 0);
    ck_assert_int_eq(r.a.n_released, 1);
}
END_TEST

/* ---- a context, and what is registered in one before its first use --------------------------- */

START_TEST(test_context_create_when_memory_fails_changes_nothing)
{
    for (int64_t k = 1, n_failed = 1; n_failed > 0; k++) {
        mlci_test_allocator a = {.fail_at = k, .armed = 1};
        const mlc_host host = mlci_test_host(&a);
        char untouched;
        mlc_context *ctx = (mlc_context *)(void *)&untouched;
        mlc_error err = {0};
        const mlc_status status = mlc_context_create(&host, &ctx, &err);
        n_failed = a.n_failed;
        ck_assert(k > 1 || n_failed > 0);
        if (n_failed > 0) {
            ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
            ck_assert_int_ne(err.message[0], '\0');
            ck_assert_ptr_eq(ctx, &untouched);
            ck_assert_int_eq(a.live_bytes, 0);
            a.fail_at = 0;
            ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        }
        mlc_context_close(ctx);
        ck_assert_int_eq(a.live_bytes, 0);
    }
}
END_TEST

/* ---- what goes out by Arrow ------------------------------------------------------------------ */

typedef union arrow_out {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowArrayStream stream;
    unsigned char bytes[sizeof(struct ArrowArray)];
} arrow_out;

static mlc_status call_arrow(mlc_context *ctx, const mlc_dataset *d, int which, arrow_out *out,
                             mlc_error *err)
{
    if (which == 0) return mlc_dataset_arrow_schema(ctx, d, NULL, &out->schema, err);
    if (which == 1) return mlc_dataset_arrow_array(ctx, d, NULL, &out->array, err);
    return mlc_dataset_arrow_stream(ctx, d, "batch_rows=7", &out->stream, err);
}

static void release_arrow(int which, arrow_out *out)
{
    if (which == 0) {
        out->schema.release(&out->schema);
    } else if (which == 1) {
        out->array.release(&out->array);
    } else {
        out->stream.release(&out->stream);
    }
}

/* Fails allocation k, if there is one; 0: there is none. */
static int64_t fail_arrow(const mlc_dataset *d, int which, int64_t k)
{
    mlci_test_allocator a = {.armed = 0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    mlc_error err = {0};
    arrow_out out, before;
    memset(&out, 0x5A, sizeof out);
    before = out;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    a.fail_at = k;
    a.armed = 1;
    const mlc_status status = call_arrow(ctx, d, which, &out, &err);
    a.armed = 0;
    if (a.n_failed > 0) {
        ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
        ck_assert_int_ne(err.message[0], '\0');
        ck_assert_int_eq(memcmp(&out, &before, sizeof out), 0);
        ck_assert_int_eq(call_arrow(ctx, d, which, &out, NULL), MLC_OK);
    }
    release_arrow(which, &out);
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
    return a.n_failed;
}

START_TEST(test_arrow_export_when_memory_fails_writes_nothing_and_works_again)
{
    static scene s;
    mlc_dataset *view = NULL;
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    scene_open(&s, ctx);
    const int64_t rows[] = {3, 1, 2};
    ck_assert_int_eq(mlc_dataset_rows(NULL, s.rows, rows, 0, 3, &view, NULL), MLC_OK);
    for (int which = 0; which < 3; which++) {
        int64_t k = 1;
        while (fail_arrow(view, which, k) > 0)
            k++;
        ck_assert_int_gt(k, 1);
    }
    mlc_dataset_free(view);
    scene_close(&s);
    mlc_context_close(ctx);
}
END_TEST

static mlc_status no_gradients(void *user, int64_t n_rows, const double *target, const double *raw,
                               const double *weight, double *gradient, double *hessian,
                               mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                           const double *prediction, const double *probability,
                           const double *weight, double *score, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status no_apply(void *user, const double *state, int64_t n_rows, const double *values,
                           double *out, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status call_registration(mlc_context *ctx, int which, mlc_error *err)
{
    const mlc_objective objective = {
        .size = sizeof objective, .link = "logit", .gradients = no_gradients};
    const mlc_metric_hooks metric = {.size = sizeof metric, .score = no_score};
    const mlc_transform_hooks transform = {
        .size = sizeof transform, .state_version = 1, .apply = no_apply};
    if (which == 0) return mlc_context_add_objective(ctx, "a.b", &objective, err);
    if (which == 1) return mlc_context_add_metric(ctx, "a.b", &metric, err);
    return mlc_context_add_transform(ctx, "a.b", &transform, err);
}

START_TEST(test_registration_when_memory_fails_changes_nothing_and_works_again)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    int64_t level = a.live_bytes;
    for (int64_t k = 1;; k++) {
        mlc_error err = {0};
        a.fail_at = k;
        a.n_calls = a.n_failed = 0;
        a.armed = 1;
        const mlc_status status = call_registration(ctx, _i, &err);
        a.armed = 0;
        if (a.n_failed == 0) {
            ck_assert_int_eq(status, MLC_OK);
            ck_assert_int_gt(k, 1);
            break;
        }
        ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
        ck_assert_int_ne(err.message[0], '\0');
        ck_assert_int_eq(a.live_bytes, level);
    }
    ck_assert_int_eq(call_registration(ctx, _i, NULL), MLC_ERROR_ARGUMENT); /* there already */
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

/* ---- builders and readers, which each call changes: new ones for each failure ---------------- */

typedef struct sessions {
    mlc_builder *builder; /* of one row */
    mlc_reader *reader;   /* of two batches */
} sessions;

static sessions open_sessions(mlc_context *ctx)
{
    const mlc_source source = {.size = sizeof source, .user = &batches, .next = yield_rows};
    sessions t = {0};
    mlc_error err = {0};
    scene_ok(mlc_builder_open(ctx, SCENE_COLUMNS, NULL, &t.builder, &err), &err);
    push_row(t.builder);
    scene_ok(mlc_reader_from_source(ctx, &source, "target=n", &t.reader, &err), &err);
    batches.n_left = 2;
    return t;
}

static void close_sessions(sessions *t)
{
    mlc_builder_close(t->builder);
    mlc_reader_close(t->reader);
}

/* Enough rows that the store has to grow, and enough pushes that the list of them has. */
static mlc_status push_many(mlc_builder *builder, mlc_error *err)
{
    static const mlc_value rows[100 * 4]; /* missing */
    mlc_status status = mlc_builder_push_rows(builder, 1, rows, 100, err);
    for (int32_t i = 2; i < 101 && status == MLC_OK; i++)
        status = mlc_builder_push(builder, i, batches.rows, err);
    return status;
}

enum { PUSH, FINISH, NEXT, COLLECT, SAMPLE, N_SESSION_CALLS };

static mlc_status call_session(int which, mlc_context *ctx, sessions *t, mlc_dataset **out,
                               mlc_error *err)
{
    if (which == PUSH) return push_many(t->builder, err);
    if (which == FINISH) return mlc_builder_finish(ctx, t->builder, out, err);
    if (which == SAMPLE) return mlc_reader_sample(ctx, t->reader, "reservoir n=1", out, err);
    return which == NEXT ? mlc_reader_next(ctx, t->reader, out, err)
                         : mlc_reader_collect(ctx, t->reader, out, err);
}

/* A builder is as it was before the call that failed, so what it gives then is what it has; a
 * reader fails in the same way again, unless settings failed before it was asked for anything. */
static void assert_as_before(int which, sessions *t, int64_t n_rows, mlc_dataset **out)
{
    mlc_error err = {0};
    if (which == SAMPLE && batches.n_left == 2) {
        scene_ok(call_session(which, NULL, t, out, &err), &err);
        return;
    }
    if (which >= NEXT) {
        ck_assert_int_eq(call_session(which, NULL, t, out, &err), MLC_ERROR_NO_MEMORY);
        ck_assert_int_ne(err.message[0], '\0');
        return;
    }
    mlc_dataset *rows = NULL;
    ck_assert_int_eq(mlc_builder_n_rows(t->builder), n_rows);
    scene_ok(mlc_builder_finish(NULL, t->builder, &rows, &err), &err);
    ck_assert_int_eq(mlc_dataset_n_rows(rows), n_rows);
    mlc_dataset_free(rows);
}

/* The k-th allocation of the call fails; 0: it has none. */
static int32_t fail_session(int which, mlc_context *ctx, mlci_test_allocator *a, int64_t k)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const int64_t level = a->live_bytes;
    sessions t = open_sessions(ctx);
    a->fail_at = k;
    a->n_calls = a->n_failed = 0;
    a->armed = 1;
    const mlc_status status = call_session(which, ctx, &t, &out, &err);
    a->armed = 0;
    if (a->n_failed > 0) {
        ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
        ck_assert_int_ne(err.message[0], '\0');
        ck_assert_ptr_null(out);
        /* Of many pushes, those before the failure stand: a row, then 100, then one each. */
        const int64_t n_rows = mlc_builder_n_rows(t.builder);
        ck_assert(n_rows == 1 || (which == PUSH && n_rows >= 101 && n_rows < 200));
        assert_as_before(which, &t, n_rows, &out);
    } else {
        scene_ok(status, &err);
    }
    mlc_dataset_free(out);
    close_sessions(&t);
    ck_assert_int_eq(a->live_bytes, level);
    return a->n_failed > 0;
}

START_TEST(test_session_when_memory_fails_is_as_before)
{
    mlci_test_allocator a = {0};
    mlc_host host = mlci_test_host(&a);
    host.n_threads = 1;
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    for (a.from_then_on = 0; a.from_then_on <= 1; a.from_then_on++) {
        sessions first = open_sessions(NULL);
        mlc_error err = {0};
        scene_ok(mlc_builder_finish(NULL, first.builder, &batches.rows, &err), &err);
        close_sessions(&first);
        int64_t k = 1;
        while (fail_session(_i, ctx, &a, k))
            k++;
        ck_assert_int_gt(k, 1);
        mlc_dataset_free(batches.rows);
    }
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

/* ---- without memory ---------------------------------------------------------------------------
 */

/* Functions that need none, in one list that tests/meta/tortured.py reads. */
static void call_without_memory(const scene *s)
{
    mlc_error err = {0};
    double real[SCENE_ROWS];
    int64_t integers[SCENE_ROWS], length;
    int32_t codes[SCENE_ROWS], i = -1;
    const char *text = NULL;
    mlc_array array = {.size = sizeof array};
    ck_assert_ptr_nonnull(mlc_version(NULL, NULL, NULL));
    ck_assert_ptr_nonnull(mlc_build_info());
    ck_assert_str_eq(mlc_status_name(MLC_OK), "MLC_OK");
    ck_assert_ptr_nonnull(mlc_buffer_data(s->artifact));
    ck_assert_int_gt(mlc_buffer_size(s->artifact), 0);
    mlc_buffer_free(mlc_buffer_ref(s->artifact));
    mlc_context_set_threads(s->ctx, 1);
    mlc_context_set_deadline_ms(s->ctx, 0);
    mlc_context_set_progress(s->ctx, NULL, NULL);
    ck_assert_int_gt(mlc_context_memory_bytes(s->ctx), 0);
    ck_assert_int_eq(mlc_dataset_n_rows(s->rows), SCENE_ROWS);
    ck_assert_int_eq(mlc_dataset_n_columns(s->rows), 8);
    ck_assert_str_eq(mlc_dataset_column_name(s->rows, 1), "age");
    ck_assert_str_eq(mlc_dataset_column_role(s->rows, 6), "target");
    ck_assert_int_eq(mlc_dataset_column_type(s->rows, 1), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlc_dataset_column_width(s->rows, 1), 1);
    ck_assert_ptr_null(mlc_dataset_component_name(s->rows, 1, 0));
    ck_assert_int_eq(mlc_dataset_find(s->rows, "age"), 1);
    ck_assert_ptr_nonnull(mlc_dataset_category(s->rows, "job", 0));
    scene_ok(mlc_dataset_real(s->rows, "income", 0, real, &err), &err);
    scene_ok(mlc_dataset_text(s->rows, "city", 0, &text, &length, &err), &err);
    scene_ok(mlc_dataset_column(s->rows, "income", &array, &err), &err);
    if (array.release != NULL) array.release(array.user);
    scene_ok(mlc_dataset_copy_real(s->rows, "income", real, SCENE_ROWS, &err), &err);
    scene_ok(mlc_dataset_copy_integer(s->rows, "id", integers, SCENE_ROWS, 0, NULL, &err), &err);
    scene_ok(mlc_dataset_copy_codes(s->rows, "job", codes, SCENE_ROWS, &err), &err);
    mlc_dataset_free(mlc_dataset_ref(s->rows));
    ck_assert_int_eq(mlc_builder_n_rows(s->builder), 0);
    ck_assert_int_eq(mlc_reader_n_rows(s->reader), 0);
    mlc_metric_free(mlc_metric_ref(s->metric));
    ck_assert_int_eq(mlc_model_is_fitted(s->model), 1);
    mlc_model_free(mlc_model_ref(s->model));
    ck_assert_ptr_nonnull(mlc_params_text(s->params));
    scene_ok(mlc_predictor_input(s->predictor, "age", &i, &err), &err);
    ck_assert_str_eq(mlc_predictor_input_name(s->predictor, i), "age");
    ck_assert_int_gt(mlc_predictor_n_outputs(s->predictor), 0);
    ck_assert_ptr_nonnull(mlc_predictor_output_name(s->predictor, 0));
    ck_assert_ptr_nonnull(mlc_predictor_label(s->predictor, 0));
    ck_assert_int_gt(mlc_predictor_n_inputs(s->predictor), 3);
    ck_assert_int_eq(mlc_profile_n_rows(s->profile), SCENE_ROWS);
    mlc_profile_free(mlc_profile_ref(s->profile));
    ck_assert_int_gt(mlc_predictor_scratch_bytes(s->predictor), 0);
    ck_assert_int_eq(mlc_predictor_n_rows(s->predictor), 1);
    answer_predictor(s->predictor, s->rows); /* mlc_predictor_run(), mlc_predictor_run_reals() */
    mlc_predictor_free(mlc_predictor_ref(s->predictor));
    ck_assert_int_eq(mlc_transform_is_fitted(s->fitted_step), 1);
    mlc_transform_free(mlc_transform_ref(s->step));
    mlc_context_cancel(s->ctx);
}

START_TEST(test_getters_when_there_is_no_memory_work)
{
    static scene s;
    mlci_test_allocator a = {.fail_at = 1, .from_then_on = 1};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    scene_open(&s, ctx);
    a.armed = 1;
    call_without_memory(&s);
    a.armed = 0;
    ck_assert_int_eq(a.n_calls, 0);
    scene_close(&s);
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, 100);
    tcase_add_loop_test(tcase, test_function_when_memory_fails_changes_nothing_and_works_again, 0,
                        N_CASES);
    tcase_add_test(tcase, test_context_create_when_memory_fails_changes_nothing);
    tcase_add_test(tcase, test_arrow_export_when_memory_fails_writes_nothing_and_works_again);
    tcase_add_loop_test(tcase, test_registration_when_memory_fails_changes_nothing_and_works_again,
                        0, 3);
    tcase_add_loop_test(tcase, test_session_when_memory_fails_is_as_before, 0, N_SESSION_CALLS);
    tcase_add_test(tcase, test_getters_when_there_is_no_memory_work);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
