package org.mlcore.components;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Parameters by name, written so that every value reads back as it was. */
final class Settings {
    /** Words that mean more than their letters. */
    private static final Set<String> SPECIAL =
            Set.of("true", "false", "none", "null", "nan", "inf", "infinity");

    private final Map<String, String> values = new LinkedHashMap<>();

    void set(String name, boolean value) {
        values.put(name, Boolean.toString(value));
    }

    void set(String name, long value) {
        values.put(name, Long.toString(value));
    }

    void set(String name, double value) {
        values.put(name, number(value));
    }

    void set(String name, String value) {
        values.put(name, quote(Objects.requireNonNull(value, name)));
    }

    void set(String name, Object... items) {
        List<String> written = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof Double || item instanceof Float) {
                written.add(number(((Number) item).doubleValue()));
            } else if (item instanceof Number || item instanceof Boolean) {
                written.add(item.toString());
            } else {
                written.add(quote(Objects.requireNonNull(item, name).toString()));
            }
        }
        values.put(name, "[" + String.join(", ", written) + "]");
    }

    /** One of the words that a parameter allows. */
    void choice(String name, String word) {
        values.put(name, isWord(Objects.requireNonNull(word, name)) ? word : quote(word));
    }

    void none(String name) {
        values.put(name, "none");
    }

    /** As settings; null when nothing is set. */
    String text() {
        return values.isEmpty() ? null : join(" ");
    }

    /** As part of a recipe. */
    String recipe(String component) {
        return values.isEmpty() ? component : component + "(" + join(", ") + ")";
    }

    private String join(String separator) {
        List<String> parts = new ArrayList<>();
        values.forEach((name, value) -> parts.add(name + "=" + value));
        return String.join(separator, parts);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return Double.toString(value);
    }

    private static boolean isWord(String text) {
        if (text.isEmpty() || !(Character.isLetter(text.charAt(0)) && text.charAt(0) < 0x80)) {
            return false;
        }
        return text.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '_'));
    }

    private static String quote(String text) {
        if (isWord(text) && !SPECIAL.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
