/* Features: what a model knows about its inputs, and one record turned into doubles.
 *
 * Categories are the texts that training rows have, in ascending order, so the codes of a model
 * do not depend on what else the dataset's dictionary held. Numbers keep the range of their
 * finite training values, for flags only. */
#include "matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "checked.h"
#include "descriptor.h"
#include "row_kernels.h"
#include "text.h"

#define MAX_FEATURES INT32_MAX /* positions are int32 in sparse rows */

static void clear_feature(mlci_feature *f)
{
    mlci_free(f->name);
    mlci_dictionary_unref(f->dictionary);
    for (int64_t k = 0; f->components != NULL && k < f->width; k++)
        mlci_free(f->components[k]);
    mlci_free(f->components);
}

mlci_features *mlci_features_ref(const mlci_features *features)
{
    mlci_features *const f = (mlci_features *)features;
    __atomic_fetch_add(&f->n_references, 1, __ATOMIC_RELAXED);
    return f;
}

void mlci_features_unref(mlci_features *features)
{
    mlci_features *const f = features;
    if (f == NULL || __atomic_fetch_sub(&f->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = f->root;
    for (int32_t i = 0; i < f->n_inputs; i++)
        clear_feature(&f->inputs[i]);
    mlci_free(f->inputs);
    mlci_free(f);
    mlci_root_unref(root);
}

mlc_status mlci_features_create(mlci_root *root, int32_t n_inputs, mlci_features **out,
                                mlc_error *err)
{
    mlci_features *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->inputs = mlci_alloc(root, n_inputs, sizeof *f->inputs);
    if (f->inputs == NULL) {
        mlci_free(f);
        return mlci_fail_memory(err, n_inputs, sizeof *f->inputs);
    }
    f->root = mlci_root_ref(root);
    f->n_references = 1;
    *out = f;
    return MLC_OK;
}

/* "x0", "x1", ... */
static mlc_status number_components(mlci_root *root, mlci_feature *f, mlc_error *err)
{
    f->components = mlci_alloc(root, f->width, sizeof *f->components);
    if (f->components == NULL) return mlci_fail_memory(err, f->width, sizeof *f->components);
    for (int64_t k = 0; k < f->width; k++) {
        mlci_text name = mlci_text_init(root);
        mlci_text_append_text(&name, f->name);
        mlci_text_append_integer(&name, k);
        MLCI_TRY(mlci_text_take(&name, &f->components[k], err));
    }
    return MLC_OK;
}

mlc_status mlci_features_add(mlci_features *features, const char *name, int32_t type, int64_t width,
                             const mlci_dictionary *dictionary, mlc_error *err)
{
    mlci_feature *const f = &features->inputs[features->n_inputs++];
    f->type = type;
    f->width = width;
    f->first = features->n_features;
    f->low = f->high = (double)NAN;
    features->n_features += width;
    if (dictionary != NULL) f->dictionary = mlci_dictionary_ref(dictionary);
    f->name = mlci_copy_text(features->root, name, (int64_t)strlen(name));
    if (f->name == NULL) return mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1);
    return type == MLC_TYPE_VECTOR ? number_components(features->root, f, err) : MLC_OK;
}

/* ---- fitting ------------------------------------------------------------------------------ */

static mlc_status refuse_value(const char *name, const char *owner, const char *what, int64_t row,
                               mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, name,
                     "column '%s' is %s in row %lld: '%s' needs finite values; add "
                     "simple_imputer before it or leave such rows out",
                     name, what, (long long)row + 1, owner);
}

mlc_status mlci_feature_check_values(const mlci_column *column, const char *name, const char *owner,
                                     mlc_error *err)
{
    const int64_t n = column->n_rows;
    for (int64_t row = 0; column->n_missing > 0 && row < n; row++) {
        if (!mlci_column_is_valid(column, row)) {
            return refuse_value(name, owner, "missing", row, err);
        }
    }
    const int32_t type = column->type;
    if (type == MLC_TYPE_FLOAT32) {
        const float *const v = column->values;
        for (int64_t row = 0; row < n; row++) {
            if (isfinite(v[row])) continue;
            return refuse_value(name, owner, isnan(v[row]) ? "NaN" : "infinite", row, err);
        }
    } else if (type == MLC_TYPE_FLOAT64 || type == MLC_TYPE_VECTOR) {
        const double *const v = column->values;
        const int64_t count = column->indices != NULL ? column->offsets[n] : n * column->width;
        for (int64_t i = 0; i < count; i++) {
            if (isfinite(v[i])) continue;
            int64_t row = i / column->width;
            if (column->indices != NULL) {
                for (row = 0; column->offsets[row + 1] <= i;)
                    row++;
            }
            return refuse_value(name, owner, isnan(v[i]) ? "NaN" : "infinite", row, err);
        }
    }
    return MLC_OK;
}

/* Range of the finite values; NaN when there are none. */
static void find_range(const mlci_column *c, double *low, double *high)
{
    double values[256], least = (double)INFINITY, most = -(double)INFINITY;
    for (int64_t first = 0; first < c->n_rows; first += 256) {
        const int64_t n = c->n_rows - first < 256 ? c->n_rows - first : 256;
        mlci_column_reals(c, first, n, values, 1);
        for (int64_t i = 0; i < n; i++) {
            if (!isfinite(values[i])) continue;
            if (values[i] < least) least = values[i];
            if (values[i] > most) most = values[i];
        }
    }
    *low = least <= most ? least : (double)NAN;
    *high = least <= most ? most : (double)NAN;
}

static mlc_status copy_components(mlci_root *root, const mlci_column *c, mlci_feature *f,
                                  mlc_error *err)
{
    if (c->components == NULL) return MLC_OK;
    f->components = mlci_alloc(root, c->width, sizeof *f->components);
    if (f->components == NULL) return mlci_fail_memory(err, c->width, sizeof *f->components);
    for (int64_t k = 0; k < c->width; k++) {
        const int64_t length = (int64_t)strlen(c->components[k]);
        f->components[k] = mlci_copy_text(root, c->components[k], length);
        if (f->components[k] == NULL) return mlci_fail_memory(err, length + 1, 1);
    }
    return MLC_OK;
}

/* f is cleared by the caller on failure. */
static mlc_status fit_feature(mlci_root *root, const mlci_field *field, const char *owner,
                              int32_t capabilities, mlci_feature *f, mlc_error *err)
{
    const mlci_column *const c = field->column;
    const int is_text = c->type == MLC_TYPE_TEXT || c->type == MLC_TYPE_CATEGORY;
    if (is_text && (capabilities & MLCI_CAN_CATEGORY) == 0) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is %s; '%s' needs numbers: add one_hot_encoder or set its "
                         "role to ignore",
                         field->name, mlci_type_kind(c->type), owner);
    }
    if ((capabilities & MLCI_CAN_MISSING) == 0) {
        MLCI_TRY(mlci_feature_check_values(c, field->name, owner, err));
    }
    const int64_t length = (int64_t)strlen(field->name);
    f->name = mlci_copy_text(root, field->name, length);
    if (f->name == NULL) return mlci_fail_memory(err, length + 1, 1);
    f->type = c->type;
    f->width = c->width;
    f->low = f->high = (double)NAN;
    if (is_text) return mlci_column_categories(c, &f->dictionary, err);
    if (c->type == MLC_TYPE_VECTOR) return copy_components(root, c, f, err);
    find_range(c, &f->low, &f->high);
    return MLC_OK;
}

static mlc_status fit_inputs(mlci_features *f, const mlc_dataset *data, const char *owner,
                             int32_t capabilities, mlc_error *err)
{
    for (int32_t i = 0; i < data->n_fields; i++) {
        if (!mlci_field_is_feature(&data->fields[i])) continue;
        mlci_feature *const input = &f->inputs[f->n_inputs++];
        MLCI_TRY(fit_feature(f->root, &data->fields[i], owner, capabilities, input, err));
        input->first = f->n_features;
        f->n_features += input->width;
        if (f->n_features > MAX_FEATURES) {
            return mlci_fail(err, MLC_ERROR_LIMIT, input->name, "more than %d features",
                             MAX_FEATURES);
        }
    }
    if (f->n_inputs > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, NULL,
                     "'%s' found no feature: all %d columns have other roles", owner,
                     (int)data->n_fields);
}

mlc_status mlci_features_fit(mlc_context *call, const mlc_dataset *train, const char *owner,
                             int32_t capabilities, mlci_features **out, mlc_error *err)
{
    mlc_dataset *data = NULL;
    mlci_features *f = NULL;
    MLCI_TRY(mlci_dataset_contiguous(call, train, &data, err));
    mlc_status status = mlci_features_create(mlci_context_root(call), data->n_fields, &f, err);
    if (status == MLC_OK) status = fit_inputs(f, data, owner, capabilities, err);
    mlc_dataset_free(data);
    if (status != MLC_OK) {
        mlci_features_unref(f);
        return status;
    }
    *out = f;
    return MLC_OK;
}

/* ---- reading ------------------------------------------------------------------------------ */

int32_t mlci_features_input(const mlci_features *features, int64_t j)
{
    int32_t low = 0, high = features->n_inputs - 1;
    while (low < high) {
        const int32_t middle = high - (high - low) / 2;
        if (features->inputs[middle].first <= j) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* A component that is called after its column and number needs no brackets: x3, not x[x3]. */
static int is_numbered(const mlci_feature *f, int64_t k)
{
    const size_t n = strlen(f->name);
    const char *at = f->components[k];
    if (strncmp(at, f->name, n) != 0) return 0;
    int64_t number = 0;
    for (at += n; *at >= '0' && *at <= '9' && number <= k; at++) {
        number = number * 10 + (*at - '0');
    }
    return *at == '\0' && at[-1] >= '0' && at[-1] <= '9' && number == k;
}

void mlci_features_name(const mlci_features *features, int64_t j, mlci_text *out)
{
    const mlci_feature *const f = &features->inputs[mlci_features_input(features, j)];
    const int64_t k = j - f->first;
    if (f->components != NULL && is_numbered(f, k)) {
        mlci_text_append_text(out, f->components[k]);
        return;
    }
    mlci_text_append_text(out, f->name);
    if (f->type != MLC_TYPE_VECTOR) return;
    mlci_text_append_char(out, '[');
    if (f->components != NULL) {
        mlci_text_append_text(out, f->components[k]);
    } else {
        mlci_text_append_integer(out, k);
    }
    mlci_text_append_char(out, ']');
}

/* Is this the name of component k? */
static int is_component(const mlci_feature *f, int64_t k, const char *name, int64_t length)
{
    char number[24];
    const char *component = number;
    if (f->components != NULL) {
        component = f->components[k];
        if (is_numbered(f, k)) return mlci_text_equal(name, length, component);
    } else {
        snprintf(number, sizeof number, "%lld", (long long)k);
    }
    const int64_t n = (int64_t)strlen(f->name), inner = (int64_t)strlen(component);
    return length == n + inner + 2 && name[n] == '[' && name[length - 1] == ']' &&
           memcmp(name + n + 1, component, (size_t)inner) == 0;
}

int64_t mlci_features_find(const mlci_features *features, const char *name, int64_t length,
                           int64_t *first)
{
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const f = &features->inputs[i];
        const int64_t n = (int64_t)strlen(f->name);
        if (length < n || memcmp(name, f->name, (size_t)n) != 0) continue;
        *first = f->first;
        if (length == n) return f->width;
        for (int64_t k = 0; f->type == MLC_TYPE_VECTOR && k < f->width; k++, ++*first)
            if (is_component(f, k, name, length)) return 1;
    }
    return 0;
}

static const char *input_name(const void *arg, int32_t i)
{
    const mlci_features *const f = arg;
    return i < f->n_inputs ? f->inputs[i].name : NULL;
}

mlc_status mlci_features_refuse(const mlci_features *features, const char *parameter,
                                const char *name, int64_t length, mlc_error *err)
{
    char copy[128];
    mlci_cut_text(copy, sizeof copy,
                  snprintf(copy, sizeof copy, "%.*s", (int)(length < 1000 ? length : 1000), name));
    const char *const nearest = mlci_nearest(copy, input_name, features);
    return mlci_fail(
        err, MLC_ERROR_SETTING, parameter, "%s: the model has no feature '%s'%s%.100s%s", parameter,
        copy, nearest == NULL ? "; its first one is '" : "; did you mean '",
        nearest == NULL ? features->inputs[0].name : nearest, nearest == NULL ? "'" : "'?");
}

static double category_cell(const mlci_feature *f, const mlc_value *cell, int64_t *flags)
{
    if (cell->kind == MLC_TEXT && cell->text != NULL && cell->length >= 0) {
        const int32_t code = mlci_dictionary_find(f->dictionary, cell->text, cell->length);
        if (code < 0) *flags |= MLC_FLAG_UNSEEN;
        return (double)code;
    }
    const int missing = cell->kind == MLC_MISSING || cell->kind == MLC_TEXT ||
                        (cell->kind == MLC_REAL && isnan(cell->real));
    *flags |= missing ? MLC_FLAG_MISSING : MLC_FLAG_WRONG_KIND;
    return (double)NAN;
}

static double checked_number(const mlci_feature *f, double value, int64_t *flags)
{
    if (isnan(value)) {
        *flags |= MLC_FLAG_MISSING;
        return (double)NAN;
    }
    if (value < f->low || value > f->high) *flags |= MLC_FLAG_OUT_OF_RANGE;
    return value;
}

static double number_cell(const mlci_feature *f, const mlc_value *cell, int64_t *flags)
{
    double value = (double)NAN;
    if (cell->kind == MLC_REAL) {
        value = cell->real;
    } else if (cell->kind == MLC_INTEGER) {
        value = (double)cell->integer;
    } else if (cell->kind != MLC_MISSING && !(cell->kind == MLC_TEXT && cell->text == NULL)) {
        *flags |= MLC_FLAG_WRONG_KIND;
        return value;
    }
    return checked_number(f, value, flags);
}

int64_t mlci_feature_flags(const mlci_feature *feature, const mlc_value *cells)
{
    int64_t flags = 0;
    if (feature->dictionary != NULL) {
        (void)category_cell(feature, &cells[feature->first], &flags);
        return flags;
    }
    for (int64_t j = feature->first; j < feature->first + feature->width; j++) {
        (void)number_cell(feature, &cells[j], &flags);
    }
    return flags;
}

void mlci_features_row(const mlci_features *features, const mlc_value *cells, double *out,
                       int64_t *flags)
{
    int64_t bits = 0;
    const mlci_feature *const end = features->inputs + features->n_inputs;
    for (const mlci_feature *f = features->inputs; f < end; f++) {
        if (f->dictionary != NULL) {
            out[f->first] = category_cell(f, &cells[f->first], &bits);
            continue;
        }
        for (int64_t j = f->first; j < f->first + f->width; j++) {
            const mlc_value *const cell = &cells[j];
            const double x = cell->real;
            /* Written so that a range that is not known holds every number. */
            const int is_usual =
                cell->kind == MLC_REAL && x == x && !(x < f->low) && !(x > f->high);
            out[j] = is_usual ? x : number_cell(f, cell, &bits);
            if (features->zero_is_missing && mlci_is_zero(out[j])) out[j] = (double)NAN;
        }
    }
    if (flags != NULL) *flags |= bits;
}

void mlci_features_ranges(const mlci_features *features, double *ranges)
{
    const mlci_feature *const end = features->inputs + features->n_inputs;
    for (const mlci_feature *f = features->inputs; f < end; f++) {
        for (int64_t j = f->first; j < f->first + f->width; j++) {
            ranges[j] = f->low;
            ranges[features->n_features + j] = f->high;
        }
    }
}

void mlci_features_flag_reals(const mlci_features *features, int32_t isa, const double *ranges,
                              const double *rows, int64_t n_rows, int64_t *flags)
{
    const mlci_row_kernels *const kernels = mlci_row_kernels_of(isa);
    const int64_t n = features->n_features;
    for (int64_t i = 0; i < n_rows; i++) {
        const int32_t found = kernels->check_numbers(n, ranges, ranges + n, rows + i * n);
        flags[i] = (found & 1 ? MLC_FLAG_MISSING : 0) | (found & 2 ? MLC_FLAG_OUT_OF_RANGE : 0);
    }
}

/* ---- saving ------------------------------------------------------------------------------- */

void mlci_features_save(const mlci_features *features, mlci_writer *w)
{
    mlci_write_int64(w, features->n_inputs);
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const f = &features->inputs[i];
        mlci_write_text(w, f->name, (int64_t)strlen(f->name));
        mlci_write_int64(w, f->type);
        mlci_write_int64(w, f->width);
        mlci_write_real(w, f->low);
        mlci_write_real(w, f->high);
        mlci_write_int64(w, f->components != NULL);
        for (int64_t k = 0; f->components != NULL && k < f->width; k++) {
            mlci_write_text(w, f->components[k], (int64_t)strlen(f->components[k]));
        }
        mlci_write_int64(w, f->dictionary != NULL);
        if (f->dictionary != NULL) mlci_dictionary_save(f->dictionary, w);
    }
}

static void load_components(mlci_reader *r, mlci_feature *f)
{
    /* Each name takes at least a byte of the file, which bounds the allocation. */
    if (f->width > r->length - r->at) {
        mlci_reader_refuse(r, "more component names than the section has bytes");
        return;
    }
    f->components = mlci_alloc(r->root, f->width, sizeof *f->components);
    if (f->components == NULL) {
        r->status = mlci_fail_memory(&r->error, f->width, sizeof *f->components);
        return;
    }
    for (int64_t k = 0; k < f->width && r->status == MLC_OK; k++) {
        int64_t length = 0;
        f->components[k] = mlci_read_text(r, &length);
        if (f->components[k] == NULL) mlci_reader_refuse(r, "a component has no name");
    }
}

static void load_feature(mlci_reader *r, mlci_feature *f)
{
    int64_t length = 0;
    f->name = mlci_read_text(r, &length);
    if (f->name == NULL || length < 1) mlci_reader_refuse(r, "a feature has no name");
    f->type = (int32_t)mlci_read_count(r, "type of a feature", MLC_TYPE_BOOL, MLC_TYPE_VECTOR);
    f->width = 0;
    const int64_t width =
        mlci_read_count(r, "width of a feature", 1, f->type == MLC_TYPE_VECTOR ? INT32_MAX : 1);
    f->low = mlci_read_real(r);
    f->high = mlci_read_real(r);
    if (!(isnan(f->low) && isnan(f->high)) &&
        !(isfinite(f->low) && isfinite(f->high) && f->low <= f->high)) {
        mlci_reader_refuse(r, "the range of a feature is not one");
    }
    const int64_t has_components =
        mlci_read_count(r, "names of components", 0, f->type == MLC_TYPE_VECTOR);
    if (r->status != MLC_OK) return;
    f->width = width;
    if (has_components) load_components(r, f);
    const int is_text = f->type == MLC_TYPE_TEXT || f->type == MLC_TYPE_CATEGORY;
    mlci_read_count(r, "dictionary of a feature", is_text, is_text);
    if (is_text && r->status == MLC_OK) f->dictionary = mlci_dictionary_load(r);
}

mlci_features *mlci_features_load(mlci_reader *r)
{
    /* An input takes more than 32 bytes, which bounds the allocation. */
    mlci_features *f = NULL;
    const int64_t most = (r->length - r->at) / 32;
    const int64_t n = mlci_read_count(r, "number of inputs", 1, most > 1 ? most : 1);
    if (r->status != MLC_OK) return NULL;
    r->status = mlci_features_create(r->root, (int32_t)n, &f, &r->error);
    for (int32_t i = 0; i < n && r->status == MLC_OK; i++) {
        mlci_feature *const input = &f->inputs[f->n_inputs++];
        load_feature(r, input);
        input->first = f->n_features;
        f->n_features += input->width;
        if (f->n_features > MAX_FEATURES) mlci_reader_refuse(r, "too many features");
        mlci_reader_limit(r, "features", f->n_features, "max_features", r->limits->max_features);
    }
    if (r->status == MLC_OK) return f;
    mlci_features_unref(f);
    return NULL;
}
