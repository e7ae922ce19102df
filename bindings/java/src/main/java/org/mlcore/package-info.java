/**
 * Machine learning from raw data to a served model, through libmlcore.
 *
 * <pre>{@code
 * try (Dataset data = Dataset.readCsv("adult.csv.gz", "target=income positive='>50K'");
 *         Dataset folds = data.split("hold_out test_size=0.25 stratify=true");
 *         Dataset train = data.fold(folds, 0, "train");
 *         Dataset test = data.fold(folds, 0, "test");
 *         Model recipe = Model.parse("pipeline(automatic, gradient_boosting_classifier)");
 *         Model model = recipe.fit(train);
 *         Dataset report = model.evaluate(test, "metrics=roc_auc,log_loss")) {
 *     System.out.println(report);
 *     model.save("income.mlcore");
 * }
 * }</pre>
 *
 * <p>{@link org.mlcore.Dataset}, {@link org.mlcore.Transform}, {@link org.mlcore.Model} and
 * {@link org.mlcore.Predictor} do not change and may be shared by threads; they hold native memory
 * and are closed by {@code try} or by the garbage collector. Closing while another thread is in a
 * call is safe. {@link org.mlcore.RowBuilder} and {@link org.mlcore.BatchReader} make datasets of
 * rows and batches as they come. Failures of the library are {@link org.mlcore.MlcoreException}; using what was
 * closed is {@link java.lang.IllegalStateException}.
 *
 * <p>The native library comes out of the jar, or from where the system properties
 * {@code org.mlcore.library} (a file) and {@code java.library.path} say; {@code org.mlcore.tmpdir}
 * is where the copy in the jar is unpacked.
 */
package org.mlcore;
