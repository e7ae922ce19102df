package org.mlcore;

import java.nio.file.Path;

/** Data and models that several tests use. */
final class Fixtures {
    private static Model income;

    private Fixtures() {}

    static String data(String file) {
        return tests().resolve("data").resolve(file).toString();
    }

    static Path tests() {
        return Path.of(System.getProperty("mlcore.tests", "../../tests"));
    }

    static Dataset iris() {
        return Dataset.readCsv(data("iris.csv"), "target=species");
    }

    /** 4,000 people of the census data. */
    static Dataset adult() {
        try (Dataset all = Dataset.readCsv(data("adult.csv.gz"),
                "target=income positive='>50K'")) {
            return all.slice(0, 4000);
        }
    }

    /** A small model of the census data, made once; not to be closed. */
    static synchronized Model income() {
        if (income == null) {
            try (Dataset rows = adult();
                    Model recipe = Model.parse(
                            "pipeline(automatic, gradient_boosting_classifier(n_estimators=20))")) {
                income = recipe.fit(rows);
            }
        }
        return income;
    }

    static Model irisModel() {
        try (Dataset rows = iris();
                Model recipe = Model.create("gradient_boosting_classifier", "n_estimators=10")) {
            return recipe.fit(rows);
        }
    }

    /** Resident bytes of this process. */
    static long residentBytes() throws java.io.IOException {
        String[] words = java.nio.file.Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(words[1]) * 4096;
    }
}
