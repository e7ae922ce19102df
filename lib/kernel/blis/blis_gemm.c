/* Large products through BLIS: the only file that calls it.
 *
 * BLIS (Van Zee and van de Geijn, ACM TOMS 41(3), 2015) is faster than our tiles on large
 * matrices because it packs for every cache. Its native double kernels for haswell and skx add one
 * FMA chain an output and 256 steps at a time, so with k cut in 256s and C added to, the bits are
 * those of our chain. What would break that or harm the host is kept away:
 *
 *   - its choice of processor, wrong on newer ones: the context is ours, by instruction set;
 *   - its small-matrix ("sup") path, whose bits depend on the shape: disabled by call;
 *   - its threads: one, by call;
 *   - its environment variables, one of which aborts the process and one of which prints:
 *     bli_env_get_var() is defined here, so that the archive's own is never linked;
 *   - its checks, which abort: arguments are checked before and its checks are off;
 *   - memory: it cannot report that there is none, so blis_memory.c stands in for its malloc. A
 *     product goes to our tiles when the reserve for it is not to be had. What BLIS took stays
 *     with it for the life of the process. */
#include <blis.h>

#include "blis_memory.h"
#include "context_impl.h"
#include "kernel_tables.h"

#define SMALLEST_SIDE 256
#define SMALLEST_DEPTH 128

gint_t bli_env_get_var(const char *name, gint_t otherwise)
{
    (void)name;
    return otherwise;
}

/* NULL where BLIS was built without it or with shorter chains than ours. */
static cntx_t *context_of(int32_t isa)
{
    bli_init();
#if defined(BLIS_CONFIG_SKX) && defined(BLIS_CONFIG_HASWELL)
    const arch_t arch = isa == MLCI_ISA_AVX512 ? BLIS_ARCH_SKX : BLIS_ARCH_HASWELL;
    cntx_t *context = bli_gks_lookup_nat_cntx(arch);
    if (bli_cntx_get_blksz_def_dt(BLIS_DOUBLE, BLIS_KC, context) < MLCI_CHAIN) return NULL;
    return context;
#else
    return NULL;
#endif
}

/* Large enough to be worth it, and of a form whose bits are known. */
static int32_t is_for_blis(const mlci_product *p)
{
    if (p->m < SMALLEST_SIDE || p->n < SMALLEST_SIDE || p->k < SMALLEST_DEPTH) return 0;
    if ((p->alpha != 1.0 && p->alpha != -1.0) || (p->beta != 0.0 && p->beta != 1.0)) return 0;
    if (p->a == NULL || p->b == NULL || p->c == NULL) return 0;
    return p->a_stride >= (p->a_transposed ? p->m : p->k) &&
           p->b_stride >= (p->b_transposed ? p->k : p->n) && p->c_stride >= p->n;
}

static void multiply(const mlci_product *p, cntx_t *context)
{
    rntm_t runtime = BLIS_RNTM_INITIALIZER;
    bli_rntm_set_num_threads(1, &runtime);
    bli_rntm_disable_l3_sup(&runtime);
    /* Transposes are a matter of strides. */
    const inc_t a_row = p->a_transposed ? 1 : p->a_stride,
                a_column = p->a_transposed ? p->a_stride : 1;
    const inc_t b_row = p->b_transposed ? 1 : p->b_stride,
                b_column = p->b_transposed ? p->b_stride : 1;
    double alpha = p->alpha, beta = p->beta;
    for (int64_t first = 0; first < p->k; first += MLCI_CHAIN) {
        const int64_t k = p->k - first < MLCI_CHAIN ? p->k - first : MLCI_CHAIN;
        /* The interface takes inputs without const; it does not write to them. */
        double *a = (double *)(uintptr_t)(p->a + first * a_column);
        double *b = (double *)(uintptr_t)(p->b + first * b_row);
        bli_dgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, p->m, p->n, k, &alpha, a, a_row,
                     a_column, b, b_row, b_column, &beta, p->c, p->c_stride, 1, context, &runtime);
        beta = 1.0;
    }
}

int32_t mlci_blis_gemm(int32_t isa, const mlci_product *p)
{
    if (!is_for_blis(p) || !mlci_blis_reserve_open()) return 0;
    bli_error_checking_level_set(BLIS_NO_ERROR_CHECKING); /* of this thread */
    cntx_t *context = context_of(isa);
    if (context != NULL) multiply(p, context);
    mlci_blis_reserve_close();
    return context != NULL;
}
