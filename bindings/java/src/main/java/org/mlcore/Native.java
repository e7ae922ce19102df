package org.mlcore;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The native methods. Text goes in as UTF-8 bytes; results that are handles become objects in the
 * classes that call these.
 */
final class Native {
    static {
        Loader.load();
        String found = version();
        if (!found.equals(Version.EXPECTED)) {
            throw new UnsatisfiedLinkError("the native library is libmlcore " + found
                    + ", these classes are of " + Version.EXPECTED);
        }
    }

    private Native() {}

    /** UTF-8 of a text, null for null. A text with half a surrogate pair has none. */
    static byte[] utf8(String text) {
        if (text == null) {
            return null;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == '?') { // what an unpaired surrogate becomes
                return strictUtf8(text);
            }
        }
        return bytes;
    }

    private static byte[] strictUtf8(String text) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text holds an unpaired surrogate", e);
        }
    }

    static native String version();

    static native String buildInfo();

    static native String statusName(int status);

    static native boolean close(long handle);

    static native boolean isOpen(long handle);

    /** Objects that are not freed yet. */
    static native long handles();

    static native long contextCreate(long memoryLimit, int threads, byte[] isa, long deadlineMs,
            int logLevel, Log log);

    static native void contextAddObjective(Context context, byte[] name, byte[] link,
            ObjectiveFunction function);

    static native void contextAddMetric(Context context, byte[] name, boolean largerIsBetter,
            MetricFunction function);

    static native void contextAddTransform(Context context, byte[] name, int stateVersion,
            int stateSize, TransformFunction function);

    static native long contextDerive(Context base, int threads, long deadlineMs);

    static native void contextCancel(long handle);

    static native long contextMemory(Context context);

    static native String catalogJson();

    static native long catalogList(byte[] kind);

    static native long catalogParams(byte[] name);

    static native long datasetRead(Context context, byte[] path, byte[] settings, Dataset like);

    static native long datasetParse(Context context, byte[] bytes, byte[] settings, Dataset like);

    static native void datasetWrite(Dataset dataset, byte[] path, byte[] settings);

    static native long datasetReadCsv(Context context, byte[] path, byte[] settings,
            Dataset like);

    static native long datasetParseCsv(Context context, byte[] bytes, byte[] settings,
            Dataset like);

    static native void datasetWriteCsv(Dataset dataset, byte[] path, byte[] settings);

    static native long datasetFromArrays(byte[][] names, int[] types, int[] widths,
            Object[] values, long[][] offsets, byte[][] valid, long rows, byte[] settings);

    static native long datasetWithRoles(Dataset dataset, byte[] roles);

    static native long builderOpen(Context context, byte[] columns, byte[] roles);

    static native void builderPushRow(RowBuilder builder, long sequence, ByteBuffer row,
            int columns);

    static native void builderPush(RowBuilder builder, long sequence, Dataset rows);

    static native long builderRowCount(RowBuilder builder);

    static native long builderFinish(Context context, RowBuilder builder);

    static native long readerOpen(Context context, BatchReader.Source source, byte[] roles);

    static native long readerOpenFile(Context context, byte[] path, byte[] settings);

    static native long readerFromArrow(Context context, long stream, byte[] settings);

    static native long readerNext(Context context, BatchReader reader);

    static native long readerCollect(Context context, BatchReader reader);

    static native long readerSample(Context context, BatchReader reader, byte[] settings);

    static native long readerWrite(Context context, BatchReader reader, byte[] path,
            byte[] settings);

    static native long readerRowCount(BatchReader reader);

    static native long datasetConcat(Context context, Dataset[] parts, byte[] settings);

    static native long datasetFromArrow(Context context, long array, long schema, byte[] settings);

    static native long datasetFromArrowStream(Context context, long stream, byte[] settings);

    static native void datasetToArrow(Dataset dataset, long array, long schema);

    static native void datasetToArrowStream(Dataset dataset, long stream, byte[] settings);

    static native long datasetSelect(Dataset dataset, byte[] columns);

    static native long datasetFilter(Dataset dataset, byte[] condition);

    static native long datasetWithColumn(Dataset dataset, byte[] name, byte[] expression);

    static native long datasetRename(Dataset dataset, byte[] names);

    static native long datasetCast(Dataset dataset, byte[] types, byte[] settings);

    static native long datasetSort(Dataset dataset, byte[] settings);

    static native long datasetDistinct(Dataset dataset, byte[] columns);

    static native long datasetJoin(Dataset left, Dataset right, byte[] settings);

    static native long datasetAggregate(Dataset dataset, byte[] functions);

    static native long datasetRange(Dataset dataset, long first, long rows);

    static native long datasetRows(Dataset dataset, long[] rows);

    static native long datasetSplit(Dataset dataset, byte[] settings);

    static native long datasetFold(Dataset dataset, Dataset folds, int k, byte[] part);

    static native long datasetSample(Dataset dataset, byte[] settings);

    static native long datasetResample(Dataset dataset, byte[] settings);

    static native long datasetWithWeights(Dataset dataset, byte[] settings);

    static native long datasetGenerate(byte[] settings);

    static native long datasetFingerprint(Dataset dataset);

    static native long datasetDescribe(Dataset dataset);

    static native long datasetProblems(Dataset dataset);

    static native String datasetFormat(Dataset dataset, byte[] settings);

    static native long datasetRowCount(Dataset dataset);

    static native int datasetColumnCount(Dataset dataset);

    static native int datasetFind(Dataset dataset, byte[] name);

    static native String datasetColumnName(Dataset dataset, int column);

    static native String datasetColumnRole(Dataset dataset, int column);

    static native int datasetColumnType(Dataset dataset, int column);

    static native long datasetColumnWidth(Dataset dataset, int column);

    static native String datasetComponentName(Dataset dataset, int column, long component);

    static native double datasetReal(Dataset dataset, byte[] column, long row);

    static native String datasetText(Dataset dataset, byte[] column, long row);

    static native double[] datasetReals(Dataset dataset, byte[] column);

    static native long[] datasetIntegers(Dataset dataset, byte[] column, boolean allowMissing,
            long missing);

    static native int[] datasetCodes(Dataset dataset, byte[] column);

    static native String[] datasetCategories(Dataset dataset, byte[] column);

    static native String[] datasetTexts(Dataset dataset, byte[] column);

    static native long metricCreate(Context context, byte[] name, byte[] settings);

    static native long metricEvaluate(Context context, Metric[] metrics, Dataset truth,
            Dataset predictions, byte[] by);

    static native long profileCreate(Context context, Dataset dataset, byte[] settings);

    static native long profileMerge(Profile first, Profile second, byte[] settings);

    static native long profileParse(byte[] json);

    static native long profileTable(Profile profile, byte[] table, byte[] settings);

    static native byte[] profileFormat(Profile profile);

    static native String profileSchema(Profile profile, byte[] settings);

    static native long profileRowCount(Profile profile);

    static native long datasetValidate(Dataset dataset, byte[] schema, Profile reference,
            byte[] settings);

    static native long datasetConform(Dataset dataset, byte[] schema, byte[] settings);

    static native long datasetHints(Dataset train, Dataset test, byte[] settings);

    static native long transformCreate(Context context, byte[] name, byte[] settings);

    static native long transformParse(Context context, byte[] recipe);

    static native long transformChain(Transform[] steps);

    static native long transformOn(byte[] columns, Transform inner, byte[] settings);

    static native long transformFit(Context context, Transform recipe, Dataset train);

    static native long transformApply(Context context, Transform transform, Dataset rows);

    static native long transformTable(Transform transform, byte[] table);

    static native String transformFormat(Transform transform, byte[] settings);

    static native boolean transformIsFitted(Transform transform);

    static native long modelCreate(Context context, byte[] name, byte[] settings);

    static native long modelParse(Context context, byte[] recipe);

    static native long modelPipeline(Transform before, Model model);

    static native long modelWith(Model model, byte[] settings);

    static native long modelRecipe(Model model);

    static native long modelFit(Context context, Model recipe, Dataset train, Dataset valid);

    static native long modelPredict(Context context, Model model, Dataset rows, byte[] settings);

    static native long modelEvaluate(Context context, Model model, Dataset rows, byte[] settings);

    static native long modelExplain(Context context, Model model, Dataset rows, Dataset background,
            byte[] settings);

    static native long modelUpdate(Context context, Model model, Dataset train, Dataset valid,
            byte[] settings);

    static native long modelTable(Model model, byte[] table);

    static native String modelFormat(Model model, byte[] settings);

    static native void modelSave(Model model, byte[] path, byte[] settings);

    static native byte[] modelToBytes(Model model, byte[] settings);

    static native long modelLoad(Context context, byte[] path, byte[] settings);

    static native long modelFromBytes(Context context, byte[] bytes, byte[] settings);

    static native long modelImport(Context context, byte[] path, Dataset check, byte[] settings);

    static native long modelImportBytes(Context context, byte[] bytes, Dataset check,
            byte[] settings);

    static native long modelExport(Model model, byte[] path, byte[] settings);

    static native byte[] modelExportBytes(Model model, byte[] settings);

    static native long modelValidate(Context context, byte[] path, byte[] settings);

    static native long modelValidateBytes(Context context, byte[] bytes, byte[] settings);

    static native boolean modelIsFitted(Model model);

    static native long predictorCreate(Context context, Model model, byte[] settings);

    static native String[] predictorInputs(Predictor predictor);

    static native String[] predictorOutputs(Predictor predictor);

    static native String[] predictorLabels(Predictor predictor);

    static native int predictorInput(Predictor predictor, byte[] name);

    static native long predictorRun(Predictor predictor, ByteBuffer row, double[] out);

    static native long predictorRunReals(Predictor predictor, double[] rows, double[] out);
}
