/* What the tests of shaping share: a dataset as the text of its CSV form. */
#ifndef MLCI_SHAPING_H
#define MLCI_SHAPING_H

#include "csv_reading.h"

/* The dataset as CSV is that text; it is freed. */
static inline void is_csv(mlc_dataset *d, const char *expected)
{
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_dataset_format(d, "format=csv", &buffer, NULL), MLC_OK);
    const char *const text = mlc_buffer_data(buffer);
    const size_t n = (size_t)mlc_buffer_size(buffer);
    ck_assert_msg(n == strlen(expected) && memcmp(text, expected, n) == 0, "%.*s\nis not\n%s",
                  (int)n, text, expected);
    mlc_buffer_free(buffer);
    mlc_dataset_free(d);
}

/* out must be as it was, and the message that. */
static inline void refused(mlc_status got, mlc_status status, const mlc_dataset *out,
                           const mlc_error *err, const char *message)
{
    ck_assert_int_eq(got, status);
    ck_assert_str_eq(err->message, message);
    ck_assert_ptr_null(out);
}

#endif
