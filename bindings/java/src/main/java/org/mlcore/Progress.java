package org.mlcore;

/** Is told how far a long call is, on the thread of that call. */
@FunctionalInterface
public interface Progress {
    /**
     * Called every 50 milliseconds or so.
     *
     * @param stage such as {@code read}, {@code bin}, {@code boost}
     * @param done units of work done
     * @param total units in all; 0 when unknown
     * @param metricName such as {@code train log_loss}, or null
     * @param metric its latest value
     * @return false to cancel the call, which then throws {@code MLC_ERROR_CANCELLED}; an exception
     *     thrown here ends the call too and is what its caller gets
     */
    boolean report(String stage, long done, long total, String metricName, double metric);
}
