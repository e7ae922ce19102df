/* Each call to the system fails, once and from then on, in everything that makes such calls:
 * saving, loading, reading files of data whole and in batches, writing and converting them, the
 * pool of threads.
 * Each time: a status with a message that names the file, or the right result when the failure
 * costs nothing; no memory, descriptor, thread or file is left; and the next call with the same
 * objects works. Then the same with an allocation failing as well. */
#include <dirent.h>
#include <pthread.h>
#include <zlib.h>

#include "check_suite.h"
#include "context_impl.h"
#include "fault_system.h"
#include "scene.h"

static int count_names(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

/* A thread that was joined may be seen for a moment more. */
static int has_count(const char *folder, int n)
{
    for (int i = 0; i < 500; i++) {
        if (count_names(folder) == n) return 1;
        usleep(1000);
    }
    return 0;
}

static void *do_nothing(void *arg)
{
    return arg;
}

/* With its first thread a sanitizer starts one of its own: before threads are counted. */
static void start_first_thread(void)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, do_nothing, NULL), 0);
    pthread_join(thread, NULL);
    usleep(1000);
}

/* ---- operations ------------------------------------------------------------------------------ */

typedef mlc_status (*operation_fn)(const scene *s, void *out, mlc_error *err);

static mlc_status save(const scene *s, void *out, mlc_error *err)
{
    return mlc_model_save(s->model, s->out_path, NULL, err);
}

static mlc_status save_into_device(const scene *s, void *out, mlc_error *err)
{
    return mlc_model_save(s->model, "/dev/null", NULL, err);
}

static mlc_status load(const scene *s, void *out, mlc_error *err)
{
    return mlc_model_load(s->ctx, s->model_path, NULL, out, err);
}

static mlc_status read_csv(const scene *s, void *out, mlc_error *err)
{
    return mlc_dataset_read_csv(s->ctx, s->csv_path, "target=buys", out, err);
}

static mlc_status write_csv(const scene *s, void *out, mlc_error *err)
{
    return mlc_dataset_write_csv(s->rows, s->out_path, NULL, err);
}

static mlc_status read_jsonl(const scene *s, void *out, mlc_error *err)
{
    return mlc_dataset_read(s->ctx, s->csv_path, "format=jsonl", out, err);
}

static mlc_status read_libsvm(const scene *s, void *out, mlc_error *err)
{
    return mlc_dataset_read(s->ctx, s->csv_path, "format=libsvm", out, err);
}

static mlc_status read_batches(const scene *s, const char *settings, void *out, mlc_error *err)
{
    mlc_reader *reader = NULL;
    mlc_status status = mlc_reader_open(s->ctx, s->csv_path, settings, &reader, err);
    if (status == MLC_OK) status = mlc_reader_collect(s->ctx, reader, out, err);
    mlc_reader_close(reader);
    return status;
}

static mlc_status batches_of_csv(const scene *s, void *out, mlc_error *err)
{
    return read_batches(s, "format=csv target=buys", out, err);
}

static mlc_status batches_of_jsonl(const scene *s, void *out, mlc_error *err)
{
    return read_batches(s, "format=jsonl", out, err);
}

static mlc_status batches_of_libsvm(const scene *s, void *out, mlc_error *err)
{
    return read_batches(s, "format=libsvm", out, err);
}

static mlc_status write_libsvm(const scene *s, void *out, mlc_error *err)
{
    mlc_dataset *rows = NULL;
    mlc_status status = mlc_dataset_with_roles(s->ctx, s->numbers, "target=age", &rows, err);
    if (status == MLC_OK) {
        status = mlc_dataset_write(s->ctx, rows, s->out_path, "format=libsvm", err);
    }
    mlc_dataset_free(rows);
    return status;
}

static mlc_status write_jsonl(const scene *s, void *out, mlc_error *err)
{
    return mlc_dataset_write(s->ctx, s->rows, s->out_path, "format=jsonl", err);
}

static mlc_status convert(const scene *s, const char *from, const char *to, mlc_error *err)
{
    mlc_reader *reader = NULL;
    mlc_status status = mlc_reader_open(s->ctx, s->csv_path, from, &reader, err);
    if (status == MLC_OK) status = mlc_reader_write(s->ctx, reader, s->out_path, to, err);
    mlc_reader_close(reader);
    return status;
}

static mlc_status csv_to_jsonl(const scene *s, void *out, mlc_error *err)
{
    return convert(s, "format=csv", "format=jsonl", err);
}

static mlc_status jsonl_to_csv(const scene *s, void *out, mlc_error *err)
{
    return convert(s, "format=jsonl columns=a,b", "format=csv", err);
}

static mlc_status libsvm_to_libsvm(const scene *s, void *out, mlc_error *err)
{
    return convert(s, "format=libsvm", "format=libsvm", err);
}

static mlc_status fit(const scene *s, void *out, mlc_error *err)
{
    return mlc_model_fit(s->ctx, s->recipe, s->rows, NULL, out, err);
}

static int harmless_in_save(const char *name, int64_t n_renamed)
{
    /* Nothing was written through the directory; a file that stays is seen in the folder. */
    return (strcmp(name, "close") == 0 && n_renamed > 0) || strcmp(name, "unlink") == 0;
}

static int harmless_in_load(const char *name, int64_t n_renamed)
{
    /* What was read is whole, and the size is but a hint. */
    return strcmp(name, "close") == 0 || strcmp(name, "file_size") == 0;
}

static int harmless_in_convert(const char *name, int64_t n_renamed)
{
    return harmless_in_save(name, n_renamed) || strcmp(name, "file_size") == 0;
}

static int harmless_in_fit(const char *name, int64_t n_renamed)
{
    /* The files tell the number of cores; fewer threads give the same result. */
    return strcmp(name, "mutex_init") != 0 && strcmp(name, "condition_init") != 0;
}

/* ZIPPED: the file that is read; PACKED: the one that is written. */
typedef enum { AS_IT_IS, ZIPPED, PACKED, ALL_CORES, FOUR_THREADS } setting;
typedef enum { NOTHING, WRITTEN, MODEL, ROWS } result_kind;

#define JSONL "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"b\":null}\n{\"a\":3,\"c\":[1,2]}\n"
#define LIBSVM "1 qid:1 1:0.5 3:2 # a\n0 qid:1 2:1\n1.5 qid:2 1:1 2:2 3:3\n"

static const struct operation {
    const char *name;
    operation_fn run;
    result_kind result;
    setting setting;
    int (*is_harmless)(const char *name, int64_t n_renamed);
    const char *path; /* a part that messages show; NULL: no file */
    int64_t fewest;   /* calls to the system, at least */
    const char *text; /* stands in the file to read; NULL: the rows of the scene as CSV */
} operations[] = {
    {"save", save, WRITTEN, AS_IT_IS, harmless_in_save, "/mlcore-faults-", 9},
    {"save into a device", save_into_device, NOTHING, AS_IT_IS, harmless_in_save, "/dev/null", 4},
    {"load", load, MODEL, AS_IT_IS, harmless_in_load, "/m.mlcore", 5},
    {"read CSV", read_csv, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv", 5},
    {"read zipped CSV", read_csv, ROWS, ZIPPED, harmless_in_load, "/rows.csv", 5},
    {"write CSV", write_csv, WRITTEN, AS_IT_IS, harmless_in_save, "/mlcore-faults-", 9},
    {"write zipped CSV", write_csv, WRITTEN, PACKED, harmless_in_save, "/mlcore-faults-", 9},
    {"read CSV in batches", batches_of_csv, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv", 4},
    {"read zipped CSV in batches", batches_of_csv, ROWS, ZIPPED, harmless_in_load, "/rows.csv", 4},
    {"read JSON Lines", read_jsonl, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv", 5, JSONL},
    {"read zipped JSON Lines", read_jsonl, ROWS, ZIPPED, harmless_in_load, "/rows.csv", 5, JSONL},
    {"read JSON Lines in batches", batches_of_jsonl, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv",
     4, JSONL},
    {"read zipped JSON Lines in batches", batches_of_jsonl, ROWS, ZIPPED, harmless_in_load,
     "/rows.csv", 4, JSONL},
    {"write JSON Lines", write_jsonl, WRITTEN, AS_IT_IS, harmless_in_save, "/mlcore-faults-", 9},
    {"write zipped JSON Lines", write_jsonl, WRITTEN, PACKED, harmless_in_save, "/mlcore-faults-",
     9},
    {"read libsvm", read_libsvm, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv", 5, LIBSVM},
    {"read zipped libsvm", read_libsvm, ROWS, ZIPPED, harmless_in_load, "/rows.csv", 5, LIBSVM},
    {"read libsvm in batches", batches_of_libsvm, ROWS, AS_IT_IS, harmless_in_load, "/rows.csv", 4,
     LIBSVM},
    {"write libsvm", write_libsvm, WRITTEN, AS_IT_IS, harmless_in_save, "/mlcore-faults-", 9},
    {"write zipped libsvm", write_libsvm, WRITTEN, PACKED, harmless_in_save, "/mlcore-faults-", 9},
    {"convert CSV", csv_to_jsonl, WRITTEN, AS_IT_IS, harmless_in_convert, "/mlcore-faults-", 12},
    {"convert zipped CSV", csv_to_jsonl, WRITTEN, ZIPPED, harmless_in_convert, "/mlcore-faults-",
     12},
    {"convert CSV to zipped JSON Lines", csv_to_jsonl, WRITTEN, PACKED, harmless_in_convert,
     "/mlcore-faults-", 12},
    {"convert JSON Lines", jsonl_to_csv, WRITTEN, AS_IT_IS, harmless_in_convert, "/mlcore-faults-",
     12, JSONL},
    {"convert libsvm", libsvm_to_libsvm, WRITTEN, AS_IT_IS, harmless_in_convert, "/mlcore-faults-",
     12, LIBSVM},
    {"fit with four threads", fit, MODEL, FOUR_THREADS, harmless_in_fit, NULL, 6},
    {"fit with all cores", fit, MODEL, ALL_CORES, harmless_in_fit, NULL, 1},
};
#define N_OPERATIONS ((int)(sizeof operations / sizeof operations[0]))

/* ---- one run with faults --------------------------------------------------------------------- */

typedef struct fault_run {
    const struct operation *operation;
    mlci_test_allocator a;
    mlci_fault_system f;
    int64_t n_system; /* calls to the system in the operation */
    uint64_t answer;  /* the right one; 0: not known yet */
} fault_run;

/* Digests the result and gives it back. */
static uint64_t take(const struct operation *operation, const scene *s, void *out)
{
    mlci_torture_answers = MLCI_TORTURE_FNV;
    if (operation->result == WRITTEN) answer_file(s->out_path);
    if (operation->result == MODEL) answer_model(out), mlc_model_free(out);
    if (operation->result == ROWS) answer_dataset(out), mlc_dataset_free(out);
    return mlci_torture_answers;
}

static void zip(const char *path)
{
    static char bytes[1 << 16];
    FILE *f = fopen(path, "rb");
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    gzFile z = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(z, bytes, (unsigned)n), (int)n);
    ck_assert_int_eq(gzclose(z), Z_OK);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static int is_old_file(const scene *s)
{
    char got[64] = "";
    FILE *f = fopen(s->out_path, "rb");
    ck_assert_ptr_nonnull(f);
    const size_t n = fread(got, 1, sizeof got - 1, f);
    fclose(f);
    return n == strlen("the old file") && strcmp(got, "the old file") == 0;
}

/* Removes the temporary file that may have been left; 1 when there was one. */
static int remove_stray(const scene *s)
{
    int n = 0;
    DIR *d = opendir(s->folder);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strstr(e->d_name, ".mlc-") == NULL) continue;
        char path[512];
        snprintf(path, sizeof path, "%s/%s", s->folder, e->d_name);
        ck_assert_int_eq(strncmp(e->d_name, ".out.", 5), 0);
        unlink(path);
        n++;
    }
    closedir(d);
    return n;
}

static void check_failure(const fault_run *r, mlc_status status, const mlc_error *err)
{
    const char *name = r->operation->name, *failed = r->f.failed != NULL ? r->f.failed : "none";
    const mlc_status wanted = r->operation->path != NULL ? MLC_ERROR_IO : MLC_ERROR_THREAD;
    ck_assert_msg((r->f.n_harmful > 0 && status == wanted) ||
                      (r->a.n_failed > 0 && status == MLC_ERROR_NO_MEMORY),
                  "%s, call %lld (%s): status %d: %s", name, (long long)r->f.fail_at, failed,
                  (int)status, err->message);
    ck_assert_int_eq(err->status, status);
    ck_assert_int_ne(err->message[0], '\0');
    if (status == MLC_ERROR_NO_MEMORY) return;
    char cause[MLCI_CAUSE_SIZE];
    mlci_system_cause(r->f.error, cause);
    ck_assert_msg(strstr(err->message, cause) != NULL, "%s: not '%s'", err->message, cause);
    if (r->operation->path == NULL) return;
    ck_assert_msg(strstr(err->message, r->operation->path) != NULL, "%s", err->message);
}

/* The operation under the faults of *r, and then once more without any. */
static void run_in(fault_run *r, const scene *s)
{
    static char untouched;
    void *out = &untouched;
    mlc_error err = {0};
    mlci_root_set_system(mlci_context_root(s->ctx), mlci_fault_system_table(&r->f));
    r->a.armed = 1;
    mlc_status status = r->operation->run(s, &out, &err);
    r->a.armed = 0;
    r->n_system = r->f.n_calls;
    if (status == MLC_OK) {
        ck_assert_msg(r->a.n_failed == 0 && r->f.n_harmful == 0, "%s, call %lld (%s): all the same",
                      r->operation->name, (long long)r->f.fail_at, r->f.failed);
        const uint64_t answer = take(r->operation, s, out);
        if (r->answer == 0) r->answer = answer;
        ck_assert_msg(answer == r->answer, "%s, call %lld (%s): another answer", r->operation->name,
                      (long long)r->f.fail_at, r->f.failed);
    } else {
        check_failure(r, status, &err);
        ck_assert_ptr_eq(out, &untouched);
        ck_assert_int_eq(is_old_file(s), r->f.n_renamed == 0);
    }
    ck_assert_int_eq(r->f.n_open, 0);
    const int n_strays = remove_stray(s);
    ck_assert_int_le(n_strays, r->f.unlink_failed);
    r->f.fail_at = 0;
    status = r->operation->run(s, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s, once more: %s", r->operation->name, err.message);
    ck_assert_msg(take(r->operation, s, out) == r->answer, "%s: another answer after call %s",
                  r->operation->name, r->f.failed);
    ck_assert_int_eq(r->f.n_open, 0);
}

static void run(fault_run *r)
{
    static scene s;
    const int n_threads = count_names("/proc/self/task"), n_fds = count_names("/proc/self/fd");
    const mlc_host host = mlci_test_host(&r->a);
    const setting how = r->operation->setting;
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlc_context_set_threads(ctx, 1); /* no pool yet */
    scene_open(&s, ctx);
    if (how == PACKED) snprintf(s.out_path, sizeof s.out_path, "%s/out.gz", s.folder);
    put_file(s.out_path, "the old file");
    if (r->operation->text != NULL) put_file(s.csv_path, r->operation->text);
    if (how == ZIPPED) zip(s.csv_path);
    if (how == FOUR_THREADS) mlc_context_set_threads(ctx, 4);
    if (how == ALL_CORES) { /* counted once a root: one that has not counted them */
        ck_assert_int_eq(mlc_context_create(&host, &s.ctx, NULL), MLC_OK);
    }
    run_in(r, &s);
    if (how == ALL_CORES) mlc_context_close(s.ctx);
    s.ctx = ctx;
    scene_close(&s);
    mlc_context_close(ctx);
    ck_assert_int_eq(r->a.live_bytes, 0);
    ck_assert(has_count("/proc/self/task", n_threads));
    ck_assert_int_eq(count_names("/proc/self/fd"), n_fds);
}

static fault_run new_run(const struct operation *operation, uint64_t answer)
{
    fault_run r = {.operation = operation, .f = mlci_fault_system_init(), .answer = answer};
    r.f.is_harmless = operation->is_harmless;
    return r;
}

START_TEST(test_calls_when_each_fails_give_a_status_and_leave_nothing)
{
    static const int32_t errors[] = {EIO, ENOSPC, EINTR, EACCES, EMFILE, EAGAIN};
    const int is_long = getenv("MLC_LONG") != NULL;
    const struct operation *o = &operations[_i];
    int64_t n_points = 0;
    start_first_thread();
    for (int e = 0; e < (is_long ? 6 : 1); e++) {
        for (int64_t short_bytes = 0; short_bytes < 800; short_bytes += 777) {
            fault_run clean = new_run(o, 0);
            clean.f.short_bytes = short_bytes;
            run(&clean);
            ck_assert_int_ge(clean.n_system, o->fewest);
            for (int64_t k = 1; k <= 2 * clean.n_system; k++) {
                fault_run r = new_run(o, clean.answer);
                r.f.fail_at = (k + 1) / 2;
                r.f.from_then_on = k % 2;
                r.f.error = errors[e];
                r.f.short_bytes = short_bytes;
                run(&r);
                n_points++;
            }
        }
    }
    fprintf(stderr, "%s: %lld failing calls\n", o->name, (long long)n_points);
}
END_TEST

START_TEST(test_calls_when_one_and_an_allocation_fail_give_a_status_and_leave_nothing)
{
    const struct operation *o = &operations[_i];
    start_first_thread();
    fault_run clean = new_run(o, 0);
    run(&clean);
    const int64_t n_memory = clean.a.n_calls, n_pairs = n_memory * clean.n_system;
    const mlci_torture_points points = mlci_torture_choose(o->name, n_pairs);
    for (int64_t i = 0; i < points.count; i++) {
        const int64_t pair = mlci_torture_at(&points, i) - 1;
        for (int32_t mode = 0; mode < 2; mode++) {
            fault_run r = new_run(o, clean.answer);
            r.f.fail_at = 1 + pair / n_memory;
            r.a.fail_at = 1 + pair % n_memory;
            r.a.from_then_on = mode;
            run(&r);
        }
    }
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "calls", 100);
    tcase_add_loop_test(tcase, test_calls_when_each_fails_give_a_status_and_leave_nothing, 0,
                        N_OPERATIONS);
    tcase_add_loop_test(tcase,
                        test_calls_when_one_and_an_allocation_fail_give_a_status_and_leave_nothing,
                        0, N_OPERATIONS);
}

MLCI_CHECK_SUITE_OF("calls", fill_suite)
