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
public final class SupportVectorRegressor implements Recipe {
    private final Settings settings = new Settings();

    /**
     * How like two rows are. Default rbf.
     * <ul>
     * <li>{@code rbf}: exp(-gamma |x - z|^2)</li>
     * <li>{@code linear}: x'z</li>
     * <li>{@code poly}: (gamma x'z + coef0)^degree (also polynomial)</li>
     * <li>{@code sigmoid}: tanh(gamma x'z + coef0); not every problem has one optimum</li>
     * </ul>
     */
    public SupportVectorRegressor kernel(String value) {
        settings.choice("kernel", value);
        return this;
    }

    /**
     * Exponent of kernel=poly. Default 3; at least 0 and at most 1000.
     */
    public SupportVectorRegressor degree(long value) {
        settings.set("degree", value);
        return this;
    }

    /**
     * Factor of the kernels rbf, poly and sigmoid: a number of at least 0; scale for 1 / (features
     * x variance of all values), or auto for 1 / features. Default scale.
     */
    public SupportVectorRegressor gamma(String value) {
        settings.set("gamma", value);
        return this;
    }

    /**
     * What the kernels poly and sigmoid add to products. Default 0.
     */
    public SupportVectorRegressor coef0(double value) {
        settings.set("coef0", value);
        return this;
    }

    /**
     * What the sum of losses is multiplied by: inverse strength of the penalty. Default 1; above 0.
     */
    public SupportVectorRegressor c(double value) {
        settings.set("C", value);
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
     * Stops when no pair of rows violates the optimality conditions by this much. Default 0.001;
     * above 0.
     */
    public SupportVectorRegressor tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if that is
     * more. Default none; at least 1.
     */
    public SupportVectorRegressor maxIter(long value) {
        settings.set("max_iter", value);
        return this;
    }

    /**
     * Sets {@code max_iter} to none.
     */
    public SupportVectorRegressor maxIterNone() {
        settings.none("max_iter");
        return this;
    }

    /**
     * MB for rows of the kernel that are kept, for each problem that is solved at once. Default
     * 200; above 0 and at most 1000000.
     */
    public SupportVectorRegressor cacheSize(double value) {
        settings.set("cache_size", value);
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
