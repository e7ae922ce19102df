/* The kind of a target: texts, categories and bools are classes; so are integers of at most 20
 * distinct values; everything else is numbers. */
#include "target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CLASSES 20
#define BLOCK 4096

/* Distinct values that were met, at most MOST_CLASSES + 1 of them. */
typedef struct distinct {
    int n;
    double values[MOST_CLASSES + 1];
} distinct;

static void add_distinct(distinct *d, double value)
{
    for (int i = 0; i < d->n; i++) {
        if (d->values[i] == value) return;
    }
    if (d->n <= MOST_CLASSES) d->values[d->n++] = value;
}

/* Called with the values of up to BLOCK rows from row `first` on, missing ones NaN; a result other
 * than 0 ends the walk. */
typedef int (*take_block)(void *arg, int64_t first, int64_t n, const double *values);

/* Goes through a column block by block. */
static mlc_status walk_column(session *s, const mlc_dataset *data, const char *name,
                              take_block take, void *arg)
{
    const int64_t n_rows = mlc_dataset_n_rows(data);
    double values[BLOCK];
    mlc_dataset *column = NULL;
    char *selector = text_format("'%s'", name);
    mlc_status status = mlc_dataset_select(s->ctx, data, selector, &column, &s->err);
    int is_done = 0;
    for (int64_t i = 0; i < n_rows && status == MLC_OK && !is_done; i += BLOCK) {
        const int64_t n = n_rows - i < BLOCK ? n_rows - i : BLOCK;
        mlc_dataset *block = NULL;
        status = mlc_dataset_rows(s->ctx, column, NULL, i, n, &block, &s->err);
        if (status == MLC_OK) status = mlc_dataset_copy_real(block, name, values, n, &s->err);
        if (status == MLC_OK) is_done = take(arg, i, n, values);
        mlc_dataset_free(block);
    }
    mlc_dataset_free(column);
    free(selector);
    return status;
}

static int take_distinct(void *arg, int64_t first, int64_t n, const double *values)
{
    distinct *found = arg;
    (void)first;
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(values[i])) add_distinct(found, values[i]);
    }
    return found->n > MOST_CLASSES;
}

/* Rows whose target is known. */
typedef struct known_rows {
    int64_t *rows, n;
} known_rows;

static int take_known(void *arg, int64_t first, int64_t n, const double *values)
{
    known_rows *known = arg;
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(values[i])) known->rows[known->n++] = first + i;
    }
    return 0;
}

static mlc_status take_known_texts(session *s, const mlc_dataset *data, const char *name,
                                   known_rows *known)
{
    for (int64_t i = 0; i < mlc_dataset_n_rows(data); i++) {
        const char *text = NULL;
        int64_t length = 0;
        const mlc_status status = mlc_dataset_text(data, name, i, &text, &length, &s->err);
        if (status != MLC_OK) return status;
        if (text != NULL) known->rows[known->n++] = i;
    }
    return MLC_OK;
}

const char *target_find(const mlc_dataset *data, int32_t *type)
{
    for (int32_t i = 0; i < mlc_dataset_n_columns(data); i++) {
        if (strcmp(mlc_dataset_column_role(data, i), "target") != 0) continue;
        if (type != NULL) *type = mlc_dataset_column_type(data, i);
        return mlc_dataset_column_name(data, i);
    }
    return NULL;
}

mlc_status target_look(session *s, const mlc_dataset *data, target_facts *out)
{
    distinct found = {0};
    *out = (target_facts){0};
    out->name = target_find(data, &out->type);
    if (out->name == NULL) return MLC_OK;
    if (out->type == MLC_TYPE_CATEGORY || out->type == MLC_TYPE_TEXT) {
        out->is_classes = 1;
        while (mlc_dataset_category(data, out->name, (int32_t)out->n_distinct) != NULL) {
            out->n_distinct++;
        }
        return MLC_OK;
    }
    if (out->type != MLC_TYPE_BOOL && out->type != MLC_TYPE_INT64) return MLC_OK;
    const mlc_status status = walk_column(s, data, out->name, take_distinct, &found);
    out->is_classes = found.n <= MOST_CLASSES;
    out->n_distinct = out->is_classes ? found.n : 0;
    return status;
}

mlc_status target_keep_known(session *s, const mlc_dataset *data, const char *name,
                             mlc_dataset **out)
{
    const int64_t n_rows = mlc_dataset_n_rows(data);
    const int32_t type = mlc_dataset_column_type(data, mlc_dataset_find(data, name));
    known_rows known = {memory_zeroed((size_t)n_rows, sizeof *known.rows), 0};
    mlc_status status = type == MLC_TYPE_TEXT ? take_known_texts(s, data, name, &known)
                                              : walk_column(s, data, name, take_known, &known);
    if (status == MLC_OK && known.n == n_rows) {
        *out = mlc_dataset_ref(data);
    } else if (status == MLC_OK) {
        char left_out[TEXT_NUMBER];
        session_warn(s, "'%s' is missing in %s rows, which are left out", name,
                     text_count(left_out, n_rows - known.n));
        status = mlc_dataset_rows(s->ctx, data, known.rows, 0, known.n, out, &s->err);
    }
    free(known.rows);
    return status;
}
