/* Out-of-bag predictions against trees walked row by row, with the bags drawn again. */
#include "forests.h"
#include "tree/forest_bag.h"

#define ROUNDING 1e-12 /* of sums over the rows in another order */

static void check_oob(int32_t n_classes, int shuffled)
{
    enum { N = 300, TREES = 12 };
    test_problem p = test_problem_make(N, 4, n_classes);
    forest_fit t;
    if (shuffled) {
        p.row_index = calloc(N, sizeof *p.row_index);
        for (int64_t i = 0; i < N; i++)
            p.row_index[i] = (i * 7 + 5) % N;
    }
    forest_run(&t, NULL,
               n_classes > 0 ? &mlci_model_random_forest_classifier
                             : &mlci_model_random_forest_regressor,
               &p, "n_estimators=12 oob_score=true random_state=3");
    const mlci_forest *const f = t.state;
    const int32_t width = mlci_forest_width(f);
    ck_assert_int_eq(f->n_oob, N);
    const mlci_cart_rows rows = {.n_rows = N};
    const mlci_bag_rules rules = {.is_drawn = 1, .n_draws = N, .seed = 3};
    double hits = 0, n_scored = 0, error = 0, sum = 0, squares = 0;
    uint8_t in_bag[TREES][N / 8 + 1];
    mlci_cart_pair ones[N] = {{0, 0}};
    mlci_bags bags = {.rows = &rows, .rules = &rules};
    mlci_bag_memory memory = {0};
    mlci_cart_rows with_pairs = rows;
    with_pairs.pairs = ones;
    bags.rows = &with_pairs;
    memset(in_bag, 0, sizeof in_bag);
    ck_assert_int_eq(mlci_bag_memory_init(&bags, &memory, NULL), MLC_OK);
    for (uint32_t k = 0; k < TREES; k++) {
        mlci_cart_bag bag;
        ck_assert_int_eq(mlci_bag_draw(NULL, &bags, k, &memory, in_bag[k], &bag, NULL), MLC_OK);
    }
    mlci_bag_memory_clear(&memory);
    for (int64_t i = 0; i < N; i++) {
        const int64_t place = shuffled ? p.row_index[i] : i;
        double sums[8] = {0}, n_trees = 0, predicted = 0;
        for (int k = 0; k < TREES; k++) {
            int64_t leaf;
            if (in_bag[k][place / 8] >> place % 8 & 1) continue;
            mlci_forest_walk(f, k, p.x + 4 * i, NULL, 1, &leaf);
            mlci_forest_add_leaf(f, k, leaf, sums);
            n_trees++;
        }
        if (n_trees == 0) {
            ck_assert(isnan(f->oob[i * width]));
            continue;
        }
        for (int32_t k = 0; k < width; k++)
            ck_assert_double_eq(f->oob[i * width + k], sums[k] / n_trees);
        mlci_forest_finish(f, MLCI_OUTPUT_PREDICTION, f->oob + i * width, 1, &predicted);
        n_scored++;
        hits += predicted == p.y[i];
        error += (predicted - p.y[i]) * (predicted - p.y[i]);
        sum += p.y[i];
        squares += p.y[i] * p.y[i];
    }
    const double expected =
        n_classes > 0 ? hits / n_scored : 1 - error / (squares - sum * sum / n_scored);
    ck_assert_double_eq_tol(f->oob_score, expected, ROUNDING);
    forest_clear(&t);
    test_problem_clear(&p);
}

START_TEST(test_oob_predictions_are_of_trees_that_did_not_see_the_row)
{
    check_oob(2, 0);
    check_oob(3, 0);
    check_oob(0, 0);
    check_oob(2, 1);
}
END_TEST

MLCI_CHECK_SUITE("forest_oob", test_oob_predictions_are_of_trees_that_did_not_see_the_row)
