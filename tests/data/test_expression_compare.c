/* Comparisons: of numbers of two types, of texts by bytes, of times; ranges and lists. */
#include "expressing.h"

START_TEST(test_numbers_are_compared_across_types)
{
    mlc_dataset *d = parse("i,r,b\n1,1.5,true\n2,2,false\n,3,true\n-1,,false\n", NULL);
    gives(d, "i == r", "bool: false true NA NA");
    gives(d, "i = 2", "bool: false true NA false");
    gives(d, "i != 2", "bool: true false NA true");
    gives(d, "i <> 2", "bool: true false NA true");
    gives(d, "i < r", "bool: true false NA NA");
    gives(d, "r >= 2", "bool: false true true NA");
    gives(d, "r <= 1.5", "bool: true false false NA");
    gives(d, "i > -1", "bool: true true NA false");
    gives(d, "b == true", "bool: true false true false");
    gives(d, "b + b > 1", "bool: true false true false");
    gives(d, "r < i", "bool: false false NA NA");
    gives(d, "r > 1.75", "bool: false true true NA");
    gives(d, "r == 2", "bool: false true false NA");
    gives(d, "r != 2", "bool: true false true NA");
    gives(d, "i <= 1", "bool: true false NA true");
    gives(d, "i >= 1", "bool: true true NA false");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_texts_are_compared_by_bytes_whatever_they_are_kept_as)
{
    static const char *const types[] = {"types='t:text'", "types='t:category'"};
    for (int k = 0; k < 2; k++) {
        mlc_dataset *d = parse("t,u\nabc,abc\nab,abd\n,x\nz\xc3\xa4,z\n\"\",a\n", types[k]);
        gives(d, "t == 'abc'", "bool: true false NA false false");
        gives(d, "t < \"abc\"", "bool: false true NA false true");
        gives(d, "'abc' <= t", "bool: true false NA true false");
        gives(d, "t != u", "bool: false true NA true true");
        gives(d, "t > u", "bool: false false NA true false");
        gives(d, "t >= 'ab'", "bool: true true NA true false");
        gives(d, "t between 'ab' and 'abc'", "bool: true true NA false false");
        gives(d, "t in ('z\xc3\xa4', '', 'q')", "bool: false false NA true true");
        gives(d, "t not in ['ab']", "bool: true false NA true true");
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_times_are_compared_with_texts_that_are_times)
{
    mlc_dataset *d =
        parse("t\n2024-01-01T10:00:00\n2024-03-01\nNA\n2023-12-31\n", "types='t:timestamp'");
    gives(d, "t >= '2024-01-01'", "bool: true true NA false");
    gives(d, "'2024-03-01' == t", "bool: false true NA false");
    gives(d, "t between '2023-12-31' and '2024-01-01T10:00'", "bool: true false NA true");
    gives(d, "t in ('2024-03-01', '2023-12-31T00:00:00Z')", "bool: false true NA true");
    gives(d, "'2024-1' < '2024-02'", "bool: false false false false"); /* two texts */
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_lists_of_any_length_find_what_is_in_them)
{
    mlc_dataset *d = parse("i,r\n-3,0.5\n7,2\n0,7\n,1e300\n", NULL);
    gives(d, "i in (7)", "bool: false true false NA");
    gives(d, "i in (7, -3)", "bool: true true false NA");
    gives(d, "i in (5, 7, 6, -3, 100)", "bool: true true false NA");
    gives(d, "i in (7, 0.5)", "bool: false true false NA");
    gives(d, "r in (2, 1e300, 0.25)", "bool: false true false true");
    gives(d, "i not between 0 and 6", "bool: true true false NA");
    gives(d, "r between 0.5 and 2", "bool: true true false false");
    gives(d, "i between r and 10", "bool: false true false NA");
    mlci_text list = mlci_text_init(NULL);
    for (int n = 1; n < 40; n++) { /* every even number up to 2 (n - 1) */
        mlci_text_clear(&list);
        mlci_text_append_text(&list, "int(r) * 2 in (");
        for (int k = n - 1; k >= 0; k--)
            mlci_text_append_format(&list, k > 0 ? "%d," : "%d)", 2 * k);
        gives(d, list.data,
              n == 1  ? "bool: true false false NA"
              : n < 3 ? "bool: true false false NA"
              : n < 8 ? "bool: true true false NA"
                      : "bool: true true true NA");
    }
    mlci_text_clear(&list);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_compare", test_numbers_are_compared_across_types,
                 test_texts_are_compared_by_bytes_whatever_they_are_kept_as,
                 test_times_are_compared_with_texts_that_are_times,
                 test_lists_of_any_length_find_what_is_in_them)
