/* scikit-learn 1.9.1, DecisionTreeClassifier, on the same rows; categories were codes there, sets
 * here.
 *
 *   adult, first 32,561 rows train, min_samples_leaf=20   AUC 0.8886
 *   digits, every third row tests                         accuracy 0.8415 (8 seeds, sd 0.0068)
 *
 * tests/python/test_reference.py compares the nodes of trees. */
#include "real_scores.h"

extern const mlci_model_descriptor mlci_model_decision_tree_classifier;

#define TIES                                                                                       \
    0.0204         /* three standard deviations of seeds, which choose among equal splits there    \
                    */
#define SETS 0.002 /* sets of categories fit the training rows closer than thresholds do */

START_TEST(test_tree_on_adult_is_as_good_as_its_peer)
{
    ck_assert_double_ge(
        real_auc_on_adult(&mlci_model_decision_tree_classifier, "min_samples_leaf=20"),
        0.8886 - SETS);
}
END_TEST

START_TEST(test_tree_on_digits_is_as_good_as_its_peer)
{
    const double accuracy = real_accuracy_on_digits(&mlci_model_decision_tree_classifier, "");
    ck_assert_double_ge(accuracy, 0.8415 - TIES);
}
END_TEST

MLCI_CHECK_SUITE("model_decision_tree_classifier", test_tree_on_adult_is_as_good_as_its_peer,
                 test_tree_on_digits_is_as_good_as_its_peer)
