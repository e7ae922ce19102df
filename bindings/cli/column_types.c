/* Column types; see column_types.h. Numbers of all types are one kind, categories and texts are
 * another. */
#include "column_types.h"

#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "report.h"

/* "number", "words", or the type itself. */
static const char *kind_of(const char *type)
{
    static const char *const numbers[] = {"bool", "int64", "float32", "float64"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(type, numbers[i]) == 0) return "number";
    }
    return strcmp(type, "category") == 0 || strcmp(type, "text") == 0 ? "words" : type;
}

/* What a column of another kind is to be read as: any number will do for a number. */
static const char *type_to_read(const char *expected)
{
    return strncmp(expected, "int", 3) == 0 || strncmp(expected, "float", 5) == 0 ? "float64"
                                                                                  : expected;
}

static void make_room(column_types *types, int64_t n)
{
    types->n = (int32_t)n;
    types->names = memory_zeroed((size_t)n, sizeof *types->names);
    types->types = memory_zeroed((size_t)n, sizeof *types->types);
}

mlc_status column_types_of_model(session *s, const mlc_model *model, column_types *out)
{
    mlc_dataset *inputs = NULL;
    const mlc_status status = mlc_model_table(s->ctx, model, "inputs", &inputs, &s->err);
    if (status != MLC_OK) return status;
    make_room(out, mlc_dataset_n_rows(inputs));
    for (int32_t i = 0; i < out->n; i++) {
        out->names[i] = report_cell(inputs, "name", i);
        out->types[i] = report_cell(inputs, "type", i);
    }
    mlc_dataset_free(inputs);
    return MLC_OK;
}

void column_types_of_data(const mlc_dataset *data, column_types *out)
{
    make_room(out, mlc_dataset_n_columns(data));
    for (int32_t i = 0; i < out->n; i++) {
        out->names[i] = text_format("%s", mlc_dataset_column_name(data, i));
        out->types[i] = text_format("%s", data_type_name(mlc_dataset_column_type(data, i)));
    }
}

void column_types_clear(column_types *types)
{
    for (int32_t i = 0; i < types->n; i++) {
        free(types->names[i]);
        free(types->types[i]);
    }
    free(types->names);
    free(types->types);
    *types = (column_types){0};
}

/* A text in double quotes, as settings have it. */
static void put_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
}

char *column_types_differ(const column_types *expected, const mlc_dataset *data)
{
    char *text = NULL;
    size_t size = 0;
    int n = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) return NULL;
    for (int32_t i = 0; i < expected->n; i++) {
        const int32_t at = mlc_dataset_find(data, expected->names[i]);
        if (at < 0 || mlc_dataset_column_type(data, at) == MLC_TYPE_VECTOR) continue;
        const char *type = data_type_name(mlc_dataset_column_type(data, at));
        if (strcmp(kind_of(type), kind_of(expected->types[i])) == 0) continue;
        fputs(n++ == 0 ? "types=[" : ", ", out);
        put_quoted(out, expected->names[i]);
        fprintf(out, ":%s\"", type_to_read(expected->types[i]));
    }
    if (n > 0) fputc(']', out);
    fclose(out);
    if (n > 0) return text;
    free(text);
    return NULL;
}
