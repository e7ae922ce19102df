/* Texts of Arrow: offsets, views, and what is refused. */
#include "arrow_making.h"
#include "check_suite.h"

static const int32_t offsets[] = {1, 3, 3, 6, 7};
static const char bytes[] = "?ab\xC3\xA9xz";

START_TEST(test_texts_when_offsets_start_anywhere_are_lent)
{
    arrow_field f = arrow_texts("t", 4, offsets, bytes);
    mlc_dataset *d = arrow_column(&f, "text=text");
    making_assert_text(d, "t", 0, "ab");
    making_assert_text(d, "t", 1, "");
    making_assert_text(d, "t", 2, "\xC3\xA9x");
    making_assert_text(d, "t", 3, "z");
    ck_assert_ptr_eq(d->fields[0].column->values, bytes + 1);
    ck_assert_int_eq(d->fields[0].column->offsets[0], 0);
    mlc_dataset_free(d);
    f.length = 2;
    f.offset = 2;
    d = arrow_column(&f, "text=text");
    making_assert_text(d, "t", 1, "z");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_texts_when_null_rows_have_bytes_are_closed_up)
{
    const uint8_t but_the_third = 0x0B;
    const int64_t wide[] = {0, 1, 2, 4, 5};
    const arrow_field f = {.format = "U",
                           .name = "t",
                           .length = 4,
                           .null_count = 1,
                           .n_buffers = 3,
                           .buffers = {&but_the_third, wide, "ab\xFF\xFFz"}};
    mlc_dataset *d = arrow_column(&f, "text=text");
    making_assert_text(d, "t", 1, "b");
    making_assert_text(d, "t", 2, NULL);
    making_assert_text(d, "t", 3, "z");
    ck_assert_int_eq(d->fields[0].column->offsets[4], 3);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_texts_when_empty_need_no_bytes)
{
    const int32_t zeros[] = {0, 0, 0};
    const arrow_field f = arrow_texts("t", 2, zeros, NULL), none = arrow_texts("t", 0, NULL, NULL);
    mlc_dataset *d = arrow_column(&f, "text=text");
    making_assert_text(d, "t", 1, "");
    mlc_dataset_free(d);
    mlc_dataset_free(arrow_column(&none, NULL));
}
END_TEST

START_TEST(test_texts_when_broken_name_their_row)
{
    const int32_t down[] = {0, 2, 1}, negative[] = {-1, 0, 1}, cut[] = {0, 1, 2};
    arrow_field f = arrow_texts("t", 2, down, "abc");
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the text of row 2 ends before it begins");
    f = arrow_texts("t", 2, negative, "abc");
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the text of row 1 begins at a negative offset");
    f = arrow_texts("t", 2, cut, "\xC3\xA9");
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the text of row 1 is not valid UTF-8");
    f = arrow_texts("t", 2, cut, "a\0");
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the text of row 2 holds a NUL byte");
    f = arrow_texts("t", 2, cut, NULL);
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "buffer 2 of its Arrow array is NULL");
}
END_TEST

typedef struct view {
    int32_t length;
    union {
        char text[12];
        struct {
            int32_t prefix, buffer, offset;
        } at;
    } of;
} view;

static const char far[] = "??a text of 19 bytes";
static const int64_t far_size = sizeof far - 1;

static arrow_field views(int64_t n, const view *values)
{
    return (arrow_field){.format = "vu",
                         .name = "t",
                         .length = n,
                         .n_buffers = 4,
                         .buffers = {NULL, values, far, &far_size}};
}

START_TEST(test_views_when_short_or_long_are_read)
{
    const view values[] = {
        {3, {.text = "abc"}},
        {18, {.at = {0, 0, 2}}},
        {0, {.text = ""}},
        {12, {.text = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B'}}}};
    const arrow_field f = views(4, values);
    mlc_dataset *d = arrow_column(&f, "text=text");
    making_assert_text(d, "t", 0, "abc");
    making_assert_text(d, "t", 1, "a text of 19 bytes");
    making_assert_text(d, "t", 2, "");
    making_assert_text(d, "t", 3, "0123456789AB");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_views_when_outside_of_their_buffers_are_refused_unless_null)
{
    const view bad[] = {{19, {.at = {0, 0, 2}}},  {13, {.at = {0, 1, 0}}},
                        {13, {.at = {0, -1, 0}}}, {13, {.at = {0, 0, -1}}},
                        {-1, {.text = ""}},       {INT32_MAX, {.at = {0, 0, INT32_MAX}}}};
    const uint8_t nothing = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        arrow_field f = views(1, &bad[i]);
        arrow_assert_refused(&f, MLC_ERROR_DATA, "the text of row 1 lies outside of its buffers");
        f.buffers[0] = &nothing;
        f.null_count = 1;
        mlc_dataset *d = arrow_column(&f, "text=text");
        making_assert_text(d, "t", 0, NULL);
        mlc_dataset_free(d);
    }
}
END_TEST

MLCI_CHECK_SUITE("arrow_texts", test_texts_when_offsets_start_anywhere_are_lent,
                 test_texts_when_null_rows_have_bytes_are_closed_up,
                 test_texts_when_empty_need_no_bytes, test_texts_when_broken_name_their_row,
                 test_views_when_short_or_long_are_read,
                 test_views_when_outside_of_their_buffers_are_refused_unless_null)
