package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mlcore.components.GradientBoostingClassifier;
import org.mlcore.components.GradientBoostingRegressor;
import org.mlcore.components.LogisticRegression;
import org.mlcore.components.OneHotEncoder;
import org.mlcore.components.Recipe;
import org.mlcore.components.Ridge;
import org.mlcore.components.SimpleImputer;

class ComponentsTest {
    @Test
    void settersMakeTheSettingsOfTheRecipe() {
        try (Model model = new Ridge().alpha(0.1).fitIntercept(false).create();
                Model text = Model.create("ridge", "alpha=0.1 fit_intercept=false")) {
            assertEquals(text.toString(), model.toString());
        }
    }

    @Test
    void settersOfAFamilyGiveTheClassItself() {
        assertEquals("gradient_boosting_regressor(n_estimators=5, loss=huber, max_depth=3)",
                new GradientBoostingRegressor().nEstimators(5).loss("huber").maxDepth(3).recipe());
    }

    @Test
    void valuesAreExactAndQuotedWhereNeeded() {
        String[] words = {"it's", "a b", "none", "true", "nan", "12", "\\", "größe 😀", "x,y", ""};
        for (String word : words) {
            try (Transform made = new SimpleImputer().strategy("constant").fillValue(word)
                    .create()) {
                String json = made.format("format=json");
                try (Transform again = Transform.parse(json)) {
                    assertEquals(json, again.format("format=json"));
                }
                assertTrue(json.contains("\"fill_value\": \"" + word.replace("\\", "\\\\")
                        + "\"") || json.contains("\"fill_value\":\""
                        + word.replace("\\", "\\\\") + "\""), json);
            }
        }
        try (Model model = new Ridge().alpha(0.1 + 0.2).create()) {
            assertTrue(model.toString().contains("0.30000000000000004"), model.toString());
        }
    }

    @Test
    void numbersOutOfRangeAreErrorsOfTheLibrary() {
        assertEquals("alpha", assertThrows(MlcoreException.class,
                () -> new Ridge().alpha(-1).create()).name());
        assertThrows(NullPointerException.class, () -> new Ridge().solver(null));
    }

    @Test
    void pipelinesOfComponentsAreRecipes() {
        try (Model model = Recipe.pipeline(
                Recipe.on("type:number", new SimpleImputer().strategy("median")),
                Recipe.on("type:category", new OneHotEncoder().handleUnknown("ignore")),
                new GradientBoostingClassifier().nEstimators(5).learningRate(0.3));
                Dataset iris = Fixtures.iris(); Model fitted = model.fit(iris)) {
            assertTrue(model.toString().contains("n_estimators=5"), model.toString());
            assertTrue(fitted.isFitted());
        }
    }

    @Test
    void resampledModelsAnswerByTheSharesThatThereWere() {
        try (Model model = Recipe.pipeline(Recipe.automatic(),
                Recipe.resampled(new LogisticRegression(),
                        "random_under sampling_strategy='setosa:5'"));
                Dataset iris = Fixtures.iris(); Model fitted = model.fit(iris);
                Dataset shares = fitted.table("class_shares")) {
            assertArrayEquals(new double[] {50, 50, 50}, shares.reals("before"));
            assertArrayEquals(new double[] {5, 50, 50}, shares.reals("after"));
        }
    }

    @Test
    void everyComponentOfTheCatalogHasItsClass() throws Exception {
        Map<String, String> special = Map.of("kmeans", "KMeans", "one_class_svm", "OneClassSVM");
        Set<String> compositions = Set.of("automatic", "chain", "on", "pipeline", "resampled");
        Set<String> seen = new HashSet<>();
        for (String kind : new String[] {"model", "transform"}) {
            try (Dataset list = Catalog.list(kind)) {
                for (String name : list.texts("name")) {
                    if (compositions.contains(name)) {
                        continue;
                    }
                    StringBuilder type = new StringBuilder();
                    for (String word : name.split("_")) {
                        type.append(Character.toUpperCase(word.charAt(0)))
                                .append(word.substring(1));
                    }
                    String found = "org.mlcore.components."
                            + special.getOrDefault(name, type.toString());
                    Recipe made = (Recipe) Class.forName(found).getConstructor().newInstance();
                    assertEquals(name, made.recipe());
                    seen.add(name);
                }
            }
        }
        assertTrue(seen.contains("ridge") && seen.contains("one_hot_encoder"));
    }

    @Test
    void catalogTellsParameters() {
        try (Dataset params = Catalog.params("ridge")) {
            assertTrue(Set.of(params.texts("name")).contains("alpha"));
        }
        assertTrue(Catalog.json().contains("\"gradient_boosting_classifier\""));
        assertThrows(MlcoreException.class, () -> Catalog.params("nope"));
        assertThrows(MlcoreException.class, () -> Catalog.list("nope"));
    }
}
