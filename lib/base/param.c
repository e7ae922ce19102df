/* The parameter engine, in place: defaults, copies and freeing of a struct by its table. */
#include "param.h"

#include <math.h>
#include <string.h>

#include "number.h"

int64_t mlci_param_text_offset(const mlci_param *row)
{
    if (row->type == MLCI_PARAM_TEXT) return row->offset;
    return (row->flags & MLCI_PARAM_HOST) != 0 ? row->host_offset : -1;
}

int mlci_param_takes_none(const mlci_param *row)
{
    return (row->flags & MLCI_PARAM_NONE) != 0 ||
           (row->type == MLCI_PARAM_TEXT && row->text == NULL);
}

typedef struct number_list {
    double *out;
    int32_t n, capacity;
} number_list;

static mlc_status add_number(void *arg, const char *item, int64_t length, mlc_error *err)
{
    number_list *const list = arg;
    double x = NAN;
    mlci_real_parse(item, length, &x);
    if (list->n < list->capacity) list->out[list->n] = x;
    list->n++;
    return MLC_OK;
}

int32_t mlci_param_numbers(const char *text, double *out, int32_t capacity)
{
    number_list list = {out, 0, capacity};
    if (text != NULL) mlci_list_each(text, add_number, &list, NULL);
    return list.n;
}

int mlci_choice_is_alias(const mlci_choice *choices, const mlci_choice *row)
{
    while (choices < row && choices->value != row->value)
        choices++;
    return choices < row;
}

static const void *member(const void *values, int64_t offset)
{
    return (const char *)values + offset;
}

/* The text that the row owns, or NULL for rows without one. */
static char **text_member(const mlci_param *row, void *values)
{
    const int64_t offset = mlci_param_text_offset(row);
    return offset < 0 ? NULL : (char **)(void *)((char *)values + offset);
}

void mlci_params_clear(const mlci_param *table, void *values)
{
    if (table == NULL || values == NULL) return;
    for (const mlci_param *row = table; row->name != NULL; row++) {
        char **const text = text_member(row, values);
        if (text == NULL) continue;
        mlci_free(*text);
        *text = NULL;
    }
}

static void forget_texts(const mlci_param *table, void *values)
{
    for (const mlci_param *row = table; row->name != NULL; row++) {
        char **const text = text_member(row, values);
        if (text != NULL) *text = NULL;
    }
}

static mlc_status copy_text(mlci_root *root, const char *text, char **out, mlc_error *err)
{
    if (text == NULL) return MLC_OK;
    const int64_t length = (int64_t)strlen(text);
    *out = mlci_copy_text(root, text, length);
    return *out == NULL ? mlci_fail_memory(err, length + 1, 1) : MLC_OK;
}

static mlc_status set_default(mlci_root *root, const mlci_param *row, void *values, mlc_error *err)
{
    void *const at = (char *)values + row->offset;
    switch (row->type) {
    case MLCI_PARAM_REAL:
        *(double *)at = row->real;
        return MLC_OK;
    case MLCI_PARAM_INTEGER:
        *(int64_t *)at = row->integer;
        return MLC_OK;
    case MLCI_PARAM_BOOL:
    case MLCI_PARAM_CHOICE:
        *(int32_t *)at = (int32_t)row->integer;
        return MLC_OK;
    case MLCI_PARAM_TEXT:
        break;
    }
    return copy_text(root, row->text, at, err);
}

mlc_status mlci_params_defaults(mlci_root *root, const mlci_param *table, void *values,
                                mlc_error *err)
{
    if (table == NULL) return MLC_OK;
    forget_texts(table, values);
    for (const mlci_param *row = table; row->name != NULL; row++) {
        const mlc_status status = set_default(root, row, values, err);
        if (status == MLC_OK) continue;
        mlci_params_clear(table, values);
        return status;
    }
    return MLC_OK;
}

mlc_status mlci_params_copy(mlci_root *root, const mlci_param *table, int64_t size,
                            const void *values, void *out, mlc_error *err)
{
    if (size > 0) memcpy(out, values, (size_t)size);
    if (table == NULL) return MLC_OK;
    forget_texts(table, out);
    for (const mlci_param *row = table; row->name != NULL; row++) {
        const int64_t offset = mlci_param_text_offset(row);
        if (offset < 0) continue;
        const char *const text = *(char *const *)member(values, offset);
        const mlc_status status = copy_text(root, text, text_member(row, out), err);
        if (status == MLC_OK) continue;
        mlci_params_clear(table, out);
        return status;
    }
    return MLC_OK;
}

static int same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int mlci_param_is_default(const mlci_param *row, const void *values)
{
    const void *const at = member(values, row->offset);
    switch (row->type) {
    case MLCI_PARAM_REAL: {
        const double x = *(const double *)at;
        return (isnan(x) && isnan(row->real)) || memcmp(&x, &row->real, sizeof x) == 0;
    }
    case MLCI_PARAM_INTEGER:
        return *(const int64_t *)at == row->integer;
    case MLCI_PARAM_BOOL:
    case MLCI_PARAM_CHOICE:
        return *(const int32_t *)at == row->integer;
    case MLCI_PARAM_TEXT:
        break;
    }
    return same_text(*(char *const *)at, row->text);
}
