/**
 * @file reader.h
 * @brief Readers: rows that come a batch at a time, for data larger than memory.
 *
 * Wherever the rows come from, each batch is a dataset with the same columns, types and roles.
 */
#ifndef MLCORE_READER_H
#define MLCORE_READER_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A source of batches being read: a session. */
typedef struct mlc_reader mlc_reader;

/**
 * @brief Rows that the host yields. Set @c size to its sizeof.
 *
 * A library that knows more members takes those beyond @c size as zero; one that knows fewer
 * refuses a source whose unknown members are not zero.
 */
typedef struct mlc_source {
    int64_t size; /**< sizeof(mlc_source). */
    void *user;   /**< First argument of both functions. */
    /**
     * @brief Yields the next rows: sets *out to a dataset that the library frees, and returns
     * #MLC_OK; or #MLC_END; or an error whose message, written to err, is kept.
     *
     * Called by the thread that called mlc_reader_next(), one call at a time. Not called again
     * after #MLC_END or an error. err is never NULL.
     */
    mlc_status (*next)(void *user, mlc_dataset **out, mlc_error *err);
    void (*release)(void *user); /**< Called once, when the reader is closed; or NULL. */
} mlc_source;

/**
 * @brief Reads a file of data in batches of bounded memory, also packed: CSV, JSON Lines, libsvm
 * text or SQLite, by `format=` or the file's ending.
 *
 * Columns and types are those of the first batch, or what `types=` says; what contradicts them
 * later is an error that says so. Texts are category, or text where the first batch has many
 * different ones.
 * @param ctx context, or NULL
 * @param path UTF-8 file name; it must not change while it is read
 * @param settings as of mlc_dataset_read(), roles among them
 * @param[out] out close it with mlc_reader_close()
 * @param[out] err may be NULL
 * @return as mlc_dataset_read(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_open(mlc_context *ctx, const char *path,
                                               const char *settings, mlc_reader **out,
                                               mlc_error *err);

/**
 * @brief Reads what a callback of the host yields: a database, a queue, a format of its own.
 * @param ctx context, or NULL
 * @param source copied; on failure nothing of it has been called
 * @param roles NULL, or roles, `classes=` and `positive=` as in dataset.h, for each batch
 * @param[out] out close it with mlc_reader_close()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_from_source(mlc_context *ctx, const mlc_source *source,
                                                      const char *roles, mlc_reader **out,
                                                      mlc_error *err);

/**
 * @brief The next rows.
 * @param ctx context that steers this call, or NULL
 * @param reader not NULL
 * @param[out] out the caller frees it with mlc_dataset_free(); written with #MLC_OK only
 * @param[out] err may be NULL
 * @return #MLC_OK; #MLC_END when there are no more rows; what the source fails with, for a callback
 * #MLC_ERROR_CALLBACK; #MLC_ERROR_COLUMN when a batch has other columns or types than the first;
 * #MLC_ERROR_ROLE, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. After a failure
 * the reader can only be closed: further calls fail in the same way. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_next(mlc_context *ctx, mlc_reader *reader,
                                               mlc_dataset **out, mlc_error *err);

/**
 * @brief All rows that are left, as one dataset.
 * @param ctx,reader,err as of mlc_reader_next()
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @return as mlc_reader_next(); #MLC_END when there was no batch at all. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_collect(mlc_context *ctx, mlc_reader *reader,
                                                  mlc_dataset **out, mlc_error *err);

/**
 * @brief Some of the rows that are left, chosen while they pass by: in memory are the sample and a
 * batch or two.
 *
 * The sample is the one that mlc_dataset_sample() takes of what mlc_reader_collect() would give: it
 * depends on the rows, their numbers from 0 and `random_state`, not on batches or threads. A row's
 * chance goes by a random key of its number, of which the smallest are kept (Cohen and Kaplan 2007;
 * Efraimidis and Spirakis 2006 for weights), with the distribution of a reservoir (Vitter 1985; Li
 * 1994).
 * @param ctx,reader,err as of mlc_reader_next()
 * @param settings a sampler and its parameters, as of mlc_dataset_sample(): `reservoir n=1000
 * random_state=0` (all rows where there are fewer); `uniform n=1000`, `uniform share=0.01` (besides
 * the sample it keeps about 5 times the root of the number of rows); `weighted n=1000`; `bottom_k
 * n=1000`, all rows of a key; `stratified n=1000 by=sex`, which keeps up to n rows a stratum. What
 * needs all rows at once is #MLC_ERROR_SETTING before anything is read: `replace=true`, `share=` of
 * weighted and stratified
 * @param[out] out whole columns; categories are those of the sample. The caller frees it with
 * mlc_dataset_free()
 * @return as mlc_reader_next() and mlc_dataset_sample(); #MLC_END when there was no batch at all;
 * #MLC_ERROR_DATA for strata by a target of more than 50 numbers. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_sample(mlc_context *ctx, mlc_reader *reader,
                                                 const char *settings, mlc_dataset **out,
                                                 mlc_error *err);

/**
 * @brief Writes all rows that are left into a file of any format, in bounded memory: a batch or two
 * and the text of some of its rows, whatever the size of the data.
 *
 * The file is, byte for byte, the one that mlc_dataset_write() writes of what mlc_reader_collect()
 * would give, for any batches and threads: a file that is larger than memory is converted by
 * mlc_reader_open() and this. Texts go by way of a temporary file beside the target, which is
 * renamed once all rows are there; rows of an SQLite file are one transaction. So after a failure
 * the target is as it was, unless it is no regular file: what went into a pipe is gone. A text that
 * is being read may be the target. An SQLite file that is being read had better not be: SQLite
 * waits some seconds for its reader, and then holds in memory what is written.
 *
 * Since columns and types are those of the first batch (4 MB of CSV, 8 MB of JSON Lines or libsvm
 * text, 65,536 rows of SQLite), a file of which a later part contradicts them (reals after whole
 * numbers) is #MLC_ERROR_FORMAT with the column and what `types=` would be right;
 * mlc_dataset_read(), which sees all rows, finds types that hold them. Progress is what the source
 * reports: of files the share that was read.
 * @param ctx,reader,err as of mlc_reader_next()
 * @param path UTF-8 file name
 * @param settings NULL or text: `format=` and the settings of the format, as of
 * mlc_dataset_write(). What is wrong with them is told before anything is read
 * @return as mlc_reader_next() and mlc_dataset_write(); #MLC_END when there was no batch at all:
 * nothing is written then. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_reader_write(mlc_context *ctx, mlc_reader *reader,
                                                const char *path, const char *settings,
                                                mlc_error *err);

/**
 * @brief Rows read so far.
 * @param reader may be NULL, which counts 0
 */
MLC_API int64_t mlc_reader_n_rows(const mlc_reader *reader);

/** @brief Ends a reader. Batches that were handed out stay. @param reader may be NULL */
MLC_API void mlc_reader_close(mlc_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
