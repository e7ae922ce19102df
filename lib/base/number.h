/* Numbers to text and back, exactly and whatever the locale.
 *
 * Reading is correctly rounded (Clinger's fast path, Eisel-Lemire, big integers for what is
 * left); writing gives the shortest text that reads back to the same bits. */
#ifndef MLCI_NUMBER_H
#define MLCI_NUMBER_H

#include <stdint.h>
#include <string.h>

#define MLCI_NUMBER_SIZE 40 /* room for any number with its NUL; all of it may be written to */

/* 1 when all of text[0 .. length) is a real: decimal with optional sign, point and exponent,
 * or nan, inf, infinity in any case. No white space, no hexadecimal. Overflow gives inf. On 0,
 * *out is as it was. */
int mlci_real_parse(const char *text, int64_t length, double *out);

/* The decimal that text begins with, with optional sign, point and exponent: where it ends, at most
 * at end; NULL where there is none, nor for nan and inf. Quicker where end is not near. */
const char *mlci_real_read(const char *text, const char *end, double *out);

/* The double nearest to word * 10^exponent where a quick look is enough to tell: 0 where it is not,
 * or the result is not normal. */
int mlci_real_of_decimal(uint64_t word, int64_t exponent, double *out);

/* The same as mlci_real_parse() for the nearest float, rounded once. */
int mlci_float_parse(const char *text, int64_t length, float *out);

/* 1 when all of the text is an integer that fits: optional sign, digits. */
int mlci_integer_parse(const char *text, int64_t length, int64_t *out);

/* Shortest round-trip form ("0.1", "1e+300", "nan", "-inf", "3", "-0"); returns the length. The
 * digits and the layout of Python's repr (exponents below 1e-4 and from 1e16 on), but integral
 * values have no ".0". */
int32_t mlci_real_format(double value, char out[MLCI_NUMBER_SIZE]);

/* The same for a float: the shortest text that reads back to the same float. */
int32_t mlci_float_format(float value, char out[MLCI_NUMBER_SIZE]);

/* At most digits (1 to 17) significant digits, correctly rounded (ties to even), without trailing
 * zeros: for people. The layout of %g: exponents below 1e-4 and from 10^digits on. */
int32_t mlci_real_format_digits(double value, int32_t digits, char out[MLCI_NUMBER_SIZE]);

int32_t mlci_integer_format(int64_t value, char out[MLCI_NUMBER_SIZE]);

extern const char mlci_digit_pairs[200];      /* 00 01 .. 99 */
extern const uint64_t mlci_powers_of_ten[20]; /* 10^0 .. 10^19 */

/* The two digits of a value below 100. */
static inline void mlci_put_pair(uint32_t value, char out[2])
{
    memcpy(out, mlci_digit_pairs + 2 * value, 2);
}

#endif
