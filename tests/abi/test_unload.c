/* A process is after the library was loaded, used and closed as it was before. The program is not
 * linked with the library: it loads it as a plugin host would, by the file that MLC_LIBRARY names,
 * trains, saves, loads and predicts with threads, and closes it. */
#include <mlcore/mlcore.h>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "check_suite.h"

#define ROWS 400
#define CYCLES 200

/* What a library must not touch. */
typedef struct process_state {
    struct sigaction signals[65];
    sigset_t mask;
    stack_t alternate;
    unsigned rounding; /* and what else of floating point is no flag */
    char locale[256], folder[4096];
    char *environment;
    mode_t umask;
    cpu_set_t cores;
    struct rlimit limits[4];
    int n_descriptors, n_threads;
} process_state;

extern char **environ;

static int n_entries(const char *path)
{
    DIR *folder = opendir(path);
    int n = 0;
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

static char *copy_environment(void)
{
    size_t n = 1;
    for (char **e = environ; *e != NULL; e++)
        n += strlen(*e) + 1;
    char *text = calloc(n, 1);
    for (char **e = environ; *e != NULL; e++)
        strcat(strcat(text, *e), "\n");
    return text;
}

static void read_state(process_state *s)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_STACK};
    memset(s, 0, sizeof *s);
    for (int i = 1; i < 65; i++)
        sigaction(i, NULL, &s->signals[i]);
    sigprocmask(SIG_BLOCK, NULL, &s->mask);
    sigaltstack(NULL, &s->alternate);
#if defined(__x86_64__)
    s->rounding = _mm_getcsr() & ~0x3Fu; /* flags of what happened are everybody's */
#endif
    strncpy(s->locale, setlocale(LC_ALL, NULL), sizeof s->locale - 1);
    ck_assert_ptr_nonnull(getcwd(s->folder, sizeof s->folder));
    s->environment = copy_environment();
    s->umask = umask(0);
    umask(s->umask);
    sched_getaffinity(0, sizeof s->cores, &s->cores);
    for (int i = 0; i < 4; i++)
        getrlimit((unsigned)limits[i], &s->limits[i]);
    s->n_descriptors = n_entries("/proc/self/fd");
    s->n_threads = n_entries("/proc/self/task");
}

/* A thread that was joined may stand in the list for a moment. */
static void wait_for_threads(int n)
{
    for (int i = 0; i < 1000 && n_entries("/proc/self/task") > n; i++)
        usleep(1000);
}

static void assert_same_state(const process_state *a, const process_state *b)
{
    for (int i = 1; i < 65; i++) {
        const struct sigaction *p = &a->signals[i], *q = &b->signals[i];
        ck_assert_msg(p->sa_handler == q->sa_handler && p->sa_flags == q->sa_flags,
                      "signal %d has another handler", i);
    }
    ck_assert_int_eq(memcmp(&a->mask, &b->mask, sizeof a->mask), 0);
    ck_assert_ptr_eq(a->alternate.ss_sp, b->alternate.ss_sp);
    ck_assert_uint_eq(a->rounding, b->rounding);
    ck_assert_str_eq(a->locale, b->locale);
    ck_assert_str_eq(a->folder, b->folder);
    ck_assert_str_eq(a->environment, b->environment);
    ck_assert_uint_eq(a->umask, b->umask);
    ck_assert_int_eq(memcmp(&a->cores, &b->cores, sizeof a->cores), 0);
    ck_assert_int_eq(memcmp(a->limits, b->limits, sizeof a->limits), 0);
    ck_assert_int_eq(a->n_descriptors, b->n_descriptors);
    ck_assert_int_eq(a->n_threads, b->n_threads);
}

static void *library;

static void *find(const char *name)
{
    void *function = dlsym(library, name);
    ck_assert_msg(function != NULL, "%s", dlerror());
    return function;
}

/* The function of that name, of the type that the header gives it. */
#define CALL(name) ((__typeof__(&name))find(#name))
#define OK(...) ck_assert_int_eq(__VA_ARGS__, MLC_OK)

static const char *library_path(void)
{
    const char *path = getenv("MLC_LIBRARY");
    ck_assert_msg(path != NULL, "MLC_LIBRARY must name libmlcore.so");
    return path;
}

static void load_library(void)
{
    library = dlopen(library_path(), RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(library != NULL, "%s", dlerror());
}

static void unload_library(void)
{
    ck_assert_int_eq(dlclose(library), 0);
    library = NULL;
    ck_assert_ptr_null(dlopen(library_path(), RTLD_NOW | RTLD_NOLOAD));
}

/* Trains with threads, saves and loads, predicts in a batch, meets an error. */
static void use_library(const char *recipe)
{
    static double x[ROWS], y[ROWS];
    for (int i = 0; i < ROWS; i++)
        x[i] = i, y[i] = i * i;
    mlc_array arrays[2] = {{.size = sizeof arrays[0],
                            .name = "x",
                            .type = MLC_TYPE_FLOAT64,
                            .data = x,
                            .n_rows = ROWS,
                            .n_columns = 1}};
    arrays[1] = arrays[0];
    arrays[1].name = "y";
    arrays[1].data = y;
    mlc_context *ctx = NULL;
    mlc_dataset *data = NULL, *out = NULL;
    mlc_model *untrained = NULL, *model = NULL, *loaded = NULL;
    mlc_buffer *bytes = NULL;
    const mlc_host host = {.size = sizeof host, .n_threads = 4};
    OK(CALL(mlc_context_create)(&host, &ctx, NULL));
    OK(CALL(mlc_dataset_from_arrays)(ctx, arrays, 2, "target=y", &data, NULL));
    OK(CALL(mlc_model_parse)(ctx, recipe, &untrained, NULL));
    OK(CALL(mlc_model_fit)(ctx, untrained, data, NULL, &model, NULL));
    OK(CALL(mlc_model_save_memory)(ctx, model, NULL, &bytes, NULL));
    OK(CALL(mlc_model_load_memory)(ctx, CALL(mlc_buffer_data)(bytes), CALL(mlc_buffer_size)(bytes),
                                   NULL, &loaded, NULL));
    OK(CALL(mlc_model_predict)(ctx, loaded, data, NULL, &out, NULL));
    mlc_model *none = NULL;
    ck_assert_int_eq(CALL(mlc_model_load)(ctx, "/nowhere/x", NULL, &none, NULL), MLC_ERROR_IO);
    CALL(mlc_dataset_free)(out);
    CALL(mlc_model_free)(loaded);
    CALL(mlc_buffer_free)(bytes);
    CALL(mlc_model_free)(model);
    CALL(mlc_model_free)(untrained);
    CALL(mlc_dataset_free)(data);
    CALL(mlc_context_close)(ctx);
}

static const char *const recipes[] = {"gradient_boosting_regressor(n_estimators=5)", "ridge"};

START_TEST(test_process_after_use_is_as_before)
{
    process_state before, during, after;
    setlocale(LC_ALL, "C.UTF-8");
    n_entries("/proc/self/fd"); /* what the first call itself opens */
    read_state(&before);
    load_library();
    for (int i = 0; i < 2; i++)
        use_library(recipes[i]);
    wait_for_threads(before.n_threads);
    read_state(&during);
    unload_library();
    read_state(&after);
    assert_same_state(&before, &during);
    assert_same_state(&before, &after);
    free(before.environment);
    free(during.environment);
    free(after.environment);
}
END_TEST

START_TEST(test_use_when_things_go_well_and_wrong_prints_nothing)
{
    char path[] = "/tmp/mlcore-silent-XXXXXX";
    const int file = mkstemp(path), out = dup(1), error = dup(2);
    ck_assert_int_ge(file, 0);
    fflush(NULL);
    dup2(file, 1);
    dup2(file, 2);
    load_library();
    for (int i = 0; i < 2; i++)
        use_library(recipes[i]);
    unload_library();
    fflush(NULL);
    dup2(out, 1);
    dup2(error, 2);
    struct stat written;
    ck_assert_int_eq(fstat(file, &written), 0);
    unlink(path);
    close(file);
    close(out);
    close(error);
    ck_assert_int_eq(written.st_size, 0);
}
END_TEST

/* Nested as deep as the text is long. */
static void parse_deep(const char *open)
{
    const size_t n = strlen(open);
    char *text = malloc(20000 * n + 1);
    for (size_t i = 0; i < 20000; i++)
        memcpy(text + i * n, open, n);
    text[20000 * n] = '\0';
    mlc_model *none = NULL;
    ck_assert_int_ne(CALL(mlc_model_parse)(NULL, text, &none, NULL), MLC_OK);
    free(text);
}

static void *use_in_thread(void *arg)
{
    for (int i = 0; i < 2; i++)
        use_library(recipes[i]);
    parse_deep("pipeline(");
    parse_deep("[");
    parse_deep("{\"pipeline\":[");
    return arg;
}

START_TEST(test_use_on_a_small_stack_works)
{
    pthread_attr_t attributes;
    pthread_t thread;
    load_library();
    pthread_attr_init(&attributes);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, 256 << 10), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, use_in_thread, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    unload_library();
}
END_TEST

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%ld %ld", &pages, &resident), 2);
    fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Loaded and closed over and over, used every time: nothing stays behind. */
START_TEST(test_library_when_loaded_again_and_again_leaves_nothing)
{
    long first = 0;
    for (int i = 0; i < CYCLES; i++) {
        load_library();
        if (i % 10 == 0) use_library(recipes[i / 10 % 2]);
        unload_library();
        if (i == CYCLES / 4) first = resident_kib();
    }
    const long last = resident_kib();
    ck_assert_msg(last - first <= 1024, "%ld KiB grew to %ld", first, last);
}
END_TEST

MLCI_CHECK_SUITE("unload", test_process_after_use_is_as_before,
                 test_use_when_things_go_well_and_wrong_prints_nothing,
                 test_use_on_a_small_stack_works,
                 test_library_when_loaded_again_and_again_leaves_nothing)
