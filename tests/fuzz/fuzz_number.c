/* Numbers read and written, against the C library: strtod and strtof round correctly in glibc, and
 * %.17g gives digits that read back to the same bits. */
#include <math.h>

#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"
#include "number.h"

static int same_real(double a, double b)
{
    return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0;
}

/* Does the text have the form that our reader takes? The C library takes more (blanks before it,
 * hexadecimal, nan(...)). */
static int is_ours(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr("0123456789+-.eEnaifNAIFtyTY", text[i]) == NULL || text[i] == '\0') return 0;
    return n > 0;
}

static void read_text(const char *text, size_t n)
{
    double ours = 0;
    float narrow = 0;
    int64_t integer = 0;
    const int taken = mlci_real_parse(text, (int64_t)n, &ours);
    FUZZ_CHECK(taken == mlci_float_parse(text, (int64_t)n, &narrow));
    if (mlci_integer_parse(text, (int64_t)n, &integer)) {
        char *end = NULL;
        FUZZ_CHECK(strtoll(text, &end, 10) == integer && *end == '\0');
    }
    if (!is_ours(text, n)) {
        FUZZ_CHECK(!taken);
        return;
    }
    char *end = NULL;
    const double theirs = strtod(text, &end);
    FUZZ_CHECK(taken == (*end == '\0'));
    if (!taken) return;
    FUZZ_CHECK(same_real(ours, theirs));
    FUZZ_CHECK(same_real((double)narrow, (double)strtof(text, NULL)));
}

/* Digits and exponent of a number as text, so that two layouts compare. */
static void digits_of(const char *text, char *digits, int *exponent)
{
    int point = -1, n = 0, leading = 0;
    const char *at = text + (*text == '-');
    for (; *at != '\0' && *at != 'e'; at++) {
        if (*at == '.') {
            point = n + leading;
            continue;
        }
        if (n == 0 && *at == '0') {
            leading++;
            continue;
        }
        digits[n++] = *at;
    }
    if (point < 0) point = n + leading;
    *exponent = point - leading + (*at == 'e' ? atoi(at + 1) : 0);
    while (n > 0 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
}

static void write_digits(double value, int n_digits)
{
    char ours[MLCI_NUMBER_SIZE], theirs[64], a[64], b[64];
    int x = 0, y = 0;
    FUZZ_CHECK(mlci_real_format_digits(value, n_digits, ours) == (int32_t)strlen(ours));
    snprintf(theirs, sizeof theirs, "%.*g", n_digits, value);
    digits_of(ours, a, &x);
    digits_of(theirs, b, &y);
    FUZZ_CHECK(strcmp(a, b) == 0 && (x == y || a[0] == '\0'));
    FUZZ_CHECK((ours[0] == '-') == (theirs[0] == '-'));
}

static void write_real(double value, int n_digits)
{
    char text[MLCI_NUMBER_SIZE], theirs[64];
    double back = 0;
    const int32_t n = mlci_real_format(value, text);
    FUZZ_CHECK(n > 0 && n < MLCI_NUMBER_SIZE && text[n] == '\0');
    FUZZ_CHECK(mlci_real_parse(text, n, &back) && same_real(back, value));
    FUZZ_CHECK(same_real(strtod(text, NULL), value));
    if (!isfinite(value)) return;
    /* No shorter text reads back: one digit less is another number. */
    char digits[64];
    int exponent = 0;
    digits_of(text, digits, &exponent);
    if (strlen(digits) > 1) {
        snprintf(theirs, sizeof theirs, "%.*e", (int)strlen(digits) - 2, value);
        FUZZ_CHECK(!same_real(strtod(theirs, NULL), value));
    }
    snprintf(theirs, sizeof theirs, "%.17g", value);
    FUZZ_CHECK(mlci_real_parse(theirs, (int64_t)strlen(theirs), &back) && same_real(back, value));
    write_digits(value, n_digits);
    write_digits(value, 17);
}

static void write_float(float value)
{
    char text[MLCI_NUMBER_SIZE];
    float back = 0;
    const int32_t n = mlci_float_format(value, text);
    FUZZ_CHECK(n > 0 && n < MLCI_NUMBER_SIZE && text[n] == '\0');
    FUZZ_CHECK(mlci_float_parse(text, n, &back));
    FUZZ_CHECK(same_real((double)back, (double)value));
    FUZZ_CHECK(same_real((double)strtof(text, NULL), (double)value));
}

/* First byte even: the rest is a text. Odd: eight bytes each are a number, and digits to write. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    if (fuzz_u8(&in) % 2 == 0) {
        const size_t n = fuzz_left(&in);
        char *text = fuzz_rest(&in);
        if (strlen(text) == n) read_text(text, n);
        free(text);
        return 0;
    }
    for (int k = 0; k < 64 && fuzz_left(&in) >= 8; k++) {
        const double value = fuzz_real(&in);
        const int n_digits = 1 + (int)fuzz_below(&in, 17);
        char text[MLCI_NUMBER_SIZE];
        float narrow = 0;
        write_real(value, n_digits);
        int64_t integer = 0, back = 0;
        memcpy(&integer, &value, sizeof integer);
        const uint32_t bits = (uint32_t)integer;
        memcpy(&narrow, &bits, sizeof narrow);
        write_float(narrow);
        const int32_t length = mlci_integer_format(integer, text);
        FUZZ_CHECK(mlci_integer_parse(text, length, &back) && back == integer);
    }
    return 0;
}
