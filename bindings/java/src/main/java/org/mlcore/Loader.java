package org.mlcore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds and loads the native library, in this order: the file that the system property
 * {@code org.mlcore.library} names, {@code libmlcore_jni.so} on {@code java.library.path}, the copy
 * in the jar. That copy is extracted to a directory that only this user may enter, under
 * {@code org.mlcore.tmpdir} or else {@code java.io.tmpdir}, and deleted as soon as it is loaded;
 * every class loader extracts its own, so that several may use the library in one process.
 */
final class Loader {
    private Loader() {}

    static void load() {
        String file = System.getProperty("org.mlcore.library");
        if (file != null) {
            System.load(Path.of(file).toAbsolutePath().toString());
            return;
        }
        if (!loadFromPath()) {
            loadFromJar();
        }
    }

    private static boolean loadFromPath() {
        try {
            System.loadLibrary("mlcore_jni");
            return true;
        } catch (UnsatisfiedLinkError e) {
            if (e.getMessage() != null && e.getMessage().startsWith("no mlcore_jni")) {
                return false; // it is not there; anything else is wrong with one that is
            }
            if (e.getMessage() != null && e.getMessage().contains("another classloader")) {
                return false;
            }
            throw e;
        }
    }

    private static String resource() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (machine.equals("amd64")) {
            machine = "x86_64";
        }
        return "/native/" + (system.startsWith("linux") ? "linux" : system) + "-" + machine
                + "/libmlcore_jni.so";
    }

    private static void loadFromJar() {
        String resource = resource();
        try (InputStream in = Loader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new UnsatisfiedLinkError("this jar has no " + resource
                        + ": set the property org.mlcore.library to the file libmlcore_jni.so");
            }
            loadCopy(in);
        } catch (IOException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(
                    "cannot extract " + resource + ": set the property org.mlcore.tmpdir to a "
                            + "directory with room, or org.mlcore.library to the file");
            error.initCause(e);
            throw error;
        }
    }

    private static void loadCopy(InputStream in) throws IOException {
        String parent = System.getProperty("org.mlcore.tmpdir");
        Path directory = parent == null ? Files.createTempDirectory("mlcore-")
                : Files.createTempDirectory(Path.of(parent), "mlcore-");
        Path file = directory.resolve("libmlcore_jni.so");
        try {
            Files.copy(in, file);
            System.load(file.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(e.getMessage()
                    + " (if the directory does not allow programs, set org.mlcore.tmpdir to one "
                    + "that does; the library is made for glibc, not musl)");
            error.initCause(e);
            throw error;
        } finally {
            Files.deleteIfExists(file); // loaded code stays mapped
            Files.deleteIfExists(directory);
        }
    }
}
