/* A program that knows nothing of the library but its name: loads it, predicts with the golden
 * artifact, unloads it, a thousand times. Each time the process is what it was: signals, mask,
 * floating-point modes, locale, umask, folder, environment, limits, streams, files and threads;
 * and nothing was printed.
 *
 *     host LIBRARY ARTIFACT [CYCLES] */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_SIGNALS 64
#define WARM_CYCLES 20 /* until the caches of malloc are full */
#define MOST_GROWTH (1 << 18)

/* Sanitizers keep what was freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEASURES_MEMORY 0
#else
#define MEASURES_MEMORY 1
#endif

extern char **environ;

typedef struct state {
    struct sigaction actions[N_SIGNALS + 1];
    sigset_t mask;
    int rounding;
    uint32_t mxcsr;
    uint16_t x87;
    char locale[256];
    mode_t umask;
    char folder[4096];
    char **environment;
    uint64_t environment_sum;
    struct rlimit limits[RLIM_NLIMITS];
    int file_flags[3];
    off_t printed[2]; /* bytes in the files that are stdout and stderr */
    int n_files, n_threads;
} state;

static int count_entries(const char *path)
{
    DIR *const folder = opendir(path);
    int n = 0;
    if (folder == NULL) return -1;
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

static uint64_t sum_environment(void)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        for (const char *c = *entry; *c != '\0'; c++)
            h = (h ^ (uint8_t)*c) * 0x100000001b3;
        h = (h ^ 0) * 0x100000001b3;
    }
    return h;
}

static void take_state(state *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 1; i <= N_SIGNALS; i++)
        sigaction(i, NULL, &s->actions[i]);
    pthread_sigmask(SIG_BLOCK, NULL, &s->mask);
    s->rounding = fegetround();
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("stmxcsr %0" : "=m"(s->mxcsr));
    s->mxcsr &= ~UINT32_C(0x3f); /* the flags say what was computed; the modes must stay */
    __asm__ volatile("fnstcw %0" : "=m"(s->x87));
#endif
    snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
    s->umask = umask(0);
    umask(s->umask);
    if (getcwd(s->folder, sizeof s->folder) == NULL) s->folder[0] = '\0';
    s->environment = environ;
    s->environment_sum = sum_environment();
    for (int i = 0; i < (int)RLIM_NLIMITS; i++)
        getrlimit((__rlimit_resource_t)i, &s->limits[i]);
    for (int i = 0; i < 3; i++)
        s->file_flags[i] = fcntl(i, F_GETFL);
    for (int i = 0; i < 2; i++) {
        struct stat about;
        s->printed[i] = fstat(i + 1, &about) == 0 ? about.st_size : -1;
    }
    s->n_files = count_entries("/proc/self/fd");
    s->n_threads = count_entries("/proc/self/task");
}

static FILE *report; /* of this program itself; not one of the three streams */

static int fail(const char *when, const char *what)
{
    fprintf(report, "%s: %s changed\n", when, what);
    fflush(report);
    return 1;
}

/* Member by member: the C library leaves the rest of a set as it was. */
static int same_set(const sigset_t *a, const sigset_t *b)
{
    for (int i = 1; i <= N_SIGNALS; i++) {
        if (sigismember(a, i) != sigismember(b, i)) return 0;
    }
    return 1;
}

static int same_action(const struct sigaction *a, const struct sigaction *b)
{
    return a->sa_handler == b->sa_handler && a->sa_flags == b->sa_flags &&
           same_set(&a->sa_mask, &b->sa_mask);
}

/* A thread that ended may still be listed for a moment. */
static int threads_settle(const state *before)
{
    for (int i = 0; i < 500; i++) {
        if (count_entries("/proc/self/task") == before->n_threads) return 1;
        usleep(1000);
    }
    return 0;
}

static int check_state(const state *before, const char *when)
{
    state now;
    take_state(&now);
    int failed = 0;
    for (int i = 1; i <= N_SIGNALS; i++) {
        if (same_action(&before->actions[i], &now.actions[i])) continue;
        failed += fail(when, "the action of a signal");
    }
    if (!same_set(&before->mask, &now.mask)) failed += fail(when, "the signal mask");
    if (before->rounding != now.rounding) failed += fail(when, "the rounding mode");
    if (before->mxcsr != now.mxcsr) failed += fail(when, "MXCSR");
    if (before->x87 != now.x87) failed += fail(when, "the x87 control word");
    if (strcmp(before->locale, now.locale) != 0) failed += fail(when, "the locale");
    if (before->umask != now.umask) failed += fail(when, "the umask");
    if (strcmp(before->folder, now.folder) != 0) failed += fail(when, "the folder");
    if (before->environment != now.environment || before->environment_sum != now.environment_sum) {
        failed += fail(when, "the environment");
    }
    if (memcmp(before->limits, now.limits, sizeof now.limits) != 0) {
        failed += fail(when, "a resource limit");
    }
    if (memcmp(before->file_flags, now.file_flags, sizeof now.file_flags) != 0) {
        failed += fail(when, "the flags of a stream's file");
    }
    fflush(NULL);
    take_state(&now); /* what was buffered would show now */
    if (memcmp(before->printed, now.printed, sizeof now.printed) != 0) {
        failed += fail(when, "what was printed");
    }
    if (before->n_files != now.n_files) failed += fail(when, "the number of open files");
    if (!threads_settle(before)) failed += fail(when, "the number of threads");
    return failed;
}

static int must(int ok, const char *what)
{
    if (!ok) fprintf(report, "the library does not %s\n", what);
    return !ok;
}

/* The library as this program declares it for itself. */
typedef struct library {
    void *handle;
    int32_t (*context_create)(const void *host, void **out, void *err);
    void (*context_close)(void *ctx);
    void (*context_set_threads)(void *ctx, int32_t n);
    int32_t (*model_load)(void *ctx, const char *path, const char *settings, void **out, void *err);
    void (*model_free)(void *model);
    int32_t (*parse_csv)(void *ctx, const void *bytes, int64_t n, const char *settings, void **out,
                         void *err);
    int32_t (*model_parse)(void *ctx, const char *recipe, void **out, void *err);
    int32_t (*model_fit)(void *ctx, const void *recipe, const void *train, const void *valid,
                         void **out, void *err);
    int32_t (*model_predict)(void *ctx, const void *model, const void *rows, const char *settings,
                             void **out, void *err);
    int32_t (*dataset_real)(const void *dataset, const char *column, int64_t row, double *out,
                            void *err);
    void (*dataset_free)(void *dataset);
} library;

static int find(const library *l, const char *name, void *function)
{
    void *const symbol = dlsym(l->handle, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int open_library(library *l, const char *path)
{
    *l = (library){.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    if (l->handle == NULL) {
        fprintf(report, "%s\n", dlerror());
        return 0;
    }
    return find(l, "mlc_context_create", &l->context_create) &&
           find(l, "mlc_context_close", &l->context_close) &&
           find(l, "mlc_context_set_threads", &l->context_set_threads) &&
           find(l, "mlc_model_load", &l->model_load) && find(l, "mlc_model_free", &l->model_free) &&
           find(l, "mlc_dataset_parse_csv", &l->parse_csv) &&
           find(l, "mlc_model_parse", &l->model_parse) && find(l, "mlc_model_fit", &l->model_fit) &&
           find(l, "mlc_model_predict", &l->model_predict) &&
           find(l, "mlc_dataset_real", &l->dataset_real) &&
           find(l, "mlc_dataset_free", &l->dataset_free);
}

/* A fit on threads, whose result we know: y = 2 x. */
static int fit_line(const library *l, void *ctx)
{
    static const char text[] = "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n6,12\n";
    void *rows = NULL, *recipe = NULL, *model = NULL, *out = NULL;
    double value = 0;
    const int ok = l->parse_csv(ctx, text, sizeof text - 1, "target=y", &rows, NULL) == 0 &&
                   l->model_parse(ctx, "ridge(alpha=0)", &recipe, NULL) == 0 &&
                   l->model_fit(ctx, recipe, rows, NULL, &model, NULL) == 0 &&
                   l->model_predict(ctx, model, rows, NULL, &out, NULL) == 0 &&
                   l->dataset_real(out, "prediction", 4, &value, NULL) == 0 && value > 9.999 &&
                   value < 10.001;
    l->dataset_free(out);
    l->model_free(model);
    l->model_free(recipe);
    l->dataset_free(rows);
    return ok;
}

/* Products so large that they go to BLIS, from text: 400 rows of 300 digits. */
static int fit_wide(const library *l, void *ctx)
{
    enum { ROWS = 400, COLUMNS = 300 };
    char *const text = malloc((ROWS + 1) * COLUMNS * 5);
    char *end = text;
    uint32_t h = 1;
    for (int j = 0; j < COLUMNS; j++)
        end += sprintf(end, "x%d%c", j, j + 1 < COLUMNS ? ',' : '\n');
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        h = h * 1664525u + 1013904223u;
        *end++ = (char)('0' + (h >> 24) % 10);
        *end++ = (i + 1) % COLUMNS != 0 ? ',' : '\n';
    }
    void *rows = NULL, *recipe = NULL, *model = NULL;
    const int ok = l->parse_csv(ctx, text, end - text, "target=x0", &rows, NULL) == 0 &&
                   l->model_parse(ctx, "ridge", &recipe, NULL) == 0 &&
                   l->model_fit(ctx, recipe, rows, NULL, &model, NULL) == 0;
    l->model_free(model);
    l->model_free(recipe);
    l->dataset_free(rows);
    free(text);
    return ok;
}

/* A person of the census, most of it missing, by the golden artifact. */
static int use(const library *l, const char *artifact, const char *settings, int is_wide)
{
    static const char text[] = "age,education-num,hours-per-week\n39,13,40\n";
    void *ctx = NULL, *model = NULL;
    int failed = l->context_create(NULL, &ctx, NULL) != 0;
    if (failed) return 1;
    l->context_set_threads(ctx, 3);
    failed += must(l->model_load(ctx, artifact, settings, &model, NULL) == 0, "load");
    void *rows = NULL, *out = NULL;
    failed += must(l->parse_csv(ctx, text, sizeof text - 1, NULL, &rows, NULL) == 0, "parse");
    /* Columns are missing: an error with its message is a use as well. */
    char err[1024];
    if (failed == 0) {
        failed += must(l->model_predict(ctx, model, rows, NULL, &out, err) != 0, "refuse");
    }
    l->dataset_free(out);
    l->dataset_free(rows);
    failed += must(fit_line(l, ctx), "fit a line");
    if (is_wide) failed += must(fit_wide(l, ctx), "fit many columns");
    l->model_free(model);
    l->context_close(ctx);
    return failed;
}

/* Modes that a host may have: rounding up, a signal blocked, a handler, an odd umask. */
static void be_a_peculiar_host(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t some;
    sigaction(SIGUSR2, &ignore, NULL);
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &some, NULL);
    umask(027);
    setlocale(LC_ALL, "C.UTF-8");
    if (chdir("/") != 0) fprintf(report, "no root folder\n");
}

/* Without what malloc keeps of what was freed, which is some megabytes or none, by chance: of that
 * in arenas of threads it gives nothing back, so there is one arena. */
static long resident_pages(void)
{
    long pages = 0, resident = 0;
    malloc_trim(0);
    FILE *const in = fopen("/proc/self/statm", "r");
    if (in != NULL && fscanf(in, "%ld %ld", &pages, &resident) != 2) resident = -1;
    if (in != NULL) fclose(in);
    return resident;
}

static int run(const char *path, const char *artifact, int n_cycles)
{
    library l;
    state before;
    int failed = 0;
    long resident = 0;
    take_state(&before);
    if (!open_library(&l, path)) return 1;
    failed += use(&l, artifact, NULL, 1);
    dlclose(l.handle);
    failed += check_state(&before, "after the first time");
    be_a_peculiar_host();
    for (int mode = 0; mode < 2; mode++) {
        /* The golden rows of an artifact were computed to nearest. */
        const char *const settings = mode == 0 ? NULL : "selftest=false";
        fesetround(mode == 0 ? FE_TONEAREST : FE_UPWARD);
        take_state(&before);
        for (int i = 0; i < n_cycles && failed == 0; i++) {
            if (mode == 0 && i == WARM_CYCLES) resident = resident_pages();
            if (!open_library(&l, path)) return 1;
            failed += check_state(&before, "after dlopen");
            failed += use(&l, artifact, settings, i % 10 == 0);
            failed += check_state(&before, "after use");
            if (dlclose(l.handle) != 0) failed += fail("dlclose", "its result");
            failed += check_state(&before, "after dlclose");
            if (dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL)
                failed += fail("after dlclose", "nothing in what is loaded");
        }
        if (mode == 0) resident = n_cycles > WARM_CYCLES ? resident_pages() - resident : 0;
        n_cycles = n_cycles / 10 + 1; /* fewer in the odd mode */
    }
    fprintf(report, "%ld pages more than after the first cycles\n", resident);
    if (MEASURES_MEMORY && resident * sysconf(_SC_PAGESIZE) > MOST_GROWTH) {
        failed += fail("in the end", "the memory of the process");
    }
    return failed;
}

static void *do_nothing(void *arg)
{
    return arg;
}

int main(int argc, char **argv)
{
    char library_path[4096], artifact_path[4096];
    if (argc < 3 || realpath(argv[1], library_path) == NULL ||
        realpath(argv[2], artifact_path) == NULL) {
        return 2;
    }
    const int n_cycles = argc > 3 ? atoi(argv[3]) : 1000;
    mallopt(M_ARENA_MAX, 1);
    /* stdout and stderr become files whose length shows what was printed. */
    const int own = dup(2);
    /* ThreadSanitizer starts a thread of its own beside the first one. */
    pthread_t first;
    if (pthread_create(&first, NULL, do_nothing, NULL) != 0) return 2;
    pthread_join(first, NULL);
    FILE *const out = tmpfile(), *const error = tmpfile();
    if (own < 0 || out == NULL || error == NULL) return 2;
    report = fdopen(own, "w");
    dup2(fileno(out), 1);
    dup2(fileno(error), 2);
    const int failed = run(library_path, artifact_path, n_cycles);
    fprintf(report, "%d cycles, %d failures\n", n_cycles, failed);
    fclose(report);
    return failed != 0;
}
