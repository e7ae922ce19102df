/**
 * @file read.h
 * @brief One door for files of data, whatever their format.
 *
 * | format | endings | what it is |
 * |---|---|---|
 * | `csv` | .csv .txt .data | delimited text, see mlc_dataset_read_csv() |
 * | `tsv` | .tsv .tab | the same with tabs |
 * | `jsonl` | .jsonl .ndjson | JSON Lines: one object a line |
 * | `libsvm` | .libsvm .svmlight .svm | `label qid:7 3:0.5 9:1` a line |
 * | `sqlite` | .sqlite .sqlite3 .db .db3 | a table or query of an SQLite file |
 *
 * `format=` names the format; without it the file's ending does, in any case of letters and also
 * before `.gz` where the format is text. Texts may be gzip-compressed whatever their name is.
 * All other settings go to the format; an unknown one is #MLC_ERROR_SETTING and names the nearest
 * that is known. Readers take roles, `classes=` and `positive=` as well (see dataset.h).
 *
 * **JSON Lines.** A line is one object in UTF-8 (RFC 8259; a byte-order mark is skipped, blank
 * lines are too; NaN, Infinity and -Infinity are numbers as in Python). A member is a column; those
 * of an object inside have dotted names, `user.age`. Columns come in the order in which lines first
 * have them; a row without a member, or with null, is missing there. Types are found over the whole
 * file: true and false are bool, numbers int64 when all are written without point and exponent and
 * fit, else float64 (an integer beyond int64 is the nearest double), texts category or text by the
 * rule of CSV files, arrays of numbers of one length a dense vector with null as NaN. Other arrays
 * are the JSON text that they are. A column that is null everywhere is float64. Different kinds in
 * one column (a text among numbers, vectors of different lengths), two members of one name in an
 * object, and NUL in texts are errors with line and column. Settings:
 * - `columns='age:user.age,first:$.scores[0],odd:$["a.b"]'` reads these alone, each by the path
 *   after its name and a colon (the path is the name when there is none): members by points or in
 *   brackets and quotes, elements of arrays by their number from 0, `$` for the line. What is found
 *   there may also be an object, which is then its JSON text. A path that no line has is
 *   #MLC_ERROR_COLUMN
 * - `types='zip:text,day:timestamp'` as for CSV files: texts may be numbers or bools then, numbers
 *   stay as they are written where texts are asked for, and objects and arrays are JSON texts
 * - `null='NA,?'` texts that mean missing (default: none), `text=auto|category|text`
 * - `on_error=fail|skip|collect` for lines that are not one good object: see
 *   mlc_dataset_read_csv(); contradictions of types always end the reading
 *
 * Written: a member a column, reals with a point or an exponent, texts as they are, timestamps as
 * ISO 8601, vectors (sparse ones too) as arrays, missing values as null, infinity as 1e999.
 * `nan=word|null`: NaN is the word NaN, which JSON does not have, or null. Reading gives the same
 * values back; float32 and timestamps with types=, categories by text= or a dataset to be like.
 *
 * **libsvm.** Label, `qid:` and ascending `index:value`, comments after `#`. The result is a target
 * column (int64 when all labels are written as whole numbers, else float64), a group column where
 * rows have qid: (all or none), and one sparse vector. Several labels a row are refused. Settings:
 * - `index_base=auto|0|1`: auto is 0 where an index is 0, else 1
 * - `width=0` components of the vector; 0: as many as the largest index needs, or as the dataset to
 *   be like has
 * - `target_name=target`, `group_name=qid`, `features_name=x`
 *
 * Written: the target (a number), the group, and the features, numbers and vectors side by side,
 * without zeros; a missing value is nan. Other columns are left out. `index_base=1`.
 *
 * **SQLite.** (where the library was built with it, else #MLC_ERROR_UNSUPPORTED.) The file is
 * opened for reading only and treated as untrusted. The path is a file name, never a URI. Integers
 * are int64, or bool where the column is declared BOOL or BOOLEAN and holds 0 and 1; integers among
 * reals are reals; texts are category or text by the rule of CSV files, dates among them (types=
 * makes them timestamps); a column without values is what its declaration says, else float64. Texts
 * among numbers, and blobs, are errors that name column and row. Settings:
 * - `table=name` or `query='SELECT ...'`, one statement that only reads; with neither, the only
 *   table of the file
 * - `types=`, `null=`, `text=` as for JSON Lines
 *
 * Written in one transaction: `table=data`, `if_exists=fail|replace|append`; bools as 0 and 1,
 * timestamps as ISO 8601 texts, a vector as a column a component. SQLite has neither NaN, which
 * becomes NULL and so is missing, nor -0, which becomes 0.
 */
#ifndef MLCORE_READ_H
#define MLCORE_READ_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Reads a file of any format above.
 *
 * The result is the same for any number of threads. Any thread may call.
 * @param ctx context, or NULL
 * @param path UTF-8 file name
 * @param settings NULL or text: `format=` and the settings of the format, roles
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; line and column point into a text
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_IO,
 * #MLC_ERROR_FORMAT (also for an ending that tells nothing), #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_LIMIT, #MLC_ERROR_UNSUPPORTED, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED,
 * #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_read(mlc_context *ctx, const char *path,
                                                const char *settings, mlc_dataset **out,
                                                mlc_error *err);

/**
 * @brief Reads a file with the types of other rows; see mlc_dataset_read_csv_like().
 * @param ctx,path,settings,out,err as of mlc_dataset_read()
 * @param like any dataset, or NULL, which reads as mlc_dataset_read() does; libsvm text takes the
 * width of the vector from it
 * @return as mlc_dataset_read(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_read_like(mlc_context *ctx, const char *path,
                                                     const mlc_dataset *like, const char *settings,
                                                     mlc_dataset **out, mlc_error *err);

/**
 * @brief Reads bytes in memory; without `format=` the first of them tell the format, and what
 * looks like no other is CSV.
 * @param ctx,settings,out,err as of mlc_dataset_read()
 * @param bytes a text, plain or gzip-compressed, or an SQLite file; not kept
 * @param n_bytes its length
 * @return as mlc_dataset_read(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_parse(mlc_context *ctx, const void *bytes,
                                                 int64_t n_bytes, const char *settings,
                                                 mlc_dataset **out, mlc_error *err);

/**
 * @brief Reads bytes in memory with the types of other rows.
 * @param ctx,bytes,n_bytes,settings,out,err as of mlc_dataset_parse()
 * @param like as of mlc_dataset_read_like()
 * @return as mlc_dataset_read(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_parse_like(mlc_context *ctx, const void *bytes,
                                                      int64_t n_bytes, const mlc_dataset *like,
                                                      const char *settings, mlc_dataset **out,
                                                      mlc_error *err);

/**
 * @brief Writes a dataset in any format above.
 *
 * Texts go by way of a temporary file that is renamed, gzip-compressed when the path ends in .gz,
 * in members of 1 MB of text; an SQLite file is changed in one transaction, or is as it was. The
 * bytes are the same for any number of threads, and besides the dataset little is in memory: a part
 * of the text. mlc_reader_write() writes rows that are not all in memory.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param path UTF-8 file name
 * @param settings NULL or text: `format=` and the settings of the format
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_IO,
 * #MLC_ERROR_FORMAT (an ending that tells nothing), #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_LIMIT, #MLC_ERROR_UNSUPPORTED, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED,
 * #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_write(mlc_context *ctx, const mlc_dataset *dataset,
                                                 const char *path, const char *settings,
                                                 mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
