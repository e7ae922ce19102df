package org.mlcore;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A recipe, or a fitted value, that predicts; a pipeline is a model. Immutable; any thread may use
 * it, also several at once. Fitting makes a new model.
 */
public final class Model extends Handle {
    private Model(long handle) {
        super(handle);
    }

    /** A recipe of one model with its defaults, such as {@code ridge}. */
    public static Model create(String name) {
        return create(name, null);
    }

    /**
     * A recipe of one model.
     *
     * @param name such as {@code ridge}
     * @param settings such as {@code alpha=2}, or null
     */
    public static Model create(String name, String settings) {
        Objects.requireNonNull(name, "name");
        return new Model(Native.modelCreate(null, Native.utf8(name), Native.utf8(settings)));
    }

    /** A recipe from its text or JSON, such as {@code pipeline(automatic, ridge(alpha=2))}. */
    public static Model parse(String recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new Model(Native.modelParse(null, Native.utf8(recipe)));
    }

    /** A recipe from its text or JSON, which may name components that a context has. */
    public static Model parse(Context context, String recipe) {
        Objects.requireNonNull(recipe, "recipe");
        return new Model(Native.modelParse(Context.required(context), Native.utf8(recipe)));
    }

    /** A transform, then a model, as one model. A part that is fitted stays as it is. */
    public static Model pipeline(Transform before, Model model) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(model, "model");
        return new Model(Native.modelPipeline(before, model));
    }

    /** Loads an artifact. */
    public static Model load(String path) {
        return load(path, null);
    }

    /** Loads an artifact. */
    public static Model load(Path path) {
        return load(path.toString(), null);
    }

    /**
     * Loads an artifact.
     *
     * @param path its file
     * @param settings limits on what it may ask for and more, such as {@code max_bytes=1000000
     *     max_trees=500 selftest=true}, or null
     */
    public static Model load(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Model(Native.modelLoad(null, Native.utf8(path), Native.utf8(settings)));
    }

    /** Loads an artifact with the memory and limits of a context. */
    public static Model load(Context context, String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Model(Native.modelLoad(Context.required(context), Native.utf8(path),
                Native.utf8(settings)));
    }

    /** Loads an artifact from memory. */
    public static Model fromBytes(byte[] artifact) {
        Objects.requireNonNull(artifact, "artifact");
        return new Model(Native.modelFromBytes(null, artifact, null));
    }

    /**
     * Loads an artifact from memory with the components and limits of a context.
     *
     * @param context the context
     * @param artifact what {@link #toBytes()} gave
     * @param settings {@code max_bytes=... selftest=true}, or null
     */
    public static Model fromBytes(Context context, byte[] artifact, String settings) {
        Objects.requireNonNull(artifact, "artifact");
        return new Model(Native.modelFromBytes(Context.required(context), artifact,
                Native.utf8(settings)));
    }

    /**
     * Makes a model of a file that another library has written: a text model of LightGBM and the
     * other formats of {@code mlc_model_import()} in the C reference.
     *
     * @param path the file
     * @param check rows with what the other library gives for them, in columns with the role target,
     *     to predict and compare; or null
     * @param settings {@code format=lightgbm rounds=50 classes=no,yes}, or null
     */
    public static Model importFile(String path, Dataset check, String settings) {
        Objects.requireNonNull(path, "path");
        return new Model(Native.modelImport(null, Native.utf8(path), check,
                Native.utf8(settings)));
    }

    /** Makes a model of a file that another library has written. */
    public static Model importFile(Path path) {
        return importFile(path.toString(), null, null);
    }

    /** Makes a model of the bytes of such a file; see {@link #importFile(String, Dataset, String)}. */
    public static Model importBytes(byte[] file, Dataset check, String settings) {
        Objects.requireNonNull(file, "file");
        return new Model(Native.modelImportBytes(null, file, check, Native.utf8(settings)));
    }

    /** Checks an artifact in full without giving a model; fails as {@link #load(String)} would. */
    public static Dataset validate(Path path) {
        return validate(path.toString(), null);
    }

    /**
     * Checks an artifact in full without giving a model.
     *
     * @param path its file
     * @param settings as of {@link #load(String, String)}, or null
     * @return a row for the header and one for each section: section, version, critical, deflated,
     *     offset, stored, bytes, crc32, sha256 (of the header: the content id)
     */
    public static Dataset validate(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.modelValidate(null, Native.utf8(path), Native.utf8(settings)));
    }

    /** Checks an artifact in memory in full. */
    public static Dataset validate(byte[] artifact, String settings) {
        Objects.requireNonNull(artifact, "artifact");
        return new Dataset(Native.modelValidateBytes(null, artifact, Native.utf8(settings)));
    }

    /** The same recipe, unfitted, with other parameters, such as {@code ridge.alpha=3}. */
    public Model with(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Model(Native.modelWith(this, Native.utf8(settings)));
    }

    /** The recipe alone, without what was learned. */
    public Model recipe() {
        return new Model(Native.modelRecipe(this));
    }

    /** Fits the recipe to rows with the roles it needs. */
    public Model fit(Dataset train) {
        return new Model(Native.modelFit(null, this, requireRows(train), null));
    }

    /** Fits the recipe, watching other rows for early stopping. */
    public Model fit(Dataset train, Dataset valid) {
        return new Model(Native.modelFit(null, this, requireRows(train), valid));
    }

    /**
     * Fits the recipe, steered by a context.
     *
     * @param context threads, deadline, progress, cancelling
     * @param train the rows to learn from
     * @param valid rows for early stopping, or null
     */
    public Model fit(Context context, Dataset train, Dataset valid) {
        return new Model(Native.modelFit(Context.required(context), this, requireRows(train),
                valid));
    }

    /** Makes a fitted model of more rounds, which learn from rows. */
    public Model update(Dataset train, String settings) {
        return update(train, null, settings);
    }

    /**
     * Makes another fitted model out of this one, which learned in rounds.
     *
     * <p>{@code method=continue} (the default) adds {@code n_rounds} rounds that learn from the
     * rows, {@code method=refit} keeps the trees and moves the values of their leaves,
     * {@code method=truncate} keeps the first {@code n_rounds} rounds. Transforms before the model
     * stay as they are fitted.
     *
     * @param train the rows to learn from, or null to truncate
     * @param valid rows for early stopping, or null
     * @param settings such as {@code n_rounds=50 parameters='learning_rate=0.05'}, or null
     */
    public Model update(Dataset train, Dataset valid, String settings) {
        return new Model(Native.modelUpdate(null, this, train, valid, Native.utf8(settings)));
    }

    /** Makes another fitted model, steered by a context. */
    public Model update(Context context, Dataset train, Dataset valid, String settings) {
        return new Model(Native.modelUpdate(Context.required(context), this, train, valid,
                Native.utf8(settings)));
    }

    /**
     * Reads a delimited text file with the types that the fitted model knows.
     *
     * @param path the file
     * @param settings as of {@link Dataset#readCsv(String, String)}, or null
     */
    public Dataset readCsv(String path, String settings) {
        try (Dataset schema = table("schema")) {
            return Dataset.readCsv(path, settings, schema);
        }
    }

    /** Predicts rows: the columns {@code prediction} and, of classifiers, {@code probability}. */
    public Dataset predict(Dataset rows) {
        return predict(rows, null);
    }

    /**
     * Predicts rows.
     *
     * @param rows with the columns that were fitted
     * @param settings such as {@code output=probability on_invalid=fail}, or null
     */
    public Dataset predict(Dataset rows, String settings) {
        return new Dataset(Native.modelPredict(null, this, requireRows(rows),
                Native.utf8(settings)));
    }

    /** Predicts rows, steered by a context. */
    public Dataset predict(Context context, Dataset rows, String settings) {
        return new Dataset(Native.modelPredict(Context.required(context), this, requireRows(rows),
                Native.utf8(settings)));
    }

    /** Measures the model on rows with known targets, by the usual metrics. */
    public Dataset evaluate(Dataset rows) {
        return evaluate(rows, null);
    }

    /**
     * Measures the model on rows with known targets.
     *
     * @param rows with the target
     * @param settings such as {@code metrics=roc_auc,log_loss by=sex}, or null
     * @return a row a metric: metric, target, class, group, value, low, high, n
     */
    public Dataset evaluate(Dataset rows, String settings) {
        return new Dataset(Native.modelEvaluate(null, this, requireRows(rows),
                Native.utf8(settings)));
    }

    /** Measures the model, steered by a context. */
    public Dataset evaluate(Context context, Dataset rows, String settings) {
        return new Dataset(Native.modelEvaluate(Context.required(context), this, requireRows(rows),
                Native.utf8(settings)));
    }

    /** How the features of each row share in its raw score: {@code base}, {@code contribution}. */
    public Dataset explain(Dataset rows) {
        return explain(rows, null, null);
    }

    /** Explains rows against what the model keeps of its training rows. */
    public Dataset explain(Dataset rows, String settings) {
        return explain(rows, null, settings);
    }

    /**
     * Explains the predictions of rows, or what the model as a whole goes by.
     *
     * <p>{@code method=shap} gives {@code base} and the vector {@code contribution}, a component a
     * feature, which add to the raw score; with several classes or targets the columns are called
     * {@code name.base} and {@code name.contribution}; with {@code top=5} a line for each of the
     * five largest contributions of a row. {@code method=interactions} gives the matrix of pairs
     * of features, {@code method=permutation} how much worse each metric is when a column is
     * shuffled.
     *
     * @param rows with the columns that were fitted; with the target for permutation
     * @param background rows that stand for what is not known of a row, or null; linear models
     *     and support vector machines need them
     * @param settings such as {@code method=shap level=raw top=5}, or null
     */
    public Dataset explain(Dataset rows, Dataset background, String settings) {
        return new Dataset(Native.modelExplain(null, this, requireRows(rows), background,
                Native.utf8(settings)));
    }

    /** Explains, steered by a context. */
    public Dataset explain(Context context, Dataset rows, Dataset background, String settings) {
        return new Dataset(Native.modelExplain(Context.required(context), this, requireRows(rows),
                background, Native.utf8(settings)));
    }

    /** A table of what was learned, such as {@code importance}, {@code inputs}, {@code steps}. */
    public Dataset table(String name) {
        Objects.requireNonNull(name, "name");
        return new Dataset(Native.modelTable(this, Native.utf8(name)));
    }

    /** Writes the fitted model as one artifact; on failure the old file is as it was. */
    public void save(String path) {
        save(path, null);
    }

    /** Writes the fitted model as one artifact. */
    public void save(Path path) {
        save(path.toString(), null);
    }

    /**
     * Writes the fitted model as one artifact.
     *
     * @param path the file
     * @param settings {@code sync=true compress=true description='...'}, or null
     */
    public void save(String path, String settings) {
        Objects.requireNonNull(path, "path");
        Native.modelSave(this, Native.utf8(path), Native.utf8(settings));
    }

    /** The artifact as bytes: the same that {@link #save(String)} writes. */
    public byte[] toBytes() {
        return Native.modelToBytes(this, null);
    }

    /**
     * Writes the model as a file of another library, or as source text.
     *
     * @param path its file, whose ending may say the format
     * @param settings {@code format=onnx opset=5 name=model}, or null
     * @return what the target has no exact words for: step, subject, effect
     */
    public Dataset exportFile(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.modelExport(this, Native.utf8(path), Native.utf8(settings)));
    }

    /** The bytes of the first file that {@link #exportFile(String, String)} writes. */
    public byte[] exportBytes(String settings) {
        Objects.requireNonNull(settings, "settings");
        return Native.modelExportBytes(this, Native.utf8(settings));
    }

    /** Whether it was fitted. */
    public boolean isFitted() {
        return Native.modelIsFitted(this);
    }

    /** Compiles the fitted model for single records. */
    public Predictor predictor() {
        return predictor(null);
    }

    /**
     * Compiles the fitted model for single records.
     *
     * @param settings {@code output=class|probability|raw on_invalid=flag|fail|missing rows=1}, or
     *     null; rows is how many records of numbers go at a time
     */
    public Predictor predictor(String settings) {
        return new Predictor(Native.predictorCreate(null, this, Native.utf8(settings)));
    }

    /**
     * The recipe as text or JSON.
     *
     * @param settings {@code format=text|json defaults=false}, or null
     */
    public String format(String settings) {
        return Native.modelFormat(this, Native.utf8(settings));
    }

    @Override
    public String toString() {
        return isClosed() ? "Model (closed)" : format(null);
    }

    private static Dataset requireRows(Dataset rows) {
        return Objects.requireNonNull(rows, "rows");
    }
}
