package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches out of an iterator of the program. */
@Timeout(120)
class BatchReaderTest {
    private static Dataset numbers(long first, int n) {
        long[] values = new long[n];
        Arrays.setAll(values, i -> first + i);
        return Dataset.builder().column("n", values).build();
    }

    private static Iterator<Dataset> batches(int count) {
        return IntStream.range(0, count).mapToObj(k -> numbers(10L * k, 10)).iterator();
    }

    @Test
    void batchesComeOneByOneAndThenTheRestAtOnce() {
        try (BatchReader reader = BatchReader.open(batches(5), "target=n")) {
            try (Dataset first = reader.next()) {
                assertEquals(0, first.longs("n")[0]);
                assertEquals("target", first.role("n"));
                assertEquals(10, reader.rowCount());
            }
            try (Dataset rest = reader.collect()) {
                assertEquals(40, rest.rowCount());
                assertEquals(49, rest.longs("n")[39]);
            }
            assertNull(reader.next());
            assertNull(reader.collect());
            assertEquals(50, reader.rowCount());
        }
    }

    @Test
    void aSampleIsThatOfAllRowsAtOnce() {
        String sampler = "reservoir n=7 random_state=3";
        try (BatchReader reader = BatchReader.open(batches(40), null);
                Dataset sample = reader.sample(sampler);
                Dataset all = numbers(0, 400);
                Dataset wanted = all.sample(sampler)) {
            assertEquals(7, sample.rowCount());
            assertArrayEquals(wanted.longs("n"), sample.longs("n"));
            assertNull(reader.sample(sampler));
            assertThrows(NullPointerException.class, () -> reader.sample(null));
        }
    }

    @Test
    void whatIsWrittenIsWhatTheWholeIsWrittenAs(@TempDir Path folder) throws IOException {
        Path parts = folder.resolve("parts.jsonl"), whole = folder.resolve("whole.jsonl");
        try (BatchReader reader = BatchReader.open(batches(40), null);
                Dataset all = numbers(0, 400)) {
            assertTrue(reader.write(parts.toString(), null));
            assertEquals(400, reader.rowCount());
            all.write(whole.toString(), null);
            assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(parts));
            assertFalse(reader.write(folder.resolve("none.csv").toString(), null));
            assertFalse(Files.exists(folder.resolve("none.csv")));
            assertThrows(NullPointerException.class, () -> reader.write(null, null));
        }
        try (BatchReader reader = BatchReader.open(batches(4), null)) {
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> reader.write(folder.resolve("x.csv").toString(), "header=maybe"));
            assertTrue(e.getMessage().contains("header"));
        }
    }

    @Test
    void aLoopGetsAllBatches() {
        List<Long> firsts = new ArrayList<>();
        try (BatchReader reader = BatchReader.open(batches(3), null)) {
            for (Dataset batch : reader) {
                firsts.add(batch.longs("n")[0]);
                batch.close();
            }
            assertThrows(NoSuchElementException.class, () -> reader.iterator().next());
        }
        assertEquals(List.of(0L, 10L, 20L), firsts);
    }

    @Test
    void aModelIsTrainedOnWhatAnIteratorGives() {
        try (Dataset iris = Fixtures.iris();
                BatchReader reader = BatchReader.open(IntStream.range(0, 10)
                        .mapToObj(k -> iris.slice(15L * k, 15)).iterator(), null);
                Dataset rows = reader.collect();
                Model recipe = Model.parse("gradient_boosting_classifier(n_estimators=5)");
                Model mine = recipe.fit(rows); Model whole = recipe.fit(iris)) {
            assertEquals(Arrays.toString(whole.toBytes()), Arrays.toString(mine.toBytes()));
        }
    }

    @Test
    void datasetsOfTheIteratorAreClosedByTheReader() {
        Dataset given = numbers(0, 10);
        try (BatchReader reader = BatchReader.open(List.of(given).iterator(), null)) {
            assertFalse(given.isClosed());
            try (Dataset batch = reader.next()) {
                assertTrue(given.isClosed());
                assertEquals(10, batch.rowCount());
            }
        }
    }

    @Test
    void whatTheIteratorThrowsIsWhatTheCallerGets() {
        RuntimeException gone = new UnsupportedOperationException("the queue is gone");
        Iterator<Dataset> broken = new Iterator<>() {
            private int n;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Dataset next() {
                if (n++ > 0) {
                    throw gone;
                }
                return numbers(0, 10);
            }
        };
        try (BatchReader reader = BatchReader.open(broken, null)) {
            reader.next().close();
            assertSame(gone, assertThrows(RuntimeException.class, reader::next));
            MlcoreException again = assertThrows(MlcoreException.class, reader::collect);
            assertEquals("MLC_ERROR_CALLBACK", again.statusName());
            assertTrue(again.getMessage().contains("the queue is gone"), again.getMessage());
            assertEquals(10, reader.rowCount());
        }
    }

    @Test
    void batchesThatDoNotFitAreRefused() {
        Dataset closed = numbers(0, 10);
        closed.close();
        try (BatchReader reader = BatchReader.open(List.of(closed).iterator(), null)) {
            MlcoreException e = assertThrows(MlcoreException.class, reader::next);
            assertTrue(e.getMessage().contains("Dataset that is closed"), e.getMessage());
        }
        try (BatchReader reader = BatchReader.open(Arrays.asList((Dataset) null).iterator(),
                null)) {
            assertThrows(NullPointerException.class, reader::next);
        }
        List<Dataset> different = List.of(numbers(0, 10), Fixtures.iris());
        try (BatchReader reader = BatchReader.open(different.iterator(), null)) {
            MlcoreException e = assertThrows(MlcoreException.class, reader::collect);
            assertEquals("MLC_ERROR_COLUMN", e.statusName());
        }
        try (BatchReader reader = BatchReader.open(batches(1), "target=m")) {
            assertThrows(MlcoreException.class, reader::next);
        }
        Iterator<Dataset> none = null;
        assertThrows(NullPointerException.class, () -> BatchReader.open(none, null));
        assertThrows(NullPointerException.class, () -> BatchReader.open(null, batches(1), null));
    }

    @Test
    void anIteratorDoesNotReadItsOwnReader() {
        BatchReader[] reader = new BatchReader[1];
        try (BatchReader itself = BatchReader.open(new Iterator<Dataset>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Dataset next() {
                return reader[0].next();
            }
        }, null)) {
            reader[0] = itself;
            assertThrows(IllegalStateException.class, itself::next);
        }
    }

    @Test
    void progressAndCancelReachTheReader() {
        try (Context context = Context.create();
                BatchReader reader = BatchReader.open(context, batches(3), null)) {
            reader.next().close();
            context.cancel();
            MlcoreException e = assertThrows(MlcoreException.class, reader::collect);
            assertEquals("MLC_ERROR_CANCELLED", e.statusName());
        }
    }

    @Test
    void theIteratorIsLetGoOfWithTheReader() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        WeakReference<Object> watched = readOne(asked, true);
        assertUnreachable(watched);
        assertUnreachable(readOne(asked, false)); // by the garbage collector alone
        assertEquals(2, asked.get());
    }

    private static WeakReference<Object> readOne(AtomicInteger asked, boolean close) {
        Iterator<Dataset> batches = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Dataset next() {
                asked.incrementAndGet();
                return numbers(0, 1);
            }
        };
        BatchReader reader = BatchReader.open(batches, null);
        reader.next().close();
        if (close) {
            reader.close();
        }
        return new WeakReference<>(batches);
    }

    private static void assertUnreachable(WeakReference<Object> watched) throws Exception {
        for (int i = 0; i < 200 && watched.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(watched.get());
    }

    @Test
    void filesAreReadInBatches(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
            throws Exception {
        java.nio.file.Path rows = folder.resolve("rows.jsonl");
        java.nio.file.Files.writeString(rows, "{\"a\":1}\n{\"a\":2}\n");
        try (BatchReader reader = BatchReader.open(rows.toString(), "target=a");
                Dataset all = reader.collect()) {
            assertEquals(2, all.rowCount());
            assertEquals("target", all.role("a"));
            assertEquals(2, reader.rowCount());
        }
        MlcoreException e = assertThrows(MlcoreException.class,
                () -> BatchReader.open(folder.resolve("rows.xyz").toString(), null));
        assertEquals("MLC_ERROR_FORMAT", e.statusName());
        assertThrows(MlcoreException.class, () -> BatchReader.fromArrow(0, null));
    }
}
