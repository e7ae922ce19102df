/* The loop-free reading of numbers against number.h, which takes every text. */
#include "cell_number.h"

#include "check_suite.h"

#define ROOM 16 /* bytes in front of the cell */

static void assert_same_reading(const char *text, int64_t n)
{
    char memory[ROOM + 64];
    memset(memory, '7', ROOM); /* what stands before a cell must not matter */
    memcpy(memory + ROOM, text, (size_t)n);
    double a = -1, b = -1;
    int64_t i = -1, k = -1;
    const int is_real = mlci_real_parse(text, n, &a);
    const int is_integer = mlci_integer_parse(text, n, &i);
    ck_assert_msg(mlci_cell_real(memory, memory + ROOM, n, &b) == is_real, "%.*s", (int)n, text);
    ck_assert_msg(mlci_cell_integer(memory, memory + ROOM, n, &k) == is_integer, "%.*s", (int)n,
                  text);
    if (is_real) ck_assert_msg(memcmp(&a, &b, sizeof a) == 0, "%.*s", (int)n, text);
    if (is_integer) ck_assert_int_eq(i, k);
}

START_TEST(test_cell_number_odd_texts_read_as_by_number_h)
{
    static const char *const texts[] = {"",
                                        ".",
                                        "-",
                                        "-.",
                                        "+",
                                        "+1",
                                        "0",
                                        "-0",
                                        "-0.0",
                                        "1.",
                                        ".5",
                                        "-.5",
                                        "1.2.3",
                                        "1..2",
                                        "--1",
                                        "1-",
                                        "-1-2",
                                        "9007199254740993",
                                        "9007199254740992",
                                        "9999999999999999",
                                        "0.000000000000001",
                                        "123456789.1234567",
                                        "12345678.12345678",
                                        "1234567890123456.",
                                        ".1234567890123456",
                                        "99999999",
                                        "100000000",
                                        "00000000000000001",
                                        "1e5",
                                        "1E-5",
                                        "nan",
                                        "inf",
                                        "-inf",
                                        "0x10",
                                        "1,5",
                                        "1 2",
                                        "1/2",
                                        "1:2",
                                        "1\xff",
                                        "\x80",
                                        "12345678\x8a",
                                        "3.14159265358979",
                                        "0.1",
                                        "-123456.789"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_same_reading(texts[i], (int64_t)strlen(texts[i]));
    }
}
END_TEST

START_TEST(test_cell_number_random_texts_read_as_by_number_h)
{
    static const char alphabet[] = "0123456789012345678901234567890123456789.-e+";
    uint64_t state = 1;
    for (int i = 0; i < 300000; i++) {
        char text[24];
        int64_t n = 0;
        state = state * 6364136223846793005U + 1442695040888963407U;
        const int64_t length = (int64_t)(state >> 40) % 20;
        for (; n < length; n++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text[n] = alphabet[(state >> 33) % (sizeof alphabet - 1)];
        }
        assert_same_reading(text, n);
    }
}
END_TEST

START_TEST(test_cell_number_at_the_start_of_memory_is_read)
{
    double real = 0;
    int64_t integer = 0;
    const char text[] = "12.5";
    ck_assert_int_eq(mlci_cell_real(text, text, 4, &real), 1);
    ck_assert_double_eq(real, 12.5);
    ck_assert_int_eq(mlci_cell_integer(text, text, 2, &integer), 1);
    ck_assert_int_eq(integer, 12);
}
END_TEST

MLCI_CHECK_SUITE("cell_number", test_cell_number_odd_texts_read_as_by_number_h,
                 test_cell_number_random_texts_read_as_by_number_h,
                 test_cell_number_at_the_start_of_memory_is_read)
