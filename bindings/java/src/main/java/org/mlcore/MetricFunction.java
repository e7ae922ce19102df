package org.mlcore;

/**
 * A metric of the program; see {@link Context.Builder#metric}.
 *
 * <p>Called on the thread of the call that measures. What it throws ends that call and is what its
 * caller gets.
 */
@FunctionalInterface
public interface MetricFunction {
    /**
     * The score of predictions.
     *
     * @param target of each row; classes as their index
     * @param prediction of each row; classes as their index
     * @param probability one number a class, row by row; or null
     * @param classes how many there are
     * @param weight of each row
     */
    double score(double[] target, double[] prediction, double[] probability, int classes,
            double[] weight);
}
