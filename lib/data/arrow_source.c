/* Arrow arrays on their way in.
 *
 * An array is checked against its schema before anything of it is read: released or missing
 * structs, counts of buffers and children, lengths, buffers that may not be NULL. How long buffers
 * are the interface does not say. The offset of an array and that of the batch around it count in
 * elements, and so in bits of bitmaps. */
#include "arrow_source.h"

#include <string.h>

#include "checked.h"
#include "context_impl.h"
#include "kernels.h"

mlc_status mlci_arrow_owner_create(mlci_root *root, const struct ArrowArray *array,
                                   mlci_arrow_owner **out, mlc_error *err)
{
    mlci_arrow_owner *const owner = mlci_alloc(root, 1, sizeof *owner);
    if (owner == NULL) return mlci_fail_memory(err, 1, sizeof *owner);
    owner->n_references = 1;
    owner->root = mlci_root_ref(root);
    owner->array = *array;
    *out = owner;
    return MLC_OK;
}

mlci_arrow_owner *mlci_arrow_owner_ref(mlci_arrow_owner *owner)
{
    __atomic_fetch_add(&owner->n_references, 1, __ATOMIC_RELAXED);
    return owner;
}

void mlci_arrow_owner_unref(mlci_arrow_owner *owner)
{
    if (owner == NULL || __atomic_fetch_sub(&owner->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = owner->root;
    if (owner->array.release != NULL) owner->array.release(&owner->array);
    mlci_free(owner);
    mlci_root_unref(root);
}

void mlci_arrow_owner_disown(mlci_arrow_owner *owner)
{
    owner->array.release = NULL;
}

static void release_owner(void *user)
{
    mlci_arrow_owner_unref(user);
}

static mlc_status refuse(const mlci_arrow_source *s, const char *why, int64_t is, int64_t wanted,
                         mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                     "column '%s': its Arrow array has %s %lld where its type '%s' has %lld",
                     s->name, why, (long long)is, s->schema->format, (long long)wanted);
}

static mlc_status check_counts(const mlci_arrow_source *s, mlc_error *err)
{
    const mlci_arrow_type *const t = &s->type;
    const struct ArrowArray *const a = s->array;
    const int64_t n_children = t->n_children < 0 ? s->schema->n_children : t->n_children;
    const int has_spare = t->kind == MLCI_ARROW_NULL && a->n_buffers == 1; /* Polars' bitmap */
    if (t->n_buffers >= 0 && a->n_buffers != t->n_buffers && !has_spare)
        return refuse(s, "n_buffers", a->n_buffers, t->n_buffers, err);
    if (t->n_buffers < 0 && a->n_buffers < 3) return refuse(s, "n_buffers", a->n_buffers, 3, err);
    if (s->schema->n_children != n_children || n_children < 0 || n_children > INT32_MAX ||
        (n_children > 0 && s->schema->children == NULL))
        return refuse(s, "fields", s->schema->n_children, n_children, err);
    if (a->n_children != n_children || (n_children > 0 && a->children == NULL))
        return refuse(s, "n_children", a->n_children, n_children, err);
    if (a->n_buffers > 0 && a->buffers == NULL) return refuse(s, "buffers", 0, a->n_buffers, err);
    if ((a->dictionary != NULL) != (s->schema->dictionary != NULL))
        return refuse(s, "dictionaries", a->dictionary != NULL, s->schema->dictionary != NULL, err);
    return MLC_OK;
}

static mlc_status check_rows(const mlci_arrow_source *s, int64_t start, int64_t n, mlc_error *err)
{
    const struct ArrowArray *const a = s->array;
    int64_t end = 0, in_buffers = 0;
    if (a->length < 0 || a->offset < 0 || a->null_count < -1 || a->null_count > a->length ||
        !mlci_add_size(a->length, a->offset, &in_buffers) || in_buffers > INT64_MAX / 64) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                         "column '%s': an Arrow array of length %lld, offset %lld and null_count "
                         "%lld cannot be",
                         s->name, (long long)a->length, (long long)a->offset,
                         (long long)a->null_count);
    }
    if (!mlci_add_size(start, n, &end) || end > a->length) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                         "column '%s': its Arrow array has %lld rows, but rows %lld to %lld are "
                         "asked for by what it is in",
                         s->name, (long long)a->length, (long long)start, (long long)(start + n));
    }
    return MLC_OK;
}

/* The bitmap may be absent where nothing is null, the other buffers where they have no bytes. Of
 * texts only the offsets are looked at here. */
static mlc_status check_buffers(const mlci_arrow_source *s, mlc_error *err)
{
    const struct ArrowArray *const a = s->array;
    if (a->n_buffers > 0 && a->null_count > 0 && a->buffers[0] == NULL &&
        s->type.kind != MLCI_ARROW_NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                         "column '%s': %lld rows are null, but its Arrow array has no bitmap",
                         s->name, (long long)a->null_count);
    }
    if (a->n_buffers > 1 && s->n > 0 && a->buffers[1] == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                         "column '%s': buffer 1 of its Arrow array is NULL, with %lld rows",
                         s->name, (long long)s->n);
    }
    return MLC_OK;
}

mlc_status mlci_arrow_source_open(mlci_arrow_source *s, const struct ArrowSchema *schema,
                                  const struct ArrowArray *array, int64_t start, int64_t n,
                                  mlc_error *err)
{
    if (schema == NULL || array == NULL || schema->release == NULL || array->release == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name, "column '%s': its Arrow %s is %s",
                         s->name, schema == NULL || schema->release == NULL ? "schema" : "array",
                         schema == NULL || array == NULL ? "NULL" : "released already");
    }
    s->schema = schema;
    s->array = array;
    MLCI_TRY(mlci_arrow_type_parse(schema->format, s->name, &s->type, err));
    MLCI_TRY(check_counts(s, err));
    MLCI_TRY(check_rows(s, start, n, err));
    s->first = array->offset + start;
    s->n = n;
    return check_buffers(s, err);
}

const uint8_t *mlci_arrow_valid(const mlci_arrow_source *s)
{
    return s->array->null_count == 0 || s->array->n_buffers == 0 ? NULL : s->array->buffers[0];
}

int64_t mlci_arrow_copy_bits(const mlci_arrow_source *s, const void *bits, uint8_t *out)
{
    const int32_t isa = mlci_root_isa(s->owner->root);
    return s->n == 0 ? 0 : mlci_kernels_of(isa)->copy_bits(bits, s->first, s->n, out);
}

mlc_status mlci_arrow_copy_valid(const mlci_arrow_source *s, mlci_column *column, mlc_error *err)
{
    const uint8_t *const from = mlci_arrow_valid(s);
    const int64_t n_bytes = s->n / 8 + 1;
    if (from == NULL || s->n == 0) return MLC_OK;
    uint8_t *const valid = mlci_alloc_raw(column->root, n_bytes, 1);
    if (valid == NULL) return mlci_fail_memory(err, n_bytes, 1);
    valid[n_bytes - 1] = 0;
    column->n_missing = s->n - mlci_arrow_copy_bits(s, from, valid);
    if (column->n_missing > 0) {
        column->valid = valid;
    } else {
        mlci_free(valid);
    }
    return MLC_OK;
}

mlc_status mlci_arrow_lend(const mlci_arrow_source *s, int32_t type, int64_t width,
                           const void *values, mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(s->owner->root, type, 0, width, 0, &column, err));
    mlci_free((void *)column->values);
    column->values = values;
    column->n_rows = s->n;
    column->borrowed = 1;
    column->release = release_owner;
    column->user = mlci_arrow_owner_ref(s->owner);
    *out = column;
    return MLC_OK;
}
