/* Documents of other libraries in tests: read, refused, cut and changed. */
#ifndef MLCI_IMPORTING_H
#define MLCI_IMPORTING_H

#include <mlcore/dataset.h>
#include <mlcore/model.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "mutate.h"

/* An exact block, so that a sanitizer sees each byte read behind its end. */
static inline mlc_status importing_bytes(const char *text, size_t n, const char *settings,
                                         mlc_model **out, mlc_error *err)
{
    char *const bytes = malloc(n > 0 ? n : 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, text, n);
    const mlc_status status =
        mlc_model_import_memory(NULL, bytes, (int64_t)n, NULL, settings, out, err);
    free(bytes);
    return status;
}

static inline mlc_model *importing_model(const char *text, const char *settings)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status = importing_bytes(text, strlen(text), settings, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return model;
}

static inline void importing_assert_fails(const char *text, const char *settings, mlc_status wanted,
                                          const char *words)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status = importing_bytes(text, strlen(text), settings, &model, &err);
    ck_assert_msg(status == wanted, "%s: %s", mlc_status_name(status), err.message);
    ck_assert_msg(strstr(err.message, words) != NULL, "%s", err.message);
    ck_assert_ptr_null(model);
}

/* The text with its first `from` replaced; the caller frees it. */
static inline char *importing_changed(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);
    ck_assert_msg(at != NULL, "no '%s'", from);
    const size_t n = strlen(text) + strlen(to) + 1;
    char *const changed = malloc(n);
    ck_assert_ptr_nonnull(changed);
    snprintf(changed, n, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return changed;
}

typedef struct importing_fault {
    const char *from, *to;
    mlc_status status;
    const char *words;
} importing_fault;

static inline void importing_assert_refused(const char *text, const importing_fault *fault)
{
    char *const changed = importing_changed(text, fault->from, fault->to);
    importing_assert_fails(changed, NULL, fault->status, fault->words);
    free(changed);
}

/* Cut at every byte, a document of one value is never whole. */
static inline void importing_cut_everywhere(const char *text, const char *settings)
{
    for (size_t n = 0; n < strlen(text); n++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status = importing_bytes(text, n, settings, &model, &err);
        ck_assert_msg(status == MLC_ERROR_FORMAT, "%zu bytes: %s", n, mlc_status_name(status));
        ck_assert_int_gt((int)strlen(err.message), 0);
        ck_assert_ptr_null(model);
    }
}

/* Changed at random, it is read or refused. */
static inline void importing_mutate(const char *text, const char *settings, int n)
{
    uint64_t state = 7;
    for (int i = 0; i < n; i++) {
        char *const changed = mutate_text(&state, &text, 1);
        mlc_model *model = NULL;
        mlc_error err = {0};
        if (importing_bytes(changed, strlen(changed), settings, &model, &err) == MLC_OK)
            mlc_model_free(model);
        else
            ck_assert_int_gt((int)strlen(err.message), 0);
        free(changed);
    }
}

/* Output k of the first row. */
static inline double importing_value(const mlc_model *model, const char *csv, const char *output,
                                     int64_t k)
{
    mlc_dataset *rows = NULL, *out = NULL;
    mlc_error err = {0};
    char settings[64];
    double values[16] = {0};
    mlc_status status = mlc_dataset_parse_csv(NULL, csv, (int64_t)strlen(csv), NULL, &rows, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    snprintf(settings, sizeof settings, "output=%s", output);
    status = mlc_model_predict(NULL, model, rows, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    status = mlc_dataset_copy_real(out, output, values, 16, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    return values[k];
}

/* A row of the table "origin" has that value. */
static inline void importing_check_origin(const mlc_model *model, const char *name,
                                          const char *expected)
{
    mlc_dataset *table = NULL;
    ck_assert_int_eq(mlc_model_table(NULL, model, "origin", &table, NULL), MLC_OK);
    for (int64_t i = 0; i < mlc_dataset_n_rows(table); i++) {
        const char *text = NULL;
        int64_t n = 0;
        ck_assert_int_eq(mlc_dataset_text(table, "name", i, &text, &n, NULL), MLC_OK);
        if (!((size_t)n == strlen(name) && memcmp(text, name, (size_t)n) == 0)) continue;
        ck_assert_int_eq(mlc_dataset_text(table, "value", i, &text, &n, NULL), MLC_OK);
        ck_assert_msg((size_t)n == strlen(expected) && memcmp(text, expected, (size_t)n) == 0,
                      "%s: %.*s", name, (int)n, text);
        mlc_dataset_free(table);
        return;
    }
    ck_abort_msg("the origin has no '%s'", name);
}

#endif
