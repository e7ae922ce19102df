/* Descriptors as canonical JSON: two spaces a level, keys in a fixed order, numbers that read back
 * to the same bits, what is absent left out. The output depends on the descriptors alone, so a
 * committed copy can be compared byte by byte. */
#include <math.h>
#include <string.h>

#include "registry.h"

/* An object or array in the making. */
typedef struct level {
    mlci_text *out;
    int32_t indent; /* of its members */
    int32_t n;      /* members so far */
} level;

static level open_level(mlci_text *out, char bracket, int32_t indent)
{
    mlci_text_append_char(out, bracket);
    return (level){.out = out, .indent = indent + 2};
}

static void close_level(level *l, char bracket)
{
    if (l->n > 0) {
        mlci_text_append_char(l->out, '\n');
        mlci_text_append_spaces(l->out, l->indent - 2);
    }
    mlci_text_append_char(l->out, bracket);
}

static void next_item(level *l)
{
    mlci_text_append_text(l->out, l->n++ > 0 ? ",\n" : "\n");
    mlci_text_append_spaces(l->out, l->indent);
}

static void put_key(level *l, const char *key)
{
    next_item(l);
    mlci_text_append_json(l->out, key, (int64_t)strlen(key));
    mlci_text_append_text(l->out, ": ");
}

static void append_string(mlci_text *out, const char *text)
{
    mlci_text_append_json(out, text, (int64_t)strlen(text));
}

static void put_text(level *l, const char *key, const char *text)
{
    if (text == NULL) return;
    put_key(l, key);
    append_string(l->out, text);
}

/* Left out when it is false. */
static void put_flag(level *l, const char *key, int32_t set)
{
    if (!set) return;
    put_key(l, key);
    mlci_text_append_text(l->out, "true");
}

static void put_real(level *l, const char *key, double value)
{
    if (isinf(value) || isnan(value)) return;
    put_key(l, key);
    mlci_text_append_real(l->out, value);
}

/* Members of an array of texts on one line. */
static void append_word(mlci_text *out, int32_t *n, const char *word, int64_t length)
{
    if ((*n)++ > 0) mlci_text_append_text(out, ", ");
    mlci_text_append_json(out, word, length);
}

typedef struct bit_word {
    int32_t bit;
    const char *word;
} bit_word;

static void put_bits(level *l, const char *key, int32_t bits, const bit_word *words)
{
    int32_t n = 0;
    put_key(l, key);
    mlci_text_append_char(l->out, '[');
    for (; words->word != NULL; words++) {
        if ((bits & words->bit) == 0) continue;
        append_word(l->out, &n, words->word, (int64_t)strlen(words->word));
    }
    mlci_text_append_char(l->out, ']');
}

static void put_words(level *l, const char *key, const char *const *words)
{
    int32_t n = 0;
    if (words == NULL || *words == NULL) return;
    put_key(l, key);
    mlci_text_append_char(l->out, '[');
    for (; *words != NULL; words++) {
        append_word(l->out, &n, *words, (int64_t)strlen(*words));
    }
    mlci_text_append_char(l->out, ']');
}

static void put_aliases(level *l, const char *aliases)
{
    int32_t n = 0;
    if (aliases == NULL) return;
    put_key(l, "aliases");
    mlci_text_append_char(l->out, '[');
    for (const char *at = aliases; *at != '\0'; at += *at == ',') {
        const int64_t length = (int64_t)strcspn(at, ",");
        append_word(l->out, &n, at, length);
        at += length;
    }
    mlci_text_append_char(l->out, ']');
}

/* ---- parameters --------------------------------------------------------------------------- */

static void put_bounds(level *l, const mlci_param *row)
{
    if (row->type == MLCI_PARAM_REAL || (row->flags & MLCI_PARAM_NUMBERS)) {
        put_real(l, "low", row->real_low);
        put_flag(l, "open_low", (row->flags & MLCI_PARAM_OPEN_LOW) && !isinf(row->real_low));
        put_real(l, "high", row->real_high);
        put_flag(l, "open_high", (row->flags & MLCI_PARAM_OPEN_HIGH) && !isinf(row->real_high));
    }
    if (row->type == MLCI_PARAM_INTEGER) {
        if (row->low > INT64_MIN + 1) {
            put_key(l, "low");
            mlci_text_append_integer(l->out, row->low);
            put_flag(l, "open_low", row->flags & MLCI_PARAM_OPEN_LOW);
        }
        if (row->high < INT64_MAX) {
            put_key(l, "high");
            mlci_text_append_integer(l->out, row->high);
            put_flag(l, "open_high", row->flags & MLCI_PARAM_OPEN_HIGH);
        }
    }
}

/* The other names of a choice: rows after it with its value. */
static void append_choice_aliases(const mlci_choice *choice, mlci_text *out)
{
    int32_t n = 0;
    for (const mlci_choice *c = choice + 1; c->name != NULL; c++) {
        if (c->value != choice->value) continue;
        mlci_text_append_text(out, n++ == 0 ? ", \"aliases\": [" : ", ");
        append_string(out, c->name);
    }
    if (n > 0) mlci_text_append_char(out, ']');
}

static void put_choices(level *l, const mlci_param *row)
{
    if (row->choices == NULL) return;
    put_key(l, "choices");
    level array = open_level(l->out, '[', l->indent);
    for (const mlci_choice *c = row->choices; c->name != NULL; c++) {
        if (mlci_choice_is_alias(row->choices, c)) continue;
        next_item(&array);
        mlci_text_append_text(l->out, "{\"name\": ");
        append_string(l->out, c->name);
        if (c->doc != NULL) {
            mlci_text_append_text(l->out, ", \"doc\": ");
            append_string(l->out, c->doc);
        }
        append_choice_aliases(c, l->out);
        mlci_text_append_char(l->out, '}');
    }
    close_level(&array, ']');
}

/* A default that is null says so; a text that is "none" is a text. */
static void put_default(level *l, const mlci_param *row)
{
    put_key(l, "default");
    const int is_text = row->type == MLCI_PARAM_TEXT && !(row->flags & MLCI_PARAM_NUMBERS);
    if (is_text && row->text != NULL) {
        append_string(l->out, row->text);
    } else {
        mlci_param_format_default(row, 1, l->out);
    }
}

void mlci_param_describe(const mlci_param *row, int32_t indent, mlci_text *out)
{
    level l = open_level(out, '{', indent);
    put_text(&l, "name", row->name);
    put_text(&l, "type", mlci_param_type_name(row));
    put_default(&l, row);
    put_flag(&l, "none", mlci_param_takes_none(row));
    put_bounds(&l, row);
    put_flag(&l, "infinite", row->flags & MLCI_PARAM_INFINITE);
    put_choices(&l, row);
    put_flag(&l, "host", row->flags & MLCI_PARAM_HOST);
    put_aliases(&l, row->aliases);
    put_flag(&l, "tunable", row->flags & MLCI_PARAM_TUNABLE);
    put_flag(&l, "log_scale", row->flags & MLCI_PARAM_LOG_SCALE);
    if (row->search_low < row->search_high) {
        put_real(&l, "search_low", row->search_low);
        put_real(&l, "search_high", row->search_high);
    }
    put_text(&l, "doc", row->doc);
    put_text(&l, "since", row->since);
    close_level(&l, '}');
}

/* ---- components --------------------------------------------------------------------------- */

static void put_kind_members(level *l, const mlci_descriptor *d)
{
    static const bit_word outputs[] = {{MLCI_OUTPUT_PREDICTION, "prediction"},
                                       {MLCI_OUTPUT_PROBABILITY, "probability"},
                                       {MLCI_OUTPUT_RAW, "raw"},
                                       {MLCI_OUTPUT_LEAF, "leaf"},
                                       {MLCI_OUTPUT_INTERVAL, "interval"},
                                       {MLCI_OUTPUT_QUANTILE, "quantile"},
                                       {0, NULL}};
    static const bit_word takes[] = {{MLCI_TAKES_NUMBER, "number"},
                                     {MLCI_TAKES_CATEGORY, "category"},
                                     {MLCI_TAKES_VECTOR, "vector"},
                                     {MLCI_TAKES_TIME, "time"},
                                     {0, NULL}};
    if ((d->capabilities & MLCI_IS_COMPOSITION) != 0) return;
    if (d->kind == MLCI_KIND_MODEL) {
        put_bits(l, "outputs", ((const mlci_model_descriptor *)(const void *)d)->outputs, outputs);
    }
    if (d->kind == MLCI_KIND_TRANSFORM) {
        const mlci_transform_descriptor *const t = (const void *)d;
        put_bits(l, "takes", t->takes, takes);
        put_bits(l, "accepts", t->accepts, takes);
    }
}

void mlci_descriptor_describe(const mlci_descriptor *d, int32_t indent, mlci_text *out)
{
    static const bit_word capabilities[] = {{MLCI_CAN_CLASSIFY, "classify"},
                                            {MLCI_CAN_REGRESS, "regress"},
                                            {MLCI_CAN_CLUSTER, "cluster"},
                                            {MLCI_CAN_MISSING, "missing"},
                                            {MLCI_CAN_CATEGORY, "category"},
                                            {MLCI_CAN_SPARSE, "sparse"},
                                            {MLCI_CAN_WEIGHT, "weight"},
                                            {MLCI_CAN_MULTI_OUTPUT, "multi_output"},
                                            {MLCI_CAN_VALIDATE, "validate"},
                                            {MLCI_WANTS_SCALED, "wants_scaled"},
                                            {MLCI_CAN_RANDOM, "random"},
                                            {MLCI_NEEDS_PROBABILITY, "needs_probability"},
                                            {MLCI_TAKES_SCORES, "takes_scores"},
                                            {MLCI_NEEDS_FEATURES, "needs_features"},
                                            {MLCI_NEEDS_GROUP, "needs_group"},
                                            {MLCI_TAKES_BOUNDS, "takes_bounds"},
                                            {MLCI_FINDS_ANOMALIES, "anomaly"},
                                            {MLCI_LARGER_IS_BETTER, "larger_is_better"},
                                            {MLCI_IS_COMPOSITION, "composition"},
                                            {0, NULL}};
    level l = open_level(out, '{', indent);
    put_text(&l, "kind", mlci_kind_name(d->kind));
    put_text(&l, "name", d->name);
    put_text(&l, "summary", d->summary);
    put_text(&l, "details", d->details);
    put_text(&l, "since", d->since);
    put_bits(&l, "capabilities", d->capabilities, capabilities);
    put_kind_members(&l, d);
    put_words(&l, "tables", d->tables);
    put_key(&l, "parameters");
    level rows = open_level(out, '[', l.indent);
    for (const mlci_param *row = d->params; row != NULL && row->name != NULL; row++) {
        next_item(&rows);
        mlci_param_describe(row, rows.indent, out);
    }
    close_level(&rows, ']');
    close_level(&l, '}');
}

void mlci_registry_describe_from(const mlci_descriptor *const *table, mlci_text *out)
{
    const mlci_descriptor *d;
    level top = open_level(out, '{', 0);
    put_key(&top, "components");
    level array = open_level(out, '[', top.indent);
    for (int32_t i = 0; (d = mlci_registry_at_from(table, 0, i)) != NULL; i++) {
        next_item(&array);
        mlci_descriptor_describe(d, array.indent, out);
    }
    close_level(&array, ']');
    close_level(&top, '}');
    mlci_text_append_char(out, '\n');
}
