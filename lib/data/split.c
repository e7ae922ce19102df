/* Splits: what the splitters ask for is computed from roles, and their parts become a dataset
 * with one category column a fold; folds are views on the rows of a part. */
#include <string.h>

#include "descriptor.h"
#include "number.h"
#include "order.h"
#include "registry.h"
#include "timestamp.h"

#define MOST_NUMBER_CLASSES 50 /* of a numeric target before it is binned */
#define N_BINS 10

/* ---- strata and groups ---------------------------------------------------------------------- */

/* Numbers in ascending order of value to N_BINS bins of about equal size; equal values stay
 * together. */
static mlc_status bin_values(mlci_root *root, int64_t n_rows, int32_t n_values, int32_t *number,
                             mlc_error *err)
{
    int64_t *const first = mlci_alloc(root, (int64_t)n_values + 1, (int64_t)sizeof *first);
    if (first == NULL) return mlci_fail_memory(err, n_values, (int64_t)sizeof *first);
    int64_t n = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        if (number[i] < 0) continue;
        first[number[i] + 1]++;
        n++;
    }
    for (int32_t v = 0; v < n_values; v++)
        first[v + 1] += first[v];
    for (int64_t i = 0; i < n_rows; i++) {
        if (number[i] >= 0) number[i] = (int32_t)(first[number[i]] * N_BINS / n);
    }
    mlci_free(first);
    return MLC_OK;
}

/* Dense numbers of the values of a field; missing -1. */
static mlc_status number_field(mlc_context *call, const mlc_dataset *dataset, int32_t field,
                               int32_t *number, int32_t *n_values, int32_t *type, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_dataset_take_column(dataset, field, &column, err));
    *type = column->type;
    const mlc_status status = mlci_order_number(call, column, number, n_values, err);
    mlci_column_unref(column);
    return status;
}

/* The class of each row's target. No target, several, or a vector: there are no strata. */
static mlc_status find_strata(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                              mlc_error *err)
{
    int32_t field = -1, n_targets = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        if (dataset->fields[j].role != MLCI_ROLE_TARGET) continue;
        field = j;
        n_targets++;
    }
    if (n_targets != 1 || dataset->fields[field].column->type == MLC_TYPE_VECTOR) return MLC_OK;
    int32_t *const number =
        mlci_alloc(mlci_context_root(call), dataset->n_rows, (int64_t)sizeof *number);
    if (number == NULL) {
        return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *number);
    }
    int32_t n_values = 0, type = 0;
    mlc_status status = number_field(call, dataset, field, number, &n_values, &type, err);
    const int is_class = type == MLC_TYPE_CATEGORY || type == MLC_TYPE_TEXT;
    if (status == MLC_OK && !is_class && n_values > MOST_NUMBER_CLASSES) {
        status = bin_values(mlci_context_root(call), dataset->n_rows, n_values, number, err);
        n_values = N_BINS;
    }
    if (status != MLC_OK) {
        mlci_free(number);
        return status;
    }
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        if (number[i] < 0) number[i] = n_values;
    }
    *out = number;
    return MLC_OK;
}

static mlc_status find_groups(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                              mlc_error *err)
{
    int32_t field = -1;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_GROUP, &field, err));
    if (field < 0) return MLC_OK;
    int32_t *const number =
        mlci_alloc(mlci_context_root(call), dataset->n_rows, (int64_t)sizeof *number);
    if (number == NULL) {
        return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *number);
    }
    int32_t type = 0;
    const mlc_status status = number_field(call, dataset, field, number, NULL, &type, err);
    if (status != MLC_OK) {
        mlci_free(number);
        return status;
    }
    *out = number;
    return MLC_OK;
}

/* ---- time ----------------------------------------------------------------------------------- */

/* The rows by the values of a column, all of which are there. */
static mlc_status order_rows(mlc_context *call, const mlci_column *column, const char *name,
                             int64_t *order, mlc_error *err)
{
    const int64_t n = column->n_rows;
    mlci_order_key *const keys = mlci_alloc_raw(column->root, 2 * n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
    mlc_status status = MLC_OK;
    const int64_t n_found = mlci_order_keys(column, keys);
    if (n_found < n) {
        int64_t row = 0;
        while (row < n_found && keys[row].row == row)
            row++;
        status = mlci_fail(err, MLC_ERROR_DATA, name, "row %lld has no time in column '%s'",
                           (long long)row, name);
    } else {
        status = mlci_order_sort(call, keys, keys + n, n, err);
        for (int64_t i = 0; i < n; i++)
            order[i] = keys[i].row;
    }
    mlci_free(keys);
    return status;
}

static mlc_status find_times(mlc_context *call, const mlc_dataset *dataset, int64_t **out,
                             mlc_error *err)
{
    int32_t field = -1;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_TIME, &field, err));
    if (field < 0) return MLC_OK;
    const char *const name = dataset->fields[field].name;
    const int32_t type = dataset->fields[field].column->type;
    if (type == MLC_TYPE_VECTOR) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "column '%s' is a vector, not a time", name);
    }
    mlci_column *column = NULL, *ordered = NULL;
    MLCI_TRY(mlci_dataset_take_column(dataset, field, &column, err));
    int64_t *order = NULL;
    mlc_status status = MLC_OK;
    if (type == MLC_TYPE_TEXT) {
        status = mlci_column_to_category(column, &ordered, err); /* codes order like the texts */
        if (status != MLC_OK) goto done;
    }
    order = mlci_alloc(mlci_context_root(call), dataset->n_rows, (int64_t)sizeof *order);
    status = order == NULL ? mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *order)
                           : order_rows(call, ordered != NULL ? ordered : column, name, order, err);
done:
    if (ordered != NULL) mlci_column_unref(ordered);
    mlci_column_unref(column);
    if (status != MLC_OK) {
        mlci_free(order);
        return status;
    }
    *out = order;
    return MLC_OK;
}

/* ---- keys ----------------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo) and the finaliser of SplitMix64 (Steele, Lea, Flood, 2014), as
 * dataset.h tells the world. */
static uint64_t hash_key(const char *text, int64_t length)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (int64_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3U;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9U;
    h = (h ^ h >> 27) * 0x94d049bb133111ebU;
    return h ^ h >> 31;
}

/* The hash of a cell's text; 0 when there is no value. */
static int hash_cell(const mlci_column *column, int64_t row, uint64_t *out)
{
    if (!mlci_column_is_valid(column, row)) return 0;
    int64_t length = 0;
    char number[MLCI_NUMBER_SIZE];
    const char *text = number;
    const int64_t *const integers = column->values;
    double value = 0;
    switch (column->type) {
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY:
        text = mlci_column_text(column, row, &length);
        break;
    case MLC_TYPE_INT64:
        length = mlci_integer_format(integers[row], number);
        break;
    case MLC_TYPE_TIMESTAMP:
        length = mlci_timestamp_format(integers[row], number);
        break;
    case MLC_TYPE_FLOAT32:
        length = mlci_float_format(((const float *)column->values)[row], number);
        break;
    default:
        mlci_column_reals(column, row, 1, &value, 1);
        length = mlci_real_format(value, number);
        if (column->type != MLC_TYPE_BOOL) break;
        text = value != 0 ? "true" : "false";
        length = (int64_t)strlen(text);
        break;
    }
    *out = hash_key(text, length);
    return 1;
}

static mlc_status find_hashes(mlci_root *root, const mlc_dataset *dataset, uint64_t **out,
                              mlc_error *err)
{
    int32_t field = -1;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_KEY, &field, err));
    if (field < 0) return MLC_OK;
    const mlci_column *const column = dataset->fields[field].column;
    const char *const name = dataset->fields[field].name;
    if (column->type == MLC_TYPE_VECTOR) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "column '%s' is a vector, not a key", name);
    }
    uint64_t *const hashes = mlci_alloc(root, dataset->n_rows, (int64_t)sizeof *hashes);
    if (hashes == NULL) {
        return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *hashes);
    }
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        if (hash_cell(column, mlci_dataset_source_row(dataset, i), &hashes[i])) continue;
        mlci_free(hashes);
        return mlci_fail(err, MLC_ERROR_DATA, name, "row %lld has no key in column '%s'",
                         (long long)i, name);
    }
    *out = hashes;
    return MLC_OK;
}

/* ---- the split ------------------------------------------------------------------------------ */

/* What a splitter sees, and the blocks behind it. */
typedef struct split_input {
    mlci_split split;
    int32_t *stratum, *group;
    int64_t *time_order;
    uint64_t *key_hash;
    void *plan;
} split_input;

static void split_input_clear(split_input *in)
{
    mlci_free(in->stratum);
    mlci_free(in->group);
    mlci_free(in->time_order);
    mlci_free(in->key_hash);
    mlci_free(in->plan);
}

static mlc_status prepare(mlc_context *call, const mlc_dataset *dataset, int32_t capabilities,
                          split_input *in, mlc_error *err)
{
    mlci_root *const root = call->root;
    in->split = (mlci_split){.call = call, .n_rows = dataset->n_rows};
    if ((capabilities & MLCI_SPLITS_BY_TARGET) != 0) {
        MLCI_TRY(find_strata(call, dataset, &in->stratum, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_GROUP) != 0) {
        MLCI_TRY(find_groups(call, dataset, &in->group, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_TIME) != 0) {
        MLCI_TRY(find_times(call, dataset, &in->time_order, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_KEY) != 0) {
        MLCI_TRY(find_hashes(root, dataset, &in->key_hash, err));
    }
    in->split.stratum = in->stratum;
    in->split.group = in->group;
    in->split.time_order = in->time_order;
    in->split.key_hash = in->key_hash;
    return MLC_OK;
}

/* The texts of MLCI_PART_NONE, _TRAIN and _TEST, ascending, and their codes. */
static const char *const part_texts[] = {"none", "test", "train"};
static const int32_t part_codes[] = {0, 2, 1};

/* A fold with an empty part can be neither trained nor scored. Splits by key are told apart:
 * there the rows of one day may well all be on one side. */
static mlc_status check_parts(const uint8_t *part, int64_t n_rows, const char *name, int32_t k,
                              mlc_error *err)
{
    int64_t counts[3] = {0};
    for (int64_t i = 0; i < n_rows; i++)
        counts[part[i]]++;
    for (int32_t p = MLCI_PART_TRAIN; p <= MLCI_PART_TEST; p++) {
        if (counts[p] > 0) continue;
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "%s leaves the %s part of fold %d without rows: the dataset has %lld",
                         name, part_texts[part_codes[p]], k, (long long)n_rows);
    }
    return MLC_OK;
}

static mlc_status fold_column(const mlci_splitter_descriptor *splitter, const split_input *in,
                              int32_t k, mlci_dictionary *dictionary, mlci_column **out,
                              mlc_error *err)
{
    mlci_root *const root = in->split.call->root;
    const int64_t n = in->split.n_rows;
    uint8_t *const part = mlci_alloc(root, n, 1);
    if (part == NULL) return mlci_fail_memory(err, n, 1);
    int32_t *codes = NULL;
    mlc_status status = splitter->fold(&in->split, k, part, err);
    if (status == MLC_OK && (splitter->base.capabilities & MLCI_SPLITS_BY_KEY) == 0) {
        status = check_parts(part, n, splitter->base.name, k, err);
    }
    if (status != MLC_OK) goto done;
    codes = mlci_alloc_raw(root, n, (int64_t)sizeof *codes);
    if (codes == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *codes);
        goto done;
    }
    for (int64_t i = 0; i < n; i++)
        codes[i] = part_codes[part[i]];
    status = mlci_column_create_category(root, n, codes, dictionary, out, err);
done:
    mlci_free(part);
    return status;
}

static mlc_status build_folds(const mlci_splitter_descriptor *splitter, split_input *in,
                              mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = in->split.call->root;
    int32_t n = 0;
    MLCI_TRY(splitter->n_folds(&in->split, &n, err));
    if (splitter->plan != NULL) MLCI_TRY(splitter->plan(&in->split, &in->plan, err));
    in->split.plan = in->plan;
    mlci_dictionary *dictionary = NULL;
    mlc_status status = MLC_OK;
    char **const names = mlci_alloc(root, n, (int64_t)sizeof *names);
    mlci_column **const columns = mlci_alloc(root, n, (int64_t)sizeof *columns);
    if (names == NULL || columns == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *columns);
        goto done;
    }
    status = mlci_dictionary_create(root, 3, part_texts, NULL, &dictionary, err);
    for (int32_t k = 0; k < n && status == MLC_OK; k++) {
        mlci_text name = mlci_text_init(root);
        mlci_text_append_format(&name, "fold_%d", k);
        status = mlci_text_take(&name, &names[k], err);
        if (status == MLC_OK) status = mlci_report(in->split.call, "split", k, n, NULL, 0, err);
        if (status != MLC_OK) break;
        status = fold_column(splitter, in, k, dictionary, &columns[k], err);
    }
    if (status == MLC_OK) {
        status = mlci_dataset_create(root, n, (const char *const *)names, columns, NULL, out, err);
    }
done:
    for (int32_t k = 0; k < n; k++) {
        if (columns != NULL && columns[k] != NULL) mlci_column_unref(columns[k]);
        if (names != NULL) mlci_free(names[k]);
    }
    if (dictionary != NULL) mlci_dictionary_unref(dictionary);
    mlci_free(columns);
    mlci_free(names);
    return status;
}

static mlc_status split_with(mlc_context *call, const mlc_dataset *dataset,
                             const mlci_splitter_descriptor *splitter,
                             const mlci_settings *settings, mlc_dataset **out, mlc_error *err)
{
    const mlci_descriptor *const base = &splitter->base;
    split_input in = {0};
    void *const params = mlci_alloc(call->root, 1, base->params_size);
    if (params == NULL) return mlci_fail_memory(err, 1, base->params_size);
    mlc_status status = mlci_params_defaults(call->root, base->params, params, err);
    if (status == MLC_OK) {
        status = mlci_params_read(call->root, base->name, base->params, base->check, settings,
                                  params, err);
    }
    if (status == MLC_OK) status = prepare(call, dataset, base->capabilities, &in, err);
    in.split.params = params;
    if (status == MLC_OK) status = build_folds(splitter, &in, out, err);
    split_input_clear(&in);
    mlci_params_clear(base->params, params);
    mlci_free(params);
    return status;
}

mlc_status mlc_dataset_split(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                             mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_settings parsed = {0};
    const mlci_descriptor *found = NULL;
    mlc_status status = mlci_settings_parse(call->root, settings, 1, &parsed, err);
    if (status != MLC_OK) goto done;
    if (parsed.head == NULL) {
        status = mlci_fail(err, MLC_ERROR_COMPONENT, NULL,
                           "the settings of a split begin with its name, as in "
                           "`k_fold n_splits=5`");
    } else {
        status = mlci_registry_get(MLCI_KIND_SPLITTER, parsed.head, &found, err);
    }
    if (status == MLC_OK) {
        /* base is the first member. */
        const mlci_splitter_descriptor *const splitter =
            (const mlci_splitter_descriptor *)(const void *)found;
        status = split_with(call, dataset, splitter, &parsed, out, err);
    }
    mlci_settings_clear(&parsed);
done:
    mlci_call_end(call);
    return status;
}

/* ---- one fold ------------------------------------------------------------------------------- */

/* The column of fold k: fold_k, or the k-th column of texts when no column is named so. */
static mlc_status find_fold(const mlc_dataset *folds, int32_t k, int32_t *out, mlc_error *err)
{
    int32_t n_named = 0, n_texts = 0, named = -1, text = -1;
    for (int32_t j = 0; j < folds->n_fields; j++) {
        const mlci_field *const field = &folds->fields[j];
        if (field->column->type != MLC_TYPE_CATEGORY && field->column->type != MLC_TYPE_TEXT) {
            continue;
        }
        int64_t number = -1;
        if (n_texts++ == k) text = j;
        if (strncmp(field->name, "fold_", 5) == 0 &&
            mlci_integer_parse(field->name + 5, (int64_t)strlen(field->name + 5), &number)) {
            n_named++;
            if (number == k) named = j;
        }
    }
    const int32_t n = n_named > 0 ? n_named : n_texts;
    *out = n_named > 0 ? named : text;
    if (k >= 0 && *out >= 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "k", "fold %d: the folds are %d, from 0", k, n);
}

static mlc_status rows_of_part(const mlc_dataset *folds, int32_t field, const char *part,
                               int64_t *rows, int64_t *n_rows, mlc_error *err)
{
    const mlci_column *const column = folds->fields[field].column;
    const char *const name = folds->fields[field].name;
    int64_t n = 0;
    for (int64_t i = 0; i < folds->n_rows; i++) {
        int64_t length = 0;
        const char *const text =
            mlci_column_text(column, mlci_dataset_source_row(folds, i), &length);
        if (text == NULL) continue; /* as none */
        if (mlci_text_equal(text, length, part)) {
            rows[n++] = i;
        } else if (!mlci_text_equal(text, length, "train") &&
                   !mlci_text_equal(text, length, "test") &&
                   !mlci_text_equal(text, length, "none")) {
            return mlci_fail(err, MLC_ERROR_DATA, name,
                             "row %lld of column '%s' is '%.*s': must be train, test or none",
                             (long long)i, name, (int)(length < 60 ? length : 60), text);
        }
    }
    *n_rows = n;
    return MLC_OK;
}

mlc_status mlc_dataset_fold(const mlc_dataset *dataset, const mlc_dataset *folds, int32_t k,
                            const char *part, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || folds == NULL || part == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "dataset, folds, part and out must not be NULL");
    }
    if (strcmp(part, "train") != 0 && strcmp(part, "test") != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "part", "part = '%s': must be train or test",
                         part);
    }
    if (dataset->n_rows != folds->n_rows) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "the dataset has %lld rows and its folds %lld",
                         (long long)dataset->n_rows, (long long)folds->n_rows);
    }
    int32_t field = -1;
    MLCI_TRY(find_fold(folds, k, &field, err));
    int64_t n = 0;
    int64_t *const rows = mlci_alloc(dataset->root, dataset->n_rows, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *rows);
    mlc_status status = rows_of_part(folds, field, part, rows, &n, err);
    if (status == MLC_OK) status = mlc_dataset_rows(NULL, dataset, rows, 0, n, out, err);
    mlci_free(rows);
    return status;
}
