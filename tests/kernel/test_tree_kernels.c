#include "tree_kernels.h"

#include "kernel_cases.h"

/* The tables that this machine can run; the first is the reference. */
static const mlci_tree_kernels *table(int t)
{
    return mlci_tree_kernels_of(case_tables[t]->isa);
}

START_TEST(test_tree_kernels_of_each_known_set_then_table_complete)
{
    for (int t = 0; t < case_n_tables; t++) {
        const void *slots[sizeof(mlci_tree_kernels) / sizeof(void *)];
        memcpy(slots, table(t), sizeof slots);
        for (size_t i = 1; i < sizeof slots / sizeof slots[0]; i++)
            ck_assert_ptr_nonnull(slots[i]);
        ck_assert_int_eq(table(t)->isa, case_tables[t]->isa);
    }
}
END_TEST

START_TEST(test_code_numbers_then_thresholds_below_are_counted)
{
    const int numbers[] = {0, 1, 2, 6, 7, 15, 16, 17, 127, 254};
    for (int k = 0; k < 10; k++) {
        const int n_thresholds = numbers[k];
        double thresholds[MLCI_THRESHOLDS], x[600];
        uint8_t codes[600];
        for (int b = 0; b < MLCI_THRESHOLDS; b++)
            thresholds[b] = b < n_thresholds ? b * 0.5 - 20 : INFINITY;
        for (int i = 0; i < 600; i++)
            x[i] = i * 0.25 - 25;
        x[3] = NAN;
        x[4] = INFINITY;
        x[5] = -INFINITY;
        for (int t = 0; t < case_n_tables; t++) {
            const int n = 600 - t; /* a last vector that is not whole */
            table(t)->code_numbers(thresholds, n, x, codes);
            for (int i = 0; i < n; i++) {
                int below = 0;
                for (int b = 0; b < n_thresholds; b++)
                    below += thresholds[b] < x[i];
                ck_assert_int_eq(codes[i], i == 3 ? 0 : below + 1);
            }
        }
    }
}
END_TEST

/* Numbers of all sizes, each way that bits can be; the map is arbitrary but for its bounds. */
START_TEST(test_buckets_then_those_of_single_numbers_and_codes_by_their_thresholds)
{
    enum { N = 1000 };
    static mlci_bucket_map map;
    static mlci_bucket_codes codes;
    static double x[N];
    static uint16_t buckets[N];
    static uint8_t coded[N];
    const double odd[] = {NAN, -NAN, INFINITY, -INFINITY, 0.0, -0.0, 5e-324, -5e-324, 1e300, -1};
    map = (mlci_bucket_map){.low = mlci_key_of_number(-3), .cell_shift = 53, .of_nan = 9999};
    map.span = mlci_key_of_number(1e10) - map.low;
    ck_assert_uint_lt(map.span >> map.cell_shift, MLCI_BUCKET_CELLS);
    for (uint32_t c = 0; c < MLCI_BUCKET_CELLS; c++)
        map.cells[c] = (3 * c - (c << c % 2)) << 16 | (53 - c % 2);
    for (int k = 0; k < MLCI_MOST_BUCKETS; k++) {
        codes.threshold[k] = k % 3 == 0 ? INFINITY : k % 3 - 1.5;
        codes.code[k] = (uint32_t)k % 200;
    }
    for (int i = 0; i < N; i++)
        x[i] = i < 10 ? odd[i] : ldexp((double)case_bits() - 9e18, -(int)(case_bits() % 99));
    for (int t = 0; t < case_n_tables; t++) {
        const int n = N - t; /* a last vector that is not whole */
        table(t)->find_buckets(&map, n, x, buckets);
        table(t)->code_buckets(&codes, n, x, buckets, coded);
        for (int i = 0; i < n; i++) {
            ck_assert_int_lt(buckets[i], MLCI_MOST_BUCKETS);
            ck_assert_int_eq(buckets[i], mlci_bucket_of(&map, x[i]));
            ck_assert_int_eq(coded[i],
                             codes.code[buckets[i]] + (x[i] > codes.threshold[buckets[i]]));
        }
        ck_assert_int_eq(buckets[0], 9999);
        ck_assert_int_eq(buckets[4], buckets[5]);
        ck_assert_int_eq(buckets[3], 0);
    }
}
END_TEST

/* By bits: zeros of two signs are not the same, one NaN is the same as itself. */
START_TEST(test_find_other_then_places_of_values_with_other_bits)
{
    enum { N = 131 };
    double x[N], common[N];
    for (int density = 0; density < 3; density++) {
        for (int i = 0; i < N; i++) {
            common[i] = i % 5 == 0 ? NAN : i % 5 == 1 ? -0.0 : i;
            x[i] = case_bits() % 16 < (uint64_t)(7 * density) ? 0.0 : common[i];
        }
        for (int n = 0; n <= N; n++) {
            for (int t = 0; t < case_n_tables; t++) {
                uint32_t places[N + MLCI_FIND_SLACK];
                int64_t expected = 0;
                const int64_t found = table(t)->find_other(n, x, common, places);
                for (int i = 0; i < n; i++)
                    if (memcmp(x + i, common + i, sizeof *x) != 0)
                        ck_assert_int_eq(places[expected++], i);
                ck_assert_int_eq(found, expected);
            }
        }
    }
}
END_TEST

enum { ROWS = 1003, DATA = 3010 };

START_TEST(test_rows_of_any_width_added_and_taken_off_then_plain_sums)
{
    static uint8_t codes[DATA * 64 + MLCI_CODE_ROWS_SLACK];
    static uint32_t coarse[DATA], rows[ROWS];
    for (int i = 0; i < DATA * 64; i++)
        codes[i] = (uint8_t)case_bits();
    for (int i = 0; i < DATA; i++)
        coarse[i] = (uint32_t)case_bits();
    for (int i = 0; i < ROWS; i++)
        rows[i] = (uint32_t)(3 * i - i % 2);
    rows[0] = 0;
    for (int32_t form = 2; form < 130; form++) {
        /* Features of 256 cells each, and of fewer, which these codes share. */
        const int32_t width = form / 2, apart = form % 2 ? 251 : 256;
        int32_t first_cell[64];
        for (int u = 0; u < width; u++)
            first_cell[u] = apart * u;
        const mlci_code_rows data = {codes, 64, width, first_cell};
        for (int t = 0; t < case_n_tables; t++) {
            static uint64_t cells[64 * 256], expected[64 * 256];
            memset(cells, 0, sizeof cells);
            memset(expected, 0, sizeof expected);
            table(t)->add_rows(&data, coarse, rows, ROWS, cells);
            for (int i = 0; i < ROWS; i++) {
                const int64_t g = (int16_t)(coarse[rows[i]] >> 16), h = coarse[rows[i]] & 0xFFFF;
                for (int u = 0; u < width; u++)
                    expected[apart * u + codes[rows[i] * 64 + (uint32_t)u]] +=
                        ((uint64_t)g << 32) + (uint64_t)h;
            }
            ck_assert_mem_eq(cells, expected, sizeof cells);
            table(t)->subtract_rows(&data, coarse, rows, ROWS / 2, cells);
            memset(expected, 0, sizeof expected);
            table(t)->add_rows(&data, coarse, rows + ROWS / 2, ROWS - ROWS / 2, expected);
            ck_assert_mem_eq(cells, expected, sizeof cells);
        }
    }
}
END_TEST

START_TEST(test_add_lane_rows_of_any_number_of_outputs_then_the_sums_of_each)
{
    enum { WIDTH = 5, MOST = 3 * MLCI_LANES };
    static uint8_t codes[DATA * 64 + MLCI_CODE_ROWS_SLACK];
    static uint32_t coarse[DATA * MOST], alone[DATA], rows[ROWS];
    int32_t first_cell[WIDTH];
    for (int i = 0; i < DATA * 64; i++)
        codes[i] = (uint8_t)case_bits();
    for (int i = 0; i < DATA * MOST; i++)
        coarse[i] = (uint32_t)case_bits();
    for (int i = 0; i < ROWS; i++)
        rows[i] = (uint32_t)(3 * i - i % 2 + (i == 0));
    for (int u = 0; u < WIDTH; u++)
        first_cell[u] = 256 * u;
    const mlci_code_rows data = {codes, 64, WIDTH, first_cell};
    for (int32_t n_lanes = MLCI_LANES; n_lanes <= MOST; n_lanes += MLCI_LANES) {
        for (int t = 0; t < case_n_tables; t++) {
            static uint64_t cells[WIDTH * 256 * MOST], expected[WIDTH * 256];
            memset(cells, 0, sizeof cells);
            table(t)->add_lane_rows(&data, n_lanes, coarse, rows, ROWS, cells);
            for (int32_t k = 0; k < n_lanes; k++) {
                for (int i = 0; i < DATA; i++)
                    alone[i] = coarse[i * n_lanes + k];
                memset(expected, 0, sizeof expected);
                table(0)->add_rows(&data, alone, rows, ROWS, expected);
                for (int c = 0; c < WIDTH * 256; c++)
                    ck_assert_uint_eq(cells[c * n_lanes + k], expected[c]);
            }
        }
    }
}
END_TEST

START_TEST(test_add_cell_rows_then_plain_sums_of_the_cells_that_count)
{
    enum { CELLS = 700, MOST = 2 * MLCI_LANES };
    static int64_t first[DATA + 1];
    static uint32_t listed[DATA * 4], coarse[DATA * MOST], rows[ROWS];
    int64_t n_listed = 0;
    for (int i = 0; i < DATA; i++) {
        first[i] = n_listed;
        for (uint64_t k = case_bits() % 5; k > 0; k--)
            listed[n_listed++] = (uint32_t)(case_bits() % CELLS);
    }
    first[DATA] = n_listed;
    for (int i = 0; i < DATA * MOST; i++)
        coarse[i] = (uint32_t)case_bits();
    for (int i = 0; i < ROWS; i++)
        rows[i] = (uint32_t)(3 * i);
    const mlci_cell_rows data[] = {{first, listed, 0, CELLS}, {first, listed, 200, 300}};
    for (int32_t n_lanes = 1; n_lanes <= MOST; n_lanes = n_lanes == 1 ? MLCI_LANES : 2 * n_lanes) {
        for (int t = 0; t < 2 * case_n_tables; t++) {
            static uint64_t cells[CELLS * MOST];
            static int64_t g[CELLS * MOST], h[CELLS * MOST];
            const mlci_cell_rows *const some = &data[t % 2];
            memset(cells, 0, sizeof cells);
            memset(g, 0, sizeof g);
            memset(h, 0, sizeof h);
            table(t / 2)->add_cell_rows(some, n_lanes, coarse, rows, ROWS, cells);
            for (int i = 0; i < ROWS; i++)
                for (int64_t e = first[rows[i]]; e < first[rows[i] + 1]; e++)
                    for (int32_t k = 0; k < n_lanes; k++) {
                        const uint32_t pair = coarse[rows[i] * (uint32_t)n_lanes + (uint32_t)k];
                        if (listed[e] < some->low || listed[e] >= some->low + some->n) continue;
                        g[listed[e] * (uint32_t)n_lanes + (uint32_t)k] += (int16_t)(pair >> 16);
                        h[listed[e] * (uint32_t)n_lanes + (uint32_t)k] += pair & 0xFFFF;
                    }
            for (int c = 0; c < CELLS * n_lanes; c++)
                ck_assert_uint_eq(cells[c], ((uint64_t)g[c] << 32) + (uint64_t)h[c]);
        }
    }
}
END_TEST

START_TEST(test_part_rows_of_any_length_then_stable_also_in_place)
{
    static uint8_t codes[DATA + 3];
    static uint32_t rows[ROWS], left[ROWS], right[ROWS], expected[ROWS];
    uint32_t set[MLCI_CODE_SET_WORDS];
    for (int i = 0; i < DATA; i++)
        codes[i] = (uint8_t)case_bits();
    for (int w = 0; w < MLCI_CODE_SET_WORDS; w++)
        set[w] = (uint32_t)case_bits();
    for (int64_t n = 0; n <= ROWS; n += n < 70 ? 1 : 311) {
        for (int t = 0; t < case_n_tables; t++) {
            int64_t n_left = 0, n_right = 0;
            for (int i = 0; i < n; i++)
                rows[i] = (uint32_t)(2 * i + 1);
            ck_assert_int_eq(table(t)->part_rows(set, codes, rows, n, left, right),
                             table(0)->part_rows(set, codes, rows, n, rows, right));
            for (int i = 0; i < n; i++) {
                const uint32_t row = (uint32_t)(2 * i + 1), code = codes[row];
                if (set[code / 32] >> code % 32 & 1)
                    expected[n_left++] = row;
                else
                    ck_assert_uint_eq(right[n_right++], row);
            }
            ck_assert_int_eq(memcmp(left, expected, (size_t)n_left * sizeof *left), 0);
            for (int i = 0; i < n; i++)
                rows[i] = (uint32_t)(2 * i + 1);
            ck_assert_int_eq(table(t)->part_rows(set, codes, rows, n, rows, right), n_left);
            ck_assert_int_eq(memcmp(rows, expected, (size_t)n_left * sizeof *left), 0);
            for (int i = 0; i < n; i++)
                rows[i] = (uint32_t)(2 * i + 1);
            ck_assert_int_eq(table(t)->part_rows(set, codes, rows, n, left, rows), n_left);
            ck_assert_int_eq(memcmp(rows, right, (size_t)n_right * sizeof *left), 0);
        }
    }
}
END_TEST

START_TEST(test_round_gradients_then_nearest_and_unbiased_and_the_same_everywhere)
{
    enum { N = 20000 };
    static double g[N], h[N];
    static int32_t fine[3][2 * N];
    static uint32_t coarse[3][N];
    const mlci_gradient_rounding rounding = {.key = 99,
                                             .first = 7,
                                             .g_factor = 0x1p30,
                                             .h_factor = 0x1p30,
                                             .g_shift = 16,
                                             .h_shift = 15};
    double mean_g = 0, mean_h = 0;
    for (int i = 0; i < N; i++) {
        g[i] = 2 * case_unit() - 1;
        h[i] = case_unit();
    }
    h[0] = 0;
    for (int t = 0; t < case_n_tables; t++) {
        table(t)->round_gradients(&rounding, N, g, h, fine[t], coarse[t]);
        ck_assert_int_eq(memcmp(fine[t], fine[0], sizeof fine[0]), 0);
        ck_assert_int_eq(memcmp(coarse[t], coarse[0], sizeof coarse[0]), 0);
    }
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(fine[0][2 * i], (int32_t)rint(g[i] * 0x1p30));
        ck_assert_int_eq(fine[0][2 * i + 1], (int32_t)rint(h[i] * 0x1p30));
        mean_g += ((int16_t)(coarse[0][i] >> 16) * 0x1p-14 - g[i]) / N;
        mean_h += ((coarse[0][i] & 0xFFFF) * 0x1p-15 - h[i]) / N;
    }
    ck_assert_uint_eq(coarse[0][0] & 0xFFFF, 1);
    /* Rounding down or up at random: the mean error has a deviation of 0.5 units / sqrt(N). */
    ck_assert_double_lt(fabs(mean_g), 5 * 0.5 * 0x1p-14 / sqrt(N));
    ck_assert_double_lt(fabs(mean_h), 5 * 0.5 * 0x1p-15 / sqrt(N));
}
END_TEST

START_TEST(test_sum_fine_then_sums_of_the_rows)
{
    static int32_t fine[2 * DATA];
    static uint32_t rows[ROWS];
    int64_t g = 0, h = 0;
    for (int i = 0; i < 2 * DATA; i++)
        fine[i] = (int32_t)(case_bits() % 2000000001) - 1000000000;
    for (int i = 0; i < ROWS; i++) {
        rows[i] = (uint32_t)(2 * i);
        g += fine[2 * rows[i]];
        h += fine[2 * rows[i] + 1];
    }
    for (int t = 0; t < case_n_tables; t++) {
        int64_t sum[2];
        table(t)->sum_fine(fine, rows, ROWS, sum);
        ck_assert_int_eq(sum[0], g);
        ck_assert_int_eq(sum[1], h);
    }
}
END_TEST

START_TEST(test_running_sums_of_packed_and_wide_cells_then_those_of_cells_that_count)
{
    enum { N = 255 };
    uint64_t packed[N], wide[2 * N];
    const int64_t start[2] = {-12345, 678};
    for (int share = 1; share <= 64; share *= 4) {
        for (int i = 0; i < N; i++) {
            const int64_t g = (int64_t)(case_bits() % 2001) - 1000;
            const int64_t h = 1 + (int64_t)(case_bits() % 3000);
            const int counts = case_bits() % (uint64_t)share == 0;
            packed[i] = counts ? ((uint64_t)g << 32) + (uint64_t)h : 0;
            wide[2 * i] = counts ? (uint64_t)g : 0;
            wide[2 * i + 1] = counts ? (uint64_t)h : 0;
        }
        for (int t = 0; t < 2 * case_n_tables; t++) {
            double g[N + 8], h[N + 8];
            uint64_t present[MLCI_CELL_WORDS];
            int64_t sum_g = start[0], sum_h = start[1], n = 0;
            const int64_t kept = table(t / 2)->running_sums(t % 2 ? wide : packed, t % 2, N - 3,
                                                            start, g, h, present);
            for (int i = 0; i < N - 3; i++) {
                sum_g += (int64_t)wide[2 * i];
                sum_h += (int64_t)wide[2 * i + 1];
                ck_assert_int_eq(present[i / 64] >> i % 64 & 1, wide[2 * i + 1] != 0);
                if (wide[2 * i + 1] == 0) continue;
                ck_assert_double_eq(g[n], (double)sum_g);
                ck_assert_double_eq(h[n++], (double)sum_h);
            }
            ck_assert_int_eq(kept, n);
        }
    }
}
END_TEST

START_TEST(test_score_cuts_then_the_formula_and_the_same_bits_everywhere)
{
    enum { N = 253 };
    double g[N], h[N], weight[N], score[3][N];
    mlci_cut_limits limits = {.g = -500,
                              .h = 12000,
                              .weight = 3000,
                              .l2 = 2.5,
                              .min_hessian = 800,
                              .min_weight = 300,
                              .weight_of_h = 0.25};
    for (int i = 0; i < N; i++) {
        g[i] = (double)(case_bits() % 4000) - 2000;
        h[i] = 47.0 * i;
        weight[i] = 11.5 * i;
    }
    for (int turn = 0; turn < 4; turn++) {
        const int given = turn % 2;
        for (int t = 0; t < case_n_tables; t++) {
            limits.least_score = turn < 2 ? 0 : 400;
            const double top =
                table(t)->score_cuts(&limits, N, g, h, given ? weight : NULL, score[t]);
            double expected_top = -1;
            case_assert_same(N, score[t], score[0]);
            for (int i = 0; i < N; i++) {
                const double gr = -500 - g[i], hr = 12000 - h[i];
                const double w = given ? weight[i] : h[i] * 0.25;
                const int fits = h[i] >= 800 && hr >= 800 && w >= 300 && 3000 - w >= 300;
                const double formula = g[i] * g[i] / (h[i] + 2.5) + gr * gr / (hr + 2.5);
                if (fits && formula > limits.least_score)
                    ck_assert_double_eq_tol(score[t][i] / formula, 1, 1e-14);
                else
                    ck_assert_double_eq(score[t][i], -1);
                if (score[t][i] > expected_top) expected_top = score[t][i];
            }
            ck_assert_double_eq(top, expected_top);
        }
    }
}
END_TEST

/* The score of a child, written from its definition. */
static double lane_score(const mlci_lane_cuts *c, int k, double g, double h)
{
    const double t = fmax(fabs(g) - c->l1[k], 0), w = t / (h + c->l2[k]);
    return w <= c->max_delta[k]
               ? t * w
               : 2 * t * c->max_delta[k] - (h + c->l2[k]) * c->max_delta[k] * c->max_delta[k];
}

/* Packed and wide cells, some of them empty, with every kind of penalty. */
START_TEST(test_score_lane_cuts_then_the_formula_and_the_same_bits_everywhere)
{
    enum { CELLS = 37, STRIDE = 2 * MLCI_LANES };
    const double rounding = 1e-13; /* of sums of eight in another order, relative */
    static uint64_t packed[CELLS * STRIDE], wide[CELLS * 2 * STRIDE];
    mlci_lane_cuts cuts = {.stride = STRIDE};
    for (int k = 0; k < MLCI_LANES; k++) {
        cuts.left_g[k] = cuts.g[k] = 10 * k - 35;
        cuts.left_h[k] = cuts.h[k] = 100 + k;
        cuts.l1[k] = k % 2 ? 30 : 0;
        cuts.l2[k] = k;
        cuts.max_delta[k] = k % 3 ? 0.2 : INFINITY;
        cuts.gain_unit[k] = k == 5 ? 0 : ldexp(1, k - 4);
        cuts.h_unit[k] = k == 5 ? 0 : ldexp(1, -k);
    }
    for (int c = 0; c < CELLS; c++) {
        for (int k = 0; k < MLCI_LANES; k++) {
            const int64_t g = (int64_t)(case_bits() % 2001) - 1000, h = 1 + (int64_t)k + c;
            if (c % 5 == 3) continue;
            packed[c * STRIDE + k] = ((uint64_t)g << 32) + (uint64_t)h;
            wide[2 * (c * STRIDE + k)] = (uint64_t)g;
            wide[2 * (c * STRIDE + k) + 1] = (uint64_t)h;
            cuts.g[k] += (double)g;
            cuts.h[k] += (double)h;
        }
    }
    double first[CELLS], first_h[CELLS];
    for (int form = 0; form < 2 * case_n_tables; form++) {
        double score[CELLS] = {0}, left_h[CELLS] = {0}, g[MLCI_LANES], h[MLCI_LANES];
        cuts.is_wide = form % 2;
        cuts.cells = cuts.is_wide ? wide : packed;
        cuts.stride = cuts.is_wide ? 2 * STRIDE : STRIDE;
        table(form / 2)->score_lane_cuts(&cuts, CELLS, score, left_h);
        if (form == 0) {
            memcpy(first, score, sizeof first);
            memcpy(first_h, left_h, sizeof first_h);
        }
        ck_assert_int_eq(memcmp(first, score, sizeof first), 0);
        ck_assert_int_eq(memcmp(first_h, left_h, sizeof first_h), 0);
        memcpy(g, cuts.left_g, sizeof g);
        memcpy(h, cuts.left_h, sizeof h);
        for (int c = 0; c < CELLS - 1; c++) {
            double sum = 0, sum_h = 0;
            for (int k = 0; k < MLCI_LANES; k++) {
                g[k] += (double)(int64_t)wide[2 * (c * STRIDE + k)];
                h[k] += (double)(int64_t)wide[2 * (c * STRIDE + k) + 1];
                sum +=
                    cuts.gain_unit[k] * (lane_score(&cuts, k, g[k], h[k]) +
                                         lane_score(&cuts, k, cuts.g[k] - g[k], cuts.h[k] - h[k]));
                sum_h += cuts.h_unit[k] * h[k];
            }
            ck_assert_double_eq_tol(score[c], c % 5 == 3 ? -1 : sum, rounding * fabs(sum));
            if (c % 5 != 3) ck_assert_double_eq_tol(left_h[c], sum_h, rounding * sum_h);
        }
    }
}
END_TEST

/* All keys different, or many equal ones; beyond 2^31 too. */
START_TEST(test_order_keys_of_any_number_then_ascending_and_stable)
{
    for (int64_t n = 0; n <= MLCI_MOST_ORDERED; n++) {
        uint32_t keys[MLCI_MOST_ORDERED], order[MLCI_MOST_ORDERED];
        for (int64_t i = 0; i < n; i++)
            keys[i] = (uint32_t)case_bits() % (n % 3 == 0 ? 5u : UINT32_MAX);
        for (int t = 0; t < case_n_tables; t++) {
            table(t)->order_keys(n, keys, order);
            for (int64_t k = 1; k < n; k++) {
                ck_assert(keys[order[k - 1]] <= keys[order[k]]);
                if (keys[order[k - 1]] == keys[order[k]]) ck_assert_uint_lt(order[k - 1], order[k]);
            }
        }
    }
}
END_TEST

START_TEST(test_find_value_then_the_first_of_those_that_are_equal)
{
    enum { N = 40 };
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 1; n <= N; n++) {
            for (int64_t at = 0; at < n; at++) {
                double values[N];
                for (int64_t i = 0; i < n; i++)
                    values[i] = i < at ? 0.5 : i % 2 == at % 2 ? 1 : 2;
                ck_assert_int_eq(table(t)->find_value(n, values, 1), at);
            }
        }
    }
}
END_TEST

/* What find_cut() says in one go, by the kernels that score every cut. -1: there is none. */
static int64_t best_of_all_cuts(const mlci_tree_kernels *k, const mlci_cell_limits *r,
                                const uint64_t *cells, int64_t n, const int64_t start[2],
                                mlci_cell_cut *best)
{
    double g[64 * MLCI_CELL_WORDS + 8], h[64 * MLCI_CELL_WORDS + 8], score[64 * MLCI_CELL_WORDS];
    uint64_t present[MLCI_CELL_WORDS];
    mlci_cut_limits limits = {.g = r->g,
                              .h = r->h,
                              .weight = r->h,
                              .l2 = r->l2,
                              .min_hessian = r->least_h,
                              .min_weight = r->h - r->most_h,
                              .weight_of_h = 1};
    const int64_t kept = k->running_sums(cells, 0, n, start, g, h, present);
    const double top = k->score_cuts(&limits, kept, g, h, NULL, score);
    if (top < 0 || top < r->least_score) return -1;
    const int64_t i = k->find_value(kept, score, top);
    *best = (mlci_cell_cut){top, g[i], h[i], k->find_bit(present, i)};
    return i;
}

/* Few and many cells that count, sums that are equal again and again, and a bound that is not met,
 * met by the best alone, or by all. The range of h is the same on both sides. */
START_TEST(test_find_cut_then_the_first_of_the_best_of_all_cuts)
{
    int n_found = 0, n_none = 0;
    for (int turn = 0; turn < 3000; turn++) {
        uint64_t cells[64 * MLCI_CELL_WORDS];
        const int64_t n = 1 + (int64_t)(case_bits() % (64 * MLCI_CELL_WORDS));
        const uint64_t share = 1 + case_bits() % 12, size = turn % 2 ? 3 : 30000;
        const int64_t start[2] = {turn % 3 ? 0 : -500, turn % 3 ? 0 : 700};
        mlci_cell_limits r = {.g = (double)start[0], .h = (double)start[1]};
        for (int64_t i = 0; i < n; i++) {
            const int64_t g = (int64_t)(case_bits() % (2 * size + 1)) - (int64_t)size;
            const int64_t h = turn % 5 ? 32768 : 1 + (int64_t)(case_bits() % 30000);
            const int counts = case_bits() % share == 0;
            cells[i] = counts ? ((uint64_t)g << 32) + (uint64_t)h : 0;
            r.g += counts ? (double)g : 0;
            r.h += counts ? (double)h : 0;
        }
        if (turn % 11 == 0) { /* as many again the other way round: each score is there twice */
            for (int64_t i = 0; i < n / 2; i++)
                cells[n - 1 - i] = cells[i];
            r.g = (double)start[0];
            r.h = (double)start[1];
            for (int64_t i = 0; i < n; i++) {
                r.g += (double)((int64_t)cells[i] >> 32);
                r.h += (double)(cells[i] & 0xFFFFFFFF);
            }
        }
        r.g += turn % 7 ? 0 : 123; /* what is missing goes right */
        r.h += turn % 7 ? 0 : 456;
        r.l2 = turn % 4 ? 0 : 1234.5;
        r.least_h = 1 + (double)(case_bits() % 100000);
        r.most_h = r.h - r.least_h;
        mlci_cell_cut expected = {0};
        const int64_t top = best_of_all_cuts(table(0), &r, cells, n, start, &expected);
        if (top >= 0 && turn % 3 == 1) r.least_score = expected.score;
        /* Out of reach by more than the 1e-9 by which find_cut() looks lower. */
        if (top >= 0 && turn % 3 == 2) r.least_score = expected.score * (1 + 1e-8);
        const int is_there = top >= 0 && expected.score >= r.least_score;
        for (int t = 0; t < case_n_tables; t++) {
            mlci_cell_cut found = {0};
            const int32_t any = table(t)->find_cut(&r, cells, n, start, &found);
            ck_assert_int_eq(any && found.score >= r.least_score, is_there);
            if (!is_there) continue;
            case_assert_same(1, &found.score, &expected.score);
            ck_assert_double_eq(found.g, expected.g);
            ck_assert_double_eq(found.h, expected.h);
            ck_assert_int_eq(found.cell, expected.cell);
        }
        n_found += is_there;
        n_none += !is_there;
    }
    ck_assert_int_gt(n_found, 500);
    ck_assert_int_gt(n_none, 500);
}
END_TEST

START_TEST(test_find_bit_then_the_place_of_each_that_is_set)
{
    for (int turn = 0; turn < 20; turn++) {
        uint64_t words[MLCI_CELL_WORDS];
        for (int w = 0; w < MLCI_CELL_WORDS; w++)
            words[w] = turn == 0 ? UINT64_MAX : turn == w ? 0 : case_bits() & case_bits();
        for (int t = 0; t < case_n_tables; t++) {
            int64_t n = 0;
            for (int32_t place = 0; place < 64 * MLCI_CELL_WORDS; place++)
                if (words[place / 64] >> place % 64 & 1)
                    ck_assert_int_eq(table(t)->find_bit(words, n++), place);
        }
    }
}
END_TEST

START_TEST(test_subtract_cells_then_differences_also_in_place)
{
    enum { N = 27 };
    uint64_t all[N], part[N], apart[N], in_all[N], in_part[N];
    for (int i = 0; i < N; i++) {
        all[i] = case_bits();
        part[i] = case_bits();
    }
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n < N; n++) {
            memcpy(in_all, all, sizeof all);
            memcpy(in_part, part, sizeof part);
            apart[n] = 7;
            table(t)->subtract_cells(n, all, part, apart);
            table(t)->subtract_cells(n, in_all, part, in_all);
            table(t)->subtract_cells(n, all, in_part, in_part);
            ck_assert_uint_eq(apart[n], 7);
            ck_assert_uint_eq(in_all[n], all[n]);
            for (int64_t i = 0; i < n; i++) {
                ck_assert_uint_eq(apart[i], all[i] - part[i]);
                ck_assert_uint_eq(in_all[i], apart[i]);
                ck_assert_uint_eq(in_part[i], apart[i]);
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "tree_kernels",
                    test_tree_kernels_of_each_known_set_then_table_complete,
                    test_code_numbers_then_thresholds_below_are_counted,
                    test_buckets_then_those_of_single_numbers_and_codes_by_their_thresholds,
                    test_find_other_then_places_of_values_with_other_bits,
                    test_rows_of_any_width_added_and_taken_off_then_plain_sums,
                    test_add_lane_rows_of_any_number_of_outputs_then_the_sums_of_each,
                    test_add_cell_rows_then_plain_sums_of_the_cells_that_count,
                    test_part_rows_of_any_length_then_stable_also_in_place,
                    test_round_gradients_then_nearest_and_unbiased_and_the_same_everywhere,
                    test_sum_fine_then_sums_of_the_rows,
                    test_running_sums_of_packed_and_wide_cells_then_those_of_cells_that_count,
                    test_score_cuts_then_the_formula_and_the_same_bits_everywhere,
                    test_find_value_then_the_first_of_those_that_are_equal,
                    test_find_cut_then_the_first_of_the_best_of_all_cuts,
                    test_find_bit_then_the_place_of_each_that_is_set,
                    test_subtract_cells_then_differences_also_in_place,
                    test_score_lane_cuts_then_the_formula_and_the_same_bits_everywhere,
                    test_order_keys_of_any_number_then_ascending_and_stable)
