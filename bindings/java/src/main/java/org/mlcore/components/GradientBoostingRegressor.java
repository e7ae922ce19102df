// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Gradient boosted trees on histograms, for numbers.
 *
 * <p>Minimises the loss plus the penalties on leaves. Trees grow leaf by leaf on histograms of at
 * most 255 bins, with gradients as integers (15 bits for splits by stochastic rounding, 31 for
 * leaves), so results do not depend on threads, instruction set or order of sums. Leaves take
 * Newton steps; those of absolute_error and quantile are exact weighted quantiles of the residuals.
 * Several levels are a tree each in a round; the prediction is the middle one (the mean of two in
 * the middle), output=interval gives the lowest and the highest as lower and upper, output=quantile
 * all of them. They never cross: those of a row are sorted. Several targets are a tree each in a
 * round, and the loss is their mean; with multi_strategy=multi_output_tree scores share their
 * splits (Zhang and Jung 2021), which costs less and suits targets or levels that go together;
 * monotonic_cst then bounds, and path_smooth smooths, each score by itself, and a split that puts
 * one of them in the wrong order is not made. After Friedman 2001, Ke et al. 2017 (LightGBM), Shi
 * et al. 2022 (quantised gradients).  Cost: rows x features x log2(leaves) x trees of about 0.5 ns;
 * memory 2 bytes a row and feature and about 40 bytes a row.  Missing values: each split learns
 * their side where the node has some, else they go to the heavier child. Categories are split as
 * sets; the 255 most frequent have bins, others and unseen ones count as missing.  Weights multiply
 * the loss; min_samples_leaf and min_data_per_group are sums of weights. A row of weight 2 gives
 * the trees of the row twice up to the random rounding of gradients. Constant columns are not used.
 * Differs from HistGradientBoostingRegressor: early stopping only with validation rows or
 * validation_fraction; bins from all rows, not a sample; sets of categories by LightGBM's rules.
 * With an offset the score starts from the offset alone, and predictions leave it out. With
 * boosting=dart (Vinayak and Gilad-Bachrach 2015, LightGBM's parameters) rounds change those before
 * them: nothing stops early, and the first rounds of a model are not the model of as many rounds.
 * linear_tree (Shi, Li and Li 2019, LightGBM's parameters): leaves of the rounds after the first
 * are ridge regressions on the numbers that the splits above them ask for, weighted by hessians;
 * rows that miss one of them, or where the sum is not finite, get the constant of the leaf. Bounds
 * and penalties of leaves (max_delta_step, l1_regularization, l2_regularization, path_smooth) hold
 * for constants; lines go on outside of the range of training rows. Features that depend on others
 * in a leaf are left out of it. Takes 8 bytes a row and number more; such models have no Shapley
 * values.  Costs (cegb_, Peter et al. 2017, LightGBM's parameters): a split is worth its gain less
 * cegb_tradeoff times what it costs, and is made where that is above 0. What has been paid holds
 * for the rounds, classes and targets that follow, in a model that goes on too, and for rows
 * outside of a sample as for those in it. A level of grow_policy=oblivious pays for all of its
 * leaves, a split of multi_strategy=multi_output_tree once for all scores; forced_splits pay but
 * are made at any cost. cegb_penalty_feature_lazy takes a byte a row and feature.
 */
public final class GradientBoostingRegressor extends GradientBoosting<GradientBoostingRegressor> {
    @Override
    GradientBoostingRegressor self() {
        return this;
    }

    /**
     * What is minimised; or the dotted name of a loss of the host with an identity or log link.
     * Default squared_error; or a dotted name of a component of the program; also called objective
     * in recipes.
     * <ul>
     * <li>{@code squared_error}: squared error; predicts means (also regression, l2, mse, rmse,
     * reg:squarederror)</li>
     * <li>{@code absolute_error}: absolute error; predicts medians (also regression_l1, l1, mae,
     * reg:absoluteerror)</li>
     * <li>{@code huber}: squared up to delta, absolute beyond; predicts means without outliers</li>
     * <li>{@code quantile}: pinball loss; predicts the quantiles of parameter quantile (also
     * reg:quantileerror)</li>
     * <li>{@code poisson}: Poisson deviance with a log link; targets of at least 0 (also
     * count:poisson)</li>
     * <li>{@code gamma}: gamma deviance with a log link; targets above 0 (also reg:gamma)</li>
     * <li>{@code tweedie}: Tweedie deviance with a log link; targets of at least 0 (also
     * reg:tweedie)</li>
     * <li>{@code cross_entropy}: cross-entropy with a logit link; targets from 0 to 1 (also
     * xentropy, reg:logistic)</li>
     * </ul>
     */
    public GradientBoostingRegressor loss(String value) {
        settings.choice("loss", value);
        return this;
    }

    /**
     * Level of loss=quantile, or several levels, ascending: a score each. Default 0.5; above 0 and
     * below 1; also called alpha, quantile_alpha in recipes.
     */
    public GradientBoostingRegressor quantile(Object... value) {
        settings.set("quantile", value);
        return this;
    }

    /**
     * How the trees of a round share several scores. Default one_output_per_tree.
     * <ul>
     * <li>{@code one_output_per_tree}: a tree a score</li>
     * <li>{@code multi_output_tree}: the same splits for all, chosen by the sum of their gains, and
     * values of their own</li>
     * </ul>
     */
    public GradientBoostingRegressor multiStrategy(String value) {
        settings.choice("multi_strategy", value);
        return this;
    }

    /**
     * Residual from which loss=huber is linear, in units of the target. Default 0.9; above 0; also
     * called huber_delta in recipes.
     */
    public GradientBoostingRegressor delta(double value) {
        settings.set("delta", value);
        return this;
    }

    /**
     * Steps of loss=poisson are as short as if means were exp(this) times as large; 0: Newton's.
     * Default 0.7; at least 0 and at most 100.
     */
    public GradientBoostingRegressor poissonMaxDeltaStep(double value) {
        settings.set("poisson_max_delta_step", value);
        return this;
    }

    /**
     * Power p of loss=tweedie: the variance grows with the mean to the p. Default 1.5; above 1 and
     * below 2; also called variance_power in recipes.
     */
    public GradientBoostingRegressor tweedieVariancePower(double value) {
        settings.set("tweedie_variance_power", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("gradient_boosting_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("gradient_boosting_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
