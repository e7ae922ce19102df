package org.mlcore;

/**
 * A call of the library failed. The message says what was wrong, where, and what would be right;
 * {@link #status()} and {@link #name()} are for programs.
 */
public final class MlcoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** One number a cause, as in {@code mlcore/status.h}; numbers are never reused. */
    private final int status;
    private final String statusName;
    private final String name;
    private final long line;
    private final long column;

    MlcoreException(int status, String statusName, String name, long line, long column,
            String message) {
        super(message);
        this.status = status;
        this.statusName = statusName;
        this.name = name;
        this.line = line;
        this.column = column;
    }

    /** The status, negative, such as -2. */
    public int status() {
        return status;
    }

    /** The name of the status, such as {@code MLC_ERROR_SETTING}. */
    public String statusName() {
        return statusName;
    }

    /** The parameter, column or section that the failure is about; empty if none. */
    public String name() {
        return name;
    }

    /** Line in the file or text at fault, from 1; 0 if none. */
    public long line() {
        return line;
    }

    /** Byte within the line, from 1; 0 if none. */
    public long column() {
        return column;
    }
}
