// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Anomalies by a support vector machine of one class.
 *
 * <p>Objective (Schoelkopf et al. 2001): minimise |w|^2 / 2 - rho W nu + sum_i w_i max(0, rho -
 * w'phi(x_i)), W the sum of weights: in the space of the kernel, the plane farthest from the origin
 * that leaves a share nu of the rows behind. Algorithm: the dual, as support_vector_classifier
 * solves it. Cost: as support_vector_classifier, of one pair of classes. raw is w'phi(x) - rho,
 * above 0 inside; the prediction is 1 there and -1, an anomaly, elsewhere. Table problems has the
 * intercept, -rho. Shapley values need background rows. Missing values are refused. Weight 2 equals
 * the row twice. Constant columns have no effect on kernel=rbf. Distances and products treat
 * features alike: scale them first. Differences from scikit-learn: gamma=scale counts weights;
 * kernels given by a function or as a matrix, and shrinking, are left out.
 */
public final class OneClassSVM implements Recipe {
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
    public OneClassSVM kernel(String value) {
        settings.choice("kernel", value);
        return this;
    }

    /**
     * Exponent of kernel=poly. Default 3; at least 0 and at most 1000.
     */
    public OneClassSVM degree(long value) {
        settings.set("degree", value);
        return this;
    }

    /**
     * Factor of the kernels rbf, poly and sigmoid: a number of at least 0; scale for 1 / (features
     * x variance of all values), or auto for 1 / features. Default scale.
     */
    public OneClassSVM gamma(String value) {
        settings.set("gamma", value);
        return this;
    }

    /**
     * What the kernels poly and sigmoid add to products. Default 0.
     */
    public OneClassSVM coef0(double value) {
        settings.set("coef0", value);
        return this;
    }

    /**
     * At most this share of the training rows is outside, and at least this share are support
     * vectors. Default 0.5; above 0 and at most 1.
     */
    public OneClassSVM nu(double value) {
        settings.set("nu", value);
        return this;
    }

    /**
     * Stops when no pair of rows violates the optimality conditions by this much. Default 0.001;
     * above 0.
     */
    public OneClassSVM tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if that is
     * more. Default none; at least 1.
     */
    public OneClassSVM maxIter(long value) {
        settings.set("max_iter", value);
        return this;
    }

    /**
     * Sets {@code max_iter} to none.
     */
    public OneClassSVM maxIterNone() {
        settings.none("max_iter");
        return this;
    }

    /**
     * MB for rows of the kernel that are kept, for each problem that is solved at once. Default
     * 200; above 0 and at most 1000000.
     */
    public OneClassSVM cacheSize(double value) {
        settings.set("cache_size", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("one_class_svm", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("one_class_svm");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
