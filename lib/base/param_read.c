/* The parameter engine, inward: settings become the members of a struct.
 *
 * Everything is read and checked before the struct changes: each setting becomes a pending value,
 * pending values are swapped in, the cross-field rules look at the result, and when they object
 * the values are swapped back. */
#include "param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "number.h"
#include "scan.h"

#define SHOWN_MAX 64  /* bytes of a value that a message shows */
#define LISTED_MAX 12 /* parameters that a message lists */

/* A value on its way into the struct, or back out of it. */
typedef struct pending {
    const mlci_param *row;
    const mlci_setting *setting;
    double real;
    int64_t integer; /* also BOOL and CHOICE */
    char *text;      /* TEXT, and the host name of a CHOICE */
} pending;

/* What is being read, for the functions below. */
typedef struct reading {
    mlci_root *root;
    const char *owner;
    const mlci_param *table;
} reading;

static void *member(void *values, int64_t offset)
{
    return (char *)values + offset;
}

/* ---- messages ----------------------------------------------------------------------------- */

/* A value as a message shows it: numbers bare, texts in quotes, long ones cut. */
static void show_value(const mlci_setting *setting, char out[SHOWN_MAX + 8])
{
    const int64_t length = (int64_t)strlen(setting->value);
    double real;
    if (!setting->quoted && length < SHOWN_MAX && mlci_real_parse(setting->value, length, &real)) {
        snprintf(out, SHOWN_MAX + 8, "%s", setting->value);
        return;
    }
    int n = length <= SHOWN_MAX ? (int)length : SHOWN_MAX;
    while (n > 0 && ((unsigned char)setting->value[n] & 0xc0) == 0x80)
        n--;
    snprintf(out, SHOWN_MAX + 8, "'%.*s%s'", n, setting->value, n < length ? "..." : "");
}

/* "name = value: must be <what>". name is as the user wrote it. */
static mlc_status refuse(const mlci_setting *setting, const char *what, mlc_error *err)
{
    char shown[SHOWN_MAX + 8];
    show_value(setting, shown);
    return mlci_fail_at(err, MLC_ERROR_SETTING, setting->line, setting->column, setting->name,
                        "%s = %s: must be %s", setting->name, shown, what);
}

static mlc_status refuse_text(const mlci_setting *setting, mlci_text *what, mlc_error *err)
{
    mlc_status status = mlci_text_status(what, err);
    if (status == MLC_OK) status = refuse(setting, what->data, err);
    mlci_text_clear(what);
    return status;
}

static int is_none(const mlci_setting *setting)
{
    const int64_t length = (int64_t)strlen(setting->value);
    return !setting->quoted && (mlci_word_equal(setting->value, length, "none") ||
                                mlci_word_equal(setting->value, length, "null"));
}

static mlc_status refuse_type(const mlci_param *row, const mlci_setting *setting, const char *type,
                              mlc_error *err)
{
    char what[80];
    double real;
    const int in_quotes =
        setting->quoted && mlci_real_parse(setting->value, (int64_t)strlen(setting->value), &real);
    snprintf(what, sizeof what, "%s%s%s", type, mlci_param_takes_none(row) ? " or none" : "",
             in_quotes ? ", without quotes" : "");
    return refuse(setting, what, err);
}

/* "at least 1", "above 0 and at most 1", "from 1 to 255". */
static mlc_status refuse_range(reading *r, const mlci_param *row, const mlci_setting *setting,
                               mlc_error *err)
{
    mlci_text what = mlci_text_init(r->root);
    mlci_param_format_bounds(row, &what);
    if (mlci_param_takes_none(row)) mlci_text_append_text(&what, ", or none");
    return refuse_text(setting, &what, err);
}

static const char *choice_name(const void *arg, int32_t i)
{
    return ((const mlci_choice *)arg)[i].name;
}

static mlc_status refuse_choice(reading *r, const mlci_param *row, const mlci_setting *setting,
                                mlc_error *err)
{
    mlci_text what = mlci_text_init(r->root);
    mlci_param_format_range(row, &what);
    const char *const nearest = mlci_nearest(setting->value, choice_name, row->choices);
    if (nearest != NULL) {
        mlci_text_append_text(&what, "; did you mean '");
        mlci_text_append_text(&what, nearest);
        mlci_text_append_text(&what, "'?");
    }
    return refuse_text(setting, &what, err);
}

/* ---- finding the row ---------------------------------------------------------------------- */

/* Alias k of the row, or NULL. */
static const char *alias_at(const mlci_param *row, int32_t k, int64_t *length)
{
    const char *at = row->aliases;
    while (at != NULL && k-- > 0) {
        at = strchr(at, ',');
        if (at != NULL) at++;
    }
    if (at != NULL) *length = (int64_t)strcspn(at, ",");
    return at;
}

static const mlci_param *find_row(const mlci_param *table, const char *name)
{
    if (table == NULL) return NULL;
    for (const mlci_param *row = table; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) return row;
        const char *alias;
        int64_t length = 0;
        for (int32_t k = 0; (alias = alias_at(row, k, &length)) != NULL; k++) {
            if (mlci_text_equal(alias, length, name)) return row;
        }
    }
    return NULL;
}

static const char *row_name(const void *arg, int32_t i)
{
    return ((const mlci_param *)arg)[i].name;
}

/* An alias that is near, for names that are near no parameter. */
static const mlci_param *near_alias(const mlci_param *table, const char *name)
{
    for (const mlci_param *row = table; row->name != NULL; row++) {
        const char *alias;
        int64_t length = 0;
        for (int32_t k = 0; (alias = alias_at(row, k, &length)) != NULL; k++) {
            char copy[MLCI_NAME_MAX + 1];
            if (length > MLCI_NAME_MAX) continue;
            memcpy(copy, alias, (size_t)length);
            copy[length] = '\0';
            const mlci_param one[] = {{.name = copy}, {.name = NULL}};
            if (mlci_nearest(name, row_name, one) != NULL) return row;
        }
    }
    return NULL;
}

/* What there is, for a name that is near nothing. */
static void list_names(const mlci_param *table, mlci_text *out)
{
    int32_t n = 0;
    while (table[n].name != NULL)
        n++;
    if (n == 0) mlci_text_append_text(out, ", which has no parameters");
    if (n > LISTED_MAX) {
        mlci_text_append_format(out, "; the catalog lists its %d parameters", (int)n);
        return;
    }
    for (int32_t i = 0; i < n; i++) {
        const char *const before = i == 0 ? "; it has " : i + 1 == n ? " and " : ", ";
        mlci_text_append_text(out, before);
        mlci_text_append_text(out, table[i].name);
    }
}

static mlc_status refuse_name(reading *r, const mlci_setting *setting, mlc_error *err)
{
    static const mlci_param nothing[] = {{.name = NULL}};
    const mlci_param *const table = r->table == NULL ? nothing : r->table;
    mlci_text hint = mlci_text_init(r->root);
    const char *nearest = mlci_nearest(setting->name, row_name, table);
    if (nearest == NULL) {
        const mlci_param *const row = near_alias(table, setting->name);
        if (row != NULL) nearest = row->name;
    }
    if (nearest != NULL) {
        mlci_text_append_format(&hint, "; did you mean '%s'?", nearest);
    } else {
        list_names(table, &hint);
    }
    mlc_status status = mlci_text_status(&hint, err);
    if (status == MLC_OK) {
        status =
            mlci_fail_at(err, MLC_ERROR_SETTING, setting->line, setting->column, setting->name,
                         "%s: no such parameter of '%s'%s", setting->name, r->owner, hint.data);
    }
    mlci_text_clear(&hint);
    return status;
}

/* ---- one value ---------------------------------------------------------------------------- */

/* Has the row room for infinity on this side? Its own default is always allowed. */
static int infinity_allowed(const mlci_param *row)
{
    return (row->flags & MLCI_PARAM_INFINITE) != 0 || isinf(row->real);
}

static mlc_status read_real(reading *r, pending *p, mlc_error *err)
{
    const mlci_setting *const s = p->setting;
    const mlci_param *const row = p->row;
    double x;
    if (s->quoted || !mlci_real_parse(s->value, (int64_t)strlen(s->value), &x) || isnan(x)) {
        if (!s->quoted && mlci_param_takes_none(row) &&
            (is_none(s) || mlci_real_parse(s->value, (int64_t)strlen(s->value), &x))) {
            p->real = MLCI_NONE_REAL;
            return MLC_OK;
        }
        return refuse_type(row, s, "a number", err);
    }
    const int low = (row->flags & MLCI_PARAM_OPEN_LOW) != 0 && !isinf(row->real_low)
                        ? x > row->real_low
                        : x >= row->real_low;
    const int high = (row->flags & MLCI_PARAM_OPEN_HIGH) != 0 && !isinf(row->real_high)
                         ? x < row->real_high
                         : x <= row->real_high;
    if (!low || !high) return refuse_range(r, row, s, err);
    if (isinf(x) && !infinity_allowed(row)) return refuse_type(row, s, "finite", err);
    p->real = x;
    return MLC_OK;
}

/* Integers, also written as 1e3 or 200.0. */
static int parse_integer(const char *text, int64_t *out)
{
    const int64_t length = (int64_t)strlen(text);
    double x;
    if (mlci_integer_parse(text, length, out)) return *out != MLCI_NONE_INTEGER;
    if (!mlci_real_parse(text, length, &x) || !(fabs(x) < 0x1p63) || x != floor(x)) return 0;
    *out = (int64_t)x;
    return 1;
}

static mlc_status read_integer(reading *r, pending *p, mlc_error *err)
{
    const mlci_setting *const s = p->setting;
    const mlci_param *const row = p->row;
    int64_t x;
    double real;
    if (mlci_param_takes_none(row) && is_none(s)) {
        p->integer = MLCI_NONE_INTEGER;
        return MLC_OK;
    }
    if (s->quoted || !parse_integer(s->value, &x)) {
        const int integral = !s->quoted &&
                             mlci_real_parse(s->value, (int64_t)strlen(s->value), &real) &&
                             real == floor(real) && !isinf(real);
        return refuse_type(row, s, integral ? "an integer of 64 bits" : "an integer", err);
    }
    const int low = (row->flags & MLCI_PARAM_OPEN_LOW) != 0 ? x > row->low : x >= row->low;
    const int high = (row->flags & MLCI_PARAM_OPEN_HIGH) != 0 ? x < row->high : x <= row->high;
    if (!low || !high) return refuse_range(r, row, s, err);
    p->integer = x;
    return MLC_OK;
}

static mlc_status read_bool(pending *p, mlc_error *err)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};
    const char *const value = p->setting->value;
    for (int32_t i = 0; i < 6; i++) {
        if (mlci_word_equal(value, (int64_t)strlen(value), words[i])) {
            p->integer = i & 1;
            return MLC_OK;
        }
    }
    return refuse(p->setting, "true or false", err);
}

static mlc_status copy_value(reading *r, pending *p, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(p->setting->value);
    p->text = mlci_copy_text(r->root, p->setting->value, length);
    return p->text == NULL ? mlci_fail_memory(err, length + 1, 1) : MLC_OK;
}

static mlc_status read_choice(reading *r, pending *p, mlc_error *err)
{
    const mlci_setting *const s = p->setting;
    for (const mlci_choice *choice = p->row->choices; choice->name != NULL; choice++) {
        const int same = strcmp(choice->name, s->value) == 0 ||
                         (is_none(s) && strcmp(choice->name, "none") == 0);
        if (!same) continue;
        p->integer = choice->value;
        return MLC_OK;
    }
    const int host = (p->row->flags & MLCI_PARAM_HOST) != 0 && strchr(s->value, '.') != NULL &&
                     mlci_name_valid(s->value, (int64_t)strlen(s->value));
    if (!host) return refuse_choice(r, p->row, s, err);
    p->integer = MLCI_CHOICE_HOST;
    return copy_value(r, p, err);
}

typedef struct number_check {
    reading *r;
    const pending *p;
} number_check;

/* An item of a list of numbers. */
static mlc_status check_number(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const number_check *const c = arg;
    const mlci_param *const row = c->p->row;
    double x;
    const int finite = mlci_real_parse(item, length, &x) && isfinite(x);
    if (!finite) return refuse(c->p->setting, "finite numbers, separated by commas", err);
    const int low = (row->flags & MLCI_PARAM_OPEN_LOW) ? x > row->real_low : x >= row->real_low;
    const int high = (row->flags & MLCI_PARAM_OPEN_HIGH) ? x < row->real_high : x <= row->real_high;
    return low && high ? MLC_OK : refuse_range(c->r, row, c->p->setting, err);
}

static mlc_status read_text(reading *r, pending *p, mlc_error *err)
{
    if (mlci_param_takes_none(p->row) && is_none(p->setting)) return MLC_OK;
    if ((p->row->flags & MLCI_PARAM_NUMBERS) != 0) {
        number_check check = {r, p};
        MLCI_TRY(mlci_list_each(p->setting->value, check_number, &check, err));
        if (mlci_param_numbers(p->setting->value, NULL, 0) == 0)
            return refuse(p->setting, "one number at least", err);
    }
    return copy_value(r, p, err);
}

static mlc_status read_value(reading *r, pending *p, mlc_error *err)
{
    switch (p->row->type) {
    case MLCI_PARAM_REAL:
        return read_real(r, p, err);
    case MLCI_PARAM_INTEGER:
        return read_integer(r, p, err);
    case MLCI_PARAM_BOOL:
        return read_bool(p, err);
    case MLCI_PARAM_CHOICE:
        return read_choice(r, p, err);
    case MLCI_PARAM_TEXT:
        break;
    }
    return read_text(r, p, err);
}

static int same_value(const pending *a, const pending *b)
{
    const int texts = (a->text == NULL) == (b->text == NULL) &&
                      (a->text == NULL || strcmp(a->text, b->text) == 0);
    const int reals = a->real == b->real || (isnan(a->real) && isnan(b->real));
    return texts && reals && a->integer == b->integer;
}

/* ---- all of them -------------------------------------------------------------------------- */

/* Changes places between the struct and the pending value. */
static void swap_value(pending *p, void *values)
{
    void *const at = member(values, p->row->offset);
    const pending old = *p;
    switch (p->row->type) {
    case MLCI_PARAM_REAL:
        p->real = *(double *)at;
        *(double *)at = old.real;
        break;
    case MLCI_PARAM_INTEGER:
        p->integer = *(int64_t *)at;
        *(int64_t *)at = old.integer;
        break;
    case MLCI_PARAM_BOOL:
    case MLCI_PARAM_CHOICE:
        p->integer = *(int32_t *)at;
        *(int32_t *)at = (int32_t)old.integer;
        break;
    case MLCI_PARAM_TEXT:
        break;
    }
    const int64_t text_offset = mlci_param_text_offset(p->row);
    if (text_offset < 0) return;
    char **const text = member(values, text_offset);
    p->text = *text;
    *text = old.text;
}

/* Reads one setting into the next pending value; one that repeats another is dropped. */
static mlc_status read_setting(reading *r, const mlci_setting *setting, pending *all, int32_t *n,
                               mlc_error *err)
{
    const mlci_param *const row = find_row(r->table, setting->name);
    if (row == NULL) return refuse_name(r, setting, err);
    pending *const p = &all[*n];
    *p = (pending){.row = row, .setting = setting};
    mlc_status status = read_value(r, p, err);
    if (status != MLC_OK) return status;
    for (int32_t i = 0; i < *n; i++) {
        if (all[i].row != row) continue;
        if (!same_value(&all[i], p)) {
            char shown[SHOWN_MAX + 8], other[SHOWN_MAX + 8];
            show_value(setting, shown);
            show_value(all[i].setting, other);
            status =
                mlci_fail_at(err, MLC_ERROR_SETTING, setting->line, setting->column, setting->name,
                             "%s = %s: another name of '%s', which is %s; give one of them",
                             setting->name, shown, all[i].setting->name, other);
        }
        mlci_free(p->text);
        return status;
    }
    ++*n;
    return MLC_OK;
}

mlc_status mlci_params_read(mlci_root *root, const char *owner, const mlci_param *table,
                            mlc_status (*check)(const void *values, mlc_error *err),
                            const mlci_settings *settings, void *values, mlc_error *err)
{
    reading r = {.root = root, .owner = owner, .table = table};
    mlc_status status = MLC_OK;
    int32_t n = 0;
    pending *const all = mlci_alloc(root, settings->n, sizeof *all);
    if (all == NULL) return mlci_fail_memory(err, settings->n, sizeof *all);
    for (int32_t i = 0; i < settings->n && status == MLC_OK; i++) {
        if (settings->items[i].used) continue;
        status = read_setting(&r, &settings->items[i], all, &n, err);
    }
    if (status == MLC_OK) {
        for (int32_t i = 0; i < n; i++)
            swap_value(&all[i], values);
        if (check != NULL) status = check(values, err);
        for (int32_t i = 0; i < n && status != MLC_OK; i++)
            swap_value(&all[i], values);
    }
    for (int32_t i = 0; i < settings->n && status == MLC_OK; i++)
        settings->items[i].used = 1;
    for (int32_t i = 0; i < n; i++)
        mlci_free(all[i].text);
    mlci_free(all);
    return status;
}

mlc_status mlci_params_from_text(mlci_root *root, const char *owner, const mlci_param *table,
                                 mlc_status (*check)(const void *values, mlc_error *err),
                                 const char *settings, void *values, mlc_error *err)
{
    mlci_settings parsed;
    MLCI_TRY(mlci_params_defaults(root, table, values, err));
    mlc_status status = mlci_settings_parse(root, settings, 0, &parsed, err);
    if (status == MLC_OK) {
        status = mlci_params_read(root, owner, table, check, &parsed, values, err);
    }
    mlci_settings_clear(&parsed);
    if (status != MLC_OK) mlci_params_clear(table, values);
    return status;
}
