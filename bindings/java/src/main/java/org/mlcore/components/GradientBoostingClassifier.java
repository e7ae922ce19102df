// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Gradient boosted trees on histograms, for classes.
 *
 * <p>Minimises the logistic loss (two classes) or the multinomial one (a tree a class and round)
 * plus the penalties on leaves; with loss=one_vs_all a logistic loss a class, whose probabilities
 * are scaled to add up to 1. With multi_strategy=multi_output_tree the classes share their splits
 * (Zhang and Jung 2021): one tree a round, with a value a class in each leaf. Trees grow leaf by
 * leaf on histograms of at most 255 bins, with gradients as integers (15 bits for splits by
 * stochastic rounding, 31 for leaves), so results do not depend on threads, instruction set or
 * order of sums. After Friedman 2001, Ke et al. 2017 (LightGBM), Shi et al. 2022 (quantised
 * gradients).  Cost: rows x features x log2(leaves) x trees of about 0.5 ns; memory 2 bytes a row
 * and feature and about 40 bytes a row.  Missing values: each split learns their side where the
 * node has some, else they go to the heavier child. Categories are split as sets; the 255 most
 * frequent have bins, others and unseen ones count as missing.  Weights multiply the loss, those of
 * classes also that of validation rows; min_samples_leaf and min_data_per_group are sums of
 * weights. A row of weight 2 gives the trees of the row twice up to the random rounding of
 * gradients. Constant columns are not used.  Differs from HistGradientBoostingClassifier: early
 * stopping only with validation rows or validation_fraction; bins from all rows, not a sample; sets
 * of categories by LightGBM's rules. With an offset the score starts from the offset alone, and
 * predictions leave it out. With boosting=dart (Vinayak and Gilad-Bachrach 2015, LightGBM's
 * parameters) rounds change those before them: nothing stops early, and the first rounds of a model
 * are not the model of as many rounds.
 */
public final class GradientBoostingClassifier extends GradientBoosting<GradientBoostingClassifier> {
    @Override
    GradientBoostingClassifier self() {
        return this;
    }

    /**
     * What is minimised; or the dotted name of a loss of the host with a logit link. Default
     * log_loss; or a dotted name of a component of the program; also called objective in recipes.
     * <ul>
     * <li>{@code log_loss}: logistic for two classes, softmax for more (also binary, multiclass,
     * softmax, multinomial, binary:logistic, multi:softprob, multi:softmax)</li>
     * <li>{@code one_vs_all}: a logistic loss a class, each against the rest (also multiclassova,
     * ova, ovr)</li>
     * </ul>
     */
    public GradientBoostingClassifier loss(String value) {
        settings.choice("loss", value);
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
    public GradientBoostingClassifier multiStrategy(String value) {
        settings.choice("multi_strategy", value);
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total; or a list of
     * class:weight, where classes left out weigh 1. Default none.
     */
    public GradientBoostingClassifier classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public GradientBoostingClassifier classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * Share of the rows of the last of two classes that a tree is grown on. Default 1; above 0 and
     * at most 1; also called pos_subsample, pos_bagging in recipes.
     */
    public GradientBoostingClassifier posBaggingFraction(double value) {
        settings.set("pos_bagging_fraction", value);
        return this;
    }

    /**
     * Share of the rows of the first of two classes that a tree is grown on. Default 1; above 0 and
     * at most 1; also called neg_subsample, neg_bagging in recipes.
     */
    public GradientBoostingClassifier negBaggingFraction(double value) {
        settings.set("neg_bagging_fraction", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("gradient_boosting_classifier", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("gradient_boosting_classifier");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
