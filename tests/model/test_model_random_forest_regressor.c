/* scikit-learn 1.9.1, RandomForestRegressor, on the same rows; categories were codes there, sets
 * here.
 *
 *   house prices, every fourth row tests, 50 trees, max_features=0.5   R2 0.8213 (4 seeds, sd
 * 0.0020) */
#include "real_scores.h"

extern const mlci_model_descriptor mlci_model_random_forest_regressor;

#define SEEDS_R2 0.006 /* three standard deviations of seeds */

START_TEST(test_forest_on_house_prices_is_as_good_as_its_peer)
{
    ck_assert_double_ge(
        real_r2_on_housing(&mlci_model_random_forest_regressor, "n_estimators=50 max_features=0.5"),
        0.8213 - SEEDS_R2);
}
END_TEST

MLCI_CHECK_SUITE("model_random_forest_regressor", MLCI_RESULTS,
                 test_forest_on_house_prices_is_as_good_as_its_peer)
