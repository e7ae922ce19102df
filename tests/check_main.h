/* What every Check program shares: MLCI_CHECK_MAIN("name", test_a, test_b) makes its main.
 * Tests after MLCI_RESULTS are long and about results alone: how good a model is, chances of draws,
 * bounds of memory, further kinds of what threads did in a test before. They have the tag "results",
 * by which the thread sanitizer leaves them out. */
#ifndef MLCI_CHECK_MAIN_H
#define MLCI_CHECK_MAIN_H

#include <stdlib.h>

#include "checks.h"

#define MLCI_RESULTS NULL

#define MLCI_CHECK_MAIN(name, ...)                                                                 \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return check_main_run(name, tests, sizeof tests / sizeof tests[0]);                        \
    }

static int check_main_run(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *const plain = tcase_create(name), *const results = tcase_create("results");
    TCase *tcase = plain;
    tcase_set_timeout(plain, 100);
    tcase_set_timeout(results, 100);
    tcase_set_tags(results, "results");
    for (size_t i = 0; i < n; i++) {
        if (tests[i] == MLCI_RESULTS)
            tcase = results;
        else
            tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, plain);
    suite_add_tcase(suite, results);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
