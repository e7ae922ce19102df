/* Datasets of more than 2^31 rows: no row number passes through 32 bits, and what is asked of so
 * many rows takes memory for what it gives, not for what it reads. The column is float32 over
 * address space of which only the pages with a value other than 0 exist, lent to the dataset.
 *
 * The long form (MLC_LONG=1) has 2^31 + 5 rows, which are 9 GB of address space; contexts are held
 * to 1 GB. Without it there are 2^22 rows. */
#include <mlcore/arrow.h>
#include <mlcore/profile.h>
#include <mlcore/sampling.h>
#include <mlcore/shape.h>
#include <sys/mman.h>

#include "check_suite.h"
#include "guest.h"

#define N_MARKS 7
#define LIMIT_BYTES (INT64_C(1) << 30)

/* Rows that are not 0: mark k holds k + 1. */
typedef struct many_rows {
    mlc_context *ctx;
    mlc_dataset *rows;
    float *values; /* or integers */
    int64_t n_bytes, n, marks[N_MARKS];
} many_rows;

/* The dataset is done with the values. */
static void ignore(void *user)
{
    (void)user;
}

/* The column x of float32 or int64. result_bytes: what is asked of a row takes so much. */
static many_rows open_rows_of(int32_t type, int64_t result_bytes)
{
    const int64_t n = guest_amount((INT64_C(1) << 22) + 5, (INT64_C(1) << 31) + 5);
    const int64_t size = type == MLC_TYPE_FLOAT32 ? 4 : 8;
    many_rows m = {
        .n = n, .n_bytes = n * size, .marks = {3, n / 7, n / 2 - 1, n / 2, n - 7, n - 5, n - 1}};
    const mlc_host host = {.size = sizeof host,
                           .memory_limit_bytes = LIMIT_BYTES + n * result_bytes};
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(&host, &m.ctx, NULL), MLC_OK);
    m.values = mmap(NULL, (size_t)m.n_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ck_assert(m.values != MAP_FAILED);
    /* No page but those that are written to. */
    madvise(m.values, (size_t)m.n_bytes, MADV_NOHUGEPAGE);
    for (int k = 0; k < N_MARKS; k++) {
        if (type == MLC_TYPE_FLOAT32) {
            m.values[m.marks[k]] = (float)(k + 1);
        } else {
            ((int64_t *)(void *)m.values)[m.marks[k]] = k + 1;
        }
    }
    static char lent;
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = type,
                             .data = m.values,
                             .n_rows = n,
                             .n_columns = 1,
                             .release = ignore,
                             .user = &lent};
    const mlc_status status = mlc_dataset_from_arrays(m.ctx, &array, 1, NULL, &m.rows, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(m.rows), n);
    return m;
}

static many_rows open_rows(void)
{
    return open_rows_of(MLC_TYPE_FLOAT32, 0);
}

static void close_rows(many_rows *m)
{
    mlc_dataset_free(m->rows);
    ck_assert_int_eq(munmap(m->values, (size_t)m->n_bytes), 0);
    mlc_context_close(m->ctx);
}

static double cell(const mlc_dataset *d, const char *column, int64_t row)
{
    double value = -1;
    ck_assert_int_eq(mlc_dataset_real(d, column, row, &value, NULL), MLC_OK);
    return value;
}

static void ok(mlc_status status, const mlc_error *err)
{
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err->message);
}

/* The marks alone, in order. */
static void assert_marks(const mlc_dataset *d)
{
    ck_assert_int_eq(mlc_dataset_n_rows(d), N_MARKS);
    for (int k = 0; k < N_MARKS; k++)
        ck_assert_double_eq(cell(d, "x", k), k + 1);
}

START_TEST(test_rows_by_number_and_range_when_many_then_those_rows)
{
    many_rows m = open_rows();
    mlc_dataset *picked = NULL, *range = NULL, *inner = NULL;
    mlc_error err;
    ok(mlc_dataset_rows(m.ctx, m.rows, m.marks, 0, N_MARKS, &picked, &err), &err);
    assert_marks(picked);
    ok(mlc_dataset_rows(m.ctx, m.rows, NULL, m.n - 8, 8, &range, &err), &err);
    ck_assert_double_eq(cell(range, "x", 7), N_MARKS);
    ck_assert_double_eq(cell(range, "x", 0), 0);
    ok(mlc_dataset_rows(m.ctx, range, (const int64_t[]){1, 7}, 0, 2, &inner, &err), &err);
    ck_assert_double_eq(cell(inner, "x", 0), 5);
    ck_assert_int_eq(mlc_dataset_rows(m.ctx, m.rows, &m.n, 0, 1, &inner, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_rows(m.ctx, m.rows, NULL, m.n - 1, 2, &inner, &err),
                     MLC_ERROR_ARGUMENT);
    mlc_dataset_free(inner);
    mlc_dataset_free(range);
    mlc_dataset_free(picked);
    close_rows(&m);
}
END_TEST

START_TEST(test_filter_when_many_rows_then_the_few_that_it_keeps)
{
    many_rows m = open_rows();
    mlc_dataset *kept = NULL, *sum = NULL;
    mlc_error err;
    ok(mlc_dataset_filter(m.ctx, m.rows, "x > 0", &kept, &err), &err);
    assert_marks(kept);
    ok(mlc_dataset_aggregate(m.ctx, m.rows, "n=count() total=sum(x) largest=max(x)", &sum, &err),
       &err);
    ck_assert_int_eq(mlc_dataset_n_rows(sum), 1);
    ck_assert_double_eq(cell(sum, "n", 0), (double)m.n);
    ck_assert_double_eq(cell(sum, "total", 0), N_MARKS * (N_MARKS + 1) / 2);
    ck_assert_double_eq(cell(sum, "largest", 0), N_MARKS);
    mlc_dataset_free(sum);
    mlc_dataset_free(kept);
    close_rows(&m);
}
END_TEST

START_TEST(test_profile_when_many_rows_then_all_are_counted)
{
    many_rows m = open_rows();
    mlc_profile *profile = NULL;
    mlc_dataset *columns = NULL;
    mlc_error err;
    ok(mlc_profile_create(m.ctx, m.rows, "max_distinct=16", &profile, &err), &err);
    ck_assert_int_eq(mlc_profile_n_rows(profile), m.n);
    ok(mlc_profile_table(m.ctx, profile, "columns", NULL, &columns, &err), &err);
    ck_assert_double_eq(cell(columns, "n", 0), (double)m.n);
    ck_assert_double_eq(cell(columns, "missing", 0), 0);
    ck_assert_double_eq(cell(columns, "max", 0), N_MARKS);
    ck_assert_double_eq(cell(columns, "top_n", 0), (double)(m.n - N_MARKS));
    ck_assert_double_eq(cell(columns, "mean", 0),
                        (double)(N_MARKS * (N_MARKS + 1) / 2) / (double)m.n);
    mlc_dataset_free(columns);
    mlc_profile_free(profile);
    close_rows(&m);
}
END_TEST

/* Rows of a sample are in the order of the dataset; bottom-k and the uniform one go by row number.
 */
/* Two passes over the keys of all rows. */
START_TEST(test_sample_when_many_rows_then_so_many_in_bounded_memory)
{
    many_rows m = open_rows();
    mlc_dataset *sample = NULL;
    mlc_error err;
    ok(mlc_dataset_sample(m.ctx, m.rows, "uniform n=1000 random_state=3", &sample, &err), &err);
    ck_assert_int_eq(mlc_dataset_n_rows(sample), 1000);
    ck_assert_double_eq(cell(sample, "x", 999), 0);
    mlc_dataset_free(sample);
    close_rows(&m);
}
END_TEST

START_TEST(test_arrow_when_many_rows_then_lent_with_all_of_them)
{
    many_rows m = open_rows();
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *back = NULL;
    mlc_error err;
    ok(mlc_dataset_arrow_schema(m.ctx, m.rows, NULL, &schema, &err), &err);
    ok(mlc_dataset_arrow_array(m.ctx, m.rows, NULL, &array, &err), &err);
    ck_assert_int_eq(array.length, m.n);
    ck_assert_int_eq(array.children[0]->length, m.n);
    ck_assert_ptr_eq(array.children[0]->buffers[1], m.values);
    ok(mlc_dataset_from_arrow(m.ctx, &array, &schema, NULL, &back, &err), &err);
    ck_assert_int_eq(mlc_dataset_n_rows(back), m.n);
    ck_assert_double_eq(cell(back, "x", m.n - 1), N_MARKS);
    mlc_dataset_free(back);
    if (schema.release != NULL) schema.release(&schema);
    close_rows(&m);
}
END_TEST

START_TEST(test_arrow_stream_of_the_last_rows_of_many_then_those)
{
    many_rows m = open_rows();
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    mlc_dataset *tail = NULL;
    mlc_error err;
    ok(mlc_dataset_rows(m.ctx, m.rows, NULL, m.n - 8, 8, &tail, &err), &err);
    ok(mlc_dataset_arrow_stream(m.ctx, tail, "batch_rows=5", &stream, &err), &err);
    ck_assert_int_eq(stream.get_next(&stream, &batch), 0);
    ck_assert_int_eq(batch.length, 5);
    const float *const values = batch.children[0]->buffers[1];
    ck_assert_float_eq(values[batch.children[0]->offset + 1], 5);
    batch.release(&batch);
    stream.release(&stream);
    mlc_dataset_free(tail);
    close_rows(&m);
}
END_TEST

START_TEST(test_fingerprint_of_the_last_rows_of_many_then_as_of_a_copy)
{
    many_rows m = open_rows();
    mlc_dataset *tail = NULL, *copy = NULL, *a = NULL, *b = NULL;
    float values[1000];
    mlc_error err;
    ok(mlc_dataset_rows(m.ctx, m.rows, NULL, m.n - 1000, 1000, &tail, &err), &err);
    memcpy(values, m.values + (m.n - 1000), sizeof values);
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = MLC_TYPE_FLOAT32,
                             .data = values,
                             .n_rows = 1000,
                             .n_columns = 1};
    ok(mlc_dataset_from_arrays(m.ctx, &array, 1, NULL, &copy, &err), &err);
    ok(mlc_dataset_fingerprint(m.ctx, tail, &a, &err), &err);
    ok(mlc_dataset_fingerprint(m.ctx, copy, &b, &err), &err);
    ck_assert_int_eq(mlc_dataset_n_columns(a), mlc_dataset_n_columns(b));
    for (int32_t j = 0; j < mlc_dataset_n_columns(a); j++) {
        const char *s = NULL, *t = NULL;
        int64_t n = 0, k = 0;
        const char *const name = mlc_dataset_column_name(a, j);
        if (mlc_dataset_text(a, name, 0, &s, &n, NULL) != MLC_OK) continue;
        ok(mlc_dataset_text(b, name, 0, &t, &k, &err), &err);
        ck_assert(n == k && memcmp(s, t, (size_t)n) == 0);
    }
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(copy);
    mlc_dataset_free(tail);
    close_rows(&m);
}
END_TEST

static int same_text(const mlc_dataset *a, const char *column, int64_t row, const mlc_dataset *b,
                     int64_t other)
{
    const char *s = NULL, *t = NULL;
    int64_t n = 0, k = 0;
    mlc_error err;
    ok(mlc_dataset_text(a, column, row, &s, &n, &err), &err);
    ok(mlc_dataset_text(b, column, other, &t, &k, &err), &err);
    return n == k && memcmp(s, t, (size_t)n) == 0;
}

/* The sum over rows does not depend on their order, so the marks may change places, far apart. */
START_TEST(test_fingerprint_when_many_rows_then_of_all_in_any_order)
{
    many_rows m = open_rows();
    mlc_dataset *before = NULL, *moved = NULL, *other = NULL;
    mlc_error err;
    ok(mlc_dataset_fingerprint(m.ctx, m.rows, &before, &err), &err);
    m.values[m.marks[0]] = N_MARKS;
    m.values[m.n - 1] = 1;
    ok(mlc_dataset_fingerprint(m.ctx, m.rows, &moved, &err), &err);
    ck_assert(same_text(before, "content", 0, moved, 0));
    ck_assert_double_eq(cell(before, "rows", 0), (double)m.n);
    m.values[m.n - 1] = 2;
    ok(mlc_dataset_fingerprint(m.ctx, m.rows, &other, &err), &err);
    ck_assert(!same_text(before, "content", 0, other, 0));
    mlc_dataset_free(other);
    mlc_dataset_free(moved);
    mlc_dataset_free(before);
    close_rows(&m);
}
END_TEST

/* Parts are those of the same keys among few. A row of the result is a code of four bytes, and one
 * byte while it is made. */
START_TEST(test_split_by_hash_when_many_rows_then_parts_of_their_keys)
{
    many_rows m = open_rows_of(MLC_TYPE_FLOAT32, 5);
    static const float keys[N_MARKS + 1] = {0, 1, 2, 3, 4, 5, 6, 7};
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .role = "key",
                             .type = MLC_TYPE_FLOAT32,
                             .data = keys,
                             .n_rows = N_MARKS + 1,
                             .n_columns = 1};
    mlc_dataset *few = NULL, *keyed = NULL, *expected = NULL, *folds = NULL;
    mlc_error err;
    ok(mlc_dataset_from_arrays(m.ctx, &array, 1, NULL, &few, &err), &err);
    ok(mlc_dataset_split(m.ctx, few, "hash test_size=0.5", &expected, &err), &err);
    ok(mlc_dataset_with_roles(m.ctx, m.rows, "key=x", &keyed, &err), &err);
    ok(mlc_dataset_split(m.ctx, keyed, "hash test_size=0.5", &folds, &err), &err);
    int n_other = 0;
    for (int k = 0; k < N_MARKS; k++) {
        ck_assert(same_text(folds, "fold_0", m.marks[k], expected, k + 1));
        ck_assert(same_text(folds, "fold_0", m.marks[k] - 1, expected, k == 3 ? 3 : 0));
        n_other += !same_text(expected, "fold_0", k + 1, expected, 0);
    }
    ck_assert_int_gt(n_other, 0); /* or all parts would be one */
    mlc_dataset_free(folds);
    mlc_dataset_free(keyed);
    mlc_dataset_free(expected);
    mlc_dataset_free(few);
    close_rows(&m);
}
END_TEST

START_TEST(test_semi_join_when_many_rows_then_those_with_a_partner)
{
    many_rows m = open_rows_of(MLC_TYPE_INT64, 0);
    static const int64_t wanted[] = {7, 2, 5, 9, 2, INT64_MAX};
    static const int64_t expected[] = {1, 4, 6};
    mlc_array array = {.size = sizeof array,
                       .name = "x",
                       .type = MLC_TYPE_INT64,
                       .data = wanted,
                       .n_rows = 6,
                       .n_columns = 1};
    mlc_error err;
    for (array.n_rows = 5; array.n_rows <= 6; array.n_rows++) { /* by place, then by hash */
        mlc_dataset *few = NULL, *kept = NULL, *joined = NULL;
        ok(mlc_dataset_from_arrays(m.ctx, &array, 1, NULL, &few, &err), &err);
        ok(mlc_dataset_join(m.ctx, m.rows, few, "how=semi", &kept, &err), &err);
        ck_assert_int_eq(mlc_dataset_n_rows(kept), 3);
        for (int k = 0; k < 3; k++)
            ck_assert_double_eq(cell(kept, "x", k), (double)expected[k] + 1);
        ok(mlc_dataset_join(m.ctx, m.rows, few, "how=inner", &joined, &err), &err);
        ck_assert_int_eq(mlc_dataset_n_rows(joined), 4);
        mlc_dataset_free(joined);
        mlc_dataset_free(kept);
        mlc_dataset_free(few);
    }
    close_rows(&m);
}
END_TEST

MLCI_CHECK_SUITE("rows", test_fingerprint_when_many_rows_then_of_all_in_any_order,
                 test_split_by_hash_when_many_rows_then_parts_of_their_keys,
                 test_semi_join_when_many_rows_then_those_with_a_partner,
                 test_rows_by_number_and_range_when_many_then_those_rows,
                 test_filter_when_many_rows_then_the_few_that_it_keeps,
                 test_profile_when_many_rows_then_all_are_counted,
                 test_sample_when_many_rows_then_so_many_in_bounded_memory,
                 test_arrow_when_many_rows_then_lent_with_all_of_them,
                 test_arrow_stream_of_the_last_rows_of_many_then_those,
                 test_fingerprint_of_the_last_rows_of_many_then_as_of_a_copy)
