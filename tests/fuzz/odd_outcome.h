/* What became of reading a file, as one line of text: `a:int64 b:text | 1 "x" | 2 -`, or the status
 * and the message. Bits of reals show: they are written in the shortest form that reads back. */
#ifndef MLCI_ODD_OUTCOME_H
#define MLCI_ODD_OUTCOME_H

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dataset_impl.h"
#include "text.h"
#include "timestamp.h"

#define SHOWN_BYTES 60 /* of a text; longer ones show their length and a sum of their bytes */

static inline void outcome_text(mlci_text *out, const char *text, int64_t n)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (int64_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    int64_t shown = n <= SHOWN_BYTES ? n : 8;
    while (shown < n && shown > 0 && ((unsigned char)text[shown] & 0xc0) == 0x80)
        shown--;
    mlci_text_append_json(out, text, shown);
    if (shown < n) {
        mlci_text_append_format(out, "...(%lld bytes, %016llx)", (long long)n,
                                (unsigned long long)sum);
    }
}

static inline void outcome_name(mlci_text *out, const char *name)
{
    const char *at = name;
    while (isalnum((unsigned char)*at) || *at == '_' || *at == '.' || *at == '[' || *at == ']')
        at++;
    if (*name != '\0' && *at == '\0' && at - name <= SHOWN_BYTES) {
        mlci_text_append_text(out, name);
    } else {
        outcome_text(out, name, (int64_t)strlen(name));
    }
}

static inline void outcome_real(mlci_text *out, double value)
{
    if (isnan(value)) {
        mlci_text_append_text(out, "nan");
    } else if (isinf(value)) {
        mlci_text_append_text(out, value > 0 ? "inf" : "-inf");
    } else {
        mlci_text_append_real(out, value);
    }
}

static inline void outcome_vector(mlci_text *out, const mlci_column *c, int64_t row)
{
    const double *const values = c->values;
    const int is_sparse = c->indices != NULL || c->offsets != NULL;
    const int64_t from = is_sparse ? c->offsets[row] : row * c->width;
    const int64_t to = is_sparse ? c->offsets[row + 1] : from + c->width;
    mlci_text_append_char(out, '[');
    for (int64_t k = from; k < to; k++) {
        if (k > from) mlci_text_append_char(out, ' ');
        if (is_sparse) mlci_text_append_format(out, "%d:", (int)c->indices[k]);
        outcome_real(out, values[k]);
    }
    mlci_text_append_char(out, ']');
}

static inline void outcome_cell(mlci_text *out, const mlci_column *c, int64_t row)
{
    char time[MLCI_TIMESTAMP_SIZE];
    int64_t n = 0;
    if (!mlci_column_is_valid(c, row)) {
        mlci_text_append_char(out, '-');
        return;
    }
    switch (c->type) {
    case MLC_TYPE_BOOL:
        mlci_text_append_text(
            out, ((const uint8_t *)c->values)[row >> 3] >> (row & 7) & 1 ? "true" : "false");
        break;
    case MLC_TYPE_INT64:
        mlci_text_append_integer(out, ((const int64_t *)c->values)[row]);
        break;
    case MLC_TYPE_FLOAT32:
        outcome_real(out, (double)((const float *)c->values)[row]);
        break;
    case MLC_TYPE_FLOAT64:
        outcome_real(out, ((const double *)c->values)[row]);
        break;
    case MLC_TYPE_TIMESTAMP:
        mlci_timestamp_format(((const int64_t *)c->values)[row], time);
        mlci_text_append_text(out, time);
        break;
    case MLC_TYPE_VECTOR:
        outcome_vector(out, c, row);
        break;
    default: {
        const char *const text = mlci_column_text(c, row, &n);
        outcome_text(out, text, n);
    }
    }
}

/* ` | 1 "x" | 2 -`. */
static inline void outcome_rows(mlci_text *out, const mlc_dataset *d)
{
    for (int64_t i = 0; i < d->n_rows; i++) {
        mlci_text_append_text(out, " |");
        for (int32_t j = 0; j < d->n_fields; j++) {
            mlci_text_append_char(out, ' ');
            outcome_cell(out, d->fields[j].column, i);
        }
    }
}

static inline void outcome_head(mlci_text *out, const mlc_dataset *d)
{
    if (d->n_fields == 0) mlci_text_append_text(out, "no columns");
    for (int32_t j = 0; j < d->n_fields; j++) {
        const mlci_column *const c = d->fields[j].column;
        if (j > 0) mlci_text_append_char(out, ' ');
        outcome_name(out, d->fields[j].name);
        mlci_text_append_format(out, ":%s", mlci_type_name(c->type));
        if (c->type == MLC_TYPE_VECTOR) mlci_text_append_format(out, "(%lld)", (long long)c->width);
    }
}

/* ` ! 3:0 message` for each row that was left out. */
static inline void outcome_problems(mlci_text *out, const mlc_dataset *d)
{
    mlc_dataset *problems = NULL;
    if (mlc_dataset_problems(d, &problems, NULL) != MLC_OK) return;
    for (int64_t i = 0; i < problems->n_rows; i++) {
        int64_t n = 0;
        const int64_t *const line = problems->fields[0].column->values;
        const int64_t *const column = problems->fields[1].column->values;
        const char *const text = mlci_column_text(problems->fields[2].column, i, &n);
        mlci_text_append_format(out, " ! %lld:%lld %.*s", (long long)line[i], (long long)column[i],
                                (int)n, text);
    }
    mlc_dataset_free(problems);
}

/* `FORMAT odd.csv:3:1: ...`: what the message calls the source, at its start or in quotes, becomes
 * `name`. A place in the message is that of the record, which is written before it where they
 * differ. */
static inline void outcome_error(mlci_text *out, mlc_status status, const mlc_error *err,
                                 const char *source, const char *name)
{
    char place[64] = ":";
    const char *at = err->message;
    const size_t n = strlen(source);
    mlci_text_append_format(out, "%s ", mlc_status_name(status) + strlen("MLC_ERROR_"));
    if (err->column > 0) {
        snprintf(place, sizeof place, ":%lld:%lld:", (long long)err->line, (long long)err->column);
    } else if (err->line > 0) {
        snprintf(place, sizeof place, ":%lld:", (long long)err->line);
    }
    const int is_placed = strncmp(at, source, n) == 0 && strncmp(at + n, place, strlen(place)) == 0;
    if (!is_placed && err->line > 0) mlci_text_append_format(out, "(%s) ", place);
    for (const char *found; (found = strstr(at, source)) != NULL; at = found + n) {
        const int is_source = found == err->message || found[-1] == '\'';
        mlci_text_append(out, at, found - at);
        mlci_text_append_text(out, is_source ? name : source);
    }
    mlci_text_append_text(out, at);
}

/* All of it; frees the dataset. The caller clears the text. */
static inline mlci_text outcome_of(mlc_status status, const mlc_error *err, const char *source,
                                   const char *name, mlc_dataset *d)
{
    mlci_text out = mlci_text_init(NULL);
    if (status != MLC_OK) {
        outcome_error(&out, status, err, source, name);
        return out;
    }
    outcome_head(&out, d);
    outcome_rows(&out, d);
    outcome_problems(&out, d);
    mlc_dataset_free(d);
    return out;
}

#endif
