/* Hashes of keys: a function of the text alone, the same in every language. O(bytes). */
#include "key_hash.h"

#include <string.h>

#include "error.h"
#include "number.h"
#include "text.h"
#include "timestamp.h"

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

mlc_status mlci_key_find(const mlc_dataset *dataset, int32_t *field, mlc_error *err)
{
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_KEY, field, err));
    if (*field < 0 || dataset->fields[*field].column->type != MLC_TYPE_VECTOR) return MLC_OK;
    const char *const name = dataset->fields[*field].name;
    return mlci_fail(err, MLC_ERROR_COLUMN, name, "column '%s' is a vector, not a key", name);
}

mlc_status mlci_key_hashes(const mlc_dataset *dataset, int32_t field, int64_t row, int64_t n,
                           int64_t first, uint64_t *out, mlc_error *err)
{
    const mlci_field *const key = &dataset->fields[field];
    for (int64_t i = row; i < row + n; i++) {
        if (hash_cell(key->column, mlci_dataset_source_row(dataset, i), &out[i - row])) continue;
        return mlci_fail(err, MLC_ERROR_DATA, key->name, "row %lld has no key in column '%s'",
                         (long long)(first + i), key->name);
    }
    return MLC_OK;
}
