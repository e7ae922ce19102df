package org.mlcore.components;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mlcore.Model;

/** Something that has a recipe text: a component with its parameters, or a composition. */
public interface Recipe {
    /** The text that the library reads, such as {@code ridge(alpha=2)}. */
    String recipe();

    /** Transforms for some columns: {@code type:number}, names, patterns. */
    static Recipe on(String columns, Recipe inner) {
        Objects.requireNonNull(columns, "columns");
        String selectors = columns.contains(",") ? "[" + columns + "]" : columns;
        return () -> "on(" + selectors + ", " + inner.recipe() + ")";
    }

    /** The preprocessing that the next model needs, decided from the data. */
    static Recipe automatic() {
        return () -> "automatic";
    }

    /**
     * A classifier that is fitted on resampled rows and answers by the shares of the classes that
     * there were.
     *
     * @param resampler a resampler and its parameters, such as {@code smote k_neighbors=5}
     */
    static Recipe resampled(Recipe model, String resampler) {
        Objects.requireNonNull(model, "model");
        Settings settings = new Settings();
        settings.set("resampler", resampler);
        return () -> "resampled(" + model.recipe() + ", " + settings.text() + ")";
    }

    /** Transforms, then a model, as one model to be fitted. */
    static Model pipeline(Recipe... steps) {
        return Model.parse(Stream.of(steps).map(Recipe::recipe)
                .collect(Collectors.joining(", ", "pipeline(", ")")));
    }
}
