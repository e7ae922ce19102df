package org.mlcore;

import java.util.List;
import java.util.Objects;

/**
 * Rows and batches put into one {@link Dataset}, in the order of their sequence numbers whichever
 * thread was first. Any number of threads may push at once; one finishes.
 *
 * <pre>{@code
 * try (RowBuilder builder = RowBuilder.open("age:int64,city:category", "target=city")) {
 *     Row row = builder.row();                       // one a thread, used again and again
 *     builder.push(row.setInteger(0, 39).setText(1, "Oslo"));
 *     builder.push(row.clear().setText(1, "Bern"));
 *     Dataset rows = builder.finish();
 * }
 * }</pre>
 */
public final class RowBuilder extends Handle {
    private static final long NEXT = -1;

    private final Context context;
    private final Inputs inputs; // null without columns

    private RowBuilder(Context context, String columns, String roles) {
        super(Native.builderOpen(context, Native.utf8(columns), Native.utf8(roles)));
        this.context = context;
        if (columns == null) {
            inputs = null;
            return;
        }
        try (Dataset empty = finish()) { // of no rows, with the columns as the library reads them
            inputs = new Inputs(empty.columns());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Begins a dataset.
     *
     * @param columns such as {@code age:int64,city:category,at:timestamp}: bool, int64, float32,
     *     float64, category, text or timestamp; or null: only datasets are pushed, and the first
     *     says what the columns are
     * @param roles such as {@code target=city}, or null
     */
    public static RowBuilder open(String columns, String roles) {
        return new RowBuilder(null, columns, roles);
    }

    /** Begins a dataset whose memory is that of a context, which steers {@link #finish()} too. */
    public static RowBuilder open(Context context, String columns, String roles) {
        return new RowBuilder(Context.required(context), columns, roles);
    }

    private Inputs declared() {
        if (inputs == null) {
            throw new IllegalStateException("this RowBuilder has no columns: it takes datasets");
        }
        return inputs;
    }

    /** The names of the columns, in the order of {@link Row}. */
    public List<String> columns() {
        return declared().names;
    }

    /** Position of a column. */
    public int column(String name) {
        Integer position = declared().positions.get(Objects.requireNonNull(name, "name"));
        if (position == null) {
            throw new IllegalArgumentException("no column '" + name + "': there are "
                    + String.join(", ", columns()));
        }
        return position;
    }

    /** An empty row: every value missing. For one thread at a time. */
    public Row row() {
        if (isClosed()) {
            throw new IllegalStateException("this RowBuilder is closed");
        }
        return new Row(declared());
    }

    /** Adds a row after the highest number so far; the row may be used again. */
    public void push(Row row) {
        pushRow(NEXT, row);
    }

    /**
     * Adds a row; the row may be used again.
     *
     * @param sequence from 0, where it belongs; each number once
     * @param row made by {@link #row()} of this builder
     */
    public void push(long sequence, Row row) {
        pushRow(checked(sequence), row);
    }

    /** Adds the rows of a dataset after the highest number so far; it is shared, not copied. */
    public void push(Dataset rows) {
        Native.builderPush(this, NEXT, rows);
    }

    /**
     * Adds the rows of a dataset, which is shared, not copied.
     *
     * @param sequence from 0, where they belong; each number once
     * @param rows with the columns declared, or else those of what was pushed first; may be closed
     *     after it
     */
    public void push(long sequence, Dataset rows) {
        Native.builderPush(this, checked(sequence), rows);
    }

    private void pushRow(long sequence, Row row) {
        if (row.inputs != declared()) {
            throw new IllegalArgumentException("the row was made for something else");
        }
        Native.builderPushRow(this, sequence, row.buffer(), inputs.names.size());
    }

    private static long checked(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence = " + sequence + ": must be at least 0");
        }
        return sequence;
    }

    /** Rows pushed so far. */
    public long rowCount() {
        return Native.builderRowCount(this);
    }

    /** The dataset of what was pushed. The builder is empty after it and may go on. */
    public Dataset finish() {
        return new Dataset(Native.builderFinish(context, this));
    }

    @Override
    public String toString() {
        return isClosed() ? "RowBuilder (closed)" : "RowBuilder (" + rowCount() + " rows so far)";
    }
}
