package org.mlcore;

import java.util.List;
import java.util.Objects;

/**
 * A metric with its parameters, for predictions that need not come from a model of this library.
 * Immutable; any thread may use it.
 */
public final class Metric extends Handle {
    private Metric(long handle) {
        super(handle);
    }

    /** A metric with its defaults, such as {@code roc_auc}. */
    public static Metric create(String name) {
        return create(name, null);
    }

    /**
     * A metric.
     *
     * @param name such as {@code f1}
     * @param settings such as {@code average=macro}, or null
     */
    public static Metric create(String name, String settings) {
        Objects.requireNonNull(name, "name");
        return new Metric(Native.metricCreate(null, Native.utf8(name), Native.utf8(settings)));
    }

    /** A metric that a context may know as one of the program's own. */
    public static Metric create(Context context, String name, String settings) {
        Objects.requireNonNull(name, "name");
        return new Metric(Native.metricCreate(Context.required(context), Native.utf8(name),
                Native.utf8(settings)));
    }

    /** Measures predictions against the truth. */
    public Dataset evaluate(Dataset truth, Dataset predictions) {
        return evaluate(List.of(this), truth, predictions, null);
    }

    /**
     * Measures predictions against the truth.
     *
     * @param metrics at least one
     * @param truth has the target as a role, and a weight if rows count differently
     * @param predictions columns {@code prediction} and {@code probability}, as
     *     {@link Model#predict(Dataset)} makes them
     * @param by columns of the truth to measure by group, separated by commas; or null
     * @return a row a metric: metric, target, class, group, value, low, high, n
     */
    public static Dataset evaluate(List<Metric> metrics, Dataset truth, Dataset predictions,
            String by) {
        return new Dataset(run(null, metrics, truth, predictions, by));
    }

    /** Measures predictions against the truth, steered by a context. */
    public static Dataset evaluate(Context context, List<Metric> metrics, Dataset truth,
            Dataset predictions, String by) {
        return new Dataset(run(Context.required(context), metrics, truth, predictions, by));
    }

    private static long run(Context context, List<Metric> metrics, Dataset truth,
            Dataset predictions, String by) {
        Metric[] all = metrics.toArray(new Metric[0]);
        for (Metric metric : all) {
            Objects.requireNonNull(metric, "metric");
        }
        Objects.requireNonNull(truth, "truth");
        Objects.requireNonNull(predictions, "predictions");
        return Native.metricEvaluate(context, all, truth, predictions, Native.utf8(by));
    }

    @Override
    public String toString() {
        return isClosed() ? "Metric (closed)" : "Metric";
    }
}
