/**
 * @file profile.h
 * @brief Profiles: what the columns of a dataset hold, as counts that merge exactly.
 *
 * A profile is an immutable, counted value; any thread may use it. It is a function of the rows
 * alone, not of their order: profiles of any partition of the rows, merged in any order, are byte
 * for byte (mlc_profile_format()) the profile of the whole, for any number of threads.
 *
 * What makes that so, of each column:
 * - counts of rows, missing values, NaN, infinities and zeros are integers;
 * - numbers (and bools, timestamps, components of dense vectors) are kept with the count of each
 *   distinct value, as long as at most `max_distinct` of them differ. All that follows from them is
 *   exact then: quantiles, histograms, moments, frequent values;
 * - beyond that, numbers share cells: two share one when the 64-bit keys that sort like them (the
 *   bits of a double, of which negative ones are turned round) agree in all but the last `shift`
 *   bits. shift is the smallest with which at most max_distinct cells are occupied, so that
 *   resolution goes where the values are; it only grows when profiles merge. Quantiles are then
 *   right up to the width of their cell, 2^(shift - 52) of the value for reals and 2^shift for
 *   integers; minimum, maximum, mean and standard deviation stay exact (sums are integers of 4,352
 *   bits and are rounded once), skewness and kurtosis are those of the cells' centres;
 *   the number of distinct values comes from a HyperLogLog sketch of 4,096 registers (standard
 *   error 1.6 %);
 * - texts and categories are kept with their counts likewise; beyond max_distinct those whose hash
 *   begins with `level` zero bits are: a sample of the distinct texts whose counts stay exact. The
 *   number of distinct texts is then about 2^level times theirs (standard error 1.2 over the root
 *   of max_distinct), and which are the most frequent is not known. Lengths stay exact;
 * - correlations, when asked for, come from exact sums of products, over the rows in which both
 *   columns are finite.
 *
 * A profile holds up to 16 bytes a distinct number, and the distinct texts themselves.
 */
#ifndef MLCORE_PROFILE_H
#define MLCORE_PROFILE_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A profile of a dataset; immutable and counted. */
typedef struct mlc_profile mlc_profile;

/**
 * @brief Profiles a dataset.
 *
 * Dense vectors give a column a component, `name[component]`; of sparse ones only missing rows are
 * counted. One pass over the values, all allowed cores.
 * @param ctx context, or NULL
 * @param dataset not NULL; may have no rows
 * @param settings NULL, or
 * - `max_distinct=16384` values a column that are counted one by one, 16 to 2^40; `none`: all, so
 *   that everything is exact
 * - `correlation=false`; true for the sums behind the table "correlation", at most 256 columns of
 *   numbers
 * @param[out] out the caller frees it with mlc_profile_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_create(mlc_context *ctx, const mlc_dataset *dataset,
                                                  const char *settings, mlc_profile **out,
                                                  mlc_error *err);

/**
 * @brief The profile of all the rows that some profiles are of.
 *
 * All must have the same columns: names, roles and types, in the same order. max_distinct is the
 * smallest of theirs. Correlations are kept when all have them.
 * @param ctx context, or NULL
 * @param profiles @p n_profiles profiles, in any order
 * @param n_profiles at least 1
 * @param settings NULL, or `max_distinct=` for a smaller one, which gives what it would have given
 * at first: a profile to be stored
 * @param[out] out the caller frees it with mlc_profile_free()
 * @param[out] err may be NULL; names the column that differs
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_merge(mlc_context *ctx,
                                                 const mlc_profile *const *profiles,
                                                 int64_t n_profiles, const char *settings,
                                                 mlc_profile **out, mlc_error *err);

/**
 * @brief A table of what a profile knows.
 *
 * - "columns", one row a column: column, role, type, n, missing, distinct, min, max, mean, std, q25,
 *   median, q75, top, top_n, skewness, kurtosis, nan, infinite, zeros, negative, true_share,
 *   shortest, longest, mean_length, empty, earliest, latest, exact. n counts rows, missing those
 *   without a value, NaN included. std, skewness and kurtosis are those of a sample (as pandas has
 *   them); quantiles are linear between neighbours. top is the most frequent value, the smallest of
 *   equals. Lengths are in characters, of texts and categories; true_share is of bools; earliest and
 *   latest are of timestamps, which count in microseconds elsewhere. exact is true while all
 *   distinct values are counted one by one. What does not apply is missing.
 * - "quantiles": column, share, value, a row a column of numbers and a share.
 * - "histogram": column, low, high, n, of finite numbers in bins of equal width, the last closed.
 * - "top": column, value, n, share (of the rows), the most frequent values; nothing of columns that
 *   are not exact.
 * - "correlation": column, and a column of Pearson coefficients a column of numbers.
 * @param ctx context, or NULL
 * @param profile not NULL
 * @param table its name
 * @param settings NULL, or `quantiles=0.01,0.05,0.25,0.5,0.75,0.95,0.99`, `bins=10` (1 to 10000),
 * `top=10` (at least 1)
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; names the tables there are
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_UNSUPPORTED (no such table,
 * or a profile without correlations), #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED,
 * #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_table(mlc_context *ctx, const mlc_profile *profile,
                                                 const char *table, const char *settings,
                                                 mlc_dataset **out, mlc_error *err);

/**
 * @brief A profile as JSON, canonical and complete: equal profiles give equal bytes.
 * @param profile not NULL
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_format(const mlc_profile *profile, mlc_buffer **out,
                                                  mlc_error *err);

/**
 * @brief Reads what mlc_profile_format() wrote. The bytes may be anybody's: every count, order and
 * limit is checked.
 * @param ctx context, or NULL
 * @param bytes JSON; not kept
 * @param n_bytes its length
 * @param[out] out the caller frees it with mlc_profile_free()
 * @param[out] err may be NULL; line and column point into the text
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SYNTAX, #MLC_ERROR_VERSION,
 * #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_parse(mlc_context *ctx, const void *bytes,
                                                 int64_t n_bytes, mlc_profile **out,
                                                 mlc_error *err);

/**
 * @brief A schema of what a profile has seen: JSON, a column a line, to be edited by people.
 *
 * docs/schema.md describes the format. Types and roles are the profile's; min_present is the share of
 * values, cut to two digits; numbers get min, max and finite, categories of few texts the list of
 * them, other texts their lengths; integers and texts that all differ are unique; the target is
 * expected in the environment "training" alone.
 * @param ctx context, or NULL
 * @param profile not NULL
 * @param settings NULL, or `max_values=50` (categories with more texts get no list), `ranges=true`,
 * `min_domain_mass=1`, `max_psi=none` (a greatest distance of features to a reference)
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_profile_schema(mlc_context *ctx, const mlc_profile *profile,
                                                  const char *settings, mlc_buffer **out,
                                                  mlc_error *err);

/**
 * @brief Checks a dataset against a schema: a row for each rule that is broken, none when all holds.
 *
 * The columns are rule (a stable code such as above_max; docs/schema.md lists them), column (missing
 * for rules of the dataset), severity (error or warning), rows (how many are hit) and share (missing
 * where a rule is not about rows), examples (`row: value; ...`, rows from 0) and message.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param schema JSON, see docs/schema.md
 * @param reference what max_psi, max_js and max_l_infinity compare with; NULL without such rules
 * @param settings NULL, or `environment=serving` (columns of other environments are not expected),
 * `now=2024-02-29T13:45:30Z` (for fresh_within_hours: the library does not look at a clock),
 * `examples=5` (at most 100)
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK also when rules are broken; #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING,
 * #MLC_ERROR_SYNTAX and #MLC_ERROR_COLUMN for a schema that is wrong or does not fit the dataset's
 * types, #MLC_ERROR_VERSION, #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED,
 * #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_validate(mlc_context *ctx, const mlc_dataset *dataset,
                                                    const char *schema,
                                                    const mlc_profile *reference,
                                                    const char *settings, mlc_dataset **out,
                                                    mlc_error *err);

/**
 * @brief A dataset that fits a schema: its columns, in its order, with its types.
 *
 * What does not fit is treated by policy, for all columns or for some:
 * - `fail`: an error that names the column and says what would be right;
 * - `warn`: a line of the log; the column stays as it is;
 * - `coerce`: values are cast to the column's type (texts of numbers and times are read, numbers
 *   written, integral reals are integers), numbers beyond min and max are set to them, columns that are
 *   not there are added without values; what cannot be coerced is an error;
 * - `missing`: as coerce, but values that break a rule are missing afterwards.
 *
 * Rules looked at are type, min, max, finite, values, pattern and lengths; what compares rows
 * (unique, monotone, drift) mlc_dataset_validate() tells. Columns that the schema does not name are
 * kept after the others; under coerce and missing they are left out unless extra_columns is
 * "allow", under fail they are an error when it is "error".
 * @param ctx context, or NULL; its log gets the warnings
 * @param dataset not NULL; roles, classes= and positive= are kept
 * @param schema JSON, see docs/schema.md
 * @param settings NULL, or `policy=fail`, `policies='age:missing,zip:coerce'` for single columns,
 * `environment=serving`
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK; #MLC_ERROR_DATA for values that do not fit, #MLC_ERROR_COLUMN for columns;
 * #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_VERSION, #MLC_ERROR_LIMIT,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_conform(mlc_context *ctx, const mlc_dataset *dataset,
                                                   const char *schema, const char *settings,
                                                   mlc_dataset **out, mlc_error *err);

/**
 * @brief Hints at what makes a training set misleading, in the form of mlc_dataset_validate().
 *
 * - duplicate_rows: rows equal to one before, in all features and targets;
 * - conflicting_rows: equal to one before in all features, but not in the target;
 * - constant: a feature with one value, or none; quasi_constant: one value in a share of
 *   quasi_constant of the rows;
 * - duplicate_column: a feature that equals one before it, row by row; texts also when they only
 *   rename one another;
 * - leaking_target: a feature that predicts the target alone: by the mean (of more than 20
 *   distinct numbers) or the most frequent class of the target among the other rows of its bin, 32
 *   bins of about equal counts, or of its category. R2, or the share of the errors of always
 *   guessing the most frequent class that this avoids, is at least `leakage`;
 * - id_as_feature: integers or texts that differ in all rows;
 * - shared_rows: rows of @p train that are in @p test too, in the features and targets that both
 *   have (compared by hashes of 128 bits);
 * - test_before_train: by the time column, rows of @p test that are not after all of @p train.
 *
 * All are warnings, but leaking_target and shared_rows, which are errors.
 * @param ctx context, or NULL
 * @param train not NULL; with a target for hints about it
 * @param test other rows with the same columns, or NULL
 * @param settings NULL, or `quasi_constant=0.99`, `leakage=0.95`, `examples=5`
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SETTING, #MLC_ERROR_LIMIT (2^31 rows),
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_hints(mlc_context *ctx, const mlc_dataset *train,
                                                 const mlc_dataset *test, const char *settings,
                                                 mlc_dataset **out, mlc_error *err);

/** @brief Rows that a profile is of. @param profile may be NULL, which counts 0. */
MLC_API int64_t mlc_profile_n_rows(const mlc_profile *profile);

/** @brief Takes one more reference. @param profile not NULL @return @p profile */
MLC_API mlc_profile *mlc_profile_ref(const mlc_profile *profile);

/** @brief Gives one reference back; the last one frees. @param profile may be NULL */
MLC_API void mlc_profile_free(mlc_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
