/* What the tests of expressions share: the values of an expression as one text. */
#ifndef MLCI_EXPRESSING_H
#define MLCI_EXPRESSING_H

#include <stdio.h>

#include "cell.h"
#include "csv_reading.h"
#include "expression_impl.h"

/* Values joined by blanks, missing ones as NA, after the name of the type: "int64: 1 NA 3". */
static inline void evaluate(const mlc_dataset *d, const char *expression, mlci_text *out)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *column = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, &err), MLC_OK);
    mlc_status status = mlci_expression_parse(NULL, expression, d, &e, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", expression, status == MLC_OK ? "" : err.message);
    status = mlci_expression_column(call, e, d, &column, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", expression, status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(column->n_rows, d->n_rows);
    mlci_text_append_text(out, mlci_type_name(column->type));
    mlci_text_append_char(out, ':');
    const mlci_field field = {.name = (char *)"x", .column = column};
    const mlci_shown shown = {&field, -1};
    int64_t n_missing = 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        mlci_text_append_char(out, ' ');
        if (mlci_column_is_valid(column, i)) {
            mlci_cell_append(&shown, i, 0, out);
        } else {
            mlci_text_append_text(out, "NA");
            n_missing++;
        }
    }
    ck_assert_int_eq(column->n_missing, n_missing);
    mlci_column_unref(column);
    mlci_expression_free(e);
    mlci_call_end(call);
}

static inline void gives(const mlc_dataset *d, const char *expression, const char *expected)
{
    mlci_text text = mlci_text_init(NULL);
    evaluate(d, expression, &text);
    ck_assert_msg(strcmp(text.data, expected) == 0, "%s\n  gives   %s\n  but not %s", expression,
                  text.data, expected);
    mlci_text_clear(&text);
}

/* Fails with that status, that column of line 1, and that message. */
static inline void refuses(const mlc_dataset *d, const char *expression, mlc_status status,
                           int64_t column, const char *message)
{
    mlci_expression *e = NULL;
    mlc_error err;
    char place[64], whole[1200];
    const mlc_status got = mlci_expression_parse(NULL, expression, d, &e, &err);
    ck_assert_msg(got == status, "%s: %d %s", expression, (int)got,
                  got == MLC_OK ? "" : err.message);
    ck_assert_ptr_null(e);
    snprintf(place, sizeof place, "expression:1:%lld: ", (long long)column);
    snprintf(whole, sizeof whole, "%s%s", place, message);
    ck_assert_str_eq(err.message, whole);
    ck_assert_int_eq(err.line, 1);
    ck_assert_int_eq(err.column, column);
}

#endif
