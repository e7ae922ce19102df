/* How many rows each class is to have, by imbalanced-learn's sampling_strategy. */
#include "resampling.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "number.h"
#include "settings.h"

#define MOST_NEW_ROWS (INT64_C(1) << 40)

/* ---- classes -------------------------------------------------------------------------------- */

/* A class that classes= lists may have no rows; it stays without. */
static mlc_status sort_rows(mlci_resampling *r, mlc_error *err)
{
    const int64_t n_rows = r->dataset->n_rows, n = r->classes->n;
    r->first = mlci_alloc(r->call->root, n + 2, (int64_t)sizeof *r->first);
    r->rows = mlci_alloc_raw(r->call->root, n_rows, (int64_t)sizeof *r->rows);
    r->wanted = mlci_alloc(r->call->root, n, (int64_t)sizeof *r->wanted);
    if (r->first == NULL || r->rows == NULL || r->wanted == NULL) {
        return mlci_fail_memory(err, n_rows, (int64_t)sizeof *r->rows);
    }
    int64_t *const next = r->first + 1; /* ends where the classes begin */
    for (int64_t i = 0; i < n_rows; i++)
        next[r->class_of_row[i] + 1]++;
    for (int64_t c = 0; c < n; c++)
        next[c + 1] += next[c];
    for (int64_t i = 0; i < n_rows; i++)
        r->rows[next[r->class_of_row[i]]++] = i;
    for (int32_t c = 0; c < n; c++)
        r->wanted[c] = mlci_resampling_count(r, c);
    return MLC_OK;
}

/* ---- the strategy --------------------------------------------------------------------------- */

/* The largest (sign 1) or smallest (-1) class that has rows; ties to the first. */
static int32_t extreme_class(const mlci_resampling *r, int sign)
{
    int32_t best = -1;
    for (int32_t c = 0; c < r->classes->n; c++) {
        const int64_t count = mlci_resampling_count(r, c);
        if (count == 0) continue;
        if (best < 0 || sign * (count - mlci_resampling_count(r, best)) > 0) best = c;
    }
    return best;
}

static int is_word(const char *strategy, const char *word)
{
    char shown[32];
    const size_t n = strlen(strategy);
    if (n >= sizeof shown) return 0;
    for (size_t i = 0; i <= n; i++)
        shown[i] = strategy[i] == ' ' || strategy[i] == '-' ? '_' : strategy[i];
    return strcmp(shown, word) == 0;
}

/* The classes that a word means, all of them brought to the size of one. 0: no such word. */
static int apply_word(mlci_resampling *r, const char *strategy, int32_t over)
{
    const int32_t largest = extreme_class(r, 1), smallest = extreme_class(r, -1);
    const int32_t model = over ? largest : smallest;
    int32_t only = -1, except = -1;
    if (is_word(strategy, "auto")) {
        except = model;
    } else if (is_word(strategy, "not_majority")) {
        except = largest;
    } else if (is_word(strategy, "not_minority")) {
        except = smallest;
    } else if (is_word(strategy, over ? "minority" : "majority")) {
        only = over ? smallest : largest;
    } else if (!is_word(strategy, "all")) {
        return 0;
    }
    for (int32_t c = 0; c < r->classes->n; c++) {
        if (c == except || (only >= 0 && c != only)) continue;
        if (mlci_resampling_count(r, c) > 0) r->wanted[c] = mlci_resampling_count(r, model);
    }
    return 1;
}

static mlc_status apply_ratio(mlci_resampling *r, double ratio, int32_t over, mlc_error *err)
{
    const int32_t largest = extreme_class(r, 1);
    if (r->classes->n != 2 || mlci_resampling_count(r, 0) == 0 ||
        mlci_resampling_count(r, 1) == 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "sampling_strategy",
                         "sampling_strategy: a ratio is for two classes, here are %d; give the "
                         "rows by class, as in %s:500",
                         (int)r->classes->n, r->classes->names[0]);
    }
    const int32_t smallest = 1 - largest, moved = over ? smallest : largest;
    const double n_large = (double)mlci_resampling_count(r, largest);
    const double n_small = (double)mlci_resampling_count(r, smallest);
    const double wanted = floor(over ? n_large * ratio : n_small / ratio);
    const int is_further = over ? wanted > n_small : wanted <= n_large;
    if (ratio > 0 && ratio <= 1 && is_further) {
        r->wanted[moved] = (int64_t)wanted;
        return MLC_OK;
    }
    const char *const why =
        ratio > 0 && ratio <= 1 ? "above what it is now" : "above 0 and at most 1";
    return mlci_fail(err, MLC_ERROR_SETTING, "sampling_strategy",
                     "sampling_strategy: the ratio of the smaller to the larger class, now %lld to "
                     "%lld, must be %s",
                     (long long)n_small, (long long)n_large, why);
}

typedef struct reading {
    mlci_resampling *r;
    int32_t over;
} reading;

static mlc_status refuse_strategy(const char *item, int64_t length, int32_t over, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_SETTING, "sampling_strategy",
                     "sampling_strategy = %.*s: must be auto, %s, not_minority, not_majority, all, "
                     "a ratio, or rows by class as in yes:500",
                     (int)(length < 60 ? length : 60), item, over ? "minority" : "majority");
}

/* class:rows, where the name of the class may hold colons itself. */
static mlc_status apply_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const reading *const a = arg;
    mlci_resampling *const r = a->r;
    int64_t colon = length - 1, n = -1;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon < 0) return refuse_strategy(item, length, a->over, err);
    const int32_t c = mlci_classes_rank(r->classes, item, colon);
    const int32_t at = c < 0 ? -1 : r->classes->class_of[c];
    if (at < 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "sampling_strategy",
                         "sampling_strategy: the target has no class '%.*s'",
                         (int)(colon < 60 ? colon : 60), item);
    }
    const int is_number = mlci_integer_parse(item + colon + 1, length - colon - 1, &n);
    const int64_t count = mlci_resampling_count(r, at);
    if (!is_number || (a->over ? n < count || n > MOST_NEW_ROWS : n < 0 || n > count)) {
        return mlci_fail(err, MLC_ERROR_SETTING, "sampling_strategy",
                         "sampling_strategy: class '%s' has %lld rows and must get a number that "
                         "is at %s that",
                         r->classes->names[at], (long long)count, a->over ? "least" : "most");
    }
    r->wanted[at] = n;
    return MLC_OK;
}

static mlc_status apply_strategy(mlci_resampling *r, const char *strategy, int32_t over,
                                 mlc_error *err)
{
    const int64_t length = (int64_t)strlen(strategy);
    double ratio = 0;
    reading a = {r, over};
    if (apply_word(r, strategy, over)) return MLC_OK;
    if (mlci_real_parse(strategy, length, &ratio)) return apply_ratio(r, ratio, over, err);
    return mlci_list_each(strategy, apply_item, &a, err);
}

/* ---- open and clear ------------------------------------------------------------------------- */

mlc_status mlci_resampling_open(mlc_context *call, const mlc_dataset *dataset, const char *strategy,
                                int32_t over, mlci_resampling *out, mlc_error *err)
{
    *out = (mlci_resampling){.call = call, .dataset = dataset};
    if (dataset->n_rows == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "the dataset has no rows to resample");
    }
    mlc_status status =
        mlci_classes_of_dataset(call, dataset, &out->classes, &out->class_of_row, err);
    if (status == MLC_OK) status = sort_rows(out, err);
    if (status == MLC_OK) status = apply_strategy(out, strategy, over, err);
    if (status != MLC_OK) mlci_resampling_clear(out);
    return status;
}

void mlci_resampling_clear(mlci_resampling *r)
{
    mlci_classes_unref(r->classes);
    mlci_free(r->class_of_row);
    mlci_free(r->first);
    mlci_free(r->rows);
    mlci_free(r->wanted);
    *r = (mlci_resampling){0};
}

int64_t mlci_resampling_n_new(const mlci_resampling *r)
{
    int64_t n = 0;
    for (int32_t c = 0; c < r->classes->n; c++) {
        const int64_t more = r->wanted[c] - mlci_resampling_count(r, c);
        n += more > 0 ? more : 0;
    }
    return n;
}
