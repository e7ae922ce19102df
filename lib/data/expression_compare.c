/* Comparisons, ranges and lists. Texts are compared byte by byte, which for UTF-8 is the order of
 * code points; integers with reals as reals. */
#include <string.h>

#include "expression_impl.h"

typedef mlci_kernel_call kernel_call;

static mlci_relation relation_of(const kernel_call *c)
{
    return (mlci_relation)c->instruction->overload->variant;
}

static void compare_integers(kernel_call *c)
{
    c->rows->compare_integers(relation_of(c), c->n, c->arguments[0].values, c->arguments[1].values,
                              c->values);
}

static void compare_reals(kernel_call *c)
{
    c->rows->compare_reals(relation_of(c), c->n, c->arguments[0].values, c->arguments[1].values,
                           c->values);
}

static int order_texts(const mlci_span *a, const mlci_span *b)
{
    return mlci_text_compare(a->text, a->length, b->text, b->length);
}

static int holds(mlci_relation relation, int order)
{
    switch (relation) {
    case MLCI_EQUAL:
        return order == 0;
    case MLCI_UNEQUAL:
        return order != 0;
    case MLCI_BELOW:
        return order < 0;
    case MLCI_UP_TO:
        return order <= 0;
    case MLCI_ABOVE:
        return order > 0;
    default:
        return order >= 0;
    }
}

static void compare_texts(kernel_call *c)
{
    const mlci_span *const a = c->arguments[0].values, *const b = c->arguments[1].values;
    const mlci_relation relation = relation_of(c);
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        /* Most texts that differ have different lengths: no need to look at them then. */
        const int is_other = relation <= MLCI_UNEQUAL && a[i].length != b[i].length;
        out[i] = (uint8_t)holds(relation, is_other ? 1 : order_texts(&a[i], &b[i]));
    }
}

static void between_integers(kernel_call *c)
{
    const int64_t *const x = c->arguments[0].values, *const low = c->arguments[1].values,
                         *const high = c->arguments[2].values;
    uint8_t *const restrict out = c->values;
    const int64_t n = c->n;
    for (int64_t i = 0; i < n; i++)
        out[i] = (x[i] >= low[i]) & (x[i] <= high[i]);
}

static void between_reals(kernel_call *c)
{
    const double *const x = c->arguments[0].values, *const low = c->arguments[1].values,
                        *const high = c->arguments[2].values;
    uint8_t *const restrict out = c->values;
    const int64_t n = c->n;
    for (int64_t i = 0; i < n; i++)
        out[i] = (x[i] >= low[i]) & (x[i] <= high[i]);
}

static void between_texts(kernel_call *c)
{
    const mlci_span *const x = c->arguments[0].values, *const low = c->arguments[1].values,
                           *const high = c->arguments[2].values;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = order_texts(&x[i], &low[i]) >= 0 && order_texts(&x[i], &high[i]) <= 0;
}

/* ---- lists, by bisection ------------------------------------------------------------------ */

static void find_integers(kernel_call *c)
{
    const int64_t *const x = c->arguments[0].values, *const items = c->instruction->items;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t low = 0;
        for (int64_t n = c->instruction->n_items; n > 1; n -= n / 2)
            low += items[low + n / 2] <= x[i] ? n / 2 : 0;
        out[i] = items[low] == x[i];
    }
}

static void find_reals(kernel_call *c)
{
    const double *const x = c->arguments[0].values, *const items = c->instruction->items;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t low = 0;
        for (int64_t n = c->instruction->n_items; n > 1; n -= n / 2)
            low += items[low + n / 2] <= x[i] ? n / 2 : 0;
        out[i] = items[low] == x[i];
    }
}

static void find_texts(kernel_call *c)
{
    const mlci_span *const x = c->arguments[0].values, *const items = c->instruction->items;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t low = 0;
        for (int64_t n = c->instruction->n_items; n > 1; n -= n / 2)
            low += order_texts(&items[low + n / 2], &x[i]) <= 0 ? n / 2 : 0;
        out[i] = order_texts(&items[low], &x[i]) == 0;
    }
}

/* A relation between two integers, reals, texts and timestamps. */
#define RELATION(name_, variant_)                                                                  \
    {.name = name_,                                                                                \
     .arguments = "ii",                                                                            \
     .result = 'b',                                                                                \
     .run = compare_integers,                                                                      \
     .variant = variant_},                                                                         \
        {.name = name_,                                                                            \
         .arguments = "rr",                                                                        \
         .result = 'b',                                                                            \
         .run = compare_reals,                                                                     \
         .variant = variant_},                                                                     \
        {.name = name_,                                                                            \
         .arguments = "tt",                                                                        \
         .result = 'b',                                                                            \
         .run = compare_texts,                                                                     \
         .variant = variant_},                                                                     \
    {                                                                                              \
        .name = name_, .arguments = "ss", .result = 'b', .run = compare_integers,                  \
        .variant = variant_                                                                        \
    }

const mlci_overload mlci_overloads_compare[] = {
    RELATION("==", MLCI_EQUAL),
    RELATION("!=", MLCI_UNEQUAL),
    RELATION("<", MLCI_BELOW),
    RELATION("<=", MLCI_UP_TO),
    RELATION(">", MLCI_ABOVE),
    RELATION(">=", MLCI_FROM),
    {.name = "between", .arguments = "iii", .result = 'b', .run = between_integers},
    {.name = "between", .arguments = "rrr", .result = 'b', .run = between_reals},
    {.name = "between", .arguments = "ttt", .result = 'b', .run = between_texts},
    {.name = "between", .arguments = "sss", .result = 'b', .run = between_integers},
    {.name = "in", .arguments = "i", .result = 'b', .run = find_integers},
    {.name = "in", .arguments = "r", .result = 'b', .run = find_reals},
    {.name = "in", .arguments = "t", .result = 'b', .run = find_texts},
    {.name = "in", .arguments = "s", .result = 'b', .run = find_integers},
    {.name = NULL}};
