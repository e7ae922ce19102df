/* Batches joined are what reading at once gives; their types stay; their memory is bounded. */
#include "csv_batches.h"

#include <stdio.h>
#include <unistd.h>

#include "csv_reading.h"
#include "gzip.h"
#include "torture.h"

static char path[64];

static void write_file(const char *bytes, int64_t n)
{
    snprintf(path, sizeof path, "/tmp/mlc_csv_batches_%ld", (long)getpid());
    FILE *const file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq((int64_t)fwrite(bytes, 1, (size_t)n, file), n);
    fclose(file);
}

/* Some 13 MB: three batches or more. late: the last row has it as its number. */
static mlci_text rows_of(const char *late)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "i,x,kind,note,when,ok\n");
    for (int i = 0; i < 160000; i++) {
        mlci_text_append_format(&t, "%d,%d.25,kind %d,\"a note, number\n%d\",", i, i % 1000, i % 7,
                                i);
        mlci_text_append_format(&t, "2024-02-%d 10:%d:00,%s\n", i % 19 + 10, i % 50 + 10,
                                i % 3 == 0 ? "" : "true");
    }
    mlci_text_append_format(&t, "%s,1,kind 1,last,2024-01-01,false\n", late);
    return t;
}

/* Every so many rows of a batch are those of the whole from `row` on. */
static void compare(const mlc_dataset *batch, const mlc_dataset *whole, int64_t row)
{
    for (int64_t i = 0; i < batch->n_rows; i += 97) {
        for (int32_t j = 0; j < batch->n_fields; j++) {
            const mlci_column *const x = batch->fields[j].column;
            const mlci_column *const y = whole->fields[j].column;
            int64_t n = 0, m = 0;
            double v = 0, w = 0;
            ck_assert_str_eq(batch->fields[j].name, whole->fields[j].name);
            ck_assert_int_eq(x->type, y->type);
            ck_assert_int_eq(mlci_column_is_valid(x, i), mlci_column_is_valid(y, row + i));
            const char *const s = mlci_column_text(x, i, &n);
            const char *const t = mlci_column_text(y, row + i, &m);
            ck_assert_int_eq(s == NULL, t == NULL);
            if (s != NULL) ck_assert(n == m && memcmp(s, t, (size_t)n) == 0);
            if (x->type == MLC_TYPE_CATEGORY || x->type == MLC_TYPE_TEXT) continue;
            mlci_column_reals(x, i, 1, &v, 1);
            mlci_column_reals(y, row + i, 1, &w, 1);
            ck_assert_int_eq(memcmp(&v, &w, sizeof v), 0);
        }
    }
}

static mlc_status read_all(mlc_context *ctx, const char *settings, int64_t *n_batches,
                           mlc_dataset **whole, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_batches batches = {0};
    int64_t row = 0;
    *n_batches = 0;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_csv_open_batches(call, path, settings, &batches, err);
    mlci_call_end(call);
    while (status == MLC_OK) {
        mlc_dataset *batch = NULL;
        status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
        if (status != MLC_OK) break;
        status = batches.next(batches.self, call, &batch, err);
        mlci_call_end(call);
        if (status != MLC_OK) break;
        *n_batches += 1;
        if (whole != NULL) compare(batch, *whole, row);
        row += batch->n_rows;
        mlc_dataset_free(batch);
    }
    if (batches.close != NULL) batches.close(batches.self);
    if (whole != NULL) ck_assert_int_eq(row, (*whole)->n_rows);
    return status == MLC_END ? MLC_OK : status;
}

START_TEST(test_batches_then_the_rows_of_the_whole_file)
{
    mlci_text text = rows_of("7");
    char *packed = NULL;
    int64_t n_packed = 0, n_batches = 0;
    ck_assert_int_eq(mlci_gzip(NULL, text.data, text.length, &packed, &n_packed, NULL), MLC_OK);
    mlc_dataset *whole = NULL;
    mlc_error err = {0};
    write_file(text.data, text.length);
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, path, NULL, &whole, &err), MLC_OK);
    ck_assert_int_eq(whole->n_rows, 160001);
    ck_assert_msg(read_all(NULL, NULL, &n_batches, &whole, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_ge(n_batches, 3);
    write_file(packed, n_packed);
    ck_assert_msg(read_all(NULL, NULL, &n_batches, &whole, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_ge(n_batches, 3);
    unlink(path);
    mlc_dataset_free(whole);
    mlci_free(packed);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_batches_of_a_file_above_the_limit_then_read)
{
    mlci_text text = mlci_text_init(NULL);
    mlc_host host = {.size = sizeof host, .memory_limit_bytes = 32 << 20, .n_threads = 2};
    for (int i = 0; i < 4; i++) {
        mlci_text part = rows_of("7");
        mlci_text_append(&text, part.data + (i > 0 ? 22 : 0), part.length - (i > 0 ? 22 : 0));
        mlci_text_clear(&part);
    }
    ck_assert_int_gt(text.length, host.memory_limit_bytes);
    write_file(text.data, text.length);
    mlc_context *ctx = NULL;
    mlc_dataset *whole = NULL;
    mlc_error err = {0};
    int64_t n_batches = 0;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_read_csv(ctx, path, NULL, &whole, &err), MLC_ERROR_NO_MEMORY);
    ck_assert_msg(read_all(ctx, NULL, &n_batches, NULL, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_ge(n_batches, 10);
    mlc_context_close(ctx);
    unlink(path);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_batches_with_a_late_contradiction_then_place_and_setting_are_named)
{
    mlci_text text = rows_of("7.5");
    write_file(text.data, text.length);
    mlc_error err;
    int64_t n_batches = 0;
    char expected[400];
    snprintf(expected, sizeof expected,
             "%s:320002:1: '7.5' in column 'i' is not an int64 as in the first rows, which settle "
             "the types of all batches: give the column's type, as in types='i:float64'",
             path);
    ck_assert_int_eq(read_all(NULL, NULL, &n_batches, NULL, &err), MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.message, expected);
    ck_assert_int_eq(err.line, 320002);
    ck_assert_int_eq(read_all(NULL, "types='i:float64'", &n_batches, NULL, &err), MLC_OK);
    unlink(path);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_batches_of_a_header_then_one_without_rows)
{
    int64_t n_batches = 0;
    mlc_error err;
    write_file("a,b\n", 4);
    ck_assert_int_eq(read_all(NULL, NULL, &n_batches, NULL, &err), MLC_OK);
    ck_assert_int_eq(n_batches, 1);
    write_file("", 0);
    ck_assert_int_eq(read_all(NULL, NULL, &n_batches, NULL, &err), MLC_ERROR_FORMAT);
    unlink(path);
    ck_assert_int_eq(read_all(NULL, NULL, &n_batches, NULL, &err), MLC_ERROR_IO);
}
END_TEST

static mlc_status read_batches(mlc_context *ctx, void *arg, mlc_error *err)
{
    int64_t n_batches = 0;
    return read_all(ctx, "target=b", &n_batches, NULL, err);
}

START_TEST(test_batches_when_memory_fails_leaks_nothing)
{
    static const char *const text = "a,b,c\n1,x,\"q\"\"q\"\n2.5,y,\n";
    write_file(text, (int64_t)strlen(text));
    mlci_torture(read_batches, NULL);
    unlink(path);
}
END_TEST

MLCI_CHECK_SUITE("csv_batches", test_batches_then_the_rows_of_the_whole_file,
                 test_batches_of_a_file_above_the_limit_then_read,
                 test_batches_with_a_late_contradiction_then_place_and_setting_are_named,
                 test_batches_of_a_header_then_one_without_rows,
                 test_batches_when_memory_fails_leaks_nothing)
