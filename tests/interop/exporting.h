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

/* The file as a text to be freed; *report (may be NULL) too. */
static inline char *exporting_text(const mlc_model *model, const char *settings, char **second,
                                   mlc_dataset **report)
{
    mlc_buffer *file = NULL, *other = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_model_export_memory(NULL, model, settings, &file, &other, report, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    char *const text = strndup(mlc_buffer_data(file), (size_t)mlc_buffer_size(file));
    if (second != NULL)
        *second =
            other == NULL ? NULL : strndup(mlc_buffer_data(other), (size_t)mlc_buffer_size(other));
    mlc_buffer_free(other);
    mlc_buffer_free(file);
    return text;
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
    mlc_dataset *report = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_export_memory(NULL, model, settings, &file, NULL, &report, &err),
                     wanted);
    ck_assert_ptr_null(file);
    ck_assert_ptr_null(report);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

/* Is there a line of the report about that? */
static inline int exporting_notes(const mlc_dataset *report, const char *subject)
{
    for (int64_t i = 0; i < mlc_dataset_n_rows(report); i++) {
        const char *text = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(report, "subject", i, &text, &length, NULL), MLC_OK);
        if ((size_t)length == strlen(subject) && memcmp(text, subject, (size_t)length) == 0)
            return 1;
    }
    return 0;
}

#endif
