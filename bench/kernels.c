/* How fast the kernels run: one line a kernel and instruction set, on one thread.
 *
 * Each figure is the best of several short runs, in GFLOP/s where arithmetic is the limit (a fused
 * multiply-add counts two), in GB/s where memory is, in nanoseconds an element elsewhere. Not
 * built by default: `meson test --benchmark`, or the target bench/bench_kernels, whose argument
 * keeps the lines whose names contain it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "context_impl.h"
#include "dense.h"
#include "kernels.h"

static const char *const isa_names[] = {"reference", "avx2", "avx512"};

#define RUNS 7
#define LEAST_SECONDS 0.004

static const char *wanted = "";
static const mlci_kernels *table;
static int64_t m, n, p;
static double *x, *y, *w, *out;
static int32_t *labels;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of one call, the best of several runs of enough calls. */
static double seconds(void (*work)(void))
{
    double best = 1e30;
    for (int run = 0; run < RUNS; run++) {
        int64_t calls = 0;
        const double start = now();
        double spent;
        do {
            work();
            calls++;
            spent = now() - start;
        } while (spent < LEAST_SECONDS);
        if (spent / (double)calls < best) best = spent / (double)calls;
    }
    return best;
}

static void report(const char *name, double amount, const char *unit, void (*work)(void))
{
    if (strstr(name, wanted) == NULL) return;
    printf("%-9s %-28s %9.2f %s\n", isa_names[table->isa], name, amount / seconds(work) * 1e-9,
           unit);
}

static void report_time(const char *name, double amount, void (*work)(void))
{
    if (strstr(name, wanted) == NULL) return;
    printf("%-9s %-28s %9.3f ns an element\n", isa_names[table->isa], name,
           seconds(work) * 1e9 / amount);
}

static void run_dot(void)
{
    out[0] = table->dot(n, x, y);
}

static void run_gemm(void)
{
    const mlci_product product = {.m = m,
                                  .n = n,
                                  .k = p,
                                  .a = x,
                                  .a_stride = p,
                                  .b = y,
                                  .b_stride = n,
                                  .c = out,
                                  .c_stride = n,
                                  .alpha = 1.0};
    table->gemm(&product);
}

static void run_gram(void)
{
    table->gram(&(mlci_row_block){x, n, p, p}, w, NULL, out, NULL);
}

static void run_gemv(void)
{
    table->gemv(&(mlci_row_block){x, n, p, p}, w, out);
}

static void run_gemv_transposed(void)
{
    table->gemv_transposed(&(mlci_row_block){x, n, p, p}, w, out);
}

static void run_linear(void)
{
    table->linear(&(mlci_row_block){x, n, p, p}, w, m, y, out);
}

static void run_moments(void)
{
    table->moments(&(mlci_row_block){x, n, p, p}, NULL, (mlci_moments *)(void *)out);
}

static void run_nearest(void)
{
    table->nearest(&(mlci_row_block){x, n, p, p}, &(mlci_centres){m, p, y},
                   &(mlci_nearest_result){labels, out, NULL});
}

static void run_exp(void)
{
    table->exp(n, x, out);
}

static void run_log(void)
{
    table->log(n, w, out);
}

static void run_sigmoid(void)
{
    table->sigmoid(n, x, out);
}

static void run_tanh(void)
{
    table->tanh(n, x, out);
}

static void run_softmax(void)
{
    table->softmax(&(mlci_row_block){x, n, p, p}, out);
}

static void run_cholesky(void)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < n; j++)
            out[i * n + j] = i == j ? (double)n : x[i * n + j];
    }
    mlci_cholesky_factor(table, n, out, n, 0.0);
}

static void run_eigen(void)
{
    for (int64_t i = 0; i < n * n; i++)
        out[i] = x[i];
    mlci_symmetric_eigen(table, n, out, y, w);
}

static void products(void)
{
    static const int64_t cubes[] = {32, 64, 128, 255, 512, 1024};
    char name[64];
    for (int i = 0; i < 6; i++) {
        m = n = p = cubes[i];
        snprintf(name, sizeof name, "gemm %d^3", (int)n);
        report(name, 2.0 * (double)(m * n * p), "GFLOP/s", run_gemm);
    }
    m = 255, n = 1024, p = 1024;
    report("gemm 255 x 1024 x 1024", 2.0 * (double)(m * n * p), "GFLOP/s", run_gemm);
    static const int64_t widths[] = {8, 24, 48, 100, 200, 500};
    for (int i = 0; i < 6; i++) {
        p = widths[i];
        n = 1000000 / p;
        snprintf(name, sizeof name, "gram p = %d", (int)p);
        report(name, (double)(n * p * (p + 1)), "GFLOP/s", run_gram);
    }
}

static void memory_bound(void)
{
    n = 2048;
    report("dot, in cache", 16.0 * (double)n, "GB/s", run_dot);
    n = 1000000;
    report("dot, in memory", 16.0 * (double)n, "GB/s", run_dot);
    n = 20000, p = 50;
    report("gemv 50 columns", 8.0 * (double)(n * p), "GB/s", run_gemv);
    report("gemv_transposed 50 columns", 8.0 * (double)(n * p), "GB/s", run_gemv_transposed);
    m = 3;
    report("linear 50 -> 3", 8.0 * (double)(n * p), "GB/s", run_linear);
    m = 20;
    report("linear 50 -> 20", 2.0 * (double)(n * p * m), "GFLOP/s", run_linear);
    n = 1024, p = 50;
    report("moments 50 columns", 8.0 * (double)(n * p), "GB/s", run_moments);
    n = 50000, p = 1;
    report("moments of a column", 8.0 * (double)n, "GB/s", run_moments);
}

static void elementary(void)
{
    n = 4096;
    report_time("exp", (double)n, run_exp);
    report_time("log", (double)n, run_log);
    report_time("sigmoid", (double)n, run_sigmoid);
    report_time("tanh", (double)n, run_tanh);
    n = 1000, p = 3;
    report_time("softmax of 3", (double)(n * p), run_softmax);
    n = 100, p = 100;
    report_time("softmax of 100", (double)(n * p), run_softmax);
}

static void others(void)
{
    n = 2000, p = 8, m = 10;
    report("nearest 8 features, 10", 3.0 * (double)(n * p * m), "GFLOP/s", run_nearest);
    n = 2000, p = 50, m = 100;
    report("nearest 50 features, 100", 3.0 * (double)(n * p * m), "GFLOP/s", run_nearest);
    n = 500;
    report("cholesky 500", (double)(n * n) * (double)n / 3.0, "GFLOP/s", run_cholesky);
    n = 200;
    report("eigen 200 (4.3 n^3)", 4.3 * 2.0 * (double)(n * n * n), "GFLOP/s", run_eigen);
}

int main(int argc, char **argv)
{
    if (argc > 1) wanted = argv[1];
    enum { MOST = 1200000 };
    x = calloc(MOST, sizeof *x);
    y = calloc(MOST, sizeof *y);
    w = calloc(MOST, sizeof *w);
    out = calloc(MOST, sizeof *out);
    labels = calloc(MOST, sizeof *labels);
    if (x == NULL || y == NULL || w == NULL || out == NULL || labels == NULL) return 1;
    for (int64_t i = 0; i < MOST; i++) {
        x[i] = (double)(i * 7919 % 1009) / 1009.0 - 0.5;
        y[i] = (double)(i * 104729 % 997) / 997.0 - 0.5;
        w[i] = (double)(i * 31 % 89 + 1) / 89.0;
    }
    for (int32_t isa = mlci_root_isa(NULL); isa >= MLCI_ISA_REFERENCE; isa--) {
        table = mlci_kernels_of(isa);
        if (table->isa != isa) continue;
        products();
        memory_bound();
        elementary();
        others();
    }
    free(x);
    free(y);
    free(w);
    free(out);
    free(labels);
    return 0;
}
