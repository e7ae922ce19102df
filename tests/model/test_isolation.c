#include "isolating.h"

#include "tree/isolation.h"

#define ULP_OF_SCORE 1e-16 /* half of one at 0.5 */
#define ROUNDING 1e-14     /* of another exp, and a mean over trees */
#define ULP 1e-15          /* a few of 2 */

extern const mlci_model_descriptor mlci_model_isolation_forest;

/* H(n - 1) is ln(n - 1) + Euler's constant in the paper: within 1 / (2 (n - 1)) of the sum. */
START_TEST(test_mean_path_follows_the_harmonic_numbers)
{
    double harmonic = 0;
    ck_assert_double_eq(mlci_isolation_mean_path(1), 0);
    ck_assert_double_eq(mlci_isolation_mean_path(2), 1);
    /* 2 (ln 4 + 0.5772156649015329) - 8 / 5 */
    ck_assert_double_eq_tol(mlci_isolation_mean_path(5), 2.3270200520428475, ULP);
    for (int n = 3; n < 3000; n++) {
        harmonic = 0;
        for (int k = 1; k < n && n % 97 == 0; k++)
            harmonic += 1.0 / k;
        if (n % 97 != 0) continue;
        const double exact = 2 * harmonic - 2.0 * (n - 1) / n;
        ck_assert_double_le(exact - mlci_isolation_mean_path(n), 1.0 / (n - 1));
        ck_assert_double_ge(exact, mlci_isolation_mean_path(n));
    }
}
END_TEST

/* Scores of every settings: the walk that anybody would write, over the saved nodes. */
static double score_plainly(const mlci_isolation *f, const double *x)
{
    double path = 0;
    for (int64_t t = 0; t < f->n_trees; t++) {
        const mlci_tree_node *const nodes = f->nodes + f->first_node[t];
        int32_t i = 0;
        while (nodes[i].left != 0) {
            const uint32_t j = nodes[i].split & MLCI_NODE_FEATURE;
            double side = 0;
            int left;
            if (f->n_terms > 0) {
                for (int32_t k = 0; k < f->n_terms; k++) {
                    const mlci_plane_term *const m = &f->terms[(int64_t)j * f->n_terms + k];
                    if (!isnan(x[m->feature])) side += (x[m->feature] - m->origin) * m->factor;
                }
                left = side <= 0;
            } else if (isnan(x[j])) {
                left = (nodes[i].split & MLCI_NODE_MISSING_LEFT) != 0;
            } else {
                left = x[j] <= nodes[i].value;
            }
            i = nodes[i].left + !left;
        }
        path += nodes[i].value;
    }
    return pow(2, -path / (double)f->n_trees / f->mean_path);
}

static void fill(double *x, int64_t n, int64_t p)
{
    for (int64_t i = 0; i < n * p; i++)
        x[i] = i % 17 == 5 ? NAN : test_uniform(8, i);
}

START_TEST(test_scores_equal_plain_walks_in_any_block)
{
    enum { N = 1200, P = 4 };
    static double x[N * P], raw[N], prediction[N];
    static const char *const settings[] = {"n_estimators=21", "n_estimators=21 max_samples=1200",
                                           "n_estimators=21 extension_level=3",
                                           "extension_level=1 max_samples=50"};
    fill(x, N, P);
    for (size_t s = 0; s < sizeof settings / sizeof settings[0]; s++) {
        model_case c = {
            .model = &mlci_model_isolation_forest, .settings = settings[s], .x = x, .n = N, .p = P};
        model_case_fit(&c);
        const mlci_isolation *const f = c.state;
        model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
        model_case_predict(&c, MLCI_OUTPUT_PREDICTION, prediction);
        for (int64_t i = 0; i < N; i++) {
            const double score = score_plainly(f, x + i * P);
            /* pow() and our exp() are within a few units in the last place. */
            ck_assert_double_eq_tol(f->threshold - raw[i], score, ROUNDING);
            ck_assert_double_eq(prediction[i], raw[i] < 0 ? -1 : 1);
        }
        model_case_rows_stand_alone(&c, MLCI_OUTPUT_RAW);
        model_case_rows_stand_alone(&c, MLCI_OUTPUT_LEAF);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_samples_of_one_row_score_one_half_as_in_scikit_learn)
{
    const double x[] = {1, 2, 3};
    double raw[3];
    model_case c = {
        .model = &mlci_model_isolation_forest, .settings = "max_samples=1", .x = x, .n = 3, .p = 1};
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(raw[i], 0, ULP_OF_SCORE);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("isolation", test_mean_path_follows_the_harmonic_numbers,
                 test_scores_equal_plain_walks_in_any_block,
                 test_samples_of_one_row_score_one_half_as_in_scikit_learn)
