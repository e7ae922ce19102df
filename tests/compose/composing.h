/* Made-up people for tests of compositions: numbers and categories with gaps, an id, a weight, a
 * group, a target of classes and one of numbers. The same rows on every run. */
#ifndef MLCI_COMPOSING_H
#define MLCI_COMPOSING_H

#include "mutate.h"
#include "transform/transforming.h"

typedef struct composing_people {
    double age[200], income[200], weight[200], spent[200];
    int64_t id[200];
    const char *job[200], *city[200], *buys[200];
} composing_people;

static inline void composing_fill(composing_people *p, int64_t n)
{
    static const char *const jobs[] = {"clerk", "cook", "nurse", "smith"};
    static const char *const cities[] = {"Rome", "Oslo", "Lima"};
    uint64_t state = 7;
    for (int64_t i = 0; i < n; i++) {
        p->id[i] = 1000 + i;
        p->age[i] = 18 + (double)mutate_below(&state, 50);
        p->income[i] = (double)mutate_below(&state, 9000) / 8;
        p->weight[i] = (double)(1 + mutate_below(&state, 3));
        p->job[i] = jobs[mutate_below(&state, 4)];
        p->city[i] = cities[mutate_below(&state, 3)];
        const double score = p->age[i] / 10 + p->income[i] / 300 + (p->job[i][0] == 'c' ? 2 : 0) +
                             (double)mutate_below(&state, 100) / 50;
        p->buys[i] = score > 6.5 ? "yes" : "no";
        p->spent[i] = 10 * score;
        if (mutate_below(&state, 9) == 0) p->age[i] = NAN;
        if (mutate_below(&state, 9) == 0) p->job[i] = NULL;
    }
}

/* Columns id, age, income, job, city, w, buys, spent; roles as usual settings text. */
static inline mlc_dataset *composing_rows(int64_t n, const char *roles)
{
    static composing_people p;
    composing_fill(&p, n);
    const mlc_array arrays[] = {
        making_integer("id", n, p.id),      making_real("age", n, p.age),
        making_real("income", n, p.income), making_category("job", n, p.job),
        making_category("city", n, p.city), making_real("w", n, p.weight),
        making_category("buys", n, p.buys), making_real("spent", n, p.spent),
    };
    return making_dataset(arrays, 8, roles);
}

#define COMPOSING_CLASSES "target=buys id=id ignore=spent,w"
#define COMPOSING_NUMBERS "target=spent id=id ignore=buys,w"

static inline mlc_dataset *composing_predict(const mlc_model *model, const mlc_dataset *rows,
                                             const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_predict(NULL, model, rows, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return out;
}

/* Both models predict the same bits. */
static inline void composing_same(const mlc_model *a, const mlc_model *b, const mlc_dataset *rows)
{
    mlc_dataset *of_a = composing_predict(a, rows, NULL), *of_b = composing_predict(b, rows, NULL);
    const char *column = mlc_dataset_find(of_a, "probability") >= 0 ? "probability" : "prediction";
    const int64_t n =
        mlc_dataset_n_rows(rows) * mlc_dataset_column_width(of_a, mlc_dataset_find(of_a, column));
    double *x = malloc((size_t)n * sizeof *x), *y = malloc((size_t)n * sizeof *y);
    ck_assert_int_eq(mlc_dataset_copy_real(of_a, column, x, n, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(of_b, column, y, n, NULL), MLC_OK);
    ck_assert(memcmp(x, y, (size_t)n * sizeof *x) == 0);
    free(x);
    free(y);
    mlc_dataset_free(of_a);
    mlc_dataset_free(of_b);
}

static inline mlc_model *composing_parse(const char *recipe)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_parse(NULL, recipe, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    return model;
}

/* Parsing fails with that status and words. */
static inline void composing_parse_fails(const char *recipe, mlc_status wanted, const char *says)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_parse(NULL, recipe, &model, &err) == wanted, "%s: %d: %s", recipe,
                  (int)err.status, err.message);
    ck_assert_ptr_null(model);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s: %s", recipe, err.message);
}

/* The recipe as text is that. */
static inline void composing_text(const mlc_model *model, const char *settings, const char *wanted)
{
    mlc_buffer *text = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_format(model, settings, &text, &err) == MLC_OK, "%s", err.message);
    ck_assert_str_eq((const char *)mlc_buffer_data(text), wanted);
    mlc_buffer_free(text);
}

static inline mlc_dataset *composing_table(const mlc_model *model, const char *name)
{
    mlc_dataset *table = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_table(NULL, model, name, &table, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", name, err.message);
    return table;
}

#endif
