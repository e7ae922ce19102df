/* A record batch of Arrow as a dataset.
 *
 * Columns that are lent cost no more than a look at their structs and are made at once, those of
 * integers by rows; the others are converted in parallel, each by one task. The batch has an owner
 * that each lent column holds a reference on: it is released with the last of them. A row that is
 * null as a whole is missing in every column. */
#include <string.h>

#include "arrow_import.h"
#include "arrow_metadata.h"
#include "text.h"

typedef struct batch {
    mlc_context *call;
    const mlci_arrow_settings *settings;
    mlci_arrow_source rows; /* the struct around the columns */
    int32_t n;
    mlci_arrow_source *sources; /* of the columns */
    char **names;
    int32_t *roles;
    mlci_column **columns;
    int32_t *waiting;             /* columns that are converted */
    mlci_arrow_dictionary **last; /* of the columns, or NULL */
} batch;

/* ---- columns -------------------------------------------------------------------------------- */

static mlc_status read_column(const batch *b, int32_t i, mlc_error *err)
{
    const mlci_arrow_source *const s = &b->sources[i];
    mlci_column **const out = &b->columns[i];
    if (s->schema->dictionary != NULL) {
        return mlci_arrow_dictionary_column(s, b->last == NULL ? NULL : &(*b->last)[i], out, err);
    }
    switch (s->type.kind) {
    case MLCI_ARROW_TEXT:
    case MLCI_ARROW_VIEW:
        return mlci_arrow_text_column(s, out, err);
    case MLCI_ARROW_TIME:
        return mlci_arrow_time_column(s, b->settings->nanoseconds, out, err);
    case MLCI_ARROW_VECTOR:
    case MLCI_ARROW_LIST:
        return mlci_arrow_vector_column(s, out, err);
    case MLCI_ARROW_STRUCT:
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, s->name,
                         "column '%s' is a struct (Arrow format '+s'), which no column holds: make "
                         "each of its fields a column",
                         s->name);
    default:
        return mlci_arrow_number_column(b->call, s, out, err);
    }
}

/* Rows of the struct that are null, in a column of its own bitmap. */
static mlc_status add_row_nulls(const batch *b, mlci_column *column, mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(&b->rows);
    for (int64_t i = 0; valid != NULL && i < b->rows.n; i++) {
        if (mlci_arrow_is_valid(&b->rows, valid, i)) continue;
        MLCI_TRY(mlci_column_add_valid(column, err));
        mlci_column_set_missing(column, i);
    }
    return MLC_OK;
}

static mlc_status make_column(const batch *b, int32_t i, mlc_error *err)
{
    MLCI_TRY(read_column(b, i, err));
    return add_row_nulls(b, b->columns[i], err);
}

static mlc_status convert_column(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const batch *const b = arg;
    (void)slot;
    return make_column(b, b->waiting[block], err);
}

/* Takes no time that grows with the rows, but for bitmaps, or is made by all threads itself. */
static int is_made_at_once(const mlci_arrow_source *s)
{
    const mlci_arrow_type *const t = &s->type;
    return s->schema->dictionary == NULL &&
           ((t->kind == MLCI_ARROW_REAL && t->size >= 4) || t->kind == MLCI_ARROW_SIGNED ||
            t->kind == MLCI_ARROW_UNSIGNED || (t->kind == MLCI_ARROW_TIME && t->micros == 1));
}

static mlc_status make_columns(const batch *b, mlc_error *err)
{
    int32_t n_waiting = 0;
    for (int32_t i = 0; i < b->n; i++) {
        if (is_made_at_once(&b->sources[i])) {
            MLCI_TRY(make_column(b, i, err));
        } else {
            b->waiting[n_waiting++] = i;
        }
    }
    if (n_waiting == 0) return MLC_OK;
    return mlci_parallel_for(b->call, n_waiting, convert_column, (void *)b, err);
}

/* ---- names and roles ------------------------------------------------------------------------ */

/* The name of a field, or column_3 by its position. */
static mlc_status read_name(const batch *b, int32_t i, mlc_error *err)
{
    const struct ArrowSchema *const field = b->rows.schema->children[i];
    mlci_text text = mlci_text_init(b->call->root);
    if (field != NULL && field->release != NULL && field->name != NULL && field->name[0] != '\0') {
        if (!mlci_utf8_valid(field->name, (int64_t)strlen(field->name), NULL))
            return mlci_fail(err, MLC_ERROR_ARGUMENT, "schema",
                             "the name of column %d is not valid UTF-8: convert it first",
                             (int)i + 1);
        mlci_text_append_text(&text, field->name);
    } else {
        mlci_text_append_format(&text, "column_%d", (int)i + 1);
    }
    return mlci_text_take(&text, &b->names[i], err);
}

static mlc_status read_role(const batch *b, int32_t i, mlc_error *err)
{
    const char *value = NULL, *const metadata = b->rows.schema->children[i]->metadata;
    int32_t length = 0;
    b->roles[i] = MLCI_ROLE_FEATURE;
    if (!mlci_arrow_metadata_find(metadata, MLCI_ARROW_ROLE, &value, &length)) return MLC_OK;
    for (int32_t role = 0; mlci_role_name(role) != NULL; role++) {
        if (!mlci_text_equal(value, length, mlci_role_name(role))) continue;
        b->roles[i] = role;
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_ROLE, b->names[i], "column '%s': no role '%.*s' (%s)",
                     b->names[i], length > 32 ? 32 : (int)length, value, MLCI_ARROW_ROLE);
}

static mlc_status copy_metadata(const batch *b, const char *key, char **out, mlc_error *err)
{
    const char *value = NULL;
    int32_t length = 0;
    if (!mlci_arrow_metadata_find(b->rows.schema->metadata, key, &value, &length)) return MLC_OK;
    *out = mlci_copy_text(b->call->root, value, length);
    return *out != NULL ? MLC_OK : mlci_fail_memory(err, length + 1, 1);
}

/* ---- the batch ------------------------------------------------------------------------------ */

static mlc_status open_batch(batch *b, const struct ArrowSchema *schema, mlci_arrow_owner *owner,
                             int64_t row, mlc_error *err)
{
    b->rows = (mlci_arrow_source){.owner = owner, .name = "rows", .row = row};
    MLCI_TRY(mlci_arrow_source_open(&b->rows, schema, &owner->array, 0, owner->array.length, err));
    if (b->rows.type.kind == MLCI_ARROW_STRUCT && schema->dictionary == NULL) {
        b->n = (int32_t)schema->n_children;
        return MLC_OK;
    }
    return mlci_fail(
        err, MLC_ERROR_ARGUMENT, "schema",
        "the Arrow format is '%s': must be '+s', a struct whose fields are the columns",
        schema->format);
}

static mlc_status open_columns(batch *b, mlc_error *err)
{
    mlci_root *const root = b->call->root;
    b->sources = mlci_alloc(root, b->n, sizeof *b->sources);
    b->names = mlci_alloc(root, b->n, sizeof *b->names);
    b->roles = mlci_alloc(root, b->n, sizeof *b->roles);
    b->columns = mlci_alloc(root, b->n, sizeof *b->columns);
    b->waiting = mlci_alloc(root, b->n, sizeof *b->waiting);
    if (b->sources == NULL || b->names == NULL || b->roles == NULL || b->columns == NULL ||
        b->waiting == NULL)
        return mlci_fail_memory(err, b->n, sizeof *b->sources);
    if (b->last != NULL && *b->last == NULL) *b->last = mlci_alloc(root, b->n, sizeof **b->last);
    if (b->last != NULL && *b->last == NULL) return mlci_fail_memory(err, b->n, sizeof **b->last);
    for (int32_t i = 0; i < b->n; i++) {
        MLCI_TRY(read_name(b, i, err));
        b->sources[i] = b->rows;
        b->sources[i].name = b->names[i];
        MLCI_TRY(mlci_arrow_source_open(&b->sources[i], b->rows.schema->children[i],
                                        b->rows.array->children[i], b->rows.first, b->rows.n, err));
        MLCI_TRY(read_role(b, i, err));
    }
    return MLC_OK;
}

static mlc_status make_dataset(const batch *b, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *d = NULL;
    MLCI_TRY(mlci_dataset_create(b->call->root, b->n, (const char *const *)b->names, b->columns,
                                 b->roles, &d, err));
    d->n_rows = d->n_source_rows = b->rows.n; /* also without columns */
    mlc_status status = copy_metadata(b, MLCI_ARROW_CLASSES, &d->classes, err);
    if (status == MLC_OK) status = copy_metadata(b, MLCI_ARROW_POSITIVE, &d->positive, err);
    if (status == MLC_OK) {
        *out = d;
    } else {
        mlc_dataset_free(d);
    }
    return status;
}

static void close_batch(batch *b)
{
    for (int32_t i = 0; b->names != NULL && i < b->n; i++)
        mlci_free(b->names[i]);
    for (int32_t i = 0; b->columns != NULL && i < b->n; i++)
        mlci_column_unref(b->columns[i]);
    mlci_free(b->sources);
    mlci_free(b->names);
    mlci_free(b->roles);
    mlci_free(b->columns);
    mlci_free(b->waiting);
}

mlc_status mlci_arrow_batch_rows(mlc_context *call, const struct ArrowSchema *schema,
                                 mlci_arrow_owner *owner, const mlci_arrow_settings *settings,
                                 int64_t row, mlci_arrow_dictionary **last, mlc_dataset **out,
                                 mlc_error *err)
{
    batch b = {.call = call, .settings = settings, .last = last};
    mlc_status status = open_batch(&b, schema, owner, row, err);
    if (status == MLC_OK) status = open_columns(&b, err);
    if (status == MLC_OK) status = make_columns(&b, err);
    if (status == MLC_OK) status = make_dataset(&b, out, err);
    close_batch(&b);
    return status;
}

/* ---- texts ---------------------------------------------------------------------------------- */

typedef struct settling {
    const mlci_arrow_settings *settings;
    mlc_dataset *dataset;
    int32_t *texts; /* fields to decide about */
} settling;

static mlc_status settle_field(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const settling *const job = arg;
    mlci_field *const field = &job->dataset->fields[job->texts[block]];
    const int is_category =
        field->role == MLCI_ROLE_TARGET || job->settings->text == MLCI_ARROW_TEXT_CATEGORY;
    mlci_column *column = NULL;
    (void)slot;
    MLCI_TRY(is_category ? mlci_column_to_category(field->column, &column, err)
                         : mlci_column_to_likely_category(field->column, &column, err));
    mlci_column_unref(field->column);
    field->column = column;
    return MLC_OK;
}

mlc_status mlci_arrow_settle(mlc_context *call, const mlci_arrow_settings *settings,
                             mlc_dataset *fresh, mlc_error *err)
{
    MLCI_TRY(mlci_dataset_apply_roles(fresh, settings->roles, err));
    if (settings->text == MLCI_ARROW_TEXT_TEXT) return MLC_OK;
    settling job = {.settings = settings, .dataset = fresh};
    int32_t n = 0;
    job.texts = mlci_alloc_raw(call->root, fresh->n_fields, sizeof *job.texts);
    if (job.texts == NULL) return mlci_fail_memory(err, fresh->n_fields, sizeof *job.texts);
    for (int32_t i = 0; i < fresh->n_fields; i++) {
        if (fresh->fields[i].column->type == MLC_TYPE_TEXT) job.texts[n++] = i;
    }
    const mlc_status status = n == 0 ? MLC_OK : mlci_parallel_for(call, n, settle_field, &job, err);
    mlci_free(job.texts);
    return status;
}

/* ---- the function --------------------------------------------------------------------------- */

static mlc_status check_arguments(const void *array, const void *schema, const void *out,
                                  mlc_error *err)
{
    if (array != NULL && schema != NULL && out != NULL) return MLC_OK;
    const char *const what = array == NULL ? "array" : schema == NULL ? "schema" : "out";
    return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
}

/* The batch is only looked at until nothing can fail any more. */
static mlc_status import_batch(mlc_context *call, struct ArrowArray *array,
                               const struct ArrowSchema *schema,
                               const mlci_arrow_settings *settings, mlc_dataset **out,
                               mlc_error *err)
{
    mlci_arrow_owner *owner = NULL;
    mlc_dataset *dataset = NULL;
    MLCI_TRY(mlci_arrow_owner_create(call->root, array, &owner, err));
    mlc_status status =
        mlci_arrow_batch_rows(call, schema, owner, settings, 0, NULL, &dataset, err);
    if (status == MLC_OK) status = mlci_arrow_settle(call, settings, dataset, err);
    if (status == MLC_OK) {
        array->release = NULL;
        *out = dataset;
    } else {
        mlci_arrow_owner_disown(owner);
        mlc_dataset_free(dataset);
    }
    mlci_arrow_owner_unref(owner);
    return status;
}

mlc_status mlc_dataset_from_arrow(mlc_context *ctx, struct ArrowArray *array,
                                  struct ArrowSchema *schema, const char *settings,
                                  mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_arrow_settings read = {0};
    MLCI_TRY(check_arguments(array, schema, out, err));
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_arrow_settings_read(call->root, settings, &read, err);
    if (status == MLC_OK) status = import_batch(call, array, schema, &read, out, err);
    if (status == MLC_OK) schema->release(schema);
    if (status == MLC_OK) schema->release = NULL;
    mlci_arrow_settings_clear(&read);
    mlci_call_end(call);
    return status;
}
