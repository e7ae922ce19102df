#include <pthread.h>
#include <sys/resource.h>

#include "kernel_cases.h"
#include "kernel_tables.h"

#define MOST 330

/* A product of the given size from a, b into c; a and b are filled for the largest one. */
static double a[MOST * 700], b[700 * MOST];

static mlci_product product_of(int64_t m, int64_t n, int64_t k, double *c)
{
    return (mlci_product){.m = m,
                          .n = n,
                          .k = k,
                          .a = a,
                          .a_stride = 700,
                          .b = b,
                          .b_stride = MOST,
                          .c = c,
                          .c_stride = MOST,
                          .alpha = 1.0};
}

/* Whether this build has BLIS and this processor a set of instructions it is used for. */
static int blis_serves(void)
{
    static double c[MOST * MOST];
    const int32_t isa = case_tables[case_n_tables - 1]->isa;
    const mlci_product product = product_of(256, 256, 128, c);
    if (isa != MLCI_ISA_REFERENCE && mlci_blis_gemm(isa, &product)) return 1;
    fprintf(stderr, "large products are ours alone: BLIS is not built in or not for here\n");
    return 0;
}

START_TEST(test_blis_on_odd_shapes_then_bits_of_the_chain)
{
    static const int64_t shapes[][3] = {
        {256, 256, 128}, {257, 259, 131}, {329, 301, 256},
        {256, 330, 257}, {311, 263, 513}, {300, 257, 700},
    };
    static double got[MOST * MOST], want[MOST * MOST];
    if (!blis_serves()) return;
    for (int s = 0; s < 12; s++) {
        const int64_t *shape = shapes[s % 6];
        case_fill(a, MOST * 700, s == 3);
        case_fill(b, MOST * 700, 0);
        case_fill(want, MOST * MOST, 0);
        mlci_product p = product_of(shape[0], shape[1], shape[2], want);
        p.alpha = s % 2 ? -1.0 : 1.0;
        p.beta = s >= 6 ? 1.0 : 0.0;
        for (int t = 1; t < case_n_tables; t++) {
            memcpy(got, want, sizeof got);
            p.c = got;
            ck_assert_int_eq(mlci_blis_gemm(case_tables[t]->isa, &p), 1);
            static double chain[MOST * MOST];
            memcpy(chain, want, sizeof chain);
            p.c = chain;
            case_tables[0]->gemm(&p);
            case_assert_same(MOST * MOST, got, chain);
        }
    }
}
END_TEST

START_TEST(test_blis_when_rows_are_split_then_same_bits)
{
    static double whole[MOST * MOST], parts[MOST * MOST];
    case_fill(a, MOST * 700, 0);
    case_fill(b, MOST * 700, 0);
    const mlci_kernels *k = case_tables[case_n_tables - 1];
    mlci_product p = product_of(330, 300, 400, whole);
    k->gemm(&p);
    for (int64_t i = 0; i < 330; i += 270) {
        p.m = 330 - i < 270 ? 330 - i : 270; /* 270 rows by BLIS, 60 by our tiles */
        p.a = a + i * 700;
        p.c = parts + i * MOST;
        k->gemm(&p);
    }
    case_assert_same(MOST * MOST, whole, parts);
}
END_TEST

START_TEST(test_blis_when_small_or_of_another_form_then_left_to_us)
{
    static double c[MOST * MOST];
    const int32_t isa = case_tables[case_n_tables - 1]->isa;
    mlci_product p = product_of(255, 300, 300, c);
    ck_assert_int_eq(mlci_blis_gemm(isa, &p), 0);
    p = product_of(300, 300, 127, c);
    ck_assert_int_eq(mlci_blis_gemm(isa, &p), 0);
    p = product_of(300, 300, 300, c);
    p.alpha = 0.5;
    ck_assert_int_eq(mlci_blis_gemm(isa, &p), 0);
    p = product_of(300, 300, 300, NULL);
    ck_assert_int_eq(mlci_blis_gemm(isa, &p), 0);
}
END_TEST

START_TEST(test_blis_with_its_environment_set_then_not_heeded)
{
    /* 77 is no processor of its: as its own it would abort here. */
    setenv("BLIS_ARCH_TYPE", "77", 1);
    setenv("BLIS_ARCH_DEBUG", "1", 1);
    setenv("BLIS_NUM_THREADS", "7", 1);
    static double got[MOST * MOST], want[MOST * MOST];
    case_fill(a, MOST * 700, 0);
    case_fill(b, MOST * 700, 0);
    mlci_product p = product_of(260, 260, 200, got);
    case_tables[case_n_tables - 1]->gemm(&p);
    p.c = want;
    case_tables[0]->gemm(&p);
    case_assert_same(MOST * MOST, got, want);
}
END_TEST

static void *multiply(void *c)
{
    const mlci_product p = product_of(256, 256, 300, c);
    for (int i = 0; i < 5; i++)
        case_tables[case_n_tables - 1]->gemm(&p);
    return NULL;
}

START_TEST(test_blis_when_first_used_by_many_threads_at_once_then_same_bits)
{
    enum { THREADS = 6 };
    static double c[THREADS][MOST * MOST];
    pthread_t threads[THREADS];
    case_fill(a, MOST * 700, 0);
    case_fill(b, MOST * 700, 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, multiply, c[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i < THREADS; i++)
        case_assert_same(MOST * MOST, c[0], c[i]);
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
START_TEST(test_blis_when_memory_is_short_then_our_tiles_and_same_bits)
{
    static double got[MOST * MOST], want[MOST * MOST];
    case_fill(a, MOST * 700, 0);
    case_fill(b, MOST * 700, 0);
    mlci_product p = product_of(300, 300, 300, want);
    case_tables[case_n_tables - 1]->gemm(&p);
    /* No more address space than there is: a large malloc fails, unless the
     * process holds as much already. */
    struct rlimit before, none;
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
    none = before;
    none.rlim_cur = 1 << 20;
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
    p.c = got;
    case_tables[case_n_tables - 1]->gemm(&p);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
    case_assert_same(MOST * MOST, got, want);
}
END_TEST
#else
START_TEST(test_blis_when_memory_is_short_then_our_tiles_and_same_bits)
{
    /* A sanitizer needs the address space that this test takes away. */
}
END_TEST
#endif

MLCI_CHECK_SUITE_BY(case_add, "blis_gemm", test_blis_on_odd_shapes_then_bits_of_the_chain,
                    test_blis_when_rows_are_split_then_same_bits,
                    test_blis_when_small_or_of_another_form_then_left_to_us,
                    test_blis_with_its_environment_set_then_not_heeded,
                    test_blis_when_first_used_by_many_threads_at_once_then_same_bits,
                    test_blis_when_memory_is_short_then_our_tiles_and_same_bits)
