package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Losses, metrics, transforms and logs that are functions of the program. */
@Timeout(120)
class HostTest {
    private static final String BOOSTING = "gradient_boosting_regressor(n_estimators=30";

    private static Dataset line() {
        double[] x = new double[200];
        double[] y = new double[200];
        for (int i = 0; i < x.length; i++) {
            x[i] = i / 50.0 - 2;
            y[i] = 3 * x[i] + Math.sin(5 * x[i]);
        }
        return Dataset.builder().column("x", x).column("y", y).roles("target=y").build();
    }

    private static void squared(double[] target, double[] raw, double[] weight, double[] gradient,
            double[] hessian) {
        for (int i = 0; i < target.length; i++) {
            gradient[i] = weight[i] * (raw[i] - target[i]);
            hessian[i] = weight[i];
        }
    }

    private static double[] predictions(Model model, Dataset rows) {
        try (Dataset predicted = model.predict(rows)) {
            return predicted.reals("prediction");
        }
    }

    @Test
    void anObjectiveOfTheProgramIsTheLibrarysOwn() {
        try (Context context = Context.builder().objective("acme.squared", "identity",
                HostTest::squared).build(); Dataset rows = line();
                Model mine = Model.parse(context, BOOSTING + ", loss=acme.squared)");
                Model built = Model.parse(BOOSTING + ")");
                Model a = mine.fit(context, rows, null); Model b = built.fit(rows);
                Model loaded = Model.fromBytes(a.toBytes())) {
            double[] expected = predictions(b, rows);
            double[] got = predictions(a, rows);
            // From different starts, 0 and the mean, in 30 steps of a tenth: targets span 12.
            for (int i = 0; i < got.length; i++) {
                assertEquals(expected[i], got[i], 0.2);
            }
            // Without the function: predicting needs only the link.
            assertArrayEquals(got, predictions(loaded, rows));
        }
    }

    @Test
    void aMetricOfTheProgramMeasures() {
        List<Integer> classes = new ArrayList<>();
        try (Context context = Context.builder().metric("acme.hits", true,
                (target, prediction, probability, n, weight) -> {
                    classes.add(n);
                    assertEquals(target.length * n, probability.length);
                    double hits = 0;
                    for (int i = 0; i < target.length; i++) {
                        hits += target[i] == prediction[i] ? weight[i] : 0;
                    }
                    return hits;
                }).build(); Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel();
                Dataset report = model.evaluate(context, iris, "metrics=acme.hits");
                Dataset accuracy = model.evaluate(iris, "metrics=accuracy");
                Dataset predicted = model.predict(iris);
                Metric mine = Metric.create(context, "acme.hits", null);
                Metric usual = Metric.create("accuracy");
                Dataset both = Metric.evaluate(context, List.of(mine, usual), iris, predicted,
                        null)) {
            double hits = report.real("value", 0);
            // A share of 150 rows, rounded once, times 150: whole again.
            assertEquals(Math.rint(accuracy.real("value", 0) * 150), hits);
            assertEquals(hits, both.real("value", 0));
            assertEquals("acme.hits", both.text("metric", 0));
            assertEquals(accuracy.real("value", 0), both.real("value", 1));
            assertEquals(List.of(3, 3), classes);
        }
    }

    /** Subtracts the mean that it learned. */
    private static final class Centre implements TransformFunction {
        @Override
        public double[] fit(double[] values, double[] weight) {
            double sum = 0;
            double total = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[i] * weight[i];
                total += weight[i];
            }
            return new double[] {sum / total};
        }

        @Override
        public double[] apply(double[] values, double[] state) {
            return Arrays.stream(values).map(value -> value - state[0]).toArray();
        }

        @Override
        public int stateSize() {
            return 1;
        }

        @Override
        public int stateVersion() {
            return 3;
        }
    }

    @Test
    void aTransformOfTheProgramFitsAppliesAndSaves() {
        try (Context context = Context.builder().transform("acme.centre", new Centre()).build();
                Dataset rows = line();
                Transform recipe = Transform.parse(context, "acme.centre");
                Transform fitted = recipe.fit(context, rows); Dataset centred = fitted.apply(rows);
                Model whole = Model.parse(context, "pipeline(on(x, acme.centre), ridge)");
                Model model = whole.fit(context, rows, null);
                Predictor predictor = model.predictor()) {
            // Sums of up to 100 on the way, each rounded once.
            double[] x = centred.reals("x");
            assertEquals(0, Arrays.stream(x).sum(), x.length * Math.ulp(100.0));
            double[] expected = predictions(model, rows);
            double[] out = new double[1];
            predictor.run(new double[] {rows.real("x", 7)}, out);
            assertEquals(expected[7], out[0]);
            try (Model loaded = Model.fromBytes(context, model.toBytes(), null)) {
                assertArrayEquals(expected, predictions(loaded, rows));
            }
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> Model.fromBytes(model.toBytes()));
            assertEquals("MLC_ERROR_COMPONENT", e.statusName());
            assertTrue(e.getMessage().contains("'acme.centre' with state version 3"),
                    e.getMessage());
        }
    }

    @Test
    void wrongResultsOfFunctionsAreToldAndExceptionsComeOut() {
        RuntimeException mine = new ArithmeticException("mine");
        TransformFunction tooShort = (values, state) -> new double[1];
        TransformFunction none = (values, state) -> null;
        TransformFunction thrower = (values, state) -> {
            throw mine;
        };
        try (Dataset rows = line(); Context context = Context.builder()
                .transform("acme.short", tooShort).transform("acme.none", none)
                .transform("acme.thrower", thrower).build()) {
            for (String name : new String[] {"acme.short", "acme.none"}) {
                try (Transform recipe = Transform.parse(context, name);
                        Transform fitted = recipe.fit(rows)) {
                    MlcoreException e = assertThrows(MlcoreException.class,
                            () -> fitted.apply(rows));
                    assertEquals("MLC_ERROR_CALLBACK", e.statusName());
                    assertTrue(e.getMessage().contains("as many numbers as it got"),
                            e.getMessage());
                }
            }
            try (Transform recipe = Transform.parse(context, "acme.thrower");
                    Transform fitted = recipe.fit(rows)) {
                assertSame(mine, assertThrows(ArithmeticException.class,
                        () -> fitted.apply(rows)));
                try (Dataset slice = rows.slice(0, 1)) {
                    assertEquals(1, slice.rowCount());
                }
            }
        }
    }

    @Test
    void arraysMayBeKeptAndTheLibraryUsedInACallback() {
        AtomicReference<double[]> kept = new AtomicReference<>();
        try (Dataset rows = line(); Context context = Context.builder().transform("acme.same",
                (values, state) -> {
                    kept.set(values);
                    try (Dataset slice = rows.slice(3, 1); Model ridge = Model.create("ridge");
                            Model fitted = ridge.fit(rows)) {
                        assertEquals(1, slice.rowCount());
                        assertTrue(fitted.isFitted());
                    }
                    return values;
                }).build(); Transform recipe = Transform.parse(context, "acme.same");
                Transform fitted = recipe.fit(rows)) {
            fitted.apply(rows).close();
            System.gc();
            assertArrayEquals(rows.reals("x"), kept.get());
        }
    }

    @Test
    void whatACallIsWorkingWithMayBeClosedInItsCallback() {
        Dataset rows = line();
        AtomicReference<Transform> fitted = new AtomicReference<>();
        Context context = Context.builder().transform("acme.closer", (values, state) -> {
            rows.close();
            fitted.get().close();
            return values;
        }).build();
        try (context; Transform recipe = Transform.parse(context, "acme.closer")) {
            fitted.set(recipe.fit(rows));
            try (Dataset out = fitted.get().apply(rows)) {
                assertEquals(200, out.rowCount());
            }
            assertTrue(rows.isClosed() && fitted.get().isClosed());
        }
    }

    @Test
    void functionsLiveAsLongAsWhatWasMadeWithTheContext() throws Exception {
        Centre centre = new Centre();
        WeakReference<Centre> gone = new WeakReference<>(centre);
        Context context = Context.builder().transform("acme.centre", centre).build();
        Transform recipe = Transform.parse(context, "acme.centre");
        context.close();
        centre = null;
        System.gc();
        try (Dataset rows = line(); Transform fitted = recipe.fit(rows)) {
            assertTrue(fitted.isFitted());
        }
        recipe.close();
        for (int i = 0; i < 100 && gone.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(gone.get());
    }

    @Test
    void registeringWronglyIsRefusedAndLeavesNothing() {
        long before = Native.handles();
        assertEquals("MLC_ERROR_ARGUMENT", assertThrows(MlcoreException.class,
                () -> Context.builder().objective("nodot", "identity", HostTest::squared).build())
                .statusName());
        assertTrue(assertThrows(MlcoreException.class,
                () -> Context.builder().objective("acme.a", "probit", HostTest::squared).build())
                .getMessage().contains("link = 'probit'"));
        assertThrows(MlcoreException.class, () -> Context.builder()
                .metric("acme.a", true, (t, p, q, n, w) -> 0)
                .metric("acme.a", true, (t, p, q, n, w) -> 0).build());
        assertThrows(NullPointerException.class,
                () -> Context.builder().metric("acme.a", true, null));
        assertThrows(NullPointerException.class, () -> Context.builder().log(Log.INFO, null));
        assertThrows(IllegalArgumentException.class,
                () -> Context.builder().log(9, (level, message) -> {}));
        try (Context root = Context.create()) {
            assertThrows(IllegalStateException.class,
                    () -> root.derive().transform("acme.a", (v, s) -> v));
            assertThrows(IllegalStateException.class,
                    () -> root.derive().log(Log.INFO, (level, message) -> {}));
        }
        assertEquals(before, Native.handles());
    }

    @Test
    void theLogTellsAndItsExceptionsAreIgnored() {
        List<String> lines = new ArrayList<>();
        try (Context context = Context.builder().log(Log.WARNING, (level, message) -> {
            lines.add(level + " " + message);
            throw new IllegalStateException("a log must not stop what it tells of");
        }).build(); Dataset iris = Fixtures.iris();
                Model recipe = Model.parse("logistic_regression(max_iter=1)");
                Model model = recipe.fit(context, iris, null)) {
            assertTrue(model.isFitted());
        }
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith(Log.WARNING + " "), lines.get(0));
    }

    @Test
    void metricsMeasureByGroupAndRefuseWhatDoesNotFit() {
        try (Dataset truth = Dataset.builder().column("y", new double[] {1, 2, 3, 4})
                .column("g", new String[] {"a", "a", "b", "b"}).roles("target=y").build();
                Dataset predicted = Dataset.builder()
                        .column("prediction", new double[] {1, 3, 3, 8}).build();
                Metric mae = Metric.create("mae");
                Dataset report = Metric.evaluate(List.of(mae), truth, predicted, "g")) {
            assertEquals(1.25, report.real("value", 0));
            assertEquals(0.5, report.real("value", 1));
            assertEquals(2, report.real("value", 2));
            assertThrows(MlcoreException.class, () -> mae.evaluate(predicted, truth));
            assertThrows(MlcoreException.class,
                    () -> Metric.evaluate(List.of(), truth, predicted, null));
            assertThrows(NullPointerException.class, () -> mae.evaluate(truth, null));
            assertEquals("MLC_ERROR_COMPONENT", assertThrows(MlcoreException.class,
                    () -> Metric.create("acme.profit")).statusName());
        }
        Metric closed = Metric.create("mae");
        closed.close();
        assertEquals("Metric (closed)", closed.toString());
    }
}
