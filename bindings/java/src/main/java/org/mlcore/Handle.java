package org.mlcore;

import java.lang.ref.Cleaner;

/**
 * What every object of this package that holds native memory has in common.
 *
 * <p>{@link #close()} may be called any number of times and from any thread, also while another
 * thread is in a call with the object: that call finishes first and the memory goes with it. Any
 * later use throws {@link IllegalStateException}. An object that is never closed is closed after
 * the garbage collector found it unreachable.
 */
abstract sealed class Handle implements AutoCloseable
        permits Context, Dataset, Transform, Model, Predictor, Metric, Profile, RowBuilder,
        BatchReader {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Index and generation of a native slot; native methods read it from the object itself, which
     * keeps the object reachable until they return. */
    private final long handle;
    private final Cleaner.Cleanable cleanable;

    /** Closes the slot; must not refer to the object. */
    private record Closing(long handle) implements Runnable {
        @Override
        public void run() {
            Native.close(handle);
        }
    }

    Handle(long handle) {
        this.handle = handle;
        this.cleanable = CLEANER.register(this, new Closing(handle));
    }

    final long handle() {
        return handle;
    }

    /** Whether {@link #close()} was called. */
    public final boolean isClosed() {
        return !Native.isOpen(handle);
    }

    /** Frees the native memory, at once or when the last running call returns. */
    @Override
    public final void close() {
        cleanable.clean();
    }
}
