package org.mlcore;

import java.time.Duration;
import java.util.Objects;

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

        private Builder(Context base) {
            this.base = base;
            this.progress = base == null ? null : base.progress;
        }

        /** Most live bytes of native memory; of root contexts only. */
        public Builder memoryLimit(long bytes) {
            if (base != null) {
                throw new IllegalStateException("the memory limit belongs to the root context");
            }
            memoryLimit = bytes;
            return this;
        }

        /**
         * Instruction set: {@code best}, {@code avx512}, {@code avx2} or {@code reference}; of root
         * contexts only. The results have the same bits on each.
         */
        public Builder isa(String name) {
            if (base != null) {
                throw new IllegalStateException("the instruction set belongs to the root context");
            }
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

        /** Makes the context. */
        public Context build() {
            long handle = base == null
                    ? Native.contextCreate(memoryLimit, threads, Native.utf8(isa), deadlineMs)
                    : Native.contextDerive(base, threads, deadlineMs);
            return new Context(handle, progress);
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
