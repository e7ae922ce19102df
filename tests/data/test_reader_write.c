/* Batches into files: the bytes are those of the whole, for any batches and threads; memory is that
 * of a batch; and what fails leaves the target as it was. */
#include "reader.h"

#include "file.h"
#include "format_reading.h"
#include "making.h"
#include "torture.h"

/* ---- rows whose batches have dictionaries of their own --------------------------------------- */

static const char *const texts[] = {"", "NA", "1", " x ", "a,b", "\"\"", "l\nl", "?", "\xc3\xa9"};

static void append_row(int64_t i, mlci_text *t)
{
    mlci_text_append_text(t, i % 7 == 0 ? "" : i % 2 == 0 ? "true" : "false");
    mlci_text_append_char(t, ',');
    mlci_text_append_integer(t, i % 11 == 0 ? INT64_MIN + i : i * 1234567891);
    mlci_text_append_char(t, ',');
    if (i % 13 != 0) mlci_text_append_real(t, (double)(i * 7919 - 12345) / 7.0);
    mlci_text_append_format(t, ",%d.5,\"%s\",", (int)i, texts[i % 9]);
    if (i % 5 != 0) mlci_text_append_format(t, "\"%s%d\"", texts[i % 4], (int)(i % 17));
    mlci_text_append_format(t, ",20%d-0%d-1%d 11:00:00.%d\n", (int)(i % 90) + 10, (int)(i % 9) + 1,
                            (int)(i % 10), (int)(i % 100));
}

static mlc_dataset *mixed_rows(int64_t first, int64_t n)
{
    mlci_text t = mlci_text_init(NULL);
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    mlci_text_append_text(&t, "b,i,d,f,t,c,w\n");
    for (int64_t i = first; i < first + n; i++)
        append_row(i, &t);
    const mlc_status status =
        mlc_dataset_parse_csv(NULL, t.data, t.length,
                              "header=true types='b:bool,i:int64,d:float64,f:float32,t:text,"
                              "c:category,w:timestamp'",
                              &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlci_text_clear(&t);
    return d;
}

/* Labels, groups, a sparse vector, whose first rows have no large index. */
static mlc_dataset *sparse_rows(int64_t first, int64_t n)
{
    mlci_text t = mlci_text_init(NULL);
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    for (int64_t i = first; i < first + n; i++) {
        mlci_text_append_format(&t, "%d qid:%d %d:", (int)(i % 3), (int)(i / 10), (int)(i % 5) + 1);
        mlci_text_append_real(&t, (double)i / 3.0);
        mlci_text_append_format(&t, " %d:0\n", (int)(i % 20) + 7);
    }
    const mlc_status status =
        mlc_dataset_parse(NULL, t.data, t.length, "format=libsvm width=40 index_base=1", &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlci_text_clear(&t);
    return d;
}

typedef struct rows_source {
    mlc_dataset *(*make)(int64_t first, int64_t n);
    int64_t next, n, per_batch;
    int64_t fail_at; /* the row whose batch fails; 0: none */
    int32_t n_calls;
} rows_source;

static mlc_status next_rows(void *user, mlc_dataset **out, mlc_error *err)
{
    rows_source *const s = user;
    s->n_calls++;
    if (s->next >= s->n) return MLC_END;
    const int64_t left = s->n - s->next, n = left < s->per_batch ? left : s->per_batch;
    if (s->fail_at > 0 && s->next + n > s->fail_at) {
        strcpy(err->message, "the queue is closed");
        return -1;
    }
    *out = s->make(s->next, n);
    s->next += n;
    return MLC_OK;
}

static mlc_status write_batches(mlc_context *ctx, rows_source *from, const char *path,
                                const char *settings, mlc_error *err)
{
    const mlc_source source = {sizeof source, from, next_rows, NULL};
    mlc_reader *reader = NULL;
    mlc_status status = mlc_reader_from_source(ctx, &source, NULL, &reader, err);
    if (status == MLC_OK) status = mlc_reader_write(ctx, reader, path, settings, err);
    mlc_reader_close(reader);
    return status;
}

static char *bytes_of(const char *path, int64_t *n)
{
    char *bytes = NULL;
    ck_assert_int_eq(mlci_file_read(NULL, path, 0, &bytes, n, NULL), MLC_OK);
    return bytes;
}

/* ---- the same bytes -------------------------------------------------------------------------- */

/* A library may have been built without SQLite. */
static int is_built(const char *name)
{
    mlc_dataset *none = NULL;
    return strstr(name, ".db") == NULL ||
           mlc_dataset_read(NULL, "/no/such.db", NULL, &none, NULL) != MLC_ERROR_UNSUPPORTED;
}

static void assert_written_as_whole(const char *name, rows_source rows)
{
    char whole[128], parts[128], named[64];
    mlc_error err = {0};
    int64_t n_whole = 0, n = 0;
    snprintf(named, sizeof named, "whole_%s", name);
    path_of(whole, named);
    path_of(parts, name);
    mlc_dataset *d = rows.make(0, rows.n);
    mlc_status status = mlc_dataset_write(NULL, d, whole, NULL, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    char *const wanted = bytes_of(whole, &n_whole);
    for (int32_t k = 0; k < 3; k++) {
        const mlc_host host = {.size = sizeof host, .n_threads = k + 1};
        mlc_context *ctx = NULL;
        rows_source from = rows;
        from.per_batch = k == 0 ? 1 : k == 1 ? 7 : rows.n;
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        status = write_batches(ctx, &from, parts, NULL, &err);
        ck_assert_msg(status == MLC_OK, "%s: %s", name, err.message);
        char *const bytes = bytes_of(parts, &n);
        ck_assert_msg(n == n_whole && memcmp(bytes, wanted, (size_t)n) == 0, "%s, batches of %lld",
                      name, (long long)from.per_batch);
        mlci_free(bytes);
        mlc_context_close(ctx);
        unlink(parts);
    }
    mlci_free(wanted);
    mlc_dataset_free(d);
    unlink(whole);
}

START_TEST(test_reader_write_when_batches_differ_gives_the_bytes_of_the_whole)
{
    static const char *const names[] = {"r.csv",   "r.csv.gz",   "r.tsv",
                                        "r.jsonl", "r.jsonl.gz", "r.db"};
    for (int k = 0; k < 6; k++) {
        if (!is_built(names[k])) continue;
        assert_written_as_whole(names[k], (rows_source){.make = mixed_rows, .n = 50});
    }
    assert_written_as_whole("r.svm", (rows_source){.make = sparse_rows, .n = 50});
    assert_written_as_whole("r.svm.gz", (rows_source){.make = sparse_rows, .n = 50});
}
END_TEST

/* Whole numbers: many rows, made at once. */
static mlc_dataset *numbers(int64_t first, int64_t n)
{
    int64_t *const values = malloc((size_t)n * sizeof *values);
    for (int64_t i = 0; i < n; i++)
        values[i] = (first + i) * 1000003;
    const mlc_array arrays[] = {making_integer("a", n, values), making_integer("b", n, values)};
    mlc_dataset *const d = making_dataset(arrays, 2, NULL);
    free(values);
    return d;
}

START_TEST(test_reader_write_when_rows_are_many_gives_the_bytes_of_the_whole)
{
    char path[128];
    char *first = NULL;
    int64_t n_first = 0, n = 0;
    path_of(path, "many.csv");
    for (int32_t k = 0; k < 3; k++) { /* past chunks, groups of them and slices */
        const mlc_host host = {.size = sizeof host, .n_threads = k + 1};
        static const int64_t per_batch[] = {270000, 16385, 100000};
        rows_source from = {.make = numbers, .n = 270000, .per_batch = per_batch[k]};
        mlc_context *ctx = NULL;
        mlc_dataset *const d = numbers(0, k == 0 ? from.n : 1);
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        if (k == 0) ck_assert_int_eq(mlc_dataset_write(ctx, d, path, NULL, NULL), MLC_OK);
        if (k > 0) ck_assert_int_eq(write_batches(ctx, &from, path, NULL, NULL), MLC_OK);
        char *const bytes = bytes_of(path, &n);
        mlc_dataset_free(d);
        mlc_context_close(ctx);
        if (k == 0) first = bytes, n_first = n;
        ck_assert_int_eq(n, n_first);
        ck_assert_mem_eq(bytes, first, (size_t)n);
        if (k > 0) mlci_free(bytes);
    }
    mlci_free(first);
    unlink(path);
}
END_TEST

/* ---- files into files ------------------------------------------------------------------------ */

/* What is written through batches of the file reads back to the same rows. */
static void assert_converts(const char *from, const char *to)
{
    char a[128], b[128];
    mlc_reader *reader = NULL;
    mlc_dataset *const d = mixed_rows(0, 60);
    mlc_dataset *first = NULL, *again = NULL;
    mlc_error err = {0};
    path_of(a, from);
    path_of(b, to);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, a, NULL, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_read_like(NULL, a, d, "text=text", &first, &err), MLC_OK);
    ck_assert_int_eq(mlc_reader_open(NULL, a, "text=text", &reader, NULL), MLC_OK);
    const mlc_status status = mlc_reader_write(NULL, reader, b, NULL, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_int_eq(mlc_reader_n_rows(reader), 60);
    mlc_reader_close(reader);
    ck_assert_int_eq(mlc_dataset_read_like(NULL, b, d, "text=text", &again, &err), MLC_OK);
    assert_same(first, again);
    mlc_dataset_free(first);
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(a);
    unlink(b);
}

START_TEST(test_reader_write_of_files_reads_back_the_same)
{
    assert_converts("a.csv.gz", "b.jsonl");
    assert_converts("a.jsonl", "b.csv");
    assert_converts("a.jsonl.gz", "b.tsv.gz");
    assert_converts("same.jsonl", "same.jsonl");
    if (!is_built(".db")) return;
    assert_converts("a.csv", "b.db");
    assert_converts("a.db", "b.jsonl");
}
END_TEST

/* ---- bounds ---------------------------------------------------------------------------------- */

START_TEST(test_reader_write_of_more_than_memory_stays_within_its_bound)
{
    static const struct {
        const char *name;
        int64_t limit;
    } cases[] = {{"bound.csv", (int64_t)4 << 20}, {"bound.jsonl.gz", (int64_t)16 << 20}};
    for (int k = 0; k < 2; k++) {
        const mlc_host host = {
            .size = sizeof host, .n_threads = 2, .memory_limit_bytes = cases[k].limit};
        char path[128];
        mlc_context *ctx = NULL;
        mlc_error err = {0};
        /* Numbers of 8 MB, lines of 17 and 22 MB. */
        rows_source from = {.make = numbers, .n = 500000, .per_batch = 10000};
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        const mlc_status status =
            write_batches(ctx, &from, path_of(path, cases[k].name), NULL, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        mlc_context_close(ctx);
        unlink(path);
    }
}
END_TEST

/* ---- what is wrong --------------------------------------------------------------------------- */

static void put_file(const char *path, const char *text)
{
    FILE *const file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(test_reader_write_when_the_source_fails_leaves_the_target_as_it_was)
{
    static const char *const names[] = {"f.csv", "f.jsonl.gz", "f.db"};
    for (int k = 0; k < 3; k++) {
        char path[128];
        rows_source from = {.make = mixed_rows, .n = 60, .per_batch = 7, .fail_at = 30};
        mlc_error err = {0};
        if (!is_built(names[k])) continue;
        path_of(path, names[k]);
        ck_assert_int_eq(write_batches(NULL, &from, path, NULL, &err), MLC_ERROR_CALLBACK);
        ck_assert_ptr_nonnull(strstr(err.message, "the queue is closed"));
        ck_assert_int_ne(access(path, F_OK), 0);
        if (k == 2) continue;
        put_file(path, "the old file");
        from.next = 0;
        ck_assert_int_eq(write_batches(NULL, &from, path, NULL, &err), MLC_ERROR_CALLBACK);
        char *const text = text_of_file(path);
        ck_assert_str_eq(text, "the old file");
        free(text);
        unlink(path);
    }
}
END_TEST

START_TEST(test_reader_write_when_writing_fails_ends_the_reader)
{
    rows_source from = {.make = mixed_rows, .n = 60, .per_batch = 7};
    const mlc_source source = {sizeof source, &from, next_rows, NULL};
    mlc_reader *reader = NULL;
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_reader_from_source(NULL, &source, NULL, &reader, NULL), MLC_OK);
    ck_assert_int_eq(mlc_reader_write(NULL, reader, "/no/such/x.csv", NULL, &err), MLC_ERROR_IO);
    ck_assert_int_eq(from.n_calls, 1);
    ck_assert_int_eq(mlc_reader_next(NULL, reader, &out, &err), MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "/no/such/x.csv"));
    mlc_reader_close(reader);
    /* A role that is missing is found with the first rows, before there is a file. */
    from = (rows_source){.make = mixed_rows, .n = 60, .per_batch = 7};
    ck_assert_int_eq(write_batches(NULL, &from, "/tmp/mlc_never.svm", NULL, &err), MLC_ERROR_ROLE);
    ck_assert_int_ne(access("/tmp/mlc_never.svm", F_OK), 0);
}
END_TEST

START_TEST(test_reader_write_when_settings_are_wrong_reads_nothing)
{
    static const struct {
        const char *path, *settings, *message;
        mlc_status status;
    } cases[] = {
        {"/tmp/x.csv", "delimeter=;", "did you mean 'delimiter'?", MLC_ERROR_SETTING},
        {"/tmp/x.csv", "delimiter='.'", "must be tab, or one byte", MLC_ERROR_SETTING},
        {"/tmp/x.jsonl", "nan=zero", "must be word or null", MLC_ERROR_SETTING},
        {"/tmp/x.svm", "index_base=2", "must be 0 or 1", MLC_ERROR_SETTING},
        {"/tmp/x.what", NULL, "the ending does not tell the format", MLC_ERROR_FORMAT},
        {"/tmp/x.csv", "format=parquet", "known are csv", MLC_ERROR_SETTING},
    };
    rows_source from = {.make = mixed_rows, .n = 10, .per_batch = 7};
    const mlc_source source = {sizeof source, &from, next_rows, NULL};
    mlc_reader *reader = NULL;
    mlc_dataset *all = NULL;
    ck_assert_int_eq(mlc_reader_from_source(NULL, &source, NULL, &reader, NULL), MLC_OK);
    for (int k = 0; k < 6; k++) {
        making_assert_fails(mlc_reader_write(NULL, reader, cases[k].path, cases[k].settings, err),
                            cases[k].status, cases[k].message);
    }
    making_assert_fails(mlc_reader_write(NULL, NULL, "x.csv", NULL, err), MLC_ERROR_ARGUMENT,
                        "reader is NULL");
    making_assert_fails(mlc_reader_write(NULL, reader, NULL, NULL, err), MLC_ERROR_ARGUMENT,
                        "path is NULL");
    ck_assert_int_eq(from.n_calls, 0);
    ck_assert_int_eq(mlc_reader_collect(NULL, reader, &all, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(all), 10);
    ck_assert_int_eq(mlc_reader_write(NULL, reader, "/tmp/mlc_never.csv", NULL, NULL), MLC_END);
    ck_assert_int_ne(access("/tmp/mlc_never.csv", F_OK), 0);
    mlc_dataset_free(all);
    mlc_reader_close(reader);
}
END_TEST

START_TEST(test_reader_write_when_a_batch_contradicts_the_first_says_what_helps)
{
    char from[128], to[128];
    mlc_reader *reader = NULL;
    mlc_error err = {0};
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "a,b\n");
    for (int64_t i = 0; i < 600000; i++)
        mlci_text_append_text(&t, "1,aaaaaaaaaaaa\n");
    mlci_text_append_text(&t, "2.5,b\n");
    path_of(from, "contradicts.csv");
    path_of(to, "contradicts.jsonl");
    put_file(from, t.data);
    ck_assert_int_eq(mlc_reader_open(NULL, from, NULL, &reader, NULL), MLC_OK);
    ck_assert_int_eq(mlc_reader_write(NULL, reader, to, NULL, &err), MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.name, "a");
    ck_assert_ptr_nonnull(strstr(err.message, "types='a:float64'"));
    ck_assert_int_ne(access(to, F_OK), 0);
    mlc_reader_close(reader);
    ck_assert_int_eq(mlc_reader_open(NULL, from, "types=a:float64", &reader, NULL), MLC_OK);
    ck_assert_int_eq(mlc_reader_write(NULL, reader, to, NULL, &err), MLC_OK);
    mlc_reader_close(reader);
    mlci_text_clear(&t);
    unlink(from);
    unlink(to);
}
END_TEST

START_TEST(test_reader_write_when_cancelled_leaves_nothing)
{
    char path[128];
    mlc_context *ctx = NULL;
    rows_source from = {.make = mixed_rows, .n = 60, .per_batch = 7};
    path_of(path, "cancelled.csv");
    for (int64_t polls = 1;; polls++) {
        ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
        mlci_root_set_cancel_after(mlci_context_root(ctx), polls);
        from.next = 0;
        const mlc_status status = write_batches(ctx, &from, path, NULL, NULL);
        mlc_context_close(ctx);
        if (status == MLC_OK) break;
        ck_assert_int_eq(status, MLC_ERROR_CANCELLED);
        ck_assert_int_ne(access(path, F_OK), 0);
        ck_assert_int_lt(polls, 1000);
    }
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    rows_source from = {.make = mixed_rows, .n = 6, .per_batch = 4};
    path_of(path, arg);
    if (strstr(arg, ".svm") != NULL) from.make = sparse_rows;
    const mlc_status status = write_batches(ctx, &from, path, NULL, err);
    ck_assert_int_eq(unlink(path) == 0, status == MLC_OK);
    return status;
}
MLCI_TORTURE_TEST(test_reader_write_csv_when_memory_fails_leaks_nothing, write_and_free,
                  (void *)"m.csv.gz")
MLCI_TORTURE_TEST(test_reader_write_jsonl_when_memory_fails_leaks_nothing, write_and_free,
                  (void *)"m.jsonl")
MLCI_TORTURE_TEST(test_reader_write_libsvm_when_memory_fails_leaks_nothing, write_and_free,
                  (void *)"m.svm")

MLCI_CHECK_SUITE("reader_write", test_reader_write_when_batches_differ_gives_the_bytes_of_the_whole,
                 test_reader_write_when_rows_are_many_gives_the_bytes_of_the_whole,
                 test_reader_write_of_files_reads_back_the_same,
                 test_reader_write_of_more_than_memory_stays_within_its_bound,
                 test_reader_write_when_the_source_fails_leaves_the_target_as_it_was,
                 test_reader_write_when_writing_fails_ends_the_reader,
                 test_reader_write_when_settings_are_wrong_reads_nothing,
                 test_reader_write_when_a_batch_contradicts_the_first_says_what_helps,
                 test_reader_write_when_cancelled_leaves_nothing,
                 test_reader_write_csv_when_memory_fails_leaks_nothing,
                 test_reader_write_jsonl_when_memory_fails_leaks_nothing,
                 test_reader_write_libsvm_when_memory_fails_leaks_nothing)
