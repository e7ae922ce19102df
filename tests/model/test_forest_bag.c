#include "tree/forest_bag.h"

#include "forests.h"

#define WEIGHT_UNIT 1e-3 /* weights are rounded to 2^-20; a thousand of them */

enum { N = 400 };

static mlci_cart_pair pairs[N];
static int32_t classes_of[N];
static int64_t weight[N];

static mlci_cart_rows make_rows(int weighted)
{
    for (int i = 0; i < N; i++) {
        pairs[i] = (mlci_cart_pair){i % 4 == 0, 1};
        classes_of[i] = i % 4 == 0;
        weight[i] = i % 2 == 0 ? 3 : 1;
    }
    return (mlci_cart_rows){.n_rows = N,
                            .n_classes = 2,
                            .pairs = pairs,
                            .class_ = classes_of,
                            .pair_unit = 1,
                            .weight = weighted ? weight : NULL};
}

typedef struct bag_case {
    mlci_bags bags;
    mlci_bag_memory memory;
    mlci_cart_bag bag;
} bag_case;

static void open_case(bag_case *c, const mlci_cart_rows *rows, const mlci_bag_rules *rules)
{
    *c = (bag_case){0};
    ck_assert_int_eq(mlci_bags_init(rows, rules, MLCI_CART_TWO_CLASSES, &c->bags, NULL), MLC_OK);
    ck_assert_int_eq(mlci_bag_memory_init(&c->bags, &c->memory, NULL), MLC_OK);
}

static void close_case(bag_case *c)
{
    mlci_bag_memory_clear(&c->memory);
    mlci_bags_clear(&c->bags);
}

START_TEST(test_bags_have_as_many_draws_as_asked_for)
{
    const mlci_cart_rows rows = make_rows(0);
    const mlci_bag_rules rules = {.is_drawn = 1, .n_draws = N, .seed = 3};
    bag_case c;
    double distinct = 0;
    open_case(&c, &rows, &rules);
    for (uint32_t t = 0; t < 50; t++) {
        uint8_t in_bag[N / 8] = {0};
        ck_assert_int_eq(mlci_bag_draw(NULL, &c.bags, t, &c.memory, in_bag, &c.bag, NULL), MLC_OK);
        int64_t sum = 0;
        for (int64_t i = 0; i < c.bag.n; i++) {
            const uint32_t row = c.bag.rows[i];
            ck_assert(i == 0 || c.bag.rows[i - 1] < row);
            ck_assert(in_bag[row / 8] >> row % 8 & 1);
            ck_assert_int_eq(c.bag.pairs[row].g, row % 4 == 0 ? c.bag.pairs[row].w : 0);
            sum += c.bag.pairs[row].w;
        }
        ck_assert_int_eq(sum, N);
        distinct += (double)c.bag.n;
    }
    /* 1 - 1/e of the rows, within five standard errors of the mean of 50 bags. */
    ck_assert_double_eq_tol(distinct / 50 / N, 1 - exp(-1), 5 * 0.0156 / sqrt(50));
    close_case(&c);
}
END_TEST

START_TEST(test_draws_go_by_weight)
{
    const mlci_cart_rows rows = make_rows(1);
    const mlci_bag_rules rules = {.is_drawn = 1, .n_draws = 40000, .seed = 4};
    bag_case c;
    open_case(&c, &rows, &rules);
    ck_assert_int_eq(mlci_bag_draw(NULL, &c.bags, 0, &c.memory, NULL, &c.bag, NULL), MLC_OK);
    int64_t heavy = 0;
    for (int64_t i = 0; i < c.bag.n; i++)
        heavy += c.bag.rows[i] % 2 == 0 ? c.bag.pairs[c.bag.rows[i]].w : 0;
    ck_assert_double_eq_tol((double)heavy / 40000, 0.75, 5 * sqrt(0.75 * 0.25 / 40000));
    close_case(&c);
}
END_TEST

START_TEST(test_balanced_bags_give_each_class_the_same_weight)
{
    const mlci_cart_rows rows = make_rows(0);
    const mlci_bag_rules rules = {.is_drawn = 1, .n_draws = N, .is_balanced = 1, .seed = 5};
    bag_case c;
    double sum[2] = {0, 0};
    open_case(&c, &rows, &rules);
    ck_assert_int_eq(mlci_bag_draw(NULL, &c.bags, 0, &c.memory, NULL, &c.bag, NULL), MLC_OK);
    for (int64_t i = 0; i < c.bag.n; i++)
        sum[classes_of[c.bag.rows[i]]] += (double)c.bag.pairs[c.bag.rows[i]].w / c.bag.pair_unit;
    ck_assert_double_eq_tol(sum[0], N / 2.0, WEIGHT_UNIT);
    ck_assert_double_eq_tol(sum[1], N / 2.0, WEIGHT_UNIT);
    close_case(&c);
}
END_TEST

START_TEST(test_bags_without_draws_have_all_rows)
{
    const mlci_cart_rows rows = make_rows(0);
    const mlci_bag_rules rules = {0};
    bag_case c;
    open_case(&c, &rows, &rules);
    ck_assert_int_eq(mlci_bag_draw(NULL, &c.bags, 9, &c.memory, NULL, &c.bag, NULL), MLC_OK);
    ck_assert_int_eq(c.bag.n, N);
    ck_assert_ptr_eq(c.bag.pairs, pairs);
    ck_assert_uint_eq(c.bag.rows[N - 1], N - 1);
    close_case(&c);
}
END_TEST

MLCI_CHECK_SUITE("forest_bag", test_bags_have_as_many_draws_as_asked_for, test_draws_go_by_weight,
                 test_balanced_bags_give_each_class_the_same_weight,
                 test_bags_without_draws_have_all_rows)
