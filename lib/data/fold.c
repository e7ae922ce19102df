/* The rows of one part of a fold, as a view. */
#include <string.h>

#include "dataset_impl.h"
#include "number.h"
#include "text.h"

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

/* What the text of a row says of it. */
typedef enum fate { IS_ELSEWHERE, IS_IN_PART, IS_UNKNOWN } fate;

static fate fate_of(const char *text, int64_t length, const char *part)
{
    static const char *const parts[] = {"train", "valid", "test", "none"};
    if (mlci_text_equal(text, length, part)) return IS_IN_PART;
    for (int i = 0; i < 4; i++)
        if (mlci_text_equal(text, length, parts[i])) return IS_ELSEWHERE;
    return IS_UNKNOWN;
}

/* The fates of the texts of a dictionary. */
static uint8_t *list_fates(const mlci_dictionary *dictionary, const char *part, mlc_error *err)
{
    uint8_t *const fates = mlci_alloc_raw(dictionary->root, dictionary->n, 1);
    if (fates == NULL) (void)mlci_fail_memory(err, dictionary->n, 1);
    for (int32_t i = 0; fates != NULL && i < dictionary->n; i++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(dictionary, i, &length);
        fates[i] = (uint8_t)fate_of(text, length, part);
    }
    return fates;
}

/* fates: by code, of categories; else NULL. A missing part is none. */
static fate fate_at(const mlci_column *column, const uint8_t *fates, int64_t row, const char *part)
{
    int64_t length = 0;
    if (!mlci_column_is_valid(column, row)) return IS_ELSEWHERE;
    if (fates != NULL) return (fate)fates[mlci_column_code(column, row)];
    const char *const text = mlci_column_text(column, row, &length);
    return fate_of(text, length, part);
}

static mlc_status rows_of_part(const mlc_dataset *folds, int32_t field, const char *part,
                               int64_t *rows, int64_t *n_rows, mlc_error *err)
{
    const mlci_column *const column = folds->fields[field].column;
    const char *const name = folds->fields[field].name;
    uint8_t *fates = NULL;
    int64_t n = 0, i = 0;
    if (column->type == MLC_TYPE_CATEGORY) {
        fates = list_fates(column->dictionary, part, err);
        if (fates == NULL) return MLC_ERROR_NO_MEMORY;
    }
    for (; i < folds->n_rows; i++) {
        const fate own = fate_at(column, fates, mlci_dataset_source_row(folds, i), part);
        if (own == IS_UNKNOWN) break;
        rows[n] = i;
        n += own == IS_IN_PART;
    }
    mlci_free(fates);
    *n_rows = n;
    if (i == folds->n_rows) return MLC_OK;
    int64_t length = 0;
    const char *const text = mlci_column_text(column, mlci_dataset_source_row(folds, i), &length);
    return mlci_fail(err, MLC_ERROR_DATA, name,
                     "row %lld of column '%s' is '%.*s': must be train, valid, test or none",
                     (long long)i, name, (int)(length < 60 ? length : 60), text);
}

mlc_status mlc_dataset_fold(const mlc_dataset *dataset, const mlc_dataset *folds, int32_t k,
                            const char *part, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || folds == NULL || part == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "dataset, folds, part and out must not be NULL");
    }
    if (strcmp(part, "train") != 0 && strcmp(part, "test") != 0 && strcmp(part, "valid") != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "part",
                         "part = '%s': must be train, valid or test", part);
    }
    if (dataset->n_rows != folds->n_rows) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "the dataset has %lld rows and its folds %lld",
                         (long long)dataset->n_rows, (long long)folds->n_rows);
    }
    int32_t field = -1;
    MLCI_TRY(find_fold(folds, k, &field, err));
    int64_t n = 0;
    int64_t *const rows = mlci_alloc_raw(dataset->root, dataset->n_rows, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *rows);
    mlc_status status = rows_of_part(folds, field, part, rows, &n, err);
    if (status == MLC_OK) status = mlc_dataset_rows(NULL, dataset, rows, 0, n, out, err);
    mlci_free(rows);
    return status;
}
