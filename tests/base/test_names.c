/* The sorted index of names. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"

static mlc_error error;

static mlci_names names_of(int32_t n, const char *const *texts)
{
    mlci_names names;
    ck_assert_int_eq(mlci_names_open(NULL, n, &names, &error), MLC_OK);
    for (int32_t i = 0; i < n; i++)
        names.name[i] = texts[i];
    ck_assert_int_eq(mlci_names_sort(&names, &error), MLC_OK);
    return names;
}

START_TEST(test_names_are_found_by_bytes_and_of_equal_ones_the_first)
{
    static const char *const texts[] = {"b", "", "h\xc3\xb6he", "a", "B", "b", "aa"};
    mlci_names names = names_of(7, texts);
    for (int32_t i = 0; i < 7; i++)
        ck_assert_int_eq(mlci_names_find(&names, texts[i]), i == 5 ? 0 : i);
    static const char *const others[] = {"A", "ab", "c", "h\xc3\xb6", " ", "\xff"};
    for (int32_t i = 0; i < 6; i++)
        ck_assert_int_eq(mlci_names_find(&names, others[i]), -1);
    mlci_names_close(&names);
}
END_TEST

START_TEST(test_names_when_there_are_none_find_nothing)
{
    mlci_names names = names_of(0, NULL);
    int32_t first = 0;
    ck_assert_int_eq(mlci_names_find(&names, ""), -1);
    ck_assert_int_eq(mlci_names_repeated(&names, &first), -1);
    mlci_names_close(&names);
    mlci_names_close(&names);
}
END_TEST

START_TEST(test_names_repeated_is_the_lowest_that_is_there_before)
{
    static const char *const texts[] = {"z", "b", "c", "b", "z", "b"};
    mlci_names names = names_of(6, texts);
    int32_t first = -1;
    ck_assert_int_eq(mlci_names_repeated(&names, &first), 3);
    ck_assert_int_eq(first, 1);
    names.n = 0;
    mlci_names_close(&names);
    names = names_of(3, texts);
    ck_assert_int_eq(mlci_names_repeated(&names, &first), -1);
    mlci_names_close(&names);
}
END_TEST

/* Far more than could be compared each with each within the time of a test. */
START_TEST(test_names_by_the_million_that_begin_alike_are_found)
{
    enum { N = 1000000 };
    static char texts[N][16];
    static const char *list[N];
    for (int32_t i = 0; i < N; i++) {
        snprintf(texts[i], sizeof texts[i], "name-%07d", (int)(i * INT64_C(7919) % N));
        list[i] = texts[i];
    }
    mlci_names names = names_of(N, list);
    int32_t first = 0;
    ck_assert_int_eq(mlci_names_repeated(&names, &first), -1);
    for (int32_t i = 0; i < N; i += 7)
        ck_assert_int_eq(mlci_names_find(&names, texts[i]), i);
    ck_assert_int_eq(mlci_names_find(&names, "name-"), -1);
    mlci_names_close(&names);
}
END_TEST

MLCI_CHECK_SUITE("names", test_names_are_found_by_bytes_and_of_equal_ones_the_first,
                 test_names_when_there_are_none_find_nothing,
                 test_names_repeated_is_the_lowest_that_is_there_before,
                 test_names_by_the_million_that_begin_alike_are_found)
