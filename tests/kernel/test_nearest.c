#include "kernel_cases.h"

#define ROWS 45
#define MOST_CENTRES 70
#define MOST_COLUMNS 33

static double x[ROWS * (MOST_COLUMNS + 2)], centres[MOST_CENTRES * MOST_COLUMNS];
static double packed[80 * MOST_COLUMNS], distance[ROWS], second[ROWS];
static int32_t label[ROWS];

static void find(const mlci_kernels *k, const mlci_row_block *rows, int64_t n_centres)
{
    const mlci_row_block c = {centres, n_centres, rows->n_columns, rows->n_columns};
    mlci_centres_pack(&c, packed);
    k->nearest(rows, &(mlci_centres){n_centres, rows->n_columns, packed},
               &(mlci_nearest_result){label, distance, second});
}

/* One row: all distances, the smallest and the smallest of the others. */
static void check_row(const double *row, int64_t n_columns, int64_t n_centres, int64_t i)
{
    double best = INFINITY, next = INFINITY;
    int32_t which = 0;
    for (int64_t c = 0; c < n_centres; c++) {
        double d = 0.0;
        for (int64_t j = 0; j < n_columns; j++) {
            const double away = row[j] - centres[c * n_columns + j];
            d = fma(away, away, d);
        }
        if (d < best) {
            next = best;
            best = d;
            which = (int32_t)c;
        } else if (d < next) {
            next = d;
        }
    }
    ck_assert_int_eq(label[i], which);
    ck_assert(case_same(distance[i], best));
    ck_assert(case_same(second[i], next));
}

START_TEST(test_nearest_then_exact_distances_of_the_two_nearest_on_every_table)
{
    for (int trial = 0; trial < 150; trial++) {
        const int64_t p = (int64_t)(case_bits() % MOST_COLUMNS), n = (int64_t)(case_bits() % ROWS);
        const int64_t n_centres = 1 + (int64_t)(case_bits() % MOST_CENTRES);
        case_fill(x, ROWS * (MOST_COLUMNS + 2), trial % 4 == 3);
        case_fill(centres, MOST_CENTRES * MOST_COLUMNS, trial % 8 == 7);
        for (int t = 0; t < case_n_tables; t++) {
            const mlci_row_block rows = {x, n, p, p + trial % 3};
            find(case_tables[t], &rows, n_centres);
            for (int64_t i = 0; i < n; i++)
                check_row(x + i * rows.stride, p, n_centres, i);
        }
    }
}
END_TEST

START_TEST(test_nearest_when_centres_are_equal_then_lowest_index_and_second_as_near)
{
    for (int i = 0; i < MOST_CENTRES; i++) {
        centres[2 * i] = i % 7 == 5 ? 1.0 : 100.0;
        centres[2 * i + 1] = 2.0;
    }
    for (int i = 0; i < ROWS; i++) {
        x[2 * i] = 1.0;
        x[2 * i + 1] = 3.0;
    }
    for (int t = 0; t < case_n_tables; t++) {
        find(case_tables[t], &(mlci_row_block){x, ROWS, 2, 2}, MOST_CENTRES);
        for (int i = 0; i < ROWS; i++) {
            ck_assert_int_eq(label[i], 5);
            ck_assert(case_same(distance[i], 1.0));
            ck_assert(case_same(second[i], 1.0));
        }
    }
}
END_TEST

START_TEST(test_nearest_when_every_distance_is_nan_then_label_0_at_infinity)
{
    case_fill(centres, MOST_CENTRES * MOST_COLUMNS, 0);
    x[0] = NAN;
    x[1] = 1.0;
    for (int t = 0; t < case_n_tables; t++) {
        find(case_tables[t], &(mlci_row_block){x, 1, 2, 2}, 20);
        ck_assert_int_eq(label[0], 0);
        ck_assert(case_same(distance[0], INFINITY));
    }
}
END_TEST

START_TEST(test_distances_then_exact_on_every_table)
{
    static double all[ROWS * MOST_CENTRES];
    for (int trial = 0; trial < 60; trial++) {
        const int64_t p = (int64_t)(case_bits() % MOST_COLUMNS), n = (int64_t)(case_bits() % ROWS);
        const int64_t n_centres = 1 + (int64_t)(case_bits() % MOST_CENTRES);
        case_fill(x, ROWS * (MOST_COLUMNS + 2), trial % 4 == 3);
        case_fill(centres, MOST_CENTRES * MOST_COLUMNS, trial % 8 == 7);
        const mlci_row_block c = {centres, n_centres, p, p};
        mlci_centres_pack(&c, packed);
        for (int t = 0; t < case_n_tables; t++) {
            const mlci_row_block rows = {x, n, p, p + trial % 3};
            case_tables[t]->distances(&rows, &(mlci_centres){n_centres, p, packed}, all);
            for (int64_t i = 0; i < n * n_centres; i++) {
                double d = 0.0;
                for (int64_t j = 0; j < p; j++) {
                    const double away =
                        x[i / n_centres * rows.stride + j] - centres[i % n_centres * p + j];
                    d = fma(away, away, d);
                }
                ck_assert(case_same(all[i], d));
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "nearest",
                    test_nearest_then_exact_distances_of_the_two_nearest_on_every_table,
                    test_nearest_when_centres_are_equal_then_lowest_index_and_second_as_near,
                    test_nearest_when_every_distance_is_nan_then_label_0_at_infinity,
                    test_distances_then_exact_on_every_table)
