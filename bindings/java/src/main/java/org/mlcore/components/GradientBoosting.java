// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

/**
 * The settings that {@link GradientBoostingClassifier}, {@link GradientBoostingRanker}, {@link
 * GradientBoostingRegressor} and {@link GradientBoostingSurvival} share.
 * @param <T> the class that it is
 */
public abstract class GradientBoosting<T extends GradientBoosting<T>> implements Recipe {
    final Settings settings = new Settings();

    GradientBoosting() {
    }

    abstract T self();

    /**
     * Number of rounds, each of a tree a score. Default 100; at least 1 and at most 10000000; also
     * called max_iter, n_iter, num_iterations, num_boost_round in recipes.
     */
    public T nEstimators(long value) {
        settings.set("n_estimators", value);
        return self();
    }

    /**
     * Factor on the values of leaves. Default 0.1; above 0; also called eta, shrinkage_rate in
     * recipes.
     */
    public T learningRate(double value) {
        settings.set("learning_rate", value);
        return self();
    }

    /**
     * What a round learns from. Default gbdt; also called boosting_type, boost, booster in recipes.
     * <ul>
     * <li>{@code gbdt}: the rows as all rounds before it leave them (also gbrt, gbtree)</li>
     * <li>{@code dart}: as those leave them that were not dropped; no early stopping</li>
     * </ul>
     */
    public T boosting(String value) {
        settings.choice("boosting", value);
        return self();
    }

    /**
     * Boosting=dart: probability that a round drops one before it. Default 0.1; at least 0 and at
     * most 1; also called rate_drop in recipes.
     */
    public T dropRate(double value) {
        settings.set("drop_rate", value);
        return self();
    }

    /**
     * Boosting=dart: most rounds dropped at once, 0 for no limit. Default 50; at least 0.
     */
    public T maxDrop(long value) {
        settings.set("max_drop", value);
        return self();
    }

    /**
     * Boosting=dart: probability that a round drops none. Default 0.5; at least 0 and at most 1.
     */
    public T skipDrop(double value) {
        settings.set("skip_drop", value);
        return self();
    }

    /**
     * Boosting=dart: all rounds are dropped alike, not in proportion to their weight. Default
     * false.
     */
    public T uniformDrop(boolean value) {
        settings.set("uniform_drop", value);
        return self();
    }

    /**
     * Boosting=dart: weights as in XGBoost, where the learning rate counts for dropped rounds.
     * Default false.
     */
    public T xgboostDartMode(boolean value) {
        settings.set("xgboost_dart_mode", value);
        return self();
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
    public T growPolicy(String value) {
        settings.choice("grow_policy", value);
        return self();
    }

    /**
     * Most leaves of a tree. Default 31; at least 2 and at most 131072; also called num_leaves,
     * max_leaves in recipes.
     */
    public T maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return self();
    }

    /**
     * Most splits from root to leaf. Default none; at least 1 and at most 131072.
     */
    public T maxDepth(long value) {
        settings.set("max_depth", value);
        return self();
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public T maxDepthNone() {
        settings.none("max_depth");
        return self();
    }

    /**
     * Least sum of weights in a leaf. Default 20; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public T minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return self();
    }

    /**
     * Least sum of hessians in a leaf. Default 0.001; at least 0; also called
     * min_sum_hessian_in_leaf, min_child_weight in recipes.
     */
    public T minHessian(double value) {
        settings.set("min_hessian", value);
        return self();
    }

    /**
     * L2 penalty on the values of leaves. Default 0; at least 0; also called lambda_l2, reg_lambda
     * in recipes.
     */
    public T l2Regularization(double value) {
        settings.set("l2_regularization", value);
        return self();
    }

    /**
     * L1 penalty on the values of leaves. Default 0; at least 0; also called lambda_l1, reg_alpha
     * in recipes.
     */
    public T l1Regularization(double value) {
        settings.set("l1_regularization", value);
        return self();
    }

    /**
     * Least gain of a split. Default 0; at least 0; also called min_split_gain, min_split_loss in
     * recipes.
     */
    public T minGainToSplit(double value) {
        settings.set("min_gain_to_split", value);
        return self();
    }

    /**
     * Largest value of a leaf before the learning rate, 0 for no limit. Default 0; at least 0.
     */
    public T maxDeltaStep(double value) {
        settings.set("max_delta_step", value);
        return self();
    }

    /**
     * Most bins of a feature, next to the one for missing. Default 255; at least 2 and at most 255;
     * also called max_bin in recipes.
     */
    public T maxBins(long value) {
        settings.set("max_bins", value);
        return self();
    }

    /**
     * Numbers that are 0 count as missing, also those that sparse vectors leave out. Default false.
     */
    public T zeroAsMissing(boolean value) {
        settings.set("zero_as_missing", value);
        return self();
    }

    /**
     * Share of the features that a node looks at. Default 1; above 0 and at most 1; also called
     * feature_fraction_bynode, colsample_bynode in recipes.
     */
    public T maxFeatures(double value) {
        settings.set("max_features", value);
        return self();
    }

    /**
     * Share of the features that a tree looks at. Default 1; above 0 and at most 1; also called
     * colsample_bytree, sub_feature in recipes.
     */
    public T featureFraction(double value) {
        settings.set("feature_fraction", value);
        return self();
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
    public T sampling(String value) {
        settings.choice("sampling", value);
        return self();
    }

    /**
     * Share of the rows that a tree is grown on, for sampling=bagging and mvs. Default 1; above 0
     * and at most 1; also called bagging_fraction in recipes.
     */
    public T subsample(double value) {
        settings.set("subsample", value);
        return self();
    }

    /**
     * Rounds that use the rows of one draw. Default 1; at least 1; also called bagging_freq in
     * recipes.
     */
    public T subsampleFreq(long value) {
        settings.set("subsample_freq", value);
        return self();
    }

    /**
     * Share of the rows that are kept for their large gradients, for sampling=goss. Default 0.2;
     * above 0 and below 1.
     */
    public T topRate(double value) {
        settings.set("top_rate", value);
        return self();
    }

    /**
     * Share of the rows that are drawn from the others, for sampling=goss. Default 0.1; above 0 and
     * below 1.
     */
    public T otherRate(double value) {
        settings.set("other_rate", value);
        return self();
    }

    /**
     * Weight of hessians in the size of a gradient, for sampling=mvs; none: the square of the mean
     * step. Default none; at least 0.
     */
    public T mvsReg(double value) {
        settings.set("mvs_reg", value);
        return self();
    }

    /**
     * Sets {@code mvs_reg} to none.
     */
    public T mvsRegNone() {
        settings.none("mvs_reg");
        return self();
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public T monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return self();
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public T monotonicCstNone() {
        settings.none("monotonic_cst");
        return self();
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
    public T monotoneConstraintsMethod(String value) {
        settings.choice("monotone_constraints_method", value);
        return self();
    }

    /**
     * Features that may stand on one path of a tree: pairwise, no_interactions, or a list of lists
     * of names, where features in none are one more set. Default none; also called
     * interaction_constraints in recipes.
     */
    public T interactionCst(Object... value) {
        settings.set("interaction_cst", value);
        return self();
    }

    /**
     * Sets {@code interaction_cst} to none.
     */
    public T interactionCstNone() {
        settings.none("interaction_cst");
        return self();
    }

    /**
     * Sum of weights at which the value of a node is half its own and half its parent's; 0: all its
     * own. Default 0; at least 0.
     */
    public T pathSmooth(double value) {
        settings.set("path_smooth", value);
        return self();
    }

    /**
     * Try one drawn cut a node and feature instead of all: of those with enough on both sides.
     * Default false; also called extra_tree in recipes.
     */
    public T extraTrees(boolean value) {
        settings.set("extra_trees", value);
        return self();
    }

    /**
     * Leaves of all rounds but the first are linear in the numbers that their paths split by.
     * Default false; also called linear_trees in recipes.
     */
    public T linearTree(boolean value) {
        settings.set("linear_tree", value);
        return self();
    }

    /**
     * Linear_tree=true: L2 penalty on the coefficients of leaves, but for the intercept. Default 0;
     * at least 0.
     */
    public T linearLambda(double value) {
        settings.set("linear_lambda", value);
        return self();
    }

    /**
     * Factors of at least 0 on the gains of splits by a feature, 1 where none is given; a list of
     * name:number, as the model sees names, or of a number a feature. Default none; also called
     * feature_contrib, fc, fp, feature_penalty in recipes.
     */
    public T featureContri(Object... value) {
        settings.set("feature_contri", value);
        return self();
    }

    /**
     * Sets {@code feature_contri} to none.
     */
    public T featureContriNone() {
        settings.none("feature_contri");
        return self();
    }

    /**
     * Cost of a split, in gain: times the sum of weights of the rows that it parts. Default 0; at
     * least 0.
     */
    public T cegbPenaltySplit(double value) {
        settings.set("cegb_penalty_split", value);
        return self();
    }

    /**
     * Costs of features, in gain: each is paid by the first split of the model by it; a list of
     * name:number or of a number a feature, 0 where none is given. Default none.
     */
    public T cegbPenaltyFeatureCoupled(Object... value) {
        settings.set("cegb_penalty_feature_coupled", value);
        return self();
    }

    /**
     * Sets {@code cegb_penalty_feature_coupled} to none.
     */
    public T cegbPenaltyFeatureCoupledNone() {
        settings.none("cegb_penalty_feature_coupled");
        return self();
    }

    /**
     * Costs of features, in gain: each is paid by the first split by it that a row comes to, times
     * the weight of the row; a list of name:number or of a number a feature. Default none.
     */
    public T cegbPenaltyFeatureLazy(Object... value) {
        settings.set("cegb_penalty_feature_lazy", value);
        return self();
    }

    /**
     * Sets {@code cegb_penalty_feature_lazy} to none.
     */
    public T cegbPenaltyFeatureLazyNone() {
        settings.none("cegb_penalty_feature_lazy");
        return self();
    }

    /**
     * Factor on all costs: cegb_penalty_split, cegb_penalty_feature_coupled and
     * cegb_penalty_feature_lazy. Default 1; at least 0.
     */
    public T cegbTradeoff(double value) {
        settings.set("cegb_tradeoff", value);
        return self();
    }

    /**
     * Splits that every tree begins with, as JSON: {"feature": "age", "threshold": 30, "left":
     * {...}, "right": {...}}; a feature by name or number from 0, a category by its text; those
     * that gain nothing are left out. Default none.
     */
    public T forcedSplits(String value) {
        settings.set("forced_splits", value);
        return self();
    }

    /**
     * Sets {@code forced_splits} to none.
     */
    public T forcedSplitsNone() {
        settings.none("forced_splits");
        return self();
    }

    /**
     * Most categories of a feature that are split one against the rest. Default 4; at least 0 and
     * at most 255.
     */
    public T maxCatToOnehot(long value) {
        settings.set("max_cat_to_onehot", value);
        return self();
    }

    /**
     * Most categories of the set that a split names. Default 32; at least 1 and at most 255.
     */
    public T maxCatThreshold(long value) {
        settings.set("max_cat_threshold", value);
        return self();
    }

    /**
     * Smoothing of the order of categories, and the least weight of one in a set. Default 10; at
     * least 0.
     */
    public T catSmooth(double value) {
        settings.set("cat_smooth", value);
        return self();
    }

    /**
     * L2 penalty added in splits by sets of categories. Default 10; at least 0.
     */
    public T catL2(double value) {
        settings.set("cat_l2", value);
        return self();
    }

    /**
     * Least sum of weights of a group of categories in such a split. Default 100; at least 1.
     */
    public T minDataPerGroup(long value) {
        settings.set("min_data_per_group", value);
        return self();
    }

    /**
     * Stop when the validation rows gain nothing any more. Default auto.
     * <ul>
     * <li>{@code auto}: when there are validation rows</li>
     * <li>{@code true}: always: validation rows are needed</li>
     * <li>{@code false}: never</li>
     * </ul>
     */
    public T earlyStopping(String value) {
        settings.choice("early_stopping", value);
        return self();
    }

    /**
     * Stop when the validation rows gain nothing any more. Default auto.
     * <ul>
     * <li>{@code auto}: when there are validation rows</li>
     * <li>{@code true}: always: validation rows are needed</li>
     * <li>{@code false}: never</li>
     * </ul>
     */
    public T earlyStopping(boolean value) {
        settings.set("early_stopping", value);
        return self();
    }

    /**
     * Metrics to stop by, of the library or of the host, or loss: the first of them that has not
     * improved stops, and its best round is kept; none: the loss. Default none.
     */
    public T earlyStoppingMetric(Object... value) {
        settings.set("early_stopping_metric", value);
        return self();
    }

    /**
     * Sets {@code early_stopping_metric} to none.
     */
    public T earlyStoppingMetricNone() {
        settings.none("early_stopping_metric");
        return self();
    }

    /**
     * Only the first metric of early_stopping_metric stops; the others are recorded. Default false.
     */
    public T firstMetricOnly(boolean value) {
        settings.set("first_metric_only", value);
        return self();
    }

    /**
     * Share of the training rows to hold out when no validation rows are given. Default 0; at least
     * 0 and below 1.
     */
    public T validationFraction(double value) {
        settings.set("validation_fraction", value);
        return self();
    }

    /**
     * Rounds without a better validation score before stopping. Default 10; at least 1; also called
     * early_stopping_round, early_stopping_rounds in recipes.
     */
    public T nIterNoChange(long value) {
        settings.set("n_iter_no_change", value);
        return self();
    }

    /**
     * Least change of the validation score that counts. Default 1e-07; at least 0; also called
     * early_stopping_min_delta in recipes.
     */
    public T tol(double value) {
        settings.set("tol", value);
        return self();
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public T randomState(long value) {
        settings.set("random_state", value);
        return self();
    }
}
