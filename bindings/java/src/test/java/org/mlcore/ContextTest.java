package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ContextTest {
    private static Model slowRecipe() {
        return Model.create("gradient_boosting_classifier", "n_estimators=1000000");
    }

    @Test
    void progressComesOnTheCallingThread() {
        List<String> stages = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Context root = Context.create();
                Context context = root.derive().threads(2)
                        .progress((stage, done, total, name, metric) -> {
                            stages.add(stage);
                            threads.add(Thread.currentThread());
                            assertTrue(done >= 0 && (total == 0 || done <= total));
                            return true;
                        }).build();
                Dataset adult = Fixtures.adult();
                Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=20");
                Model model = recipe.fit(context, adult, null)) {
            assertTrue(model.isFitted());
            assertFalse(stages.isEmpty());
            threads.forEach(thread -> assertSame(Thread.currentThread(), thread));
        }
    }

    @Test
    void progressThatSaysFalseCancels() {
        try (Context context = Context.builder()
                .progress((stage, done, total, name, metric) -> false).build();
                Dataset iris = Fixtures.iris(); Model recipe = slowRecipe()) {
            assertEquals("MLC_ERROR_CANCELLED", assertThrows(MlcoreException.class,
                    () -> recipe.fit(context, iris, null)).statusName());
        }
    }

    @Test
    void whatProgressThrowsIsWhatTheCallerGets() {
        RuntimeException mine = new UnsupportedOperationException("mine");
        try (Context context = Context.builder().progress((stage, done, total, name, metric) -> {
            throw mine;
        }).build(); Dataset iris = Fixtures.iris(); Model recipe = slowRecipe()) {
            assertSame(mine, assertThrows(UnsupportedOperationException.class,
                    () -> recipe.fit(context, iris, null)));
            try (Model quick = recipe.with("n_estimators=2"); Model model = quick.fit(iris)) {
                assertTrue(model.isFitted());
            }
        }
    }

    @Test
    void progressMayUseTheLibraryItself() {
        AtomicReference<String> seen = new AtomicReference<>();
        try (Dataset iris = Fixtures.iris(); Context context = Context.builder()
                .progress((stage, done, total, name, metric) -> {
                    try (Dataset slice = iris.slice(0, 2)) {
                        seen.set(slice.text("species", 1));
                    }
                    return true;
                }).build(); Model recipe = Model.create("gradient_boosting_classifier",
                        "n_estimators=3"); Model model = recipe.fit(context, iris, null)) {
            assertTrue(model.isFitted());
            assertEquals("setosa", seen.get());
        }
    }

    @Test
    void cancelFromAnotherThreadEndsTheCall() throws Exception {
        try (Context context = Context.create(); Dataset iris = Fixtures.iris();
                Model recipe = slowRecipe()) {
            Thread canceller = new Thread(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                context.cancel();
            });
            canceller.start();
            assertEquals("MLC_ERROR_CANCELLED", assertThrows(MlcoreException.class,
                    () -> recipe.fit(context, iris, null)).statusName());
            canceller.join();
        }
    }

    @Test
    void cancellingTheRootCancelsWhatIsDerived() {
        try (Context root = Context.create(); Context context = root.derive().build()) {
            root.cancel();
            assertEquals("MLC_ERROR_CANCELLED", assertThrows(MlcoreException.class,
                    () -> Dataset.readCsv(context, Fixtures.data("iris.csv"), null))
                    .statusName());
        }
    }

    @Test
    void deadlineEndsTheCall() {
        try (Context context = Context.builder().deadline(Duration.ofMillis(150)).build();
                Dataset iris = Fixtures.iris(); Model recipe = slowRecipe()) {
            long start = System.nanoTime();
            assertEquals("MLC_ERROR_DEADLINE", assertThrows(MlcoreException.class,
                    () -> recipe.fit(context, iris, null)).statusName());
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        }
    }

    @Test
    void memoryLimitIsKept() {
        try (Context context = Context.builder().memoryLimit(100_000).build()) {
            assertEquals("MLC_ERROR_NO_MEMORY", assertThrows(MlcoreException.class,
                    () -> Dataset.readCsv(context, Fixtures.data("adult.csv.gz"), null))
                    .statusName());
            assertTrue(context.memoryBytes() < 100_000);
        }
    }

    @Test
    void objectsOutliveTheirContext() {
        Dataset iris;
        try (Context context = Context.builder().isa("reference").build()) {
            iris = Dataset.readCsv(context, Fixtures.data("iris.csv"), "target=species");
            assertTrue(context.memoryBytes() > 0);
        }
        try (iris) {
            assertEquals(150, iris.rowCount());
        }
    }

    @Test
    void resultsDoNotDependOnThreadsOrInstructionSet() {
        try (Dataset adult = Fixtures.adult();
                Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=5");
                Context one = Context.builder().threads(1).build();
                Context three = Context.builder().threads(3).isa("reference").build();
                Model a = recipe.fit(one, adult, null); Model b = recipe.fit(three, adult, null)) {
            assertArrayEquals(a.toBytes(), b.toBytes());
        }
    }

    @Test
    void oneContextServesManyThreads() throws Exception {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        try (Context context = Context.builder().threads(2)
                .progress((stage, done, total, name, metric) -> true).build();
                Dataset iris = Fixtures.iris();
                Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=5");
                Model expected = recipe.fit(iris)) {
            byte[] bytes = expected.toBytes();
            Thread[] threads = new Thread[6];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(() -> {
                    try {
                        for (int i = 0; i < 20; i++) {
                            try (Model model = recipe.fit(context, iris, null)) {
                                assertArrayEquals(bytes, model.toBytes());
                            }
                        }
                    } catch (Throwable other) {
                        wrong.set(other);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (wrong.get() != null) {
            throw new AssertionError(wrong.get());
        }
    }

    @Test
    void wrongOptionsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Context.builder().threads(-1));
        assertThrows(IllegalArgumentException.class,
                () -> Context.builder().deadline(Duration.ofSeconds(-1)));
        assertEquals("isa", assertThrows(MlcoreException.class,
                () -> Context.builder().isa("mmx").build()).name());
        assertEquals("memory_limit_bytes", assertThrows(MlcoreException.class,
                () -> Context.builder().memoryLimit(-1).build()).name());
        try (Context root = Context.create()) {
            assertThrows(IllegalStateException.class, () -> root.derive().memoryLimit(1));
            assertThrows(IllegalStateException.class, () -> root.derive().isa("best"));
        }
        assertThrows(NullPointerException.class,
                () -> Dataset.readCsv((Context) null, "x.csv", null));
    }
}
