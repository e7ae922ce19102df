/* Arithmetic on integers and reals, and the functions of mathematics.
 *
 * A result that an integer cannot hold is missing, as is an integer divided by 0; reals follow
 * IEEE 754, so that only NaN, which is what 0 / 0 gives, is missing. // and % round down, as in
 * Python: the remainder has the sign of the divisor. Loops for integers look for overflow in bits
 * that they collect, and go through the rows again only where there was one. */
#include <math.h>

#include "expression_impl.h"
#include "power.h"

typedef mlci_kernel_call kernel_call;

static const int64_t *integers(const kernel_call *c, int32_t k)
{
    return c->arguments[k].values;
}

static const double *reals(const kernel_call *c, int32_t k)
{
    return c->arguments[k].values;
}

/* ---- integers ----------------------------------------------------------------------------- */

static void add_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0), *const b = integers(c, 1);
    int64_t *const out = c->values, wrong = 0;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = (int64_t)((uint64_t)a[i] + (uint64_t)b[i]);
        wrong |= (a[i] ^ out[i]) & (b[i] ^ out[i]);
    }
    for (int64_t i = 0; i < c->n && wrong < 0; i++)
        if (((a[i] ^ out[i]) & (b[i] ^ out[i])) < 0) mlci_kernel_missing(c, i);
}

static void subtract_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0), *const b = integers(c, 1);
    int64_t *const out = c->values, wrong = 0;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = (int64_t)((uint64_t)a[i] - (uint64_t)b[i]);
        wrong |= (a[i] ^ b[i]) & (a[i] ^ out[i]);
    }
    for (int64_t i = 0; i < c->n && wrong < 0; i++)
        if (((a[i] ^ b[i]) & (a[i] ^ out[i])) < 0) mlci_kernel_missing(c, i);
}

static void multiply_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0), *const b = integers(c, 1);
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        if (__builtin_mul_overflow(a[i], b[i], &out[i])) mlci_kernel_missing(c, i);
}

/* variant 0: the quotient, rounded down; 1: the remainder. */
static void divide_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0), *const b = integers(c, 1);
    int64_t *const out = c->values;
    const int32_t remainder = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = 0;
        if (b[i] == 0 || (b[i] == -1 && a[i] == INT64_MIN)) {
            if (b[i] == 0 || !remainder) mlci_kernel_missing(c, i);
            continue;
        }
        const int64_t rest = a[i] % b[i];
        const int is_down = rest != 0 && (rest < 0) != (b[i] < 0);
        out[i] = remainder ? rest + (is_down ? b[i] : 0) : a[i] / b[i] - is_down;
    }
}

enum { NEGATE, ABSOLUTE, SAME, FLOOR, CEILING, ROUND, SQUARE_ROOT };

/* The first three. */
static void sign_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0);
    int64_t *const out = c->values;
    const int32_t variant = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++) {
        if (a[i] == INT64_MIN && variant != SAME) {
            out[i] = 0;
            mlci_kernel_missing(c, i);
        } else {
            out[i] = variant == NEGATE || (variant == ABSOLUTE && a[i] < 0) ? -a[i] : a[i];
        }
    }
}

/* ---- reals -------------------------------------------------------------------------------- */

/* variant: the operation. */
static void calculate_reals(kernel_call *c)
{
    c->rows->calculate((mlci_operation)c->instruction->overload->variant, c->n, reals(c, 0),
                       reals(c, 1), c->values);
}

/* As Python divides: from the exact remainder, which takes the sign of the divisor. fmod() is
 * exact, so that it is the same on any system. */
static double divide_down(double a, double b, double *remainder)
{
    double rest = fmod(a, b), quotient = (a - rest) / b;
    if (rest != 0 && (rest < 0) != (b < 0)) {
        rest += b;
        quotient -= 1;
    } else if (rest == 0) {
        rest = copysign(0.0, b);
    }
    *remainder = rest;
    if (b == 0) return a / b;
    const double down = floor(quotient);
    return quotient - down > 0.5 ? down + 1 : down;
}

/* variant 0: the quotient, rounded down; 1: the remainder. */
static void divide_reals_down(kernel_call *c)
{
    const double *const a = reals(c, 0), *const b = reals(c, 1);
    double *const out = c->values;
    const int32_t wants_rest = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++) {
        double rest;
        const double quotient = divide_down(a[i], b[i], &rest);
        out[i] = wants_rest ? rest : quotient;
    }
}

static void power_reals(kernel_call *c)
{
    const double *const a = reals(c, 0), *const b = reals(c, 1);
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = mlci_power(a[i], b[i]);
}

static void change_reals(kernel_call *c)
{
    const double *const a = reals(c, 0);
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        switch (c->instruction->overload->variant) {
        case NEGATE:
            out[i] = -a[i];
            break;
        case ABSOLUTE:
            out[i] = fabs(a[i]);
            break;
        case FLOOR:
            out[i] = floor(a[i]);
            break;
        case CEILING:
            out[i] = ceil(a[i]);
            break;
        case ROUND:
            out[i] = nearbyint(a[i]);
            break;
        case SQUARE_ROOT:
            out[i] = sqrt(a[i]);
            break;
        default:
            out[i] = a[i];
        }
    }
}

/* To so many decimal places: scaled, rounded to even, scaled back. */
static void round_places(kernel_call *c)
{
    const double *const a = reals(c, 0);
    const int64_t *const places = integers(c, 1);
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        const int64_t n = places[i] < -400 ? -400 : places[i] > 400 ? 400 : places[i];
        const double scale = mlci_power(10, (double)(n < 0 ? -n : n));
        const double scaled = n < 0 ? a[i] / scale : a[i] * scale;
        const double whole = nearbyint(scaled);
        out[i] = isinf(scaled) && n > 0 ? a[i] : n < 0 ? whole * scale : whole / scale;
        if (n < 0 && isinf(scale)) out[i] = copysign(0.0, a[i]);
    }
}

static void exp_reals(kernel_call *c)
{
    c->math->exp(c->n, reals(c, 0), c->values);
}

static void log_reals(kernel_call *c)
{
    c->math->log(c->n, reals(c, 0), c->values);
}

/* ---- the least and the greatest ----------------------------------------------------------- */

/* variant 0: the least of the arguments; 1: the greatest. */
static void extreme_integers(kernel_call *c)
{
    int64_t *const out = c->values;
    const int32_t greatest = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = integers(c, 0)[i];
    for (int32_t k = 1; k < c->n_arguments; k++) {
        const int64_t *const a = integers(c, k);
        for (int64_t i = 0; i < c->n; i++)
            if (greatest ? a[i] > out[i] : a[i] < out[i]) out[i] = a[i];
    }
}

static void extreme_reals(kernel_call *c)
{
    double *const out = c->values;
    const int32_t greatest = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = reals(c, 0)[i];
    for (int32_t k = 1; k < c->n_arguments; k++) {
        const double *const a = reals(c, k);
        for (int64_t i = 0; i < c->n; i++)
            if (greatest ? a[i] > out[i] : a[i] < out[i]) out[i] = a[i];
    }
}

static void clip_integers(kernel_call *c)
{
    const int64_t *const a = integers(c, 0), *const low = integers(c, 1),
                         *const high = integers(c, 2);
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        const int64_t raised = a[i] < low[i] ? low[i] : a[i];
        out[i] = raised > high[i] ? high[i] : raised;
    }
}

static void clip_reals(kernel_call *c)
{
    const double *const a = reals(c, 0), *const low = reals(c, 1), *const high = reals(c, 2);
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        const double raised = a[i] < low[i] ? low[i] : a[i];
        out[i] = raised > high[i] ? high[i] : raised;
    }
}

const mlci_overload mlci_overloads_arithmetic[] = {
    {.name = "+", .arguments = "ii", .result = 'i', .run = add_integers},
    {.name = "+", .arguments = "rr", .result = 'r', .run = calculate_reals, .variant = MLCI_ADD},
    {.name = "+", .arguments = "tt", .result = 't', .run = mlci_kernel_concat},
    {.name = "-", .arguments = "ii", .result = 'i', .run = subtract_integers},
    {.name = "-",
     .arguments = "rr",
     .result = 'r',
     .run = calculate_reals,
     .variant = MLCI_SUBTRACT},
    {.name = "*", .arguments = "ii", .result = 'i', .run = multiply_integers},
    {.name = "*",
     .arguments = "rr",
     .result = 'r',
     .run = calculate_reals,
     .variant = MLCI_MULTIPLY},
    {.name = "/", .arguments = "rr", .result = 'r', .run = calculate_reals, .variant = MLCI_DIVIDE},
    {.name = "//", .arguments = "ii", .result = 'i', .run = divide_integers, .variant = 0},
    {.name = "//", .arguments = "rr", .result = 'r', .run = divide_reals_down, .variant = 0},
    {.name = "%", .arguments = "ii", .result = 'i', .run = divide_integers, .variant = 1},
    {.name = "%", .arguments = "rr", .result = 'r', .run = divide_reals_down, .variant = 1},
    {.name = "**", .arguments = "rr", .result = 'r', .run = power_reals},
    {.name = "negate", .arguments = "i", .result = 'i', .run = sign_integers, .variant = NEGATE},
    {.name = "negate", .arguments = "r", .result = 'r', .run = change_reals, .variant = NEGATE},
    {.name = "plus", .arguments = "i", .result = 'i', .run = sign_integers, .variant = SAME},
    {.name = "plus", .arguments = "r", .result = 'r', .run = change_reals, .variant = SAME},
    {.name = "abs", .arguments = "i", .result = 'i', .run = sign_integers, .variant = ABSOLUTE},
    {.name = "abs", .arguments = "r", .result = 'r', .run = change_reals, .variant = ABSOLUTE},
    {.name = "floor", .arguments = "i", .result = 'i', .run = sign_integers, .variant = SAME},
    {.name = "floor", .arguments = "r", .result = 'r', .run = change_reals, .variant = FLOOR},
    {.name = "ceil", .arguments = "i", .result = 'i', .run = sign_integers, .variant = SAME},
    {.name = "ceil", .arguments = "r", .result = 'r', .run = change_reals, .variant = CEILING},
    {.name = "round", .arguments = "i", .result = 'i', .run = sign_integers, .variant = SAME},
    {.name = "round", .arguments = "r", .result = 'r', .run = change_reals, .variant = ROUND},
    {.name = "round", .arguments = "ri", .result = 'r', .run = round_places},
    {.name = "sqrt", .arguments = "r", .result = 'r', .run = change_reals, .variant = SQUARE_ROOT},
    {.name = "exp", .arguments = "r", .result = 'r', .run = exp_reals},
    {.name = "log", .arguments = "r", .result = 'r', .run = log_reals},
    {.name = "pow", .arguments = "rr", .result = 'r', .run = power_reals},
    {.name = "min", .arguments = "ii*", .result = 'i', .run = extreme_integers, .variant = 0},
    {.name = "min", .arguments = "rr*", .result = 'r', .run = extreme_reals, .variant = 0},
    {.name = "max", .arguments = "ii*", .result = 'i', .run = extreme_integers, .variant = 1},
    {.name = "max", .arguments = "rr*", .result = 'r', .run = extreme_reals, .variant = 1},
    {.name = "clip", .arguments = "iii", .result = 'i', .run = clip_integers},
    {.name = "clip", .arguments = "rrr", .result = 'r', .run = clip_reals},
    {.name = NULL}};
