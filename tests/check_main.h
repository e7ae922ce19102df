/* What every Check program shares: MLCI_CHECK_MAIN("name", test_a, test_b) makes its main. */
#ifndef MLCI_CHECK_MAIN_H
#define MLCI_CHECK_MAIN_H

#include <stdlib.h>

#include "checks.h"

#define MLCI_CHECK_MAIN(name, ...)                                                                \
    int main(void)                                                                                \
    {                                                                                             \
        const TTest *const tests[] = {__VA_ARGS__};                                               \
        return check_main_run(name, tests, sizeof tests / sizeof tests[0]);                       \
    }

static int check_main_run(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 100);
    for (size_t i = 0; i < n; i++) tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
