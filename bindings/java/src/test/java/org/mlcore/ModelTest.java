package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
    @Test
    void ridgeFindsAnExactLine() {
        double[] x = {0, 1, 2, 3, 4};
        double[] y = {1, 3, 5, 7, 9}; // 2 x + 1
        try (Dataset rows = Dataset.builder().column("x", x).column("y", y).roles("target=y")
                .build();
                Model recipe = Model.create("ridge", "alpha=0");
                Model model = recipe.fit(rows);
                Dataset ahead = Dataset.builder().column("x", new double[] {10, -1}).build();
                Dataset prediction = model.predict(ahead)) {
            assertFalse(recipe.isFitted());
            assertTrue(model.isFitted());
            // Small whole numbers: a weight off by an ulp or two, ten times over.
            assertEquals(21, prediction.real("prediction", 0), 8 * Math.ulp(21.0));
            assertEquals(-1, prediction.real("prediction", 1), 8 * Math.ulp(1.0));
        }
    }

    @Test
    void classifierPredictsTextsAndProbabilities() {
        try (Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel();
                Dataset prediction = model.predict(iris);
                Dataset report = model.evaluate(iris, "metrics=accuracy")) {
            assertEquals("category", prediction.type("prediction"));
            assertEquals(List.of("setosa", "versicolor", "virginica"),
                    prediction.components("probability"));
            String[] truth = iris.texts("species");
            String[] said = prediction.texts("prediction");
            int right = 0;
            for (int i = 0; i < truth.length; i++) {
                right += truth[i].equals(said[i]) ? 1 : 0;
            }
            assertTrue(right > 140, right + " of 150");
            assertEquals("accuracy", report.text("metric", 0));
            assertEquals(right / 150.0, report.real("value", 0), 1e-15);
        }
    }

    @Test
    void modelsOfOtherLibrariesPredictAndLoad(@TempDir Path folder) throws Exception {
        String source = Fixtures.data("models/xgboost-1.7.4/multi_softprob") + "/";
        Path artifact = folder.resolve("wine.mlcore");
        try (Model model = Model.importFile(source + "model.json", null, "classes=3,5,7");
                Model same = Model.importBytes(Files.readAllBytes(Path.of(source, "model.ubj")),
                        null, "classes=3,5,7");
                Dataset origin = model.table("origin")) {
            assertEquals("XGBoost", origin.text("value", 0));
            assertArrayEquals(model.toBytes(), same.toBytes());
            model.save(artifact);
        }
        try (Model model = Model.load(artifact);
                Predictor predictor = model.predictor("output=probability");
                Dataset rows = Dataset.readCsv(source + "input.csv", null);
                Dataset expected = Dataset.readCsv(source + "expected.csv", null);
                Dataset prediction = model.predict(rows, "output=class,probability");
                Dataset shares = model.explain(rows, null, null)) {
            assertEquals("int64", prediction.type("prediction"));
            assertEquals(List.of("3", "5", "7"), prediction.components("probability"));
            assertEquals(rows.rowCount(), shares.rowCount());
            Object[] record = new Object[predictor.inputs().size()];
            for (int j = 0; j < record.length; j++) {
                record[j] = rows.real(predictor.inputs().get(j), 0);
            }
            double[] given = predictor.run(record);
            for (int k = 0; k < 3; k++) {
                double wanted = expected.real("pred_" + k, 0);
                assertEquals(wanted, given[k], 2 * Math.ulp((float) wanted));
                assertEquals(given[k], prediction.reals("probability")[k], 0);
            }
        }
        MlcoreException none = assertThrows(MlcoreException.class,
                () -> Model.importBytes("no model".getBytes(), null, null));
        assertTrue(none.getMessage().contains("none of the files"), none.getMessage());
    }

    @Test
    void modelsGoOnFromWhatTheyLearned() {
        String recipe = "gradient_boosting_classifier";
        try (Dataset iris = Fixtures.iris(); Context context = Context.create();
                Model begun = Model.create(recipe, "n_estimators=4").fit(iris);
                Model whole = Model.create(recipe, "n_estimators=9").fit(iris);
                Model done = begun.update(iris, "n_rounds=5");
                Model cut = whole.update(context, null, null, "method=truncate n_rounds=4");
                Model moved = whole.update(iris, null, "method=refit decay_rate=1")) {
            assertArrayEquals(whole.toBytes(), done.toBytes());
            assertArrayEquals(begun.toBytes(), cut.toBytes());
            try (Dataset a = moved.predict(iris, "output=raw");
                    Dataset b = whole.predict(iris, "output=raw")) {
                assertEquals(b.real("raw[setosa]", 3), a.real("raw[setosa]", 3), 0);
            }
            assertThrows(MlcoreException.class, () -> whole.update(iris, "n_rounds=0"));
        }
    }

    @Test
    void contributionsAddToTheRawScore() {
        try (Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel();
                Dataset raw = model.predict(iris, "output=raw");
                Dataset shares = model.explain(iris);
                Dataset top = model.explain(iris, "top=1");
                Dataset needed = model.explain(iris, "method=permutation metrics=accuracy")) {
            List<String> features = shares.components("setosa.contribution");
            double sum = shares.real("setosa.base", 7);
            for (String feature : features) {
                sum += shares.real("setosa.contribution[" + feature + "]", 7);
            }
            assertEquals(raw.real("raw[setosa]", 7), sum, 1e-12);
            assertEquals(3 * 150, top.rowCount());
            assertEquals(features.size(), needed.rowCount());
            assertEquals(features.get(2), needed.text("feature", 2));
        }
    }

    @Test
    void linearModelsAreExplainedAgainstABackground() {
        double[] x = {0, 1, 2, 3, 4};
        double[] y = {1, 3, 5, 7, 9}; // 2 x + 1
        try (Dataset rows = Dataset.builder().column("x", x).column("y", y).roles("target=y")
                .build();
                Context context = Context.create();
                Model model = Model.create("ridge", "alpha=0").fit(rows);
                Dataset shares = model.explain(rows, rows, null);
                Dataset steered = model.explain(context, rows, rows, "top=1")) {
            assertEquals(5, shares.real("base", 0), 1e-12);
            assertEquals(4, shares.real("contribution[x]", 4), 1e-12);
            assertEquals(4, steered.real("contribution", 4), 1e-12);
            assertThrows(MlcoreException.class, () -> model.explain(rows));
        }
    }

    @Test
    void savedAndLoadedModelsPredictTheSameBits(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("iris 😀.mlcore");
        try (Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel()) {
            model.save(file);
            byte[] bytes = model.toBytes();
            assertArrayEquals(Files.readAllBytes(file), bytes);
            try (Model loaded = Model.load(file); Model memory = Model.fromBytes(bytes);
                    Dataset a = model.predict(iris); Dataset b = loaded.predict(iris);
                    Dataset c = memory.predict(iris)) {
                assertArrayEquals(a.reals("probability"), b.reals("probability"));
                assertArrayEquals(a.reals("probability"), c.reals("probability"));
                assertArrayEquals(bytes, loaded.toBytes());
            }
        }
    }

    @Test
    void damagedArtifactsAreRefused() {
        try (Model model = Fixtures.irisModel()) {
            byte[] bytes = model.toBytes();
            bytes[bytes.length / 2] ^= 1;
            assertEquals("MLC_ERROR_FORMAT", assertThrows(MlcoreException.class,
                    () -> Model.fromBytes(bytes)).statusName());
            assertThrows(MlcoreException.class, () -> Model.fromBytes(new byte[0]));
            assertThrows(NullPointerException.class, () -> Model.fromBytes(null));
        }
        assertEquals("MLC_ERROR_IO", assertThrows(MlcoreException.class,
                () -> Model.load("/nowhere/x.mlcore")).statusName());
    }

    @Test
    void recipesHaveTextAndChangeParameters() {
        try (Model model = Model.parse("pipeline(automatic, ridge(alpha=2, name=r))");
                Model changed = model.with("r.alpha=3");
                Model again = Model.parse(changed.toString())) {
            assertTrue(model.toString().contains("alpha=2"), model.toString());
            assertTrue(changed.toString().contains("alpha=3"), changed.toString());
            assertEquals(changed.toString(), again.toString());
            assertTrue(model.format("format=json").startsWith("{"));
        }
    }

    @Test
    void recipeStripsWhatWasLearned() {
        try (Model model = Fixtures.irisModel(); Model recipe = model.recipe()) {
            assertTrue(model.isFitted());
            assertFalse(recipe.isFitted());
            assertEquals(model.toString(), recipe.toString());
        }
    }

    @Test
    void transformsComposeIntoPipelines() {
        try (Dataset iris = Fixtures.iris();
                Transform imputer = Transform.create("simple_imputer", "strategy=median");
                Transform scaler = Transform.create("standard_scaler");
                Transform both = Transform.chain(imputer, scaler);
                Transform petals = Transform.on("petal_length,petal_width", both);
                Transform fitted = petals.fit(iris);
                Dataset scaled = fitted.apply(iris);
                Model last = Model.create("logistic_regression");
                Model pipeline = petals.then(last);
                Model model = pipeline.fit(iris);
                Dataset report = model.evaluate(iris, "metrics=accuracy")) {
            assertFalse(petals.isFitted());
            assertTrue(fitted.isFitted());
            double sum = 0;
            for (double value : scaled.reals("petal_length")) {
                sum += value;
            }
            assertEquals(0, sum, 1e-10);
            assertArrayEquals(iris.reals("sepal_length"), scaled.reals("sepal_length"));
            assertTrue(report.real("value", 0) > 0.9);
            assertTrue(pipeline.toString().startsWith("pipeline("), pipeline.toString());
            try (Transform parsed = Transform.parse(petals.toString())) {
                assertEquals(petals.toString(), parsed.toString());
            }
        }
    }

    @Test
    void chainTakesManyStepsAndRefusesNoneAndNull() {
        Transform[] steps = new Transform[40];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = Transform.create("standard_scaler");
        }
        try (Transform chain = Transform.chain(steps)) {
            assertTrue(chain.toString().startsWith("chain("));
        }
        steps[20].close();
        assertThrows(IllegalStateException.class, () -> Transform.chain(steps));
        steps[20] = null;
        assertThrows(NullPointerException.class, () -> Transform.chain(steps));
        assertThrows(MlcoreException.class, Transform::chain);
        for (Transform step : steps) {
            if (step != null) {
                step.close();
            }
        }
    }

    @Test
    void tablesTellWhatWasLearned() {
        try (Model model = Fixtures.irisModel(); Dataset importance = model.table("importance")) {
            assertEquals(4, importance.rowCount());
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> model.table("coefficents"));
            assertTrue(e.getMessage().contains("importance"), e.getMessage());
        }
    }

    @Test
    void fitWithValidationRowsStopsEarly() {
        try (Dataset adult = Fixtures.adult();
                Dataset train = adult.slice(0, 3000);
                Dataset valid = adult.slice(3000, 1000);
                Model recipe = Model.create("gradient_boosting_classifier",
                        "n_estimators=400 early_stopping=true learning_rate=0.5");
                Model model = recipe.fit(train, valid);
                Dataset history = model.table("history")) {
            assertTrue(history.rowCount() < 400, history.rowCount() + " rounds");
        }
    }

    @Test
    void misuseIsAnException() {
        try (Dataset iris = Fixtures.iris(); Model recipe = Model.create("ridge")) {
            assertEquals("MLC_ERROR_NOT_FITTED", assertThrows(MlcoreException.class,
                    () -> recipe.predict(iris)).statusName());
            assertEquals("MLC_ERROR_NOT_FITTED", assertThrows(MlcoreException.class,
                    recipe::predictor).statusName());
            assertThrows(NullPointerException.class, () -> recipe.fit(null));
            assertThrows(NullPointerException.class, () -> Model.create(null));
            assertThrows(NullPointerException.class, () -> Model.pipeline(null, recipe));
            assertThrows(NullPointerException.class, () -> recipe.fit(null, iris, null));
        }
    }

    @Test
    void emojiCategoriesSurviveTrainingAndSaving() {
        String[] mood = new String[200];
        String[] answer = new String[200];
        for (int i = 0; i < mood.length; i++) {
            mood[i] = i % 2 == 0 ? "😀" : "😡 böse";
            answer[i] = i % 2 == 0 ? "👍🏽" : "👎";
        }
        try (Dataset rows = Dataset.builder().column("mood", mood).column("answer", answer)
                .roles("target=answer").build();
                Model recipe = Model.parse("pipeline(one_hot_encoder, logistic_regression)");
                Model model = recipe.fit(rows);
                Model loaded = Model.fromBytes(model.toBytes());
                Dataset prediction = loaded.predict(rows);
                Predictor predictor = loaded.predictor()) {
            assertArrayEquals(answer, prediction.texts("prediction"));
            assertEquals(List.of("👍🏽", "👎"), predictor.labels());
            assertTrue(predictor.run(java.util.Map.of("mood", "😀"))[0] > 0.9);
            assertTrue(predictor.run(java.util.Map.of("mood", "😡 böse"))[1] > 0.9);
        }
    }
}
