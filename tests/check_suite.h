/* What every file of Check tests shares: MLCI_CHECK_SUITE("name", test_a, test_b) makes a suite of
 * them that the program's main (check_main.c) runs when it is asked for that name.
 * Tests after MLCI_RESULTS are long and about results alone: how good a model is, chances of draws,
 * bounds of memory, further kinds of what threads did in a test before. They have the tag
 * "results", by which sanitizers and coverage leave them out. */
#ifndef MLCI_CHECK_SUITE_H
#define MLCI_CHECK_SUITE_H

#include <stdlib.h>

#include "checks.h"

typedef struct check_suite {
    const char *name;
    void (*fill)(Suite *suite);
    struct check_suite *next;
} check_suite;

void check_suite_register(check_suite *suite);

/* Gives a Check suite a case, or two where MLCI_RESULTS divides the tests. */
void check_suite_add(Suite *suite, const TTest *const *tests, size_t n);
TCase *check_suite_case(Suite *suite, const char *name, double seconds);

#define MLCI_RESULTS NULL

#define MLCI_CHECK_SUITE(name, ...) MLCI_CHECK_SUITE_BY(check_suite_add, name, __VA_ARGS__)

/* Tests that `add` gives to the suite in its own way. */
#define MLCI_CHECK_SUITE_BY(add, name, ...)                                                        \
    static void fill_suite(Suite *suite)                                                           \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        add(suite, tests, sizeof tests / sizeof tests[0]);                                         \
    }                                                                                              \
    MLCI_CHECK_SUITE_OF(name, fill_suite)

#define MLCI_CHECK_SUITE_OF(name, fill)                                                            \
    __attribute__((constructor)) static void register_suite(void)                                  \
    {                                                                                              \
        static check_suite suite = {name, fill, NULL};                                             \
        check_suite_register(&suite);                                                              \
    }

#endif
