/* Columns, classes and rows of exchange documents. */
#include <math.h>
#include <string.h>

#include "exchange.h"

enum { NAME, KIND, WIDTH, COMPONENTS, LABELS, CODES, N_COLUMN };
static const char *const column_names[] = {"name",   "kind",  "width", "components",
                                           "labels", "codes", NULL};

static const struct {
    const char *name;
    int32_t takes;
} kinds[] = {{"number", MLCI_TAKES_NUMBER},
             {"category", MLCI_TAKES_CATEGORY},
             {"vector", MLCI_TAKES_VECTOR}};

/* ---- one column --------------------------------------------------------------------------- */

typedef struct column_words {
    char *name;
    int32_t takes;
    int64_t width;
    mlci_json_span field[N_COLUMN];
} column_words;

static mlc_status find_kind(const mlci_exchange *x, mlci_json_span value, int32_t *takes,
                            mlc_error *err)
{
    char *kind = NULL;
    MLCI_TRY(mlci_json_text(&x->file, value, "kind", &kind, err));
    *takes = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kind, kinds[i].name) == 0) *takes = kinds[i].takes;
    mlci_free(kind);
    if (*takes != 0) return MLC_OK;
    return mlci_json_refuse(&x->file, value, "kind", "it is number, category or vector", err);
}

/* On success the name is the caller's. */
static mlc_status read_column(const mlci_exchange *x, mlci_json_span value, column_words *c,
                              mlc_error *err)
{
    /* A component has a number in the document at least. */
    const int64_t limit = x->foreign->settings->max_features;
    const int64_t most = limit < x->file.n_bytes ? limit : x->file.n_bytes;
    c->name = NULL;
    c->width = 1;
    MLCI_TRY(mlci_json_fields(&x->file, value, "a column", column_names, c->field, err));
    MLCI_TRY(find_kind(x, c->field[KIND], &c->takes, err));
    if (c->takes == MLCI_TAKES_VECTOR)
        MLCI_TRY(mlci_json_count(&x->file, c->field[WIDTH], "width", 1,
                                 most < INT32_MAX ? most : INT32_MAX, &c->width, err));
    MLCI_TRY(mlci_json_text(&x->file, c->field[NAME], "name", &c->name, err));
    if (c->name[0] != '\0') return MLC_OK;
    mlci_free(c->name);
    return mlci_json_refuse(&x->file, c->field[NAME], "name", "a column without a name", err);
}

/* ---- inputs of a step --------------------------------------------------------------------- */

typedef struct input_list {
    const mlci_exchange *x;
    mlci_exchange_node *node;
    int32_t capacity;
} input_list;

static mlc_status add_input(void *arg, int64_t i, const char *name, int64_t length,
                            mlci_json_span value, mlc_error *err)
{
    input_list *const list = arg;
    mlci_exchange_node *const node = list->node;
    column_words c;
    (void)i, (void)name, (void)length;
    if (node->n_inputs == list->capacity) {
        const int32_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        mlci_input *const grown =
            mlci_realloc(list->x->foreign->root, node->inputs, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        node->inputs = grown;
        list->capacity = capacity;
    }
    MLCI_TRY(read_column(list->x, value, &c, err));
    node->inputs[node->n_inputs++] =
        (mlci_input){.name = c.name, .takes = c.takes, .width = c.width};
    return MLC_OK;
}

mlc_status mlci_exchange_inputs(const mlci_exchange *x, mlci_json_span value,
                                mlci_exchange_node *node, mlc_error *err)
{
    input_list list = {x, node, 0};
    MLCI_TRY(mlci_json_each(&x->file, value, "columns", add_input, &list, err));
    if (node->n_inputs > 0) return MLC_OK;
    return mlci_json_refuse(&x->file, value, "columns", "a step needs a column", err);
}

/* ---- features ----------------------------------------------------------------------------- */

mlc_status mlci_exchange_dictionary(const mlci_exchange *x, mlci_json_span value, const char *what,
                                    mlci_dictionary **out, mlc_error *err)
{
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&x->file, value, what, &t, err));
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < t.n && status == MLC_OK; i++)
        if (t.texts[i] == NULL || (i > 0 && mlci_text_compare(t.texts[i - 1], t.lengths[i - 1],
                                                              t.texts[i], t.lengths[i]) >= 0))
            status = mlci_json_refuse(&x->file, value, what,
                                      "they are texts that ascend by their bytes", err);
    if (status == MLC_OK)
        status = mlci_dictionary_create(x->foreign->root, (int32_t)t.n,
                                        (const char *const *)t.texts, t.lengths, out, err);
    mlci_json_texts_clear(&t);
    return status;
}

typedef struct feature_list {
    mlci_exchange *x;
    mlci_features *features; /* NULL: columns are counted */
    int64_t n, n_positions;
} feature_list;

static mlc_status count_feature(void *arg, int64_t i, const char *name, int64_t length,
                                mlci_json_span value, mlc_error *err)
{
    feature_list *const list = arg;
    column_words c;
    (void)i, (void)name, (void)length;
    MLCI_TRY(read_column(list->x, value, &c, err));
    mlci_free(c.name);
    list->n++;
    list->n_positions += c.width;
    if (list->n_positions <= list->x->foreign->settings->max_features) return MLC_OK;
    return mlci_foreign_refuse(list->x->foreign, err, MLC_ERROR_LIMIT, "max_features",
                               "it has more than max_features = %lld features of the import "
                               "settings",
                               (long long)list->x->foreign->settings->max_features);
}

static mlc_status name_components(const mlci_exchange *x, mlci_json_span value, mlci_feature *f,
                                  mlc_error *err)
{
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&x->file, value, "components", &t, err));
    int fits = t.n == f->width;
    for (int64_t k = 0; k < t.n; k++)
        fits &= t.texts[k] != NULL;
    for (int64_t k = 0; fits && k < t.n; k++) {
        mlci_free(f->components[k]);
        f->components[k] = t.texts[k];
        t.texts[k] = NULL;
    }
    mlci_json_texts_clear(&t);
    return fits ? MLC_OK
                : mlci_json_refuse(&x->file, value, "components", "not a text a component", err);
}

static mlc_status add_feature(void *arg, int64_t i, const char *name, int64_t length,
                              mlci_json_span value, mlc_error *err)
{
    static const int32_t types[] = {[MLCI_TAKES_NUMBER] = MLC_TYPE_FLOAT64,
                                    [MLCI_TAKES_CATEGORY] = MLC_TYPE_CATEGORY,
                                    [MLCI_TAKES_VECTOR] = MLC_TYPE_VECTOR};
    feature_list *const list = arg;
    mlci_dictionary *labels = NULL;
    column_words c;
    (void)i, (void)name, (void)length;
    MLCI_TRY(read_column(list->x, value, &c, err));
    mlc_status status = MLC_OK;
    if (c.takes == MLCI_TAKES_CATEGORY)
        status = mlci_exchange_dictionary(list->x, c.field[LABELS], "labels", &labels, err);
    if (status == MLC_OK)
        status = mlci_features_add(list->features, c.name, types[c.takes], c.width, labels, err);
    if (status == MLC_OK && c.field[COMPONENTS].at != NULL && c.takes == MLCI_TAKES_VECTOR)
        status = name_components(list->x, c.field[COMPONENTS],
                                 &list->features->inputs[list->features->n_inputs - 1], err);
    mlci_dictionary_unref(labels);
    mlci_free(c.name);
    return status;
}

/* Names of trees' features, for messages; categories as the trees know them. */
static mlc_status tell_trees(void *arg, int64_t i, const char *name, int64_t length,
                             mlci_json_span value, mlc_error *err)
{
    feature_list *const list = arg;
    mlci_foreign *const m = list->x->foreign;
    const mlci_feature *const feature = &list->features->inputs[i];
    column_words c;
    (void)name, (void)length;
    mlci_text text = mlci_text_init(m->root);
    mlc_status status = MLC_OK;
    for (int64_t k = 0; k < feature->width && status == MLC_OK; k++) {
        mlci_text_clear(&text);
        mlci_text_append_text(&text, feature->name);
        if (feature->type == MLC_TYPE_VECTOR)
            mlci_text_append_format(&text, "[%lld]", (long long)k);
        status = mlci_text_status(&text, err);
        if (status == MLC_OK)
            status = mlci_foreign_name_input(m, feature->first + k, text.data, text.length, err);
    }
    mlci_text_clear(&text);
    if (status != MLC_OK) return status;
    MLCI_TRY(read_column(list->x, value, &c, err));
    mlci_free(c.name);
    if (feature->dictionary != NULL) {
        mlci_json_texts t;
        MLCI_TRY(mlci_json_read_texts(&list->x->file, c.field[LABELS], "labels", &t, err));
        status = mlci_foreign_label_input(m, feature->first, (int32_t)t.n,
                                          (const char *const *)t.texts, t.lengths, err);
        mlci_json_texts_clear(&t);
        return status;
    }
    if (c.field[CODES].at == NULL) return MLC_OK;
    int64_t n = 0;
    MLCI_TRY(mlci_json_count(
        &list->x->file, c.field[CODES], "codes", 0,
        m->settings->max_categories < INT32_MAX / 2 ? m->settings->max_categories : INT32_MAX / 2,
        &n, err));
    m->inputs[feature->first].is_category = 1;
    m->inputs[feature->first].n_labels = (int32_t)n;
    return MLC_OK;
}

mlc_status mlci_exchange_features(mlci_exchange *x, mlci_json_span value, const char *what,
                                  int32_t for_trees, mlci_features **out, mlc_error *err)
{
    feature_list list = {.x = x};
    if (!mlci_json_is(value, '['))
        return mlci_json_refuse(&x->file, value, what, "it is not a list of columns", err);
    MLCI_TRY(mlci_json_each(&x->file, value, what, count_feature, &list, err));
    if (list.n == 0) return mlci_json_refuse(&x->file, value, what, "there is no column", err);
    MLCI_TRY(mlci_features_create(x->foreign->root, (int32_t)list.n, &list.features, err));
    mlc_status status = mlci_json_each(&x->file, value, what, add_feature, &list, err);
    if (status == MLC_OK && for_trees)
        status = mlci_foreign_set_inputs(x->foreign, list.n_positions, err);
    if (status == MLC_OK && for_trees)
        status = mlci_json_each(&x->file, value, what, tell_trees, &list, err);
    if (status != MLC_OK) {
        mlci_features_unref(list.features);
        return status;
    }
    *out = list.features;
    return MLC_OK;
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status text_labels(const mlci_exchange *x, mlci_json_span value, mlci_column **out,
                              mlc_error *err)
{
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&x->file, value, "classes", &t, err));
    const mlc_status status = mlci_column_create_text(
        x->foreign->root, t.n, (const char *const *)t.texts, t.lengths, out, err);
    mlci_json_texts_clear(&t);
    return status;
}

static mlc_status number_labels(const mlci_exchange *x, mlci_json_span value, mlci_column **out,
                                mlc_error *err)
{
    double *numbers = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_json_reals(&x->file, value, "classes", -1, &numbers, &n, err));
    int are_whole = 1;
    for (int64_t i = 0; i < n; i++)
        are_whole &= mlci_class_number_valid(numbers[i]);
    mlc_status status =
        !are_whole ? mlci_json_refuse(&x->file, value, "classes", "a class is no whole number", err)
                   : mlci_column_create(x->foreign->root, MLC_TYPE_INT64, n, 1, 0, out, err);
    for (int64_t i = 0; status == MLC_OK && i < n; i++)
        ((int64_t *)mlci_column_data(*out))[i] = (int64_t)numbers[i];
    mlci_free(numbers);
    return status;
}

static mlc_status flag_labels(const mlci_exchange *x, mlci_json_span value, mlci_column **out,
                              mlc_error *err)
{
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&x->file, value, "classes", &t, err));
    const int fits = t.n == 2 && t.texts[0] != NULL && t.texts[1] != NULL &&
                     strcmp(t.texts[0], "false") == 0 && strcmp(t.texts[1], "true") == 0;
    mlci_json_texts_clear(&t);
    if (!fits) return mlci_json_refuse(&x->file, value, "classes", "flags are false, true", err);
    MLCI_TRY(mlci_column_create(x->foreign->root, MLC_TYPE_BOOL, 2, 1, 0, out, err));
    *(uint8_t *)mlci_column_data(*out) = 2;
    return MLC_OK;
}

/* The classes are in order of their value, as those of the document have to be. */
static mlc_status fit_classes(mlci_exchange *x, mlci_json_span value, const mlci_column *column,
                              mlc_error *err)
{
    const mlci_import_settings *const s = x->foreign->settings;
    mlci_foreign *const m = x->foreign;
    MLCI_TRY(mlci_classes_fit(m->root, column, s->target, NULL, s->positive, &m->classes, err));
    int32_t *const order = mlci_alloc(m->root, column->n_rows, sizeof *order);
    if (order == NULL) return mlci_fail_memory(err, column->n_rows, sizeof *order);
    mlc_status status = mlci_classes_of_rows(m->classes, column, s->target, order, err);
    for (int64_t i = 0; i < column->n_rows && status == MLC_OK; i++)
        if (order[i] != i)
            status = mlci_json_refuse(&x->file, value, "classes",
                                      "they are distinct labels that ascend", err);
    mlci_free(order);
    return status;
}

mlc_status mlci_exchange_classes(mlci_exchange *x, mlci_json_span value, mlc_error *err)
{
    mlci_column *column = NULL;
    if (mlci_json_is_none(value)) return MLC_OK;
    const char first = mlci_json_first(value);
    MLCI_TRY(!mlci_json_is(value, '[')
                 ? mlci_json_refuse(&x->file, value, "classes", "it is not a list", err)
             : first == '"'                 ? text_labels(x, value, &column, err)
             : first == 'f' || first == 't' ? flag_labels(x, value, &column, err)
                                            : number_labels(x, value, &column, err));
    const int64_t n = column->n_rows;
    const mlc_status status =
        n < 1 || n > MLCI_MAX_CLASSES
            ? mlci_json_refuse(&x->file, value, "classes", "not so many classes can be", err)
            : fit_classes(x, value, column, err);
    mlci_column_unref(column);
    if (status == MLC_OK) x->foreign->n_classes = (int32_t)n;
    return status;
}

/* ---- rows --------------------------------------------------------------------------------- */

typedef struct row_list {
    const mlci_exchange *x;
    int64_t n_rows;
    mlci_column **columns;
} row_list;

static mlc_status text_rows(const row_list *list, mlci_json_span value, mlci_column **out,
                            mlc_error *err)
{
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&list->x->file, value, "rows", &t, err));
    const mlc_status status =
        t.n != list->n_rows
            ? mlci_json_refuse(&list->x->file, value, "rows", "not a value a row", err)
            : mlci_column_create_text(list->x->foreign->root, t.n, (const char *const *)t.texts,
                                      t.lengths, out, err);
    mlci_json_texts_clear(&t);
    return status;
}

static mlc_status number_rows(const row_list *list, const mlci_feature *input, mlci_json_span value,
                              mlci_column **out, mlc_error *err)
{
    double *numbers = NULL;
    const int is_vector = input->type == MLC_TYPE_VECTOR;
    const int64_t n = list->n_rows * input->width;
    MLCI_TRY(mlci_json_reals(&list->x->file, value, "rows", n, &numbers, NULL, err));
    const mlc_status status =
        mlci_column_create(list->x->foreign->root, is_vector ? MLC_TYPE_VECTOR : MLC_TYPE_FLOAT64,
                           list->n_rows, input->width, !is_vector, out, err);
    if (status == MLC_OK) memcpy(mlci_column_data(*out), numbers, (size_t)n * sizeof *numbers);
    for (int64_t i = 0; status == MLC_OK && !is_vector && i < n; i++)
        if (isnan(numbers[i])) mlci_column_set_missing(*out, i);
    mlci_free(numbers);
    return status;
}

static mlc_status add_rows(void *arg, int64_t i, const char *name, int64_t length,
                           mlci_json_span value, mlc_error *err)
{
    const row_list *const list = arg;
    const mlci_features *const inputs = list->x->inputs;
    (void)name, (void)length;
    if (i >= inputs->n_inputs)
        return mlci_json_refuse(&list->x->file, value, "rows", "there are too many columns", err);
    return inputs->inputs[i].dictionary != NULL
               ? text_rows(list, value, &list->columns[i], err)
               : number_rows(list, &inputs->inputs[i], value, &list->columns[i], err);
}

static mlc_status make_rows(const mlci_exchange *x, mlci_json_span value, row_list *list,
                            const char **names, mlc_dataset **out, mlc_error *err)
{
    const int32_t n = x->inputs->n_inputs;
    MLCI_TRY(mlci_json_each(&x->file, value, "rows", add_rows, list, err));
    for (int32_t i = 0; i < n; i++) {
        names[i] = x->inputs->inputs[i].name;
        if (list->columns[i] == NULL)
            return mlci_json_refuse(&x->file, value, "rows", "there are too few columns", err);
    }
    return mlci_dataset_create(x->foreign->root, n, names, list->columns, NULL, out, err);
}

mlc_status mlci_exchange_rows(const mlci_exchange *x, mlci_json_span value, int64_t n_rows,
                              mlc_dataset **out, mlc_error *err)
{
    const int32_t n = x->inputs->n_inputs;
    mlci_column **const columns = mlci_alloc(x->foreign->root, n, sizeof *columns);
    const char **const names = mlci_alloc(x->foreign->root, n, sizeof *names);
    row_list list = {x, n_rows, columns};
    const mlc_status status = columns == NULL || names == NULL
                                  ? mlci_fail_memory(err, n, sizeof *columns)
                                  : make_rows(x, value, &list, names, out, err);
    for (int32_t i = 0; columns != NULL && i < n; i++)
        mlci_column_unref(columns[i]);
    mlci_free(columns);
    mlci_free(names);
    return status;
}
