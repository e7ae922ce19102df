/* Classes in use: names, the class of each row, classes as a column, and how they are saved.
 *
 * Texts are ordered by bytes and numbers by size; `order` says where classes= wants it otherwise.
 * Rows are matched by their values, never by a reader's codes. */
#include "target.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "text.h"

mlci_classes *mlci_classes_ref(const mlci_classes *classes)
{
    mlci_classes *const c = (mlci_classes *)classes;
    if (c != NULL) __atomic_fetch_add(&c->n_references, 1, __ATOMIC_RELAXED);
    return c;
}

void mlci_classes_unref(mlci_classes *classes)
{
    mlci_classes *const c = classes;
    if (c == NULL || __atomic_fetch_sub(&c->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = c->root;
    for (int32_t i = 0; c->names != NULL && i < c->n; i++)
        mlci_free(c->names[i]);
    mlci_free(c->names);
    mlci_free(c->order);
    mlci_free(c->class_of);
    mlci_free(c->numbers);
    mlci_dictionary_unref(c->labels);
    mlci_free(c);
    mlci_root_unref(root);
}

mlc_status mlci_classes_create(mlci_root *root, int32_t type, mlci_classes **out, mlc_error *err)
{
    mlci_classes *const c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    c->root = mlci_root_ref(root);
    c->n_references = 1;
    c->type = type;
    *out = c;
    return MLC_OK;
}

/* The identity as order, and room for its inverse; n, labels or numbers are there. */
mlc_status mlci_classes_order(mlci_classes *c, mlc_error *err)
{
    c->order = mlci_alloc_raw(c->root, c->n, sizeof *c->order);
    c->class_of = mlci_alloc_raw(c->root, c->n, sizeof *c->class_of);
    if (c->order == NULL || c->class_of == NULL) {
        return mlci_fail_memory(err, c->n, sizeof *c->order);
    }
    for (int32_t i = 0; i < c->n; i++)
        c->order[i] = c->class_of[i] = i;
    return MLC_OK;
}

/* Names as they are shown, from labels or numbers through order. */
mlc_status mlci_classes_name(mlci_classes *c, mlc_error *err)
{
    c->names = mlci_alloc(c->root, c->n, sizeof *c->names);
    if (c->names == NULL) return mlci_fail_memory(err, c->n, sizeof *c->names);
    for (int32_t i = 0; i < c->n; i++) {
        char number[MLCI_NUMBER_SIZE];
        const char *text = number;
        int64_t length = 0;
        if (c->labels != NULL) {
            text = mlci_dictionary_text(c->labels, c->order[i], &length);
        } else if (c->type == MLC_TYPE_BOOL) {
            text = c->numbers[c->order[i]] != 0 ? "true" : "false";
            length = (int64_t)strlen(text);
        } else {
            length = mlci_real_format(c->numbers[c->order[i]], number);
        }
        c->names[i] = mlci_copy_text(c->root, text, length);
        if (c->names[i] == NULL) return mlci_fail_memory(err, length + 1, 1);
    }
    return MLC_OK;
}

/* Rank of the value among n ascending ones; where it belongs, below 0, when it is not there. */
int32_t mlci_classes_number_rank(const double *numbers, int32_t n, double value)
{
    int32_t low = 0, high = n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (numbers[middle] == value) return middle;
        if (numbers[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1 - low;
}

int mlci_classes_parse_number(int32_t type, const char *text, int64_t length, double *out)
{
    double value = 0;
    if (type == MLC_TYPE_BOOL && length == 4 && memcmp(text, "true", 4) == 0) {
        value = 1;
    } else if (!(type == MLC_TYPE_BOOL && length == 5 && memcmp(text, "false", 5) == 0) &&
               !mlci_real_parse(text, length, &value)) {
        return 0;
    }
    *out = value + 0.0; /* -0 is 0 */
    return mlci_class_number_valid(value) && (type != MLC_TYPE_BOOL || value == 0 || value == 1);
}

/* Rank of a class by its text: "1", "1.0", "true", "yes". -1: none. */
int32_t mlci_classes_rank(const mlci_classes *c, const char *text, int64_t length)
{
    double value = 0;
    if (c->labels != NULL) return mlci_dictionary_find(c->labels, text, length);
    if (!mlci_classes_parse_number(c->type, text, length, &value)) return -1;
    const int32_t rank = mlci_classes_number_rank(c->numbers, c->n, value);
    return rank >= 0 ? rank : -1;
}

int32_t mlci_classes_find(const mlci_classes *classes, const char *name)
{
    const int32_t rank = mlci_classes_rank(classes, name, (int64_t)strlen(name));
    return rank >= 0 ? classes->class_of[rank] : -1;
}

static int is_text(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

mlc_status mlci_classes_check(const mlci_column *column, const char *target, mlc_error *err)
{
    const int32_t type = column->type;
    if (!is_text(type) && !mlci_type_is_number(type)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, target,
                         "target '%s' is %s: classes are texts, whole numbers or true and false",
                         target, mlci_type_kind(type));
    }
    if (column->n_rows == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, target, "target '%s' has no rows", target);
    }
    const int is_real = type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64;
    for (int64_t row = 0; (column->n_missing > 0 || is_real) && row < column->n_rows; row++) {
        double value = 0;
        if (is_real) mlci_column_reals(column, row, 1, &value, 1);
        if (mlci_column_is_valid(column, row) && !isnan(value)) continue;
        return mlci_fail(err, MLC_ERROR_DATA, target,
                         "target '%s' is missing in row %lld: leave such rows out", target,
                         (long long)row + 1);
    }
    return MLC_OK;
}

/* ---- use ---------------------------------------------------------------------------------- */

static mlc_status refuse_row(const mlci_classes *c, const char *target, int64_t row,
                             const char *value, int64_t length, mlc_error *err)
{
    mlci_text text = mlci_text_init(c->root);
    for (int32_t i = 0; i < c->n && i < 10; i++) {
        if (i > 0) mlci_text_append_text(&text, ", ");
        mlci_text_append_text(&text, c->names[i]);
    }
    if (c->n > 10) mlci_text_append_text(&text, ", ...");
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_DATA, target,
                  "target '%s' is '%.*s' in row %lld, which is none of its %d classes: %s", target,
                  (int)(length < 200 ? length : 200), value, (long long)row + 1, (int)c->n,
                  text.data != NULL ? text.data : "");
    mlci_text_clear(&text);
    return status;
}

static mlc_status classes_of_texts(const mlci_classes *c, const mlci_column *column,
                                   const char *target, int32_t *class_of_row, mlc_error *err)
{
    MLCI_TRY(mlci_column_codes_in(column, c->labels, class_of_row, err));
    for (int64_t row = 0; row < column->n_rows; row++) {
        if (class_of_row[row] < 0) {
            int64_t length = 0;
            const char *const text = mlci_column_text(column, row, &length);
            return refuse_row(c, target, row, text, length, err);
        }
        class_of_row[row] = c->class_of[class_of_row[row]];
    }
    return MLC_OK;
}

static mlc_status classes_of_numbers(const mlci_classes *c, const mlci_column *column,
                                     const char *target, int32_t *class_of_row, mlc_error *err)
{
    double values[256];
    for (int64_t first = 0; first < column->n_rows; first += 256) {
        const int64_t n = column->n_rows - first < 256 ? column->n_rows - first : 256;
        mlci_column_reals(column, first, n, values, 1);
        for (int64_t i = 0; i < n; i++) {
            const int32_t rank = mlci_classes_number_rank(c->numbers, c->n, values[i]);
            if (rank < 0) {
                char number[MLCI_NUMBER_SIZE];
                const int32_t length = mlci_real_format(values[i], number);
                return refuse_row(c, target, first + i, number, length, err);
            }
            class_of_row[first + i] = c->class_of[rank];
        }
    }
    return MLC_OK;
}

mlc_status mlci_classes_of_rows(const mlci_classes *classes, const mlci_column *column,
                                const char *target, int32_t *class_of_row, mlc_error *err)
{
    MLCI_TRY(mlci_classes_check(column, target, err));
    if (is_text(column->type) != (classes->labels != NULL)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, target,
                         "target '%s' is %s; the model's classes are %s", target,
                         mlci_type_name(column->type), mlci_type_name(classes->type));
    }
    return classes->labels != NULL ? classes_of_texts(classes, column, target, class_of_row, err)
                                   : classes_of_numbers(classes, column, target, class_of_row, err);
}

/* Rows of a number's type; missing ones are marked by the caller. */
static void fill_numbers(const mlci_classes *c, const int32_t *class_of_row, mlci_column *column)
{
    for (int64_t row = 0; row < column->n_rows; row++) {
        if (class_of_row[row] < 0) continue;
        const double value = c->numbers[c->order[class_of_row[row]]];
        if (c->type == MLC_TYPE_INT64) {
            ((int64_t *)mlci_column_data(column))[row] = (int64_t)value;
        } else if (c->type == MLC_TYPE_FLOAT64) {
            ((double *)mlci_column_data(column))[row] = value;
        } else if (c->type == MLC_TYPE_FLOAT32) {
            ((float *)mlci_column_data(column))[row] = (float)value;
        } else if (value != 0) {
            uint8_t *const bits = mlci_column_data(column);
            bits[row >> 3] = (uint8_t)(bits[row >> 3] | 1U << (row & 7));
        }
    }
}

static mlc_status category_column(const mlci_classes *c, mlci_root *root, int64_t n_rows,
                                  const int32_t *class_of_row, mlci_column **out, mlc_error *err)
{
    int32_t *const codes = mlci_alloc_raw(root, n_rows, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, n_rows, sizeof *codes);
    for (int64_t row = 0; row < n_rows; row++) {
        codes[row] = class_of_row[row] < 0 ? -1 : c->order[class_of_row[row]];
    }
    return mlci_column_create_category(root, n_rows, codes, c->labels, out, err);
}

static mlc_status text_column(const mlci_classes *c, mlci_root *root, int64_t n_rows,
                              const int32_t *class_of_row, mlci_column **out, mlc_error *err)
{
    const char **const texts = mlci_alloc_raw(root, n_rows, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, n_rows, sizeof *texts);
    for (int64_t row = 0; row < n_rows; row++) {
        texts[row] = class_of_row[row] < 0 ? NULL : c->names[class_of_row[row]];
    }
    const mlc_status status = mlci_column_create_text(root, n_rows, texts, NULL, out, err);
    mlci_free((void *)texts);
    return status;
}

mlc_status mlci_classes_column(const mlci_classes *classes, mlci_root *root, int64_t n_rows,
                               const int32_t *class_of_row, mlci_column **out, mlc_error *err)
{
    const mlci_classes *const c = classes;
    if (c->type == MLC_TYPE_CATEGORY) {
        return category_column(c, root, n_rows, class_of_row, out, err);
    }
    if (c->type == MLC_TYPE_TEXT) return text_column(c, root, n_rows, class_of_row, out, err);
    mlci_column *column = NULL;
    mlc_status status = mlci_column_create(root, c->type, n_rows, 1, 0, &column, err);
    if (status != MLC_OK) return status;
    fill_numbers(c, class_of_row, column);
    for (int64_t row = 0; row < n_rows && status == MLC_OK; row++) {
        if (class_of_row[row] >= 0) continue;
        status = mlci_column_add_valid(column, err);
        if (status == MLC_OK) mlci_column_set_missing(column, row);
    }
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}

/* ---- saving ------------------------------------------------------------------------------- */

void mlci_classes_save(const mlci_classes *classes, mlci_writer *w)
{
    mlci_write_int64(w, classes->type);
    mlci_write_int64(w, classes->n);
    mlci_write_int64(w, classes->positive);
    mlci_write_int32s(w, classes->order, classes->n);
    if (classes->labels != NULL) {
        mlci_dictionary_save(classes->labels, w);
    } else {
        mlci_write_reals(w, classes->numbers, classes->n);
    }
}

/* The inverse of an order that came from outside; 0 when it is no permutation. */
static int invert_order(const int32_t *order, int32_t n, int32_t *class_of)
{
    for (int32_t i = 0; i < n; i++)
        class_of[i] = -1;
    for (int32_t i = 0; i < n; i++) {
        if (order[i] < 0 || order[i] >= n || class_of[order[i]] >= 0) return 0;
        class_of[order[i]] = i;
    }
    return 1;
}

static int numbers_are_valid(const mlci_classes *c)
{
    for (int32_t i = 0; i < c->n; i++) {
        const double value = c->numbers[i];
        if (!mlci_class_number_valid(value)) return 0;
        if (i > 0 && c->numbers[i - 1] >= value) return 0;
        if (c->type == MLC_TYPE_BOOL && value != 0 && value != 1) return 0;
    }
    return 1;
}

static void load_content(mlci_reader *r, mlci_classes *c)
{
    c->order = mlci_read_int32s(r, c->n, NULL);
    if (r->status != MLC_OK) return;
    if (is_text(c->type)) {
        c->labels = mlci_dictionary_load(r);
        if (c->labels != NULL && c->labels->n != c->n) {
            mlci_reader_refuse(r, "there are more or fewer labels than classes");
        }
    } else {
        c->numbers = mlci_read_reals(r, c->n, NULL);
        if (c->numbers != NULL && !numbers_are_valid(c)) {
            mlci_reader_refuse(r, "classes are not ascending whole numbers");
        }
    }
    if (r->status != MLC_OK) return;
    c->class_of = mlci_alloc_raw(r->root, c->n, sizeof *c->class_of);
    if (c->class_of == NULL) {
        r->status = mlci_fail_memory(&r->error, c->n, sizeof *c->class_of);
        return;
    }
    if (!invert_order(c->order, c->n, c->class_of)) {
        mlci_reader_refuse(r, "the order of classes is not a permutation");
        return;
    }
    r->status = mlci_classes_name(c, &r->error);
}

mlci_classes *mlci_classes_load(mlci_reader *r)
{
    mlci_classes *c = NULL;
    const int32_t type =
        (int32_t)mlci_read_count(r, "type of the target", MLC_TYPE_BOOL, MLC_TYPE_TEXT);
    const int32_t n = (int32_t)mlci_read_count(r, "number of classes", 1, MLCI_MAX_CLASSES);
    mlci_reader_limit(r, "classes", n, "max_classes", r->limits->max_classes);
    const int32_t positive = (int32_t)mlci_read_count(r, "positive class", 0, n - 1);
    if (r->status != MLC_OK) return NULL;
    r->status = mlci_classes_create(r->root, type, &c, &r->error);
    if (r->status != MLC_OK) return NULL;
    c->n = n;
    c->positive = positive;
    load_content(r, c);
    if (r->status == MLC_OK) return c;
    mlci_classes_unref(c);
    return NULL;
}
