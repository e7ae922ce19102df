// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Linear least squares with an L2 penalty.
 *
 * <p>Objective: sum of w_i (y_i - x_i'b - c)^2 + alpha |b|^2, for each target; the intercept c is
 * not penalised. Algorithm: the normal equations of the centred features, gathered in one pass, by
 * Cholesky with one step of refinement; with fewer rows than features the dual equations (Saunders,
 * Gammerman &amp; Vovk 1998); for more than 4096 of both, and for sparse features wider than 512,
 * conjugate gradients preconditioned by the diagonal. Where the solution is not unique (alpha = 0
 * and dependent columns) it is the one of least norm, from eigenvectors. Cost: n p^2
 * multiplications and p^2 numbers, n^2 p and n^2 + n p for the dual equations, n p a step and p
 * numbers for sparse_cg. Several targets share the factorisation. Missing values are refused.
 * Weight 2 equals the row twice. Constant columns get the coefficient 0. Features of different
 * scale do not harm the accuracy, but the penalty treats them alike: scale them first. Columns that
 * depend on others up to a relative 1e-7 count as dependent. Differences from scikit-learn: the
 * solvers svd, lsqr, sag, saga and lbfgs are left out, as is positive=true; alpha is one number for
 * all targets.
 */
public final class Ridge implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Strength of the L2 penalty; 0 is ordinary least squares. Default 1; at least 0.
     */
    public Ridge alpha(double value) {
        settings.set("alpha", value);
        return this;
    }

    /**
     * Whether a constant, which is not penalised, is fitted too. Default true.
     */
    public Ridge fitIntercept(boolean value) {
        settings.set("fit_intercept", value);
        return this;
    }

    /**
     * How the equations are solved. Default auto.
     * <ul>
     * <li>{@code auto}: cholesky where its matrix is small enough, else sparse_cg</li>
     * <li>{@code cholesky}: direct: normal equations, or the dual ones for few rows</li>
     * <li>{@code sparse_cg}: conjugate gradients, a pass over the rows a step</li>
     * </ul>
     */
    public Ridge solver(String value) {
        settings.choice("solver", value);
        return this;
    }

    /**
     * Most steps of sparse_cg for a target; none is 1000. Default none; at least 1.
     */
    public Ridge maxIter(long value) {
        settings.set("max_iter", value);
        return this;
    }

    /**
     * Sets {@code max_iter} to none.
     */
    public Ridge maxIterNone() {
        settings.none("max_iter");
        return this;
    }

    /**
     * Sparse_cg stops when the gradient has shrunk to this fraction of its start. Default 0.0001;
     * at least 0 and at most 1.
     */
    public Ridge tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("ridge", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("ridge");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
