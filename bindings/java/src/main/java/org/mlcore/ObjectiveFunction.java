package org.mlcore;

/**
 * A loss of the program for gradient boosting; see {@link Context.Builder#objective}.
 *
 * <p>Called on the thread of the call that fits. What it throws ends that call and is what its
 * caller gets.
 */
@FunctionalInterface
public interface ObjectiveFunction {
    /**
     * First and second derivative of the loss by the raw score, already times the weight.
     *
     * @param target of each row; classes as their index
     * @param raw the score so far
     * @param weight of each row
     * @param gradient takes the first derivative
     * @param hessian takes the second, which must not be negative
     */
    void gradients(double[] target, double[] raw, double[] weight, double[] gradient,
            double[] hessian);
}
