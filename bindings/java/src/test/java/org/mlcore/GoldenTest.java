package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
}
