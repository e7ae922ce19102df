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
public final class GradientBoostingRegressor implements Recipe {
    private final Settings settings = new Settings();

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
     * Number of rounds, each of a tree a score. Default 100; at least 1 and at most 10000000; also
     * called max_iter, n_iter, num_iterations, num_boost_round in recipes.
     */
    public GradientBoostingRegressor nEstimators(long value) {
        settings.set("n_estimators", value);
        return this;
    }

    /**
     * Factor on the values of leaves. Default 0.1; above 0; also called eta, shrinkage_rate in
     * recipes.
     */
    public GradientBoostingRegressor learningRate(double value) {
        settings.set("learning_rate", value);
        return this;
    }

    /**
     * What a round learns from. Default gbdt; also called boosting_type, boost, booster in recipes.
     * <ul>
     * <li>{@code gbdt}: the rows as all rounds before it leave them (also gbrt, gbtree)</li>
     * <li>{@code dart}: as those leave them that were not dropped; no early stopping</li>
     * </ul>
     */
    public GradientBoostingRegressor boosting(String value) {
        settings.choice("boosting", value);
        return this;
    }

    /**
     * Boosting=dart: probability that a round drops one before it. Default 0.1; at least 0 and at
     * most 1; also called rate_drop in recipes.
     */
    public GradientBoostingRegressor dropRate(double value) {
        settings.set("drop_rate", value);
        return this;
    }

    /**
     * Boosting=dart: most rounds dropped at once, 0 for no limit. Default 50; at least 0.
     */
    public GradientBoostingRegressor maxDrop(long value) {
        settings.set("max_drop", value);
        return this;
    }

    /**
     * Boosting=dart: probability that a round drops none. Default 0.5; at least 0 and at most 1.
     */
    public GradientBoostingRegressor skipDrop(double value) {
        settings.set("skip_drop", value);
        return this;
    }

    /**
     * Boosting=dart: all rounds are dropped alike, not in proportion to their weight. Default
     * false.
     */
    public GradientBoostingRegressor uniformDrop(boolean value) {
        settings.set("uniform_drop", value);
        return this;
    }

    /**
     * Boosting=dart: weights as in XGBoost, where the learning rate counts for dropped rounds.
     * Default false.
     */
    public GradientBoostingRegressor xgboostDartMode(boolean value) {
        settings.set("xgboost_dart_mode", value);
        return this;
    }

    /**
     * Which leaf of a tree is split next. Default leaf_wise.
     * <ul>
     * <li>{@code leaf_wise}: the one of the largest gain</li>
     * <li>{@code depth_wise}: the nearest to the root, of those the largest gain</li>
     * <li>{@code oblivious}: all of a level by one condition, while twice as many leaves are
     * allowed; categories one against the rest</li>
     * </ul>
     */
    public GradientBoostingRegressor growPolicy(String value) {
        settings.choice("grow_policy", value);
        return this;
    }

    /**
     * Most leaves of a tree. Default 31; at least 2 and at most 131072; also called num_leaves,
     * max_leaves in recipes.
     */
    public GradientBoostingRegressor maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Most splits from root to leaf. Default none; at least 1 and at most 131072.
     */
    public GradientBoostingRegressor maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public GradientBoostingRegressor maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 20; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public GradientBoostingRegressor minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least sum of hessians in a leaf. Default 0.001; at least 0; also called
     * min_sum_hessian_in_leaf, min_child_weight in recipes.
     */
    public GradientBoostingRegressor minHessian(double value) {
        settings.set("min_hessian", value);
        return this;
    }

    /**
     * L2 penalty on the values of leaves. Default 0; at least 0; also called lambda_l2, reg_lambda
     * in recipes.
     */
    public GradientBoostingRegressor l2Regularization(double value) {
        settings.set("l2_regularization", value);
        return this;
    }

    /**
     * L1 penalty on the values of leaves. Default 0; at least 0; also called lambda_l1, reg_alpha
     * in recipes.
     */
    public GradientBoostingRegressor l1Regularization(double value) {
        settings.set("l1_regularization", value);
        return this;
    }

    /**
     * Least gain of a split. Default 0; at least 0; also called min_split_gain, min_split_loss in
     * recipes.
     */
    public GradientBoostingRegressor minGainToSplit(double value) {
        settings.set("min_gain_to_split", value);
        return this;
    }

    /**
     * Largest value of a leaf before the learning rate, 0 for no limit. Default 0; at least 0.
     */
    public GradientBoostingRegressor maxDeltaStep(double value) {
        settings.set("max_delta_step", value);
        return this;
    }

    /**
     * Most bins of a feature, next to the one for missing. Default 255; at least 2 and at most 255;
     * also called max_bin in recipes.
     */
    public GradientBoostingRegressor maxBins(long value) {
        settings.set("max_bins", value);
        return this;
    }

    /**
     * Numbers that are 0 count as missing, also those that sparse vectors leave out. Default false.
     */
    public GradientBoostingRegressor zeroAsMissing(boolean value) {
        settings.set("zero_as_missing", value);
        return this;
    }

    /**
     * Share of the features that a node looks at. Default 1; above 0 and at most 1; also called
     * feature_fraction_bynode, colsample_bynode in recipes.
     */
    public GradientBoostingRegressor maxFeatures(double value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Share of the features that a tree looks at. Default 1; above 0 and at most 1; also called
     * colsample_bytree, sub_feature in recipes.
     */
    public GradientBoostingRegressor featureFraction(double value) {
        settings.set("feature_fraction", value);
        return this;
    }

    /**
     * How the rows are drawn that a tree is grown on. Default bagging; also called
     * data_sample_strategy, sampling_method in recipes.
     * <ul>
     * <li>{@code bagging}: each row by itself with probability subsample (also uniform)</li>
     * <li>{@code goss}: those of large gradients, and some of the others for the rest</li>
     * <li>{@code mvs}: with probabilities in proportion to the size of gradients (also
     * gradient_based)</li>
     * </ul>
     */
    public GradientBoostingRegressor sampling(String value) {
        settings.choice("sampling", value);
        return this;
    }

    /**
     * Share of the rows that a tree is grown on, for sampling=bagging and mvs. Default 1; above 0
     * and at most 1; also called bagging_fraction in recipes.
     */
    public GradientBoostingRegressor subsample(double value) {
        settings.set("subsample", value);
        return this;
    }

    /**
     * Rounds that use the rows of one draw. Default 1; at least 1; also called bagging_freq in
     * recipes.
     */
    public GradientBoostingRegressor subsampleFreq(long value) {
        settings.set("subsample_freq", value);
        return this;
    }

    /**
     * Share of the rows that are kept for their large gradients, for sampling=goss. Default 0.2;
     * above 0 and below 1.
     */
    public GradientBoostingRegressor topRate(double value) {
        settings.set("top_rate", value);
        return this;
    }

    /**
     * Share of the rows that are drawn from the others, for sampling=goss. Default 0.1; above 0 and
     * below 1.
     */
    public GradientBoostingRegressor otherRate(double value) {
        settings.set("other_rate", value);
        return this;
    }

    /**
     * Weight of hessians in the size of a gradient, for sampling=mvs; none: the square of the mean
     * step. Default none; at least 0.
     */
    public GradientBoostingRegressor mvsReg(double value) {
        settings.set("mvs_reg", value);
        return this;
    }

    /**
     * Sets {@code mvs_reg} to none.
     */
    public GradientBoostingRegressor mvsRegNone() {
        settings.none("mvs_reg");
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public GradientBoostingRegressor monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public GradientBoostingRegressor monotonicCstNone() {
        settings.none("monotonic_cst");
        return this;
    }

    /**
     * Where the bounds of leaves come from that monotonic_cst needs. Default basic; also called
     * monotone_constraining_method, mc_method in recipes.
     * <ul>
     * <li>{@code basic}: the middle between the children of each constrained split</li>
     * <li>{@code intermediate}: the leaves across each constrained split as they are: looser, and
     * slower</li>
     * </ul>
     */
    public GradientBoostingRegressor monotoneConstraintsMethod(String value) {
        settings.choice("monotone_constraints_method", value);
        return this;
    }

    /**
     * Features that may stand on one path of a tree: pairwise, no_interactions, or a list of lists
     * of names, where features in none are one more set. Default none; also called
     * interaction_constraints in recipes.
     */
    public GradientBoostingRegressor interactionCst(Object... value) {
        settings.set("interaction_cst", value);
        return this;
    }

    /**
     * Sets {@code interaction_cst} to none.
     */
    public GradientBoostingRegressor interactionCstNone() {
        settings.none("interaction_cst");
        return this;
    }

    /**
     * Sum of weights at which the value of a node is half its own and half its parent's; 0: all its
     * own. Default 0; at least 0.
     */
    public GradientBoostingRegressor pathSmooth(double value) {
        settings.set("path_smooth", value);
        return this;
    }

    /**
     * Try one drawn cut a node and feature instead of all: of those with enough on both sides.
     * Default false; also called extra_tree in recipes.
     */
    public GradientBoostingRegressor extraTrees(boolean value) {
        settings.set("extra_trees", value);
        return this;
    }

    /**
     * Leaves of all rounds but the first are linear in the numbers that their paths split by.
     * Default false; also called linear_trees in recipes.
     */
    public GradientBoostingRegressor linearTree(boolean value) {
        settings.set("linear_tree", value);
        return this;
    }

    /**
     * Linear_tree=true: L2 penalty on the coefficients of leaves, but for the intercept. Default 0;
     * at least 0.
     */
    public GradientBoostingRegressor linearLambda(double value) {
        settings.set("linear_lambda", value);
        return this;
    }

    /**
     * Factors of at least 0 on the gains of splits by a feature, 1 where none is given; a list of
     * name:number, as the model sees names, or of a number a feature. Default none; also called
     * feature_contrib, fc, fp, feature_penalty in recipes.
     */
    public GradientBoostingRegressor featureContri(Object... value) {
        settings.set("feature_contri", value);
        return this;
    }

    /**
     * Sets {@code feature_contri} to none.
     */
    public GradientBoostingRegressor featureContriNone() {
        settings.none("feature_contri");
        return this;
    }

    /**
     * Cost of a split, in gain: times the sum of weights of the rows that it parts. Default 0; at
     * least 0.
     */
    public GradientBoostingRegressor cegbPenaltySplit(double value) {
        settings.set("cegb_penalty_split", value);
        return this;
    }

    /**
     * Costs of features, in gain: each is paid by the first split of the model by it; a list of
     * name:number or of a number a feature, 0 where none is given. Default none.
     */
    public GradientBoostingRegressor cegbPenaltyFeatureCoupled(Object... value) {
        settings.set("cegb_penalty_feature_coupled", value);
        return this;
    }

    /**
     * Sets {@code cegb_penalty_feature_coupled} to none.
     */
    public GradientBoostingRegressor cegbPenaltyFeatureCoupledNone() {
        settings.none("cegb_penalty_feature_coupled");
        return this;
    }

    /**
     * Costs of features, in gain: each is paid by the first split by it that a row comes to, times
     * the weight of the row; a list of name:number or of a number a feature. Default none.
     */
    public GradientBoostingRegressor cegbPenaltyFeatureLazy(Object... value) {
        settings.set("cegb_penalty_feature_lazy", value);
        return this;
    }

    /**
     * Sets {@code cegb_penalty_feature_lazy} to none.
     */
    public GradientBoostingRegressor cegbPenaltyFeatureLazyNone() {
        settings.none("cegb_penalty_feature_lazy");
        return this;
    }

    /**
     * Factor on all costs: cegb_penalty_split, cegb_penalty_feature_coupled and
     * cegb_penalty_feature_lazy. Default 1; at least 0.
     */
    public GradientBoostingRegressor cegbTradeoff(double value) {
        settings.set("cegb_tradeoff", value);
        return this;
    }

    /**
     * Splits that every tree begins with, as JSON: {"feature": "age", "threshold": 30, "left":
     * {...}, "right": {...}}; a feature by name or number from 0, a category by its text; those
     * that gain nothing are left out. Default none.
     */
    public GradientBoostingRegressor forcedSplits(String value) {
        settings.set("forced_splits", value);
        return this;
    }

    /**
     * Sets {@code forced_splits} to none.
     */
    public GradientBoostingRegressor forcedSplitsNone() {
        settings.none("forced_splits");
        return this;
    }

    /**
     * Most categories of a feature that are split one against the rest. Default 4; at least 0 and
     * at most 255.
     */
    public GradientBoostingRegressor maxCatToOnehot(long value) {
        settings.set("max_cat_to_onehot", value);
        return this;
    }

    /**
     * Most categories of the set that a split names. Default 32; at least 1 and at most 255.
     */
    public GradientBoostingRegressor maxCatThreshold(long value) {
        settings.set("max_cat_threshold", value);
        return this;
    }

    /**
     * Smoothing of the order of categories, and the least weight of one in a set. Default 10; at
     * least 0.
     */
    public GradientBoostingRegressor catSmooth(double value) {
        settings.set("cat_smooth", value);
        return this;
    }

    /**
     * L2 penalty added in splits by sets of categories. Default 10; at least 0.
     */
    public GradientBoostingRegressor catL2(double value) {
        settings.set("cat_l2", value);
        return this;
    }

    /**
     * Least sum of weights of a group of categories in such a split. Default 100; at least 1.
     */
    public GradientBoostingRegressor minDataPerGroup(long value) {
        settings.set("min_data_per_group", value);
        return this;
    }

    /**
     * Stop when the validation rows gain nothing any more. Default auto.
     * <ul>
     * <li>{@code auto}: when there are validation rows</li>
     * <li>{@code true}: always: validation rows are needed</li>
     * <li>{@code false}: never</li>
     * </ul>
     */
    public GradientBoostingRegressor earlyStopping(String value) {
        settings.choice("early_stopping", value);
        return this;
    }

    /**
     * Stop when the validation rows gain nothing any more. Default auto.
     * <ul>
     * <li>{@code auto}: when there are validation rows</li>
     * <li>{@code true}: always: validation rows are needed</li>
     * <li>{@code false}: never</li>
     * </ul>
     */
    public GradientBoostingRegressor earlyStopping(boolean value) {
        settings.set("early_stopping", value);
        return this;
    }

    /**
     * Metrics to stop by, of the library or of the host, or loss: the first of them that has not
     * improved stops, and its best round is kept; none: the loss. Default none.
     */
    public GradientBoostingRegressor earlyStoppingMetric(Object... value) {
        settings.set("early_stopping_metric", value);
        return this;
    }

    /**
     * Sets {@code early_stopping_metric} to none.
     */
    public GradientBoostingRegressor earlyStoppingMetricNone() {
        settings.none("early_stopping_metric");
        return this;
    }

    /**
     * Only the first metric of early_stopping_metric stops; the others are recorded. Default false.
     */
    public GradientBoostingRegressor firstMetricOnly(boolean value) {
        settings.set("first_metric_only", value);
        return this;
    }

    /**
     * Share of the training rows to hold out when no validation rows are given. Default 0; at least
     * 0 and below 1.
     */
    public GradientBoostingRegressor validationFraction(double value) {
        settings.set("validation_fraction", value);
        return this;
    }

    /**
     * Rounds without a better validation score before stopping. Default 10; at least 1; also called
     * early_stopping_round, early_stopping_rounds in recipes.
     */
    public GradientBoostingRegressor nIterNoChange(long value) {
        settings.set("n_iter_no_change", value);
        return this;
    }

    /**
     * Least change of the validation score that counts. Default 1e-07; at least 0; also called
     * early_stopping_min_delta in recipes.
     */
    public GradientBoostingRegressor tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public GradientBoostingRegressor randomState(long value) {
        settings.set("random_state", value);
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
