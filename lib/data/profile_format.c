/* Profiles as JSON, in one order and with the shortest numbers that read back, so that equal
 * profiles are equal bytes. Numbers that are counted one by one stand as they are, cells as
 * integers; exact sums are hexadecimal integers (long_sum.h says of what unit), the registers of
 * a sketch a character each. */
#include <string.h>

#include "number.h"
#include "order.h"
#include "profile_impl.h"
#include "profile_json.h"

static void append_key(mlci_text *out, const char *key)
{
    mlci_text_append_format(out, ",\"%s\":", key);
}

static void append_count(mlci_text *out, const char *key, int64_t n)
{
    append_key(out, key);
    mlci_text_append_integer(out, n);
}

static void append_text(mlci_text *out, const char *key, const char *text)
{
    append_key(out, key);
    mlci_text_append_json(out, text, (int64_t)strlen(text));
}

/* ---- sums and sketches ----------------------------------------------------------------------- */

static void append_sum(mlci_text *out, const char *key, const mlci_long_sum *sum)
{
    mlci_long_sum magnitude = *sum;
    const int is_negative = magnitude.digit[MLCI_LONG_DIGITS - 1] < 0;
    int32_t top = MLCI_LONG_DIGITS - 1;
    for (int32_t i = 0; is_negative && i < MLCI_LONG_DIGITS; i++)
        magnitude.digit[i] = -magnitude.digit[i];
    mlci_long_settle(&magnitude);
    while (top > 0 && magnitude.digit[top] == 0)
        top--;
    append_key(out, key);
    mlci_text_append_text(out, is_negative ? "\"-" : "\"");
    for (int32_t i = top; i >= 0; i--) {
        mlci_text_append_format(out, i == top ? "%x" : "%08x",
                                (unsigned)(uint32_t)magnitude.digit[i]);
    }
    mlci_text_append_char(out, '"');
}

static void append_registers(mlci_text *out, const mlci_distinct_sketch *sketch)
{
    append_key(out, "registers");
    mlci_text_append_char(out, '"');
    for (int32_t i = 0; i < MLCI_SKETCH_REGISTERS; i++)
        mlci_text_append_char(out, mlci_register_alphabet[sketch->registers[i]]);
    mlci_text_append_char(out, '"');
}

/* ---- columns --------------------------------------------------------------------------------- */

static void append_value(mlci_text *out, const mlci_number_counts *c, uint64_t key)
{
    if (c->is_integer) {
        mlci_text_append_integer(out, mlci_order_integer(key));
    } else {
        mlci_text_append_real(out, mlci_order_real(key));
    }
}

static void append_numbers(mlci_text *out, const mlci_number_counts *c)
{
    append_count(out, "shift", c->shift);
    if (c->beyond != NULL) {
        append_key(out, "least");
        append_value(out, c, c->beyond->low);
        append_key(out, "greatest");
        append_value(out, c, c->beyond->high);
        append_sum(out, "sum", &c->beyond->sum);
        append_sum(out, "squares", &c->beyond->squares);
        append_registers(out, &c->beyond->distinct);
    }
    append_key(out, c->shift == 0 ? "values" : "cells");
    for (int64_t i = 0; i < c->n; i++) {
        mlci_text_append_char(out, i == 0 ? '[' : ',');
        if (c->shift == 0) {
            append_value(out, c, c->cells[i]);
        } else {
            mlci_text_append_integer(out, (int64_t)c->cells[i]);
        }
    }
    mlci_text_append_text(out, c->n == 0 ? "[]" : "]");
    append_key(out, "counts");
    for (int64_t i = 0; i < c->n; i++) {
        mlci_text_append_char(out, i == 0 ? '[' : ',');
        mlci_text_append_integer(out, mlci_number_count(c, i));
    }
    mlci_text_append_text(out, c->n == 0 ? "[]" : "]");
}

static void append_texts(mlci_text *out, const mlci_text_counts *c)
{
    append_count(out, "present", c->n_rows);
    append_count(out, "empty", c->n_empty);
    append_count(out, "characters", c->n_characters);
    append_count(out, "shortest", c->shortest);
    append_count(out, "longest", c->longest);
    append_count(out, "level", c->level);
    append_key(out, "texts");
    for (int64_t i = 0; i < c->n; i++) {
        int64_t length;
        const char *const text = mlci_text_counts_text(c, i, &length);
        mlci_text_append_char(out, i == 0 ? '[' : ',');
        mlci_text_append_json(out, text, length);
    }
    mlci_text_append_text(out, c->n == 0 ? "[]" : "]");
    append_key(out, "counts");
    for (int64_t i = 0; i < c->n; i++) {
        mlci_text_append_char(out, i == 0 ? '[' : ',');
        mlci_text_append_integer(out, c->counts[i]);
    }
    mlci_text_append_text(out, c->n == 0 ? "[]" : "]");
}

static void append_column(mlci_text *out, const mlci_profile_column *c)
{
    mlci_text_append_text(out, "{\"name\":");
    mlci_text_append_json(out, c->name, (int64_t)strlen(c->name));
    append_text(out, "role", mlci_role_name(c->role));
    append_text(out, "type", mlci_type_name(c->type));
    append_text(out, "kind", mlci_profile_kinds[c->kind]);
    append_count(out, "null", c->n_null);
    if (c->kind == MLCI_PROFILE_NUMBERS) {
        append_count(out, "nan", c->n_nan);
        append_count(out, "zero", c->n_zero);
        append_count(out, "low", c->n_low);
        append_count(out, "high", c->n_high);
        append_numbers(out, &c->numbers);
    } else if (c->kind == MLCI_PROFILE_TEXTS) {
        append_texts(out, &c->texts);
    }
    mlci_text_append_char(out, '}');
}

/* ---- correlations ---------------------------------------------------------------------------- */

static void append_sums(mlci_text *out, const mlci_column_sums *sums)
{
    if (sums == NULL) {
        mlci_text_append_text(out, "null");
        return;
    }
    mlci_text_append_text(out, "{\"n\":");
    mlci_text_append_integer(out, sums->n);
    append_sum(out, "sum", &sums->sum);
    append_sum(out, "squares", &sums->squares);
    mlci_text_append_char(out, '}');
}

static void append_correlation(mlci_text *out, const mlci_correlation *c)
{
    const int64_t n_pairs = (int64_t)c->n_columns * (c->n_columns - 1) / 2;
    append_key(out, "sums");
    mlci_text_append_char(out, '[');
    for (int32_t i = 0; i < c->n_columns; i++) {
        mlci_text_append_text(out, i == 0 ? "" : ",\n");
        append_sums(out, &c->columns[i]);
    }
    mlci_text_append_char(out, ']');
    append_key(out, "pairs");
    mlci_text_append_char(out, '[');
    for (int64_t k = 0; k < n_pairs; k++) {
        mlci_text_append_text(out, k == 0 ? "{\"first\":" : ",\n{\"first\":");
        append_sums(out, c->pairs[k].lost[0]);
        append_key(out, "second");
        append_sums(out, c->pairs[k].lost[1]);
        append_sum(out, "products", &c->pairs[k].products);
        mlci_text_append_char(out, '}');
    }
    mlci_text_append_char(out, ']');
}

/* ---- the whole ------------------------------------------------------------------------------- */

mlc_status mlc_profile_format(const mlc_profile *profile, mlc_buffer **out, mlc_error *err)
{
    if (profile == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "profile and out must not be NULL");
    }
    mlci_text text = mlci_text_init(profile->root);
    mlci_text_append_format(&text, "{\"mlcore_profile\":%d", MLCI_PROFILE_VERSION);
    append_count(&text, "n_rows", profile->n_rows);
    if (profile->max_distinct != MLCI_COUNT_UNLIMITED) {
        append_count(&text, "max_distinct", profile->max_distinct);
    } else {
        mlci_text_append_text(&text, ",\"max_distinct\":null");
    }
    append_key(&text, "columns");
    mlci_text_append_char(&text, '[');
    for (int64_t i = 0; i < profile->n_columns; i++) {
        mlci_text_append_text(&text, i == 0 ? "\n" : ",\n");
        append_column(&text, &profile->columns[i]);
    }
    mlci_text_append_char(&text, ']');
    if (profile->correlation != NULL) append_correlation(&text, profile->correlation);
    mlci_text_append_text(&text, "}\n");
    return mlci_text_to_buffer(&text, out, err);
}
