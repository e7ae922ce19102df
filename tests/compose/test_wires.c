/* What new columns are called. */
#include "wires.h"

#include <stdio.h>
#include <stdlib.h>
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

/* stay and made: up to the first NULL. out: names, blocks. */
static int32_t name_all(const char *step, const char *const *stay, const char *const *made,
                        char **out)
{
    int32_t n_stay = 0, n_made = 0;
    while (stay[n_stay] != NULL)
        n_stay++;
    while (made[n_made] != NULL)
        out[n_made++] = NULL;
    mlci_names s = names_of(n_stay, stay), m = names_of(n_made, made);
    ck_assert_int_eq(mlci_wires_name(step, &s, &m, out, &error), MLC_OK);
    mlci_names_close(&m);
    mlci_names_close(&s);
    return n_made;
}

START_TEST(test_names_of_made_columns_give_way_to_what_stays_and_to_each_other)
{
    static const struct {
        const char *stay[8], *made[8], *wanted[8];
    } cases[] = {
        {{"a", "b"}, {"c", "d"}, {"c", "d"}},
        {{"a", "b"}, {"b", "c"}, {"s.b", "c"}},
        {{"a", "s.a"}, {"a"}, {"s.a_2"}},
        {{"a", "s.a", "s.a_2"}, {"a"}, {"s.a_3"}},
        {{"x"}, {"a", "a", "a", "a"}, {"a", "s.a", "s.a_2", "s.a_3"}},
        {{"a"}, {"a", "a"}, {"s.a", "s.a_2"}},
        /* s.a is itself made, and stays what it is. */
        {{"a"}, {"a", "s.a"}, {"s.a_2", "s.a"}},
        /* s.a_2 may be what a_2 is called. */
        {{"a", "s.a", "a_2"}, {"a", "a_2"}, {"s.a_3", "s.a_2"}},
        {{NULL}, {NULL}, {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got[8];
        const int32_t n = name_all("s", cases[i].stay, cases[i].made, got);
        for (int32_t k = 0; k < n; k++) {
            ck_assert_str_eq(got[k], cases[i].wanted[k]);
            mlci_free(got[k]);
        }
    }
}
END_TEST

/* A name of up to four pieces, such as meet in names that were made of names. */
static void draw_name(unsigned *seed, char *out)
{
    static const char *const pieces[] = {"a", "s.", "_2", "_3", "b"};
    out[0] = '\0';
    const int n = 1 + rand_r(seed) % 4;
    for (int i = 0; i < n; i++)
        strcat(out, pieces[rand_r(seed) % 5]);
}

START_TEST(test_names_of_made_columns_differ_whatever_they_were)
{
    unsigned seed = 7;
    for (int run = 0; run < 20000; run++) {
        char stay_text[8][16], made_text[8][16];
        const char *stay[9] = {NULL}, *made[9] = {NULL};
        const int n_stay = rand_r(&seed) % 9, n_made = 1 + rand_r(&seed) % 8;
        for (int i = 0; i < n_stay; i++) {
            draw_name(&seed, stay_text[i]);
            stay[i] = stay_text[i];
        }
        for (int i = 0; i < n_made; i++) {
            draw_name(&seed, made_text[i]);
            made[i] = made_text[i];
        }
        char *got[8];
        name_all("s", stay, made, got);
        for (int i = 0; i < n_made; i++) {
            for (int k = 0; k < i; k++)
                ck_assert_str_ne(got[i], got[k]);
            for (int k = 0; k < n_stay; k++)
                ck_assert_str_ne(got[i], stay[k]);
        }
        for (int i = 0; i < n_made; i++)
            mlci_free(got[i]);
    }
}
END_TEST

/* Far more than could be compared each with each within the time of a test. */
START_TEST(test_names_of_very_many_made_columns_that_all_collide_are_found)
{
    enum { N = 300000 };
    static char texts[N][16];
    static const char *stay[N + 1], *made[N + 1];
    static char *got[N];
    for (int32_t i = 0; i < N; i++) {
        snprintf(texts[i], sizeof texts[i], "c%d", (int)i);
        stay[i] = texts[i];
        made[i] = i < N / 2 ? texts[i] : "c7";
    }
    name_all("s", stay, made, got);
    ck_assert_str_eq(got[0], "s.c0");
    ck_assert_str_eq(got[7], "s.c7");
    ck_assert_str_eq(got[N - 1], "s.c7_150001");
    for (int32_t i = 0; i < N; i++)
        mlci_free(got[i]);
}
END_TEST

MLCI_CHECK_SUITE("wires", test_names_of_made_columns_give_way_to_what_stays_and_to_each_other,
                 test_names_of_made_columns_differ_whatever_they_were,
                 test_names_of_very_many_made_columns_that_all_collide_are_found)
