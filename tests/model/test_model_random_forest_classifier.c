/* scikit-learn 1.9.1, RandomForestClassifier, on the same rows; categories were codes there, sets
 * here.
 *
 *   adult, first 32,561 rows train, 100 trees, min_samples_leaf=3   AUC 0.9147 to 0.9151 (3 seeds)
 *   digits, every third row tests, 100 trees                        accuracy 0.9727 (sd 0.0036) */
#include "real_scores.h"

extern const mlci_model_descriptor mlci_model_random_forest_classifier;

#define SEEDS_AUC 0.0005      /* what seeds differ by */
#define SEEDS_ACCURACY 0.0108 /* three standard deviations of seeds */

START_TEST(test_forest_on_adult_is_as_good_as_its_peer)
{
    /* Leaves count draws, of which a row has 1.6 on average, where scikit-learn counts rows. */
    ck_assert_double_ge(
        real_auc_on_adult(&mlci_model_random_forest_classifier, "min_samples_leaf=5"),
        0.9147 - SEEDS_AUC);
}
END_TEST

START_TEST(test_forest_on_digits_is_as_good_as_its_peer)
{
    ck_assert_double_ge(real_accuracy_on_digits(&mlci_model_random_forest_classifier, ""),
                        0.9727 - SEEDS_ACCURACY);
}
END_TEST

MLCI_CHECK_SUITE("model_random_forest_classifier", MLCI_RESULTS,
                 test_forest_on_adult_is_as_good_as_its_peer,
                 test_forest_on_digits_is_as_good_as_its_peer)
