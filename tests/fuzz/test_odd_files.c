/* The files of tests/data/hostile, each with what it has to give: cases.txt of each folder says
 * how. Each is read through the public functions by 1 to 7 threads, from its path and from memory,
 * whole and in batches, then in chunks, windows and batches of a few bytes: always with the same
 * outcome. MLC_ODD_FILES is the folder. Of the chunks, windows and batches each STEP-th is tried,
 * with MLC_LONG all of them. */
#include <fcntl.h>
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_suite.h"
#include "csv.h"
#include "csv_batches.h"
#include "format_batches.h"
#include "gzip.h"
#include "jsonl.h"
#include "libsvm.h"
#include "odd_outcome.h"
#include "reader.h"
#include "text_file.h"

#define LONGEST 65536 /* of a line of cases.txt */
#define STEP 11

/* A line of cases.txt. */
typedef struct odd_case {
    char line[LONGEST];
    const char *format, *name, *settings, *expected; /* in the line */
    char path[LONGEST + 512];
    char full_settings[LONGEST + 64]; /* with format= */
    char *bytes;
    int64_t n;
} odd_case;

typedef void (*case_function)(const odd_case *c);

static void read_bytes(odd_case *c)
{
    FILE *const file = fopen(c->path, "rb");
    ck_assert_msg(file != NULL, "cases.txt names %s, which is not there", c->path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    c->n = ftell(file);
    rewind(file);
    c->bytes = malloc((size_t)c->n + 1);
    ck_assert_ptr_nonnull(c->bytes);
    ck_assert_int_eq((int64_t)fread(c->bytes, 1, (size_t)c->n, file), c->n);
    fclose(file);
}

/* The three fields of a line: name, settings, what is expected, with tabs between them. */
static void take_apart(odd_case *c, const char *folder, const char *format)
{
    char *const first = strchr(c->line, '\t');
    char *const second = first == NULL ? NULL : strchr(first + 1, '\t');
    ck_assert_msg(second != NULL, "%s/cases.txt: '%s' has no two tabs", format, c->line);
    *first = *second = '\0';
    c->line[strlen(second + 1) + (size_t)(second + 1 - c->line) - 1] = '\0'; /* the line end */
    c->format = format;
    c->name = c->line;
    c->settings = first + 1;
    c->expected = second + 1;
    snprintf(c->path, sizeof c->path, "%s/%s/%s", folder, format, c->name);
    snprintf(c->full_settings, sizeof c->full_settings, "format=%s %s", format, c->settings);
    read_bytes(c);
}

static void each_case(const char *format, case_function run)
{
    static odd_case c;
    char path[LONGEST + 512];
    const char *const folder = getenv("MLC_ODD_FILES");
    ck_assert_msg(folder != NULL, "MLC_ODD_FILES is not set: tests/data/hostile");
    snprintf(path, sizeof path, "%s/%s/cases.txt", folder, format);
    FILE *const file = fopen(path, "r");
    ck_assert_msg(file != NULL, "no %s", path);
    int n_cases = 0;
    while (fgets(c.line, sizeof c.line, file) != NULL) {
        if (c.line[0] == '#' || c.line[0] == '\n') continue;
        take_apart(&c, folder, format);
        run(&c);
        free(c.bytes);
        n_cases++;
    }
    fclose(file);
    ck_assert_int_gt(n_cases, 20);
}

/* Compares and clears. */
static void check_outcome(const odd_case *c, const char *how, int64_t detail, mlci_text outcome)
{
    ck_assert_msg(strcmp(outcome.data == NULL ? "" : outcome.data, c->expected) == 0,
                  "%s, %s (%lld):\n%s\t%s\t%s\nwas expected, and this came:\n%s", c->path, how,
                  (long long)detail, c->name, c->settings, c->expected, outcome.data);
    mlci_text_clear(&outcome);
}

static mlc_context *context_of(int32_t n_threads)
{
    const mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    return ctx;
}

/* ---- the public functions ------------------------------------------------------------------- */

static mlc_status read_through_reader(mlc_context *ctx, const odd_case *c, mlc_dataset **out,
                                      mlc_error *err)
{
    mlc_reader *reader = NULL;
    mlc_status status = mlc_reader_open(ctx, c->path, c->full_settings, &reader, err);
    if (status == MLC_OK) status = mlc_reader_collect(ctx, reader, out, err);
    mlc_reader_close(reader);
    return status;
}

static void read_in_public(const odd_case *c)
{
    static const int32_t threads[] = {1, 2, 3, 7};
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        mlc_context *const ctx = context_of(threads[t]);
        mlc_dataset *d = NULL;
        mlc_error err;
        mlc_status status = mlc_dataset_read(ctx, c->path, c->full_settings, &d, &err);
        check_outcome(c, "mlc_dataset_read, threads", threads[t],
                      outcome_of(status, &err, c->path, c->name, d));
        d = NULL;
        status = mlc_dataset_parse(ctx, c->bytes, c->n, c->full_settings, &d, &err);
        /* What the door inflates is called so. */
        const int is_inflating = status != MLC_OK && strncmp(err.message, "bytes:", 6) == 0;
        check_outcome(c, "mlc_dataset_parse, threads", threads[t],
                      outcome_of(status, &err, is_inflating ? "bytes" : c->format, c->name, d));
        mlc_context_close(ctx);
    }
}

/* A file without rows may have no batch. */
static int has_rows(const odd_case *c)
{
    return strstr(c->expected, " | ") != NULL;
}

static void read_in_batches(const odd_case *c)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    const mlc_status status = read_through_reader(NULL, c, &d, &err);
    if (status == MLC_END && !has_rows(c)) return;
    check_outcome(c, "mlc_reader_collect", 0, outcome_of(status, &err, c->path, c->name, d));
}

START_TEST(test_odd_csv_files_then_what_is_expected)
{
    each_case("csv", read_in_public);
    each_case("csv", read_in_batches);
}
END_TEST

START_TEST(test_odd_jsonl_files_then_what_is_expected)
{
    each_case("jsonl", read_in_public);
    each_case("jsonl", read_in_batches);
}
END_TEST

START_TEST(test_odd_libsvm_files_then_what_is_expected)
{
    each_case("libsvm", read_in_public);
    each_case("libsvm", read_in_batches);
}
END_TEST

/* ---- chunks and windows -----------------------------------------------------------------------
 */

static mlc_status csv_in_windows(mlc_context *call, const char *path, const char *settings,
                                 const mlci_csv_sizes *sizes, mlc_dataset **out, mlc_error *err)
{
    mlci_csv_settings s = {0};
    mlci_byte_stream *stream = NULL;
    MLCI_TRY(mlci_csv_settings_read(NULL, settings, &s, err));
    mlc_status status = mlci_byte_stream_open(call, path, s.encoding, 0, &stream, err);
    if (status == MLC_OK) status = mlci_csv_read_stream(call, path, stream, &s, sizes, out, err);
    mlci_csv_settings_clear(&s);
    return status;
}

static mlc_status jsonl_in_chunks(mlc_context *call, const odd_case *c, int64_t chunk_bytes,
                                  mlc_dataset **out, mlc_error *err)
{
    mlci_jsonl_settings s;
    const char *text = c->bytes;
    int64_t n = c->n;
    MLCI_TRY(mlci_text_skip_mark("jsonl", &text, &n, err));
    MLCI_TRY(mlci_jsonl_settings_read(NULL, c->settings, &s, err));
    const mlc_status status =
        mlci_jsonl_read_text(call, "jsonl", text, n, &s, chunk_bytes, out, err);
    mlci_jsonl_settings_clear(&s);
    return status;
}

static mlc_status libsvm_in_chunks(mlc_context *call, const odd_case *c, int64_t chunk_bytes,
                                   mlc_dataset **out, mlc_error *err)
{
    mlci_libsvm_settings s;
    const char *text = c->bytes;
    int64_t n = c->n;
    MLCI_TRY(mlci_text_skip_mark("libsvm", &text, &n, err));
    MLCI_TRY(mlci_libsvm_settings_read(NULL, c->settings, &s, err));
    const mlc_status status =
        mlci_libsvm_read_text(call, "libsvm", text, n, NULL, &s, chunk_bytes, out, err);
    mlci_libsvm_settings_clear(&s);
    return status;
}

static mlc_context *begin(mlc_context *local, int32_t n_threads)
{
    mlc_context *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    return call;
}

/* Is the next trial one of those to be made? Of each file they are others. */
static int is_turn(void)
{
    static int64_t n_trials;
    return n_trials++ % STEP == 0 || getenv("MLC_LONG") != NULL;
}

/* Of chunks and batches. */
static int64_t next_size(int64_t size)
{
    return size < 16 ? size + 1 : size < 80 ? size + 9 : 2 * size;
}

/* A mistake in the settings is found before anything is read, at a place in their text. */
static int is_about_settings(const odd_case *c)
{
    return strncmp(c->expected, "SETTING ", 8) == 0;
}

static int is_packed(const odd_case *c)
{
    return c->n >= 2 && memcmp(c->bytes, "\x1f\x8b", 2) == 0;
}

static int starts_with_mark(const odd_case *c)
{
    return c->n >= 3 && memcmp(c->bytes, "\xef\xbb\xbf", 3) == 0;
}

/* In chunks of so many bytes, from memory or, for CSV, through windows over the file. */
static void read_in_chunks_of(const odd_case *c, int64_t size)
{
    mlc_context local, *const call = begin(&local, (int32_t)(size % 3 + 1));
    mlc_dataset *d = NULL;
    mlc_error err;
    mlc_status status;
    if (strcmp(c->format, "csv") == 0) {
        const mlci_csv_sizes sizes = {size, 64 + size % 61, 1 + size % 89};
        status = csv_in_windows(call, c->path, c->settings, &sizes, &d, &err);
        check_outcome(c, "windows, chunks of bytes", size,
                      outcome_of(status, &err, c->path, c->name, d));
    } else if (strcmp(c->format, "jsonl") == 0) {
        status = jsonl_in_chunks(call, c, size, &d, &err);
        check_outcome(c, "chunks of bytes", size, outcome_of(status, &err, c->format, c->name, d));
    } else {
        status = libsvm_in_chunks(call, c, size, &d, &err);
        check_outcome(c, "chunks of bytes", size, outcome_of(status, &err, c->format, c->name, d));
    }
    mlci_call_end(call);
}

static void read_in_chunks(const odd_case *c)
{
    const int is_csv = strcmp(c->format, "csv") == 0;
    /* The door inflates text and takes the mark away before these readers see it. */
    if (!is_csv && (is_packed(c) || starts_with_mark(c))) return;
    if (is_about_settings(c)) return;
    for (int64_t size = 1; size < c->n + 2 && size < 40000; size = next_size(size)) {
        if (is_turn()) read_in_chunks_of(c, size);
    }
}

START_TEST(test_odd_files_in_chunks_of_any_size_then_the_same)
{
    each_case("csv", read_in_chunks);
    each_case("jsonl", read_in_chunks);
    each_case("libsvm", read_in_chunks);
}
END_TEST

/* ---- windows at every byte --------------------------------------------------------------------
 */

/* Blank lines in front move all that follows over the borders of windows, which are 64 bytes. */
static void read_moved(const odd_case *c)
{
    static char blanks[80];
    if (is_packed(c) || starts_with_mark(c) || c->n > 2000) return;
    if (strstr(c->settings, "utf-16") != NULL) return;
    memset(blanks, '\n', sizeof blanks);
    char path[64];
    const int memory = memfd_create("odd", 0);
    ck_assert_int_ge(memory, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    for (int64_t n = 1; n <= 64; n++) {
        mlci_text outcome[2];
        if (!is_turn()) continue;
        ck_assert_int_eq(ftruncate(memory, 0), 0);
        ck_assert_int_eq(pwrite(memory, blanks, (size_t)n, 0), n);
        ck_assert_int_eq(pwrite(memory, c->bytes, (size_t)c->n, n), c->n);
        for (int k = 0; k < 2; k++) {
            mlc_context local, *const call = begin(&local, k == 0 && n % 8 == 0 ? 2 : 1);
            const mlci_csv_sizes sizes = {k == 0 ? 16 : 1 << 20, k == 0 ? 64 : 1 << 20, 64};
            mlc_dataset *d = NULL;
            mlc_error err;
            const mlc_status status = csv_in_windows(call, path, c->settings, &sizes, &d, &err);
            outcome[k] = outcome_of(status, &err, path, c->name, d);
            mlci_call_end(call);
        }
        ck_assert_msg(strcmp(outcome[0].data, outcome[1].data) == 0,
                      "%s behind %d blank lines:\n%s\nin small windows, else\n%s", c->path, (int)n,
                      outcome[0].data, outcome[1].data);
        mlci_text_clear(&outcome[0]);
        mlci_text_clear(&outcome[1]);
    }
    close(memory);
}

START_TEST(test_odd_csv_files_with_window_borders_anywhere_then_the_same)
{
    each_case("csv", read_moved);
}
END_TEST

/* ---- small batches ----------------------------------------------------------------------------
 */

static mlc_status open_batches_of(const odd_case *c, mlc_context *call, int64_t size,
                                  mlci_batches *out, mlc_error *err)
{
    if (strcmp(c->format, "csv") == 0) {
        return mlci_csv_open_batches_of(call, c->path, c->settings, size, out, err);
    }
    if (strcmp(c->format, "jsonl") == 0) {
        return mlci_jsonl_open_batches_of(call, c->path, c->settings, size, out, err);
    }
    return mlci_libsvm_open_batches_of(call, c->path, c->settings, size, out, err);
}

static mlc_status rows_of_batches(const odd_case *c, int64_t size, mlci_text *rows, mlc_error *err)
{
    mlc_context local, *call = begin(&local, 2);
    mlci_batches batches = {0};
    mlc_status status = open_batches_of(c, call, size, &batches, err);
    mlci_call_end(call);
    while (status == MLC_OK) {
        mlc_dataset *batch = NULL;
        call = begin(&local, 2);
        status = batches.next(batches.self, call, &batch, err);
        mlci_call_end(call);
        if (status == MLC_OK) outcome_rows(rows, batch);
        mlc_dataset_free(batch);
    }
    if (batches.close != NULL) batches.close(batches.self);
    return status;
}

/* Two paths of one name are told from each other in one batch only. */
static int is_told_together(const odd_case *c)
{
    return strstr(c->expected, "are both named") != NULL;
}

/* Does the message say that types, columns or the width were settled before? */
static int is_of_first_batch(const mlc_error *err)
{
    return strstr(err->message, "first") != NULL || strstr(err->message, "(width=)") != NULL;
}

/* The rows are those of the whole file; or the message says that the first rows settle the types,
 * or what is wrong with the file. */
static void read_in_small_batches(const odd_case *c)
{
    if (is_about_settings(c) || is_told_together(c)) return;
    for (int64_t size = 1; size < c->n + 2 && size < 40000; size = next_size(size)) {
        if (!is_turn()) continue;
        mlci_text rows = mlci_text_init(NULL);
        mlc_error err = {0};
        const mlc_status status = rows_of_batches(c, size, &rows, &err);
        if (status == MLC_END) {
            const char *const expected = strstr(c->expected, " | ");
            const char *const end = strstr(c->expected, " ! ");
            const size_t n = expected == NULL ? 0
                             : end == NULL    ? strlen(expected)
                                              : (size_t)(end - expected);
            ck_assert_msg((size_t)rows.length == n &&
                              (n == 0 || memcmp(rows.data, expected, n) == 0),
                          "%s, batches of %d bytes: %.*s", c->path, (int)size, (int)rows.length,
                          rows.length == 0 ? "" : rows.data);
        } else if (!is_of_first_batch(&err)) {
            check_outcome(c, "batches of bytes", size,
                          outcome_of(status, &err, c->path, c->name, NULL));
        }
        mlci_text_clear(&rows);
    }
}

START_TEST(test_odd_files_in_batches_of_any_size_then_the_same_rows)
{
    each_case("csv", read_in_small_batches);
    each_case("jsonl", read_in_small_batches);
    each_case("libsvm", read_in_small_batches);
}
END_TEST

/* ---- gzip that becomes a thousand times as much ------------------------------------------------
 */

#define BOMB_BYTES (1 << 20) /* that a member inflates to */
#define BOMB_MEMBERS 300
#define BOMB_LIMIT ((int64_t)48 << 20)

static void write_member(FILE *file, const char *plain, int64_t n_plain, int times)
{
    char *packed = NULL;
    int64_t n = 0;
    ck_assert_int_eq(mlci_gzip(NULL, plain, n_plain, &packed, &n, NULL), MLC_OK);
    for (int i = 0; i < times; i++)
        ck_assert_int_eq((int64_t)fwrite(packed, 1, (size_t)n, file), n);
    mlci_free(packed);
}

/* A file of a text and 300 MB of one byte. */
static void write_bomb(const char *head, char byte, const char *path)
{
    static char plain[BOMB_BYTES];
    memset(plain, byte, sizeof plain);
    FILE *const file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    write_member(file, head, (int64_t)strlen(head), 1);
    write_member(file, plain, BOMB_BYTES, BOMB_MEMBERS);
    ck_assert_int_lt(ftell(file), BOMB_BYTES);
    fclose(file);
}

/* Whole and in batches: with that status, or one row. */
static void read_bomb(const char *head, char byte, const char *format, mlc_status expected)
{
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = BOMB_LIMIT, .n_threads = 2};
    char path[64], settings[64];
    mlc_context *ctx = NULL;
    mlc_dataset *d = NULL;
    mlc_reader *reader = NULL;
    mlc_error err;
    snprintf(path, sizeof path, "/tmp/mlc_bomb_%ld.gz", (long)getpid());
    snprintf(settings, sizeof settings, "format=%s", format);
    write_bomb(head, byte, path);
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_read(ctx, path, settings, &d, &err), expected);
    ck_assert_int_eq(mlc_dataset_n_rows(d), expected == MLC_OK);
    mlc_dataset_free(d);
    d = NULL;
    mlc_status status = mlc_reader_open(ctx, path, settings, &reader, &err);
    if (status == MLC_OK) status = mlc_reader_collect(ctx, reader, &d, &err);
    ck_assert_int_eq(status, expected);
    ck_assert_int_eq(mlc_dataset_n_rows(d), expected == MLC_OK);
    mlc_dataset_free(d);
    mlc_reader_close(reader);
    mlc_context_close(ctx);
    unlink(path);
}

START_TEST(test_gzip_of_a_line_beyond_the_limit_then_no_memory)
{
    read_bomb("a,b\n", 'x', "csv", MLC_ERROR_NO_MEMORY);
    read_bomb("a,b\n1,\"", '\n', "csv", MLC_ERROR_NO_MEMORY);
    read_bomb("{\"a\":1}\n", 'x', "jsonl", MLC_ERROR_NO_MEMORY);
    read_bomb("1 1:1\n", ' ', "libsvm", MLC_ERROR_NO_MEMORY);
}
END_TEST

START_TEST(test_gzip_of_blank_lines_beyond_the_limit_then_read_in_windows)
{
    read_bomb("a,b\n1,2\n", '\n', "csv", MLC_OK);
}
END_TEST

MLCI_CHECK_SUITE("odd_files", test_odd_csv_files_then_what_is_expected,
                 test_odd_jsonl_files_then_what_is_expected,
                 test_odd_libsvm_files_then_what_is_expected,
                 test_odd_files_in_chunks_of_any_size_then_the_same,
                 test_odd_csv_files_with_window_borders_anywhere_then_the_same,
                 test_odd_files_in_batches_of_any_size_then_the_same_rows,
                 test_gzip_of_a_line_beyond_the_limit_then_no_memory,
                 test_gzip_of_blank_lines_beyond_the_limit_then_read_in_windows)
