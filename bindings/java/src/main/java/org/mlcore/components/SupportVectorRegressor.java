// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Support vector machine for numbers: linear, rbf, poly or sigmoid kernel.
 *
 * <p>Objective (Drucker et al. 1997): minimise |w|^2 / 2 + C sum_i w_i max(0, |w'phi(x_i) + b -
 * y_i| - epsilon), phi the features of the kernel. With nu (Schoelkopf et al. 2000) epsilon is
 * found, at a price of nu times the sum of weights in that sum. Algorithm: the dual with two
 * variables a row, as support_vector_classifier solves its own. Cost: as support_vector_classifier,
 * of one pair of classes. raw is the prediction. Table problems has the intercept and the value of
 * the dual. Shapley values need background rows. Missing values are refused. Weight 2 equals the
 * row twice. Constant columns have no effect on kernel=rbf. Distances and products treat features
 * alike, and epsilon and C are in units of the target: scale them first. Differences from
 * scikit-learn: nu makes NuSVR of SVR; gamma=scale counts weights; kernels given by a function or
 * as a matrix, and shrinking, are left out.
 */
public final class SupportVectorRegressor extends SupportVector<SupportVectorRegressor> {
    @Override
    SupportVectorRegressor self() {
        return this;
    }

    /**
     * Errors of up to this cost nothing, in units of the target; not used with nu. Default 0.1; at
     * least 0.
     */
    public SupportVectorRegressor epsilon(double value) {
        settings.set("epsilon", value);
        return this;
    }

    /**
     * The nu form, which finds epsilon: at most this share of the training rows has larger errors,
     * and at least this share are support vectors. Default none; above 0 and at most 1.
     */
    public SupportVectorRegressor nu(double value) {
        settings.set("nu", value);
        return this;
    }

    /**
     * Sets {@code nu} to none.
     */
    public SupportVectorRegressor nuNone() {
        settings.none("nu");
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("support_vector_regressor", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("support_vector_regressor");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
