package org.mlcore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Whether a process grows that does the same again and again. Prints what it has more of after the
 * cycles than before: handles, bytes of heap, resident bytes, file descriptors and threads.
 *
 * <pre>Growth models|handles FOLDER_OF_DATA CYCLES</pre>
 */
final class Growth {
    private static final int COLLECTIONS = 5;

    private Growth() {}

    private interface Cycle {
        void run() throws Exception;
    }

    /** All that a program does with a model, from its rows to a prediction. */
    private static void model(String data, Path artifact) {
        try (Dataset rows = Dataset.readCsv(data + "/iris.csv", "target=species");
                Model recipe = Model.parse("pipeline(automatic, logistic_regression)");
                Model fitted = recipe.fit(rows)) {
            fitted.save(artifact.toString(), "sync=false");
        }
        try (Model loaded = Model.load(artifact.toString());
                Dataset rows = Dataset.builder().column("petal_length", new double[] {1.4})
                        .column("petal_width", new double[] {0.2})
                        .column("sepal_length", new double[] {5.1})
                        .column("sepal_width", new double[] {3.5}).build();
                Dataset predicted = loaded.predict(rows);
                Predictor predictor = loaded.predictor()) {
            double[] out = predictor.run(new double[] {1.4, 0.2, 5.1, 3.5}, new double[3]) < 0
                    ? null : predicted.reals("probability");
            if (out == null || out.length != 3) {
                throw new AssertionError("no prediction");
            }
        }
    }

    private static void handle() {
        try (Dataset rows = Dataset.builder().column("x", new double[] {1}).build()) {
            if (rows.rowCount() != 1) {
                throw new AssertionError("no row");
            }
        }
    }

    private static long count(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        }
    }

    private static long[] measure() throws Exception {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return new long[] {Native.handles(), runtime.totalMemory() - runtime.freeMemory(),
            Long.parseLong(pages[1]) * 4096, count("/proc/self/fd"), count("/proc/self/task")};
    }

    private static void repeat(Cycle cycle, int n) throws Exception {
        for (int i = 0; i < n; i++) {
            cycle.run();
        }
    }

    public static void main(String[] arguments) throws Exception {
        String data = arguments[1];
        int n = Integer.parseInt(arguments[2]);
        Path artifact = Files.createTempFile("growth", ".mlcore");
        Cycle cycle = arguments[0].equals("models") ? () -> model(data, artifact) : Growth::handle;
        try {
            repeat(cycle, Math.max(300, n / 2));
            long[] before = measure();
            repeat(cycle, n);
            long[] after = measure();
            String[] names = {"handles", "heap", "resident", "files", "threads"};
            for (int i = 0; i < names.length; i++) {
                System.out.println(names[i] + " " + (after[i] - before[i]));
            }
        } finally {
            Files.delete(artifact);
        }
    }
}
