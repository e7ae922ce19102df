import java.util.Map;
import org.mlcore.Model;
import org.mlcore.Predictor;

/** Loads the artifact and predicts one raw record; a predictor may be shared by all threads. */
public final class Score {
    public static void main(String[] args) {
        try (Model model = Model.load("income.mlcore");
             Predictor predictor = model.predictor()) {
            double[] probability = predictor.run(Map.of("age", 39, "workclass", "State-gov"));
            System.out.printf("P(%s) = %.4f%n", predictor.label(1), probability[1]);
        }
    }
}
