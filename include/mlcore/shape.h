/**
 * @file shape.h
 * @brief Datasets out of datasets: chosen rows, computed columns, order, joins, groups.
 *
 * What only chooses rows (filter, sort, distinct, semi and anti joins) is a view that shares the
 * columns, roles and classes. Results are the same for any number of threads.
 *
 * @section expressions Expressions
 *
 * Filters, computed columns and aggregates take expressions over the columns:
 * `delay > 15 and carrier in ('AA', 'UA')`. From loose to tight:
 *
 *     or  ||
 *     and  &&
 *     not  !
 *     ==  =  !=  <>  <  <=  >  >=    [not] in (1, 2)    [not] between a and b    is [not] missing
 *     +  -
 *     *  /  //  %
 *     - (sign)
 *     **
 *
 * Operands are columns, numbers, texts in '..' or ".." (escapes \\ \' \" \\n \\t \\r \\uXXXX), true,
 * false, missing (or null), functions, and expressions in brackets. Words of the language may be
 * written in any case; a column whose name is such a word, or is not made of letters, digits, _ and
 * dots, stands in backquotes: `` `hours-per-week` ``. A component of a vector column is `x[0]`, or
 * `x[name]`. Lists are of constants, in () or []. Comparisons are not chained.
 *
 * @subsection expression_types Types
 *
 * bool, int64, float64, text (category columns too) and timestamp. bool becomes int64, and int64
 * float64, where it has to (beyond 2^53 the nearest one); nothing else is converted unless asked. A
 * text that is a constant may be compared with timestamps: `time >= '2024-02-29'`. `/` and `**`
 * give float64. `//` rounds down and `%` has the sign of the divisor, as in Python. Texts are
 * compared by code points, and `+` joins them.
 *
 * @subsection expression_missing Missing values
 *
 * NaN is a missing value, in columns and in results. Where an operand is missing, so is the result,
 * except that `false and missing` is false and `true or missing` true; a filter drops rows whose
 * condition is missing. Missing are also: integers beyond 64 bits, `//` and `%` of integers by 0,
 * casts of what has no value of the type (`int('x')`), `0.0 / 0`; `1 / 0` is infinite. Nothing of
 * this is an error.
 *
 * @subsection expression_functions Functions
 *
 * - numbers: abs, floor, ceil, round(x), round(x, places) (ties to even), sqrt, exp, log, pow,
 *   min(a, b, ...), max(a, b, ...), clip(x, low, high). abs, floor, ceil, round, min, max and clip of
 *   integers are integers
 * - choices: if(condition, a, b), b also where the condition is missing; coalesce(a, b, ...), the
 *   first that is not missing
 * - texts: length (in characters), lower, upper, trim, contains(t, part), starts_with, ends_with,
 *   substring(t, start), substring(t, start, count) (from 1; negative from the end),
 *   replace(t, part, other), concat(a, b, ...)
 * - times, in UTC: year, month, day, hour, minute, second, weekday (Monday is 0), day_of_year,
 *   date(t) (its midnight), days_between(from, to), seconds_between(from, to), add_days(t, n),
 *   add_seconds(t, n)
 * - casts: int(x) (towards 0), real(x), bool(x), text(x), timestamp(text)
 *
 * Errors have the place in the expression: line and column of the ::mlc_error.
 */
#ifndef MLCORE_SHAPE_H
#define MLCORE_SHAPE_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief The rows for which a condition holds, in their order.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param condition an expression of type bool, see @ref expressions
 * @param[out] out a view that the caller frees with mlc_dataset_free(); it keeps roles and classes
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SYNTAX (grammar or types; line and column point into the condition),
 * #MLC_ERROR_COLUMN, #MLC_ERROR_LIMIT (65,536 bytes, 100 levels, 1 GiB of texts made for 4,096
 * rows), #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_filter(mlc_context *ctx, const mlc_dataset *dataset,
                                                  const char *condition, mlc_dataset **out,
                                                  mlc_error *err);

/**
 * @brief One more column, of the values of an expression.
 *
 * A column of that name is replaced, in its place and with its role; a new one is a feature behind
 * the others. The name of a column alone gives that column with its type; a text that follows from
 * one category column alone is a category again.
 * @param ctx context, or NULL
 * @param dataset not NULL; a view is made whole
 * @param name of the column, not empty
 * @param expression see @ref expressions
 * @param[out] out the caller frees it with mlc_dataset_free(); it shares the other columns, and has
 * their roles and classes
 * @param[out] err may be NULL
 * @return as mlc_dataset_filter(), and #MLC_ERROR_ARGUMENT. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_with_column(mlc_context *ctx,
                                                       const mlc_dataset *dataset,
                                                       const char *name, const char *expression,
                                                       mlc_dataset **out, mlc_error *err);

/**
 * @brief Columns under other names; all else stays, views too.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param names `new=old` pairs, separated by blanks or commas, names with such marks in quotes:
 * `age=Age 'Yearly income'=income`; all change at once, so that `a=b b=a` swaps
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN (none of that name, or two of one name), #MLC_ERROR_SYNTAX (also a
 * column renamed twice), #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_rename(mlc_context *ctx, const mlc_dataset *dataset,
                                                  const char *names, mlc_dataset **out,
                                                  mlc_error *err);

/**
 * @brief Columns of other types, without loss.
 *
 * A value that the type does not have is an error that names column, row and value, unless
 * `on_error=missing`: a text that is no number, 0.5 as int64, 2 as bool, 2^53 + 1 as float64.
 * float32 alone rounds (and refuses what would be infinite). Numbers, times and bools become the
 * texts that read back to them; int64 and timestamp are microseconds since 1970-01-01 UTC of each
 * other. NaN is missing.
 * @param ctx context, or NULL
 * @param dataset not NULL; a view is made whole
 * @param types `age:float64,zip:category`: bool, int64, float32, float64, category, text, timestamp
 * @param settings NULL or `on_error=fail|missing`
 * @param[out] out the caller frees it with mlc_dataset_free(); roles and classes are kept
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_DATA (a value is lost), #MLC_ERROR_COLUMN (none of that name, or types
 * that do not go together, such as vectors), #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_cast(mlc_context *ctx, const mlc_dataset *dataset,
                                                const char *types, const char *settings,
                                                mlc_dataset **out, mlc_error *err);

/**
 * @brief The rows in the order of columns. Stable: rows that are equal there keep their order.
 *
 * Texts and categories are ordered by code points, false is before true, NaN is missing.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param settings `by=carrier,delay` (selectors as of mlc_dataset_select(); needed),
 * `descending=false`, or one a column: `descending=false,true`, and `missing=last|first`: the end
 * where missing values go, whichever way their column is ordered
 * @param[out] out a view that the caller frees with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN (none of that name, or a vector),
 * #MLC_ERROR_SYNTAX, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_sort(mlc_context *ctx, const mlc_dataset *dataset,
                                                const char *settings, mlc_dataset **out,
                                                mlc_error *err);

/**
 * @brief The first row of each group of rows that are equal in some columns, in their order.
 * Missing values (NaN too) are equal to each other here.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param columns selectors as of mlc_dataset_select(); NULL: all columns
 * @param[out] out a view that the caller frees with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN (none of that name, or a vector), #MLC_ERROR_SYNTAX,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_distinct(mlc_context *ctx, const mlc_dataset *dataset,
                                                    const char *columns, mlc_dataset **out,
                                                    mlc_error *err);

/**
 * @brief The rows of two datasets side by side, where their keys are equal.
 *
 * Rows are in the order of the left ones, and for each in the order of its partners on the right. A
 * missing key (NaN too) has no partner. Keys are compared by value: category and text by their
 * texts, integers and reals without rounding. The columns are those of the left dataset, then those
 * of the right one that are no keys. Roles are kept; where both sides have a target, weight, group,
 * offset, time, key or fold, that of the right is ignored. Classes are those of the left.
 * @param ctx context, or NULL
 * @param left,right not NULL; may be the same
 * @param settings NULL or
 * - `how=inner|left|semi|anti`: inner: rows with partners; left: all left rows, and what is right
 *   of those without a partner is missing; semi, anti: the left rows that have a partner, or none,
 *   once and without columns of the right, as a view
 * - `on=a,b` the key columns of both (default: all columns that both have), or `left_on=a
 *   right_on=b`, in pairs
 * - `suffix=_right` for columns of the right whose name the left has too
 * - `validate=none|one_to_one|one_to_many|many_to_one`: keys that must not repeat
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN (none of that name, two of one name, types
 * that cannot be equal), #MLC_ERROR_DATA (validate), #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_join(mlc_context *ctx, const mlc_dataset *left,
                                                const mlc_dataset *right, const char *settings,
                                                mlc_dataset **out, mlc_error *err);

/**
 * @brief One row a group of rows: its keys, and functions of its rows.
 *
 * Missing keys (NaN too) are a group of their own. Groups are in the order of their first rows, or
 * of their keys with `sort=true`, missing ones last. Without `by=` all rows are one group. Functions
 * leave missing values out: count() counts rows, count(x) values; sum of bools and integers is
 * int64 (missing beyond 64 bits), that of no values 0; mean, std and var (divided by the number of
 * values less 1), median and quantile(x, 0.9) (linear interpolation); min, max, first and last of
 * any type; n_distinct; any and all of conditions. What has too few values is missing. Sums of reals
 * are compensated: their last bits do not depend on threads.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param aggregations `by=origin,carrier sort=true n=count() mean(delay) late=mean(delay > 15)`:
 * `by=` selectors without blanks outside of quotes, functions of expressions (see @ref expressions)
 * with a name before `=` (in quotes where it is no word; without one the column is named as the
 * call is written), separated by blanks or commas
 * @param[out] out the caller frees it with mlc_dataset_free(): keys, which keep their roles, then a
 * feature a function
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SYNTAX, #MLC_ERROR_COLUMN (none of that name, two of one name, a type
 * that the function does not take), #MLC_ERROR_LIMIT (2^32 different keys and more),
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_aggregate(mlc_context *ctx, const mlc_dataset *dataset,
                                                     const char *aggregations, mlc_dataset **out,
                                                     mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
