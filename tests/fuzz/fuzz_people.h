/* The made-up people of the tests of compositions, and models fitted to them, without Check: its
 * assertions need a running test. */
#ifndef MLCI_FUZZ_PEOPLE_H
#define MLCI_FUZZ_PEOPLE_H

#include "compose/composing.h"
#include "fuzz_host.h"

/* What a target makes once is no leak; the leak checker does not see pointers to the end of a
 * block, which blocks of no bytes have. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

static inline void fuzz_keep(int on)
{
    if (on && __lsan_disable != NULL) __lsan_disable();
    if (!on && __lsan_enable != NULL) __lsan_enable();
}

static inline mlc_dataset *fuzz_people(int64_t n, const char *roles)
{
    static composing_people p;
    composing_fill(&p, n);
    const mlc_array arrays[] = {
        making_integer("id", n, p.id),      making_real("age", n, p.age),
        making_real("income", n, p.income), making_category("job", n, p.job),
        making_category("city", n, p.city), making_real("w", n, p.weight),
        making_category("buys", n, p.buys), making_real("spent", n, p.spent),
    };
    mlc_dataset *rows = NULL;
    mlc_error err;
    fuzz_keep(1);
    FUZZ_CHECK(mlc_dataset_from_arrays(NULL, arrays, 8, roles, &rows, &err) == MLC_OK);
    fuzz_keep(0);
    return rows;
}

static inline mlc_model *fuzz_model(const char *recipe, const char *roles)
{
    mlc_dataset *rows = fuzz_people(120, roles);
    mlc_model *parsed = NULL, *model = NULL;
    mlc_error err;
    fuzz_keep(1);
    FUZZ_CHECK(mlc_model_parse(NULL, recipe, &parsed, &err) == MLC_OK);
    FUZZ_CHECK(mlc_model_fit(NULL, parsed, rows, NULL, &model, &err) == MLC_OK);
    fuzz_keep(0);
    mlc_model_free(parsed);
    mlc_dataset_free(rows);
    return model;
}

#endif
