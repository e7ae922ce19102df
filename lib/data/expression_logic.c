/* Conditions and what they choose: three-valued logic as in SQL. `false and missing` is false, as
 * it is false whatever the missing value were; `true or missing` is true. */
#include <string.h>

#include "expression_impl.h"

typedef mlci_kernel_call kernel_call;

static int is_there(const kernel_call *c, int32_t k, int64_t i)
{
    return c->arguments[k].valid == NULL || c->arguments[k].valid[i] != 0;
}

/* variant 0: and, which false decides; 1: or, which true decides. */
static void combine(kernel_call *c)
{
    const uint8_t *const a = c->arguments[0].values, *const b = c->arguments[1].values;
    const uint8_t decides = (uint8_t)c->instruction->overload->variant;
    uint8_t *const restrict out = c->values;
    const int64_t n = c->n;
    for (int64_t i = 0; i < n; i++)
        out[i] = decides ? a[i] | b[i] : a[i] & b[i];
    if (c->arguments[0].valid == NULL && c->arguments[1].valid == NULL) return;
    c->has_missing = 1;
    for (int64_t i = 0; i < n; i++) {
        const int has_a = is_there(c, 0, i), has_b = is_there(c, 1, i);
        const int is_decided = (has_a && a[i] == decides) || (has_b && b[i] == decides);
        c->valid[i] = (uint8_t)(is_decided || (has_a && has_b));
        if (is_decided) out[i] = decides;
    }
}

static void negate(kernel_call *c)
{
    const uint8_t *const a = c->arguments[0].values;
    uint8_t *const restrict out = c->values;
    const int64_t n = c->n;
    for (int64_t i = 0; i < n; i++)
        out[i] = a[i] ^ 1;
}

/* variant 0: is missing; 1: is not. */
static void ask_missing(kernel_call *c)
{
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = (uint8_t)(is_there(c, 0, i) == c->instruction->overload->variant);
}

/* ---- choices ------------------------------------------------------------------------------ */

/* Copies row i of an argument to the result; there must be a byte for it in c->valid. */
static void choose_row(kernel_call *c, int32_t k, int64_t i)
{
    const void *const from = c->arguments[k].values;
    c->valid[i] = (uint8_t)is_there(c, k, i);
    if (c->arguments[k].type == MLC_TYPE_BOOL) {
        ((uint8_t *)c->values)[i] = ((const uint8_t *)from)[i];
    } else if (c->arguments[k].type == MLC_TYPE_TEXT) {
        ((mlci_span *)c->values)[i] = ((const mlci_span *)from)[i];
    } else {
        ((uint64_t *)c->values)[i] = ((const uint64_t *)from)[i];
    }
}

/* Values of one type by a byte a row. */
#define CHOOSE(type_)                                                                              \
    for (int64_t i = 0; i < n; i++)                                                                \
    ((type_ *)c->values)[i] = holds[i] ? ((const type_ *)a)[i] : ((const type_ *)b)[i]

/* Where the condition is missing, it does not hold. */
static void choose_if(kernel_call *c)
{
    const mlci_vector *const condition = &c->arguments[0];
    const void *const a = c->arguments[1].values, *const b = c->arguments[2].values;
    uint8_t room[MLCI_VECTOR_ROWS];
    const uint8_t *const holds = condition->valid != NULL ? room : condition->values;
    const int64_t n = c->n;
    for (int64_t i = 0; i < n && condition->valid != NULL; i++)
        room[i] = condition->valid[i] & ((const uint8_t *)condition->values)[i];
    if (c->instruction->type == MLC_TYPE_BOOL) {
        CHOOSE(uint8_t);
    } else if (c->instruction->type == MLC_TYPE_TEXT) {
        CHOOSE(mlci_span);
    } else {
        c->rows->choose(n, holds, a, b, c->values);
    }
    c->has_missing = c->arguments[1].valid != NULL || c->arguments[2].valid != NULL;
    for (int64_t i = 0; i < n && c->has_missing; i++)
        c->valid[i] = (uint8_t)is_there(c, holds[i] ? 1 : 2, i);
}

static void choose_first(kernel_call *c)
{
    c->has_missing = 1;
    for (int64_t i = 0; i < c->n; i++) {
        int32_t k = 0;
        while (k < c->n_arguments - 1 && !is_there(c, k, i))
            k++;
        choose_row(c, k, i);
    }
}

/* One row a type. */
#define CHOICE(name_, arguments_, result_, run_)                                                   \
    {                                                                                              \
        .name = name_, .arguments = arguments_, .result = result_, .sees_missing = 1, .run = run_  \
    }
#define QUESTION(argument_, name_, variant_)                                                       \
    {                                                                                              \
        .name = name_, .arguments = argument_, .result = 'b', .sees_missing = 1,                   \
        .run = ask_missing, .variant = variant_                                                    \
    }

const mlci_overload mlci_overloads_logic[] = {
    {.name = "and",
     .arguments = "bb",
     .result = 'b',
     .sees_missing = 1,
     .run = combine,
     .variant = 0},
    {.name = "or",
     .arguments = "bb",
     .result = 'b',
     .sees_missing = 1,
     .run = combine,
     .variant = 1},
    {.name = "not", .arguments = "b", .result = 'b', .run = negate},
    QUESTION("b", "is missing", 0),
    QUESTION("i", "is missing", 0),
    QUESTION("r", "is missing", 0),
    QUESTION("t", "is missing", 0),
    QUESTION("s", "is missing", 0),
    QUESTION("b", "is not missing", 1),
    QUESTION("i", "is not missing", 1),
    QUESTION("r", "is not missing", 1),
    QUESTION("t", "is not missing", 1),
    QUESTION("s", "is not missing", 1),
    CHOICE("if", "bbb", 'b', choose_if),
    CHOICE("if", "bii", 'i', choose_if),
    CHOICE("if", "brr", 'r', choose_if),
    CHOICE("if", "btt", 't', choose_if),
    CHOICE("if", "bss", 's', choose_if),
    CHOICE("coalesce", "bb*", 'b', choose_first),
    CHOICE("coalesce", "ii*", 'i', choose_first),
    CHOICE("coalesce", "rr*", 'r', choose_first),
    CHOICE("coalesce", "tt*", 't', choose_first),
    CHOICE("coalesce", "ss*", 's', choose_first),
    {.name = NULL}};
