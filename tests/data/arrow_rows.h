/* A dataset with a column of each type, for Arrow export. */
#ifndef MLCI_ARROW_ROWS_H
#define MLCI_ARROW_ROWS_H

#include "making.h"

#define ARROW_ROWS 10

static inline mlc_status arrow_rows(mlc_context *ctx, mlc_dataset **out, mlc_error *err)
{
    static const double reals[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                   19, 20};
    static const float floats[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static const int64_t integers[] = {-1, 2, -3, 4, -5, 6, -7, 8, -9, 10};
    static const uint8_t bits[] = {0xA5, 0x01}, valid[] = {0xEE, 0x03};
    static const char *const texts[] = {"a", NULL, "", "\xC3\xA9", "c", "d", "e", "f", "g", "h"};
    mlc_array arrays[] = {making_array("b", MLC_TYPE_BOOL, ARROW_ROWS, bits),
                          making_integer("i", ARROW_ROWS, integers),
                          making_array("f", MLC_TYPE_FLOAT32, ARROW_ROWS, floats),
                          making_real("d", ARROW_ROWS, reals),
                          making_category("c", ARROW_ROWS, texts),
                          making_text("t", ARROW_ROWS, texts),
                          making_array("w", MLC_TYPE_TIMESTAMP, ARROW_ROWS, integers),
                          making_matrix("v", ARROW_ROWS, 2, reals)};
    for (int k = 0; k < 8; k += 3)
        arrays[k].valid = valid;
    return mlc_dataset_from_arrays(ctx, arrays, 8, "target=c weight=d classes='h,g' positive=g",
                                   out, err);
}

/* The rows as CSV: what both sides of a round trip have in common. */
static inline char *arrow_rows_text(const mlc_dataset *d)
{
    mlc_buffer *buffer = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_format(d, "format=json", &buffer, &err) == MLC_OK, "%s",
                  err.message);
    char *text = strndup(mlc_buffer_data(buffer), (size_t)mlc_buffer_size(buffer));
    mlc_buffer_free(buffer);
    return text;
}

static inline void arrow_assert_same(const mlc_dataset *a, const mlc_dataset *b)
{
    char *left = arrow_rows_text(a), *right = arrow_rows_text(b);
    ck_assert_str_eq(left, right);
    free(left);
    free(right);
}

#endif
