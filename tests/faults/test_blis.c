/* BLIS takes memory from malloc and cannot report that there is none. This program has a malloc
 * of its own, which counts and fails: after the first product BLIS takes nothing more, the
 * failure of any of its allocations leaves the bits as they are, and neither that nor a whole
 * training with large products prints a byte. */
#include <errno.h>
#include <fcntl.h>
#include <mlcore/mlcore.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/making.h"
#include "kernel/kernel_cases.h"
#include "kernel_tables.h"
#include "torture.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define OWN_MALLOC 1
#else
#define OWN_MALLOC 0 /* a sanitizer has put its own there */
#endif

/* ---- the malloc of this program ----------------------------------------------------------------
 */

static int32_t armed;        /* atomic; count and fail calls */
static int64_t n_calls;      /* atomic */
static int64_t n_bytes;      /* atomic; of what was handed out */
static int64_t fail_from;    /* 1-based call; 0: none */
static int32_t fail_all;     /* and all after it */
static int64_t never_failed; /* that large or larger: always given */
static int64_t n_reserves;   /* atomic; calls for the reserve of a product, armed or not */
#define RESERVE (24 << 20)   /* of blis_memory.c: the one allocation a product that is not BLIS's */

#if OWN_MALLOC
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

static int refused(size_t n)
{
    if (n >= RESERVE) __atomic_add_fetch(&n_reserves, 1, __ATOMIC_RELAXED);
    if (!__atomic_load_n(&armed, __ATOMIC_RELAXED)) return 0;
    const int64_t k = __atomic_add_fetch(&n_calls, 1, __ATOMIC_RELAXED);
    if (never_failed > 0 && n >= (size_t)never_failed) return 0;
    if (fail_from > 0 && (k == fail_from || (fail_all && k > fail_from))) return 1;
    __atomic_add_fetch(&n_bytes, (int64_t)n, __ATOMIC_RELAXED);
    return 0;
}

void *malloc(size_t n)
{
    return refused(n) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return refused(n * size) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return refused(n) ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    return refused(n) ? NULL : __libc_memalign(alignment, n);
}

int posix_memalign(void **out, size_t alignment, size_t n)
{
    if (refused(n)) return ENOMEM;
    *out = __libc_memalign(alignment, n);
    return *out == NULL ? ENOMEM : 0;
}
#endif

/* ---- products
 * ------------------------------------------------------------------------------------ */

#define SIDE 300

static double a[SIDE * SIDE], b[SIDE * SIDE], want[SIDE * SIDE], got[SIDE * SIDE];

static mlci_product product_into(double *c)
{
    return (mlci_product){.m = SIDE,
                          .n = SIDE,
                          .k = SIDE,
                          .a = a,
                          .a_stride = SIDE,
                          .b = b,
                          .b_stride = SIDE,
                          .c = c,
                          .c_stride = SIDE,
                          .alpha = 1};
}

/* Fills the matrices and works the product out without BLIS. 0: BLIS is not built in, not for
 * this processor, or the malloc is not ours. Asked in a child: here BLIS must not have begun. */
static int prepare(void)
{
    case_find_tables();
    case_fill(a, SIDE * SIDE, 0);
    case_fill(b, SIDE * SIDE, 0);
    mlci_product p = product_into(want);
    case_tables[0]->gemm(&p);
    p.c = got;
    const int32_t isa = case_tables[case_n_tables - 1]->isa;
    const pid_t child = fork();
    if (child == 0) _exit(isa != MLCI_ISA_REFERENCE && mlci_blis_gemm(isa, &p));
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    if (OWN_MALLOC && WEXITSTATUS(status) == 1) return 1;
    fprintf(stderr, "not tested: BLIS is not in use here, or a sanitizer has its own malloc\n");
    return 0;
}

/* One product with the best kernels; the bytes and calls of malloc in it. */
static void multiply(int64_t *calls, int64_t *bytes)
{
    mlci_product p = product_into(got);
    memset(got, 0, sizeof got);
    n_calls = n_bytes = 0;
    __atomic_store_n(&armed, 1, __ATOMIC_RELAXED);
    case_tables[case_n_tables - 1]->gemm(&p);
    __atomic_store_n(&armed, 0, __ATOMIC_RELAXED);
    *calls = n_calls;
    *bytes = n_bytes;
}

START_TEST(test_blis_after_the_first_product_takes_no_memory)
{
    if (!prepare()) return;
    int64_t calls, bytes;
    multiply(&calls, &bytes);
    case_assert_same(SIDE * SIDE, got, want);
    ck_assert_int_gt(calls, 5);
    /* All of the first product comes out of the reserve when need be. */
    fprintf(stderr, "first product: %lld allocations, %lld bytes beside the reserve\n",
            (long long)calls - 1, (long long)bytes - RESERVE);
    ck_assert_int_lt(bytes - RESERVE, RESERVE * 9 / 10);
    for (int i = 0; i < 20; i++) {
        multiply(&calls, &bytes);
        ck_assert_int_eq(calls, 1); /* the reserve itself, given back after each */
        ck_assert_int_ge(bytes, RESERVE);
        case_assert_same(SIDE * SIDE, got, want);
    }
}
END_TEST

static void *multiply_in_thread(void *arg)
{
    int64_t *n_blis = arg, calls, bytes;
    multiply(&calls, &bytes);
    n_blis[0] = calls - 1;
    multiply(&calls, &bytes);
    n_blis[1] = calls - 1;
    return NULL;
}

START_TEST(test_blis_in_a_new_thread_takes_no_memory_after_its_first_product)
{
    if (!prepare()) return;
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        int64_t n_blis[2] = {-1, -1};
        /* Check allocates for each assertion, so there is none while the thread counts. */
        const int created = pthread_create(&thread, NULL, multiply_in_thread, n_blis);
        if (created == 0) pthread_join(thread, NULL);
        ck_assert_int_eq(created, 0);
        ck_assert_int_eq(n_blis[1], 0);
        case_assert_same(SIDE * SIDE, got, want);
    }
}
END_TEST

typedef struct first {
    int32_t all;      /* those after it fail too */
    int64_t spared;   /* never_failed */
    FILE *captured;   /* what it prints */
    int64_t *n_calls; /* shared; of a first product in which none fails */
} first;

/* A first product, in a child, whose k-th malloc fails: right bits, and so has the next. */
static void first_product(const first *f, int64_t k)
{
    const pid_t child = fork();
    if (child == 0) {
        dup2(fileno(f->captured), 1);
        dup2(fileno(f->captured), 2);
        fail_from = k;
        fail_all = f->all;
        never_failed = f->spared;
        int64_t calls, bytes;
        multiply(&calls, &bytes);
        *f->n_calls = calls;
        if (memcmp(got, want, sizeof got) != 0) _exit(1);
        fail_from = 0;
        multiply(&calls, &bytes); /* with whatever the first has left behind */
        if (memcmp(got, want, sizeof got) != 0) _exit(2);
        multiply(&calls, &bytes);
        _exit(calls == 1 ? 0 : 3);
    }
    int status = -1;
    waitpid(child, &status, 0);
    ck_assert_msg(WIFEXITED(status), "malloc %lld: ended by signal %d", (long long)k,
                  WTERMSIG(status));
    ck_assert_msg(WEXITSTATUS(status) == 0, "malloc %lld: exit %d", (long long)k,
                  WEXITSTATUS(status));
}

START_TEST(test_blis_when_any_malloc_of_its_first_product_fails_then_same_bits)
{
    if (!prepare()) return;
    const int64_t spared[] = {0, RESERVE}; /* the reserve may fail as well, or never */
    first f = {.captured = tmpfile()};
    f.n_calls =
        mmap(NULL, sizeof *f.n_calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4; i++) {
        f.all = i % 2;
        f.spared = spared[i / 2];
        first_product(&f, 0);
        ck_assert_int_gt(*f.n_calls, 5);
        const mlci_torture_points points = mlci_torture_choose("first product", *f.n_calls);
        for (int64_t k = 0; k < points.count; k++)
            first_product(&f, mlci_torture_at(&points, k));
        first_product(&f, 2); /* the first of BLIS itself */
    }
    fseek(f.captured, 0, SEEK_END);
    ck_assert_int_eq(ftell(f.captured), 0);
    fclose(f.captured);
}
END_TEST

/* ---- arguments
 * ------------------------------------------------------------------------------------ */

START_TEST(test_blis_when_an_argument_is_wrong_is_not_called)
{
    case_find_tables();
    const int32_t isa = case_tables[case_n_tables - 1]->isa;
    const mlci_product good = product_into(got);
    mlci_product wrong[12];
    for (int i = 0; i < 12; i++)
        wrong[i] = good;
    wrong[0].m = -300, wrong[1].n = -1, wrong[2].k = INT64_MIN;
    wrong[3].a = NULL, wrong[4].b = NULL, wrong[5].c = NULL;
    wrong[6].a_stride = SIDE - 1, wrong[7].b_stride = 0, wrong[8].c_stride = -SIDE;
    wrong[9].alpha = NAN, wrong[10].beta = 2;
    wrong[11].a_transposed = 1, wrong[11].a_stride = SIDE - 1;
    memset(got, 0x5A, sizeof got);
    static double before[SIDE * SIDE];
    memcpy(before, got, sizeof got);
    for (int i = 0; i < 12; i++)
        ck_assert_msg(mlci_blis_gemm(isa, &wrong[i]) == 0, "argument %d", i);
    ck_assert_int_eq(memcmp(before, got, sizeof got), 0);
}
END_TEST

/* ---- a training
 * ------------------------------------------------------------------------------------ */

/* 1,000 rows of 150 numbers and 260 classes: the products of rows with coefficients are large
 * enough for BLIS, in the training and in the predictions. */
static void train_and_predict(void)
{
    enum { n = 1000, p = 150, n_classes = 260 };
    static double x[n * p];
    static int64_t y[n];
    case_fill(x, n * p, 0);
    for (int i = 0; i < n; i++)
        y[i] = i % n_classes;
    const mlc_array arrays[] = {making_matrix("x", n, p, x), making_integer("y", n, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y"), *out = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_error err = {0};
    mlc_status status = mlc_model_parse(NULL, "logistic_regression(max_iter=2)", &recipe, &err);
    if (status == MLC_OK) status = mlc_model_fit(NULL, recipe, rows, NULL, &model, &err);
    if (status == MLC_OK) status = mlc_model_predict(NULL, model, rows, NULL, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(rows);
}

START_TEST(test_training_with_large_products_prints_nothing)
{
    const int in_use = prepare();
    FILE *captured = tmpfile();
    fflush(NULL);
    const int out = dup(1), err = dup(2);
    dup2(fileno(captured), 1);
    dup2(fileno(captured), 2);
    /* What would tell BLIS to print, could it see it. */
    setenv("BLIS_ARCH_DEBUG", "1", 1);
    n_reserves = 0;
    train_and_predict();
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    char text[200] = "";
    rewind(captured);
    ck_assert_msg(fread(text, 1, sizeof text - 1, captured) == 0, "printed: %s", text);
    fclose(captured);
    close(out);
    close(err);
    ck_assert(!in_use || n_reserves > 0); /* there were large products */
}
END_TEST

MLCI_CHECK_SUITE("blis", test_blis_after_the_first_product_takes_no_memory,
                 test_blis_in_a_new_thread_takes_no_memory_after_its_first_product,
                 test_blis_when_any_malloc_of_its_first_product_fails_then_same_bits,
                 test_blis_when_an_argument_is_wrong_is_not_called,
                 test_training_with_large_products_prints_nothing)
