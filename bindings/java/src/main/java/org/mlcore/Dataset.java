package org.mlcore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Named columns with roles; also what every table of results is. Immutable; any thread may use it.
 * Folds, slices and datasets with other roles share the columns.
 *
 * <p>Roles are text: {@code target=income weight=w ignore=id,name}. Columns without one are
 * features.
 */
public final class Dataset extends Handle {
    private static final int TYPE_CATEGORY = 5;

    Dataset(long handle) {
        super(handle);
    }

    /**
     * Reads a file of any format that its ending, or {@code format=}, tells: CSV, JSON Lines, libsvm
     * text or SQLite.
     *
     * @param path the file
     * @param settings those of the format and roles, or null
     * @throws MlcoreException whose line and column point into a text
     */
    public static Dataset read(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.datasetRead(null, Native.utf8(path), Native.utf8(settings),
                null));
    }

    /** Reads a file of any format with the types of other rows, steered by a context. */
    public static Dataset read(Context context, String path, String settings, Dataset like) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.datasetRead(Context.required(context), Native.utf8(path),
                Native.utf8(settings), like));
    }

    /** Reads bytes in memory, of the format that {@code format=} or the first of them tell. */
    public static Dataset parse(byte[] bytes, String settings) {
        Objects.requireNonNull(bytes, "bytes");
        return new Dataset(Native.datasetParse(null, bytes, Native.utf8(settings), null));
    }

    /** Reads a delimited text file, plain or gzip-compressed, with the types it finds. */
    public static Dataset readCsv(String path) {
        return readCsv(path, null);
    }

    /**
     * Reads a delimited text file, plain or gzip-compressed.
     *
     * @param path the file
     * @param settings such as {@code target=income positive='>50K' null='?'}, or null
     * @throws MlcoreException whose line and column point into the file
     */
    public static Dataset readCsv(String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.datasetReadCsv(null, Native.utf8(path), Native.utf8(settings),
                null));
    }

    /**
     * Reads a delimited text file with the types of other rows, whatever the file alone looks like:
     * codes that were categories in training stay categories where all of them are digits.
     *
     * @param path the file
     * @param settings as of {@link #readCsv(String, String)}, or null
     * @param like any dataset, such as the training rows, or {@code model.table("schema")}
     */
    public static Dataset readCsv(String path, String settings, Dataset like) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(like, "like");
        return new Dataset(Native.datasetReadCsv(null, Native.utf8(path), Native.utf8(settings),
                like));
    }

    /** Reads a delimited text file with the types of other rows, steered by a context. */
    public static Dataset readCsv(Context context, String path, String settings, Dataset like) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(like, "like");
        return new Dataset(Native.datasetReadCsv(Context.required(context), Native.utf8(path),
                Native.utf8(settings), like));
    }

    /** Reads a delimited text file. */
    public static Dataset readCsv(Path path, String settings) {
        return readCsv(path.toString(), settings);
    }

    /** Reads a delimited text file, steered by a context. */
    public static Dataset readCsv(Context context, String path, String settings) {
        Objects.requireNonNull(path, "path");
        return new Dataset(Native.datasetReadCsv(Context.required(context), Native.utf8(path),
                Native.utf8(settings), null));
    }

    /** Reads delimited text from memory, plain or gzip-compressed. */
    public static Dataset parseCsv(byte[] csv, String settings) {
        Objects.requireNonNull(csv, "csv");
        return new Dataset(Native.datasetParseCsv(null, csv, Native.utf8(settings), null));
    }

    /** Reads delimited text from memory with the types of other rows. */
    public static Dataset parseCsv(byte[] csv, String settings, Dataset like) {
        Objects.requireNonNull(csv, "csv");
        Objects.requireNonNull(like, "like");
        return new Dataset(Native.datasetParseCsv(null, csv, Native.utf8(settings), like));
    }

    /** Reads delimited text. */
    public static Dataset parseCsv(String csv, String settings) {
        return parseCsv(csv.getBytes(StandardCharsets.UTF_8), settings);
    }

    /**
     * The rows of several datasets, one after the other. Columns are found by name, and their types
     * widen as far as all values need.
     *
     * @param parts at least one
     * @param settings {@code columns=same|union}, or null
     */
    public static Dataset concat(List<Dataset> parts, String settings) {
        Dataset[] all = parts.toArray(new Dataset[0]);
        for (Dataset part : all) {
            Objects.requireNonNull(part, "part");
        }
        return new Dataset(Native.datasetConcat(null, all, Native.utf8(settings)));
    }

    /**
     * A record batch of Arrow. Addresses are those of the structs of Arrow's C data interface, as
     * {@code ArrowArray.memoryAddress()} of arrow-java gives them. Numbers are not copied: the batch
     * is released when the last dataset that uses it is closed. On success both structs were moved;
     * on failure they are still the caller's.
     *
     * @param array address of an ArrowArray
     * @param schema address of its ArrowSchema
     * @param settings {@code text=auto|category|text nanoseconds=fail|floor} and roles, or null
     */
    public static Dataset fromArrow(long array, long schema, String settings) {
        return new Dataset(Native.datasetFromArrow(null, array, schema, Native.utf8(settings)));
    }

    /**
     * All record batches of a stream of Arrow.
     *
     * @param stream address of an ArrowArrayStream
     * @param settings as of {@link #fromArrow(long, long, String)}
     */
    public static Dataset fromArrowStream(long stream, String settings) {
        return new Dataset(Native.datasetFromArrowStream(null, stream, Native.utf8(settings)));
    }

    /** A dataset of arrays in the making. */
    public static DatasetBuilder builder() {
        return new DatasetBuilder();
    }

    /**
     * Makes rows up, or gives a sample set.
     *
     * @param settings such as {@code moons n_rows=1000 noise=0.1} or {@code iris}
     */
    public static Dataset generate(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetGenerate(Native.utf8(settings)));
    }

    /**
     * Writes a file of the format that its ending, or {@code format=}, tells.
     *
     * @param path the file
     * @param settings those of the format, or null
     */
    public void write(String path, String settings) {
        Objects.requireNonNull(path, "path");
        Native.datasetWrite(this, Native.utf8(path), Native.utf8(settings));
    }

    /** Writes the rows as CSV, with exact numbers, beside the target and then renamed. */
    public void writeCsv(String path) {
        writeCsv(path, null);
    }

    /**
     * Writes the rows as CSV.
     *
     * @param path the file
     * @param settings {@code delimiter=',' header=true}, or null
     */
    public void writeCsv(String path, String settings) {
        Objects.requireNonNull(path, "path");
        Native.datasetWriteCsv(this, Native.utf8(path), Native.utf8(settings));
    }

    /**
     * Writes the rows as one record batch of Arrow. What is written shares the columns' memory, may
     * outlive the dataset, and is released by whoever reads it.
     *
     * @param array address of an ArrowArray's memory
     * @param schema address of an ArrowSchema's memory
     */
    public void toArrow(long array, long schema) {
        requireAddress("array", array);
        requireAddress("schema", schema);
        Native.datasetToArrow(this, array, schema);
    }

    /**
     * Writes the rows as a stream of Arrow.
     *
     * @param stream address of an ArrowArrayStream's memory
     * @param settings {@code batch_rows=65536}, or null
     */
    public void toArrowStream(long stream, String settings) {
        requireAddress("stream", stream);
        Native.datasetToArrowStream(this, stream, Native.utf8(settings));
    }

    private static void requireAddress(String name, long address) {
        if (address == 0) {
            throw new IllegalArgumentException(name + " = 0: must be an address");
        }
    }

    /** The same columns under other roles, such as {@code target=y ignore=id}. */
    public Dataset withRoles(String roles) {
        Objects.requireNonNull(roles, "roles");
        return new Dataset(Native.datasetWithRoles(this, Native.utf8(roles)));
    }

    /** Some of the columns: names, {@code type:number}, {@code role:target}, patterns. */
    public Dataset select(String columns) {
        Objects.requireNonNull(columns, "columns");
        return new Dataset(Native.datasetSelect(this, Native.utf8(columns)));
    }

    /** The rows for which a condition holds: {@code "delay > 15 and carrier in ('AA', 'UA')"}. */
    public Dataset filter(String condition) {
        Objects.requireNonNull(condition, "condition");
        return new Dataset(Native.datasetFilter(this, Native.utf8(condition)));
    }

    /** One more column, or another of that name, of the values of an expression. */
    public Dataset withColumn(String name, String expression) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(expression, "expression");
        return new Dataset(Native.datasetWithColumn(this, Native.utf8(name),
                Native.utf8(expression)));
    }

    /** Other names of columns: {@code new=old}. */
    public Dataset rename(String names) {
        Objects.requireNonNull(names, "names");
        return new Dataset(Native.datasetRename(this, Native.utf8(names)));
    }

    /**
     * Columns of other types, without loss.
     *
     * @param types such as {@code age:float64,zip:category}
     * @param settings {@code on_error=fail|missing}, or null
     */
    public Dataset cast(String types, String settings) {
        Objects.requireNonNull(types, "types");
        return new Dataset(Native.datasetCast(this, Native.utf8(types), Native.utf8(settings)));
    }

    /** The rows in order: {@code by=carrier,delay descending=false,true missing=last}. */
    public Dataset sort(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetSort(this, Native.utf8(settings)));
    }

    /** The first of each group of rows that are equal in some columns; null: in all of them. */
    public Dataset distinct(String columns) {
        return new Dataset(Native.datasetDistinct(this, Native.utf8(columns)));
    }

    /**
     * The rows of both side by side, where their keys are equal.
     *
     * @param right the other rows
     * @param settings {@code on=carrier how=inner|left|semi|anti}, or null
     */
    public Dataset join(Dataset right, String settings) {
        Objects.requireNonNull(right, "right");
        return new Dataset(Native.datasetJoin(this, right, Native.utf8(settings)));
    }

    /** A row a group: {@code "by=carrier n=count() mean(delay)"}. */
    public Dataset aggregate(String functions) {
        Objects.requireNonNull(functions, "functions");
        return new Dataset(Native.datasetAggregate(this, Native.utf8(functions)));
    }

    /** Rows one after the other, from {@code first} on. */
    public Dataset slice(long first, long count) {
        return new Dataset(Native.datasetRange(this, first, count));
    }

    /** Some of the rows, in the order given. */
    public Dataset rows(long... rows) {
        return new Dataset(Native.datasetRows(this, Objects.requireNonNull(rows, "rows")));
    }

    /**
     * Plans a split.
     *
     * @param settings such as {@code hold_out test_size=0.25 stratify=true} or {@code k_fold}
     * @return a column a fold, of train, valid, test or none; see {@link #fold}
     */
    public Dataset split(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetSplit(this, Native.utf8(settings)));
    }

    /**
     * One part of a fold.
     *
     * @param folds what {@link #split} gave
     * @param k the fold, from 0
     * @param part {@code train}, {@code valid} or {@code test}
     */
    public Dataset fold(Dataset folds, int k, String part) {
        Objects.requireNonNull(folds, "folds");
        Objects.requireNonNull(part, "part");
        return new Dataset(Native.datasetFold(this, folds, k, Native.utf8(part)));
    }

    /**
     * Some of the rows, in their own order.
     *
     * @param settings such as {@code uniform n=1000} or {@code stratified share=0.1 by=sex}
     */
    public Dataset sample(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetSample(this, Native.utf8(settings)));
    }

    /**
     * Other shares of the target's classes.
     *
     * @param settings such as {@code random_under} or {@code smote k_neighbors=5}
     */
    public Dataset resample(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetResample(this, Native.utf8(settings)));
    }

    /**
     * The same rows with a column of role weight.
     *
     * @param settings such as {@code balanced} or {@code time_decay half_life=30d}
     */
    public Dataset withWeights(String settings) {
        Objects.requireNonNull(settings, "settings");
        return new Dataset(Native.datasetWithWeights(this, Native.utf8(settings)));
    }

    /** One row: schema and content, hashes whatever the order of the rows, rows and columns. */
    public Dataset fingerprint() {
        return new Dataset(Native.datasetFingerprint(this));
    }

    /** A profile: a row a column with its type, missing values, range and quantiles. */
    public Dataset describe() {
        return new Dataset(Native.datasetDescribe(this));
    }

    /**
     * A row for each rule of a schema that is broken.
     *
     * @param schema JSON, as {@link Profile#schema} gives it
     * @param reference what distributions are compared with, or null
     * @param settings such as {@code environment=serving}, or null
     */
    public Dataset validate(String schema, Profile reference, String settings) {
        Objects.requireNonNull(schema, "schema");
        return new Dataset(Native.datasetValidate(this, Native.utf8(schema), reference,
                Native.utf8(settings)));
    }

    /**
     * A dataset that fits a schema.
     *
     * @param schema JSON
     * @param settings such as {@code policy=coerce}, or null
     */
    public Dataset conform(String schema, String settings) {
        Objects.requireNonNull(schema, "schema");
        return new Dataset(Native.datasetConform(this, Native.utf8(schema),
                Native.utf8(settings)));
    }

    /**
     * What makes these training rows misleading.
     *
     * @param test other rows with the same columns, or null
     * @param settings such as {@code leakage=0.9}, or null
     */
    public Dataset hints(Dataset test, String settings) {
        return new Dataset(Native.datasetHints(this, test, Native.utf8(settings)));
    }

    /** Rows that a reader left out: line, column, message. */
    public Dataset problems() {
        return new Dataset(Native.datasetProblems(this));
    }

    /** Number of rows. */
    public long rowCount() {
        return Native.datasetRowCount(this);
    }

    /** Number of columns. */
    public int columnCount() {
        return Native.datasetColumnCount(this);
    }

    /** The names of the columns. */
    public List<String> columns() {
        int n = columnCount();
        List<String> names = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            names.add(Native.datasetColumnName(this, i));
        }
        return List.copyOf(names);
    }

    /** Whether there is a column of that name. */
    public boolean hasColumn(String column) {
        return Native.datasetFind(this, name(column)) >= 0;
    }

    /** Role of a column, such as {@code feature} or {@code target}. */
    public String role(String column) {
        return Native.datasetColumnRole(this, position(column));
    }

    /** Type of a column: bool, int64, float32, float64, category, text, timestamp or vector. */
    public String type(String column) {
        return switch (Native.datasetColumnType(this, position(column))) {
            case 1 -> "bool";
            case 2 -> "int64";
            case 3 -> "float32";
            case 4 -> "float64";
            case TYPE_CATEGORY -> "category";
            case 6 -> "text";
            case 7 -> "timestamp";
            case 8 -> "vector";
            default -> "unknown";
        };
    }

    /** Number of components of a vector column, 1 for any other. */
    public long width(String column) {
        return Native.datasetColumnWidth(this, position(column));
    }

    /** The names of the components of a vector column, such as class labels. */
    public List<String> components(String column) {
        int position = position(column);
        int width = Math.toIntExact(Native.datasetColumnWidth(this, position));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            String component = Native.datasetComponentName(this, position, i);
            if (component != null) {
                names.add(component);
            }
        }
        return List.copyOf(names);
    }

    /** One cell as a number; missing is NaN. {@code p[a]} is component a of a vector column. */
    public double real(String column, long row) {
        return Native.datasetReal(this, name(column), row);
    }

    /** One cell of a text or category column; missing is null. */
    public String text(String column, long row) {
        return Native.datasetText(this, name(column), row);
    }

    /** A column as numbers, missing as NaN; a vector column row by row. */
    public double[] reals(String column) {
        return Native.datasetReals(this, name(column));
    }

    /**
     * A column of integers, booleans (0 and 1) or timestamps (microseconds since 1970 UTC).
     *
     * @throws MlcoreException also when a value is missing
     */
    public long[] longs(String column) {
        return Native.datasetIntegers(this, name(column), false, 0);
    }

    /** A column of integers, booleans or timestamps, with a number that stands for missing. */
    public long[] longs(String column, long missing) {
        return Native.datasetIntegers(this, name(column), true, missing);
    }

    /** A text or category column; missing is null. */
    public String[] texts(String column) {
        int position = position(column);
        if (Native.datasetColumnType(this, position) != TYPE_CATEGORY) {
            return Native.datasetTexts(this, name(column));
        }
        int[] codes = codes(column);
        String[] categories = Native.datasetCategories(this, name(column));
        String[] texts = new String[codes.length];
        for (int i = 0; i < codes.length; i++) {
            texts[i] = codes[i] < 0 ? null : categories[codes[i]];
        }
        return texts;
    }

    /** A category column as codes, missing as -1; {@link #categories} names them. */
    public int[] codes(String column) {
        return Native.datasetCodes(this, name(column));
    }

    /** The texts behind the codes of a category column. */
    public List<String> categories(String column) {
        return List.of(Native.datasetCategories(this, name(column)));
    }

    /**
     * The dataset as text.
     *
     * @param settings {@code format=table|csv|json max_rows=20 max_width=100 digits=6}, or null
     */
    public String format(String settings) {
        return Native.datasetFormat(this, Native.utf8(settings));
    }

    /** An aligned table of the first and last rows. */
    @Override
    public String toString() {
        return isClosed() ? "Dataset (closed)" : format(null);
    }

    private static byte[] name(String column) {
        return Native.utf8(Objects.requireNonNull(column, "column"));
    }

    private int position(String column) {
        int position = Native.datasetFind(this, name(column));
        if (position < 0) {
            Native.datasetReals(this, name(column)); // throws, with the nearest name
            throw new IllegalStateException("no column '" + column + "'");
        }
        return position;
    }
}
