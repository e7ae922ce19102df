package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
    @Test
    void readCsvGivesTypesRolesAndValues() {
        try (Dataset iris = Fixtures.iris()) {
            assertEquals(150, iris.rowCount());
            assertEquals(List.of("sepal_length", "sepal_width", "petal_length", "petal_width",
                    "species"), iris.columns());
            assertEquals("float64", iris.type("sepal_length"));
            assertEquals("category", iris.type("species"));
            assertEquals("target", iris.role("species"));
            assertEquals("feature", iris.role("petal_width"));
            assertEquals(List.of("setosa", "versicolor", "virginica"),
                    iris.categories("species"));
            // the last line of tests/data/iris.csv
            assertEquals(5.9, iris.real("sepal_length", 149));
            assertEquals("virginica", iris.text("species", 149));
            assertEquals(2, iris.codes("species")[149]);
            assertEquals(150, iris.reals("petal_length").length);
            assertEquals(1.4, iris.reals("petal_length")[0]);
            assertEquals("setosa", iris.texts("species")[0]);
        }
    }

    @Test
    void filesOfOtherFormatsAreReadAndWritten() throws Exception {
        byte[] lines = "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5}\n".getBytes("UTF-8");
        java.nio.file.Path file = java.nio.file.Files.createTempFile("mlcore", ".jsonl.gz");
        try (Dataset data = Dataset.parse(lines, "target=a")) {
            data.write(file.toString(), null);
            try (Dataset again = Dataset.read(file.toString(), "target=a");
                    Context context = Context.create();
                    Dataset like = Dataset.read(context, file.toString(), null, data)) {
                assertEquals(data.toString(), again.toString());
                assertEquals(2, like.rowCount());
            }
        } finally {
            java.nio.file.Files.delete(file);
        }
        assertThrows(MlcoreException.class, () -> Dataset.read("a.parquet", null));
    }

    @Test
    void readCsvOfCompressedFileWithMissingValues() {
        try (Dataset adult = Fixtures.adult(); Dataset profile = adult.describe()) {
            assertEquals(4000, adult.rowCount());
            assertEquals(15, profile.rowCount());
            assertTrue(profile.columns().contains("missing"));
            String[] work = adult.texts("workclass");
            assertEquals("State-gov", work[0]);
            long missing = java.util.Arrays.stream(work).filter(w -> w == null).count();
            int column = java.util.Arrays.asList(profile.texts("column")).indexOf("workclass");
            assertTrue(missing > 0);
            assertEquals(missing, profile.real("missing", column));
        }
    }

    @Test
    void generatedRowsAreSampledResampledAndWeighted() {
        try (Dataset iris = Dataset.generate("iris");
                Dataset part = iris.sample("stratified n=30");
                Dataset more = iris.resample("random_over sampling_strategy='setosa:60'");
                Dataset weighted = iris.withWeights("balanced");
                Dataset file = Fixtures.iris();
                Dataset ours = iris.fingerprint();
                Dataset theirs = file.fingerprint()) {
            assertEquals(30, part.rowCount());
            assertEquals(160, more.rowCount());
            assertEquals("weight", weighted.role("weight"));
            assertEquals(1, weighted.real("weight", 0));
            assertEquals(theirs.text("content", 0), ours.text("content", 0));
        }
    }

    @Test
    void validationRowsAreAPartOfAFold() {
        try (Dataset moons = Dataset.generate("moons n_rows=100");
                Dataset folds = moons.split("hold_out test_size=0.2 validation_size=0.1");
                Dataset valid = moons.fold(folds, 0, "valid")) {
            assertEquals(10, valid.rowCount());
        }
    }

    @Test
    void profilesMergeAndSchemasHold() {
        try (Dataset iris = Fixtures.iris(); Dataset first = iris.slice(0, 70);
                Dataset rest = iris.slice(70, 80); Profile whole = Profile.of(iris);
                Profile a = Profile.of(first); Profile b = Profile.of(rest, null);
                Profile merged = b.merge(a); Profile again = Profile.fromJson(merged.toJson());
                Dataset columns = whole.table("columns")) {
            assertEquals(whole.toJson(), merged.toJson());
            assertEquals(150, again.rowCount());
            assertEquals(5, columns.rowCount());
            String schema = whole.schema(null);
            try (Dataset found = first.validate(schema, whole, null);
                    Dataset fitting = rest.conform(schema, "policy=coerce");
                    Dataset hints = first.hints(rest, null)) {
                assertEquals(0, found.rowCount());
                assertEquals(80, fitting.rowCount());
                assertTrue(hints.columns().contains("message"));
            }
            assertThrows(MlcoreException.class, () -> whole.table("colums"));
        }
    }

    @Test
    void builderKeepsEveryType() {
        Instant moment = Instant.parse("2024-02-29T13:45:30.123456Z");
        try (Dataset rows = Dataset.builder()
                .column("real", new double[] {1.5, Double.NaN, -0.0})
                .column("float", new float[] {0.25f, 1e30f, 3})
                .column("long", new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE})
                .column("int", new int[] {Integer.MIN_VALUE, 7, Integer.MAX_VALUE})
                .column("bool", new boolean[] {true, false, true})
                .column("category", new String[] {"b", null, "a"})
                .text("text", new String[] {"", "zwei Wörter", null})
                .column("time", new Instant[] {moment, null, Instant.EPOCH.minusNanos(1)})
                .column("boxed", new Double[] {null, 2.0, 3.0})
                .column("boxedLong", new Long[] {null, 2L, 3L})
                .column("boxedBool", new Boolean[] {null, true, false})
                .roles("target=category ignore=text")
                .build()) {
            assertArrayEquals(new double[] {1.5, Double.NaN, -0.0}, rows.reals("real"));
            assertArrayEquals(new double[] {0.25, 1e30f, 3}, rows.reals("float"));
            assertArrayEquals(new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}, rows.longs("long"));
            assertArrayEquals(new long[] {Integer.MIN_VALUE, 7, Integer.MAX_VALUE},
                    rows.longs("int"));
            assertArrayEquals(new long[] {1, 0, 1}, rows.longs("bool"));
            assertArrayEquals(new String[] {"b", null, "a"}, rows.texts("category"));
            assertArrayEquals(new String[] {"", "zwei Wörter", null}, rows.texts("text"));
            // 1709214330 seconds: date -u -d 2024-02-29T13:45:30Z +%s
            assertArrayEquals(new long[] {1709214330123456L, 42, -1}, rows.longs("time", 42));
            assertArrayEquals(new double[] {Double.NaN, 2, 3}, rows.reals("boxed"));
            assertArrayEquals(new long[] {-7, 2, 3}, rows.longs("boxedLong", -7));
            assertArrayEquals(new long[] {-7, 1, 0}, rows.longs("boxedBool", -7));
            assertEquals("timestamp", rows.type("time"));
            assertEquals("bool", rows.type("bool"));
            assertEquals("text", rows.type("text"));
            assertEquals("float32", rows.type("float"));
            assertEquals("target", rows.role("category"));
            assertEquals("ignore", rows.role("text"));
            assertNull(rows.text("category", 1));
            assertEquals(List.of("a", "b"), rows.categories("category"));
        }
    }

    @Test
    void builderTakesAMatrixBesideColumns() {
        try (Dataset rows = Dataset.builder()
                .matrix("x", new double[] {1, 2, 3, 4, 5, 6}, 3)
                .column("y", new double[] {0, 1})
                .build()) {
            assertEquals(2, rows.rowCount());
            assertEquals("vector", rows.type("x"));
            assertEquals(3, rows.width("x"));
            assertEquals(List.of("x0", "x1", "x2"), rows.components("x"));
            assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, rows.reals("x"));
            assertEquals(5, rows.real("x[x1]", 1));
        }
    }

    @Test
    void builderCopiesItsArrays() {
        double[] values = {1, 2};
        try (Dataset rows = Dataset.builder().column("x", values).build()) {
            values[0] = 99;
            assertEquals(1, rows.real("x", 0));
        }
    }

    @Test
    void builderRefusesColumnsOfDifferentLength() {
        DatasetBuilder builder = Dataset.builder().column("a", new double[2]);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> builder.column("b", new double[3]));
        assertEquals("column 'b' has 3 values, the others have 2", e.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> builder.matrix("m", new double[5], 2));
    }

    @Test
    void builderRefusesNullsAndEmptyAndDoubledNames() {
        assertThrows(NullPointerException.class,
                () -> Dataset.builder().column(null, new double[1]));
        assertThrows(NullPointerException.class,
                () -> Dataset.builder().column("x", (double[]) null));
        assertThrows(MlcoreException.class, () -> Dataset.builder().build());
        MlcoreException e = assertThrows(MlcoreException.class, () -> Dataset.builder()
                .column("x", new double[1]).column("x", new double[1]).build());
        assertEquals("MLC_ERROR_COLUMN", e.statusName());
        assertEquals("x", e.name());
        MlcoreException nul = assertThrows(MlcoreException.class,
                () -> Dataset.builder().column("a\0b", new double[1]).build());
        assertEquals("MLC_ERROR_ARGUMENT", nul.statusName());
    }

    @Test
    void rowsAreChosenComputedOrderedJoinedAndGrouped() {
        try (Dataset iris = Fixtures.iris();
                Dataset large = iris.filter("petal_length > 5 and species != 'setosa'");
                Dataset ratio = large.withColumn("ratio", "petal_length / petal_width");
                Dataset sorted = ratio.sort("by=ratio descending=true");
                Dataset counts = iris.aggregate("by=species n=count() longest=max(petal_length)");
                Dataset names = counts.rename("kind=species");
                Dataset joined = iris.join(names, "left_on=species right_on=kind how=left");
                Dataset kinds = iris.distinct("species");
                Dataset texts = iris.cast("petal_length:text", null)) {
            assertEquals(42, large.rowCount());
            double[] ratios = sorted.reals("ratio");
            for (int i = 1; i < ratios.length; i++) {
                assertTrue(ratios[i - 1] >= ratios[i]);
            }
            assertArrayEquals(new double[] {50, 50, 50}, counts.reals("n"));
            assertArrayEquals(new double[] {1.9, 5.1, 6.9}, names.reals("longest"));
            assertEquals(150, joined.rowCount());
            assertEquals(1.9, joined.reals("longest")[0]);
            assertArrayEquals(new String[] {"setosa", "versicolor", "virginica"},
                    kinds.texts("species"));
            assertEquals("1.4", texts.texts("petal_length")[0]);
            assertThrows(MlcoreException.class, () -> iris.filter("petal > 1"));
        }
    }

    @Test
    void slicesRowsSelectionsAndRoles() {
        try (Dataset iris = Fixtures.iris();
                Dataset slice = iris.slice(50, 3);
                Dataset chosen = iris.rows(149, 0, 149);
                Dataset two = iris.select("species,petal_*");
                Dataset roles = iris.withRoles("ignore=sepal_width")) {
            assertArrayEquals(new String[] {"versicolor", "versicolor", "versicolor"},
                    slice.texts("species"));
            assertArrayEquals(new double[] {5.9, 5.1, 5.9}, chosen.reals("sepal_length"));
            assertArrayEquals(new String[] {"virginica", "setosa", "virginica"},
                    chosen.texts("species"));
            assertEquals(List.of("species", "petal_length", "petal_width"), two.columns());
            assertEquals("ignore", roles.role("sepal_width"));
            assertEquals("feature", iris.role("sepal_width"));
            assertThrows(MlcoreException.class, () -> iris.rows(150));
            assertThrows(NullPointerException.class, () -> iris.rows((long[]) null));
            assertThrows(MlcoreException.class, () -> iris.slice(-1, 2));
            assertThrows(MlcoreException.class, () -> iris.slice(149, Long.MAX_VALUE));
        }
    }

    @Test
    void concatPutsRowsOneAfterTheOther() {
        try (Dataset iris = Fixtures.iris();
                Dataset two = iris.select("species,petal_width");
                Dataset both = Dataset.concat(List.of(iris, two, iris), "columns=union")) {
            assertEquals(450, both.rowCount());
            assertEquals(iris.columns(), both.columns());
            assertEquals(1.8, both.reals("petal_width")[299]);
            assertTrue(Double.isNaN(both.reals("petal_length")[299]));
            assertEquals("virginica", both.texts("species")[299]);
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> Dataset.concat(List.of(iris, two), null));
            assertEquals("MLC_ERROR_COLUMN", e.statusName());
            assertThrows(MlcoreException.class, () -> Dataset.concat(List.of(), null));
            assertThrows(NullPointerException.class,
                    () -> Dataset.concat(java.util.Arrays.asList(iris, null), null));
        }
    }

    @Test
    void splitAndFoldPartitionTheRows() {
        try (Dataset iris = Fixtures.iris();
                Dataset folds = iris.split("hold_out test_size=0.2 stratify=true");
                Dataset train = iris.fold(folds, 0, "train");
                Dataset test = iris.fold(folds, 0, "test")) {
            assertEquals(120, train.rowCount());
            assertEquals(30, test.rowCount());
            assertThrows(MlcoreException.class, () -> iris.fold(folds, 1, "test"));
            assertThrows(MlcoreException.class, () -> iris.fold(folds, 0, "middle"));
        }
    }

    @Test
    void longsOfAViewAreExact() {
        long large = 9007199254740993L; // 2^53 + 1, which no double holds
        try (Dataset rows = Dataset.builder()
                .column("id", new long[] {5, large, -3})
                .column("some", new Long[] {1L, null, 3L}).build();
                Dataset small = rows.rows(2, 0);
                Dataset view = rows.rows(1, 0);
                Dataset slice = rows.slice(1, 2)) {
            assertArrayEquals(new long[] {-3, 5}, small.longs("id"));
            assertArrayEquals(new long[] {large, -3}, slice.longs("id"));
            assertArrayEquals(new long[] {large, 5}, view.longs("id"));
            assertArrayEquals(new long[] {-1, 1}, view.longs("some", -1));
            MlcoreException missing = assertThrows(MlcoreException.class,
                    () -> rows.longs("some"));
            assertEquals("MLC_ERROR_DATA", missing.statusName());
            assertTrue(missing.getMessage().contains("row 1 "), missing.getMessage());
        }
    }

    @Test
    void accessToColumnsOfAnotherTypeOrNameFails() {
        try (Dataset iris = Fixtures.iris()) {
            assertEquals("MLC_ERROR_COLUMN", assertThrows(MlcoreException.class,
                    () -> iris.texts("sepal_length")).statusName());
            assertEquals("MLC_ERROR_COLUMN", assertThrows(MlcoreException.class,
                    () -> iris.codes("sepal_length")).statusName());
            assertEquals("MLC_ERROR_COLUMN", assertThrows(MlcoreException.class,
                    () -> iris.longs("sepal_length")).statusName());
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> iris.reals("sepal_lenght"));
            assertEquals("sepal_lenght", e.name());
            assertThrows(MlcoreException.class, () -> iris.type("nope"));
            assertThrows(MlcoreException.class, () -> iris.categories("nope"));
            assertThrows(MlcoreException.class, () -> iris.real("sepal_length", 150));
            assertThrows(MlcoreException.class, () -> iris.text("species", -1));
            assertThrows(NullPointerException.class, () -> iris.reals(null));
            assertFalse(iris.hasColumn("nope"));
            assertTrue(iris.hasColumn("species"));
        }
    }

    @Test
    void emptyDatasetHasColumnsWithoutValues() {
        try (Dataset iris = Fixtures.iris(); Dataset none = iris.slice(0, 0)) {
            assertEquals(0, none.rowCount());
            assertEquals(0, none.reals("sepal_length").length);
            assertEquals(0, none.texts("species").length);
            assertEquals(0, none.codes("species").length);
        }
    }

    @Test
    void columnsLongerThanAPieceComeWhole() {
        int n = 200_001;
        double[] values = new double[n];
        String[] names = new String[n];
        for (int i = 0; i < n; i++) {
            values[i] = Math.sin(i);
            names[i] = "name " + i;
        }
        try (Dataset rows = Dataset.builder().column("x", values).text("name", names)
                .matrix("m", java.util.Arrays.copyOf(values, 2 * n), 2).build()) {
            assertArrayEquals(values, rows.reals("x"));
            assertArrayEquals(names, rows.texts("name"));
            assertArrayEquals(java.util.Arrays.copyOf(values, 2 * n), rows.reals("m"));
        }
    }

    @Test
    void csvGoesOutAndComesBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("größe 😀.csv");
        try (Dataset iris = Fixtures.iris()) {
            iris.writeCsv(file.toString());
            try (Dataset again = Dataset.readCsv(file, null)) {
                assertArrayEquals(iris.reals("petal_width"), again.reals("petal_width"));
                assertArrayEquals(iris.texts("species"), again.texts("species"));
            }
        }
        assertTrue(Files.size(file) > 3000);
    }

    @Test
    void formatIsATableOrCsvOrJson() {
        try (Dataset rows = Dataset.builder().column("x", new double[] {1.5, 2})
                .column("who", new String[] {"a", "b"}).build()) {
            assertEquals("x,who\n1.5,a\n2,b\n", rows.format("format=csv"));
            assertTrue(rows.format("format=json").contains("[[1.5,\"a\"],[2,\"b\"]]"),
                    rows.format("format=json"));
            assertTrue(rows.toString().contains("1.5"));
        }
    }

    @Test
    void problemsListsRowsThatWereLeftOut() {
        try (Dataset rows = Dataset.parseCsv("a,b\n1,2\n3\n4,5\n", "on_error=collect");
                Dataset problems = rows.problems()) {
            assertEquals(2, rows.rowCount());
            assertEquals(1, problems.rowCount());
            assertEquals(3, problems.real("line", 0));
        }
    }

    @Test
    void textOfEveryPlaneGoesThroughUnchanged() {
        String[] words = {"grün", "日本語", "😀 emoji 👨‍👩‍👧", "\u0001\t", "𝔘𝔫𝔦", "퟿", "�"};
        try (Dataset rows = Dataset.builder().column("größe 😀", words).text("t", words).build()) {
            assertArrayEquals(words, rows.texts("größe 😀"));
            assertArrayEquals(words, rows.texts("t"));
            assertEquals("größe 😀", rows.columns().get(0));
            assertEquals("😀 emoji 👨‍👩‍👧", rows.text("größe 😀", 2));
        }
    }

    @Test
    void unpairedSurrogatesAreRefused() {
        String[] half = {"a\ud83d"};
        assertThrows(IllegalArgumentException.class,
                () -> Dataset.builder().column("x", half));
        assertThrows(IllegalArgumentException.class, () -> Dataset.readCsv("\udc00.csv"));
    }

    @Test
    void nulCharactersInTextsOfSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> Dataset.readCsv("iris.csv\0.txt"));
        assertThrows(IllegalArgumentException.class,
                () -> Dataset.parseCsv("a\n1\n", "null=x\0"));
    }

    @Test
    void longTextsGoThrough() {
        String large = "ä😀x".repeat(1_000_000);
        try (Dataset rows = Dataset.builder().text("t", new String[] {large, "short"}).build()) {
            assertEquals(large, rows.text("t", 0));
            assertEquals(large, rows.texts("t")[0]);
        }
    }

    @Test
    void filesAreReadWithTheTypesOfOtherRowsOrOfAModel(@TempDir Path temp) throws Exception {
        Path file = temp.resolve("digits.csv");
        Files.writeString(file, "code,n\n01,5\n02,6\n");
        try (Dataset train = Dataset.parseCsv("code,n,y\n01,1,1\n02,2,2\nx,3,3\n01,4,1\n",
                "target=y");
                Dataset alone = Dataset.readCsv(file.toString());
                Dataset like = Dataset.readCsv(file.toString(), null, train);
                Context context = Context.create();
                Dataset steered = Dataset.readCsv(context, file.toString(), null, train);
                Dataset parsed = Dataset.parseCsv(Files.readAllBytes(file), null, train);
                Model recipe = Model.parse("pipeline(automatic, ridge)");
                Model model = recipe.fit(train);
                Dataset rows = model.readCsv(file.toString(), "ignore=n");
                Dataset predicted = model.predict(rows)) {
            assertEquals("int64", alone.type("code"));
            for (Dataset read : List.of(like, steered, parsed, rows)) {
                assertEquals("category", read.type("code"));
                assertArrayEquals(new String[] {"01", "02"}, read.texts("code"));
            }
            assertEquals("ignore", rows.role("n"));
            assertEquals(2, predicted.rowCount());
            assertThrows(MlcoreException.class, () -> model.predict(alone));
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> Dataset.parseCsv("n\nmany\n".getBytes(), null, train));
            assertEquals("n", e.name());
            assertThrows(NullPointerException.class,
                    () -> Dataset.readCsv(file.toString(), null, null));
        }
    }
}
