// Made by bindings/gen/generate.py from docs/catalog.json: do not edit.
package org.mlcore.components;

import org.mlcore.Model;

/**
 * Linear classifier with logistic loss and an L2 penalty.
 *
 * <p>Objective: C sum_i w_i loss_i + |W|^2 / 2. Two classes: loss = log(1 + exp(-+(x'b + c))), one
 * column of coefficients, for the second class. K &gt; 2 classes: one column a class and the
 * multinomial loss -log softmax; columns sum to zero at the optimum. Intercepts are not penalised.
 * Algorithm: newton-cholesky gathers loss, gradient and Hessian in one pass over the rows and
 * halves steps by Armijo's rule; lbfgs (Liu &amp; Nocedal 1989) keeps 10 pairs and starts from the
 * curvature of each column. Both stop when no entry of the gradient of the objective, divided by C
 * and the sum of weights, is above tol; Newton also wants half its decrement there. On separable
 * data with a large C, or none, there is no finite optimum: the fit ends at max_iter with a warning
 * in the log, and the table `history` shows where it was. Cost: an iteration of newton-cholesky
 * takes n q^2 / 2 multiplications and q^2 numbers, q = (p + 1) (K - 1); one of lbfgs 2 n p K and 24
 * p K numbers. Missing values are refused. Weight 2 equals the row twice. Constant columns get the
 * coefficient 0. The penalty treats features alike: scale them first. Differences from
 * scikit-learn: the penalty is L2 or none; solver=auto chooses; lbfgs is preconditioned, so it
 * reaches tol also where scikit-learn's stalls on features with large means.
 */
public final class LogisticRegression implements Recipe {
    private final Settings settings = new Settings();

    /**
     * Inverse strength of the penalty: what the sum of losses is multiplied by. Default 1; above 0.
     */
    public LogisticRegression c(double value) {
        settings.set("C", value);
        return this;
    }

    /**
     * Stops when no entry of the gradient of the mean loss plus penalty is larger. Default 0.0001;
     * at least 0 and at most 1.
     */
    public LogisticRegression tol(double value) {
        settings.set("tol", value);
        return this;
    }

    /**
     * Most iterations. Default 100; at least 1.
     */
    public LogisticRegression maxIter(long value) {
        settings.set("max_iter", value);
        return this;
    }

    /**
     * Whether a constant, which is not penalised, is fitted too. Default true.
     */
    public LogisticRegression fitIntercept(boolean value) {
        settings.set("fit_intercept", value);
        return this;
    }

    /**
     * Weights by class, times those of rows: balanced gives each class the same total; or a list of
     * class:weight, where classes left out weigh 1. Default none.
     */
    public LogisticRegression classWeight(Object... value) {
        settings.set("class_weight", value);
        return this;
    }

    /**
     * Sets {@code class_weight} to none.
     */
    public LogisticRegression classWeightNone() {
        settings.none("class_weight");
        return this;
    }

    /**
     * How the optimum is found; all find the same. Default auto.
     * <ul>
     * <li>{@code auto}: newton-cholesky for up to 2000 unknowns and enough rows, else lbfgs</li>
     * <li>{@code newton-cholesky}: Newton's method; few, costly, very exact iterations (also
     * newton_cholesky)</li>
     * <li>{@code lbfgs}: limited-memory BFGS; cheap iterations, sparse rows as they are</li>
     * </ul>
     */
    public LogisticRegression solver(String value) {
        settings.choice("solver", value);
        return this;
    }

    /**
     * What is added to the losses. Default l2.
     * <ul>
     * <li>{@code l2}: half the squared norm</li>
     * <li>{@code none}: C has no meaning</li>
     * </ul>
     */
    public LogisticRegression penalty(String value) {
        settings.choice("penalty", value);
        return this;
    }

    /**
     * The model as a recipe, to be fitted.
     */
    public Model create() {
        return Model.create("logistic_regression", settings.text());
    }

    @Override
    public String recipe() {
        return settings.recipe("logistic_regression");
    }

    @Override
    public String toString() {
        return recipe();
    }
}
