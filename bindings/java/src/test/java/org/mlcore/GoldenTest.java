package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** The golden artifact predicts what it predicted in C, bit by bit. */
class GoldenTest {
    private static final Path GOLDEN = Fixtures.tests().resolve("golden");

    private static long[][] expected() throws Exception {
        return Files.readAllLines(GOLDEN.resolve("income_expected.txt")).stream()
                .map(line -> List.of(line.split(" ")).stream()
                        .mapToLong(word -> Long.parseUnsignedLong(word, 16)).toArray())
                .toArray(long[][]::new);
    }

    private static void assertBits(long[] expected, double[] found, int row) {
        for (int k = 0; k < expected.length; k++) {
            assertEquals(Long.toHexString(expected[k]),
                    Long.toHexString(Double.doubleToRawLongBits(found[k])),
                    "row " + row + ", class " + k);
        }
    }

    @Test
    void modelPredictsTheSameBits() throws Exception {
        try (Model model = Model.load(GOLDEN.resolve("income.mlcore"));
                Dataset rows = Dataset.readCsv(GOLDEN.resolve("income_rows.csv"), null);
                Dataset prediction = model.predict(rows, "output=probability")) {
            long[][] expected = expected();
            double[] found = prediction.reals("probability");
            assertEquals(2 * expected.length, found.length);
            for (int i = 0; i < expected.length; i++) {
                assertBits(expected[i], new double[] {found[2 * i], found[2 * i + 1]}, i);
            }
        }
    }

    @Test
    void predictorGivesTheSameBitsFromTextsAndIntegers() throws Exception {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("income_rows.csv"));
        String[] names = lines.get(0).split(",");
        try (Model model = Model.load(GOLDEN.resolve("income.mlcore"));
                Predictor predictor = model.predictor()) {
            long[][] expected = expected();
            for (int i = 0; i < expected.length; i++) {
                String[] cells = lines.get(i + 1).split(",", -1);
                assertEquals(names.length, cells.length);
                Map<String, Object> record = new HashMap<>();
                for (int j = 0; j < names.length; j++) {
                    boolean number = cells[j].matches("-?[0-9]+");
                    record.put(names[j], cells[j].isEmpty() || cells[j].equals("?") ? null
                            : number ? (Object) Long.valueOf(cells[j]) : cells[j]);
                }
                assertBits(expected[i], predictor.run(record), i);
            }
        }
    }

    /** Numbers of a prediction row by row, as the hexadecimal digits of their bits. */
    private static List<String> bits(Dataset found) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < found.rowCount(); i++) {
            StringJoiner line = new StringJoiner(" ");
            for (String column : found.columns()) {
                if (!List.of("category", "text").contains(found.type(column))) {
                    double[] values = found.reals(column);
                    int width = (int) found.width(column);
                    for (int k = 0; k < width; k++) {
                        line.add(String.format("%016x",
                                Double.doubleToRawLongBits(values[i * width + k])));
                    }
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    @Test
    void goldenFilesOfEachReleaseGiveTheRecordedBits() throws Exception {
        int n = 0;
        for (String line : Files.readAllLines(GOLDEN.resolve("cases.txt"))) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\\|");
            Path folder = GOLDEN.resolve("0.1");
            Path artifact = folder.resolve(fields[0].trim() + ".mlcore");
            Path rows = folder.resolve(fields[1].trim() + "_rows.csv");
            Model.validate(artifact).close();
            try (Model model = Model.load(artifact);
                    Dataset data = Dataset.readCsv(rows, null);
                    Dataset found = model.predict(data, "output=" + fields[5].trim())) {
                assertEquals(Files.readAllLines(folder.resolve(fields[0].trim() + ".txt")),
                        bits(found), fields[0]);
            }
            n++;
        }
        assertTrue(n >= 15);
    }

    @Test
    void validateFailsAsLoadDoes() throws Exception {
        byte[] artifact = Files.readAllBytes(GOLDEN.resolve("0.1/ridge.mlcore"));
        try (Dataset parts = Model.validate(artifact, "max_sections=9")) {
            assertEquals("header", parts.text("section", 0));
            assertEquals(64, parts.text("sha256", 0).length());
        }
        byte[] cut = Arrays.copyOf(artifact, artifact.length - 1);
        MlcoreException load = assertThrows(MlcoreException.class, () -> Model.fromBytes(cut));
        MlcoreException check = assertThrows(MlcoreException.class,
                () -> Model.validate(cut, null));
        assertEquals(load.getMessage(), check.getMessage());
        assertThrows(MlcoreException.class, () -> Model.validate(artifact, "max_sections=2"));
        assertThrows(NullPointerException.class, () -> Model.validate((byte[]) null, null));
    }
}
