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
    char text[MLCI_NUMBER_SIZE];
    const int32_t n =
        digits == 0 ? mlci_real_format(value, text) : mlci_real_format_digits(value, digits, text);
    mlci_text_append(out, text, n);
}

void mlci_cell_append(const mlci_shown *shown, int64_t source_row, int32_t digits, mlci_text *out)
{
    const mlci_column *const column = shown->field->column;
    const int64_t *const integers = column->values;
    int64_t length = 0;
    char text[MLCI_TIMESTAMP_SIZE];
    double value = 0;
    switch (column->type) {
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY: {
        const char *const bytes = mlci_column_text(column, source_row, &length);
        if (bytes != NULL) mlci_text_append(out, bytes, length);
        break;
    }
    case MLC_TYPE_INT64:
        mlci_text_append_integer(out, integers[source_row]);
        break;
    case MLC_TYPE_TIMESTAMP:
        length = mlci_timestamp_format(integers[source_row], text);
        mlci_text_append(out, text, length);
        break;
    case MLC_TYPE_BOOL:
        mlci_column_reals(column, source_row, 1, &value, 1);
        mlci_text_append_text(out, value != 0 ? "true" : "false");
        break;
    case MLC_TYPE_FLOAT32:
        if (digits == 0) {
            char exact[MLCI_NUMBER_SIZE];
            length = mlci_float_format(((const float *)column->values)[source_row], exact);
            mlci_text_append(out, exact, length);
            break;
        }
        mlci_column_reals(column, source_row, 1, &value, 1);
        append_real(value, digits, out);
        break;
    case MLC_TYPE_VECTOR:
        append_real(mlci_cell_component(column, source_row, shown->component), digits, out);
        break;
    case MLC_TYPE_FLOAT64:
        append_real(((const double *)column->values)[source_row], digits, out);
        break;
    default:
        mlci_column_reals(column, source_row, 1, &value, 1);
        append_real(value, digits, out);
        break;
    }
}
