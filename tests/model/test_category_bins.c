/* Bins of categories. */
#include "tree/category_bins.h"

#include <math.h>

#include "check_suite.h"

static mlci_category_bins some(void)
{
    mlci_category_bins c = {0};
    ck_assert_int_eq(mlci_category_bins_open(NULL, 3, &c, NULL), MLC_OK);
    c.first_code[1] = 2;
    c.first_code[3] = 4;
    ck_assert_int_eq(mlci_category_bins_place(NULL, 3, &c, NULL), MLC_OK);
    const uint16_t bins[] = {1, 2, 300, 0, 7, 65535};
    for (int i = 0; i < 6; i++)
        c.bin_of_code[i] = bins[i];
    return c;
}

START_TEST(test_codes_of_a_feature_have_their_bins)
{
    mlci_category_bins c = some();
    ck_assert_int_eq(mlci_n_codes(&c, 0), 2);
    ck_assert_int_eq(mlci_n_codes(&c, 1), 0);
    ck_assert_int_eq(mlci_n_codes(&c, 2), 4);
    ck_assert_uint_eq(mlci_category_bin(&c, 0, 1), 2);
    ck_assert_uint_eq(mlci_category_bin(&c, 2, 0), 300);
    ck_assert_uint_eq(mlci_category_bin(&c, 2, 3.9), 65535); /* a fraction does not count */
    ck_assert_uint_eq(mlci_category_bin(&c, 2, -0.5), 300);
    ck_assert_uint_eq(mlci_category_bins_most(&c, 0), 2);
    ck_assert_uint_eq(mlci_category_bins_most(&c, 1), 0);
    ck_assert_int_eq(mlci_category_bins_units(&c, 0), 1);
    ck_assert_int_eq(mlci_category_bins_units(&c, 2), 256);
    mlci_category_bins_free(&c);
}
END_TEST

START_TEST(test_what_is_no_code_is_missing_or_has_a_bin_of_its_own)
{
    mlci_category_bins c = some();
    const double odd[] = {-1, 4, 1e300, INFINITY, -INFINITY};
    for (int unseen = 0; unseen < 2; unseen++) {
        c.unseen_bin = unseen;
        for (int i = 0; i < 5; i++)
            ck_assert_uint_eq(mlci_category_bin(&c, 2, odd[i]), (uint32_t)unseen);
        ck_assert_uint_eq(mlci_category_bin(&c, 1, 0), (uint32_t)unseen);
        ck_assert_uint_eq(mlci_category_bin(&c, 2, NAN), 0);
    }
    mlci_category_bins_free(&c);
}
END_TEST

START_TEST(test_copied_and_written_then_the_same)
{
    mlci_category_bins c = some(), copy = {0}, read = {0};
    c.unseen_bin = 1;
    ck_assert_int_eq(mlci_category_bins_copy(NULL, 3, &c, &copy, NULL), MLC_OK);
    ck_assert_mem_eq(copy.bin_of_code, c.bin_of_code, 6 * sizeof *c.bin_of_code);
    ck_assert_mem_eq(copy.first_code, c.first_code, 4 * sizeof *c.first_code);
    ck_assert_int_eq(copy.unseen_bin, 1);
    mlci_writer w;
    mlci_reader r;
    mlci_writer_init(&w, NULL);
    mlci_category_bins_write(&w, 3, &c);
    mlci_reader_init(&r, NULL, "test", w.data, w.length);
    mlci_category_bins_read(&r, 3, &read);
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
    ck_assert_mem_eq(read.bin_of_code, c.bin_of_code, 6 * sizeof *c.bin_of_code);
    mlci_category_bins_free(&read);
    for (int64_t n = 0; n < w.length; n++) {
        read = (mlci_category_bins){0};
        mlci_reader_init(&r, NULL, "test", w.data, n);
        mlci_category_bins_read(&r, 3, &read);
        ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_ERROR_FORMAT);
        mlci_category_bins_free(&read);
    }
    mlci_writer_clear(&w);
    mlci_category_bins_free(&copy);
    mlci_category_bins_free(&c);
}
END_TEST

MLCI_CHECK_SUITE("category_bins", test_codes_of_a_feature_have_their_bins,
                 test_what_is_no_code_is_missing_or_has_a_bin_of_its_own,
                 test_copied_and_written_then_the_same)
