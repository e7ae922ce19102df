/* A sample of rows that come in batches, by the sampler's rule (sample.h): of each batch the rows
 * that may be in the sample are copied, and whenever they have become a quarter more they are
 * thinned out. So memory is that of the sample and a batch or two, each batch is looked at once,
 * and the result is that of all rows at once. */
#include <string.h>

#include "chosen.h"
#include "concat.h"
#include "reader.h"
#include "sample.h"

#define SPARE_ROWS 1024 /* that are kept before rows are thinned out */

typedef struct sampling {
    mlc_context *call;
    const mlci_sample_rule *rule;
    const void *params;
    mlci_parts parts; /* the candidates */
    uint64_t *keys;
    int64_t *stands_for;
    int64_t n, capacity, n_after_thinning, n_seen;
    uint64_t bound;
} sampling;

/* ---- rows that stay ------------------------------------------------------------------------- */

/* A category column with those texts only that are in its rows, so that a dictionary of many does
 * not outlive its batch. */
static mlc_status thin_dictionary(mlci_column *column, mlci_column **out, mlc_error *err)
{
    mlci_dictionary *few = NULL;
    int32_t *map = NULL;
    MLCI_TRY(mlci_column_categories(column, &few, err));
    mlc_status status = mlci_column_code_map(column, few, &map, err);
    int32_t *codes = NULL;
    if (status == MLC_OK) {
        codes = mlci_alloc_raw(column->root, column->n_rows, (int64_t)sizeof *codes);
        if (codes == NULL) status = mlci_fail_memory(err, column->n_rows, (int64_t)sizeof *codes);
    }
    if (status == MLC_OK) {
        for (int64_t i = 0; i < column->n_rows; i++)
            codes[i] = mlci_column_is_valid(column, i) ? map[mlci_column_code(column, i)] : -1;
        status = mlci_column_create_category(column->root, column->n_rows, codes, few, out, err);
    }
    mlci_free(map);
    mlci_dictionary_unref(few);
    return status;
}

typedef struct taking {
    const mlc_dataset *view;
    mlci_field *fields;
} taking;

static mlc_status take_field(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const taking *const t = arg;
    mlci_column *column = NULL;
    (void)slot;
    MLCI_TRY(mlci_dataset_take_column(t->view, (int32_t)block, &column, err));
    if (column->type != MLC_TYPE_CATEGORY) {
        t->fields[block].column = column;
        return MLC_OK;
    }
    const mlc_status status = thin_dictionary(column, &t->fields[block].column, err);
    mlci_column_unref(column);
    return status;
}

/* A view as columns of its own. */
static mlc_status copy_view(mlc_context *call, const mlc_dataset *view, mlc_dataset **out,
                            mlc_error *err)
{
    const int32_t n = view->n_fields;
    mlci_field *const fields = mlci_alloc(call->root, n, (int64_t)sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *fields);
    for (int32_t j = 0; j < n; j++)
        fields[j] = (mlci_field){.name = view->fields[j].name, .role = view->fields[j].role};
    taking t = {view, fields};
    mlc_status status = mlci_parallel_for(call, n, take_field, &t, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create_like(call->root, view, n, fields, view->n_rows, out, err);
    }
    for (int32_t j = 0; j < n; j++)
        mlci_column_unref(fields[j].column);
    mlci_free(fields);
    return status;
}

static mlc_status copy_rows(mlc_context *call, const mlc_dataset *dataset, const int64_t *rows,
                            int64_t n, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *view = NULL;
    MLCI_TRY(mlc_dataset_rows(call, dataset, rows, 0, n, &view, err));
    const mlc_status status = copy_view(call, view, out, err);
    mlc_dataset_free(view);
    return status;
}

/* ---- thinning out --------------------------------------------------------------------------- */

/* Only the candidates that stay are left; at the end they are the sample. */
static mlc_status keep(sampling *s, const mlc_dataset *all, const int64_t *rows, int64_t n,
                       mlc_error *err)
{
    mlc_dataset *kept = NULL;
    mlci_parts_clear(&s->parts); /* `all` has their rows */
    MLCI_TRY(copy_rows(s->call, all, rows, n, &kept, err));
    return mlci_parts_add(&s->parts, kept, err);
}

static mlc_status thin_out(sampling *s, int32_t is_end, mlc_error *err)
{
    mlc_dataset *all = NULL;
    int64_t *rows = NULL, n = 0;
    MLCI_TRY(mlci_parts_join(s->call, &s->parts, &all, err));
    mlci_candidates c = {.rows = all,
                         .keys = s->keys,
                         .n_seen = s->n_seen,
                         .is_end = is_end,
                         .stands_for = s->stands_for};
    mlc_status status = s->rule->choose(s->call, s->params, &c, &rows, &n, err);
    if (status == MLC_OK) status = keep(s, all, rows, n, err);
    for (int64_t k = 0; k < n && status == MLC_OK && !is_end; k++) {
        s->keys[k] = s->keys[rows[k]];
        s->stands_for[k] = s->stands_for[rows[k]];
    }
    s->n = s->n_after_thinning = n;
    s->bound = c.bound;
    mlci_free(rows);
    mlc_dataset_free(all);
    return status;
}

/* ---- batches -------------------------------------------------------------------------------- */

static mlc_status make_room(sampling *s, int64_t n, mlc_error *err)
{
    if (n <= s->capacity) return MLC_OK;
    const int64_t capacity = n + n / 4;
    uint64_t *const keys = mlci_realloc(s->call->root, s->keys, capacity, (int64_t)sizeof *s->keys);
    if (keys != NULL) s->keys = keys;
    int64_t *const stands_for =
        mlci_realloc(s->call->root, s->stands_for, capacity, (int64_t)sizeof *s->stands_for);
    if (stands_for != NULL) s->stands_for = stands_for;
    if (keys == NULL || stands_for == NULL) {
        return mlci_fail_memory(err, capacity, (int64_t)(sizeof *s->keys + sizeof *s->stands_for));
    }
    s->capacity = capacity;
    return MLC_OK;
}

/* Adds the rows of a batch that the bound lets through; their keys come to stand in front. rows:
 * room for their numbers. */
static mlc_status add_candidates(sampling *s, const mlc_dataset *batch, const uint64_t *keys,
                                 int64_t *rows, mlc_error *err)
{
    int64_t n = 0;
    mlc_dataset *few = NULL;
    for (int64_t i = 0; i < batch->n_rows; i++) {
        if (keys[i] <= s->bound) rows[n++] = i;
    }
    if (n == 0 && s->parts.n > 0) return MLC_OK;
    MLCI_TRY(make_room(s, s->n + n, err));
    MLCI_TRY(copy_rows(s->call, batch, rows, n, &few, err));
    MLCI_TRY(mlci_parts_add(&s->parts, few, err));
    for (int64_t k = 0; k < n; k++) {
        s->keys[s->n + k] = keys[rows[k]];
        s->stands_for[s->n + k] = 1;
    }
    s->n += n;
    return MLC_OK;
}

static mlc_status take_batch(sampling *s, const mlc_dataset *batch, mlc_error *err)
{
    mlci_root *const root = s->call->root;
    uint64_t *const keys = mlci_alloc_raw(root, batch->n_rows, (int64_t)sizeof *keys);
    int64_t *const rows = mlci_alloc_raw(root, batch->n_rows, (int64_t)sizeof *rows);
    mlc_status status = MLC_OK;
    if (keys == NULL || rows == NULL) {
        status = mlci_fail_memory(err, 2 * batch->n_rows, (int64_t)sizeof *rows);
    }
    if (status == MLC_OK) status = s->rule->keys(s->call, s->params, batch, s->n_seen, keys, err);
    if (status == MLC_OK) status = add_candidates(s, batch, keys, rows, err);
    mlci_free(keys);
    mlci_free(rows);
    s->n_seen += batch->n_rows;
    const int64_t limit = s->n_after_thinning + s->n_after_thinning / 4 + SPARE_ROWS;
    return status == MLC_OK && s->n > limit ? thin_out(s, 0, err) : status;
}

static mlc_status sample_reader(sampling *s, mlc_reader *reader, mlc_dataset **out, mlc_error *err)
{
    for (;;) {
        mlc_dataset *batch = NULL;
        const mlc_status came = mlci_reader_step(s->call, reader, &batch, err);
        if (came == MLC_END) break;
        if (came != MLC_OK) return came;
        const mlc_status status = take_batch(s, batch, err);
        mlc_dataset_free(batch);
        if (status != MLC_OK) return status;
    }
    if (s->parts.n == 0) return MLC_END;
    MLCI_TRY(thin_out(s, 1, err));
    *out = mlc_dataset_ref(s->parts.parts[0]);
    return MLC_OK;
}

/* ---- the public call ------------------------------------------------------------------------ */

static mlc_status run(mlc_context *call, mlc_reader *reader, const mlci_chosen *chosen,
                      mlc_dataset **out, mlc_error *err)
{
    /* base is the first member. */
    const mlci_maker_descriptor *const sampler =
        (const mlci_maker_descriptor *)(const void *)chosen->descriptor;
    const mlci_sample_rule *const rule = sampler->rule;
    mlc_error why;
    if (rule->check != NULL) MLCI_TRY(rule->check(chosen->params, err));
    sampling s = {.call = call,
                  .rule = rule,
                  .params = chosen->params,
                  .parts = {.root = call->root},
                  .bound = UINT64_MAX};
    const mlc_status status = sample_reader(&s, reader, out, &why);
    mlci_parts_clear(&s.parts);
    mlci_free(s.keys);
    mlci_free(s.stands_for);
    if (status >= 0) return status;
    if (err != NULL) *err = why;
    return mlci_reader_break(reader, status, &why);
}

mlc_status mlc_reader_sample(mlc_context *ctx, mlc_reader *reader, const char *settings,
                             mlc_dataset **out, mlc_error *err)
{
    mlci_chosen chosen = {0};
    MLCI_TRY(mlci_reader_check(reader, out, err));
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status =
        mlci_chosen_read(call->root, MLCI_KIND_SAMPLER, settings, "reservoir n=1000", &chosen, err);
    if (status == MLC_OK) status = run(call, reader, &chosen, out, err);
    mlci_chosen_clear(&chosen);
    mlci_call_end(call);
    return status;
}
