/* What the tests of functions without memory share: a call as a case, what it gives, and the run
 * that fails its allocations one after the other. */
#ifndef MLCI_MEMORY_CASE_H
#define MLCI_MEMORY_CASE_H

#include "check_suite.h"
#include "scene.h"

typedef mlc_status (*scene_call)(mlc_context *ctx, const scene *s, void *out, mlc_error *err);

/* CALL(x, ...) is the call of mlc_x under test. */
#define CALL(name, ...)                                                                            \
    static mlc_status call_##name(mlc_context *ctx, const scene *s, void *out, mlc_error *err)     \
    {                                                                                              \
        return mlc_##name(__VA_ARGS__);                                                            \
    }

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

typedef struct memory_case {
    const char *name;
    scene_call call;
    result_kind kind;
} memory_case;

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
    const memory_case *c;
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

/* The call changes nothing when memory fails, and works again. */
static void run_case(const memory_case *c)
{
    static memory_run r;
    r.c = c;
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

#endif
