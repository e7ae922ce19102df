package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README compiles and prints what the model says. */
class ExampleTest {
    @Test
    void scorePrintsTheProbability(@TempDir Path folder) throws Exception {
        Path source = Path.of(System.getProperty("mlcore.examples", "../../docs/examples"))
                .resolve("Score.java");
        String classes = Path.of(Version.class.getProtectionDomain().getCodeSource().getLocation()
                .toURI()).toString();
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-Xlint:all",
                "-Werror", "-cp", classes, "-d", folder.toString(), source.toString()));
        Files.copy(Fixtures.tests().resolve("golden/income.mlcore"),
                folder.resolve("income.mlcore"));
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xcheck:jni", "-Duser.language=en", "-cp", classes + File.pathSeparator + ".",
                "Score").directory(folder.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        try (Model model = Model.load(folder.resolve("income.mlcore"));
                Predictor predictor = model.predictor()) {
            double[] expected = predictor.run(Map.of("age", 39, "workclass", "State-gov"));
            assertEquals(String.format(java.util.Locale.ENGLISH, "P(>50K) = %.4f%n", expected[1]),
                    out);
        }
    }
}
