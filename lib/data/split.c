/* Splits: what the splitters ask for is computed from roles, and their parts become a dataset
 * with one category column a fold; folds are views on the rows of a part. */
#include <string.h>

#include "chosen.h"
#include "key_hash.h"
#include "order.h"
#include "strata.h"

#define KEY_ROWS 1024 /* whose keys are hashed at a time */

/* ---- groups and folds ---------------------------------------------------------------------- */

static mlc_status find_groups(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                              mlc_error *err)
{
    int32_t field = -1;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_GROUP, &field, err));
    if (field < 0) return MLC_OK;
    return mlci_strata_of_field(call, dataset, field, out, NULL, err);
}

static int is_minus_one(const mlci_column *column, int64_t row)
{
    int64_t length = 0;
    double value = 0;
    const int is_text = column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY;
    if (is_text) {
        const char *const text = mlci_column_text(column, row, &length);
        return text != NULL && mlci_text_equal(text, length, "-1");
    }
    mlci_column_reals(column, row, 1, &value, 1);
    return value == -1;
}

/* Ranks of the values of role fold; what is -1 there, as in scikit-learn's PredefinedSplit, is
 * treated as missing. */
static mlc_status find_folds(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                             mlc_error *err)
{
    int32_t field = -1, n = 0;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_FOLD, &field, err));
    if (field < 0) return MLC_OK;
    int32_t *rank = NULL;
    MLCI_TRY(mlci_strata_of_field(call, dataset, field, &rank, &n, err));
    const mlci_column *const column = dataset->fields[field].column;
    int32_t minus_one = -1;
    for (int64_t i = 0; i < dataset->n_rows && minus_one < 0; i++) {
        if (rank[i] >= 0 && is_minus_one(column, mlci_dataset_source_row(dataset, i))) {
            minus_one = rank[i];
        }
    }
    for (int64_t i = 0; i < dataset->n_rows && minus_one >= 0; i++) {
        if (rank[i] == minus_one) {
            rank[i] = -1;
        } else if (rank[i] > minus_one) {
            rank[i]--;
        }
    }
    *out = rank;
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

/* ---- the split ------------------------------------------------------------------------------ */

/* What a splitter sees, and the blocks behind it. */
typedef struct split_input {
    mlci_split split;
    int32_t *stratum, *group, *fold;
    int64_t *time_order;
    const mlc_dataset *dataset;
    int32_t key; /* the column of role key; -1: there is none */
    void *plan;
} split_input;

static void split_input_clear(split_input *in)
{
    mlci_free(in->stratum);
    mlci_free(in->group);
    mlci_free(in->fold);
    mlci_free(in->time_order);
    mlci_free(in->plan);
}

static mlc_status prepare(mlc_context *call, const mlc_dataset *dataset, int32_t capabilities,
                          split_input *in, mlc_error *err)
{
    int32_t has_bins = 0; /* for a split bins are as good as classes */
    in->split = (mlci_split){.call = call, .n_rows = dataset->n_rows};
    if ((capabilities & MLCI_SPLITS_BY_TARGET) != 0) {
        MLCI_TRY(mlci_strata_of_target(call, dataset, &in->stratum, &has_bins, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_GROUP) != 0) {
        MLCI_TRY(find_groups(call, dataset, &in->group, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_TIME) != 0) {
        MLCI_TRY(find_times(call, dataset, &in->time_order, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_KEY) != 0) {
        MLCI_TRY(mlci_key_find(dataset, &in->key, err));
    }
    if ((capabilities & MLCI_SPLITS_BY_FOLD) != 0) {
        MLCI_TRY(find_folds(call, dataset, &in->fold, err));
    }
    in->split.stratum = in->stratum;
    in->split.group = in->group;
    in->split.time_order = in->time_order;
    in->split.fold = in->fold;
    return MLC_OK;
}

/* The texts of the parts, ascending, and the codes of MLCI_PART_NONE, _TRAIN, _TEST and _VALID. */
static const char *const part_texts[MLCI_N_PARTS] = {"none", "test", "train", "valid"};
static const int32_t part_codes[MLCI_N_PARTS] = {0, 2, 1, 3};

/* A fold with an empty part can be neither trained nor scored. Splits by key are told apart:
 * there the rows of one day may well all be on one side. */
static mlc_status check_parts(const uint8_t *part, int64_t n_rows, const char *name, int32_t k,
                              mlc_error *err)
{
    int64_t counts[MLCI_N_PARTS] = {0};
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

/* A fold of a splitter by key. */
typedef struct key_fold {
    const mlci_splitter_descriptor *splitter;
    const split_input *in;
    int32_t k;
    uint8_t *part;
} key_fold;

/* The splitter sees some rows at a time: hashes of all would take more than the result. */
static mlc_status key_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const key_fold *const f = arg;
    const int64_t low = block * KEY_ROWS, left = f->in->split.n_rows - low;
    uint64_t hashes[KEY_ROWS];
    mlci_split rows = f->in->split;
    rows.n_rows = left < KEY_ROWS ? left : KEY_ROWS;
    rows.key_hash = hashes;
    MLCI_TRY(mlci_key_hashes(f->in->dataset, f->in->key, low, rows.n_rows, 0, hashes, err));
    return f->splitter->fold(&rows, f->k, f->part + low, err);
}

static mlc_status find_parts(const mlci_splitter_descriptor *splitter, const split_input *in,
                             int32_t k, uint8_t *part, mlc_error *err)
{
    const int64_t n = in->split.n_rows;
    if ((splitter->base.capabilities & MLCI_SPLITS_BY_KEY) == 0) {
        MLCI_TRY(splitter->fold(&in->split, k, part, err));
        return check_parts(part, n, splitter->base.name, k, err);
    }
    if (in->key < 0) return splitter->fold(&in->split, k, part, err); /* says so */
    key_fold f = {splitter, in, k, part};
    return mlci_parallel_for(in->split.call, (n + KEY_ROWS - 1) / KEY_ROWS, key_block, &f, err);
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
    mlc_status status = find_parts(splitter, in, k, part, err);
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
    status = mlci_dictionary_create(root, MLCI_N_PARTS, part_texts, NULL, &dictionary, err);
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

mlc_status mlc_dataset_split(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                             mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    mlci_chosen chosen = {0};
    split_input in = {.dataset = dataset, .key = -1};
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_chosen_read(call->root, MLCI_KIND_SPLITTER, settings,
                                         "k_fold n_splits=5", &chosen, err);
    if (status == MLC_OK) {
        status = prepare(call, dataset, chosen.descriptor->capabilities, &in, err);
    }
    in.split.params = chosen.params;
    if (status == MLC_OK) {
        /* base is the first member. */
        status = build_folds((const mlci_splitter_descriptor *)(const void *)chosen.descriptor, &in,
                             out, err);
    }
    split_input_clear(&in);
    mlci_chosen_clear(&chosen);
    mlci_call_end(call);
    return status;
}
