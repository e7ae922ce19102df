package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows and batches in the order of their numbers, whichever thread was first. */
@Timeout(120)
class RowBuilderTest {
    private static final String COLUMNS = "n:int64,x:float64,c:category";

    private static void fill(Row row, long n) {
        row.setInteger(0, n).setReal(1, n / 4.0).setText(2, "c" + n % 5);
    }

    @Test
    void cellsOfEachTypeKeepTheirValues() {
        Instant time = Instant.parse("2024-02-29T12:30:00.000250Z");
        try (RowBuilder builder = RowBuilder.open(
                "b:bool,i:int64,s:float32,d:float64,c:category,t:text,'at,on:timestamp'", null)) {
            assertEquals(List.of("b", "i", "s", "d", "c", "t", "at,on"), builder.columns());
            Row row = builder.row();
            row.set(0, true).set(1, Long.MIN_VALUE).set(2, 0.5f).set(3, 0.1).set(4, 'x')
                    .set(5, "\u00e4\ud83d\ude00").set(builder.column("at,on"), time);
            builder.push(row);
            builder.push(row.clear());
            try (Dataset rows = builder.finish()) {
                assertEquals(2, rows.rowCount());
                assertEquals(1, rows.longs("b", -1)[0]);
                assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, rows.longs("i", 7));
                assertEquals(0.5, rows.real("s", 0));
                assertArrayEquals(new double[] {0.1, Double.NaN}, rows.reals("d"));
                assertArrayEquals(new String[] {"x", null}, rows.texts("c"));
                assertArrayEquals(new String[] {"\u00e4\ud83d\ude00", null}, rows.texts("t"));
                assertEquals(Row.micros(time), rows.longs("at,on", 0)[0]);
            }
        }
    }

    @Test
    void sequenceNumbersDecideNotTheOrderOfCalls() {
        try (RowBuilder builder = RowBuilder.open(COLUMNS, "target=c");
                Dataset batch = Dataset.builder().column("c", new String[] {"c0", "c1"})
                        .column("n", new long[] {0, 1}).column("x", new double[] {0, 0.25})
                        .build()) {
            Row row = builder.row();
            fill(row, 3);
            builder.push(9, row);
            fill(row, 4);
            builder.push(row);
            builder.push(2, batch);
            fill(row, 2);
            builder.push(8, row);
            assertEquals(5, builder.rowCount());
            try (Dataset rows = builder.finish()) {
                assertArrayEquals(new long[] {0, 1, 2, 3, 4}, rows.longs("n"));
                assertEquals(List.of("n", "x", "c"), rows.columns());
                assertEquals("target", rows.role("c"));
            }
            assertEquals(0, builder.rowCount());
            builder.push(batch); // it goes on
            try (Dataset rows = builder.finish()) {
                assertArrayEquals(new long[] {0, 1}, rows.longs("n"));
            }
        }
    }

    @Test
    void rowsOfFourThreadsAreThoseOfOne() throws Exception {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        try (RowBuilder builder = RowBuilder.open(COLUMNS, null)) {
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                int first = t;
                threads[t] = new Thread(() -> {
                    try {
                        Row row = builder.row();
                        for (int k = first; k < 4000; k += threads.length) {
                            fill(row, k);
                            builder.push(k, row);
                        }
                    } catch (Throwable e) {
                        wrong.set(e);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertNull(wrong.get());
            try (Dataset rows = builder.finish()) {
                long[] n = rows.longs("n");
                String[] c = rows.texts("c");
                assertEquals(4000, n.length);
                for (int k = 0; k < n.length; k++) {
                    assertEquals(k, n[k]);
                    assertEquals("c" + k % 5, c[k]);
                }
            }
        }
    }

    @Test
    void batchesWithoutColumnsAreConcatenated() {
        try (Dataset iris = Fixtures.iris(); RowBuilder builder = RowBuilder.open(null, null)) {
            for (int k : new int[] {2, 0, 1}) {
                try (Dataset part = iris.slice(50L * k, 50)) {
                    builder.push(k, part);
                }
            }
            assertThrows(IllegalStateException.class, builder::row);
            assertThrows(IllegalStateException.class, builder::columns);
            try (Dataset rows = builder.finish()) {
                assertEquals(iris.format("format=csv"), rows.format("format=csv"));
                assertEquals("target", rows.role("species"));
            }
        }
    }

    @Test
    void closingWhileThreadsPushIsClean() throws Exception {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        for (int round = 0; round < 50; round++) {
            RowBuilder builder = RowBuilder.open(COLUMNS, null);
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                Row row = builder.row();
                fill(row, t);
                threads[t] = new Thread(() -> {
                    try {
                        while (true) {
                            builder.push(row);
                        }
                    } catch (IllegalStateException closed) {
                        return;
                    } catch (Throwable e) {
                        wrong.set(e);
                    }
                });
                threads[t].start();
            }
            while (builder.rowCount() < 20) {
                Thread.onSpinWait();
            }
            builder.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertNull(wrong.get());
    }

    @Test
    void whatDoesNotFitIsRefusedAndLeavesNoTrace() {
        try (RowBuilder builder = RowBuilder.open(COLUMNS, null);
                RowBuilder other = RowBuilder.open(COLUMNS, null);
                Dataset iris = Fixtures.iris()) {
            Row row = builder.row();
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> builder.push(row.clear().setReal(0, 0.5)));
            assertEquals("MLC_ERROR_DATA", e.statusName());
            assertEquals("n", e.name());
            assertThrows(MlcoreException.class, () -> builder.push(row.clear().setReal(2, 1)));
            assertThrows(MlcoreException.class, () -> builder.push(iris));
            assertThrows(IllegalArgumentException.class, () -> builder.push(other.row()));
            assertThrows(IllegalArgumentException.class, () -> builder.push(-1, row));
            assertThrows(IllegalArgumentException.class, () -> builder.push(-1, iris));
            assertThrows(IllegalArgumentException.class, () -> builder.column("m"));
            assertThrows(NullPointerException.class, () -> builder.push((Row) null));
            assertThrows(NullPointerException.class, () -> builder.push((Dataset) null));
            assertEquals(0, builder.rowCount());
            fill(row, 1);
            builder.push(5, row);
            builder.push(5, row);
            e = assertThrows(MlcoreException.class, builder::finish);
            assertTrue(e.getMessage().contains("5"), e.getMessage());
            assertEquals(2, builder.rowCount());
        }
        for (String columns : new String[] {"", "n", "n:int", "n:vector"}) {
            assertThrows(MlcoreException.class, () -> RowBuilder.open(columns, null));
        }
        assertThrows(MlcoreException.class, () -> RowBuilder.open(COLUMNS, "target=y"));
        assertThrows(NullPointerException.class, () -> RowBuilder.open(null, COLUMNS, null));
    }

    @Test
    void memoryIsThatOfTheContext() {
        try (Context context = Context.builder().memoryLimit(1 << 20).build();
                RowBuilder builder = RowBuilder.open(context, "x:float64", null)) {
            Row row = builder.row().setReal(0, 1);
            MlcoreException e = assertThrows(MlcoreException.class, () -> {
                for (int i = 0; i < 1_000_000; i++) {
                    builder.push(row);
                }
            });
            assertEquals("MLC_ERROR_NO_MEMORY", e.statusName());
            assertTrue(builder.rowCount() > 1000);
        }
    }
}
