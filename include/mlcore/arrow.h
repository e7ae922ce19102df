/**
 * @file arrow.h
 * @brief Datasets from and to the Arrow C data and C stream interfaces: how Parquet readers,
 * databases, DuckDB, Polars, pandas and Spark hand tables over without a copy.
 *
 * The structs are those of the Arrow specification, under its guards, so that this header and
 * another that defines them can meet. Nothing of Arrow needs to be installed.
 *
 * What becomes what, going in:
 *
 * | Arrow | column |
 * |---|---|
 * | bool | bool |
 * | int8 to int64, uint8 to uint64 | int64; a uint64 beyond 2^63 - 1 is #MLC_ERROR_DATA |
 * | float16, float32 | float32 |
 * | float64 | float64 |
 * | decimal32 to decimal256 | float64, the nearest |
 * | null | float64 without values |
 * | utf8, large_utf8, utf8_view | category or text: setting `text` |
 * | dictionary of texts | category |
 * | date32, date64, timestamp of any unit and zone | timestamp; without a zone it is UTC |
 * | time32, time64, duration | int64, the number of their units |
 * | fixed-size list of numbers or bools | vector; a null in a row is NaN |
 * | large_list as mlc_dataset_arrow_array() writes sparse vectors | sparse vector |
 *
 * An extension type counts as its storage. Everything else (binary, lists, structs within,
 * maps, unions, intervals, run-end-encoded arrays, dictionaries of other values) is
 * #MLC_ERROR_UNSUPPORTED, with the column and what to cast it to. Texts must be UTF-8 without
 * NUL bytes, offsets ascending, codes within their dictionary: these are checked. Lengths of
 * buffers are not told by the interface and are trusted.
 *
 * Not copied are aligned int64, float32, float64, timestamps in microseconds, fixed-size lists of
 * float64 and the bytes of texts, also of slices; their cost does not depend on the number of rows
 * where the producer says that nothing is null (`null_count` 0 or no bitmap). Bitmaps are
 * copied.
 *
 * Roles, classes and the positive class travel in metadata: `mlcore:role` of a column,
 * `mlcore:classes` and `mlcore:positive` of the schema, `mlcore:components` (names of a vector's
 * components as JSON) and `mlcore:width` (of a sparse vector).
 */
#ifndef MLCORE_ARROW_H
#define MLCORE_ARROW_H

#include <mlcore/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
/** Set by whoever defines these structs first. */
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1 /**< The order of a dictionary means something. */
#define ARROW_FLAG_NULLABLE 2           /**< Values may be null. */
#define ARROW_FLAG_MAP_KEYS_SORTED 4    /**< Keys of a map ascend. */

/** @brief A type: of a column, or of a table as a struct of columns. */
struct ArrowSchema {
    const char *format;            /**< Text that says the type. */
    const char *name;              /**< Name of the field; may be NULL. */
    const char *metadata;          /**< Keys and values with their lengths, no C string; or NULL. */
    int64_t flags;                 /**< ARROW_FLAG_ bits. */
    int64_t n_children;            /**< Fields of a struct, 1 for a list, else 0. */
    struct ArrowSchema **children; /**< n_children of them. */
    struct ArrowSchema *dictionary;              /**< Type of the values, or NULL. */
    void (*release)(struct ArrowSchema *schema); /**< NULL: released already. */
    void *private_data;                          /**< The producer's. */
};

/** @brief Values: of a column, or of rows as a struct of columns. */
struct ArrowArray {
    int64_t length;                /**< Rows. */
    int64_t null_count;            /**< Rows that are null; -1: not counted yet. */
    int64_t offset;                /**< Rows to skip in the buffers. */
    int64_t n_buffers;             /**< As the type has them. */
    int64_t n_children;            /**< As the schema. */
    const void **buffers;          /**< n_buffers of them; the first is the bitmap or NULL. */
    struct ArrowArray **children;  /**< n_children of them. */
    struct ArrowArray *dictionary; /**< The values, or NULL. */
    void (*release)(struct ArrowArray *array); /**< NULL: released already. */
    void *private_data;                        /**< The producer's. */
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
/** Set by whoever defines this struct first. */
#define ARROW_C_STREAM_INTERFACE

/** @brief Rows that come an array at a time. Its functions return 0 or an errno number. */
struct ArrowArrayStream {
    /** @brief The type of all arrays; released by whoever asked. */
    int (*get_schema)(struct ArrowArrayStream *stream, struct ArrowSchema *out);
    /** @brief The next array; a released one at the end. */
    int (*get_next)(struct ArrowArrayStream *stream, struct ArrowArray *out);
    /** @brief Why the last call failed, or NULL; valid until the next call. */
    const char *(*get_last_error)(struct ArrowArrayStream *stream);
    void (*release)(struct ArrowArrayStream *stream); /**< NULL: released already. */
    void *private_data;                               /**< The producer's. */
};

#endif /* ARROW_C_STREAM_INTERFACE */

/**
 * @brief Makes a dataset of one record batch (a struct array, format `+s`).
 *
 * On success both structs were moved: their @c release is NULL, the schema is released, and the
 * array is when the last dataset that uses its memory is gone, from any thread and with no
 * lock held; where nothing of it is used, before the call returns. On failure nothing was taken:
 * both are still the caller's. A row that is null as a whole is missing in every column. The
 * array may be a slice and its memory unaligned; it must not change while it is used.
 * @param ctx context, or NULL
 * @param array its children are the columns; a child without a name is column_3, by position
 * @param schema the type of @p array
 * @param settings NULL or text:
 * - `text=auto|category|text` what columns of texts become; auto is as mlc_dataset_read_csv() has
 *   it: text where more than 16 and more than half of the values differ, else category. A
 *   target is category under auto. Dictionaries are categories whatever this says
 * - `nanoseconds=fail|floor` what is done about times with a part of a microsecond:
 *   #MLC_ERROR_DATA with the row, or the microsecond before
 * - roles, `classes=` and `positive=` as in dataset.h; they go over those of the metadata
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; its name is the column at fault
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT (released structs, arrays that do not fit their schema),
 * #MLC_ERROR_UNSUPPORTED, #MLC_ERROR_DATA (values that do not fit), #MLC_ERROR_COLUMN,
 * #MLC_ERROR_ROLE, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_from_arrow(mlc_context *ctx, struct ArrowArray *array,
                                                      struct ArrowSchema *schema,
                                                      const char *settings, mlc_dataset **out,
                                                      mlc_error *err);

/**
 * @brief Makes a dataset of all record batches of a stream, one after the other.
 *
 * A single batch with rows is not copied, as in mlc_dataset_from_arrow(); several are joined and
 * released. Each batch may have dictionaries of its own: categories are joined by their texts.
 * The stream's functions are called from the calling thread only. Cancelling is looked at
 * between batches. On success the stream was moved and released; on failure it is still the
 * caller's, with some batches read.
 * @param ctx context, or NULL
 * @param stream where the batches come from
 * @param settings as of mlc_dataset_from_arrow()
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return as mlc_dataset_from_arrow(), and #MLC_ERROR_CALLBACK when the stream fails, with what
 * it says. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_from_arrow_stream(mlc_context *ctx,
                                                             struct ArrowArrayStream *stream,
                                                             const char *settings,
                                                             mlc_dataset **out, mlc_error *err);

/**
 * @brief Reads a stream a record batch at a time: see reader.h.
 *
 * Texts become text, or category with `text=category`: one batch cannot tell which of both fits. On
 * success the stream was moved, and it is released when the reader is closed; on failure it is
 * still the caller's.
 * @param ctx context, or NULL
 * @param stream where the batches come from
 * @param settings as of mlc_dataset_from_arrow(), but for `text=auto`
 * @param[out] out close it with mlc_reader_close()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_CALLBACK
 * when the stream fails, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_from_arrow(mlc_context *ctx,
                                                     struct ArrowArrayStream *stream,
                                                     const char *settings, mlc_reader **out,
                                                     mlc_error *err);

/**
 * @brief The type of a dataset's rows, as mlc_dataset_arrow_array() gives them.
 *
 * bool, int64, float32 and float64 are themselves; category is dictionary<int16, utf8>, or
 * <int32, utf8> of more than 32,768 categories, text large_utf8, timestamp that of microseconds in
 * UTC, a dense vector fixed_size_list<float64>, a sparse one large_list<struct<index: int32, value:
 * float64>> of its entries. Every column is nullable, the rows are not. Roles and what belongs to
 * them are in the metadata; see above.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param settings NULL or empty; there is none yet
 * @param[out] out a struct of the caller's, to be released by its @c release; needs the dataset no
 * more
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_arrow_schema(mlc_context *ctx,
                                                        const mlc_dataset *dataset,
                                                        const char *settings,
                                                        struct ArrowSchema *out, mlc_error *err);

/**
 * @brief A dataset's rows as one record batch.
 *
 * The columns' memory is lent, also of a range of rows; it stays until the array is released, even
 * when the dataset is gone before. Dictionaries are copied, and views of chosen rows are made
 * whole first. The array and children moved out of it may be released from any thread.
 * @param ctx,dataset,settings as of mlc_dataset_arrow_schema()
 * @param[out] out a struct of the caller's, to be released by its @c release
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_arrow_array(mlc_context *ctx, const mlc_dataset *dataset,
                                                       const char *settings, struct ArrowArray *out,
                                                       mlc_error *err);

/**
 * @brief A dataset's rows as a stream of record batches, each as mlc_dataset_arrow_array() gives
 * it.
 *
 * The stream keeps the columns. Batches and schemas that came out of it outlive it.
 * @param ctx,dataset as of mlc_dataset_arrow_schema()
 * @param settings NULL or `batch_rows=0`: the most rows of a batch; 0 is one batch of all rows
 * @param[out] out a struct of the caller's, to be released by its @c release; one thread at a time
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_arrow_stream(mlc_context *ctx,
                                                        const mlc_dataset *dataset,
                                                        const char *settings,
                                                        struct ArrowArrayStream *out,
                                                        mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
