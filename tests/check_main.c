/* The main of a program of Check suites: its arguments name those to run, none means all. */
#include <stdio.h>
#include <string.h>

#include "check_suite.h"

static check_suite *suites;

void check_suite_register(check_suite *suite)
{
    suite->next = suites;
    suites = suite;
}

TCase *check_suite_case(Suite *suite, const char *name, double seconds)
{
    TCase *const tcase = tcase_create(name);
    tcase_set_timeout(tcase, seconds);
    suite_add_tcase(suite, tcase);
    return tcase;
}

void check_suite_add(Suite *suite, const TTest *const *tests, size_t n)
{
    TCase *tcase = check_suite_case(suite, "plain", 100);
    for (size_t i = 0; i < n; i++) {
        if (tests[i] == MLCI_RESULTS) {
            tcase = check_suite_case(suite, "results", 100);
            tcase_set_tags(tcase, "results");
        } else {
            tcase_add_test(tcase, tests[i]);
        }
    }
}

static int is_asked_for(const check_suite *suite, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], suite->name) == 0) return 1;
    }
    return argc == 1;
}

int main(int argc, char **argv)
{
    SRunner *const runner = srunner_create(NULL);
    int n_suites = 0;
    for (const check_suite *s = suites; s != NULL; s = s->next) {
        if (!is_asked_for(s, argc, argv)) continue;
        Suite *const suite = suite_create(s->name);
        s->fill(suite);
        srunner_add_suite(runner, suite);
        n_suites++;
    }
    if (argc > 1 && n_suites != argc - 1) {
        fprintf(stderr, "%s: %d of %d suites are here; all of them:\n", argv[0], n_suites,
                argc - 1);
        for (const check_suite *s = suites; s != NULL; s = s->next)
            fprintf(stderr, "  %s\n", s->name);
        return EXIT_FAILURE;
    }
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
