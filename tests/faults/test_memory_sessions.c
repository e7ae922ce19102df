/* Contexts, what is registered in them, what goes out by Arrow, builders and readers: calls that
 * change what they are given, with each allocation failing. Each failure has new ones. */
#include "memory_case.h"

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

enum { PUSH, FINISH, NEXT, COLLECT, SAMPLE, WRITE_TEXT, WRITE_PACKED, N_SESSION_CALLS };

/* A file that is there when, and only when, it was written. */
static mlc_status write_batches(mlc_context *ctx, mlc_reader *reader, const char *ending,
                                mlc_error *err)
{
    char path[100];
    snprintf(path, sizeof path, "/tmp/mlcore-faults-%d%s", (int)getpid(), ending);
    const mlc_status status = mlc_reader_write(ctx, reader, path, NULL, err);
    ck_assert_int_eq(unlink(path) == 0, status == MLC_OK);
    return status;
}

static mlc_status call_session(int which, mlc_context *ctx, sessions *t, mlc_dataset **out,
                               mlc_error *err)
{
    if (which == PUSH) return push_many(t->builder, err);
    if (which == FINISH) return mlc_builder_finish(ctx, t->builder, out, err);
    if (which == SAMPLE) return mlc_reader_sample(ctx, t->reader, "reservoir n=1", out, err);
    if (which == WRITE_TEXT) return write_batches(ctx, t->reader, ".jsonl", err);
    if (which == WRITE_PACKED) return write_batches(ctx, t->reader, ".csv.gz", err);
    return which == NEXT ? mlc_reader_next(ctx, t->reader, out, err)
                         : mlc_reader_collect(ctx, t->reader, out, err);
}

/* A builder is as it was before the call that failed, so what it gives then is what it has; a
 * reader fails in the same way again, unless settings failed before it was asked for anything. */
static void assert_as_before(int which, sessions *t, int64_t n_rows, mlc_dataset **out)
{
    mlc_error err = {0};
    if (which >= SAMPLE && batches.n_left == 2) {
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

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "memory_sessions", 100);
    tcase_add_test(tcase, test_context_create_when_memory_fails_changes_nothing);
    tcase_add_test(tcase, test_arrow_export_when_memory_fails_writes_nothing_and_works_again);
    tcase_add_loop_test(tcase, test_registration_when_memory_fails_changes_nothing_and_works_again,
                        0, 3);
    tcase_add_loop_test(tcase, test_session_when_memory_fails_is_as_before, 0, N_SESSION_CALLS);
}

MLCI_CHECK_SUITE_OF("memory_sessions", fill_suite)
