// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

/**
 * The settings that {@link SupportVectorClassifier} and {@link SupportVectorRegressor} share.
 * @param <T> the class that it is
 */
public abstract class SupportVector<T extends SupportVector<T>> implements Recipe {
    final Settings settings = new Settings();

    SupportVector() {
    }

    abstract T self();

    /**
     * How like two rows are. Default rbf.
     * <ul>
     * <li>{@code rbf}: exp(-gamma |x - z|^2)</li>
     * <li>{@code linear}: x'z</li>
     * <li>{@code poly}: (gamma x'z + coef0)^degree (also polynomial)</li>
     * <li>{@code sigmoid}: tanh(gamma x'z + coef0); not every problem has one optimum</li>
     * </ul>
     */
    public T kernel(String value) {
        settings.choice("kernel", value);
        return self();
    }

    /**
     * Exponent of kernel=poly. Default 3; at least 0 and at most 1000.
     */
    public T degree(long value) {
        settings.set("degree", value);
        return self();
    }

    /**
     * Factor of the kernels rbf, poly and sigmoid: a number of at least 0; scale for 1 / (features
     * x variance of all values), or auto for 1 / features. Default scale.
     */
    public T gamma(String value) {
        settings.set("gamma", value);
        return self();
    }

    /**
     * What the kernels poly and sigmoid add to products. Default 0.
     */
    public T coef0(double value) {
        settings.set("coef0", value);
        return self();
    }

    /**
     * What the sum of losses is multiplied by: inverse strength of the penalty. Default 1; above 0.
     */
    public T c(double value) {
        settings.set("C", value);
        return self();
    }

    /**
     * Stops when no pair of rows violates the optimality conditions by this much. Default 0.001;
     * above 0.
     */
    public T tol(double value) {
        settings.set("tol", value);
        return self();
    }

    /**
     * Most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if that is
     * more. Default none; at least 1.
     */
    public T maxIter(long value) {
        settings.set("max_iter", value);
        return self();
    }

    /**
     * Sets {@code max_iter} to none.
     */
    public T maxIterNone() {
        settings.none("max_iter");
        return self();
    }

    /**
     * MB for rows of the kernel that are kept, for each problem that is solved at once. Default
     * 200; above 0 and at most 1000000.
     */
    public T cacheSize(double value) {
        settings.set("cache_size", value);
        return self();
    }
}
