/* A schema of what a profile has seen, as JSON with a column a line, so that versions can be
 * compared line by line. It is a start that people edit: see docs/schema.md. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "param.h"
#include "profile_impl.h"
#include "schema_impl.h"
#include "timestamp.h"

#define UNIQUE_ROWS 20 /* fewer distinct values say nothing about those to come */

typedef struct infer_settings {
    int64_t max_values;
    int32_t ranges;
    double max_psi, min_domain_mass;
} infer_settings;

static const mlci_param infer_table[] = {
    MLCI_INTEGER(infer_settings, max_values, 50, 0, 100000,
                 "categories with at most so many texts get a list of them", .since = "0.1"),
    MLCI_BOOL(infer_settings, ranges, 1, "least and greatest values and lengths", .since = "0.1"),
    MLCI_REAL(infer_settings, min_domain_mass, 1, 0, 1,
              "share of the values that must be among those listed", .since = "0.1"),
    MLCI_REAL(infer_settings, max_psi, MLCI_NONE_REAL, 0, INFINITY,
              "greatest population stability index of features to a reference",
              .flags = MLCI_PARAM_NONE, .since = "0.1"),
    {.name = NULL}};

static void append_key(mlci_text *out, const char *key)
{
    mlci_text_append_format(out, ", \"%s\": ", key);
}

static void append_word(mlci_text *out, const char *key, const char *word)
{
    append_key(out, key);
    mlci_text_append_json(out, word, (int64_t)strlen(word));
}

static void append_count(mlci_text *out, const char *key, int64_t n)
{
    append_key(out, key);
    mlci_text_append_integer(out, n);
}

/* A share cut to two digits, so that a few missing values more do not break the rule. */
static void append_present(mlci_text *out, int64_t n_present, int64_t n_rows)
{
    if (n_rows == 0) return;
    append_key(out, "min_present");
    mlci_text_append_real(out, floor(100.0 * (double)n_present / (double)n_rows) / 100);
}

static void append_bound(mlci_text *out, const char *key, const mlci_profile_column *c,
                         int greatest)
{
    const int64_t integer =
        greatest ? mlci_profile_greatest_integer(c) : mlci_profile_least_integer(c);
    append_key(out, key);
    if (c->type == MLC_TYPE_TIMESTAMP) {
        char text[MLCI_TIMESTAMP_SIZE];
        mlci_text_append_json(out, text, mlci_timestamp_format(integer, text));
    } else if (c->type == MLC_TYPE_INT64) {
        mlci_text_append_integer(out, integer);
    } else {
        mlci_text_append_real(out, greatest ? mlci_profile_greatest(c) : mlci_profile_least(c));
    }
}

static void append_numbers(mlci_text *out, const mlci_profile_column *c, const infer_settings *s)
{
    const int has_infinite = c->n_low > 0 || c->n_high > 0;
    if (s->ranges && c->type != MLC_TYPE_BOOL && c->type != MLC_TYPE_VECTOR && c->numbers.n > 0) {
        if (c->n_low == 0) append_bound(out, "min", c, 0);
        if (c->n_high == 0) append_bound(out, "max", c, 1);
    }
    if (!has_infinite && (c->type == MLC_TYPE_FLOAT32 || c->type == MLC_TYPE_FLOAT64)) {
        mlci_text_append_text(out, ", \"finite\": true");
    }
}

static void append_texts(mlci_text *out, const mlci_profile_column *c, const infer_settings *s)
{
    const mlci_text_counts *const counts = &c->texts;
    if (c->type == MLC_TYPE_CATEGORY && counts->level == 0 && counts->n > 0 &&
        counts->n <= s->max_values) {
        append_key(out, "values");
        for (int64_t i = 0; i < counts->n; i++) {
            int64_t length;
            const char *const text = mlci_text_counts_text(counts, i, &length);
            mlci_text_append_text(out, i == 0 ? "[" : ", ");
            mlci_text_append_json(out, text, length);
        }
        mlci_text_append_char(out, ']');
        if (s->min_domain_mass < 1) {
            append_key(out, "min_domain_mass");
            mlci_text_append_real(out, s->min_domain_mass);
        }
    } else if (s->ranges && counts->n_rows > 0) {
        append_count(out, "min_length", counts->shortest);
        append_count(out, "max_length", counts->longest);
    }
}

static int is_unique(const mlci_profile_column *c)
{
    const int64_t n = mlci_profile_n_values(c);
    const int may_be =
        c->type == MLC_TYPE_INT64 || c->type == MLC_TYPE_TEXT || c->type == MLC_TYPE_CATEGORY;
    return may_be && mlci_profile_is_exact(c) && n >= UNIQUE_ROWS &&
           mlci_profile_n_distinct(c) == n;
}

static void append_column(mlci_text *out, const mlc_profile *p, const mlci_profile_column *c,
                          const infer_settings *s)
{
    mlci_text_append_text(out, "    {\"name\": ");
    mlci_text_append_json(out, c->name, (int64_t)strlen(c->name));
    append_word(out, "type", mlci_type_name(c->type));
    append_word(out, "role", mlci_role_name(c->role));
    if (c->role == MLCI_ROLE_TARGET) append_word(out, "environments", "training");
    if (c->kind != MLCI_PROFILE_OPAQUE) append_present(out, mlci_profile_n_values(c), p->n_rows);
    if (c->kind == MLCI_PROFILE_NUMBERS) append_numbers(out, c, s);
    if (c->kind == MLCI_PROFILE_TEXTS) append_texts(out, c, s);
    if (is_unique(c)) mlci_text_append_text(out, ", \"unique\": true");
    if (!isnan(s->max_psi) && c->role == MLCI_ROLE_FEATURE && c->kind != MLCI_PROFILE_OPAQUE) {
        append_key(out, "max_psi");
        mlci_text_append_real(out, s->max_psi);
    }
    mlci_text_append_char(out, '}');
}

/* Bytes of the field's name in the name of a component, `name[component]`; 0 for other columns. */
static int64_t field_length(const mlci_profile_column *c)
{
    const char *const bracket = strrchr(c->name, '[');
    if (c->type != MLC_TYPE_VECTOR || c->kind != MLCI_PROFILE_NUMBERS || bracket == NULL) return 0;
    return bracket - c->name;
}

/* Components are not columns of a dataset: their field stands there once. */
static void append_field(mlci_text *out, const mlci_profile_column *c)
{
    mlci_text_append_text(out, "    {\"name\": ");
    mlci_text_append_json(out, c->name, field_length(c));
    append_word(out, "type", mlci_type_name(c->type));
    append_word(out, "role", mlci_role_name(c->role));
    mlci_text_append_char(out, '}');
}

static int is_same_field(const mlci_profile_column *a, const mlci_profile_column *b)
{
    const int64_t n = field_length(a);
    return n > 0 && n == field_length(b) && strncmp(a->name, b->name, (size_t)n) == 0;
}

mlc_status mlc_profile_schema(mlc_context *ctx, const mlc_profile *profile, const char *settings,
                              mlc_buffer **out, mlc_error *err)
{
    if (profile == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "profile and out must not be NULL");
    }
    mlci_root *const root = mlci_context_root(ctx);
    infer_settings s;
    MLCI_TRY(mlci_params_from_text(root, "profile_schema", infer_table, NULL, settings, &s, err));
    mlci_text text = mlci_text_init(root);
    mlci_text_append_format(&text, "{\n  \"mlcore_schema\": %d,\n", MLCI_SCHEMA_VERSION);
    mlci_text_append_text(&text,
                          "  \"dataset\": {\"min_rows\": 1, \"extra_columns\": \"warning\"},\n"
                          "  \"columns\": [");
    for (int64_t i = 0; i < profile->n_columns; i++) {
        const mlci_profile_column *const column = &profile->columns[i];
        if (i > 0 && is_same_field(column, column - 1)) continue;
        mlci_text_append_text(&text, i == 0 ? "\n" : ",\n");
        if (field_length(column) > 0) {
            append_field(&text, column);
        } else {
            append_column(&text, profile, column, &s);
        }
    }
    mlci_text_append_text(&text, "\n  ],\n  \"rules\": []\n}\n");
    return mlci_text_to_buffer(&text, out, err);
}
