package org.mlcore;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Rows that come a batch at a time: out of a file of any format, a stream of Arrow, or an iterator of
 * the program. All batches have the columns and types of the first.
 *
 * <p>An iterator is asked for a batch when one is wanted, by the thread that wants it, one at a
 * time. Datasets that it gives become the reader's, which closes them. What it throws is what the
 * caller gets; after it the reader can only be closed.
 *
 * <pre>{@code
 * try (BatchReader reader = BatchReader.open(batches, "target=y")) {
 *     for (Dataset batch; (batch = reader.next()) != null; batch.close()) {
 *         ...
 *     }
 * }
 * }</pre>
 */
public final class BatchReader extends Handle implements Iterable<Dataset> {
    /** What native code calls: the next batch, or null at the end. */
    @FunctionalInterface
    interface Source {
        Dataset next();
    }

    private final Context context;
    private boolean reading;

    private BatchReader(Context context, long reader) {
        super(reader);
        this.context = context;
    }

    /** Knows the iterator, not the reader, which would else never be found unreachable. */
    private static Source source(Iterator<Dataset> batches) {
        Objects.requireNonNull(batches, "batches");
        return () -> batches.hasNext()
                ? Objects.requireNonNull(batches.next(), "the iterator gave null") : null;
    }

    /**
     * Reads what an iterator gives.
     *
     * @param batches kept until the reader is closed
     * @param roles such as {@code target=y}, for each batch; or null
     */
    public static BatchReader open(Iterator<Dataset> batches, String roles) {
        return new BatchReader(null,
                Native.readerOpen(null, source(batches), Native.utf8(roles)));
    }

    /** Reads what an iterator gives, steered by a context. */
    public static BatchReader open(Context context, Iterator<Dataset> batches, String roles) {
        return new BatchReader(context, Native.readerOpen(Context.required(context),
                source(batches), Native.utf8(roles)));
    }

    /**
     * Reads a file in batches of bounded memory.
     *
     * @param path the file, of the format that its ending or {@code format=} tells
     * @param settings those of the format, with roles such as {@code target=y}, or null
     */
    public static BatchReader open(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new BatchReader(null,
                Native.readerOpenFile(null, Native.utf8(path), Native.utf8(settings)));
    }

    /** Reads a file in batches of bounded memory, steered by a context. */
    public static BatchReader open(Context context, String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new BatchReader(context, Native.readerOpenFile(Context.required(context),
                Native.utf8(path), Native.utf8(settings)));
    }

    /**
     * Reads a stream of Arrow, which is moved and released with the reader.
     *
     * @param stream address of its struct, as of {@code ArrowArrayStream.memoryAddress()}
     * @param settings roles, {@code text=category}, or null
     */
    public static BatchReader fromArrow(long stream, String settings) {
        return new BatchReader(null, Native.readerFromArrow(null, stream, Native.utf8(settings)));
    }

    private synchronized long once(LongSupplier call) {
        if (reading) {
            throw new IllegalStateException("the iterator reads the reader that reads it");
        }
        reading = true;
        try {
            return call.getAsLong();
        } finally {
            reading = false;
        }
    }

    private Dataset read(LongSupplier call) {
        long handle = once(call);
        return handle == 0 ? null : new Dataset(handle);
    }

    /** The next rows, for the caller to close; null when there are no more. */
    public Dataset next() {
        return read(() -> Native.readerNext(context, this));
    }

    /** All rows that are left as one dataset; null when there was no batch at all. */
    public Dataset collect() {
        return read(() -> Native.readerCollect(context, this));
    }

    /**
     * Some of the rows that are left, chosen while they pass by, so that only they are kept in
     * memory; null when there was no batch at all.
     *
     * @param settings a sampler with its parameters, as of {@link Dataset#sample}:
     *     {@code reservoir n=1000 random_state=0}
     */
    public Dataset sample(String settings) {
        Objects.requireNonNull(settings, "settings");
        return read(() -> Native.readerSample(context, this, Native.utf8(settings)));
    }

    /**
     * Writes all rows that are left into a file, in bounded memory: a file larger than memory is
     * converted by this. The bytes are those that {@link Dataset#write} writes of all rows. What was
     * there stays as it was when this fails.
     *
     * @param path the file, of the format that its ending or {@code format=} tells
     * @param settings those of the format, or null
     * @return false when there was no batch at all: nothing is written then
     */
    public boolean write(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return once(() -> Native.readerWrite(context, this, Native.utf8(path),
                Native.utf8(settings))) != 0;
    }

    /** Rows read so far. */
    public synchronized long rowCount() {
        return Native.readerRowCount(this);
    }

    /** The batches that are left, each for the caller to close. */
    @Override
    public Iterator<Dataset> iterator() {
        return new Iterator<>() {
            private Dataset ahead;

            @Override
            public boolean hasNext() {
                if (ahead == null) {
                    ahead = BatchReader.this.next();
                }
                return ahead != null;
            }

            @Override
            public Dataset next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more batches");
                }
                Dataset batch = ahead;
                ahead = null;
                return batch;
            }
        };
    }

    @Override
    public String toString() {
        return isClosed() ? "BatchReader (closed)"
                : "BatchReader (" + rowCount() + " rows so far)";
    }
}
