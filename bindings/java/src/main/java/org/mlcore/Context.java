package org.mlcore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Where memory and threads come from, and how one call is steered.
 *
 * <p>A root context has a memory limit and the worker threads; {@link #derive()} makes a call's own
 * context over it, with a deadline, progress, threads and cancelling of its own. Everywhere a
 * context is taken there is also a method without one. Contexts do not change and may be shared by
 * threads; objects made with a context outlive it.
 */
public final class Context extends Handle {
    /** Read by native methods. */
    private final Progress progress;

    private Context(long handle, Progress progress) {
        super(handle);
        this.progress = progress;
    }

    /** A root context with the library's own choices. */
    public static Context create() {
        return builder().build();
    }

    /** A root context in the making. */
    public static Builder builder() {
        return new Builder(null);
    }

    /** A context over the same root in the making. Cancelling this one cancels that one too. */
    public Builder derive() {
        return new Builder(this);
    }

    /**
     * Ends running and later calls with this context, and with those derived from it, with
     * {@code MLC_ERROR_CANCELLED}. Any thread; does nothing when closed.
     */
    public void cancel() {
        Native.contextCancel(handle());
    }

    /** Live bytes of native memory taken through the root of this context. */
    public long memoryBytes() {
        return Native.contextMemory(this);
    }

    /** Collects what a context is to be. */
    public static final class Builder {
        private final Context base;
        private long memoryLimit;
        private int threads;
        private String isa;
        private long deadlineMs = -1;
        private Progress progress;
        private Log log;
        private int logLevel;
        private final List<Consumer<Context>> own = new ArrayList<>();

        private Builder(Context base) {
            this.base = base;
            this.progress = base == null ? null : base.progress;
        }

        private void requireRoot(String what) {
            if (base != null) {
                throw new IllegalStateException(what + " belongs to the root context");
            }
        }

        /** Most live bytes of native memory; of root contexts only. */
        public Builder memoryLimit(long bytes) {
            requireRoot("the memory limit");
            memoryLimit = bytes;
            return this;
        }

        /**
         * Instruction set: {@code best}, {@code avx512vbmi}, {@code avx512}, {@code avx2} or {@code
         * reference}; of root contexts only. The results have the same bits on each.
         */
        public Builder isa(String name) {
            requireRoot("the instruction set");
            isa = name;
            return this;
        }

        /** Most threads a call may use; 0 leaves it to the library. Results never depend on it. */
        public Builder threads(int n) {
            if (n < 0) {
                throw new IllegalArgumentException("threads = " + n + ": must be at least 0");
            }
            threads = n;
            return this;
        }

        /** Time that calls with the context have, all in all, from {@link #build()} on. */
        public Builder deadline(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("deadline = " + time + ": must not be negative");
            }
            deadlineMs = time.toMillis();
            return this;
        }

        /** Who is told how far calls are; null for nobody. */
        public Builder progress(Progress listener) {
            progress = listener;
            return this;
        }

        /**
         * Who takes what the library has to say; of root contexts only.
         *
         * @param level the most verbose that is told, such as {@link Log#INFO}
         * @param listener kept, like all functions of a root context, until the last object made
         *     with the context is closed
         */
        public Builder log(int level, Log listener) {
            requireRoot("the log");
            Objects.requireNonNull(listener, "listener");
            if (level < Log.ERROR || level > Log.DEBUG) {
                throw new IllegalArgumentException("level = " + level + ": must be 1 to 4");
            }
            log = listener;
            logLevel = level;
            return this;
        }

        /**
         * A loss of the program, for recipes such as
         * {@code gradient_boosting_regressor(loss=acme.asymmetric)}; of root contexts only. Models
         * that were trained with it load and predict anywhere.
         *
         * @param name with a dot in it
         * @param link {@code identity}, {@code logit} or {@code log}: how a raw score becomes a
         *     prediction
         * @param function the loss
         */
        public Builder objective(String name, String link, ObjectiveFunction function) {
            requireRoot("an objective");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(link, "link");
            Objects.requireNonNull(function, "function");
            own.add(context -> Native.contextAddObjective(context, Native.utf8(name),
                    Native.utf8(link), function));
            return this;
        }

        /**
         * A metric of the program, for evaluation and early stopping; of root contexts only.
         *
         * @param name with a dot in it
         * @param largerIsBetter whether it is
         * @param function the metric
         */
        public Builder metric(String name, boolean largerIsBetter, MetricFunction function) {
            requireRoot("a metric");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(function, "function");
            own.add(context -> Native.contextAddMetric(context, Native.utf8(name), largerIsBetter,
                    function));
            return this;
        }

        /**
         * A transform of the program, for recipes such as {@code on(price, acme.log)}; of root
         * contexts only.
         *
         * @param name with a dot in it
         * @param function the transform
         */
        public Builder transform(String name, TransformFunction function) {
            requireRoot("a transform");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(function, "function");
            own.add(context -> Native.contextAddTransform(context, Native.utf8(name),
                    function.stateVersion(), function.stateSize(), function));
            return this;
        }

        /** Makes the context. */
        public Context build() {
            if (base != null) {
                return new Context(Native.contextDerive(base, threads, deadlineMs), progress);
            }
            Context context = new Context(Native.contextCreate(memoryLimit, threads,
                    Native.utf8(isa), deadlineMs, logLevel, log), progress);
            try {
                own.forEach(component -> component.accept(context));
            } catch (RuntimeException | Error e) {
                context.close();
                throw e;
            }
            return context;
        }
    }

    @Override
    public String toString() {
        return isClosed() ? "Context (closed)" : "Context (" + memoryBytes() + " bytes)";
    }

    static Context required(Context context) {
        return Objects.requireNonNull(context, "context");
    }
}
