// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Gradient boosted trees on histograms, for rankings within groups.
 *
 * <p>Learns scores that put the rows of a group (the documents of a query) in the order of their
 * target, the relevance. The column of role group says which rows belong together; they may lie
 * anywhere. Minimises sums over pairs of rows of a group, of which one ranks within
 * truncation_level, of weight x log(1 + exp(-sigmoid x difference of scores)): LambdaMART (Burges
 * 2010) by NDCG or mean average precision, or RankNet (Burges and others 2005). Weights and
 * normalisation are LightGBM's. The loss in the history is 1 - NDCG at truncation_level, 1 - mean
 * average precision, or the mean loss of pairs.  Trees, missing values and categories as
 * gradient_boosting_regressor has them. Predictions are scores without a unit: compare them within
 * a group only.  Cost: that of the trees, and a round rows x min(rows of a group, truncation_level)
 * pairs of about 5 ns.  Weights multiply the gradients of rows; in means a group weighs the mean of
 * its rows. Weight 2 of all rows of a group is the group twice. Constant columns are not used.
 * validation_fraction holds whole groups out.  Differs from LightGBM: equal scores are ranked by
 * the index of their rows, groups need not be contiguous, and gradients are not rounded to float32.
 * scikit-learn has no ranker.
 */
public final class GradientBoostingRanker extends GradientBoosting<GradientBoostingRanker> {
    @Override
    GradientBoostingRanker self() {
        return this;
    }

    /**
     * What is minimised. Default lambdarank; also called objective in recipes.
     * <ul>
     * <li>{@code lambdarank}: pairs weighed by what swapping them does to NDCG (also ndcg,
     * lambdamart, rank:ndcg)</li>
     * <li>{@code map}: pairs weighed by what swapping them does to mean average precision; rows
     * with a target above 0 are relevant (also rank:map)</li>
     * <li>{@code pairwise}: pairs weighed alike (RankNet); any numbers as targets (also ranknet,
     * rank:pairwise)</li>
     * </ul>
     */
    public GradientBoostingRanker loss(String value) {
        settings.choice("loss", value);
        return this;
    }

    /**
     * Pairs count where one row at least is ranked as high as this. Default 30; at least 1; also
     * called lambdarank_truncation_level, lambdarank_num_pair_per_sample in recipes.
     */
    public GradientBoostingRanker truncationLevel(long value) {
        settings.set("truncation_level", value);
        return this;
    }

    /**
     * Scale gradients by query, and those of pairs by the distance of their scores. Default true;
     * also called lambdarank_norm, lambdarank_normalization in recipes.
     */
    public GradientBoostingRanker norm(boolean value) {
        settings.set("norm", value);
        return this;
    }

    /**
     * Gain of each label from 0 for loss=lambdarank, which must not fall; none: 2 to the power of
     * the label, minus 1, for labels up to 30. Default none; at least 0.
     */
    public GradientBoostingRanker labelGain(Object... value) {
        settings.set("label_gain", value);
        return this;
    }

    /**
     * Sets {@code label_gain} to none.
     */
    public GradientBoostingRanker labelGainNone() {
        settings.none("label_gain");
        return this;
    }

    /**
     * Steepness of the loss of a pair. Default 1; above 0.
     */
    public GradientBoostingRanker sigmoid(double value) {
        settings.set("sigmoid", value);
        return this;
    }

    /**
     * Subsample draws whole groups instead of rows. Default false.
     */
    public GradientBoostingRanker baggingByQuery(boolean value) {
        settings.set("bagging_by_query", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("gradient_boosting_ranker", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("gradient_boosting_ranker");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
