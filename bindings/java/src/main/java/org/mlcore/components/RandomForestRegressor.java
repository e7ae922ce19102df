// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * A random forest: trees on bootstrap samples, for numbers.
 *
 * <p>Grows each tree on rows drawn with replacement; a node looks at max_features of the features,
 * drawn anew, and on until one has two values. Predicts the mean of the trees. After Breiman 2001.
 * Each tree is a function of random_state and its number, whatever thread grows it; splits are
 * exact, as in decision_tree_regressor.  Cost: trees x rows x max_features x depth of about 5 ns;
 * memory 5 bytes a row and feature, about 100 bytes a row and thread, and 24 bytes a node, of which
 * a tree has about as many as a tree has rows.  Missing values and categories: as
 * decision_tree_regressor. The tables oob and oob_score have lines with oob_score=true.  Weights
 * drive the draws: a row of weight 2 is drawn like two rows. Weights that are whole numbers count
 * rows, and a sample has as many draws as they add up to; else as many as there are rows.
 * min_samples_split and min_samples_leaf count draws.  Differs from RandomForestRegressor: random
 * numbers; min_samples_split and min_samples_leaf count a row as often as it was drawn; there is no
 * warm_start, as a model never changes: more trees with the same random_state begin with the same
 * ones; and as decision_tree_regressor.
 */
public final class RandomForestRegressor extends RandomForest<RandomForestRegressor> {
    @Override
    RandomForestRegressor self() {
        return this;
    }

    /**
     * Impurity that splits decrease. Default squared_error.
     * <ul>
     * <li>{@code squared_error}: variance; leaves are means (also friedman_mse)</li>
     * <li>{@code absolute_error}: mean absolute deviation; leaves are medians</li>
     * <li>{@code poisson}: half Poisson deviance; targets of at least 0</li>
     * </ul>
     */
    public RandomForestRegressor criterion(String value) {
        settings.choice("criterion", value);
        return this;
    }

    /**
     * Features a node looks at: sqrt, log2, a whole number, a share, or none for all. Default none.
     */
    public RandomForestRegressor maxFeatures(String value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Sets {@code max_features} to none.
     */
    public RandomForestRegressor maxFeaturesNone() {
        settings.none("max_features");
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("random_forest_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("random_forest_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
