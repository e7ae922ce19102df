package org.mlcore;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * What a Java program may do wrong with objects and threads, with nothing but a JDK: an exception
 * each time, and never a crash. To be run under -Xcheck:jni.
 *
 * <pre>Stress FOLDER_OF_DATA ROUNDS</pre>
 */
final class Stress {
    private static final List<String> failures = new ArrayList<>();
    private static String data;

    private Stress() {}

    private interface Action {
        void run() throws Exception;
    }

    private static void check(boolean good, String what) {
        if (!good) {
            failures.add(what);
        }
    }

    private static Throwable thrownBy(Action action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            return thrown;
        }
        return null;
    }

    private static void refused(Class<? extends Throwable> type, String what, Action action) {
        Throwable thrown = thrownBy(action);
        check(type.isInstance(thrown), what + ": " + thrown);
    }

    private static Dataset iris() {
        return Dataset.readCsv(data + "/iris.csv", "target=species");
    }

    private static Model irisModel() {
        try (Dataset rows = iris();
                Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=5")) {
            return recipe.fit(rows);
        }
    }

    // ---- closing ------------------------------------------------------------------------------

    /** Virtual threads where the JDK has them (19 with previews, 21 without). */
    private static UnaryOperator<Thread> starter() {
        try {
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            start.invoke(null, (Runnable) () -> {});
            System.out.println("threads: virtual");
            return thread -> {
                try {
                    return (Thread) start.invoke(null, (Runnable) thread);
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            };
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            System.out.println("threads: of the platform; Java " + Runtime.version().feature()
                    + " has no virtual ones");
            return thread -> {
                thread.start();
                return thread;
            };
        }
    }

    private static void predictUntilClosed(Predictor predictor, double[] expected,
            CountDownLatch running, AtomicLong predictions, AtomicReference<Throwable> wrong) {
        try {
            Row row = predictor.row().setReal(2, 1.4);
            double[] out = new double[3];
            running.countDown();
            while (true) {
                predictor.run(row, out);
                if (!Arrays.equals(expected, out)) {
                    throw new AssertionError(Arrays.toString(out));
                }
                predictions.incrementAndGet();
            }
        } catch (IllegalStateException closed) {
            running.countDown();
        } catch (Throwable other) {
            wrong.set(other);
            running.countDown();
        }
    }

    private static void closeRacingPredict(int rounds) throws Exception {
        UnaryOperator<Thread> start = starter();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        AtomicLong predictions = new AtomicLong();
        try (Model model = irisModel()) {
            double[] expected;
            try (Predictor predictor = model.predictor()) {
                expected = predictor.run(predictor.row().setReal(2, 1.4));
            }
            for (int round = 0; round < rounds; round++) {
                Predictor predictor = model.predictor();
                CountDownLatch running = new CountDownLatch(8);
                List<Thread> threads = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    threads.add(start.apply(new Thread(() -> predictUntilClosed(predictor, expected,
                            running, predictions, wrong))));
                }
                running.await();
                predictor.close();
                for (Thread thread : threads) {
                    thread.join();
                }
                check(predictor.isClosed(), "still open");
            }
        }
        check(wrong.get() == null, "while closing: " + wrong.get());
        System.out.println("close racing predict: " + rounds + " rounds, " + predictions
                + " predictions");
    }

    private static void useAfterClose() {
        Dataset rows = iris();
        Model model = irisModel();
        Predictor predictor = model.predictor();
        Row row = predictor.row();
        Transform transform = Transform.create("standard_scaler");
        Metric metric = Metric.create("accuracy");
        Context context = Context.create();
        for (Handle object : new Handle[] {rows, model, predictor, transform, metric, context}) {
            object.close();
            object.close();
            check(object.isClosed() && !Native.close(object.handle()), object + ": not closed");
        }
        Class<IllegalStateException> closed = IllegalStateException.class;
        refused(closed, "dataset", rows::rowCount);
        refused(closed, "model", () -> model.predict(rows));
        refused(closed, "predictor", () -> predictor.run(row, new double[3]));
        refused(closed, "transform", () -> transform.format(null));
        refused(closed, "metric", () -> metric.evaluate(rows, rows));
        refused(closed, "context", context::memoryBytes);
    }

    /** The handle of one object in an object of another class, as only reflection could make it. */
    private static void handlesOfAnotherType() throws Exception {
        Dataset rows = iris();
        Model model = irisModel();
        Predictor predictor = model.predictor();
        Dataset fake = new Dataset(model.handle());
        refused(IllegalStateException.class, "a model as dataset", fake::rowCount);
        refused(IllegalStateException.class, "a model as rows", () -> model.predict(fake));
        Metric metric = Metric.create("accuracy");
        Dataset other = new Dataset(metric.handle());
        refused(IllegalStateException.class, "a metric as dataset", () -> other.format(null));
        Dataset third = new Dataset(predictor.handle());
        refused(IllegalStateException.class, "a predictor as dataset", third::columns);
        check(rows.rowCount() == 150 && model.isFitted(), "the real ones were harmed");
        for (Handle object : new Handle[] {fake, other, third, rows, model, predictor, metric}) {
            object.close();
        }
    }

    // ---- arguments ----------------------------------------------------------------------------

    private static Object number(Class<?> type) {
        if (type == int.class) {
            return 0;
        } else if (type == long.class) {
            return 0L;
        } else if (type == double.class) {
            return 0.0;
        } else {
            return type == boolean.class ? (Object) false : null;
        }
    }

    /** Each native method with null in one place after the other and in all of them. */
    private static void nullsInNativeMethods() throws Exception {
        int calls = 0;
        for (Method method : Native.class.getDeclaredMethods()) {
            if (!Modifier.isNative(method.getModifiers())) {
                continue;
            }
            Class<?>[] types = method.getParameterTypes();
            for (int hole = -1; hole < types.length; hole++) {
                Object[] arguments = new Object[types.length];
                List<Handle> made = new ArrayList<>();
                for (int i = 0; i < types.length; i++) {
                    boolean isNull = hole < 0 || i == hole;
                    arguments[i] = isNull ? number(types[i]) : sample(types[i], made);
                }
                calls++;
                try {
                    Object result = method.invoke(null, arguments);
                    if (result instanceof Long handle && handle > 0
                            && !method.getName().equals("handles")) {
                        Native.close(handle);
                    }
                } catch (InvocationTargetException e) {
                    check(e.getCause() instanceof RuntimeException,
                            method.getName() + ": " + e.getCause());
                }
                made.forEach(Handle::close);
            }
        }
        Files.deleteIfExists(Path.of("x")); // what the sample of a path may have made
        System.out.println("nulls: " + calls + " native calls");
    }

    private static Object sample(Class<?> type, List<Handle> made) {
        Handle handle = null;
        if (type == Dataset.class) {
            handle = Dataset.builder().column("x", new double[] {1, 2}).build();
        } else if (type == Model.class) {
            handle = Model.create("ridge");
        } else if (type == Transform.class) {
            handle = Transform.create("standard_scaler");
        } else if (type == Context.class) {
            handle = Context.create();
        } else if (type == Metric.class) {
            handle = Metric.create("mae");
        } else if (type == Predictor.class) {
            try (Model model = irisModel()) {
                handle = model.predictor();
            }
        }
        if (handle != null) {
            made.add(handle);
            return handle;
        } else if (type == byte[].class) {
            return Native.utf8("x");
        } else if (type == double[].class) {
            return new double[4];
        } else if (type == long[].class) {
            return new long[] {1};
        } else if (type.isArray()) {
            return java.lang.reflect.Array.newInstance(type.getComponentType(), 1);
        } else if (type == java.nio.ByteBuffer.class) {
            return java.nio.ByteBuffer.allocate(64); // not direct
        }
        return number(type);
    }

    private static void wrongLengths() {
        Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
        byte[][] names = {Native.utf8("x")};
        try (Model model = irisModel(); Predictor predictor = model.predictor();
                Dataset rows = iris()) {
            Row row = predictor.row();
            refused(wrong, "short result", () -> predictor.run(row, new double[2]));
            refused(wrong, "no result", () -> predictor.run(row, new double[0]));
            refused(wrong, "odd rows", () -> predictor.run(new double[5], new double[9]));
            refused(wrong, "short results", () -> predictor.run(new double[8], new double[5]));
            refused(wrong, "short buffer", () -> Native.predictorRun(predictor,
                    java.nio.ByteBuffer.allocateDirect(127), new double[3]));
            refused(wrong, "odd columns", () -> Dataset.builder().column("a", new double[2])
                    .column("b", new double[3]));
            refused(wrong, "odd matrix", () -> Dataset.builder().matrix("m", new double[5], 2));
            refused(MlcoreException.class, "row", () -> rows.rows(150));
            refused(MlcoreException.class, "row", () -> rows.rows(-1));
            refused(MlcoreException.class, "slice", () -> rows.slice(149, 2));
            for (long n : new long[] {-1, 1, 3, Long.MAX_VALUE}) {
                refused(MlcoreException.class, "rows " + n, () -> Native.datasetFromArrays(names,
                        new int[] {4}, new int[] {1}, new Object[] {new double[2]}, new long[1][],
                        new byte[1][], n, null));
            }
            for (int width : new int[] {0, -1, 3, Integer.MAX_VALUE}) {
                refused(MlcoreException.class, "width " + width, () -> Native.datasetFromArrays(
                        names, new int[] {4}, new int[] {width}, new Object[] {new double[2]},
                        new long[1][], new byte[1][], 2, null));
            }
            refused(MlcoreException.class, "valid", () -> Native.datasetFromArrays(names,
                    new int[] {4}, new int[] {1}, new Object[] {new double[9]}, new long[1][],
                    new byte[][] {new byte[1]}, 9, null));
            refused(MlcoreException.class, "offsets", () -> Native.datasetFromArrays(names,
                    new int[] {6}, new int[] {1}, new Object[] {new byte[3]},
                    new long[][] {{0, 2}}, new byte[1][], 1, null));
        }
    }

    /** 50,000 rows in 50,000 sparse components are more numbers than an array can hold. */
    private static void resultsThatDoNotFitAnArray() {
        int n = 50_000;
        String[] codes = new String[n];
        for (int i = 0; i < n; i++) {
            codes[i] = "c" + i;
        }
        try (Dataset rows = Dataset.builder().column("code", codes).build();
                Transform recipe = Transform.create("one_hot_encoder");
                Transform fitted = recipe.fit(rows); Dataset wide = fitted.apply(rows)) {
            String name = wide.columns().get(0);
            check(wide.width(name) * wide.rowCount() > Integer.MAX_VALUE, "not that wide");
            Throwable thrown = thrownBy(() -> wide.reals(name));
            check(thrown instanceof MlcoreException e && e.statusName().equals("MLC_ERROR_LIMIT")
                    && e.getMessage().contains("read it in slices"), "2^31 numbers: " + thrown);
            try (Dataset two = wide.slice(0, 2)) {
                double[] values = two.reals(name);
                check(values.length == 2 * n && Arrays.stream(values).sum() == 2, "a slice");
            }
        }
    }

    // ---- callbacks ----------------------------------------------------------------------------

    private static final class Mine extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static void sameExceptionComesOut(String what, Context.Builder builder,
            String recipe, RuntimeException thrown) {
        try (Context context = builder.build();
                Dataset rows = Dataset.builder().column("x", new double[] {1, 2, 3, 4, 5, 6})
                        .column("y", new double[] {1, 2, 3, 4, 5, 7}).roles("target=y").build();
                Model made = Model.parse(context, recipe)) {
            Dataset valid = what.equals("metric") ? rows : null;
            Throwable out = thrownBy(() -> made.fit(context, rows, valid).close());
            check(out == thrown, what + ": " + out);
            try (Model plain = Model.create("ridge"); Model fitted = plain.fit(rows)) {
                check(fitted.isFitted(), what + ": the thread is of no use after it");
            }
        }
    }

    private static void exceptionsOfCallbacks() {
        RuntimeException mine = new Mine();
        String boosting = "gradient_boosting_regressor(n_estimators=3, min_samples_leaf=1";
        sameExceptionComesOut("objective", Context.builder().objective("acme.loss", "identity",
                (target, raw, weight, gradient, hessian) -> {
                    throw mine;
                }), boosting + ", loss=acme.loss)", mine);
        sameExceptionComesOut("metric", Context.builder().metric("acme.score", true,
                (target, prediction, probability, classes, weight) -> {
                    throw mine;
                }), boosting + ", early_stopping_metric=acme.score)", mine);
        sameExceptionComesOut("transform", Context.builder().transform("acme.map",
                (values, state) -> {
                    throw mine;
                }), "pipeline(on(x, acme.map), ridge)", mine);
        sameExceptionComesOut("fit of a transform", Context.builder().transform("acme.map",
                new TransformFunction() {
                    @Override
                    public double[] apply(double[] values, double[] state) {
                        return values;
                    }

                    @Override
                    public double[] fit(double[] values, double[] weight) {
                        throw mine;
                    }

                    @Override
                    public int stateSize() {
                        return 1;
                    }
                }), "pipeline(on(x, acme.map), ridge)", mine);
        sameExceptionComesOut("progress", Context.builder().progress(
                (stage, done, total, name, metric) -> {
                    throw mine;
                }), "gradient_boosting_regressor(n_estimators=100000, min_samples_leaf=1)", mine);
    }

    // ---- memory -------------------------------------------------------------------------------

    private static void forgottenObjectsAreFreed() throws Exception {
        long before = Native.handles();
        for (int i = 0; i < 10_000; i++) {
            Dataset.builder().column("x", new double[] {1}).build();
        }
        for (int i = 0; i < 500 && Native.handles() > before; i++) {
            System.gc();
            Thread.sleep(10);
        }
        check(Native.handles() <= before, Native.handles() - before + " handles are left");
    }

    public static void main(String[] arguments) throws Exception {
        data = arguments[0];
        closeRacingPredict(Integer.parseInt(arguments[1]));
        useAfterClose();
        handlesOfAnotherType();
        nullsInNativeMethods();
        wrongLengths();
        resultsThatDoNotFitAnArray();
        exceptionsOfCallbacks();
        forgottenObjectsAreFreed();
        failures.forEach(failure -> System.out.println("FAILED " + failure));
        System.out.println(failures.size() + " failures");
        System.exit(failures.isEmpty() ? 0 : 1);
    }
}
