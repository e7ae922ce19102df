package org.mlcore;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Makes a {@link Dataset} of arrays, which are copied once. Null among boxed values and texts is
 * missing, as is NaN where a component says so. All columns have the same number of rows.
 */
public final class DatasetBuilder {
    private static final int BOOL = 1;
    private static final int INT64 = 2;
    private static final int FLOAT32 = 3;
    private static final int FLOAT64 = 4;
    private static final int CATEGORY = 5;
    private static final int TEXT = 6;
    private static final int TIMESTAMP = 7;
    private static final int INT32 = 9;

    /** One column in the form that native code takes: bits, numbers, or UTF-8 with offsets. */
    private record Column(String name, int type, int width, Object values, long[] offsets,
            byte[] valid) {}

    private final List<Column> columns = new ArrayList<>();
    private long rows = -1;
    private String roles;

    DatasetBuilder() {}

    private DatasetBuilder add(String name, int type, long n, Object values, long[] offsets,
            byte[] valid) {
        return add(new Column(name, type, 1, values, offsets, valid), n);
    }

    private DatasetBuilder add(Column column, long n) {
        String name = column.name;
        Objects.requireNonNull(name, "name");
        if (rows >= 0 && n != rows) {
            throw new IllegalArgumentException("column '" + name + "' has " + n
                    + " values, the others have " + rows);
        }
        rows = n;
        columns.add(column);
        return this;
    }

    /** A column of numbers. */
    public DatasetBuilder column(String name, double[] values) {
        return add(name, FLOAT64, values.length, values.clone(), null, null);
    }

    /** A column of 32-bit numbers. */
    public DatasetBuilder column(String name, float[] values) {
        return add(name, FLOAT32, values.length, values.clone(), null, null);
    }

    /** A column of integers. */
    public DatasetBuilder column(String name, long[] values) {
        return add(name, INT64, values.length, values.clone(), null, null);
    }

    /** A column of integers. */
    public DatasetBuilder column(String name, int[] values) {
        return add(name, INT32, values.length, values.clone(), null, null);
    }

    /** A column of truth values. */
    public DatasetBuilder column(String name, boolean[] values) {
        byte[] bits = bits(values.length);
        for (int i = 0; i < values.length; i++) {
            setBit(bits, i, values[i]);
        }
        return add(name, BOOL, values.length, bits, null, null);
    }

    /** A column of categories: texts of which many are equal. */
    public DatasetBuilder column(String name, String[] values) {
        return addTexts(name, CATEGORY, values);
    }

    /** A column of numbers, some missing. */
    public DatasetBuilder column(String name, Double[] values) {
        double[] numbers = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            numbers[i] = values[i] == null ? Double.NaN : values[i];
        }
        return add(name, FLOAT64, values.length, numbers, null, valid(values));
    }

    /** A column of integers, some missing. */
    public DatasetBuilder column(String name, Long[] values) {
        long[] numbers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            numbers[i] = values[i] == null ? 0 : values[i];
        }
        return add(name, INT64, values.length, numbers, null, valid(values));
    }

    /** A column of truth values, some missing. */
    public DatasetBuilder column(String name, Boolean[] values) {
        byte[] bits = bits(values.length);
        for (int i = 0; i < values.length; i++) {
            setBit(bits, i, values[i] != null && values[i]);
        }
        return add(name, BOOL, values.length, bits, null, valid(values));
    }

    /** A column of times, to the microsecond. */
    public DatasetBuilder column(String name, Instant[] values) {
        long[] times = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            times[i] = values[i] == null ? 0 : Row.micros(values[i]);
        }
        return add(name, TIMESTAMP, values.length, times, null, valid(values));
    }

    /** A column of free texts, most of them different. */
    public DatasetBuilder text(String name, String[] values) {
        return addTexts(name, TEXT, values);
    }

    /**
     * A column of vectors, whose components are called {@code name0, name1 ...}.
     *
     * @param name of the column
     * @param values row by row
     * @param width numbers a row
     */
    public DatasetBuilder matrix(String name, double[] values, int width) {
        if (width < 2 || values.length % width != 0) {
            throw new IllegalArgumentException("matrix '" + name + "' has " + values.length
                    + " values and width " + width + ": must be rows of at least 2");
        }
        return add(new Column(name, FLOAT64, width, values.clone(), null, null),
                values.length / width);
    }

    /** Roles, {@code classes=} and {@code positive=}, such as {@code target=y weight=w}. */
    public DatasetBuilder roles(String settings) {
        roles = settings;
        return this;
    }

    /** Makes the dataset. */
    public Dataset build() {
        int n = columns.size();
        byte[][] names = new byte[n][];
        int[] types = new int[n];
        int[] widths = new int[n];
        Object[] values = new Object[n];
        long[][] offsets = new long[n][];
        byte[][] valid = new byte[n][];
        for (int i = 0; i < n; i++) {
            Column column = columns.get(i);
            names[i] = Native.utf8(column.name);
            types[i] = column.type;
            widths[i] = column.width;
            values[i] = column.values;
            offsets[i] = column.offsets;
            valid[i] = column.valid;
        }
        return new Dataset(Native.datasetFromArrays(names, types, widths, values, offsets, valid,
                Math.max(rows, 0), Native.utf8(roles)));
    }

    private DatasetBuilder addTexts(String name, int type, String[] values) {
        long[] offsets = new long[values.length + 1];
        byte[] bytes = new byte[Math.max(16, 8 * Math.min(values.length, 1 << 24))];
        int end = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                byte[] text = Native.utf8(values[i]);
                if (text.length > Integer.MAX_VALUE - 8 - end) {
                    throw new IllegalArgumentException("column '" + name
                            + "' has more text than one array can hold");
                }
                if (end + text.length > bytes.length) {
                    long larger = Math.max(2L * bytes.length, (long) end + text.length);
                    bytes = Arrays.copyOf(bytes, (int) Math.min(larger, Integer.MAX_VALUE - 8));
                }
                System.arraycopy(text, 0, bytes, end, text.length);
                end += text.length;
            }
            offsets[i + 1] = end;
        }
        return add(name, type, values.length, Arrays.copyOf(bytes, end), offsets, valid(values));
    }

    private static byte[] bits(int n) {
        return new byte[n / 8 + (n % 8 == 0 ? 0 : 1)];
    }

    private static void setBit(byte[] bits, int i, boolean value) {
        if (value) {
            bits[i / 8] |= (byte) (1 << i % 8);
        }
    }

    /** A bit a value that is there; null when all are. */
    private static byte[] valid(Object[] values) {
        byte[] bits = bits(values.length);
        boolean all = true;
        for (int i = 0; i < values.length; i++) {
            setBit(bits, i, values[i] != null);
            all &= values[i] != null;
        }
        return all ? null : bits;
    }
}
