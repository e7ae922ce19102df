package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

/** Rows by Arrow's C interfaces, in structs in memory outside of the heap. */
class ArrowTest {
    private static final long SIZE = 128; // more than any of the structs

    /** Zeroed memory; sun.misc.Unsafe stands for what arrow-java allocates with. */
    private static final class Memory implements AutoCloseable {
        final long address;
        private final Object unsafe;

        Memory() throws ReflectiveOperationException {
            Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            field.setAccessible(true);
            unsafe = field.get(null);
            address = (long) unsafe.getClass().getMethod("allocateMemory", long.class)
                    .invoke(unsafe, SIZE);
            unsafe.getClass().getMethod("setMemory", long.class, long.class, byte.class)
                    .invoke(unsafe, address, SIZE, (byte) 0);
        }

        @Override
        public void close() throws ReflectiveOperationException {
            unsafe.getClass().getMethod("freeMemory", long.class).invoke(unsafe, address);
        }
    }

    @Test
    void aBatchComesBackWhenItsDatasetIsClosed() throws Exception {
        try (Memory array = new Memory(); Memory schema = new Memory();
                Dataset iris = Fixtures.iris()) {
            try (Dataset part = iris.slice(10, 50)) {
                part.toArrow(array.address, schema.address);
            }
            try (Dataset again = Dataset.fromArrow(array.address, schema.address, null)) {
                assertEquals(iris.columns(), again.columns());
                assertEquals(50, again.rowCount());
                assertEquals("target", again.role("species"));
                assertEquals(iris.reals("sepal_width")[59], again.reals("sepal_width")[49]);
            }
            MlcoreException e = assertThrows(MlcoreException.class,
                    () -> Dataset.fromArrow(array.address, schema.address, null));
            assertEquals("MLC_ERROR_ARGUMENT", e.statusName());
        }
    }

    @Test
    void streamsOfSeveralBatchesAreJoined() throws Exception {
        try (Memory stream = new Memory(); Dataset iris = Fixtures.iris()) {
            iris.toArrowStream(stream.address, "batch_rows=40");
            try (Dataset again = Dataset.fromArrowStream(stream.address, "feature=species")) {
                assertEquals("feature", again.role("species"));
                assertArrayEquals(iris.texts("species"), again.texts("species"));
                assertArrayEquals(iris.reals("petal_length"), again.reals("petal_length"));
            }
        }
    }

    @Test
    void noAddressIsRefused() {
        try (Dataset iris = Fixtures.iris()) {
            assertThrows(IllegalArgumentException.class, () -> iris.toArrow(0, 1));
            assertThrows(IllegalArgumentException.class, () -> iris.toArrowStream(0, null));
            assertThrows(MlcoreException.class, () -> Dataset.fromArrow(0, 0, null));
            assertThrows(MlcoreException.class, () -> Dataset.fromArrowStream(0, null));
        }
    }
}
