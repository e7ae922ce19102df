/* The classes that a target has: found among its rows, or listed with classes=.
 *
 * The order does not depend on rows, files or chunks. Numbers are labels only when they are
 * whole and few; distinct ones are collected in a sorted array, O(n log k). */
#include "target.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "settings.h"
#include "text.h"

static int is_text(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

/* ---- distinct numbers --------------------------------------------------------------------- */

static mlc_status check_number(const mlci_column *column, const char *target, double value,
                               mlc_error *err)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format(value, text);
    if (mlci_class_number_valid(value)) return MLC_OK;
    if (isinf(value) || fabs(value) < MLCI_MAX_CLASS_NUMBER) {
        return mlci_fail(err, MLC_ERROR_DATA, target,
                         "target '%s' has the value %s: classes are whole numbers, texts or "
                         "true and false; for measured values use a regressor",
                         target, text);
    }
    return mlci_fail(err, MLC_ERROR_DATA, target,
                     "target '%s' has the value %s: as classes, numbers beyond 2^53 cannot be "
                     "told apart; give them as text",
                     target, text);
}

static mlc_status add_number(mlci_classes *c, int32_t *capacity, int32_t at, double value,
                             mlc_error *err)
{
    if (c->n == *capacity) {
        const int32_t grown = *capacity == 0 ? 16 : *capacity * 2;
        double *const numbers = mlci_realloc(c->root, c->numbers, grown, sizeof *numbers);
        if (numbers == NULL) return mlci_fail_memory(err, grown, sizeof *numbers);
        c->numbers = numbers;
        *capacity = grown;
    }
    memmove(c->numbers + at + 1, c->numbers + at, (size_t)(c->n - at) * sizeof *c->numbers);
    c->numbers[at] = value;
    c->n++;
    return MLC_OK;
}

static mlc_status fit_numbers(mlci_classes *c, const mlci_column *column, const char *target,
                              mlc_error *err)
{
    const int is_real = column->type == MLC_TYPE_FLOAT32 || column->type == MLC_TYPE_FLOAT64;
    const int32_t most = is_real ? MLCI_MAX_REAL_CLASSES : MLCI_MAX_CLASSES;
    double values[256];
    int32_t capacity = 0;
    for (int64_t first = 0; first < column->n_rows; first += 256) {
        const int64_t n = column->n_rows - first < 256 ? column->n_rows - first : 256;
        mlci_column_reals(column, first, n, values, 1);
        for (int64_t i = 0; i < n; i++) {
            const int32_t rank = mlci_classes_number_rank(c->numbers, c->n, values[i]);
            if (rank >= 0) continue;
            MLCI_TRY(check_number(column, target, values[i], err));
            if (c->n == most) {
                return mlci_fail(err, MLC_ERROR_DATA, target,
                                 "target '%s' has more than %d distinct values: for measured "
                                 "values use a regressor",
                                 target, (int)most);
            }
            MLCI_TRY(add_number(c, &capacity, -1 - rank, values[i] + 0.0, err));
        }
    }
    return MLC_OK;
}

/* ---- order and positive ------------------------------------------------------------------- */

/* Classes listed with classes=, as they are read. */
typedef struct class_list {
    mlci_root *root;
    mlci_text_key *keys; /* in the order of the list; text into bytes.data + its offset */
    int32_t n, capacity;
    mlci_text bytes;
} class_list;

static mlc_status list_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    class_list *const list = arg;
    if (list->n == MLCI_MAX_CLASSES) {
        return mlci_fail(err, MLC_ERROR_SETTING, "classes", "classes: more than %d",
                         MLCI_MAX_CLASSES);
    }
    if (list->n == list->capacity) {
        const int32_t grown = list->capacity == 0 ? 16 : list->capacity * 2;
        mlci_text_key *const keys = mlci_realloc(list->root, list->keys, grown, sizeof *keys);
        if (keys == NULL) return mlci_fail_memory(err, grown, sizeof *keys);
        list->keys = keys;
        list->capacity = grown;
    }
    list->keys[list->n] = (mlci_text_key){.length = length, .index = list->bytes.length};
    list->n++;
    mlci_text_append(&list->bytes, item, length);
    mlci_text_append_char(&list->bytes, '\0');
    return mlci_text_status(&list->bytes, err);
}

static mlc_status read_list(class_list *list, const char *text, mlc_error *err)
{
    MLCI_TRY(mlci_list_each(text, list_item, list, err));
    if (list->n < 2) {
        return mlci_fail(err, MLC_ERROR_SETTING, "classes",
                         "classes = %s: must name at least two classes", text);
    }
    for (int32_t i = 0; i < list->n; i++) {
        list->keys[i].text = list->bytes.data + list->keys[i].index;
        list->keys[i].index = i;
    }
    return MLC_OK;
}

/* The texts of the list as labels. keys end up ascending. */
static mlc_status labels_from_list(mlci_classes *c, class_list *list, mlc_error *err)
{
    mlc_status status = MLC_OK;
    const int32_t n = list->n;
    mlci_text_key *const scratch = mlci_alloc_raw(c->root, n, sizeof *scratch);
    const char **const texts = mlci_alloc_raw(c->root, n, sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(c->root, n, sizeof *lengths);
    mlci_dictionary *labels = NULL;
    if (scratch == NULL || texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, n, sizeof *scratch);
        goto done;
    }
    mlci_text_keys_sort(list->keys, scratch, n);
    for (int32_t i = 0; i < n; i++) {
        texts[i] = list->keys[i].text;
        lengths[i] = list->keys[i].length;
        if (i > 0 && lengths[i] == lengths[i - 1] &&
            memcmp(texts[i], texts[i - 1], (size_t)lengths[i]) == 0) {
            status = mlci_fail(err, MLC_ERROR_SETTING, "classes", "classes: '%s' is named twice",
                               texts[i]);
            goto done;
        }
    }
    status = mlci_dictionary_create(c->root, n, texts, lengths, &labels, err);
    if (status != MLC_OK) goto done;
    mlci_dictionary_unref(c->labels);
    c->labels = labels;
    c->n = n;
done:
    mlci_free(scratch);
    mlci_free((void *)texts);
    mlci_free(lengths);
    return status;
}

/* The numbers of the list as numbers. */
static mlc_status numbers_from_list(mlci_classes *c, const class_list *list, mlc_error *err)
{
    int32_t capacity = 0;
    mlci_free(c->numbers);
    c->numbers = NULL;
    c->n = 0;
    for (int32_t i = 0; i < list->n; i++) {
        const mlci_text_key *const key = &list->keys[i];
        double value = 0;
        if (!mlci_classes_parse_number(c->type, key->text, key->length, &value)) {
            return mlci_fail(err, MLC_ERROR_SETTING, "classes",
                             "classes: '%s' is not %s, as the target is %s", key->text,
                             c->type == MLC_TYPE_BOOL ? "true or false" : "a whole number",
                             mlci_type_name(c->type));
        }
        const int32_t rank = mlci_classes_number_rank(c->numbers, c->n, value);
        if (rank >= 0) {
            return mlci_fail(err, MLC_ERROR_SETTING, "classes", "classes: '%s' is named twice",
                             key->text);
        }
        MLCI_TRY(add_number(c, &capacity, -1 - rank, value + 0.0, err));
    }
    return MLC_OK;
}

/* classes= replaces what was found, all of which it must name. */
static mlc_status apply_list(mlci_classes *c, const mlci_classes *found, const char *target,
                             const char *text, mlc_error *err)
{
    class_list list = {.root = c->root, .bytes = mlci_text_init(c->root)};
    mlc_status status = read_list(&list, text, err);
    mlci_text_key *const given = list.keys; /* labels_from_list sorts them; index is the class */
    if (status == MLC_OK) {
        status = found->labels != NULL ? labels_from_list(c, &list, err)
                                       : numbers_from_list(c, &list, err);
    }
    if (status == MLC_OK) status = mlci_classes_order(c, err);
    if (status != MLC_OK) goto done;
    for (int32_t i = 0; i < c->n; i++) {
        const int32_t rank = mlci_classes_rank(c, given[i].text, given[i].length);
        c->order[given[i].index] = rank;
        c->class_of[rank] = (int32_t)given[i].index;
    }
    for (int32_t i = 0; i < found->n; i++) {
        const char *const name = found->names[i];
        if (mlci_classes_rank(c, name, (int64_t)strlen(name)) >= 0) continue;
        status = mlci_fail(err, MLC_ERROR_DATA, target,
                           "target '%s' has the class '%s', which classes=%s leaves out", target,
                           name, text);
        break;
    }
done:
    mlci_text_clear(&list.bytes);
    mlci_free(list.keys);
    return status;
}

static const char *next_class(const void *arg, int32_t i)
{
    const mlci_classes *const c = arg;
    return i < c->n ? c->names[i] : NULL;
}

static mlc_status apply_positive(mlci_classes *c, const char *target, const char *positive,
                                 mlc_error *err)
{
    c->positive = c->n - 1;
    if (positive == NULL) return MLC_OK;
    c->positive = mlci_classes_find(c, positive);
    if (c->positive >= 0) return MLC_OK;
    const char *nearest = mlci_nearest(positive, next_class, c);
    const char *const hint = nearest != NULL ? "did you mean" : "one of them is";
    if (nearest == NULL) nearest = c->names[c->n - 1];
    return mlci_fail(err, MLC_ERROR_DATA, target,
                     "positive = '%s' is none of the %d classes of '%s': %s '%s'", positive,
                     (int)c->n, target, hint, nearest);
}

/* ---- fitting ------------------------------------------------------------------------------ */

/* The classes that rows have, in the order of their values. */
static mlc_status find_classes(mlci_classes *c, const mlci_column *column, const char *target,
                               mlc_error *err)
{
    if (!is_text(column->type)) {
        MLCI_TRY(fit_numbers(c, column, target, err));
    } else {
        MLCI_TRY(mlci_column_categories(column, &c->labels, err));
        if (c->labels->n > MLCI_MAX_CLASSES) {
            return mlci_fail(err, MLC_ERROR_DATA, target,
                             "target '%s' has %d distinct texts: %d classes at most are "
                             "possible; is it an id?",
                             target, (int)c->labels->n, MLCI_MAX_CLASSES);
        }
        c->n = c->labels->n;
    }
    MLCI_TRY(mlci_classes_order(c, err));
    MLCI_TRY(mlci_classes_name(c, err));
    if (c->n >= 2) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, target,
                     "target '%s' has one class only, '%s': a classifier needs two or more", target,
                     c->names[0]);
}

mlc_status mlci_classes_fit(mlci_root *root, const mlci_column *column, const char *target,
                            const char *list, const char *positive, mlci_classes **out,
                            mlc_error *err)
{
    mlci_classes *found = NULL, *c = NULL;
    MLCI_TRY(mlci_classes_check(column, target, err));
    MLCI_TRY(mlci_classes_create(root, column->type, &found, err));
    mlc_status status = find_classes(found, column, target, err);
    if (status == MLC_OK && list == NULL) {
        c = mlci_classes_ref(found);
    } else if (status == MLC_OK) {
        status = mlci_classes_create(root, column->type, &c, err);
        if (status == MLC_OK) status = apply_list(c, found, target, list, err);
        if (status == MLC_OK) status = mlci_classes_name(c, err);
    }
    if (status == MLC_OK) status = apply_positive(c, target, positive, err);
    mlci_classes_unref(found);
    if (status != MLC_OK) {
        mlci_classes_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_classes_of_dataset(mlc_context *call, const mlc_dataset *dataset,
                                   mlci_classes **out, int32_t **class_of_row, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = dataset->n_rows;
    int32_t field = -1;
    mlci_column *column = NULL;
    mlci_classes *classes = NULL;
    int32_t *rows = NULL;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_TARGET, &field, err));
    if (field < 0) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "classes are those of the target: give one column the role target");
    }
    const char *const name = dataset->fields[field].name;
    MLCI_TRY(mlci_dataset_take_column(dataset, field, &column, err));
    mlc_status status =
        mlci_classes_fit(root, column, name, dataset->classes, dataset->positive, &classes, err);
    if (status != MLC_OK) goto done;
    rows = mlci_alloc(root, n, (int64_t)sizeof *rows);
    status = rows == NULL ? mlci_fail_memory(err, n, (int64_t)sizeof *rows)
                          : mlci_classes_of_rows(classes, column, name, rows, err);
done:
    mlci_column_unref(column);
    if (status != MLC_OK) {
        mlci_classes_unref(classes);
        mlci_free(rows);
        return status;
    }
    *out = classes;
    *class_of_row = rows;
    return MLC_OK;
}
