/**
 * @file builder.h
 * @brief Builders: datasets made of rows and batches as they come, also from several threads.
 *
 * What is pushed carries a sequence number, and the rows of the dataset are in the order of these
 * numbers: which thread was first never shows. mlc_builder_push() and mlc_builder_push_rows() may
 * be called by any number of threads at once; opening, finishing and closing by one.
 */
#ifndef MLCORE_BUILDER_H
#define MLCORE_BUILDER_H

#include <mlcore/dataset.h>
#include <mlcore/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MLC_BUILDER_NEXT (-1) /**< The number after the highest so far: the order of the calls. */

/** @brief A dataset in the making: a session. */
typedef struct mlc_builder mlc_builder;

/**
 * @brief Begins a dataset.
 * @param ctx context, or NULL
 * @param columns columns of single rows, as in `age:int64,city:category,at:timestamp`: bool, int64,
 * float32, float64, category, text or timestamp; in quotes, as in `'a,b:int64'`, where a name has a
 * comma. NULL: only datasets are pushed, and the first one says what the columns are
 * @param roles NULL, or roles, `classes=` and `positive=` as in dataset.h
 * @param[out] out close it with mlc_builder_close()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_SYNTAX, #MLC_ERROR_THREAD, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_builder_open(mlc_context *ctx, const char *columns,
                                                const char *roles, mlc_builder **out,
                                                mlc_error *err);

/**
 * @brief Adds the rows of a dataset, which is shared, not copied, until the builder finishes.
 * @param builder not NULL; any thread
 * @param sequence from 0, where these rows belong; each number once; or #MLC_BUILDER_NEXT
 * @param rows not NULL; with the columns declared and their types, or else with the names of the
 * rows pushed first, in any order
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_COLUMN, #MLC_ERROR_NO_MEMORY; after a failure
 * nothing was added. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_builder_push(mlc_builder *builder, int64_t sequence,
                                                const mlc_dataset *rows, mlc_error *err);

/**
 * @brief Adds single rows.
 *
 * A bool takes 0 and 1; an int64 any integer, and a real that is one; a float the reals, and
 * integers that a float64 holds exactly; text and category take texts of UTF-8 without NUL; a
 * timestamp microseconds as an integer or ISO 8601 as a text. Missing cells have kind #MLC_MISSING.
 * @param builder not NULL, opened with columns; any thread
 * @param sequence from 0, where these rows belong; each number once; or #MLC_BUILDER_NEXT
 * @param values @p n_rows times as many cells as columns were declared, row by row; copied
 * @param n_rows at least 0
 * @param[out] err may be NULL; line is the row of these that was wrong, from 1
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_DATA (a cell that does not fit its column),
 * #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY; after a failure nothing was added. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_builder_push_rows(mlc_builder *builder, int64_t sequence,
                                                     const mlc_value *values, int64_t n_rows,
                                                     mlc_error *err);

/**
 * @brief Rows pushed so far.
 * @param builder may be NULL, which counts 0; any thread
 */
MLC_API int64_t mlc_builder_n_rows(mlc_builder *builder);

/**
 * @brief Makes the dataset of what was pushed. The builder is empty after it and may go on.
 *
 * Columns stand as declared, or else as in the rows with the lowest number, whose roles count where
 * none were given; types that were not declared widen as mlc_dataset_concat() has it. After a
 * failure the builder is as it was. Pushes wait until it is done: progress callbacks must not push.
 * @param ctx context, or NULL
 * @param builder not NULL
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT (a sequence number came twice, or neither columns nor rows
 * are known), #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE, #MLC_ERROR_DATA, #MLC_ERROR_LIMIT,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_builder_finish(mlc_context *ctx, mlc_builder *builder,
                                                  mlc_dataset **out, mlc_error *err);

/** @brief Ends a builder; what was not finished is gone. @param builder may be NULL */
MLC_API void mlc_builder_close(mlc_builder *builder);

#ifdef __cplusplus
}
#endif
#endif
