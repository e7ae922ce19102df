package org.mlcore;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Rows that come a batch at a time, out of an iterator of the program: a database, a queue, a file
 * of its own. All batches have the columns and types of the first.
 *
 * <p>The iterator is asked for a batch when one is wanted, by the thread that wants it, one at a
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

    private BatchReader(Context context, Iterator<Dataset> batches, String roles) {
        super(Native.readerOpen(context, source(batches), Native.utf8(roles)));
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
        return new BatchReader(null, batches, roles);
    }

    /** Reads what an iterator gives, steered by a context. */
    public static BatchReader open(Context context, Iterator<Dataset> batches, String roles) {
        return new BatchReader(Context.required(context), batches, roles);
    }

    private synchronized Dataset read(boolean all) {
        if (reading) {
            throw new IllegalStateException("the iterator reads the reader that reads it");
        }
        reading = true;
        try {
            long handle = all ? Native.readerCollect(context, this)
                    : Native.readerNext(context, this);
            return handle == 0 ? null : new Dataset(handle);
        } finally {
            reading = false;
        }
    }

    /** The next rows, for the caller to close; null when there are no more. */
    public Dataset next() {
        return read(false);
    }

    /** All rows that are left as one dataset; null when there was no batch at all. */
    public Dataset collect() {
        return read(true);
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
