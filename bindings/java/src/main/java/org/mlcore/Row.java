package org.mlcore;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * One record for a {@link Predictor} or a {@link RowBuilder}, filled by the position of its inputs
 * or columns and used again and again. For one thread at a time.
 *
 * <p>The values live in a buffer that native code reads as it is: 32 bytes an input, then the texts
 * as UTF-8. A text that replaces another takes its place if it fits.
 */
public final class Row {
    private static final int CELL = 32;
    private static final int LENGTH = 4;
    private static final int REAL = 8;
    private static final int INTEGER = 16;
    private static final int TEXT = 24;
    private static final int KIND_MISSING = 0;
    private static final int KIND_REAL = 1;
    private static final int KIND_INTEGER = 2;
    private static final int KIND_TEXT = 3;
    private static final int FIRST_ROOM = 32;

    final Inputs inputs;
    private final int count;
    private final int[] starts; // of the room that the texts of an input have
    private final int[] rooms;
    private int end; // of all rooms
    private ByteBuffer buffer;

    Row(Inputs inputs) {
        this.inputs = inputs;
        count = inputs.names.size();
        starts = new int[count];
        rooms = new int[count];
        end = Math.multiplyExact(count, CELL);
        buffer = allocate(Math.addExact(end, 8 * FIRST_ROOM));
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** The names of the inputs, or of the columns. */
    public List<String> inputs() {
        return inputs.names;
    }

    /** Makes every value missing. */
    public Row clear() {
        for (int i = 0; i < count; i++) {
            buffer.putInt(i * CELL, KIND_MISSING);
        }
        return this;
    }

    private int cell(int input) {
        if (input < 0 || input >= count) {
            throw new IndexOutOfBoundsException("input " + input + ": there are " + count);
        }
        return input * CELL;
    }

    /** Makes a value missing. */
    public Row setMissing(int input) {
        buffer.putInt(cell(input), KIND_MISSING);
        return this;
    }

    /** Sets a number; NaN is missing. */
    public Row setReal(int input, double value) {
        int at = cell(input);
        buffer.putDouble(at + REAL, value);
        buffer.putInt(at, KIND_REAL);
        return this;
    }

    /** Sets an integer; a boolean as 0 or 1, a time in microseconds since 1970 UTC. */
    public Row setInteger(int input, long value) {
        int at = cell(input);
        buffer.putLong(at + INTEGER, value);
        buffer.putInt(at, KIND_INTEGER);
        return this;
    }

    /** Sets a text; null is missing. */
    public Row setText(int input, CharSequence text) {
        int at = cell(input);
        if (text == null) {
            buffer.putInt(at, KIND_MISSING);
            return this;
        }
        int length = utf8Length(text);
        if (length > rooms[input]) {
            makeRoom(input, length);
        }
        int start = starts[input];
        encode(text, start);
        buffer.putInt(at + LENGTH, length);
        buffer.putLong(at + TEXT, start);
        buffer.putInt(at, KIND_TEXT);
        return this;
    }

    /**
     * Sets a value by its class: numbers, booleans, texts, characters, enums by their name,
     * instants; null is missing.
     *
     * @throws IllegalArgumentException for any other class
     */
    public Row set(int input, Object value) {
        if (value == null) {
            return setMissing(input);
        } else if (value instanceof CharSequence text) {
            return setText(input, text);
        } else if (value instanceof Boolean truth) {
            return setInteger(input, truth ? 1 : 0);
        } else if (value instanceof Integer || value instanceof Long || value instanceof Short
                || value instanceof Byte) {
            return setInteger(input, ((Number) value).longValue());
        } else if (value instanceof BigInteger big && big.bitLength() < Long.SIZE) {
            return setInteger(input, big.longValue());
        } else if (value instanceof Number number) {
            return setReal(input, number.doubleValue());
        } else if (value instanceof Character c) {
            return setText(input, c.toString());
        } else if (value instanceof Enum<?> constant) {
            return setText(input, constant.name());
        } else if (value instanceof Instant time) {
            return setInteger(input, micros(time));
        }
        cell(input);
        throw new IllegalArgumentException("input '" + inputs.names.get(input) + "' is a "
                + value.getClass().getName()
                + ": must be a number, boolean, text, instant or null");
    }

    /** Microseconds since 1970 UTC, rounded down. */
    static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L),
                time.getNano() / 1000);
    }

    /** Bytes of the UTF-8 of a text; refuses half a surrogate pair. */
    private static int utf8Length(CharSequence text) {
        int n = text.length();
        long bytes = 0;
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (i + 1 < n && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException("the text holds an unpaired surrogate");
            }
        }
        if (bytes > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("the text has " + bytes + " bytes: too long");
        }
        return (int) bytes;
    }

    private void encode(CharSequence text, int start) {
        int at = start;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                buffer.put(at++, (byte) c);
                continue;
            }
            if (c < 0x800) {
                buffer.put(at++, (byte) (0xc0 | c >> 6));
            } else {
                if (Character.isSurrogate((char) c)) {
                    c = Character.toCodePoint((char) c, text.charAt(++i));
                    buffer.put(at++, (byte) (0xf0 | c >> 18));
                    buffer.put(at++, (byte) (0x80 | c >> 12 & 0x3f));
                } else {
                    buffer.put(at++, (byte) (0xe0 | c >> 12));
                }
                buffer.put(at++, (byte) (0x80 | c >> 6 & 0x3f));
            }
            buffer.put(at++, (byte) (0x80 | c & 0x3f));
        }
    }

    /** Gives an input room for a text of this length, at the end or in a larger buffer. */
    private void makeRoom(int input, int length) {
        int room = (int) Math.min(Math.max(FIRST_ROOM, 2L * length), Integer.MAX_VALUE / 2);
        if (end > buffer.capacity() - room) {
            rooms[input] = 0;
            moveTo(room);
        }
        starts[input] = end;
        rooms[input] = room;
        end += room;
    }

    /** Moves the texts together into a buffer with as much to spare as they take. */
    private void moveTo(int extra) {
        long used = (long) count * CELL + Arrays.stream(rooms).asLongStream().sum();
        long capacity = Math.min(2 * used + extra, Integer.MAX_VALUE - 8);
        if (used + extra > capacity) {
            throw new IllegalArgumentException("the texts of the row are too long together");
        }
        ByteBuffer larger = allocate((int) capacity);
        larger.put(0, buffer, 0, count * CELL);
        int at = count * CELL;
        for (int i = 0; i < count; i++) {
            if (rooms[i] == 0) {
                continue;
            }
            larger.put(at, buffer, starts[i], rooms[i]);
            starts[i] = at;
            larger.putLong(i * CELL + TEXT, at);
            at += rooms[i];
        }
        end = at;
        buffer = larger;
    }
}
