/* Transforms as nodes of ONNX.
 *
 * What a transform has learned comes from its public tables, and what it makes of a value from
 * asking it, so that this file knows no state: a known category, a missing value and one that it
 * has never seen go through its function for single records. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "onnx_export.h"

/* A column of categories: what each known value, a missing and an unseen one become. */
typedef struct levels {
    mlci_onnx_labels known; /* texts; numbers as text */
    double *numbers;        /* NULL: texts */
    double *made;           /* (known.n + 2) x width */
    int32_t width;
    int32_t is_refused; /* the transform fails at unseen values */
} levels;

typedef struct asker {
    const mlci_component *c;
    mlc_value *in, *out;
    int32_t n_out;
} asker;

static const char never_seen[] = "\x01 a text that no category has";

/* ---- asking ------------------------------------------------------------------------------- */

static int32_t count_cells(const mlci_component *c)
{
    mlci_port port;
    int32_t n = 0;
    for (int32_t i = 0; i < mlci_transform_of(c)->n_ports(c->params, c->state); i++) {
        mlci_transform_of(c)->port(c->params, c->state, i, &port);
        n += (int32_t)port.width;
    }
    return n;
}

static mlc_status open_asker(mlci_root *root, const mlci_program_step *step, asker *a,
                             mlc_error *err)
{
    const int32_t n_out = count_cells(step->transform);
    *a = (asker){.c = step->transform, .n_out = n_out};
    a->in = mlci_alloc(root, (int64_t)step->n_in + n_out, sizeof *a->in);
    if (a->in == NULL) return mlci_fail_memory(err, (int64_t)step->n_in + n_out, sizeof *a->in);
    a->out = a->in + step->n_in;
    for (int32_t i = 0; i < step->n_in; i++)
        a->in[i] = (mlc_value){.kind = MLC_MISSING};
    return MLC_OK;
}

static mlc_status ask(asker *a, int64_t *flags, mlc_error *err)
{
    *flags = 0;
    return mlci_transform_of(a->c)->row(a->c->params, a->c->state, a->in, a->out, flags, err);
}

static double number_of(const mlc_value *value)
{
    return value->kind == MLC_REAL      ? value->real
           : value->kind == MLC_INTEGER ? (double)value->integer
                                        : (double)NAN;
}

static mlc_value text_value(const char *text, int64_t length)
{
    return (mlc_value){.kind = MLC_TEXT, .length = (int32_t)length, .text = text};
}

/* ---- what a step writes ------------------------------------------------------------------- */

/* Cells first .. first + n - 1 are the columns of a value. */
static void set_cells(mlci_onnx_export *x, int32_t first, int32_t n, int32_t value, int32_t is_text)
{
    for (int32_t k = 0; k < n; k++)
        x->cells[first + k] = (mlci_onnx_cell){value, k, n, is_text};
}

/* ---- standard_scaler ---------------------------------------------------------------------- */

static mlc_status read_reals(const mlc_dataset *table, const char *name, double *out,
                             mlc_error *err)
{
    int32_t i = 0;
    MLCI_TRY(mlci_dataset_get(table, name, &i, err));
    mlci_column_reals(table->fields[i].column, 0, table->n_rows, out, 1);
    return MLC_OK;
}

static mlc_status put_scaler(mlci_onnx_export *x, const mlci_program_step *step,
                             const mlc_dataset *table, double *numbers, mlc_error *err)
{
    const int64_t n = step->n_in;
    int32_t value = 0;
    MLCI_TRY(read_reals(table, "mean", numbers, err));
    MLCI_TRY(read_reals(table, "scale", numbers + n, err));
    MLCI_TRY(mlci_onnx_columns(x, step->n_in, step->in, &value, err));
    value = mlci_onnx_two(&x->g, "Sub", value, mlci_onnx_reals(&x->g, 1, n, numbers));
    value = mlci_onnx_two(&x->g, "Div", value, mlci_onnx_reals(&x->g, 1, n, numbers + n));
    set_cells(x, step->out, step->n_in, value, 0);
    if (x->g.opset == 5) return MLC_OK;
    return mlci_onnx_note(x, step->transform->name, "scaled numbers",
                          "they are computed in float32, so that trees may send a row that is near "
                          "a threshold the other way",
                          err);
}

static mlc_status standard_scaler(mlci_onnx_export *x, const mlci_program_step *step,
                                  mlc_error *err)
{
    const mlci_component *const c = step->transform;
    mlc_dataset *table = NULL;
    double *const numbers = mlci_alloc(x->root, step->n_in, 2 * (int64_t)sizeof *numbers);
    mlc_status status = numbers == NULL
                            ? mlci_fail_memory(err, step->n_in, 16)
                            : mlci_transform_of(c)->table(x->e->call, c->params, c->state,
                                                          "statistics", &table, err);
    if (status == MLC_OK && table->n_rows != step->n_in)
        status = mlci_onnx_refuse(c, "its statistics are not one a number", err);
    if (status == MLC_OK) status = put_scaler(x, step, table, numbers, err);
    mlc_dataset_free(table);
    mlci_free(numbers);
    return status;
}

/* ---- simple_imputer ----------------------------------------------------------------------- */

static int32_t is_missing_text(mlci_onnx_export *x, int32_t column)
{
    mlci_text keys = mlci_text_init(x->root), ones = mlci_text_init(x->root);
    mlci_proto_add_text(&keys, MLCI_ONNX_ATTRIBUTE_TEXTS, "");
    mlci_proto_put_varint(&ones, 1);
    const int32_t value = mlci_onnx_open(&x->g, "LabelEncoder", MLCI_ONNX_ML, 1, &column);
    mlci_onnx_set_texts(&x->g, "keys_strings", &keys);
    mlci_onnx_set_integers(&x->g, "values_int64s", &ones);
    mlci_onnx_set_integer(&x->g, "default_int64", 0);
    mlci_onnx_close(&x->g);
    mlci_text_clear(&keys);
    mlci_text_clear(&ones);
    return mlci_onnx_cast(&x->g, value, MLCI_ONNX_BOOL);
}

static int32_t is_missing(mlci_onnx_export *x, int32_t cell)
{
    const int32_t column = mlci_onnx_column(x, cell);
    return x->cells[cell].is_text ? is_missing_text(x, column)
                                  : mlci_onnx_one(&x->g, "IsNaN", column);
}

static mlc_status fill_text(mlci_onnx_export *x, int32_t cell, const mlc_value *fill, int32_t *out,
                            mlc_error *err)
{
    char *const text = mlci_copy_text(x->root, fill->text, fill->length);
    if (text == NULL) return mlci_fail_memory(err, fill->length, 1);
    const char *const list[] = {text};
    *out = mlci_onnx_choose(&x->g, is_missing(x, cell), mlci_onnx_texts(&x->g, 1, list),
                            mlci_onnx_column(x, cell));
    mlci_free(text);
    return MLC_OK;
}

/* One port of it: a column without missing values, or whether they were missing. */
static mlc_status impute(mlci_onnx_export *x, const mlci_program_step *step, const asker *a,
                         int32_t port_number, mlc_error *err)
{
    const mlci_component *const c = step->transform;
    mlci_port port;
    mlci_transform_of(c)->port(c->params, c->state, port_number, &port);
    const mlc_value *const fill = &a->out[port_number];
    const int32_t cell = step->in[port.input >= 0 ? port.input : port.made_of - 1];
    int32_t value = 0;
    if (port.input < 0) {
        value = mlci_onnx_cast(&x->g, is_missing(x, cell), x->g.real);
    } else if (fill->kind == MLC_TEXT) {
        MLCI_TRY(fill_text(x, cell, fill, &value, err));
        MLCI_TRY(mlci_onnx_note(x, c->name, "missing texts",
                                "the empty text stands for a missing one", err));
    } else {
        const int32_t column = mlci_onnx_column(x, cell);
        value = mlci_onnx_choose(&x->g, mlci_onnx_one(&x->g, "IsNaN", column),
                                 mlci_onnx_real(&x->g, number_of(fill)), column);
    }
    set_cells(x, step->out + port_number, 1, value, port.input >= 0 && fill->kind == MLC_TEXT);
    return MLC_OK;
}

static mlc_status simple_imputer(mlci_onnx_export *x, const mlci_program_step *step, mlc_error *err)
{
    const mlci_component *const c = step->transform;
    asker a;
    int64_t flags = 0;
    MLCI_TRY(open_asker(x->root, step, &a, err));
    mlc_status status = ask(&a, &flags, err);
    for (int32_t i = 0; i < a.n_out && status == MLC_OK; i++)
        status = impute(x, step, &a, i, err);
    mlci_free(a.in);
    if (status != MLC_OK || x->g.opset == 5) return status;
    return mlci_onnx_note(x, c->name, "filled numbers", "they are rounded to float32", err);
}

/* ---- encoders: what they make of values --------------------------------------------------- */

static void clear_levels(levels *l)
{
    mlci_free(l->known.texts);
    mlci_free(l->known.lengths);
    mlci_free(l->numbers);
    mlci_free(l->made);
}

/* The rows of the table "categories" that are about an input. A missing value is a row without a
 * text of its own, the last one: it is told by asking. */
static mlc_status find_rows(const mlc_dataset *table, const char *name, int64_t *first, int64_t *n,
                            mlc_error *err)
{
    int32_t field = 0;
    int64_t length = 0;
    *first = *n = 0;
    MLCI_TRY(mlci_dataset_get(table, "column", &field, err));
    for (int64_t i = 0; i < table->n_rows; i++) {
        const char *const text = mlci_column_text(table->fields[field].column, i, &length);
        if (text == NULL || !mlci_text_equal(text, length, name)) continue;
        if (*n == 0) *first = i;
        ++*n;
    }
    return MLC_OK;
}

static mlc_status take_rows(mlci_root *root, const mlc_dataset *table, int64_t first, int64_t n,
                            int32_t is_text, levels *l, mlc_error *err)
{
    mlci_onnx_labels *const known = &l->known;
    int32_t field = 0;
    int64_t length = 0;
    MLCI_TRY(mlci_dataset_get(table, "category", &field, err));
    known->texts = mlci_alloc(root, n, sizeof *known->texts);
    known->lengths = mlci_alloc(root, n, sizeof *known->lengths);
    l->numbers = is_text ? NULL : mlci_alloc(root, n, sizeof *l->numbers);
    if (known->texts == NULL || known->lengths == NULL || (!is_text && l->numbers == NULL))
        return mlci_fail_memory(err, n, sizeof *known->texts);
    for (int64_t i = 0; i < n; i++) {
        const char *const text = mlci_column_text(table->fields[field].column, first + i, &length);
        if (!is_text && !mlci_real_parse(text, length, &l->numbers[known->n])) continue;
        known->texts[known->n] = text;
        known->lengths[known->n++] = length;
    }
    return MLC_OK;
}

/* Asks for one value of input i, whose cells start at `at`. */
static mlc_status ask_level(asker *a, int32_t i, int32_t at, const mlc_value *value, levels *l,
                            int64_t row, int64_t *flags, mlc_error *err)
{
    a->in[i] = *value;
    MLCI_TRY(ask(a, flags, err));
    for (int32_t k = 0; k < l->width; k++)
        l->made[row * l->width + k] = number_of(&a->out[at + k]);
    return MLC_OK;
}

static mlc_value known_value(const levels *l, int64_t k)
{
    return l->numbers == NULL ? text_value(l->known.texts[k], l->known.lengths[k])
                              : (mlc_value){.kind = MLC_REAL, .real = l->numbers[k]};
}

/* The same for a value that the transform may refuse: NaN then. */
static mlc_status ask_other(asker *a, int32_t i, int32_t at, const mlc_value *value, levels *l,
                            int64_t row, mlc_error *err)
{
    int64_t flags = 0;
    mlc_error inner;
    const mlc_status status = ask_level(a, i, at, value, l, row, &flags, &inner);
    if (status == MLC_OK) return MLC_OK;
    if (status == MLC_ERROR_INVALID_VALUE) {
        l->is_refused = 1;
        for (int32_t k = 0; k < l->width; k++)
            l->made[row * l->width + k] = (double)NAN;
        return MLC_OK;
    }
    if (err != NULL) *err = inner;
    return status;
}

static mlc_status ask_levels(mlci_root *root, asker *a, int32_t i, int32_t at, levels *l,
                             mlc_error *err)
{
    const mlc_value usual = a->in[i];
    int64_t flags = 0;
    l->made = mlci_alloc(root, (l->known.n + 2) * l->width, sizeof *l->made);
    if (l->made == NULL) return mlci_fail_memory(err, (l->known.n + 2) * l->width, sizeof *l->made);
    for (int64_t k = 0; k < l->known.n; k++) {
        const mlc_value value = known_value(l, k);
        MLCI_TRY(ask_level(a, i, at, &value, l, k, &flags, err));
    }
    const mlc_value missing = {.kind = MLC_MISSING};
    const mlc_value unseen = l->numbers == NULL
                                 ? text_value(never_seen, (int64_t)sizeof never_seen - 1)
                                 : (mlc_value){.kind = MLC_REAL, .real = (double)INFINITY};
    MLCI_TRY(ask_other(a, i, at, &missing, l, l->known.n, err));
    MLCI_TRY(ask_other(a, i, at, &unseen, l, l->known.n + 1, err));
    a->in[i] = usual;
    return MLC_OK;
}

/* Is the last text there before? They ascend but for it. */
static int is_twice(const mlci_onnx_labels *known)
{
    const int64_t last = known->n - 1;
    for (int64_t k = 0; k < last; k++)
        if (mlci_text_compare(known->texts[k], known->lengths[k], known->texts[last],
                              known->lengths[last]) == 0)
            return 1;
    return 0;
}

/* Drops the row that stands for missing values: its text is none of the categories, or one that is
 * there already. */
static mlc_status drop_missing(asker *a, int32_t i, levels *l, mlc_error *err)
{
    int64_t flags = 0;
    if (l->known.n == 0 || l->numbers != NULL) return MLC_OK;
    const mlc_value usual = a->in[i];
    a->in[i] = known_value(l, l->known.n - 1);
    const mlc_status status = ask(a, &flags, NULL);
    a->in[i] = usual;
    if (status != MLC_OK && status != MLC_ERROR_INVALID_VALUE)
        return mlci_fail(err, status, a->c->name, "step '%s' fails", a->c->name);
    if (status != MLC_OK || (flags & MLC_FLAG_UNSEEN) != 0 || is_twice(&l->known)) l->known.n--;
    return MLC_OK;
}

/* ---- encoders: nodes ---------------------------------------------------------------------- */

/* The index of a number among the known ones, n + 1 where it is none: what a LabelEncoder gives for
 * doubles are doubles. */
static int32_t known_codes(mlci_onnx_export *x, int32_t column, const levels *l)
{
    mlci_onnx *const g = &x->g;
    const int is_double = g->opset == 5;
    const int64_t n = l->known.n;
    mlci_text keys = mlci_text_init(x->root), codes = mlci_text_init(x->root);
    mlci_text other = mlci_text_init(x->root);
    mlci_proto_put_double(&other, (double)(n + 1));
    for (int64_t k = 0; k < n; k++) {
        if (is_double) mlci_proto_put_double(&keys, l->numbers[k]);
        if (is_double) mlci_proto_put_double(&codes, (double)k);
        if (!is_double) mlci_proto_put_float(&keys, (float)l->numbers[k]);
        if (!is_double) mlci_proto_put_varint(&codes, (uint64_t)k);
    }
    const int32_t value = mlci_onnx_open(g, "LabelEncoder", MLCI_ONNX_ML, 1, &column);
    if (is_double) {
        mlci_onnx_set_tensor(g, "keys_tensor", MLCI_ONNX_DOUBLE, n, &keys);
        mlci_onnx_set_tensor(g, "values_tensor", MLCI_ONNX_DOUBLE, n, &codes);
        mlci_onnx_set_tensor(g, "default_tensor", MLCI_ONNX_DOUBLE, 1, &other);
    } else {
        mlci_onnx_set_floats(g, "keys_floats", &keys);
        mlci_onnx_set_integers(g, "values_int64s", &codes);
        mlci_onnx_set_integer(g, "default_int64", n + 1);
    }
    mlci_onnx_close(g);
    mlci_text_clear(&keys);
    mlci_text_clear(&codes);
    mlci_text_clear(&other);
    return is_double ? mlci_onnx_cast(g, value, MLCI_ONNX_INT64) : value;
}

/* The same, n where missing: not all versions of LabelEncoder know NaN. */
static int32_t number_codes(mlci_onnx_export *x, int32_t cell, const levels *l)
{
    mlci_onnx *const g = &x->g;
    const int32_t column = mlci_onnx_column(x, cell);
    const int32_t known = known_codes(x, column, l);
    return mlci_onnx_choose(g, mlci_onnx_one(g, "IsNaN", column),
                            mlci_onnx_integers(g, 1, 1, &l->known.n), known);
}

static mlc_status put_codes(mlci_onnx_export *x, const mlci_component *c, int32_t cell,
                            const levels *l, int32_t *code, mlc_error *err)
{
    if (l->numbers == NULL) return mlci_onnx_codes(x, c->name, cell, &l->known, code, err);
    if (l->known.n == 0) return mlci_onnx_refuse(c, "a column has no values that are known", err);
    *code = number_codes(x, cell, l);
    return MLC_OK;
}

/* The place of the one in what a value becomes; -1: there is none. */
static double place_of_one(const levels *l, int64_t row)
{
    for (int32_t k = 0; k < l->width; k++)
        if (l->made[row * l->width + k] == 1) return k;
    return -1;
}

static mlc_status put_one_hot(mlci_onnx_export *x, int32_t code, const levels *l, int32_t *value,
                              mlc_error *err)
{
    const int64_t n = l->known.n + 2, most = n > l->width ? n : l->width;
    double *const places = mlci_alloc(x->root, most, sizeof *places);
    if (places == NULL) return mlci_fail_memory(err, most, sizeof *places);
    for (int64_t i = 0; i < n; i++)
        places[i] = place_of_one(l, i);
    const int32_t place = mlci_onnx_gather(&x->g, mlci_onnx_reals(&x->g, -1, n, places), code, 0);
    for (int64_t k = 0; k < l->width; k++)
        places[k] = (double)k;
    *value = mlci_onnx_two(&x->g, "Equal", place, mlci_onnx_reals(&x->g, 1, l->width, places));
    *value = mlci_onnx_cast(&x->g, *value, x->g.real);
    mlci_free(places);
    return MLC_OK;
}

typedef struct encoding {
    mlci_onnx_export *x;
    const mlci_program_step *step;
    const mlc_dataset *table; /* "categories" */
    asker ask;
    int32_t is_one_hot;
} encoding;

static mlc_status encode_column(encoding *e, int32_t i, int32_t at, levels *l, mlc_error *err)
{
    mlci_onnx_export *const x = e->x;
    const mlci_component *const c = e->step->transform;
    int32_t code = 0, value = 0;
    MLCI_TRY(drop_missing(&e->ask, i, l, err));
    MLCI_TRY(ask_levels(x->root, &e->ask, i, at, l, err));
    MLCI_TRY(put_codes(x, c, e->step->in[i], l, &code, err));
    if (e->is_one_hot)
        MLCI_TRY(put_one_hot(x, code, l, &value, err));
    else
        value =
            mlci_onnx_gather(&x->g, mlci_onnx_reals(&x->g, -1, l->known.n + 2, l->made), code, 0);
    set_cells(x, e->step->out + at, l->width, value, 0);
    if (!l->is_refused) return MLC_OK;
    return mlci_onnx_note(x, c->name, "unseen values",
                          e->is_one_hot ? "they become zeros; the model refuses them"
                                        : "they become NaN; the model refuses them",
                          err);
}

static mlc_status encode_port(encoding *e, int32_t port_number, int32_t *at, mlc_error *err)
{
    const mlci_component *const c = e->step->transform;
    levels l = {0};
    mlci_port port;
    int64_t first = 0, n = 0;
    mlci_transform_of(c)->port(c->params, c->state, port_number, &port);
    l.width = (int32_t)port.width;
    const int is_text = c->inputs[port.input].takes == MLCI_TAKES_CATEGORY;
    mlc_status status = find_rows(e->table, c->inputs[port.input].name, &first, &n, err);
    if (status == MLC_OK) status = take_rows(e->x->root, e->table, first, n, is_text, &l, err);
    if (status == MLC_OK) status = encode_column(e, port.input, *at, &l, err);
    *at += l.width;
    clear_levels(&l);
    return status;
}

/* A value of each input that the transform does not refuse, to ask about one at a time. */
static mlc_status set_usual(encoding *e, mlc_error *err)
{
    const mlci_component *const c = e->step->transform;
    int32_t field = 0;
    MLCI_TRY(mlci_dataset_get(e->table, "category", &field, err));
    for (int32_t i = 0; i < c->n_inputs; i++) {
        int64_t first = 0, n = 0, length = 0;
        double number = 0;
        MLCI_TRY(find_rows(e->table, c->inputs[i].name, &first, &n, err));
        if (n == 0) continue;
        const char *const text = mlci_column_text(e->table->fields[field].column, first, &length);
        if (c->inputs[i].takes == MLCI_TAKES_CATEGORY)
            e->ask.in[i] = text_value(text, length);
        else if (mlci_real_parse(text, length, &number))
            e->ask.in[i] = (mlc_value){.kind = MLC_REAL, .real = number};
    }
    return MLC_OK;
}

static mlc_status encode(mlci_onnx_export *x, const mlci_program_step *step, int32_t is_one_hot,
                         mlc_error *err)
{
    const mlci_component *const c = step->transform;
    const mlci_transform_descriptor *const d = mlci_transform_of(c);
    encoding e = {.x = x, .step = step, .is_one_hot = is_one_hot};
    mlc_dataset *table = NULL;
    int32_t at = 0;
    MLCI_TRY(open_asker(x->root, step, &e.ask, err));
    mlc_status status = d->table(x->e->call, c->params, c->state, "categories", &table, err);
    e.table = table;
    if (status == MLC_OK) status = set_usual(&e, err);
    for (int32_t i = 0; i < d->n_ports(c->params, c->state) && status == MLC_OK; i++)
        status = encode_port(&e, i, &at, err);
    mlc_dataset_free(table);
    mlci_free(e.ask.in);
    return status;
}

static mlc_status one_hot_encoder(mlci_onnx_export *x, const mlci_program_step *step,
                                  mlc_error *err)
{
    return encode(x, step, 1, err);
}

static mlc_status ordinal_encoder(mlci_onnx_export *x, const mlci_program_step *step,
                                  mlc_error *err)
{
    return encode(x, step, 0, err);
}

/* ---- all of them -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    mlc_status (*put)(mlci_onnx_export *x, const mlci_program_step *step, mlc_error *err);
} transforms[] = {
    {"standard_scaler", standard_scaler},
    {"simple_imputer", simple_imputer},
    {"one_hot_encoder", one_hot_encoder},
    {"ordinal_encoder", ordinal_encoder},
};

mlc_status mlci_onnx_transform(mlci_onnx_export *x, const mlci_program_step *step, mlc_error *err)
{
    for (size_t i = 0; i < sizeof transforms / sizeof transforms[0]; i++)
        if (strcmp(step->transform->descriptor->name, transforms[i].name) == 0)
            return transforms[i].put(x, step, err);
    return mlci_onnx_refuse(step->transform, "it has no words for this transform", err);
}
