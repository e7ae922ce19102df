package org.mlcore;

/** Takes what the library has to say; see {@link Context.Builder#log}. */
@FunctionalInterface
public interface Log {
    /** Something failed. */
    int ERROR = 1;
    /** The result may not be what was meant. */
    int WARNING = 2;
    /** What is being done. */
    int INFO = 3;
    /** For people who work on the library. */
    int DEBUG = 4;

    /**
     * Takes one line. Any thread may call; an exception is ignored.
     *
     * @param level such as {@link #WARNING}
     * @param message without a line end
     */
    void log(int level, String message);
}
