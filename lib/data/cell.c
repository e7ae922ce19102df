/* Cells as text: exact by the shortest form that reads back, or rounded for people. */
#include "cell.h"

#include "number.h"
#include "timestamp.h"

mlc_status mlci_shown_columns(const mlc_dataset *dataset, int64_t most, mlci_shown **out,
                              int64_t *n, int64_t *n_all, mlc_error *err)
{
    int64_t count = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++)
        count += dataset->fields[j].column->width;
    const int64_t kept = count < most ? count : most;
    mlci_shown *const shown = mlci_alloc(dataset->root, kept, (int64_t)sizeof *shown);
    if (shown == NULL) return mlci_fail_memory(err, kept, (int64_t)sizeof *shown);
    int64_t k = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        const mlci_field *const field = &dataset->fields[j];
        const int is_vector = field->column->type == MLC_TYPE_VECTOR;
        for (int64_t c = 0; c < field->column->width && k < kept; c++) {
            shown[k++] = (mlci_shown){field, is_vector ? c : -1};
        }
    }
    *out = shown;
    *n = kept;
    *n_all = count;
    return MLC_OK;
}

void mlci_shown_name(const mlci_shown *shown, mlci_text *out)
{
    mlci_text_append_text(out, shown->field->name);
    if (shown->component < 0) return;
    char *const *const components = shown->field->column->components;
    mlci_text_append_char(out, '[');
    if (components != NULL) {
        mlci_text_append_text(out, components[shown->component]);
    } else {
        mlci_text_append_integer(out, shown->component);
    }
    mlci_text_append_char(out, ']');
}

int mlci_shown_is_valid(const mlci_shown *shown, int64_t source_row)
{
    return mlci_column_is_valid(shown->field->column, source_row);
}

double mlci_cell_component(const mlci_column *column, int64_t source_row, int64_t component)
{
    const double *const values = column->values;
    if (column->indices == NULL) return values[source_row * column->width + component];
    int64_t low = column->offsets[source_row], high = column->offsets[source_row + 1];
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (column->indices[middle] < component) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const int is_there = low < column->offsets[source_row + 1] && column->indices[low] == component;
    return is_there ? values[low] : 0;
}

static void append_real(double value, int32_t digits, mlci_text *out)
{
    if (digits == 0) {
        mlci_text_append_real(out, value);
        return;
    }
    char text[MLCI_NUMBER_SIZE];
    mlci_text_append(out, text, mlci_real_format_digits(value, digits, text));
}

static void append_time(int64_t time, mlci_text *out)
{
    char *const text = mlci_text_room(out, MLCI_TIMESTAMP_SIZE);
    if (text == NULL) return;
    const int64_t n = mlci_timestamp_format(time, text);
    text[n] = '\0';
    out->length += n;
}

static void append_float(float value, int32_t digits, mlci_text *out)
{
    char exact[MLCI_NUMBER_SIZE];
    if (digits != 0) {
        append_real(value, digits, out);
        return;
    }
    mlci_text_append(out, exact, mlci_float_format(value, exact));
}

void mlci_cell_append(const mlci_shown *shown, int64_t source_row, int32_t digits, mlci_text *out)
{
    const mlci_column *const column = shown->field->column;
    const void *const values = column->values;
    int64_t length = 0;
    double value = 0;
    switch (column->type) {
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY: {
        const char *const bytes = mlci_column_text(column, source_row, &length);
        if (bytes != NULL) mlci_text_append(out, bytes, length);
        break;
    }
    case MLC_TYPE_INT64:
        mlci_text_append_integer(out, ((const int64_t *)values)[source_row]);
        break;
    case MLC_TYPE_TIMESTAMP:
        append_time(((const int64_t *)values)[source_row], out);
        break;
    case MLC_TYPE_BOOL:
        mlci_column_reals(column, source_row, 1, &value, 1);
        mlci_text_append(out, value != 0 ? "true" : "false", value != 0 ? 4 : 5);
        break;
    case MLC_TYPE_FLOAT32:
        append_float(((const float *)values)[source_row], digits, out);
        break;
    case MLC_TYPE_VECTOR:
        append_real(mlci_cell_component(column, source_row, shown->component), digits, out);
        break;
    case MLC_TYPE_FLOAT64:
        append_real(((const double *)values)[source_row], digits, out);
        break;
    default:
        mlci_column_reals(column, source_row, 1, &value, 1);
        append_real(value, digits, out);
        break;
    }
}
