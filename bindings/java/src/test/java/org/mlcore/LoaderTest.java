package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoaderTest {
    /** Prints the version: what child processes run. */
    static final class Main {
        public static void main(String[] args) {
            try {
                System.out.println("loaded " + Version.version());
            } catch (UnsatisfiedLinkError e) {
                System.out.println("failed: " + e.getMessage());
            }
        }
    }

    private static URL classes() {
        return Version.class.getProtectionDomain().getCodeSource().getLocation();
    }

    private static Path library() throws Exception {
        return Path.of(Version.class.getResource("/native/linux-x86_64/libmlcore_jni.so").toURI());
    }

    private static String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xcheck:jni");
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(Path.of(classes().toURI()) + File.pathSeparator
                + Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
        command.add(Main.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("LD_LIBRARY_PATH"); // a part of java.library.path
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    @Test
    void theCopyInTheJarLeavesNothingBehind(@TempDir Path temp) throws Exception {
        assertEquals("loaded " + Version.EXPECTED + "\n", run("-Djava.io.tmpdir=" + temp));
        assertEquals("loaded " + Version.EXPECTED + "\n", run("-Djava.io.tmpdir=/nowhere",
                "-Dorg.mlcore.tmpdir=" + temp));
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(List.of(), left.filter(p -> p.getFileName().toString()
                    .startsWith("mlcore")).toList());
        }
    }

    @Test
    void aPropertyOrTheLibraryPathNamesTheFile(@TempDir Path temp) throws Exception {
        assertEquals("loaded " + Version.EXPECTED + "\n", run("-Djava.io.tmpdir=/nowhere",
                "-Dorg.mlcore.library=" + library()));
        assertEquals("loaded " + Version.EXPECTED + "\n", run("-Djava.io.tmpdir=/nowhere",
                "-Djava.library.path=" + library().getParent()));
        assertTrue(run("-Dorg.mlcore.library=/nowhere/x.so").startsWith("failed: "));
        String failure = run("-Djava.io.tmpdir=/nowhere");
        assertTrue(failure.contains("org.mlcore.tmpdir"), failure);
    }

    @Test
    void severalClassLoadersHaveTheirOwnCopyAndMayGo() throws Exception {
        assertEquals(Version.EXPECTED, Version.version());
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gone.add(useInLoader());
        }
        for (int i = 0; i < 100 && gone.get(0).get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(gone.get(0).get(), "the first loader is still there");
        try (Dataset iris = Fixtures.iris()) {
            assertEquals(150, iris.rowCount());
        }
    }

    private static WeakReference<ClassLoader> useInLoader() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes()},
                ClassLoader.getPlatformClassLoader())) {
            Class<?> version = loader.loadClass("org.mlcore.Version");
            assertNotSame(Version.class, version);
            assertEquals(Version.EXPECTED, version.getMethod("version").invoke(null));
            Class<?> dataset = loader.loadClass("org.mlcore.Dataset");
            Object rows = dataset.getMethod("readCsv", String.class)
                    .invoke(null, Fixtures.data("iris.csv"));
            assertEquals(150L, dataset.getMethod("rowCount").invoke(rows));
            assertNull(System.getProperty("org.mlcore.library"));
            return new WeakReference<>(loader);
        }
    }
}
