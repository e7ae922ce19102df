/* Predictions beside sums and medians that are spelled out over the saved trees. */
#include "boosted_votes.h"

#define ROUNDING_OF_TOTAL 1e-12 /* of sums in another order, and all weights */
#define ROUNDING 1e-14          /* of sums of a tree's weights, and of another exp */

static vote_data data;

/* The value of the leaf of tree t. */
static double leaf_value(const mlci_adaboost *m, int64_t t, const double *x)
{
    const mlci_tree_node *const nodes = m->forest->nodes + m->forest->first_node[t];
    int32_t i = 0;
    while (nodes[i].left != 0)
        i = nodes[i].left + !(x[nodes[i].split & MLCI_NODE_FEATURE] <= nodes[i].value);
    return nodes[i].value;
}

START_TEST(test_scores_and_probabilities_follow_the_votes)
{
    static double raw[VOTE_ROWS * 4], p[VOTE_ROWS * 4], found[VOTE_ROWS];
    for (int32_t k = 2; k <= 4; k++) {
        vote_data_make(&data, k);
        model_case c = vote_case(&data, k, "n_estimators=13 max_depth=2");
        model_case_fit(&c);
        const mlci_adaboost *const m = c.state;
        const int64_t width = k == 2 ? 1 : k;
        model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
        model_case_predict(&c, MLCI_OUTPUT_PROBABILITY, p);
        model_case_predict(&c, MLCI_OUTPUT_PREDICTION, found);
        for (int64_t i = 0; i < VOTE_ROWS; i++) {
            double score[4] = {0}, total = 0, powers = 0;
            for (int64_t t = 0; t < m->forest->n_trees; t++) {
                const double vote = leaf_value(m, t, c.x + i * VOTE_FEATURES);
                for (int32_t j = 0; j < k; j++)
                    score[j] += vote == j ? m->weight[t] : -m->weight[t] / (k - 1);
                total += m->weight[t];
            }
            int32_t best = 0;
            for (int32_t j = 0; j < k; j++) {
                score[j] /= total;
                if (score[j] > score[best] + 1e-12) best = j;
                powers += exp(score[j] / (k - 1));
            }
            /* Sums of 13 votes in another order. */
            if (k == 2) ck_assert_double_eq_tol(raw[i], score[1] - score[0], ROUNDING);
            for (int32_t j = 0; j < k; j++) {
                if (k > 2) ck_assert_double_eq_tol(raw[i * width + j], score[j], ROUNDING);
                ck_assert_double_eq_tol(p[i * k + j], exp(score[j] / (k - 1)) / powers, ROUNDING);
            }
            ck_assert_double_eq(found[i], best);
        }
        model_case_rows_stand_alone(&c, MLCI_OUTPUT_PROBABILITY);
        model_case_rows_stand_alone(&c, MLCI_OUTPUT_LEAF);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_numbers_are_weighted_medians)
{
    static double found[VOTE_ROWS];
    vote_data_make(&data, 2);
    model_case c = vote_case(&data, 0, "n_estimators=21");
    model_case_fit(&c);
    const mlci_adaboost *const m = c.state;
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, found);
    for (int64_t i = 0; i < VOTE_ROWS; i++) {
        double below = 0, at_or_below = 0;
        for (int64_t t = 0; t < m->forest->n_trees; t++) {
            const double value = leaf_value(m, t, c.x + i * VOTE_FEATURES);
            below += value < found[i] ? m->weight[t] : 0;
            at_or_below += value <= found[i] ? m->weight[t] : 0;
        }
        ck_assert_double_lt(below, m->total / 2 + ROUNDING_OF_TOTAL);
        ck_assert_double_ge(at_or_below, m->total / 2 - ROUNDING_OF_TOTAL);
    }
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_PREDICTION);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("adaboost", test_scores_and_probabilities_follow_the_votes,
                 test_numbers_are_weighted_medians)
