package org.mlcore;

/**
 * A transform of the program for columns of numbers; see {@link Context.Builder#transform}.
 *
 * <p>Each column is fitted and transformed by itself; missing values are NaN. The state is stored
 * in the artifact with its version, and a model that used the transform loads only where it is
 * registered with the same version. Any thread may call, also several at once.
 */
@FunctionalInterface
public interface TransformFunction {
    /**
     * As many values as there are, each made from the value at its place alone.
     *
     * @param values of the column
     * @param state what {@link #fit} gave, read back from the artifact; empty without state
     */
    double[] apply(double[] values, double[] state);

    /**
     * Learns a column.
     *
     * @param values of the column
     * @param weight of each row
     * @return as many numbers as {@link #stateSize()} says
     */
    default double[] fit(double[] values, double[] weight) {
        return new double[0];
    }

    /** Numbers of state a column, at most 4,096; without state {@link #fit} is not called. */
    default int stateSize() {
        return 0;
    }

    /** At least 1; to be raised when the meaning of the state changes. */
    default int stateVersion() {
        return 1;
    }
}
