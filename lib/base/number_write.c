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
#define DECIMALS 6 /* that many at most are looked for first */
#define DECIMAL_SCALE 1e6
#define DIGITS_15 1e15
#define NEARLY_WHOLE 0x1p-100 /* of the square: more than what rounding one product adds */
#define DIGITS_ROOM 32        /* for MOST_DIGITS, and what copying a fixed size of them may read */
#define FIXED_LEAST (-4)      /* scientific below 10^FIXED_LEAST ... */
#define FIXED_END 16          /* ... and from 10^FIXED_END on */
#define INTEGRAL_END 9007199254740992.0 /* 2^53 */

const char mlci_digit_pairs[200] = {
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
    "949596979899"};

const uint64_t mlci_powers_of_ten[20] = {UINT64_C(1),
                                         UINT64_C(10),
                                         UINT64_C(100),
                                         UINT64_C(1000),
                                         UINT64_C(10000),
                                         UINT64_C(100000),
                                         UINT64_C(1000000),
                                         UINT64_C(10000000),
                                         UINT64_C(100000000),
                                         UINT64_C(1000000000),
                                         UINT64_C(10000000000),
                                         UINT64_C(100000000000),
                                         UINT64_C(1000000000000),
                                         UINT64_C(10000000000000),
                                         UINT64_C(100000000000000),
                                         UINT64_C(1000000000000000),
                                         UINT64_C(10000000000000000),
                                         UINT64_C(100000000000000000),
                                         UINT64_C(1000000000000000000),
                                         UINT64_C(10000000000000000000)};

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
    /* Of the decimals around the value: those one digit shorter, then those of 10^k. All is
     * computed and then chosen from, as the branches would be taken by chance. */
    const uint64_t below = value / 4, tens = below / 10;
    const int is_ten_inside = low <= 40 * tens, is_next_ten_inside = 40 * tens + 40 <= high;
    const int is_inside = low <= 4 * below, is_next_inside = 4 * below + 4 <= high;
    const uint64_t middle = 4 * below + 2;
    const int is_closer = value > middle || (value == middle && (below & 1) != 0);
    const int is_up = is_inside != is_next_inside ? is_next_inside : is_closer;
    const int is_shorter = below >= 10 && is_ten_inside != is_next_ten_inside;
    return (shortest){.digits = is_shorter ? tens + (uint64_t)is_next_ten_inside
                                           : below + (uint64_t)is_up,
                      .exponent = k + is_shorter};
}

/* A value of at most DECIMALS decimals and 15 digits in all. No two such decimals are one double,
 * so it is the shortest that reads back, once it does: both operands of the division are exact. */
static int find_decimals(double value, shortest *out)
{
    const double scaled = value * DECIMAL_SCALE;
    if (!(scaled < DIGITS_15)) return 0;
    const int64_t digits = (int64_t)(scaled + 0.5);
    const double rest = scaled - (double)digits;
    if (rest * rest > scaled * scaled * NEARLY_WHOLE) return 0; /* sooner known than the quotient */
    *out = (shortest){.digits = (uint64_t)digits, .exponent = -DECIMALS};
    return (double)digits / DECIMAL_SCALE == value;
}

/* The digits of a value below 10^8, with zeros in front: halved until each byte has one, all parts
 * at once. x / 100 is x * 10486 >> 20 below 10^4, x / 10 is x * 103 >> 10 below 100. Returns how
 * many there are up to the last that is not 0. */
static int32_t put_eight(uint32_t value, char out[8])
{
    const uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    const uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    const uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
    const uint64_t tens = (pairs * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    const uint64_t values = tens | (pairs - 10 * tens) << 8;
    uint64_t digits = values + UINT64_C(0x3030303030303030);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(out, &digits, sizeof digits);
    return values == 0 ? 0 : 8 - (__builtin_clzll(values) >> 3);
}

/* Number of decimal digits. */
static int32_t count_digits(uint64_t value)
{
    const int32_t bits = 64 - __builtin_clzll(value | 1);
    const int32_t low = bits * 1233 >> 12; /* floor(bits * log10(2)) */
    return low + (value >= mlci_powers_of_ten[low]) + (value == 0);
}

/* Writes the decimal digits of value; returns where they end. */
static char *put_digits(uint64_t value, char *out)
{
    char *const end = out + count_digits(value);
    char *at = end;
    for (; value >= 100000000; value /= 100000000)
        put_eight((uint32_t)(value % 100000000), at -= 8);
    uint32_t rest = (uint32_t)value;
    for (; rest >= 100; rest /= 100)
        mlci_put_pair(rest % 100, at -= 2);
    if (rest >= 10) {
        mlci_put_pair(rest, at - 2);
    } else {
        at[-1] = (char)('0' + rest);
    }
    return end;
}

/* The digits of a value of at most MOST_DIGITS and zeros behind them; returns how many there are up
 * to the last that is not 0. *n: of the value. */
static int32_t put_significant(uint64_t value, char out[DIGITS_ROOM], int32_t *n)
{
    const int is_short = value < mlci_powers_of_ten[MOST_DIGITS - 1];
    uint64_t whole = is_short ? 10 * value : value; /* most often that is all */
    *n = MOST_DIGITS - is_short;
    if (whole < mlci_powers_of_ten[MOST_DIGITS - 1]) {
        *n = count_digits(value);
        whole = value * mlci_powers_of_ten[MOST_DIGITS - *n];
    }
    const uint64_t high = whole / 100000000;
    const uint32_t first = (uint32_t)(high / 100000000);
    memset(out, '0', DIGITS_ROOM);
    out[0] = (char)('0' + first);
    const int32_t n_high = put_eight((uint32_t)(high - first * UINT64_C(100000000)), out + 1);
    const int32_t n_low = put_eight((uint32_t)(whole - high * 100000000), out + 9);
    return n_low > 0 ? 9 + n_low : 1 + n_high;
}

static char *put_exponent(char *at, int32_t exponent)
{
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    const uint32_t size = (uint32_t)(exponent < 0 ? -exponent : exponent);
    if (size >= 100) return put_digits(size, at);
    mlci_put_pair(size, at);
    return at + 2;
}

/* 0.d1 d2 .. dn * 10^point, scientific from 10^fixed_end on; n at least 1, zeros behind the digits.
 * More is written than counts: copies of a fixed size are cheaper than of the right one. */
static char *put_decimal(char *at, const char digits[DIGITS_ROOM], int32_t n, int32_t point,
                         int32_t fixed_end)
{
    if (point - 1 < FIXED_LEAST || point > fixed_end) {
        at[0] = digits[0];
        at[1] = '.';
        memcpy(at + 2, digits + 1, MOST_DIGITS - 1);
        return put_exponent(at + (n > 1 ? n + 1 : 1), point - 1);
    }
    if (n <= point) {
        memcpy(at, digits, MOST_DIGITS);
        return at + point;
    }
    /* Above and below 1 alike, without a branch that chance decides: zeros in front, all digits,
     * the point, and once more the digits behind it. */
    const int32_t whole = point > 0 ? point : 0, zeros = point > 0 ? 0 : -point;
    const int32_t dot = point > 0 ? point : 1, start = point > 0 ? 0 : 2 - point;
    memcpy(at, "00000000", 8);
    memcpy(at + start, digits, MOST_DIGITS);
    memcpy(at + dot + 1 + zeros, digits + whole, MOST_DIGITS - 1);
    at[dot] = '.';
    return at + dot + 1 + zeros + n - whole;
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
    const size_t n = strlen(text);
    memcpy(out, text, n);
    return finish(out + n, out);
}

static int32_t put_shortest(int negative, shortest found, char out[MLCI_NUMBER_SIZE])
{
    char digits[DIGITS_ROOM];
    int32_t n;
    const int32_t n_significant = put_significant(found.digits, digits, &n);
    char *at = out;
    *at = '-';
    at += negative;
    return finish(put_decimal(at, digits, n_significant, n + found.exponent, FIXED_END), out);
}

/* A finite number that is not 0, from the bits of its magnitude. */
static shortest find_of_bits(uint64_t bits, int32_t hidden, int32_t least_exponent)
{
    const uint64_t fraction = bits & ((UINT64_C(1) << hidden) - 1);
    const int32_t field = (int32_t)(bits >> hidden);
    const uint64_t significand = field > 0 ? fraction | UINT64_C(1) << hidden : fraction;
    const int32_t exponent = least_exponent + (field > 0 ? field - 1 : 0);
    return find_shortest(significand, exponent, fraction == 0 && field > 1);
}

int32_t mlci_real_format(double value, char out[MLCI_NUMBER_SIZE])
{
    const char *const special = special_text(value);
    if (special != NULL) return put_special(special, out);
    if (value > -INTEGRAL_END && value < INTEGRAL_END && value == (double)(int64_t)value)
        return mlci_integer_format((int64_t)value, out);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    shortest found;
    if (!find_decimals(value < 0 ? -value : value, &found)) {
        found = find_of_bits(bits << 1 >> 1, REAL_HIDDEN, REAL_LEAST_EXPONENT);
    }
    return put_shortest(value < 0, found, out);
}

int32_t mlci_float_format(float value, char out[MLCI_NUMBER_SIZE])
{
    const char *const special = special_text((double)value);
    if (special != NULL) return put_special(special, out);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const shortest found = find_of_bits(bits << 1 >> 1, FLOAT_HIDDEN, FLOAT_LEAST_EXPONENT);
    return put_shortest(value < 0, found, out);
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
    char buffer[DIGITS_ROOM];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int32_t n = digits < 1 ? 1 : digits > MOST_DIGITS ? MOST_DIGITS : digits;
    const int32_t fixed_end = n;
    memset(buffer, '0', sizeof buffer);
    const uint64_t fraction = bits & ((UINT64_C(1) << REAL_HIDDEN) - 1);
    const int32_t field = (int32_t)(bits << 1 >> 1 >> REAL_HIDDEN);
    const uint64_t significand = field > 0 ? fraction | UINT64_C(1) << REAL_HIDDEN : fraction;
    const int32_t exponent = REAL_LEAST_EXPONENT + (field > 0 ? field - 1 : 0);
    const int32_t point = divide_digits(significand, exponent, buffer, n);
    while (n > 1 && buffer[n - 1] == '0')
        n--;
    char *at = out;
    if (value < 0) *at++ = '-';
    return finish(put_decimal(at, buffer, n, point, fixed_end), out);
}

int32_t mlci_integer_format(int64_t value, char out[MLCI_NUMBER_SIZE])
{
    char *at = out;
    if (value < 0) *at++ = '-';
    return finish(put_digits(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, at), out);
}
