#include "kernel_cases.h"

/* The chain of kernels.h for one output. */
static double chain(int64_t k, const double *a, int64_t a_step, const double *b, int64_t b_step,
                    double alpha, const double *start)
{
    double total = start != NULL ? *start : 0.0;
    for (int64_t first = 0; first < k; first += 256) {
        double acc = 0.0;
        for (int64_t i = first; i < k && i < first + 256; i++)
            acc = fma(a[i * a_step], b[i * b_step], acc);
        total = first == 0 && start == NULL ? alpha * acc : total + alpha * acc;
    }
    return total;
}

static void check_product(const mlci_kernels *k, const mlci_product *shape, int odd)
{
    const int64_t m = shape->m, n = shape->n, depth = shape->k;
    const int64_t a_stride = (shape->a_transposed ? m : depth) + 3;
    const int64_t b_stride = (shape->b_transposed ? depth : n) + 1;
    double *a = calloc((size_t)((m + depth + 1) * (a_stride + 1)), sizeof *a);
    double *b = calloc((size_t)((n + depth + 1) * (b_stride + 1)), sizeof *b);
    const int64_t c_stride = n + 2, c_size = m * c_stride + 2;
    double *c = calloc((size_t)c_size, sizeof *c), *want = calloc((size_t)c_size, sizeof *c);
    case_fill(a, (shape->a_transposed ? depth : m) * a_stride, odd);
    case_fill(b, (shape->b_transposed ? n : depth) * b_stride, odd);
    case_fill(want, c_size, odd);
    memcpy(c, want, (size_t)c_size * sizeof *c);
    mlci_product product = *shape;
    product.a = a;
    product.a_stride = a_stride;
    product.b = b;
    product.b_stride = b_stride;
    product.c = c;
    product.c_stride = c_stride;
    k->gemm(&product);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double *to = want + i * c_stride + j;
            *to = chain(
                depth, shape->a_transposed ? a + i : a + i * a_stride,
                shape->a_transposed ? a_stride : 1, shape->b_transposed ? b + j * b_stride : b + j,
                shape->b_transposed ? 1 : b_stride, shape->alpha, shape->beta != 0.0 ? to : NULL);
        }
    }
    case_assert_same(c_size, c, want);
    free(a);
    free(b);
    free(c);
    free(want);
}

START_TEST(test_gemm_of_many_shapes_then_chain_rule_to_the_bit)
{
    for (int trial = 0; trial < 160; trial++) {
        const mlci_product shape = {.m = (int64_t)(case_bits() % 40),
                                    .n = (int64_t)(case_bits() % 70),
                                    .k = (int64_t)(case_bits() % (trial % 8 == 0 ? 600 : 60)),
                                    .alpha = trial % 3 == 0 ? -1.0 : 1.0,
                                    .beta = trial % 2 == 0 ? 1.0 : 0.0,
                                    .a_transposed = (trial / 2) % 2,
                                    .b_transposed = (trial / 4) % 2};
        for (int t = 0; t < case_n_tables; t++)
            check_product(case_tables[t], &shape, trial % 5 == 4);
    }
}
END_TEST

START_TEST(test_gemm_past_the_size_for_blis_then_chain_rule_to_the_bit)
{
    static const int64_t sizes[][3] = {{256, 256, 128}, {301, 257, 259}, {260, 263, 600}};
    for (int s = 0; s < 3; s++) {
        for (int flags = 0; flags < 4; flags++) {
            const mlci_product shape = {.m = sizes[s][0],
                                        .n = sizes[s][1],
                                        .k = sizes[s][2],
                                        .alpha = flags % 2 ? -1.0 : 1.0,
                                        .beta = s == 1 ? 0.0 : 1.0,
                                        .a_transposed = flags & 1,
                                        .b_transposed = flags / 2};
            for (int t = 1; t < case_n_tables; t++)
                check_product(case_tables[t], &shape, 0);
        }
    }
}
END_TEST

START_TEST(test_gemv_then_chain_rule_to_the_bit)
{
    for (int trial = 0; trial < 120; trial++) {
        const int64_t n = (int64_t)(case_bits() % 40),
                      p = (int64_t)(case_bits() % 700) * (trial % 2) + (int64_t)(case_bits() % 20);
        const int64_t stride = p + (int64_t)(case_bits() % 3);
        double *a = calloc((size_t)(n * stride + 1), sizeof *a), v[800], out[48], want[48];
        case_fill(a, n * stride, trial % 4 == 3);
        case_fill(v, 800, 0);
        for (int t = 0; t < case_n_tables; t++) {
            case_fill(out, 48, 0);
            memcpy(want, out, sizeof want);
            case_tables[t]->gemv(&(mlci_row_block){a, n, p, stride}, v, out);
            for (int64_t i = 0; i < n; i++)
                want[i] = chain(p, a + i * stride, 1, v, 1, 1.0, NULL);
            case_assert_same(48, out, want);
        }
        free(a);
    }
}
END_TEST

START_TEST(test_gemv_transposed_then_added_chain_rule_to_the_bit)
{
    for (int trial = 0; trial < 120; trial++) {
        const int64_t p = (int64_t)(case_bits() % 150),
                      n = (int64_t)(case_bits() % 700) * (trial % 2) + (int64_t)(case_bits() % 20);
        const int64_t stride = p + (int64_t)(case_bits() % 3);
        double *a = calloc((size_t)(n * stride + 1), sizeof *a), v[800], out[160], want[160];
        case_fill(a, n * stride, trial % 4 == 3);
        case_fill(v, 800, 0);
        for (int t = 0; t < case_n_tables; t++) {
            case_fill(out, 160, 0);
            memcpy(want, out, sizeof want);
            case_tables[t]->gemv_transposed(&(mlci_row_block){a, n, p, stride}, v, out);
            for (int64_t j = 0; j < p; j++)
                want[j] = chain(n, a + j, stride, v, 1, 1.0, want + j);
            case_assert_same(160, out, want);
        }
        free(a);
    }
}
END_TEST

START_TEST(test_linear_when_rows_are_split_anyhow_then_same_bits_as_one_batch)
{
    enum { ROWS = 37, MOST = 300 };
    double x[ROWS * MOST], w[MOST * 26], bias[26], whole[ROWS * 26], part[ROWS * 26];
    for (int64_t outputs = 1; outputs <= 26; outputs += 5) {
        const int64_t p = outputs == 6 ? MOST : 19;
        case_fill(x, ROWS * MOST, 0);
        case_fill(w, MOST * 26, 0);
        case_fill(bias, 26, 0);
        case_tables[0]->linear(&(mlci_row_block){x, ROWS, p, MOST}, w, outputs, bias, whole);
        for (int t = 0; t < case_n_tables; t++) {
            for (int64_t i = 0; i < ROWS;) {
                int64_t n = 1 + (int64_t)(case_bits() % 9);
                if (n > ROWS - i) n = ROWS - i;
                case_tables[t]->linear(&(mlci_row_block){x + i * MOST, n, p, MOST}, w, outputs,
                                       bias, part + i * outputs);
                i += n;
            }
            case_assert_same(ROWS * outputs, whole, part);
        }
        const double want = chain(p, x + 3 * MOST, 1, w + outputs - 1, outputs, 1.0, NULL);
        ck_assert(case_same(whole[4 * outputs - 1], want + bias[outputs - 1]));
    }
}
END_TEST

static void gram_expected(const mlci_row_block *x, const double *w, const mlci_row_block *y,
                          double *xx, double *xy)
{
    double scaled[1024];
    for (int64_t i = 0; i < x->n_columns; i++) {
        for (int64_t r = 0; r < x->n_rows; r++)
            scaled[r] = (w != NULL ? w[r] : 1.0) * x->x[r * x->stride + i];
        for (int64_t j = i; j < x->n_columns; j++) {
            double *to = xx + i * x->n_columns + j;
            *to = chain(x->n_rows, scaled, 1, x->x + j, x->stride, 1.0, to);
        }
        for (int64_t j = 0; j < y->n_columns; j++) {
            double *to = xy + i * y->n_columns + j;
            *to = chain(x->n_rows, scaled, 1, y->x + j, y->stride, 1.0, to);
        }
    }
}

START_TEST(test_gram_then_weighted_chain_rule_and_lower_triangle_untouched)
{
    enum { P = 60, Q = 30, N = 600 };
    static double x[N * (P + 1)], y[N * Q], w[N], xx[P * P], xy[P * Q], want_xx[P * P],
        want_xy[P * Q];
    for (int trial = 0; trial < 60; trial++) {
        const int64_t p = (int64_t)(case_bits() % P) + 1, q = (int64_t)(case_bits() % Q);
        const int64_t n = (int64_t)(case_bits() % (trial % 4 == 0 ? N : 40));
        case_fill(x, N * (P + 1), trial % 5 == 4);
        case_fill(y, N * Q, 0);
        case_fill(w, N, 0);
        const double *weights = trial % 3 == 0 ? NULL : w;
        const mlci_row_block bx = {x, n, p, p + trial % 2}, by = {y, n, q, Q};
        for (int t = 0; t < case_n_tables; t++) {
            case_fill(xx, P * P, 0);
            case_fill(xy, P * Q, 0);
            memcpy(want_xx, xx, sizeof xx);
            memcpy(want_xy, xy, sizeof xy);
            case_tables[t]->gram(&bx, weights, &by, xx, xy);
            gram_expected(&bx, weights, &by, want_xx, want_xy);
            case_assert_same(P * P, xx, want_xx);
            case_assert_same(P * Q, xy, want_xy);
        }
    }
}
END_TEST

START_TEST(test_gram_in_blocks_of_256_rows_then_same_bits_as_one_call)
{
    enum { P = 11, N = 700 };
    static double x[N * P], whole[P * P], parts[P * P];
    case_fill(x, N * P, 0);
    for (int t = 0; t < case_n_tables; t++) {
        memset(whole, 0, sizeof whole);
        memset(parts, 0, sizeof parts);
        case_tables[t]->gram(&(mlci_row_block){x, N, P, P}, NULL, NULL, whole, NULL);
        for (int64_t i = 0; i < N; i += 256) {
            const int64_t n = N - i < 256 ? N - i : 256;
            case_tables[t]->gram(&(mlci_row_block){x + i * P, n, P, P}, NULL, NULL, parts, NULL);
        }
        case_assert_same(P * P, whole, parts);
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "products", test_gemm_of_many_shapes_then_chain_rule_to_the_bit,
                    test_gemm_past_the_size_for_blis_then_chain_rule_to_the_bit,
                    test_gemv_then_chain_rule_to_the_bit,
                    test_gemv_transposed_then_added_chain_rule_to_the_bit,
                    test_linear_when_rows_are_split_anyhow_then_same_bits_as_one_batch,
                    test_gram_then_weighted_chain_rule_and_lower_triangle_untouched,
                    test_gram_in_blocks_of_256_rows_then_same_bits_as_one_call)
