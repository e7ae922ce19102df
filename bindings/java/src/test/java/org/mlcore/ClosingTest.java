package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClosingTest {
    @Test
    void closedObjectsThrowAndCloseAgainQuietly() {
        Dataset iris = Fixtures.iris();
        Model model = Fixtures.irisModel();
        Predictor predictor = model.predictor();
        Row row = predictor.row();
        Transform transform = Transform.create("standard_scaler");
        Context context = Context.create();
        RowBuilder builder = RowBuilder.open("x:float64", null);
        Row cells = builder.row();
        BatchReader reader = BatchReader.open(List.<Dataset>of().iterator(), null);
        for (AutoCloseable object : new AutoCloseable[] {iris, model, predictor, transform,
            context, builder, reader}) {
            for (int i = 0; i < 3; i++) {
                assertDoesNotThrowClosing(object);
            }
            assertTrue(object.toString().endsWith("(closed)"), object.toString());
        }
        assertTrue(iris.isClosed());
        assertThrows(IllegalStateException.class, iris::rowCount);
        assertThrows(IllegalStateException.class, iris::columnCount);
        assertThrows(IllegalStateException.class, () -> iris.reals("sepal_length"));
        assertThrows(IllegalStateException.class, () -> iris.texts("species"));
        assertThrows(IllegalStateException.class, () -> iris.format(null));
        assertThrows(IllegalStateException.class, () -> iris.slice(0, 1));
        assertThrows(IllegalStateException.class, () -> model.predict(iris));
        assertThrows(IllegalStateException.class, model::toBytes);
        assertThrows(IllegalStateException.class, model::isFitted);
        assertThrows(IllegalStateException.class, model::predictor);
        assertThrows(IllegalStateException.class, () -> predictor.run(Map.of()));
        assertThrows(IllegalStateException.class, () -> predictor.run(row, new double[3]));
        assertThrows(IllegalStateException.class,
                () -> predictor.run(new double[4], new double[3]));
        assertThrows(IllegalStateException.class, predictor::row);
        assertThrows(IllegalStateException.class, () -> predictor.input("nope"));
        assertThrows(IllegalStateException.class, () -> transform.fit(iris));
        assertThrows(IllegalStateException.class, () -> builder.push(cells));
        assertThrows(IllegalStateException.class, () -> builder.push(0, iris));
        assertThrows(IllegalStateException.class, builder::row);
        assertThrows(IllegalStateException.class, builder::rowCount);
        assertThrows(IllegalStateException.class, builder::finish);
        assertThrows(IllegalStateException.class, reader::next);
        assertThrows(IllegalStateException.class, reader::collect);
        assertThrows(IllegalStateException.class, reader::rowCount);
        assertThrows(IllegalStateException.class, context::memoryBytes);
        assertThrows(IllegalStateException.class, () -> context.derive().build());
        context.cancel(); // nothing is left to cancel
        IllegalStateException e = assertThrows(IllegalStateException.class, iris::rowCount);
        assertEquals("this Dataset is closed", e.getMessage());
    }

    private static void assertDoesNotThrowClosing(AutoCloseable object) {
        try {
            object.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void slotsThatAreUsedAgainDoNotAnswerToOldHandles() {
        Dataset old = Fixtures.iris();
        old.close();
        try (Dataset again = Fixtures.iris()) {
            // The slot is the same, its generation another.
            assertEquals((int) old.handle(), (int) again.handle());
            assertThrows(IllegalStateException.class, old::rowCount);
            old.close();
            assertEquals(150, again.rowCount());
        }
    }

    @Test
    void forgedHandlesAreRefused() {
        for (long handle : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32,
            0x7fffffffL << 32, 0xffffffffL}) {
            assertFalse(Native.isOpen(handle));
            if (!Native.isOpen(handle)) {
                assertFalse(Native.close(handle));
            }
            Native.contextCancel(handle);
        }
    }

    @Test
    void closingWhileEightThreadsPredictIsCleanEveryTime() throws Exception {
        try (Model model = Fixtures.irisModel()) {
            double[] expected;
            try (Predictor predictor = model.predictor()) {
                expected = predictor.run(Map.of("petal_length", 1.4));
            }
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            AtomicLong predictions = new AtomicLong();
            for (int round = 0; round < 200; round++) {
                Predictor predictor = model.predictor();
                CountDownLatch running = new CountDownLatch(8);
                Thread[] threads = new Thread[8];
                for (int t = 0; t < threads.length; t++) {
                    threads[t] = new Thread(() -> {
                        try {
                            Row row = predictor.row().setReal(2, 1.4);
                            double[] out = new double[3];
                            running.countDown();
                            while (true) {
                                predictor.run(row, out);
                                assertArrayEquals(expected, out);
                                predictions.incrementAndGet();
                            }
                        } catch (IllegalStateException closed) {
                            running.countDown();
                        } catch (Throwable t2) {
                            wrong.set(t2);
                            running.countDown();
                        }
                    });
                    threads[t].start();
                }
                running.await();
                Thread.onSpinWait();
                predictor.close();
                for (Thread thread : threads) {
                    thread.join();
                }
                assertTrue(predictor.isClosed());
            }
            assertNull(wrong.get());
            assertTrue(predictions.get() > 0);
        }
    }

    @Test
    void closingDatasetsAndModelsWhileTheyAreFittedIsClean() throws Exception {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        AtomicLong fitted = new AtomicLong();
        for (int round = 0; round < 60; round++) {
            Dataset iris = Fixtures.iris();
            Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=5");
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(() -> {
                    try {
                        while (true) {
                            try (Model model = recipe.fit(iris);
                                    Dataset prediction = model.predict(iris)) {
                                assertEquals(150, prediction.rowCount());
                                fitted.incrementAndGet();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        // what closing does
                    } catch (Throwable other) {
                        wrong.set(other);
                    }
                });
                threads[t].start();
            }
            Thread.sleep(2);
            if (round % 2 == 0) {
                iris.close();
                recipe.close();
            } else {
                recipe.close();
                iris.close();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertNull(wrong.get());
    }

    @Test
    void manyThreadsClosingTheSameObjectFreeItOnce() throws Exception {
        long before = Native.handles();
        for (int round = 0; round < 500; round++) {
            Dataset rows = Dataset.builder().column("x", new double[] {1}).build();
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(rows::close);
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertTrue(Native.handles() <= before, "handles are left");
    }

    /** Prints by how many bytes 10,000 cycles made the process grow, after 4,000 to warm up. */
    static final class Circle {
        public static void main(String[] args) throws Exception {
            byte[] artifact;
            try (Model model = Fixtures.irisModel()) {
                artifact = model.toBytes();
            }
            for (int i = 0; i < 4000; i++) {
                cycle(artifact);
            }
            long handles = Native.handles();
            long before = Fixtures.residentBytes();
            for (int i = 0; i < 10_000; i++) {
                cycle(artifact);
            }
            System.out.println(Native.handles() - handles + " " + (Fixtures.residentBytes()
                    - before));
        }
    }

    @Test
    void createAndCloseInACircleKeepsMemoryFlat() throws Exception {
        // The heap of Java is touched in whole at the start, so that what grows is native.
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms64m",
                "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dmlcore.tests=" + Fixtures.tests(),
                "-cp", System.getProperty("java.class.path"), Circle.class.getName())
                .redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        String[] numbers = out.strip().split(" ");
        assertEquals("0", numbers[0], "handles are left");
        // One forgotten block of 400 bytes a cycle would make 4 MB.
        assertTrue(Long.parseLong(numbers[1]) < 2 << 20, "grown by " + numbers[1] + " bytes");
    }

    private static void cycle(byte[] artifact) {
        try (Model model = Model.fromBytes(artifact); Predictor predictor = model.predictor();
                Dataset rows = Dataset.builder().column("petal_length", new double[] {1.4})
                        .column("petal_width", new double[] {0.2})
                        .column("sepal_length", new double[] {5.1})
                        .column("sepal_width", new double[] {3.5}).build()) {
            assertEquals(3, predictor.outputs().size());
            assertEquals(1, rows.rowCount());
        }
    }

    @Test
    void unreachableObjectsAreClosedByTheCollector() throws Exception {
        long before = Native.handles();
        WeakReference<Dataset> last = null;
        for (int i = 0; i < 100; i++) {
            last = new WeakReference<>(
                    Dataset.builder().column("x", new double[] {1, 2}).build());
        }
        for (int i = 0; i < 200 && Native.handles() > before; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(last.get());
        assertTrue(Native.handles() <= before, Native.handles() + " handles, had " + before);
    }

    @Test
    void predictorsAreCollectedThoughThreadsKeptTheirRows() throws Exception {
        long before = Native.handles();
        Model model = Fixtures.irisModel();
        for (int i = 0; i < 20; i++) {
            model.predictor().run(Map.of("petal_length", 1.4));
        }
        model.close();
        for (int i = 0; i < 200 && Native.handles() > before; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(Native.handles() <= before, Native.handles() + " handles, had " + before);
    }
}
