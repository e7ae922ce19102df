/**
 * @file dataset.h
 * @brief Datasets: named columns with roles. Also what every table of results is.
 *
 * A dataset is immutable and counted; any thread may use it. Folds, slices and datasets with
 * other roles share the columns.
 *
 * Roles are given as settings text: `target=income weight=w ignore=id,name`. Columns without a
 * role are features. The roles are target, weight, group, offset, time, sensitive, id, key, fold
 * and ignore; target, sensitive, id and ignore may name several columns (separated by commas, a
 * name with a comma in quotes). A column has one role; a sensitive column is also a feature, to
 * keep it from the models set its role to ignore.
 * `classes='no,yes'` fixes the order of the classes of the target, `positive='yes'` the
 * positive one; without them classes are ordered by value, and of two the last is positive.
 */
#ifndef MLCORE_DATASET_H
#define MLCORE_DATASET_H

#include <mlcore/buffer.h>
#include <mlcore/context.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MLC_TYPE_BOOL 1      /**< Bits, least significant first. */
#define MLC_TYPE_INT64 2     /**< 64-bit integers. */
#define MLC_TYPE_FLOAT32 3   /**< 32-bit reals. */
#define MLC_TYPE_FLOAT64 4   /**< 64-bit reals. */
#define MLC_TYPE_CATEGORY 5  /**< int32 codes into a dictionary of texts in ascending order. */
#define MLC_TYPE_TEXT 6      /**< UTF-8 with int64 offsets. */
#define MLC_TYPE_TIMESTAMP 7 /**< int64 microseconds since 1970-01-01 UTC. */
#define MLC_TYPE_VECTOR 8    /**< A fixed number of float64 a row, dense or sparse. */
#define MLC_TYPE_INT32 9     /**< Caller's arrays only: 32-bit integers; become INT64. */

#define MLC_SPARSE_ROWS 1    /**< Entries row after row: CSR. */
#define MLC_SPARSE_COLUMNS 2 /**< Entries column after column: CSC. */

/**
 * @brief A caller's array going in, or a column coming out. Set @c size to its sizeof.
 *
 * A library that knows more members takes those beyond @c size as zero; one that knows fewer
 * refuses an array whose unknown members are not zero. Coming out, no more than @c size bytes are
 * written, and unknown members are set to zero.
 *
 * In: `release == NULL` means that the values are copied; otherwise they are borrowed, must not
 * change, and @c release is called exactly once, from any thread and with no lock held, when
 * the last dataset that uses them is gone. A call that fails has taken nothing and calls
 * nothing. Borrowed for as long as they are used are aligned INT64, FLOAT32, FLOAT64 and
 * TIMESTAMP columns without gaps, and row-major FLOAT64 matrices without gaps. Everything else
 * (INT32, BOOL, text, float32 or column-major matrices, other strides) is copied, converted and
 * released before the call returns. @c valid is always copied.
 *
 * With `n_columns == 1` the array is one column. With more it is one vector column of float64
 * whose components are named `name0, name1 ...`; type VECTOR is FLOAT64 that becomes a vector
 * also with one column. Strides may be negative or overlap; @c data is row 0 of column 0.
 *
 * TEXT and CATEGORY go in as `const char *const *` with NULL for missing, or, when @c offsets is
 * set, as bytes with int64 offsets. CATEGORY makes the texts a category column; it comes out as
 * int32 codes, whose texts mlc_dataset_category() gives. With @c categories it goes in as int32
 * codes too, numbers of those texts from 0, negative for missing: what pandas and Arrow have, and
 * the least work. The texts may be in any order, repeat or not occur; the column is the same
 * as from a text a row. Text must be UTF-8 without NUL bytes.
 *
 * With @c sparse the array is one vector column of the entries in @c data (FLOAT64 or VECTOR,
 * FLOAT32, INT64 or INT32), with their columns (or, column after column, their rows) in
 * @c indices. The entries of row (or column) i are those from `offsets[i]` to `offsets[i + 1]`;
 * there is one more offset than rows (or columns). They are copied; indices may be in any order,
 * and those that repeat in a row are added in their order, as SciPy does. What has no entry is 0,
 * and the column is sparse; with @c absent_is_missing it is NaN, and the column is dense, of up to
 * 2^31 values. @c valid may mark whole rows as missing. Components have numbers, no names. A sparse
 * column comes out in this form, row after row, with ascending int32 indices and int64 offsets
 * that need not start at 0.
 */
typedef struct mlc_array {
    int64_t size;                  /**< sizeof(mlc_array). */
    const char *name;              /**< Name of the column; out: borrowed from the dataset. */
    const char *role;              /**< Role, or NULL for a feature. */
    int32_t type;                  /**< One of the MLC_TYPE_ numbers. */
    int32_t reserved;              /**< 0. */
    const void *data;              /**< The values; for texts see above. */
    const uint8_t *valid;          /**< A bit a row, least significant first, 0 missing; or NULL. */
    int64_t n_rows;                /**< Rows, at least 0. */
    int64_t n_columns;             /**< 1, or the width of a matrix. */
    int64_t row_stride;            /**< Elements from a row to the next; 0: n_columns. */
    int64_t column_stride;         /**< Elements from a column to the next; 0: 1. */
    void (*release)(void *user);   /**< See above. */
    void *user;                    /**< Argument of @c release. */
    const void *offsets;           /**< TEXT: int64 n_rows + 1 offsets into @c data; see above. */
    int64_t n_categories;          /**< How many texts @c categories has, at most 2^31 - 1. */
    const char *const *categories; /**< CATEGORY: texts of the codes in @c data; or NULL. */
    int64_t sparse;                /**< 0: dense; #MLC_SPARSE_ROWS or #MLC_SPARSE_COLUMNS. */
    int64_t absent_is_missing;     /**< Sparse: 1 where no entry is NaN, 0 where it is 0. */
    const void *indices;           /**< Sparse: from 0, one for each entry. */
    int32_t index_size;            /**< Sparse: bytes of an index, 4 or 8; 0: 4. */
    int32_t offset_size;           /**< Sparse: bytes of an offset, 4 or 8; 0: 8. */
} mlc_array;

/**
 * @brief Reads a delimited text file, also gzip-compressed (by its first bytes).
 *
 * RFC 4180 quoting with embedded line ends and doubled quotes; LF, CRLF or CR line ends; a
 * UTF-8 byte-order mark is skipped, as are blank lines, and blanks around fields and quotes.
 * Text that is not of its encoding and NUL bytes are #MLC_ERROR_FORMAT. Dialects that escape
 * quotes by a backslash are not read: a quote within quotes is doubled.
 *
 * Types are inferred over the whole column: bool (true, True, TRUE and false), int64 (also for
 * 0 and 1), float64 (also for a column without values), timestamp (all values are ISO 8601 dates,
 * or dates with times, as pyarrow and DuckDB infer them; without a zone they are UTC), else
 * category, or text where the number of distinct values is above 16 and above half of the values.
 * Quoted cells may be numbers. An
 * empty cell is missing whatever `null` says; a quoted one is an empty text among texts and
 * missing among numbers; quoted null words are texts. The result is the same for any number of
 * threads.
 *
 * Names: with `header=auto` the first row is the header when none of its cells is a number, none
 * but the first is empty and no two are equal. Empty names become column_3 (by position), repeats
 * name_2, name_3; without a header all are column_1, column_2 ...
 *
 * Memory: the columns and two windows of the text, which is never held as a whole: of 1 MB or a 32nd
 * of what is left, of up to 8 MB where 64 rows take more than one; a record that is longer than a
 * window takes its length. A file that is not a regular one (a pipe) is held
 * as a whole. A column whose cells contradict the type that the first rows suggested costs another
 * pass over the file.
 *
 * @param ctx context, or NULL
 * @param path UTF-8 file name
 * @param settings NULL or text:
 * - `delimiter=auto` or one byte (`','`, `';'`, `tab`, `'|'`); auto is the one of these four that
 *   gives the most rows the same number of fields; `quote='"'` or none;
 *   `header=auto|true|false`
 * - `null='NA,?,...'` the words that mean missing (default: NA N/A n/a \<NA\> \#N/A NaN nan NAN
 *   -nan -NaN null Null NULL None NaT ?)
 * - `types='age:int64,zip:category'` per column: bool, int64, float32, float64, category, text or
 *   timestamp (ISO 8601); a cell that contradicts is #MLC_ERROR_FORMAT;
 *   `text=auto|category|text` for all columns of texts; `timestamps=false` leaves dates and times
 *   that types= does not name texts
 * - `decimal=','` and `thousands='.'` (or `' '`, none) the marks in numbers; with `decimal=','`
 *   delimiter=auto does not look for commas. A thousands mark stands between digits before the
 *   decimal mark.
 * - `comment='#'` lines that start with that byte are passed over, also before the header
 * - `columns=a,b` only these are parsed and kept, in the order of the file; an unknown name is
 *   #MLC_ERROR_COLUMN
 * - `skip_rows=0` and `n_rows=-1` pass over so many rows behind the header, then read at most so
 *   many (-1: all). Rows left out by on_error count; what is not read is not looked at otherwise,
 *   neither for faults nor for types.
 * - `encoding=utf-8|latin-1|utf-16|utf-16-le|utf-16-be`: converted to UTF-8 in pieces while the
 *   file is read; columns of messages then count bytes of UTF-8. utf-16 goes by the byte-order mark
 *   and is little-endian without one.
 * - `on_error=fail|skip|collect` for ragged rows and bad quotes: fail is the default, skip
 *   leaves such rows out, collect leaves them out and lists them in the table that
 *   mlc_dataset_problems() returns. Reading goes on with the line after the bad one.
 * - roles as above
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; line and column point into the file
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_IO, #MLC_ERROR_FORMAT, #MLC_ERROR_COLUMN,
 * #MLC_ERROR_ROLE, #MLC_ERROR_LIMIT (a million columns, a record of 2 GB), #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_read_csv(mlc_context *ctx, const char *path,
                                                    const char *settings, mlc_dataset **out,
                                                    mlc_error *err);

/**
 * @brief Reads delimited text from memory; otherwise as mlc_dataset_read_csv().
 * @param ctx,settings,out,err as there
 * @param bytes the text, plain or gzip-compressed; not kept
 * @param n_bytes its length
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_parse_csv(mlc_context *ctx, const void *bytes,
                                                     int64_t n_bytes, const char *settings,
                                                     mlc_dataset **out, mlc_error *err);

/**
 * @brief Reads a delimited text file with the types of other rows, whatever this file alone looks
 * like: postal codes that were categories in training stay categories in a file where all of them
 * are digits.
 *
 * A column that @p like has too is read as category, text or timestamp where it is one there. Where
 * it is a number or bool there it may be any number or bool here, and a cell that is none is
 * #MLC_ERROR_FORMAT. `types=` goes first; columns that only one of the two has change nothing;
 * roles are not taken over.
 * @param ctx,path,settings,out,err as of mlc_dataset_read_csv()
 * @param like any dataset, such as the training rows, or the table "schema" of a model (see
 * mlc_model_table()), which has no rows; NULL reads as mlc_dataset_read_csv() does
 * @return as mlc_dataset_read_csv(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_read_csv_like(mlc_context *ctx, const char *path,
                                                         const mlc_dataset *like,
                                                         const char *settings, mlc_dataset **out,
                                                         mlc_error *err);

/**
 * @brief Reads delimited text from memory with the types of other rows.
 * @param ctx,like,settings,out,err as of mlc_dataset_read_csv_like()
 * @param bytes,n_bytes as of mlc_dataset_parse_csv()
 * @return as mlc_dataset_read_csv(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_parse_csv_like(mlc_context *ctx, const void *bytes,
                                                          int64_t n_bytes, const mlc_dataset *like,
                                                          const char *settings, mlc_dataset **out,
                                                          mlc_error *err);

/**
 * @brief Writes a dataset as CSV, by way of a temporary file that is renamed.
 *
 * Numbers are exact, missing values empty (NA where a row has nothing else); texts that would not
 * read back as they are stand in quotes. Rows are formatted by the threads of the dataset's context;
 * the bytes are the same for any number of them. The text is held as a whole until it is written.
 * @param dataset not NULL; vector columns become one column `name[component]` a component
 * @param path UTF-8 file name; where it ends in `.gz` the file is gzip-compressed, in members of
 *   16,384 rows
 * @param settings NULL or `delimiter=',' header=true`
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_IO, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_write_csv(const mlc_dataset *dataset, const char *path,
                                                     const char *settings, mlc_error *err);

/**
 * @brief Makes a dataset of the caller's arrays, borrowed or copied; see ::mlc_array.
 * @param ctx context, or NULL
 * @param arrays @p n_arrays arrays of equal n_rows with distinct names
 * @param n_arrays at least 1
 * @param settings NULL, or roles, `classes=` and `positive=` as above
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE, #MLC_ERROR_SETTING,
 * #MLC_ERROR_SYNTAX, #MLC_ERROR_DATA (a text with a NUL byte), #MLC_ERROR_LIMIT,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_from_arrays(mlc_context *ctx, const mlc_array *arrays,
                                                       int32_t n_arrays, const char *settings,
                                                       mlc_dataset **out, mlc_error *err);

/**
 * @brief The same columns under other roles.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param roles text as above, `feature=a,b` takes roles away; columns not named keep theirs, so
 * a second weight is an error and a second target makes two targets
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_with_roles(mlc_context *ctx, const mlc_dataset *dataset,
                                                      const char *roles, mlc_dataset **out,
                                                      mlc_error *err);

/**
 * @brief Some of the rows, in the order given or as a range.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param rows @p n_rows row numbers (copied), or NULL for the range from @p first
 * @param first first row of the range; not used with @p rows
 * @param n_rows how many
 * @param[out] out a view that the caller frees with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_rows(mlc_context *ctx, const mlc_dataset *dataset,
                                                const int64_t *rows, int64_t first, int64_t n_rows,
                                                mlc_dataset **out, mlc_error *err);

/**
 * @brief Some of the columns, in the order given.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param columns selectors separated by commas: a name, `type:number` (bool, int64, float32,
 * float64), `type:` and the name of a type, `role:target`, a pattern such as `capital-*`; quotes
 * protect odd names. A name must be there; types, roles and patterns may pick nothing
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_SYNTAX, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_select(mlc_context *ctx, const mlc_dataset *dataset,
                                                  const char *columns, mlc_dataset **out,
                                                  mlc_error *err);

/**
 * @brief The rows of several datasets, one dataset after the other.
 *
 * Columns are found by name and stand in the order of the first part, as do roles, classes and
 * positive. A column has the narrowest type that holds the values of all parts (bool, then int64,
 * then float64; float32, then float64; category, then text); a column without any value in a part
 * fits every type. Nothing is rounded: an integer among reals that no float64 holds is
 * #MLC_ERROR_DATA. Vectors must agree in width and in being sparse; names of components are those
 * of the first part.
 * @param ctx context, or NULL
 * @param parts @p n_parts datasets, also the same one twice
 * @param n_parts at least 1
 * @param settings NULL or `columns=same|union`: whether each part must have the columns of the
 * first one, or all columns of all parts are taken and what a part lacks is missing
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN (not in every part,
 * or types without a common one), #MLC_ERROR_DATA, #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_concat(mlc_context *ctx, const mlc_dataset *const *parts,
                                                  int32_t n_parts, const char *settings,
                                                  mlc_dataset **out, mlc_error *err);

/**
 * @brief Plans a split: a dataset with one category column a fold, of train, valid, test or none.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param settings the splitter and its parameters: `hold_out test_size=0.25 stratify=true
 * random_state=0`, with a third part `hold_out test_size=0.2 validation_size=0.1`, `k_fold n_splits=5`, `stratified_k_fold`, `group_k_fold`,
 * `stratified_group_k_fold` and `leave_one_group_out` (role group),
 * `predefined` (role fold: each value a fold, -1 and missing always trained on),
 * `time_series n_splits=5` and `purged_k_fold purge=1 embargo=10` (role time, or row order),
 * `hash test_size=0.25` (role key)
 *
 * The hash split is the same in every language: over the UTF-8 bytes of the key's text, FNV-1a
 * of 64 bits (`h = 0xcbf29ce484222325`, then for each byte `h = (h ^ byte) * 0x100000001b3`),
 * then the finaliser of SplitMix64 (`h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9`,
 * `h = (h ^ h >> 27) * 0x94d049bb133111eb`, `h = h ^ h >> 31`); the row is in the test part when
 * `(h >> 11) / 2^53 < test_size`. Integers are written in decimal, bools as true and false,
 * reals in the shortest form that reads back, timestamps as 2024-02-29T13:45:30Z. The key
 * "foobar" gives 0x404da9e3b74078c2 and so 0.2511...
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_ROLE, #MLC_ERROR_DATA,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_split(mlc_context *ctx, const mlc_dataset *dataset,
                                                 const char *settings, mlc_dataset **out,
                                                 mlc_error *err);

/**
 * @brief One part of a fold, as a view.
 * @param dataset what was split
 * @param folds from mlc_dataset_split(), or any dataset with such columns
 * @param k fold, from 0
 * @param part "train", "valid" or "test"
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_DATA, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_fold(const mlc_dataset *dataset,
                                                const mlc_dataset *folds, int32_t k,
                                                const char *part, mlc_dataset **out,
                                                mlc_error *err);

/**
 * @brief A profile, one row a column: column, role, type, n, missing, distinct, min, max, mean,
 * std, q25, median, q75, top (most frequent value) and top_n.
 *
 * n is the number of rows, missing those without a value (NaN too), std that of a sample (divided
 * by the number of values less 1). Quantiles are exact, with linear interpolation. Of equally
 * frequent values the smallest is top. Dense vectors give one row a component, `name[component]`,
 * sparse ones one row. What does not apply is missing. Timestamps count in microseconds.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_describe(mlc_context *ctx, const mlc_dataset *dataset,
                                                    mlc_dataset **out, mlc_error *err);

/**
 * @brief Rows that a reader left out: line, column, message. Empty unless on_error=collect.
 * @param dataset not NULL
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_problems(const mlc_dataset *dataset, mlc_dataset **out,
                                                    mlc_error *err);

/** @brief Number of rows. @param dataset may be NULL, which counts 0. */
MLC_API int64_t mlc_dataset_n_rows(const mlc_dataset *dataset);

/** @brief Number of columns. @param dataset may be NULL, which counts 0. */
MLC_API int32_t mlc_dataset_n_columns(const mlc_dataset *dataset);

/**
 * @brief Name of a column.
 * @param dataset not NULL
 * @param column from 0
 * @return borrowed from the dataset; NULL when out of range
 */
MLC_API const char *mlc_dataset_column_name(const mlc_dataset *dataset, int32_t column);

/**
 * @brief Role of a column, such as "feature" or "target".
 * @param dataset not NULL
 * @param column from 0
 * @return static text; NULL when out of range
 */
MLC_API const char *mlc_dataset_column_role(const mlc_dataset *dataset, int32_t column);

/**
 * @brief Type of a column: one of the MLC_TYPE_ numbers; 0 when out of range.
 * @param dataset not NULL
 * @param column from 0
 */
MLC_API int32_t mlc_dataset_column_type(const mlc_dataset *dataset, int32_t column);

/**
 * @brief Number of components of a vector column, 1 for any other; 0 when out of range.
 * @param dataset not NULL
 * @param column from 0
 */
MLC_API int64_t mlc_dataset_column_width(const mlc_dataset *dataset, int32_t column);

/**
 * @brief Name of a component of a vector column, such as a class label.
 * @param dataset not NULL
 * @param column from 0
 * @param component from 0
 * @return borrowed from the dataset; NULL when out of range
 */
MLC_API const char *mlc_dataset_component_name(const mlc_dataset *dataset, int32_t column,
                                               int64_t component);

/**
 * @brief Position of a column.
 * @param dataset not NULL
 * @param name name of the column
 * @return from 0; -1 when there is none
 */
MLC_API int32_t mlc_dataset_find(const mlc_dataset *dataset, const char *name);

/**
 * @brief One cell as a number: bool as 0 or 1, category as its code, `column[component]` for
 * a component of a vector, by name or by number from 0; missing is NaN.
 * @param dataset not NULL
 * @param column name
 * @param row from 0
 * @param[out] out the value
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN (none of that name, or text), #MLC_ERROR_ARGUMENT. Since
 * 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_real(const mlc_dataset *dataset, const char *column,
                                                int64_t row, double *out, mlc_error *err);

/**
 * @brief One cell of a text or category column.
 * @param dataset not NULL
 * @param column name
 * @param row from 0
 * @param[out] out borrowed from the dataset, not NUL-terminated; NULL when missing
 * @param[out] length bytes
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN (none of that name, or a number), #MLC_ERROR_ARGUMENT.
 * Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_text(const mlc_dataset *dataset, const char *column,
                                                int64_t row, const char **out, int64_t *length,
                                                mlc_error *err);

/**
 * @brief Lends a column's memory where it is contiguous: not for views with row numbers, for which
 * mlc_dataset_copy_real(), _copy_integer() and _copy_codes() work, and sparse vectors only to
 * callers whose mlc_array has their members. Codes of up to 32,768 categories are held in 16 bits:
 * int32 ones are made when they are first asked for, and kept as long as the column.
 * @param dataset not NULL; the memory lives as long as it
 * @param column name
 * @param[in,out] out set its @c size before the call; @c release comes back NULL
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_UNSUPPORTED (not contiguous),
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_column(const mlc_dataset *dataset, const char *column,
                                                  mlc_array *out, mlc_error *err);

/**
 * @brief Copies a numeric, bool, category (codes), timestamp or vector column as doubles.
 * @param dataset not NULL
 * @param column name
 * @param[out] out room for n_rows x width doubles, row-major; missing is NaN
 * @param n_values that room
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_ARGUMENT (too little room). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_copy_real(const mlc_dataset *dataset, const char *column,
                                                     double *out, int64_t n_values, mlc_error *err);

/**
 * @brief Copies an int64, bool (0 and 1) or timestamp (microseconds) column as integers, exactly:
 * doubles are not from 2^53 on.
 * @param dataset not NULL
 * @param column name
 * @param[out] out room for n_rows integers
 * @param n_values that room
 * @param missing stands for missing values
 * @param[out] n_missing how many they were; may be NULL
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_ARGUMENT (too little room). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_copy_integer(const mlc_dataset *dataset,
                                                        const char *column, int64_t *out,
                                                        int64_t n_values, int64_t missing,
                                                        int64_t *n_missing, mlc_error *err);

/**
 * @brief Copies a category column as codes; -1 is missing.
 * @param dataset not NULL
 * @param column name
 * @param[out] out room for n_rows codes
 * @param n_values that room
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_ARGUMENT (too little room). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_copy_codes(const mlc_dataset *dataset,
                                                      const char *column, int32_t *out,
                                                      int64_t n_values, mlc_error *err);

/**
 * @brief The text behind a code of a category column.
 * @param dataset not NULL
 * @param column name
 * @param code from 0
 * @return borrowed from the dataset, NUL-terminated; NULL when there is none
 */
MLC_API const char *mlc_dataset_category(const mlc_dataset *dataset, const char *column,
                                         int32_t code);

/**
 * @brief A dataset as text: an aligned table, CSV or JSON.
 *
 * A table shows the first and the last rows, as many columns as fit, `-` for missing values, and
 * cuts long texts with `...`. JSON is `{"columns":[{"name","type","role"}],"rows":[[...]]}`, with
 * vectors as arrays, timestamps as texts, null for missing and NaN and 1e999 for infinity.
 * @param dataset not NULL
 * @param settings NULL or `format=table|csv|json max_rows=20 max_width=100 digits=6`; CSV and
 * JSON hold every row and exact numbers unless told otherwise
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_format(const mlc_dataset *dataset, const char *settings,
                                                  mlc_buffer **out, mlc_error *err);

/** @brief Takes one more reference. @param dataset not NULL @return @p dataset */
MLC_API mlc_dataset *mlc_dataset_ref(const mlc_dataset *dataset);

/** @brief Gives one reference back; the last one frees. @param dataset may be NULL */
MLC_API void mlc_dataset_free(mlc_dataset *dataset);

#ifdef __cplusplus
}
#endif
#endif
