/* Structs that start with their size, from callers older and newer than the library, through the
 * public interface alone.
 *
 * An older caller's struct ends before ours does: it lies against a page that cannot be read, so
 * a member that is read beyond its size ends the test. A newer caller's struct goes on: what we do
 * not know must be zero. */
#include <mlcore/mlcore.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_suite.h"

#define TAIL 40

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* A struct of `size` bytes whose next byte cannot be read; its first member says so. */
static void *against_the_edge(const void *whole, size_t size)
{
    const size_t page = page_bytes();
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(pages != MAP_FAILED);
    ck_assert_int_eq(mprotect(pages + page, page, PROT_NONE), 0);
    char *at = pages + page - size;
    memcpy(at, whole, size);
    const int64_t said = (int64_t)size;
    memcpy(at, &said, sizeof said);
    return at;
}

static void let_go(void *at)
{
    const size_t page = page_bytes();
    munmap((void *)((uintptr_t)at / page * page), 2 * page);
}

/* A way to hand a struct over. */
typedef mlc_status (*hand_over)(const void *given, mlc_error *err);

static mlc_status give_cut(hand_over give, const void *whole, size_t size, mlc_error *err)
{
    void *cut = against_the_edge(whole, size);
    const mlc_status status = give(cut, err);
    let_go(cut);
    return status;
}

/* Any byte that we do not know and is not zero is refused by its place; zeros are taken. */
static void assert_tail_is_read(hand_over give, const void *whole, size_t size, const char *what)
{
    char longer[512] = {0};
    ck_assert(size + TAIL <= sizeof longer);
    memcpy(longer, whole, size);
    mlc_error err;
    ck_assert_int_eq(give_cut(give, longer, size + TAIL, &err), MLC_OK);
    for (size_t i = size; i < size + TAIL; i++) {
        longer[i] = 1;
        char place[64];
        snprintf(place, sizeof place, "has a member set at byte %zu", i);
        ck_assert_int_eq(give_cut(give, longer, size + TAIL, &err), MLC_ERROR_ARGUMENT);
        ck_assert_msg(strstr(err.message, what) != NULL && strstr(err.message, place) != NULL,
                      "byte %zu: %s", i, err.message);
        longer[i] = 0;
    }
}

/* No size that a struct of this kind can have. */
static void assert_sizes_are_checked(hand_over give, const void *whole)
{
    static const int64_t sizes[] = {0, 1, 4, 7, -1, -8, INT64_MIN, INT64_MAX, 1 << 20};
    char copy[512];
    memcpy(copy, whole, 80);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memcpy(copy, &sizes[i], sizeof sizes[i]);
        mlc_error err;
        ck_assert_int_eq(give(copy, &err), MLC_ERROR_ARGUMENT);
        char figure[32];
        snprintf(figure, sizeof figure, "size = %lld", (long long)sizes[i]);
        ck_assert_msg(strstr(err.message, figure) != NULL, "%s", err.message);
        ck_assert_ptr_nonnull(strstr(err.message, "sizeof(mlc_"));
    }
}

static void assert_same(mlc_status status, mlc_status wanted, size_t size, const mlc_error *err)
{
    ck_assert_msg(status == wanted, "cut to %zu bytes: %s instead of %s: %s", size,
                  mlc_status_name(status), mlc_status_name(wanted),
                  status == MLC_OK ? "" : err->message);
}

/* ---- mlc_host ----------------------------------------------------------------------------- */

static mlc_status make_context(const void *given, mlc_error *err)
{
    mlc_context *ctx = NULL;
    const mlc_status status = mlc_context_create(given, &ctx, err);
    ck_assert((ctx != NULL) == (status == MLC_OK));
    mlc_context_close(ctx);
    return status;
}

static void *host_allocate(void *user, int64_t bytes, int64_t alignment)
{
    void *memory = NULL;
    ++*(int *)user;
    return posix_memalign(&memory, (size_t)alignment, (size_t)bytes) == 0 ? memory : NULL;
}

static void host_deallocate(void *user, void *memory, int64_t bytes)
{
    free(memory);
}

static void host_run(void *user, int32_t n_tasks, mlc_task task, void *arg)
{
    for (int32_t i = 0; i < n_tasks; i++)
        task(arg, i);
}

static void host_log(void *user, int32_t level, const char *message)
{
}

static void host_release(void *user)
{
    ++*(int *)user;
}

static const mlc_host plain_host = {.size = sizeof plain_host};

START_TEST(test_host_when_cut_short_takes_the_defaults)
{
    int calls = 0;
    const mlc_host host = {.size = sizeof host,
                           .user = &calls,
                           .memory_limit_bytes = 1 << 20,
                           .allocate = host_allocate,
                           .deallocate = host_deallocate,
                           .n_threads = 1,
                           .log_level = MLC_LOG_INFO,
                           .run = host_run,
                           .log = host_log,
                           .release = host_release,
                           .isa = "reference"};
    for (size_t size = 8; size <= sizeof host; size += 8) {
        mlc_error err;
        calls = 0;
        const mlc_status status = give_cut(make_context, &host, size, &err);
        const size_t half = offsetof(mlc_host, deallocate); /* half an allocator is none */
        assert_same(status, size == half ? MLC_ERROR_ARGUMENT : MLC_OK, size, &err);
        const int allocates = size > half, releases = size > offsetof(mlc_host, release);
        ck_assert_msg((calls > releases) == allocates, "cut to %zu bytes: %d calls", size, calls);
    }
}
END_TEST

/* Each member that would be refused is refused where the size holds it, and only there. */
START_TEST(test_host_when_cut_short_reads_no_member_beyond)
{
    const struct {
        mlc_host host;
        size_t place;
    } wrong[] = {
        {{.memory_limit_bytes = -1}, offsetof(mlc_host, memory_limit_bytes)},
        {{.allocate = host_allocate}, offsetof(mlc_host, allocate)},
        {{.n_threads = -1}, offsetof(mlc_host, n_threads)},
        {{.log_level = MLC_LOG_DEBUG + 1}, offsetof(mlc_host, log_level)},
        {{.isa = "abacus"}, offsetof(mlc_host, isa)},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        for (size_t size = 8; size <= sizeof(mlc_host); size += 8) {
            mlc_error err;
            const mlc_status status = give_cut(make_context, &wrong[i].host, size, &err);
            assert_same(status, size > wrong[i].place ? MLC_ERROR_ARGUMENT : MLC_OK, size, &err);
        }
    }
}
END_TEST

START_TEST(test_host_when_longer_takes_zeros_only)
{
    assert_tail_is_read(make_context, &plain_host, sizeof plain_host, "mlc_host");
    assert_sizes_are_checked(make_context, &plain_host);
}
END_TEST

/* ---- components of the host --------------------------------------------------------------- */

static int n_released;

static void count_release(void *user)
{
    n_released++;
}

static mlc_status some_gradients(void *user, int64_t n_rows, const double *target,
                                 const double *raw, const double *weight, double *gradient,
                                 double *hessian, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status some_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                             const double *prediction, const double *probability,
                             const double *weight, double *score, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status some_fit(void *user, int64_t n_rows, const double *values, const double *weight,
                           double *state, mlc_error *err)
{
    return MLC_OK;
}

static mlc_status some_apply(void *user, const double *state, int64_t n_rows, const double *values,
                             double *out, mlc_error *err)
{
    return MLC_OK;
}

static const mlc_objective objective = {
    .size = sizeof objective, .link = "log", .gradients = some_gradients, .release = count_release};
static const mlc_metric_hooks metric = {
    .size = sizeof metric, .larger_is_better = 1, .score = some_score, .release = count_release};
static const mlc_transform_hooks transform = {.size = sizeof transform,
                                              .state_version = 1,
                                              .n_state = 1,
                                              .fit = some_fit,
                                              .apply = some_apply,
                                              .release = count_release};

static mlc_context *new_context(void)
{
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    return ctx;
}

static mlc_status add_objective(const void *given, mlc_error *err)
{
    mlc_context *ctx = new_context();
    const mlc_status status = mlc_context_add_objective(ctx, "acme.x", given, err);
    mlc_context_close(ctx);
    return status;
}

static mlc_status add_metric(const void *given, mlc_error *err)
{
    mlc_context *ctx = new_context();
    const mlc_status status = mlc_context_add_metric(ctx, "acme.x", given, err);
    mlc_context_close(ctx);
    return status;
}

static mlc_status add_transform(const void *given, mlc_error *err)
{
    mlc_context *ctx = new_context();
    const mlc_status status = mlc_context_add_transform(ctx, "acme.x", given, err);
    mlc_context_close(ctx);
    return status;
}

/* Refused for the member that it needs until `enough` bytes are there, and never released before
 * the release is: the oldest struct that could work goes on working. */
static void assert_cut_hooks(hand_over give, const void *whole, size_t whole_size, size_t enough,
                             size_t release, const char *needs)
{
    for (size_t size = 8; size <= whole_size; size += 8) {
        mlc_error err;
        n_released = 0;
        assert_same(give_cut(give, whole, size, &err), size < enough ? MLC_ERROR_ARGUMENT : MLC_OK,
                    size, &err);
        if (size < enough) ck_assert_ptr_nonnull(strstr(err.message, needs));
        ck_assert_int_eq(n_released, size > release);
    }
}

START_TEST(test_objective_when_cut_short_takes_the_defaults)
{
    assert_cut_hooks(add_objective, &objective, sizeof objective,
                     offsetof(mlc_objective, gradients) + sizeof(void *),
                     offsetof(mlc_objective, release), "gradients is NULL, but it is needed");
    assert_tail_is_read(add_objective, &objective, sizeof objective, "mlc_objective");
    char room[80] = {0};
    memcpy(room, &objective, sizeof objective);
    assert_sizes_are_checked(add_objective, room);
}
END_TEST

START_TEST(test_metric_when_cut_short_takes_the_defaults)
{
    assert_cut_hooks(add_metric, &metric, sizeof metric,
                     offsetof(mlc_metric_hooks, score) + sizeof(void *),
                     offsetof(mlc_metric_hooks, release), "score is NULL, but it is needed");
    assert_tail_is_read(add_metric, &metric, sizeof metric, "mlc_metric_hooks");
    char room[80] = {0};
    memcpy(room, &metric, sizeof metric);
    assert_sizes_are_checked(add_metric, room);
}
END_TEST

START_TEST(test_transform_when_cut_short_takes_the_defaults)
{
    assert_cut_hooks(add_transform, &transform, sizeof transform,
                     offsetof(mlc_transform_hooks, apply) + sizeof(void *),
                     offsetof(mlc_transform_hooks, release), "apply is NULL, but it is needed");
    assert_tail_is_read(add_transform, &transform, sizeof transform, "mlc_transform_hooks");
    char room[80] = {0};
    memcpy(room, &transform, sizeof transform);
    assert_sizes_are_checked(add_transform, room);
}
END_TEST

/* ---- mlc_source --------------------------------------------------------------------------- */

static mlc_status yield_nothing(void *user, mlc_dataset **out, mlc_error *err)
{
    return MLC_END;
}

static const mlc_source source = {
    .size = sizeof source, .next = yield_nothing, .release = count_release};

static mlc_status open_reader(const void *given, mlc_error *err)
{
    mlc_reader *reader = NULL;
    const mlc_status status = mlc_reader_from_source(NULL, given, NULL, &reader, err);
    ck_assert((reader != NULL) == (status == MLC_OK));
    mlc_reader_close(reader);
    return status;
}

START_TEST(test_source_when_cut_short_takes_the_defaults)
{
    assert_cut_hooks(open_reader, &source, sizeof source,
                     offsetof(mlc_source, next) + sizeof(void *), offsetof(mlc_source, release),
                     "next is NULL, but it is needed");
    assert_tail_is_read(open_reader, &source, sizeof source, "mlc_source");
    char room[80] = {0};
    memcpy(room, &source, sizeof source);
    assert_sizes_are_checked(open_reader, room);
}
END_TEST

/* ---- mlc_array ---------------------------------------------------------------------------- */

static const double values[] = {1, 2, 3, 4};

static mlc_array an_array(void)
{
    return (mlc_array){.size = sizeof(mlc_array),
                       .name = "x",
                       .type = MLC_TYPE_FLOAT64,
                       .data = values,
                       .n_rows = 2,
                       .n_columns = 1};
}

static mlc_status make_dataset(const void *given, mlc_error *err)
{
    mlc_dataset *data = NULL;
    const mlc_status status = mlc_dataset_from_arrays(NULL, given, 1, NULL, &data, err);
    ck_assert((data != NULL) == (status == MLC_OK));
    mlc_dataset_free(data);
    return status;
}

START_TEST(test_array_when_cut_short_takes_the_defaults)
{
    static const struct {
        size_t until;
        const char *says; /* what an array that ends before it is refused for */
    } needed[] = {
        {offsetof(mlc_array, name) + sizeof(void *), "arrays[0].name"},
        {offsetof(mlc_array, type) + sizeof(int32_t), "type = 0"},
        {offsetof(mlc_array, n_columns) + sizeof(int64_t), "x 0: at least 0 x 1"},
        {sizeof(mlc_array), NULL},
    };
    mlc_array array = an_array();
    array.row_stride = 2; /* every second value, unless cut off */
    array.release = count_release;
    for (size_t size = 8, k = 0; size <= sizeof array; size += 8) {
        while (size >= needed[k].until && needed[k].says != NULL)
            k++;
        mlc_error err;
        n_released = 0;
        assert_same(give_cut(make_dataset, &array, size, &err),
                    needed[k].says != NULL ? MLC_ERROR_ARGUMENT : MLC_OK, size, &err);
        if (needed[k].says != NULL) {
            ck_assert_msg(strstr(err.message, needed[k].says) != NULL, "%s", err.message);
        }
        ck_assert_int_eq(n_released, size > offsetof(mlc_array, release));
    }
}
END_TEST

/* Several arrays of an older caller lie closer together than ours would. */
START_TEST(test_arrays_when_cut_short_are_found_by_their_size)
{
    const size_t size = offsetof(mlc_array, column_stride);
    char older[3 * sizeof(mlc_array)];
    const char *const names[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        mlc_array array = an_array();
        array.size = (int64_t)size;
        array.name = names[i];
        array.row_stride = (int64_t)i + 1;
        memcpy(older + i * size, &array, size);
    }
    mlc_array *given = against_the_edge(older, 3 * size);
    given->size = (int64_t)size;
    mlc_dataset *data = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, given, 3, NULL, &data, NULL), MLC_OK);
    for (int i = 0; i < 3; i++) {
        double got = 0;
        ck_assert_int_eq(mlc_dataset_real(data, names[i], 1, &got, NULL), MLC_OK);
        ck_assert_double_eq(got, values[i + 1]);
    }
    mlc_dataset_free(data);
    let_go(given);
    given = (mlc_array[]){an_array(), an_array()};
    given[1].name = "y";
    given[1].size -= 8;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, given, 2, NULL, &data, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "arrays[1].size = 144: must be sizeof(mlc_array)"));
}
END_TEST

START_TEST(test_array_when_longer_takes_zeros_only)
{
    const mlc_array array = an_array();
    assert_tail_is_read(make_dataset, &array, sizeof array, "arrays[0]");
    assert_sizes_are_checked(make_dataset, &array);
}
END_TEST

static mlc_dataset *a_dataset(void)
{
    const mlc_array array = an_array();
    mlc_dataset *data = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &data, NULL), MLC_OK);
    return data;
}

/* Coming out, nothing is written past the caller's size, and all before it as ever. */
START_TEST(test_column_when_asked_by_an_older_caller_writes_no_further)
{
    mlc_dataset *data = a_dataset();
    mlc_array whole = {.size = sizeof whole};
    ck_assert_int_eq(mlc_dataset_column(data, "x", &whole, NULL), MLC_OK);
    ck_assert_int_eq(whole.n_rows, 2);
    for (size_t size = 8; size <= sizeof whole; size += 8) {
        char blank[sizeof whole];
        memset(blank, 0x5A, sizeof blank);
        mlc_array *out = against_the_edge(blank, size);
        ck_assert_int_eq(mlc_dataset_column(data, "x", out, NULL), MLC_OK);
        int64_t said = 0;
        memcpy(&said, out, sizeof said);
        ck_assert_int_eq(said, (int64_t)size);
        ck_assert_int_eq(
            memcmp((const char *)out + 8, (const char *)&whole + 8, size - sizeof said), 0);
        let_go(out);
    }
    mlc_dataset_free(data);
}
END_TEST

START_TEST(test_column_when_asked_by_a_newer_caller_leaves_the_rest_zero)
{
    struct {
        mlc_array known;
        char more[TAIL];
    } out;
    const char zeros[TAIL] = {0};
    mlc_dataset *data = a_dataset();
    memset(&out, 0x5A, sizeof out);
    out.known.size = sizeof out;
    ck_assert_int_eq(mlc_dataset_column(data, "x", &out.known, NULL), MLC_OK);
    ck_assert_int_eq(out.known.size, (int64_t)sizeof out);
    ck_assert_int_eq(out.known.n_rows, 2);
    ck_assert_int_eq(memcmp(out.more, zeros, sizeof zeros), 0);
    mlc_error err;
    out.known.size = 7;
    ck_assert_int_eq(mlc_dataset_column(data, "x", &out.known, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "out->size = 7"));
    mlc_dataset_free(data);
}
END_TEST

/* ---- what is not known -------------------------------------------------------------------- */

START_TEST(test_reserved_members_and_unknown_numbers_are_refused)
{
    mlc_error err;
    mlc_array array = an_array();
    array.reserved = 1;
    ck_assert_int_eq(make_dataset(&array, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "reserved = 1: must be"));
    array = an_array();
    array.type = MLC_TYPE_INT32 + 1;
    ck_assert_int_eq(make_dataset(&array, &err), MLC_ERROR_ARGUMENT);
    mlc_metric_hooks hooks = metric;
    hooks.reserved = -1;
    ck_assert_int_eq(add_metric(&hooks, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "reserved = -1: must be 0"));
    ck_assert_str_eq(mlc_status_name(-12345), "MLC_ERROR_UNKNOWN");
}
END_TEST

START_TEST(test_null_when_freed_or_closed_is_nothing)
{
    mlc_buffer_free(NULL);
    mlc_context_close(NULL);
    mlc_dataset_free(NULL);
    mlc_metric_free(NULL);
    mlc_model_free(NULL);
    mlc_params_close(NULL);
    mlc_predictor_free(NULL);
    mlc_transform_free(NULL);
}
END_TEST

START_TEST(test_version_when_asked_is_that_of_the_headers)
{
    int32_t major = -1, minor = -1, patch = -1;
    char text[32];
    const char *said = mlc_version(&major, &minor, &patch);
    ck_assert_int_eq(major, MLC_VERSION_MAJOR);
    ck_assert_int_eq(minor, MLC_VERSION_MINOR);
    ck_assert_int_eq(patch, MLC_VERSION_PATCH);
    snprintf(text, sizeof text, "%d.%d.%d", (int)major, (int)minor, (int)patch);
    ck_assert_str_eq(said, text);
    ck_assert_str_eq(mlc_version(NULL, NULL, NULL), text);
}
END_TEST

MLCI_CHECK_SUITE(
    "structs", test_host_when_cut_short_takes_the_defaults,
    test_host_when_cut_short_reads_no_member_beyond, test_host_when_longer_takes_zeros_only,
    test_objective_when_cut_short_takes_the_defaults, test_metric_when_cut_short_takes_the_defaults,
    test_transform_when_cut_short_takes_the_defaults, test_source_when_cut_short_takes_the_defaults,
    test_array_when_cut_short_takes_the_defaults,
    test_arrays_when_cut_short_are_found_by_their_size, test_array_when_longer_takes_zeros_only,
    test_column_when_asked_by_an_older_caller_writes_no_further,
    test_column_when_asked_by_a_newer_caller_leaves_the_rest_zero,
    test_reserved_members_and_unknown_numbers_are_refused,
    test_null_when_freed_or_closed_is_nothing, test_version_when_asked_is_that_of_the_headers)
