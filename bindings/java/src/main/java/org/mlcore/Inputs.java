package org.mlcore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and positions of the cells of rows; shared with the rows, which do not keep the predictor
 * or the builder that made them.
 */
final class Inputs {
    final List<String> names;
    final Map<String, Integer> positions = new HashMap<>();

    Inputs(List<String> names) {
        this.names = List.copyOf(names);
        for (int i = 0; i < names.size(); i++) {
            positions.put(names.get(i), i);
        }
    }
}
