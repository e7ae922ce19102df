/* Text to numbers, correctly rounded, without locale and without libm.
 *
 * Digits go eight at a time (SWAR) into a 64-bit significand w, so the text is w * 10^q. Then
 * - W. D. Clinger, How to Read Floating Point Numbers Accurately (1990): w and 10^|q| exact in
 *   floating point give the result by one operation;
 * - else an interval around w * 10^q from a 128-bit power of ten, after D. Lemire, Number Parsing
 *   at a Gigabyte per Second (2021): when both its ends round to the same number, that is it;
 * - else big integers compare the text with the midpoint of the two candidates.
 * The delicate part is the width of the interval: the table rounds up by less than one unit, and
 * digits past the 19th count as less than one unit of w. */
#include <float.h>
#include <string.h>

#include "biginteger.h"
#include "number.h"
#include "power_table.h"
#include "wide.h"

/* Are doubles and floats computed as they are? 16 says so where there is half precision, too. */
#define IS_EXACT (FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16)
#define WORD_DIGITS 19      /* digits that always fit 64 bits */
#define DECIDING_DIGITS 780 /* a midpoint of doubles has at most 767 */
#define EXPONENT_LIMIT INT64_C(100000000000000000)
#define MOST_DECIMAL_EXPONENT 308

/* A number as written: digits[0 .. n_digits) times 10^exponent, without leading zeros and with a
 * point (if any) somewhere among the bytes [digits, digits_end). */
typedef struct decimal {
    int negative;
    uint64_t word;         /* the first WORD_DIGITS digits */
    int64_t word_exponent; /* of ten, for word */
    int truncated;         /* word lacks digits */
    const char *digits, *digits_end;
    int64_t n_digits, exponent;
} decimal;

/* A binary format; ordinals are its bit patterns without the sign. */
typedef struct binary {
    int32_t precision;      /* bits of the significand, the hidden one included */
    int32_t least_exponent; /* of two, of the least subnormal number */
    uint64_t infinity;      /* ordinal */
} binary;

static const binary binary_double = {53, -1074, UINT64_C(0x7ff0000000000000)};
static const binary binary_float = {24, -149, UINT64_C(0x7f800000)};

/* ---- scanning ----------------------------------------------------------------------------- */

static int is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Takes the digits that the eight bytes at c begin with into *word; how many there are. */
static inline int32_t take_eight(const char *c, uint64_t *word)
{
    uint64_t v;
    memcpy(&v, c, sizeof v);
    v ^= UINT64_C(0x3030303030303030); /* digits become 0 .. 9, all else 10 or more */
    const uint64_t other = (v | (v + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080);
    const int32_t n = other == 0 ? 8 : __builtin_ctzll(other) >> 3; /* carries go upwards only */
    if (n == 0) return 0;
    v <<= 64 - 8 * n;      /* zeros in front of them */
    v = v * 10 + (v >> 8); /* pairs, in every other byte */
    v = (v & UINT64_C(0x000000ff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
        ((v >> 16) & UINT64_C(0x000000ff000000ff)) * (1 + (UINT64_C(10000) << 32));
    *word = *word * mlci_powers_of_ten[n] + (v >> 32);
    return n;
}
#define FEWEST_BYTES 8
#else
static inline int32_t take_eight(const char *c, uint64_t *word)
{
    (void)c;
    (void)word;
    return 0;
}
#define FEWEST_BYTES PTRDIFF_MAX
#endif

/* Takes the digits from c on into *word (which wraps when there are too many). */
static const char *take_digits(const char *c, const char *end, uint64_t *word)
{
    while (end - c >= FEWEST_BYTES) {
        const int32_t n = take_eight(c, word);
        c += n;
        if (n < 8) return c;
    }
    for (; c < end && is_digit(*c); c++)
        *word = *word * 10 + (uint64_t)(*c - '0');
    return c;
}

/* More than WORD_DIGITS were written: skips leading zeros and, if there are still too many, takes
 * the first of them again. */
static void shorten(decimal *d, int64_t n_written)
{
    const char *c = d->digits;
    while (c < d->digits_end && (*c == '0' || *c == '.'))
        n_written -= *c++ == '0';
    d->digits = c;
    d->n_digits = n_written;
    if (n_written <= WORD_DIGITS) return;
    d->word = 0;
    for (int32_t n = 0; n < WORD_DIGITS; c++) {
        if (*c == '.') continue;
        d->word = d->word * 10 + (uint64_t)(*c - '0');
        n++;
    }
    d->truncated = 1;
    d->word_exponent = d->exponent + (n_written - WORD_DIGITS);
}

/* The exponent after its letter: where it ends; NULL when there is none. */
static const char *scan_exponent(const char *c, const char *end, int64_t *exponent)
{
    int negative = 0;
    int64_t value = 0;
    if (c < end && (*c == '+' || *c == '-')) negative = *c++ == '-';
    const char *const first = c;
    for (; c < end && is_digit(*c); c++)
        if (value < EXPONENT_LIMIT) value = value * 10 + (*c - '0');
    if (c == first) return NULL;
    *exponent += negative ? -value : value;
    return c;
}

/* A number, whose sign was read before: where it ends, at most at end; NULL when there is none. */
static const char *scan_decimal(const char *c, const char *end, decimal *d)
{
    d->word = 0;
    d->exponent = 0;
    d->truncated = 0;
    d->digits = c;
    const char *at = take_digits(c, end, &d->word);
    int64_t n_written = at - c;
    if (at < end && *at == '.') {
        const char *const fraction = at + 1;
        at = take_digits(fraction, end, &d->word);
        d->exponent = fraction - at;
        n_written -= d->exponent;
    }
    if (n_written == 0) return NULL;
    d->digits_end = at;
    if (at < end && (*at == 'e' || *at == 'E')) at = scan_exponent(at + 1, end, &d->exponent);
    if (at == NULL) return NULL;
    d->n_digits = n_written;
    d->word_exponent = d->exponent;
    if (n_written > WORD_DIGITS) shorten(d, n_written);
    return at;
}

static int equals_word(const char *text, int64_t length, const char *word)
{
    for (int64_t i = 0; i < length; i++)
        if (word[i] == '\0' || (text[i] | 0x20) != word[i]) return 0;
    return word[length] == '\0';
}

/* ---- rounding ----------------------------------------------------------------------------- */

/* The nearest ordinal to v * 2^exponent, ties to even. v is at least 2^125, so at least 64 bits
 * of it are beyond the significand. */
static uint64_t round_wide(const binary *format, mlci_wide v, int32_t exponent)
{
    const int32_t top = 127 - __builtin_clzll(v.high) + exponent;
    int32_t last = top - format->precision + 1; /* exponent of the last bit that stays */
    if (last < format->least_exponent) last = format->least_exponent;
    const int32_t dropped = last - exponent - 64; /* bits of v.high */
    if (dropped > 64) return 0;
    const uint64_t half = UINT64_C(1) << (dropped - 1);
    const uint64_t rest = dropped < 64 ? v.high & (2 * half - 1) : v.high;
    uint64_t kept = dropped < 64 ? v.high >> dropped : 0;
    if (rest > half || (rest == half && (v.low != 0 || (kept & 1) != 0))) kept++;
    const uint64_t ordinal =
        ((uint64_t)(last - format->least_exponent) << (format->precision - 1)) + kept;
    return ordinal < format->infinity ? ordinal : format->infinity;
}

/* All digits that can decide, as an integer; returns the exponent of ten that goes with it.
 * *more is 1 when digits that are not 0 were left out. */
static int64_t collect_digits(const decimal *d, mlci_biginteger *out, int *more)
{
    const int64_t n = d->n_digits < DECIDING_DIGITS ? d->n_digits : DECIDING_DIGITS;
    const char *c = d->digits;
    mlci_biginteger_set(out, 0);
    for (int64_t i = 0; i < n; c++) {
        if (*c == '.') continue;
        mlci_biginteger_multiply_add(out, 10, (uint32_t)(*c - '0'));
        i++;
    }
    *more = 0;
    for (; c < d->digits_end; c++)
        *more |= *c != '.' && *c != '0';
    return d->exponent + (d->n_digits - n);
}

/* The number rounds to the ordinal or to the next: which is nearer? */
static uint64_t decide_exactly(const binary *format, const decimal *d, uint64_t ordinal)
{
    mlci_biginteger written, midpoint;
    int more;
    const int32_t hidden = format->precision - 1;
    const uint64_t field = ordinal >> hidden, fraction = ordinal & ((UINT64_C(1) << hidden) - 1);
    const uint64_t significand = field > 0 ? fraction | UINT64_C(1) << hidden : fraction;
    const int32_t last = format->least_exponent + (field > 0 ? (int32_t)field - 1 : 0);
    const int32_t ten = (int32_t)collect_digits(d, &written, &more);
    /* written * 10^ten against (2 * significand + 1) * 2^(last - 1) */
    mlci_biginteger_set(&midpoint, 2 * significand + 1);
    mlci_biginteger_multiply_five(ten > 0 ? &written : &midpoint, ten > 0 ? ten : -ten);
    const int32_t two = ten - (last - 1);
    mlci_biginteger_shift(two > 0 ? &written : &midpoint, two > 0 ? two : -two);
    const int order = mlci_biginteger_compare(&written, &midpoint);
    if (order != 0) return ordinal + (order > 0);
    return ordinal + (more || (ordinal & 1) != 0);
}

/* The ordinal nearest to the decimal. */
static uint64_t convert(const binary *format, const decimal *d)
{
    if (d->word == 0 || d->word_exponent < MLCI_POWER_LEAST) return 0;
    if (d->word_exponent > MOST_DECIMAL_EXPONENT) return format->infinity;
    const int32_t q = (int32_t)d->word_exponent;
    const mlci_power power = mlci_power_table[q - MLCI_POWER_LEAST];
    const int exact = q >= 0 && q <= MLCI_POWER_EXACT;
    const int32_t shift = __builtin_clzll(d->word);
    const uint64_t word = d->word << shift;
    const int32_t exponent = mlci_power_binary_exponent(q) - 63 - shift;

    /* By the upper half of the power. low <= number <= high. */
    mlci_wide low = mlci_multiply_wide(word, power.high), high = low;
    int wrapped = 0;
    if (power.low != 0) wrapped |= mlci_add_wide(&high, word);
    if (d->truncated) {
        const uint64_t unit = power.high + 1; /* times 2^shift, shift at most 4 */
        high.high += unit >> (64 - shift - 1) >> 1;
        wrapped |= unit == 0 || high.high < low.high || mlci_add_wide(&high, unit << shift);
    }
    const uint64_t ordinal = round_wide(format, low, exponent);
    if (ordinal == format->infinity) return ordinal;
    if (!wrapped && ordinal == round_wide(format, high, exponent)) return ordinal;
    if (d->truncated) return decide_exactly(format, d, ordinal);

    /* By the whole power: 192 bits, known to less than word units of the last. */
    const mlci_wide tail = mlci_multiply_wide(word, power.low);
    mlci_add_wide(&low, tail.high);
    high = low;
    if (tail.low != 0) mlci_add_wide(&high, 1);
    if (!exact && tail.low < word) {
        low.high -= low.low == 0;
        low.low--;
    }
    const uint64_t closer = round_wide(format, low, exponent);
    if (closer == round_wide(format, high, exponent)) return closer;
    return decide_exactly(format, d, closer);
}

static double double_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static const double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* By the upper half of the power alone: with v = word * power.high, v <= number < v + word. Adding
 * less than 2^64 can carry one into v.high, so the rounding is settled unless the bits that go are
 * just below the middle, or the middle itself with nothing behind it. */
int mlci_real_of_decimal(uint64_t word, int64_t exponent, double *out)
{
    if (word == 0 || exponent < MLCI_POWER_LEAST || exponent > MOST_DECIMAL_EXPONENT) return 0;
    if (IS_EXACT && word <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
        const double whole = (double)word;
        *out = exponent < 0 ? whole / exact_powers[-exponent] : whole * exact_powers[exponent];
        return 1;
    }
    const int32_t q = (int32_t)exponent;
    const int32_t shift = __builtin_clzll(word);
    const mlci_wide v =
        mlci_multiply_wide(word << shift, mlci_power_table[q - MLCI_POWER_LEAST].high);
    const int32_t zeros = v.high >> 63 == 0;
    const int32_t dropped = 64 - binary_double.precision - zeros;
    const uint64_t half = UINT64_C(1) << (dropped - 1);
    const uint64_t rest = v.high & (2 * half - 1);
    if (rest == half - 1 || (rest == half && v.low == 0)) return 0;
    const int32_t last = mlci_power_binary_exponent(q) - 63 - shift + 64 + dropped;
    const int32_t field = last - binary_double.least_exponent;
    if (field < 1 || field > 2040) return 0;
    const uint64_t kept = (v.high >> dropped) + (rest >= half);
    *out = double_from_bits(((uint64_t)field << (binary_double.precision - 1)) + kept);
    return 1;
}

/* Sign, then a decimal (returns 1), nan or infinity (returns 2, *special), or neither (0). */
static int scan_real(const char *text, int64_t length, decimal *d, double *special)
{
    const char *c = text;
    const char *const end = length > 0 ? text + length : text;
    d->negative = 0;
    if (c < end && (*c == '-' || *c == '+')) d->negative = *c++ == '-';
    if (c == end) return 0;
    if (is_digit(*c) || *c == '.') return scan_decimal(c, end, d) == end;
    if (equals_word(c, end - c, "nan")) {
        *special = double_from_bits(UINT64_C(0x7ff8000000000000));
        return 2;
    }
    if (!equals_word(c, end - c, "inf") && !equals_word(c, end - c, "infinity")) return 0;
    *special = double_from_bits(binary_double.infinity | (uint64_t)d->negative << 63);
    return 2;
}

static double magnitude_of(const decimal *d)
{
    double value = 0;
    if (d->truncated || !mlci_real_of_decimal(d->word, d->word_exponent, &value))
        value = double_from_bits(convert(&binary_double, d));
    return value;
}

static double with_sign(double value, int negative)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return double_from_bits(bits | (uint64_t)negative << 63);
}

int mlci_real_parse(const char *text, int64_t length, double *out)
{
    decimal d;
    const int found = scan_real(text, length, &d, out);
    if (found == 1) *out = with_sign(magnitude_of(&d), d.negative);
    return found != 0;
}

/* What most numbers are: 1 to 7 digits, perhaps a point and up to 23 more, no exponent, all of them
 * within a word. Where it ends; NULL for what needs a closer look. Reads PLAIN_BYTES. */
static inline const char *read_plain(const char *c, double *out)
{
    uint64_t word = 0;
    int32_t n = take_eight(c, &word);
    const char *at = c + n, *const point = at;
    if (n == 0 || n == 8) return NULL;
    if (*at == '.') {
        at++;
        n = take_eight(at, &word);
        at += n;
        const uint64_t head = word;
        for (int i = 0; n == 8 && i < 2; i++, at += n)
            n = take_eight(at, &word);
        const int64_t n_behind = at - point - 9; /* head */
        if (n == 8 || (n_behind > 0 && head >= mlci_powers_of_ten[WORD_DIGITS - n_behind]))
            return NULL;
    }
    if ((*at | 0x20) == 'e') return NULL;
    *out = (double)word;
    return at - point < 2 || mlci_real_of_decimal(word, point + 1 - at, out) ? at : NULL;
}
#define PLAIN_BYTES 32

const char *mlci_real_read(const char *text, const char *end, double *out)
{
    double value = 0;
    const int has_text = text < end;
    const int negative = has_text && *text == '-';
    const char *const first = text + (negative | (has_text && *text == '+'));
    const int is_long = FEWEST_BYTES <= PLAIN_BYTES && end - first >= PLAIN_BYTES;
    const char *stop = is_long ? read_plain(first, &value) : NULL;
    if (stop == NULL) {
        decimal d;
        stop = scan_decimal(first, end, &d);
        if (stop == NULL) return NULL;
        value = magnitude_of(&d);
    }
    *out = with_sign(value, negative);
    return stop;
}

int mlci_float_parse(const char *text, int64_t length, float *out)
{
    decimal d;
    double special = 0.0;
    const int found = scan_real(text, length, &d, &special);
    if (found == 0) return 0;
    if (found == 2) {
        *out = (float)special;
        return 1;
    }
    const int64_t q = d.word_exponent;
    if (IS_EXACT && !d.truncated && d.word <= UINT64_C(1) << 24 && q >= -10 && q <= 10) {
        const float word = (float)d.word;
        const float value = q < 0 ? word / (float)exact_powers[-q] : word * (float)exact_powers[q];
        *out = d.negative ? -value : value;
        return 1;
    }
    *out = float_from_bits((uint32_t)convert(&binary_float, &d) | (uint32_t)d.negative << 31);
    return 1;
}

int mlci_integer_parse(const char *text, int64_t length, int64_t *out)
{
    const char *c = text;
    const char *const end = length > 0 ? text + length : text;
    uint64_t value = 0;
    int negative = 0;
    if (c < end && (*c == '-' || *c == '+')) negative = *c++ == '-';
    const char *first = c;
    while (end - first > 1 && *first == '0')
        first++;
    c = take_digits(first, end, &value);
    if (c == first || c < end || c - first > WORD_DIGITS) return 0;
    if (value > (uint64_t)INT64_MAX + (uint64_t)negative) return 0;
    *out = (int64_t)(negative ? 0 - value : value);
    return 1;
}
