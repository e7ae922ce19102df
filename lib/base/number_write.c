/* Numbers to text: the shortest that reads back, or so many digits, correctly rounded.
 *
 * Shortest: R. Giulietti, The Schubfach way to render doubles (2020): the ends of the interval
 * that rounds to the value are scaled by one 128-bit power of ten and rounded to odd, which
 * keeps every comparison exact; of the two decimals of the least length that enclose the value
 * the one inside, or the closer. Floats take the same road with their own interval. By digits:
 * long division of big integers, ties to even. */
#include <string.h>

#include "biginteger.h"
#include "number.h"
#include "power_table.h"
#include "wide.h"

#define REAL_HIDDEN 52 /* bits of the fraction */
#define REAL_LEAST_EXPONENT (-1074)
#define FLOAT_HIDDEN 23
#define FLOAT_LEAST_EXPONENT (-149)
#define MOST_DIGITS 17
#define FIXED_LEAST (-4)                /* scientific below 10^FIXED_LEAST ... */
#define FIXED_END 16                    /* ... and from 10^FIXED_END on */
#define INTEGRAL_END 9007199254740992.0 /* 2^53 */

/* digits * 10^exponent */
typedef struct shortest {
    uint64_t digits;
    int32_t exponent;
} shortest;

/* floor(log10(2^e)) and floor(log10(3/4 * 2^e)), for e from -1100 to 1000. */
static int32_t decimal_exponent(int32_t e, int closer_below)
{
    return (e * 1262611 - (closer_below ? 524031 : 0)) >> 22;
}

/* The high word of power * value / 2^64 of the 192-bit product, its last bit set when anything is
 * cut off. The power is rounded up, so a rest of 1 counts as none. */
static uint64_t multiply_to_odd(mlci_power power, uint64_t value)
{
    const mlci_wide tail = mlci_multiply_wide(power.low, value);
    mlci_wide product = mlci_multiply_wide(power.high, value);
    mlci_add_wide(&product, tail.high);
    return product.high | (product.low > 1);
}

/* The shortest decimal of significand * 2^exponent; closer_below: the neighbour below is at half
 * the distance. */
static shortest find_shortest(uint64_t significand, int32_t exponent, int closer_below)
{
    const uint64_t open = significand & 1; /* ends round to even: inside when it is even */
    const int32_t k = decimal_exponent(exponent, closer_below);
    const int32_t shift = exponent + mlci_power_binary_exponent(-k) + 1;
    const mlci_power power = mlci_power_table[-k - MLCI_POWER_LEAST];
    /* All in quarters of 10^k. */
    const uint64_t low =
        multiply_to_odd(power, (4 * significand - (closer_below ? 1 : 2)) << shift) + open;
    const uint64_t value = multiply_to_odd(power, 4 * significand << shift);
    const uint64_t high = multiply_to_odd(power, (4 * significand + 2) << shift) - open;
    const uint64_t below = value / 4;
    if (below >= 10) {
        const uint64_t tens = below / 10;
        const int is_low_inside = low <= 40 * tens, is_high_inside = 40 * tens + 40 <= high;
        if (is_low_inside != is_high_inside)
            return (shortest){.digits = tens + (uint64_t)is_high_inside, .exponent = k + 1};
    }
    const int is_low_inside = low <= 4 * below, is_high_inside = 4 * below + 4 <= high;
    if (is_low_inside != is_high_inside)
        return (shortest){.digits = below + (uint64_t)is_high_inside, .exponent = k};
    const uint64_t middle = 4 * below + 2;
    const int is_up = value > middle || (value == middle && (below & 1) != 0);
    return (shortest){.digits = below + (uint64_t)is_up, .exponent = k};
}

/* Writes the decimal digits of value so that they end before end; returns where they start. */
static char *put_digits(uint64_t value, char *end)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return end;
}

static char *put_bytes(char *at, const char *bytes, int32_t n)
{
    memcpy(at, bytes, (size_t)n);
    return at + n;
}

static char *put_zeros(char *at, int32_t n)
{
    memset(at, '0', (size_t)n);
    return at + n;
}

static char *put_exponent(char *at, int32_t exponent)
{
    char buffer[8];
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    const uint64_t size = (uint64_t)(exponent < 0 ? -exponent : exponent);
    if (size < 10) *at++ = '0';
    const char *const first = put_digits(size, buffer + sizeof buffer);
    return put_bytes(at, first, (int32_t)(buffer + sizeof buffer - first));
}

/* 0.d1 d2 .. dn * 10^point, scientific from 10^fixed_end on; n at least 1. */
static char *put_decimal(char *at, const char *digits, int32_t n, int32_t point, int32_t fixed_end)
{
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (point - 1 < FIXED_LEAST || point > fixed_end) {
        *at++ = digits[0];
        if (n > 1) {
            *at++ = '.';
            at = put_bytes(at, digits + 1, n - 1);
        }
        return put_exponent(at, point - 1);
    }
    if (point <= 0) {
        at = put_zeros(put_bytes(at, "0.", 2), -point);
        return put_bytes(at, digits, n);
    }
    if (n <= point) return put_zeros(put_bytes(at, digits, n), point - n);
    at = put_bytes(at, digits, point);
    *at++ = '.';
    return put_bytes(at, digits + point, n - point);
}

static int32_t finish(char *at, char out[MLCI_NUMBER_SIZE])
{
    *at = '\0';
    return (int32_t)(at - out);
}

/* What needs no digits: nan, infinities and zeros. NULL when the value is another. */
static const char *special_text(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int negative = bits >> 63 != 0;
    if (value != value) return "nan";
    if (bits << 1 == 0) return negative ? "-0" : "0";
    if (bits << 1 == UINT64_C(0xffe0000000000000)) return negative ? "-inf" : "inf";
    return NULL;
}

static int32_t put_special(const char *text, char out[MLCI_NUMBER_SIZE])
{
    return finish(put_bytes(out, text, (int32_t)strlen(text)), out);
}

/* A finite number that is not 0, from the bits of its magnitude. */
static int32_t put_shortest(int negative, uint64_t bits, int32_t hidden, int32_t least_exponent,
                            char out[MLCI_NUMBER_SIZE])
{
    char buffer[20];
    char *const buffer_end = buffer + sizeof buffer;
    const uint64_t fraction = bits & ((UINT64_C(1) << hidden) - 1);
    const int32_t field = (int32_t)(bits >> hidden);
    const uint64_t significand = field > 0 ? fraction | UINT64_C(1) << hidden : fraction;
    const int32_t exponent = least_exponent + (field > 0 ? field - 1 : 0);
    const shortest found = find_shortest(significand, exponent, fraction == 0 && field > 1);
    const char *const digits = put_digits(found.digits, buffer_end);
    const int32_t n = (int32_t)(buffer_end - digits);
    char *at = out;
    if (negative) *at++ = '-';
    return finish(put_decimal(at, digits, n, n + found.exponent, FIXED_END), out);
}

int32_t mlci_real_format(double value, char out[MLCI_NUMBER_SIZE])
{
    const char *const special = special_text(value);
    if (special != NULL) return put_special(special, out);
    if (value > -INTEGRAL_END && value < INTEGRAL_END && value == (double)(int64_t)value)
        return mlci_integer_format((int64_t)value, out);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return put_shortest(value < 0, bits << 1 >> 1, REAL_HIDDEN, REAL_LEAST_EXPONENT, out);
}

int32_t mlci_float_format(float value, char out[MLCI_NUMBER_SIZE])
{
    const char *const special = special_text((double)value);
    if (special != NULL) return put_special(special, out);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return put_shortest(value < 0, bits << 1 >> 1, FLOAT_HIDDEN, FLOAT_LEAST_EXPONENT, out);
}

/* Rounds digits up by one of the last; returns 1 when all were nines (digits becomes 1 0 0 ..). */
static int increment(char *digits, int32_t n)
{
    for (int32_t i = n; i-- > 0;) {
        if (digits[i] < '9') {
            digits[i]++;
            return 0;
        }
        digits[i] = '0';
    }
    digits[0] = '1';
    return 1;
}

/* The first n digits of significand * 2^exponent, rounded; returns the point of 0.d1 d2 ... */
static int32_t divide_digits(uint64_t significand, int32_t exponent, char *digits, int32_t n)
{
    mlci_biginteger numerator, denominator;
    const int32_t top = 63 - __builtin_clzll(significand) + exponent;
    int32_t point = decimal_exponent(top, 0); /* or one more */
    mlci_biginteger_set(&numerator, significand);
    mlci_biginteger_set(&denominator, 1);
    mlci_biginteger_multiply_five(point > 0 ? &denominator : &numerator,
                                  point > 0 ? point : -point);
    const int32_t two = exponent - point;
    mlci_biginteger_shift(two > 0 ? &numerator : &denominator, two > 0 ? two : -two);
    /* numerator / denominator is in [1, 20) */
    mlci_biginteger ten = denominator;
    mlci_biginteger_multiply_add(&ten, 10, 0);
    if (mlci_biginteger_compare(&numerator, &ten) >= 0) {
        denominator = ten;
        point++;
    }
    for (int32_t i = 0; i < n; i++) {
        if (i > 0) mlci_biginteger_multiply_add(&numerator, 10, 0);
        digits[i] = (char)('0' + mlci_biginteger_divide_small(&numerator, &denominator));
    }
    mlci_biginteger_shift(&numerator, 1);
    const int order = mlci_biginteger_compare(&numerator, &denominator);
    if (order > 0 || (order == 0 && (digits[n - 1] & 1) != 0)) point += increment(digits, n);
    return point + 1;
}

int32_t mlci_real_format_digits(double value, int32_t digits, char out[MLCI_NUMBER_SIZE])
{
    const char *const special = special_text(value);
    if (special != NULL) return put_special(special, out);
    char buffer[MOST_DIGITS];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int32_t n = digits < 1 ? 1 : digits > MOST_DIGITS ? MOST_DIGITS : digits;
    const uint64_t fraction = bits & ((UINT64_C(1) << REAL_HIDDEN) - 1);
    const int32_t field = (int32_t)(bits << 1 >> 1 >> REAL_HIDDEN);
    const uint64_t significand = field > 0 ? fraction | UINT64_C(1) << REAL_HIDDEN : fraction;
    const int32_t exponent = REAL_LEAST_EXPONENT + (field > 0 ? field - 1 : 0);
    const int32_t point = divide_digits(significand, exponent, buffer, n);
    char *at = out;
    if (value < 0) *at++ = '-';
    return finish(put_decimal(at, buffer, n, point, n), out);
}

int32_t mlci_integer_format(int64_t value, char out[MLCI_NUMBER_SIZE])
{
    char buffer[20];
    char *at = out;
    if (value < 0) *at++ = '-';
    const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const char *const first = put_digits(size, buffer + sizeof buffer);
    return finish(put_bytes(at, first, (int32_t)(buffer + sizeof buffer - first)), out);
}
