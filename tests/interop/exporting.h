/* What the tests of exports share: small models, and their files as text. */
#ifndef MLCI_TEST_EXPORTING_H
#define MLCI_TEST_EXPORTING_H

#include "compose/composing.h"
#include "lightgbm_text.h"

static inline mlc_model *exporting_fit(const char *recipe, const char *roles)
{
    mlc_dataset *rows = composing_rows(200, roles);
    mlc_model *model = composing_parse(recipe), *fitted = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_fit(NULL, model, rows, NULL, &fitted, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return fitted;
}

/* A part of an export as a text to be freed. */
static inline char *exporting_part(const mlc_model *model, const char *settings, const char *part)
{
    char all[200];
    mlc_buffer *file = NULL;
    mlc_error err = {0};
    snprintf(all, sizeof all, "%s part=%s", settings, part);
    const mlc_status status = mlc_model_export_memory(NULL, model, all, &file, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    char *const text = strndup(mlc_buffer_data(file), (size_t)mlc_buffer_size(file));
    mlc_buffer_free(file);
    return text;
}

/* The file as a text to be freed; *second and *report (may be NULL) too. */
static inline char *exporting_text(const mlc_model *model, const char *settings, char **second,
                                   char **report)
{
    if (second != NULL) *second = exporting_part(model, settings, "second");
    if (report != NULL) *report = exporting_part(model, settings, "report");
    return exporting_part(model, settings, "file");
}

static inline void exporting_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "there is no '%s'", part);
}

/* Fails with that status and words. */
static inline void exporting_fails(const mlc_model *model, const char *settings, mlc_status wanted,
                                   const char *says)
{
    mlc_buffer *file = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_export_memory(NULL, model, settings, &file, &err), wanted);
    ck_assert_ptr_null(file);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

/* Is there a row of the report about that? */
static inline int exporting_notes(const char *report, const char *subject)
{
    char part[80];
    snprintf(part, sizeof part, "\"subject\": \"%s\"", subject);
    return strstr(report, part) != NULL;
}

/* Rows of the report. */
static inline int exporting_rows(const char *report)
{
    int n = 0;
    for (const char *at = strstr(report, "\"step\""); at != NULL; at = strstr(at + 1, "\"step\""))
        n++;
    return n;
}

#endif
