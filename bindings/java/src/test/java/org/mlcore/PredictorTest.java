package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictorTest {
    /** The record of row i of a dataset, with missing values left out. */
    private static Map<String, Object> record(Dataset rows, Predictor predictor, int i) {
        Map<String, Object> record = new HashMap<>();
        for (String input : predictor.inputs()) {
            if (rows.type(input).equals("category")) {
                record.put(input, rows.text(input, i));
            } else {
                record.put(input, rows.real(input, i));
            }
        }
        return record;
    }

    @Test
    void everyWayGivesTheBitsOfTheBatch() {
        try (Dataset rows = Fixtures.adult(); Dataset some = rows.slice(0, 300);
                Predictor predictor = Fixtures.income().predictor();
                Dataset batch = Fixtures.income().predict(some, "output=probability")) {
            double[] expected = batch.reals("probability");
            Row row = predictor.row();
            double[] out = new double[2];
            for (int i = 0; i < 300; i++) {
                double[] wanted = {expected[2 * i], expected[2 * i + 1]};
                Map<String, Object> record = record(some, predictor, i);
                assertArrayEquals(wanted, predictor.run(record));
                Object[] values = predictor.inputs().stream().map(record::get).toArray();
                assertArrayEquals(wanted, predictor.run(values));
                row.clear();
                for (int j = 0; j < values.length; j++) {
                    if (values[j] instanceof String text) {
                        row.setText(j, text);
                    } else if (values[j] instanceof Double number) {
                        row.setReal(j, number);
                    }
                }
                predictor.run(row, out);
                assertArrayEquals(wanted, out);
            }
        }
    }

    @Test
    void numbersAloneGoAsOneArray() {
        try (Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel();
                Predictor predictor = model.predictor();
                Dataset batch = model.predict(iris, "output=probability")) {
            double[] rows = new double[150 * 4];
            for (int j = 0; j < 4; j++) {
                double[] column = iris.reals(predictor.inputs().get(j));
                for (int i = 0; i < 150; i++) {
                    rows[4 * i + j] = column[i];
                }
            }
            double[] out = new double[150 * 3];
            assertEquals(0, predictor.run(rows, out));
            assertArrayEquals(batch.reals("probability"), out);
            try (Predictor many = model.predictor("rows=64")) {
                double[] again = new double[150 * 3];
                assertEquals(0, many.run(rows, again));
                assertArrayEquals(out, again);
            }
            assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(new double[5], out));
            assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(rows, new double[449]));
            assertEquals(0, predictor.run(new double[0], new double[0]));
            assertThrows(NullPointerException.class, () -> predictor.run((double[]) null, out));
            assertThrows(NullPointerException.class,
                    () -> predictor.run(rows, (double[]) null));
        }
    }

    @Test
    void namesOfInputsOutputsAndLabels() {
        try (Predictor predictor = Fixtures.income().predictor()) {
            assertEquals(List.of("<=50K", ">50K"), predictor.labels());
            assertEquals(">50K", predictor.label(1));
            assertEquals(List.of("probability[<=50K]", "probability[>50K]"),
                    predictor.outputs());
            assertEquals(14, predictor.inputs().size());
            assertEquals(0, predictor.input("age"));
            assertThrows(IndexOutOfBoundsException.class, () -> predictor.label(2));
        }
    }

    @Test
    void integersRealsAndBoxesOfANumberAreTheSame() {
        try (Predictor predictor = Fixtures.income().predictor()) {
            double[] expected = predictor.run(Map.of("age", 39.0));
            for (Object age : new Object[] {39, 39L, (short) 39, (byte) 39, 39f,
                BigDecimal.valueOf(39), BigInteger.valueOf(39)}) {
                assertArrayEquals(expected, predictor.run(Map.of("age", age)),
                        age.getClass().getName());
            }
        }
    }

    @Test
    void nullsAndAbsentNamesAndNaNAreMissing() {
        try (Predictor predictor = Fixtures.income().predictor()) {
            double[] expected = predictor.run(Map.of());
            Map<String, Object> nulls = new HashMap<>();
            predictor.inputs().forEach(name -> nulls.put(name, null));
            assertArrayEquals(expected, predictor.run(nulls));
            assertArrayEquals(expected, predictor.run(new Object[14]));
            assertArrayEquals(expected, predictor.run(Map.of("age", Double.NaN)));
            Row row = predictor.row().setReal(0, 5).setText(1, "x").setMissing(0).setMissing(1);
            assertArrayEquals(expected, predictor.run(row));
            assertArrayEquals(expected, predictor.run(row.setText(1, null)));
        }
    }

    @Test
    void flagsTellWhatWasOddAboutARecord() {
        try (Predictor predictor = Fixtures.income().predictor();
                Predictor strict = Fixtures.income().predictor("on_invalid=fail")) {
            double[] out = new double[2];
            int work = predictor.input("workclass");
            int age = predictor.input("age");
            assertTrue((predictor.run(predictor.row(), out) & Predictor.FLAG_MISSING) != 0);
            assertTrue((predictor.run(predictor.row().setText(work, "Pirate"), out)
                    & Predictor.FLAG_UNSEEN) != 0);
            assertTrue((predictor.run(predictor.row().setReal(age, 1e6), out)
                    & Predictor.FLAG_OUT_OF_RANGE) != 0);
            assertTrue((predictor.run(predictor.row().setText(age, "old"), out)
                    & Predictor.FLAG_WRONG_KIND) != 0);
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> strict.run(Map.of("age", "old")));
            assertEquals("MLC_ERROR_INVALID_VALUE", e.statusName());
            assertTrue(e.getMessage().contains("wrong kind"), e.getMessage());
        }
    }

    @Test
    void wrongRecordsAreRefusedAndLeaveTheNextOneAlone() {
        try (Predictor predictor = Fixtures.income().predictor()) {
            double[] expected = predictor.run(Map.of("age", 39));
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> predictor.run(Map.of("aeg", 39)));
            assertEquals("MLC_ERROR_COLUMN", e.statusName());
            assertEquals("aeg", e.name());
            assertTrue(e.getMessage().contains("age"), e.getMessage());
            IllegalArgumentException kind = assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(Map.of("age", List.of(39))));
            assertTrue(kind.getMessage().contains("'age'"), kind.getMessage());
            assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(Map.of("age", BigInteger.TWO.pow(80), "sex",
                            new Object())));
            assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(new Object[] {39}));
            assertThrows(IllegalArgumentException.class,
                    () -> predictor.run(Map.of("workclass", "\ud83d")));
            assertThrows(NullPointerException.class,
                    () -> predictor.run((Map<String, ?>) null));
            Map<String, Object> nullKey = new HashMap<>();
            nullKey.put(null, 1);
            assertThrows(NullPointerException.class, () -> predictor.run(nullKey));
            assertArrayEquals(expected, predictor.run(Map.of("age", 39)));
        }
    }

    @Test
    void rowsAndResultsMustFit() {
        try (Predictor income = Fixtures.income().predictor(); Model iris = Fixtures.irisModel();
                Predictor other = iris.predictor()) {
            Row row = income.row();
            assertThrows(IllegalArgumentException.class, () -> other.run(row));
            assertThrows(IllegalArgumentException.class,
                    () -> income.run(row, new double[1]));
            assertThrows(NullPointerException.class,
                    () -> income.run(row, (double[]) null));
            assertThrows(IndexOutOfBoundsException.class, () -> row.setReal(14, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> row.setText(-1, "x"));
            assertThrows(IndexOutOfBoundsException.class, () -> row.setMissing(14));
            assertThrows(IndexOutOfBoundsException.class, () -> row.set(99, new Object()));
        }
    }

    @Test
    void rowsKeepTheirTextsWhileTheyGrow() {
        try (Dataset adult = Fixtures.adult(); Predictor predictor = Fixtures.income().predictor()) {
            double[] expected = predictor.run(record(adult, predictor, 7));
            Row row = predictor.row();
            Random random = new Random(1);
            for (int round = 0; round < 50; round++) {
                for (int j = 0; j < 14; j++) {
                    row.setText(j, "é😀".repeat(random.nextInt(400)));
                }
                predictor.run(row);
                Map<String, Object> record = record(adult, predictor, 7);
                for (int j = 0; j < 14; j++) {
                    row.set(j, record.get(predictor.inputs().get(j)));
                }
                assertArrayEquals(expected, predictor.run(row));
            }
        }
    }

    @Test
    void rowBufferWithATextOutsideIsRefused() {
        try (Predictor predictor = Fixtures.income().predictor()) {
            Row row = predictor.row().setText(1, "State-gov");
            for (long start : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
                row.buffer().putLong(32 + 24, start);
                assertThrows(IllegalArgumentException.class, () -> predictor.run(row));
            }
            row.buffer().putLong(32 + 24, 0).putInt(32 + 4, -5);
            assertThrows(IllegalArgumentException.class, () -> predictor.run(row));
            row.buffer().putInt(32, 77);
            assertEquals("MLC_ERROR_ARGUMENT", assertThrows(MlcoreException.class,
                    () -> predictor.run(row)).statusName());
        }
    }

    @Test
    void aPredictorOutlivesItsModel() {
        Model model = Fixtures.irisModel();
        Predictor predictor = model.predictor("output=class");
        model.close();
        try (predictor) {
            Map<String, Object> setosa = Map.of("sepal_length", 5.1, "sepal_width", 3.5,
                    "petal_length", 1.4, "petal_width", 0.2);
            assertEquals(0, predictor.run(setosa)[0]);
        }
        assertThrows(IllegalStateException.class, () -> model.predictor());
    }

    @Test
    void rowsDoNotAllocate() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean)
                java.lang.management.ManagementFactory.getThreadMXBean();
        try (Predictor predictor = Fixtures.income().predictor()) {
            Row row = predictor.row();
            double[] out = new double[2];
            long id = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 10_000; i++) {
                    row.setReal(0, 20 + i % 50).setText(1, i % 2 == 0 ? "Private" : "State-gov");
                    predictor.run(row, out);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            }
            assertTrue(least < 10_000, least + " bytes in 10,000 calls");
        }
    }
}
