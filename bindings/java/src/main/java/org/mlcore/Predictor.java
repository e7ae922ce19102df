package org.mlcore;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A fitted model compiled for single raw records. Any number of threads may share one. The results
 * have the same bits as {@link Model#predict(Dataset)} gives for the record.
 *
 * <p>The quick way is a {@link Row} a thread, filled by index and passed to {@link #run(Row,
 * double[])}: one crossing into native code and no allocation.
 */
public final class Predictor extends Handle {
    /** A value of the record was missing. */
    public static final int FLAG_MISSING = 1;
    /** A category was not in the training rows. */
    public static final int FLAG_UNSEEN = 2;
    /** A number was outside the range of the training rows. */
    public static final int FLAG_OUT_OF_RANGE = 4;
    /** Text where a number belongs, or a number that is not. */
    public static final int FLAG_WRONG_KIND = 8;

    private final Inputs inputs;
    private final List<String> outputs;
    private final List<String> labels;
    private final ThreadLocal<Row> rows = new ThreadLocal<>();

    Predictor(long handle) {
        super(handle);
        inputs = new Inputs(List.of(Native.predictorInputs(this)));
        outputs = List.of(Native.predictorOutputs(this));
        labels = List.of(Native.predictorLabels(this));
    }

    /** The names of the inputs, in the order of {@link Row}. */
    public List<String> inputs() {
        return inputs.names;
    }

    /**
     * Position of an input.
     *
     * @throws MlcoreException when there is none of that name; the message has the nearest
     */
    public int input(String name) {
        Integer position = inputs.positions.get(Objects.requireNonNull(name, "name"));
        return position != null ? position : Native.predictorInput(this, Native.utf8(name));
    }

    /** The names of the results, such as {@code probability[>50K]}. */
    public List<String> outputs() {
        return outputs;
    }

    /** The classes, in the order of their probabilities; empty unless a classifier. */
    public List<String> labels() {
        return labels;
    }

    /** One class, in the order of their probabilities. */
    public String label(int i) {
        return labels.get(i);
    }

    /** An empty row: every value missing. For one thread at a time. */
    public Row row() {
        if (isClosed()) {
            throw new IllegalStateException("this Predictor is closed");
        }
        return new Row(inputs);
    }

    /**
     * Predicts a record of named values. Inputs that are not named are missing, as are nulls.
     *
     * @param record numbers, booleans, texts, instants; a name that is no input is an error
     * @return one number an output
     */
    public double[] run(Map<String, ?> record) {
        Row row = emptyRow();
        for (Map.Entry<String, ?> entry : record.entrySet()) {
            row.set(input(entry.getKey()), entry.getValue());
        }
        return run(row);
    }

    /**
     * Predicts a record of values in the order of {@link #inputs()}; null is missing.
     *
     * @return one number an output
     */
    public double[] run(Object[] record) {
        if (record.length != inputs.names.size()) {
            throw new IllegalArgumentException("the record has " + record.length
                    + " values, the predictor " + inputs.names.size() + " inputs");
        }
        Row row = emptyRow();
        for (int i = 0; i < record.length; i++) {
            row.set(i, record[i]);
        }
        return run(row);
    }

    /** Predicts a row; one number an output. */
    public double[] run(Row row) {
        double[] out = new double[outputs.size()];
        run(row, out);
        return out;
    }

    /**
     * Predicts a row without allocating.
     *
     * @param row made by {@link #row()} of this predictor
     * @param out takes one number an output
     * @return the flags of the row, such as {@link #FLAG_UNSEEN}
     */
    public int run(Row row, double[] out) {
        if (row.inputs != inputs) {
            throw new IllegalArgumentException("the row was made for another predictor");
        }
        Objects.requireNonNull(out, "out");
        return (int) Native.predictorRun(this, row.buffer(), out);
    }

    /**
     * Predicts records of numbers only without allocating, as many at a time as the setting
     * {@code rows} of {@link Model#predictor(String)} says: 16 to 256 are quicker than one by one.
     *
     * @param rows the values of the inputs, record by record; NaN is missing
     * @param out takes the outputs, record by record
     * @return the flags of all records together
     */
    public int run(double[] rows, double[] out) {
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(out, "out");
        return (int) Native.predictorRunReals(this, rows, out);
    }

    private Row emptyRow() {
        Row row = rows.get();
        if (row == null) {
            row = row();
            rows.set(row);
        } else {
            row.clear();
        }
        return row;
    }

    @Override
    public String toString() {
        return isClosed() ? "Predictor (closed)"
                : "Predictor (" + inputs.names.size() + " inputs, outputs " + outputs + ")";
    }
}
