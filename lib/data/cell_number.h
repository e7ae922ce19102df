/* Plain decimal cells to numbers without a loop: up to 24 characters, digits with at most one
 * point, read right-aligned from the bytes that end with the cell, all digits at once (Lemire,
 * "Number parsing at a gigabyte per second", 2021). Values up to 2^53 over a power of ten up to
 * 10^15 are exact in both parts, so that the division rounds once (Clinger 1990) and the result
 * is that of mlci_real_parse(), which takes everything else. */
#ifndef MLCI_CELL_NUMBER_H
#define MLCI_CELL_NUMBER_H

#include <stdint.h>
#include <string.h>

#include "number.h"

#define MLCI_CELL_ZEROS 0x3030303030303030U
#define MLCI_CELL_HIGH_BITS 0x8080808080808080U

/* Eight digits, as values 0 to 9, the first in the lowest byte. */
static inline uint64_t mlci_cell_eight(uint64_t digits)
{
    const uint64_t pairs = digits * 10 + (digits >> 8);
    return ((pairs & 0x000000ff000000ffU) * 0x000f424000000064U +
            (pairs >> 16 & 0x000000ff000000ffU) * 0x0000271000000001U) >>
           32;
}

/* Not 0 when some byte is above 9. */
static inline uint64_t mlci_cell_not_digits(uint64_t digits)
{
    return (digits | (digits + 0x7676767676767676U)) & MLCI_CELL_HIGH_BITS;
}

/* The bytes before the point move over it; *point is its byte, 0 to 7. */
static inline uint64_t mlci_cell_drop_byte(uint64_t word, int32_t point)
{
    const uint64_t below = ((uint64_t)1 << (8 * point)) - 1;
    return (word & (~(uint64_t)0 << (8 * point) << 8)) | (word & below) << 8;
}

/* The byte of the first point among characters XOR '0'; 8 when there is none. */
static inline int32_t mlci_cell_find_point(uint64_t word)
{
    const uint64_t x = word ^ 0x1e1e1e1e1e1e1e1eU;
    const uint64_t low7 = ~MLCI_CELL_HIGH_BITS;
    const uint64_t zero = ~(((x & low7) + low7) | x | low7);
    return zero == 0 ? 8 : __builtin_ctzll(zero) >> 3;
}

/* The 16 bytes before end as values, those before the cell 0. length is 1 to 16. */
static inline void mlci_cell_load(const char *end, int64_t length, uint64_t *first, uint64_t *last)
{
    uint64_t a, b;
    memcpy(&a, end - 16, 8);
    memcpy(&b, end - 8, 8);
    a ^= MLCI_CELL_ZEROS;
    b ^= MLCI_CELL_ZEROS;
    if (length > 8) {
        *first = a & ~(uint64_t)0 << (8 * (16 - length));
        *last = b;
    } else {
        *first = 0;
        *last = b & ~(uint64_t)0 << (8 * (8 - length));
    }
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MLCI_CELL_FAST 1
#else
#define MLCI_CELL_FAST 0
#endif

/* A cell of 17 to 24 characters without its sign; 0 where a closer look is needed. */
static inline int mlci_cell_long_real(const char *text, int64_t length, int64_t n, double *out)
{
    uint64_t first, middle, last;
    int32_t n_decimals = 0;
    memcpy(&first, text + length - 24, 8);
    first = (first ^ MLCI_CELL_ZEROS) & ~(uint64_t)0 << (n < 24 ? 8 * (24 - n) : 0);
    mlci_cell_load(text + length, 16, &middle, &last);
    const int32_t low = mlci_cell_find_point(last);
    const int32_t high = low < 8 ? 8 : mlci_cell_find_point(middle);
    const int32_t top = low < 8 || high < 8 ? 8 : mlci_cell_find_point(first);
    if (low < 8) {
        last = mlci_cell_drop_byte(last, low) | middle >> 56;
        middle = middle << 8 | first >> 56;
        first <<= 8;
        n_decimals = 7 - low;
    } else if (high < 8) {
        middle = mlci_cell_drop_byte(middle, high) | first >> 56;
        first <<= 8;
        n_decimals = 15 - high;
    } else if (top < 8) {
        first = mlci_cell_drop_byte(first, top);
        n_decimals = 23 - top;
    }
    const uint64_t most = mlci_cell_eight(first);
    if ((mlci_cell_not_digits(first) | mlci_cell_not_digits(middle) | mlci_cell_not_digits(last)) !=
            0 ||
        most > 1843) { /* 2^64 is 1844.67 * 10^16 */
        return 0;
    }
    const uint64_t rest = mlci_cell_eight(middle) * 100000000 + mlci_cell_eight(last);
    return mlci_real_of_decimal(most * 10000000000000000U + rest, -n_decimals, out);
}

/* As mlci_real_parse(); start is where the memory that holds the cell starts. */
static inline int mlci_cell_real(const char *start, const char *text, int64_t length, double *out)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const int is_negative = length > 1 && *text == '-';
    const int64_t n = length - is_negative;
    if (!MLCI_CELL_FAST || n < 1 || n > 24 || text + length - start < 24) {
        return mlci_real_parse(text, length, out);
    }
    if (n > 16) {
        double real = 0;
        if (!mlci_cell_long_real(text, length, n, &real)) {
            return mlci_real_parse(text, length, out);
        }
        *out = is_negative ? -real : real;
        return 1;
    }
    uint64_t first, last;
    int32_t n_decimals = 0;
    mlci_cell_load(text + length, n, &first, &last);
    const int32_t point = mlci_cell_find_point(last);
    if (point < 8) {
        last = mlci_cell_drop_byte(last, point) | first >> 56;
        first <<= 8;
        n_decimals = 7 - point;
    } else {
        const int32_t early = mlci_cell_find_point(first);
        if (early < 8) {
            first = mlci_cell_drop_byte(first, early);
            n_decimals = 15 - early;
        }
    }
    const uint64_t value = mlci_cell_eight(first) * 100000000 + mlci_cell_eight(last);
    if ((mlci_cell_not_digits(first) | mlci_cell_not_digits(last)) != 0 ||
        value > (uint64_t)1 << 53 || n == 1) {
        /* n == 1 may be a point alone. */
        return mlci_real_parse(text, length, out);
    }
    const double real = (double)value / powers[n_decimals];
    *out = is_negative ? -real : real;
    return 1;
}

/* As mlci_integer_parse(). */
static inline int mlci_cell_integer(const char *start, const char *text, int64_t length,
                                    int64_t *out)
{
    const int is_negative = length > 1 && *text == '-';
    const int64_t n = length - is_negative;
    if (!MLCI_CELL_FAST || n < 1 || n > 16 || text + length - start < 16) {
        return mlci_integer_parse(text, length, out);
    }
    uint64_t first, last;
    mlci_cell_load(text + length, n, &first, &last);
    if ((mlci_cell_not_digits(first) | mlci_cell_not_digits(last)) != 0) {
        return mlci_integer_parse(text, length, out);
    }
    const int64_t value = (int64_t)(mlci_cell_eight(first) * 100000000 + mlci_cell_eight(last));
    *out = is_negative ? -value : value;
    return 1;
}

#endif
