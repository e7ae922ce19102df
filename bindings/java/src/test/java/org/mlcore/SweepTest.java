package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every public method with nulls and extreme numbers: an exception each time, never a crash. */
class SweepTest {
    // Addresses of Arrow's structs are believed as in C; ArrowTest refuses 0.
    private static final Set<String> UNTOUCHED = Set.of("close", "cancel", "fromArrow",
            "fromArrowStream", "toArrow", "toArrowStream");
    private static final long[] NUMBERS = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE,
        Long.MAX_VALUE, Long.MIN_VALUE};

    private int calls;
    private final List<String> wrong = new ArrayList<>();

    private static Object argument(Class<?> type, long number) {
        if (type == int.class) {
            return (int) number;
        } else if (type == long.class) {
            return number;
        } else if (type == double.class) {
            return (double) number;
        } else if (type == boolean.class) {
            return number != 0;
        }
        return null;
    }

    private void sweep(Class<?> type, Object object) throws IllegalAccessException {
        for (Method method : type.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers()) || method.isSynthetic()
                    || UNTOUCHED.contains(method.getName())) {
                continue;
            }
            for (long number : NUMBERS) {
                Object[] arguments = new Object[method.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = argument(method.getParameterTypes()[i], number);
                }
                calls++;
                try {
                    Object result = method.invoke(object, arguments);
                    if (result instanceof Handle made) {
                        made.close();
                    }
                } catch (InvocationTargetException e) {
                    if (!(e.getCause() instanceof RuntimeException)) {
                        wrong.add(method + ": " + e.getCause());
                    }
                }
            }
        }
    }

    @Test
    void nullsAndExtremeNumbersNeverCrash() throws Exception {
        try (Dataset iris = Fixtures.iris(); Model model = Fixtures.irisModel();
                Predictor predictor = model.predictor();
                Transform transform = Transform.create("standard_scaler");
                Metric metric = Metric.create("accuracy"); Context context = Context.create();
                RowBuilder builder = RowBuilder.open("x:int64", null);
                BatchReader reader = BatchReader.open(List.of(Fixtures.iris()).iterator(), null)) {
            for (Object object : new Object[] {iris, model, predictor, transform, metric, context,
                predictor.row(), builder, reader, Dataset.builder(), Context.builder()}) {
                sweep(object.getClass(), object);
            }
            sweep(Catalog.class, null);
            sweep(Version.class, null);
            assertEquals(150, iris.rowCount());
        }
        assertEquals(List.of(), wrong);
        assertTrue(calls > 400, calls + " calls");
    }
}
