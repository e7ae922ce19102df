/* A fit, its refit, and rounds on top of it, for tests of failing memory. */
#ifndef MLCI_TEST_UPDATING_H
#define MLCI_TEST_UPDATING_H

#include "boosting.h"
#include "torture.h"

/* arg: the settings of the fit and its refit, and those of the fit that goes on. */
static inline mlc_status fit_and_update(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const *const settings = arg;
    const double half = 0.5;
    test_problem p = test_problem_make(60, 3, 0);
    test_fit fits[3];
    int n = 0;
    mlc_status status = MLC_OK;
    for (; n < 3 && status == MLC_OK; n++) {
        p.start = n == 0 ? NULL : fits[0].state;
        p.decay_rate = n == 1 ? &half : NULL;
        test_fit_run(&fits[n], ctx, &p, settings[n < 2 ? 0 : 1]);
        status = fits[n].status;
        if (status != MLC_OK) {
            *err = fits[n].error;
            continue;
        }
        mlci_writer stored = test_store(&fits[n]);
        mlci_torture_answer(stored.data, stored.length);
        mlci_writer_clear(&stored);
    }
    while (n > 0)
        test_fit_clear(&fits[--n]);
    test_problem_clear(&p);
    return status;
}

#endif
