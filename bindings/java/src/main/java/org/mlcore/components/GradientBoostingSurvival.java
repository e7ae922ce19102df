// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Gradient boosted trees on histograms, for times until an event.
 *
 * <p>The target is two columns, the lower and then the upper bound of a time: the same number for
 * an event that was seen; no upper bound (missing or infinite) where it had not come yet when the
 * row was last seen (right-censored); lower bound 0 where it came before (left-censored); two
 * numbers where it came between. One column alone means events; with loss=cox a negative number is
 * a row that was last seen at that time, as XGBoost has it.  cox minimises the negative log of the
 * partial likelihood (Cox 1972; Breslow's ties), of events and right-censored rows; its prediction
 * is exp(score), the hazard relative to a row of score 0. aft minimises the negative log-likelihood
 * of log(time) = score + scale x noise (Barnwal, Cho, Hocking 2022), of any bounds; its prediction
 * is exp(score), a time, which for normal and logistic noise is the median. Gradients of aft are
 * cut to [-15, 15], hessians to [1e-16, 15], as in XGBoost.  Trees, missing values and categories
 * as gradient_boosting_regressor has them. Cost: that of the trees, and a round rows x some 60 ns,
 * always on one thread (cox), or rows x some 200 to 350 ns (aft).  Weights multiply the losses of
 * rows and, with cox, count in the risk sets. Constant columns are not used.  Differs from XGBoost:
 * weights count in risk sets, so that weight 2 is the row twice; events at the same time count for
 * all rows of that time, where XGBoost gives a row those that stand before it; aft starts from the
 * best constant. scikit-learn has no survival models.
 */
public final class GradientBoostingSurvival implements Recipe {
    private final Settings settings = new Settings();

    /**
     * What is minimised. Default cox; also called objective in recipes.
     * <ul>
     * <li>{@code cox}: negative log of Cox's partial likelihood, ties after Breslow; predicts
     * hazard ratios (also survival:cox)</li>
     * <li>{@code aft}: accelerated failure time, also for intervals; predicts times (also
     * survival:aft)</li>
     * </ul>
     */
    public GradientBoostingSurvival loss(String value) {
        settings.choice("loss", value);
        return this;
    }

    /**
     * Distribution of the noise of log(time), for loss=aft. Default normal; also called
     * aft_loss_distribution in recipes.
     * <ul>
     * <li>{@code normal}: times are log-normal</li>
     * <li>{@code logistic}: times are log-logistic</li>
     * <li>{@code extreme}: times are Weibull</li>
     * </ul>
     */
    public GradientBoostingSurvival distribution(String value) {
        settings.choice("distribution", value);
        return this;
    }

    /**
     * Scale of that noise. Default 1; above 0; also called aft_loss_distribution_scale in recipes.
     */
    public GradientBoostingSurvival scale(double value) {
        settings.set("scale", value);
        return this;
    }

    /**
     * Number of rounds, each of a tree a score. Default 100; at least 1 and at most 10000000; also
     * called max_iter, n_iter, num_iterations, num_boost_round in recipes.
     */
    public GradientBoostingSurvival nEstimators(long value) {
        settings.set("n_estimators", value);
        return this;
    }

    /**
     * Factor on the values of leaves. Default 0.1; above 0; also called eta, shrinkage_rate in
     * recipes.
     */
    public GradientBoostingSurvival learningRate(double value) {
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
    public GradientBoostingSurvival boosting(String value) {
        settings.choice("boosting", value);
        return this;
    }

    /**
     * Boosting=dart: probability that a round drops one before it. Default 0.1; at least 0 and at
     * most 1; also called rate_drop in recipes.
     */
    public GradientBoostingSurvival dropRate(double value) {
        settings.set("drop_rate", value);
        return this;
    }

    /**
     * Boosting=dart: most rounds dropped at once, 0 for no limit. Default 50; at least 0.
     */
    public GradientBoostingSurvival maxDrop(long value) {
        settings.set("max_drop", value);
        return this;
    }

    /**
     * Boosting=dart: probability that a round drops none. Default 0.5; at least 0 and at most 1.
     */
    public GradientBoostingSurvival skipDrop(double value) {
        settings.set("skip_drop", value);
        return this;
    }

    /**
     * Boosting=dart: all rounds are dropped alike, not in proportion to their weight. Default
     * false.
     */
    public GradientBoostingSurvival uniformDrop(boolean value) {
        settings.set("uniform_drop", value);
        return this;
    }

    /**
     * Boosting=dart: weights as in XGBoost, where the learning rate counts for dropped rounds.
     * Default false.
     */
    public GradientBoostingSurvival xgboostDartMode(boolean value) {
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
    public GradientBoostingSurvival growPolicy(String value) {
        settings.choice("grow_policy", value);
        return this;
    }

    /**
     * Most leaves of a tree. Default 31; at least 2 and at most 131072; also called num_leaves,
     * max_leaves in recipes.
     */
    public GradientBoostingSurvival maxLeafNodes(long value) {
        settings.set("max_leaf_nodes", value);
        return this;
    }

    /**
     * Most splits from root to leaf. Default none; at least 1 and at most 131072.
     */
    public GradientBoostingSurvival maxDepth(long value) {
        settings.set("max_depth", value);
        return this;
    }

    /**
     * Sets {@code max_depth} to none.
     */
    public GradientBoostingSurvival maxDepthNone() {
        settings.none("max_depth");
        return this;
    }

    /**
     * Least sum of weights in a leaf. Default 20; at least 1; also called min_data_in_leaf,
     * min_child_samples in recipes.
     */
    public GradientBoostingSurvival minSamplesLeaf(long value) {
        settings.set("min_samples_leaf", value);
        return this;
    }

    /**
     * Least sum of hessians in a leaf. Default 0.001; at least 0; also called
     * min_sum_hessian_in_leaf, min_child_weight in recipes.
     */
    public GradientBoostingSurvival minHessian(double value) {
        settings.set("min_hessian", value);
        return this;
    }

    /**
     * L2 penalty on the values of leaves. Default 0; at least 0; also called lambda_l2, reg_lambda
     * in recipes.
     */
    public GradientBoostingSurvival l2Regularization(double value) {
        settings.set("l2_regularization", value);
        return this;
    }

    /**
     * L1 penalty on the values of leaves. Default 0; at least 0; also called lambda_l1, reg_alpha
     * in recipes.
     */
    public GradientBoostingSurvival l1Regularization(double value) {
        settings.set("l1_regularization", value);
        return this;
    }

    /**
     * Least gain of a split. Default 0; at least 0; also called min_split_gain, min_split_loss in
     * recipes.
     */
    public GradientBoostingSurvival minGainToSplit(double value) {
        settings.set("min_gain_to_split", value);
        return this;
    }

    /**
     * Largest value of a leaf before the learning rate, 0 for no limit. Default 0; at least 0.
     */
    public GradientBoostingSurvival maxDeltaStep(double value) {
        settings.set("max_delta_step", value);
        return this;
    }

    /**
     * Most bins of a feature, next to the one for missing. Default 255; at least 2 and at most 255;
     * also called max_bin in recipes.
     */
    public GradientBoostingSurvival maxBins(long value) {
        settings.set("max_bins", value);
        return this;
    }

    /**
     * Numbers that are 0 count as missing, also those that sparse vectors leave out. Default false.
     */
    public GradientBoostingSurvival zeroAsMissing(boolean value) {
        settings.set("zero_as_missing", value);
        return this;
    }

    /**
     * Share of the features that a node looks at. Default 1; above 0 and at most 1; also called
     * feature_fraction_bynode, colsample_bynode in recipes.
     */
    public GradientBoostingSurvival maxFeatures(double value) {
        settings.set("max_features", value);
        return this;
    }

    /**
     * Share of the features that a tree looks at. Default 1; above 0 and at most 1; also called
     * colsample_bytree, sub_feature in recipes.
     */
    public GradientBoostingSurvival featureFraction(double value) {
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
    public GradientBoostingSurvival sampling(String value) {
        settings.choice("sampling", value);
        return this;
    }

    /**
     * Share of the rows that a tree is grown on, for sampling=bagging and mvs. Default 1; above 0
     * and at most 1; also called bagging_fraction in recipes.
     */
    public GradientBoostingSurvival subsample(double value) {
        settings.set("subsample", value);
        return this;
    }

    /**
     * Rounds that use the rows of one draw. Default 1; at least 1; also called bagging_freq in
     * recipes.
     */
    public GradientBoostingSurvival subsampleFreq(long value) {
        settings.set("subsample_freq", value);
        return this;
    }

    /**
     * Share of the rows that are kept for their large gradients, for sampling=goss. Default 0.2;
     * above 0 and below 1.
     */
    public GradientBoostingSurvival topRate(double value) {
        settings.set("top_rate", value);
        return this;
    }

    /**
     * Share of the rows that are drawn from the others, for sampling=goss. Default 0.1; above 0 and
     * below 1.
     */
    public GradientBoostingSurvival otherRate(double value) {
        settings.set("other_rate", value);
        return this;
    }

    /**
     * Weight of hessians in the size of a gradient, for sampling=mvs; none: the square of the mean
     * step. Default none; at least 0.
     */
    public GradientBoostingSurvival mvsReg(double value) {
        settings.set("mvs_reg", value);
        return this;
    }

    /**
     * Sets {@code mvs_reg} to none.
     */
    public GradientBoostingSurvival mvsRegNone() {
        settings.none("mvs_reg");
        return this;
    }

    /**
     * Constraints by feature: 1 where the prediction may only rise with it, -1 where it may only
     * fall, 0 where it is free; a list of name:number, as the model sees names, or of a number a
     * feature. Default none; also called monotone_constraints, monotonic_constraints,
     * monotone_constraint in recipes.
     */
    public GradientBoostingSurvival monotonicCst(Object... value) {
        settings.set("monotonic_cst", value);
        return this;
    }

    /**
     * Sets {@code monotonic_cst} to none.
     */
    public GradientBoostingSurvival monotonicCstNone() {
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
    public GradientBoostingSurvival monotoneConstraintsMethod(String value) {
        settings.choice("monotone_constraints_method", value);
        return this;
    }

    /**
     * Features that may stand on one path of a tree: pairwise, no_interactions, or a list of lists
     * of names, where features in none are one more set. Default none; also called
     * interaction_constraints in recipes.
     */
    public GradientBoostingSurvival interactionCst(Object... value) {
        settings.set("interaction_cst", value);
        return this;
    }

    /**
     * Sets {@code interaction_cst} to none.
     */
    public GradientBoostingSurvival interactionCstNone() {
        settings.none("interaction_cst");
        return this;
    }

    /**
     * Sum of weights at which the value of a node is half its own and half its parent's; 0: all its
     * own. Default 0; at least 0.
     */
    public GradientBoostingSurvival pathSmooth(double value) {
        settings.set("path_smooth", value);
        return this;
    }

    /**
     * Try one drawn cut a node and feature instead of all: of those with enough on both sides.
     * Default false; also called extra_tree in recipes.
     */
    public GradientBoostingSurvival extraTrees(boolean value) {
        settings.set("extra_trees", value);
        return this;
    }

    /**
     * Leaves of all rounds but the first are linear in the numbers that their paths split by.
     * Default false; also called linear_trees in recipes.
     */
    public GradientBoostingSurvival linearTree(boolean value) {
        settings.set("linear_tree", value);
        return this;
    }

    /**
     * Linear_tree=true: L2 penalty on the coefficients of leaves, but for the intercept. Default 0;
     * at least 0.
     */
    public GradientBoostingSurvival linearLambda(double value) {
        settings.set("linear_lambda", value);
        return this;
    }

    /**
     * Factors of at least 0 on the gains of splits by a feature, 1 where none is given; a list of
     * name:number, as the model sees names, or of a number a feature. Default none; also called
     * feature_contrib, fc, fp, feature_penalty in recipes.
     */
    public GradientBoostingSurvival featureContri(Object... value) {
        settings.set("feature_contri", value);
        return this;
    }

    /**
     * Sets {@code feature_contri} to none.
     */
    public GradientBoostingSurvival featureContriNone() {
        settings.none("feature_contri");
        return this;
    }

    /**
     * Cost of a split, in gain: times the sum of weights of the rows that it parts. Default 0; at
     * least 0.
     */
    public GradientBoostingSurvival cegbPenaltySplit(double value) {
        settings.set("cegb_penalty_split", value);
        return this;
    }

    /**
     * Costs of features, in gain: each is paid by the first split of the model by it; a list of
     * name:number or of a number a feature, 0 where none is given. Default none.
     */
    public GradientBoostingSurvival cegbPenaltyFeatureCoupled(Object... value) {
        settings.set("cegb_penalty_feature_coupled", value);
        return this;
    }

    /**
     * Sets {@code cegb_penalty_feature_coupled} to none.
     */
    public GradientBoostingSurvival cegbPenaltyFeatureCoupledNone() {
        settings.none("cegb_penalty_feature_coupled");
        return this;
    }

    /**
     * Costs of features, in gain: each is paid by the first split by it that a row comes to, times
     * the weight of the row; a list of name:number or of a number a feature. Default none.
     */
    public GradientBoostingSurvival cegbPenaltyFeatureLazy(Object... value) {
        settings.set("cegb_penalty_feature_lazy", value);
        return this;
    }

    /**
     * Sets {@code cegb_penalty_feature_lazy} to none.
     */
    public GradientBoostingSurvival cegbPenaltyFeatureLazyNone() {
        settings.none("cegb_penalty_feature_lazy");
        return this;
    }

    /**
     * Factor on all costs: cegb_penalty_split, cegb_penalty_feature_coupled and
     * cegb_penalty_feature_lazy. Default 1; at least 0.
     */
    public GradientBoostingSurvival cegbTradeoff(double value) {
        settings.set("cegb_tradeoff", value);
        return this;
    }

    /**
     * Splits that every tree begins with, as JSON: {"feature": "age", "threshold": 30, "left":
     * {...}, "right": {...}}; a feature by name or number from 0, a category by its text; those
     * that gain nothing are left out. Default none.
     */
    public GradientBoostingSurvival forcedSplits(String value) {
        settings.set("forced_splits", value);
        return this;
    }

    /**
     * Sets {@code forced_splits} to none.
     */
    public GradientBoostingSurvival forcedSplitsNone() {
        settings.none("forced_splits");
        return this;
    }

    /**
     * Most categories of a feature that are split one against the rest. Default 4; at least 0 and
     * at most 255.
     */
    public GradientBoostingSurvival maxCatToOnehot(long value) {
        settings.set("max_cat_to_onehot", value);
        return this;
    }

    /**
     * Most categories of the set that a split names. Default 32; at least 1 and at most 255.
     */
    public GradientBoostingSurvival maxCatThreshold(long value) {
        settings.set("max_cat_threshold", value);
        return this;
    }

    /**
     * Smoothing of the order of categories, and the least weight of one in a set. Default 10; at
     * least 0.
     */
    public GradientBoostingSurvival catSmooth(double value) {
        settings.set("cat_smooth", value);
        return this;
    }

    /**
     * L2 penalty added in splits by sets of categories. Default 10; at least 0.
     */
    public GradientBoostingSurvival catL2(double value) {
        settings.set("cat_l2", value);
        return this;
    }

    /**
     * Least sum of weights of a group of categories in such a split. Default 100; at least 1.
     */
    public GradientBoostingSurvival minDataPerGroup(long value) {
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
    public GradientBoostingSurvival earlyStopping(String value) {
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
    public GradientBoostingSurvival earlyStopping(boolean value) {
        settings.set("early_stopping", value);
        return this;
    }

    /**
     * Metrics to stop by, of the library or of the host, or loss: the first of them that has not
     * improved stops, and its best round is kept; none: the loss. Default none.
     */
    public GradientBoostingSurvival earlyStoppingMetric(Object... value) {
        settings.set("early_stopping_metric", value);
        return this;
    }

    /**
     * Sets {@code early_stopping_metric} to none.
     */
    public GradientBoostingSurvival earlyStoppingMetricNone() {
        settings.none("early_stopping_metric");
        return this;
    }

    /**
     * Only the first metric of early_stopping_metric stops; the others are recorded. Default false.
     */
    public GradientBoostingSurvival firstMetricOnly(boolean value) {
        settings.set("first_metric_only", value);
        return this;
    }

    /**
     * Share of the training rows to hold out when no validation rows are given. Default 0; at least
     * 0 and below 1.
     */
    public GradientBoostingSurvival validationFraction(double value) {
        settings.set("validation_fraction", value);
        return this;
    }

    /**
     * Rounds without a better validation score before stopping. Default 10; at least 1; also called
     * early_stopping_round, early_stopping_rounds in recipes.
     */
    public GradientBoostingSurvival nIterNoChange(long value) {
        settings.set("n_iter_no_change", value);
        return this;
    }

    /**
     * Least change of the validation score that counts. Default 1e-07; at least 0; also called
     * early_stopping_min_delta in recipes.
     */
    public GradientBoostingSurvival tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Seed of all random draws. Default 0; also called seed in recipes.
     */
    public GradientBoostingSurvival randomState(long value) {
        settings.set("random_state", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("gradient_boosting_survival", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("gradient_boosting_survival");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
