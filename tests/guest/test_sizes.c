/* Sizes past 2^31 and 2^32, strides of either sign and any size, lengths near 2^63: refused with a
 * status, or right. Large arrays are address space that nobody touches: mapped without reserve, so
 * a product that wraps would read or write far off and show. */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "check_suite.h"
#include "guest.h"

/* n bytes of zeros, most of which never get a page; NULL where the machine has no room for it. */
static void *reserve(int64_t n)
{
    if ((uint64_t)n > SIZE_MAX) return NULL;
    void *const p = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static mlc_array array_of(const void *data, int32_t type, int64_t n_rows, int64_t n_columns)
{
    return (mlc_array){.size = sizeof(mlc_array),
                       .name = "x",
                       .type = type,
                       .data = data,
                       .n_rows = n_rows,
                       .n_columns = n_columns};
}

static const int64_t odd_sizes[] = {INT64_MIN,
                                    INT64_MIN + 1,
                                    -INT64_C(0x100000000),
                                    -INT64_C(0x80000000),
                                    -3,
                                    -1,
                                    0,
                                    1,
                                    2,
                                    3,
                                    INT64_C(0x7fffffff),
                                    INT64_C(0x80000000),
                                    INT64_C(0xffffffff),
                                    INT64_C(0x100000000),
                                    INT64_C(0x100000001),
                                    INT64_C(1) << 40,
                                    INT64_C(1) << 60,
                                    INT64_C(1) << 61,
                                    (INT64_C(1) << 61) + 1,
                                    INT64_C(1) << 62,
                                    INT64_MAX - 7,
                                    INT64_MAX - 1,
                                    INT64_MAX};
#define N_ODD ((int)(sizeof odd_sizes / sizeof odd_sizes[0]))

/* The first and last bytes that an array of these strides touches, from row 0 of column 0; 0 when
 * they are out of [0, room). In reals, which do not wrap. */
static int is_inside(const mlc_array *a, int64_t size, int64_t at, int64_t room)
{
    const long double row = a->row_stride != 0 ? a->row_stride : a->n_columns;
    const long double column = a->column_stride != 0 ? a->column_stride : 1;
    if (a->n_rows < 1 || a->n_columns < 1) return 1;
    const long double down = (long double)(a->n_rows - 1) * row * size;
    const long double across = (long double)(a->n_columns - 1) * column * size;
    const long double low = (down < 0 ? down : 0) + (across < 0 ? across : 0);
    const long double high = (down > 0 ? down : 0) + (across > 0 ? across : 0) + size;
    return at + low >= 0 && at + high <= room;
}

static int64_t n_made, n_refused;

/* Makes a dataset unless that would touch what is not there (which no library can know) or take
 * more than a few megabytes. */
static void try_array(const mlc_array *a, int64_t size, int64_t at, int64_t room)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const int fits = is_inside(a, size, at, room);
    const long double rows = a->n_rows > 1 ? (long double)a->n_rows : 1;
    const long double bytes = rows * (long double)a->n_columns * 8;
    const long double step = a->row_stride != 0 ? a->row_stride : a->n_columns;
    const long double far = (rows - 1) * step * size;
    const long double side = a->n_columns > 1 && a->column_stride != 0
                                 ? (long double)(a->n_columns - 1) * a->column_stride * size
                                 : 0;
    const long double most = 0x1p63L;
    /* Out of reach but addressable: the caller's promise, not the library's to check. */
    const int is_addressable = far < most && far > -most && side < most && side > -most &&
                               far + side < most && far + side > -most && bytes < most;
    if (!fits && is_addressable) return;
    if (fits && bytes > 1 << 20) return;
    const mlc_status status = mlc_dataset_from_arrays(NULL, a, 1, NULL, &out, &err);
    if (status == MLC_OK) {
        n_made++;
        ck_assert_msg(fits, "%lld x %lld, strides %lld, %lld: made", (long long)a->n_rows,
                      (long long)a->n_columns, (long long)a->row_stride,
                      (long long)a->column_stride);
        ck_assert_int_eq(mlc_dataset_n_rows(out), a->n_rows);
    } else {
        n_refused++;
        ck_assert_ptr_null(out);
        ck_assert_msg(status == MLC_ERROR_ARGUMENT || status == MLC_ERROR_LIMIT ||
                          status == MLC_ERROR_COLUMN || status == MLC_ERROR_NO_MEMORY,
                      "%lld x %lld, strides %lld, %lld: status %d: %s", (long long)a->n_rows,
                      (long long)a->n_columns, (long long)a->row_stride,
                      (long long)a->column_stride, (int)status, err.message);
        ck_assert_int_ne(err.message[0], '\0');
    }
    mlc_dataset_free(out);
}

START_TEST(test_arrays_when_shapes_and_strides_are_odd_then_refused_or_right)
{
    static const struct {
        int32_t type;
        int64_t size;
    } types[] = {{MLC_TYPE_FLOAT64, 8},
                 {MLC_TYPE_FLOAT32, 4},
                 {MLC_TYPE_INT32, 4},
                 {MLC_TYPE_INT64, 8},
                 {MLC_TYPE_VECTOR, 8}};
    const int64_t room = INT64_C(1) << 20;
    char *const memory = reserve(room);
    ck_assert_ptr_nonnull(memory);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        for (int i = 0; i < N_ODD * N_ODD; i++) {
            for (int k = 0; k < N_ODD * N_ODD; k++) {
                mlc_array a = array_of(memory + room / 2, types[t].type, odd_sizes[i % N_ODD],
                                       odd_sizes[i / N_ODD]);
                a.row_stride = odd_sizes[k % N_ODD];
                a.column_stride = odd_sizes[k / N_ODD];
                try_array(&a, types[t].size, room / 2, room);
            }
        }
    }
    printf("%lld shapes made, %lld refused\n", (long long)n_made, (long long)n_refused);
    ck_assert_int_gt(n_made, 100);
    ck_assert_int_gt(n_refused, 100000);
    munmap(memory, (size_t)room);
}
END_TEST

/* A column that nobody copies: 2^30 + 5 doubles, 8 GiB and a little, so that bytes pass 2^33, and
 * 2^32 + 5 bytes of a smaller count. */
static void check_borrowed(int64_t n_rows)
{
    const int64_t bytes = n_rows * 8;
    double *const x = reserve(bytes);
    if (x == NULL) return; /* no such address space: a 32-bit program */
    int n_released = 0;
    mlc_array a = array_of(x, MLC_TYPE_FLOAT64, n_rows, 1);
    mlc_dataset *all = NULL, *view = NULL, *picked = NULL, *out = NULL;
    mlc_error err;
    double value = 0, few[3] = {0};
    a.release = count_release;
    a.user = &n_released;
    x[0] = 1.5;
    x[n_rows - 1] = 2.5;
    x[n_rows / 2] = 3.5;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &a, 1, NULL, &all, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(all), n_rows);
    ck_assert_int_eq(mlc_dataset_real(all, "x", n_rows - 1, &value, &err), MLC_OK);
    ck_assert_double_eq(value, 2.5);
    ck_assert_int_eq(mlc_dataset_real(all, "x", n_rows, &value, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_real(all, "x", -1, &value, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, n_rows - 3, 3, &view, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(view, "x", few, 3, &err), MLC_OK);
    ck_assert_double_eq(few[2], 2.5);
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, n_rows - 3, 4, &out, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, INT64_MAX, 1, &out, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, 1, INT64_MAX, &out, &err),
                     MLC_ERROR_ARGUMENT);
    const int64_t rows[] = {0, n_rows / 2, n_rows - 1};
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, rows, 0, 3, &picked, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(picked, "x", few, 3, &err), MLC_OK);
    ck_assert_double_eq(few[0], 1.5);
    ck_assert_double_eq(few[1], 3.5);
    ck_assert_double_eq(few[2], 2.5);
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_dataset_format(all, "max_rows=4", &text, &err), MLC_OK);
    mlc_buffer_free(text);
    mlc_dataset_free(picked);
    mlc_dataset_free(view);
    ck_assert_int_eq(n_released, 0);
    mlc_dataset_free(all);
    ck_assert_int_eq(n_released, 1);
    munmap(x, (size_t)bytes);
}

START_TEST(test_column_when_past_32_bits_is_read_where_it_is)
{
    check_borrowed((INT64_C(1) << 28) + 5); /* bytes past 2^31 */
    check_borrowed((INT64_C(1) << 29) + 5); /* bytes past 2^32 */
    check_borrowed((INT64_C(1) << 31) + 5); /* rows past 2^31 */
    check_borrowed((INT64_C(1) << 32) + 5); /* rows past 2^32 */
}
END_TEST

/* Rows x columns past 2^32 cells, borrowed: 70,000 x 70,000 doubles are 39 GB of address space. */
START_TEST(test_matrix_when_past_32_bits_is_read_where_it_is)
{
    const int64_t n = 70000, bytes = n * n * 8;
    double *const x = reserve(bytes);
    if (x == NULL) return;
    int n_released = 0;
    mlc_array a = array_of(x, MLC_TYPE_FLOAT64, n, n);
    mlc_dataset *all = NULL, *view = NULL;
    mlc_error err;
    double value = 0, *row = malloc((size_t)n * sizeof *row);
    a.release = count_release;
    a.user = &n_released;
    x[n * n - 1] = 4.5;
    x[(n - 2) * n] = 5.5;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &a, 1, NULL, &all, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_column_width(all, 0), n);
    ck_assert_int_eq(mlc_dataset_real(all, "x[x69999]", n - 1, &value, &err), MLC_OK);
    ck_assert_double_eq(value, 4.5);
    ck_assert_int_eq(mlc_dataset_rows(NULL, all, NULL, n - 2, 1, &view, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(view, "x", row, n, &err), MLC_OK);
    ck_assert_double_eq(row[0], 5.5);
    ck_assert_int_eq(mlc_dataset_copy_real(all, "x", row, n, &err), MLC_ERROR_ARGUMENT);
    mlc_dataset_free(view);
    mlc_dataset_free(all);
    ck_assert_int_eq(n_released, 1);
    free(row);
    munmap(x, (size_t)bytes);
}
END_TEST

/* What such a column would cost to copy is beyond a limit of a gigabyte: said, not tried. */
START_TEST(test_copy_when_past_the_limit_is_refused_before_it_is_tried)
{
    const int64_t n_rows = (INT64_C(1) << 32) + 5, bytes = n_rows * 4;
    float *const x = reserve(bytes);
    if (x == NULL) return;
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = INT64_C(1) << 30};
    mlc_context *ctx = NULL;
    mlc_dataset *out = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, &err), MLC_OK);
    const int64_t before = mlc_context_memory_bytes(ctx);
    mlc_array a = array_of(x, MLC_TYPE_FLOAT32, n_rows, 1);
    ck_assert_int_eq(mlc_dataset_from_arrays(ctx, &a, 1, NULL, &out, &err), MLC_ERROR_NO_MEMORY);
    ck_assert_ptr_null(out);
    /* A matrix of float32 would become doubles. */
    a = array_of(x, MLC_TYPE_FLOAT32, 65536, 65536);
    ck_assert_int_eq(mlc_dataset_from_arrays(ctx, &a, 1, NULL, &out, &err), MLC_ERROR_NO_MEMORY);
    ck_assert_ptr_null(out);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    mlc_context_close(ctx);
    munmap(x, (size_t)bytes);
}
END_TEST

START_TEST(test_lengths_when_negative_or_huge_are_refused)
{
    const char bytes[8] = "a\n1\n";
    mlc_buffer *buffer = NULL;
    mlc_dataset *dataset = NULL;
    mlc_model *model = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_buffer_create(NULL, bytes, -1, &buffer, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_buffer_create(NULL, bytes, INT64_MIN, &buffer, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_buffer_create(NULL, bytes, INT64_MAX, &buffer, &err), MLC_ERROR_NO_MEMORY);
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, bytes, -1, NULL, &dataset, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_model_load_memory(NULL, bytes, -1, NULL, &model, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_int_lt(mlc_model_load_memory(NULL, bytes, 0, NULL, &model, &err), 0);
    mlc_array a = array_of(NULL, MLC_TYPE_FLOAT64, INT64_MAX, 1);
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &a, 1, NULL, &dataset, &err),
                     MLC_ERROR_ARGUMENT);
    a = array_of(bytes, MLC_TYPE_TEXT, INT64_MAX / 8, 1);
    ck_assert_int_lt(mlc_dataset_from_arrays(NULL, &a, 1, NULL, &dataset, &err), 0);
    ck_assert_ptr_null(buffer);
    ck_assert_ptr_null(dataset);
    ck_assert_ptr_null(model);
}
END_TEST

MLCI_CHECK_SUITE("sizes", test_arrays_when_shapes_and_strides_are_odd_then_refused_or_right,
                 test_column_when_past_32_bits_is_read_where_it_is,
                 test_matrix_when_past_32_bits_is_read_where_it_is,
                 test_copy_when_past_the_limit_is_refused_before_it_is_tried,
                 test_lengths_when_negative_or_huge_are_refused)
