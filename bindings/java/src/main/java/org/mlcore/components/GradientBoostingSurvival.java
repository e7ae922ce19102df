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
public final class GradientBoostingSurvival extends GradientBoosting<GradientBoostingSurvival> {
    @Override
    GradientBoostingSurvival self() {
        return this;
    }

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
