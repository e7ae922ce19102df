/* Numbers of Arrow as columns: lent where they are int64, float32 or float64 already, widened
 * otherwise. Memory need not be aligned, so values are read by memcpy.
 *
 * Decimals become the nearest float64: a quotient or product of two exact doubles where that
 * suffices (Clinger), else their digits through the reader of numbers, which rounds once. */
#include <string.h>

#include "arrow_import.h"
#include "number.h"

#define MAX_LIMBS 4    /* 256 bits */
#define LIMB_DIGITS 18 /* decimal digits that a division takes off */
#define LIMB_BASE 1000000000000000000U
#define MAX_DECIMAL_TEXT 112 /* sign, five times 18 digits, exponent */
#define BLOCK_ROWS 65536
#define EXACT_BITS 53 /* integers up to 2^53 are doubles */

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define MAX_POWER 22

static const char *values_of(const mlci_arrow_source *s)
{
    return (const char *)s->array->buffers[1] + s->first * s->type.size;
}

/* ---- integers ------------------------------------------------------------------------------- */

#define WIDEN(type)                                                                                \
    for (int64_t i = 0; i < n; i++) {                                                              \
        type value;                                                                                \
        memcpy(&value, from + i * (int64_t)sizeof value, sizeof value);                            \
        out[i] = (int64_t)value;                                                                   \
    }                                                                                              \
    return

static void widen(const char *from, const mlci_arrow_type *type, int64_t n, int64_t *out)
{
    const int is_signed = type->kind == MLCI_ARROW_SIGNED;
    switch (is_signed ? type->size : -type->size) {
    case 1:
        WIDEN(int8_t);
    case -1:
        WIDEN(uint8_t);
    case 2:
        WIDEN(int16_t);
    case -2:
        WIDEN(uint16_t);
    case 4:
        WIDEN(int32_t);
    case -4:
        WIDEN(uint32_t);
    default:
        if (n > 0) memcpy(out, from, (size_t)n * sizeof *out);
    }
}

typedef struct widening {
    const char *from;
    const mlci_arrow_type *type;
    int64_t n;
    int64_t *out;
} widening;

static mlc_status widen_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const widening *const w = arg;
    const int64_t low = block * BLOCK_ROWS, left = w->n - low;
    widen(w->from + low * w->type->size, w->type, left < BLOCK_ROWS ? left : BLOCK_ROWS,
          w->out + low);
    return MLC_OK;
}

static mlc_status widen_rows(mlc_context *call, const mlci_arrow_source *s, int64_t *out,
                             mlc_error *err)
{
    widening w = {values_of(s), &s->type, s->n, out};
    if (call != NULL) {
        return mlci_parallel_for(call, (s->n + BLOCK_ROWS - 1) / BLOCK_ROWS, widen_block, &w, err);
    }
    widen(w.from, w.type, w.n, out);
    return MLC_OK;
}

/* A uint64 beyond int64 is negative by now: an error where the row is there, else nobody's. */
static mlc_status check_range(const mlci_arrow_source *s, int64_t *values, mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(s);
    for (int64_t i = 0; i < s->n; i++) {
        if (values[i] >= 0) continue;
        if (mlci_arrow_is_valid(s, valid, i)) {
            return mlci_fail(
                err, MLC_ERROR_DATA, s->name,
                "column '%s': %llu in row %lld does not fit a 64-bit integer: cast the "
                "column to float64 or text",
                s->name, (unsigned long long)values[i], (long long)(s->row + i + 1));
        }
        values[i] = 0;
    }
    return MLC_OK;
}

static mlc_status integer_column(mlc_context *call, const mlci_arrow_source *s, mlci_column **out,
                                 mlc_error *err)
{
    if (s->type.kind == MLCI_ARROW_SIGNED && s->type.size == 8 && s->n > 0 &&
        mlci_arrow_is_aligned(values_of(s), 8))
        return mlci_arrow_lend(s, MLC_TYPE_INT64, 1, values_of(s), out, err);
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create_unset(s->owner->root, MLC_TYPE_INT64, s->n, 1, &column, err));
    int64_t *const values = mlci_column_data(column);
    mlc_status status = MLC_OK;
    if (s->n > 0) status = widen_rows(call, s, values, err);
    if (status == MLC_OK && s->type.kind == MLCI_ARROW_UNSIGNED && s->type.size == 8)
        status = check_range(s, values, err);
    if (status == MLC_OK) {
        *out = column;
    } else {
        mlci_column_unref(column);
    }
    return status;
}

/* ---- reals ---------------------------------------------------------------------------------- */

/* IEEE 754 binary16; every value is a float. */
static float half_to_float(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 0x1F;
    const uint32_t mantissa = half & 0x3FF;
    uint32_t bits;
    if (exponent == 0) {
        const float tiny = (float)mantissa * 0x1p-24f;
        return sign != 0 ? -tiny : tiny;
    }
    bits = sign | mantissa << 13 | (exponent == 0x1F ? 0x7F800000U : (exponent + 112) << 23);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static mlc_status real_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    const int32_t size = s->type.size;
    const int32_t type = size == 8 ? MLC_TYPE_FLOAT64 : MLC_TYPE_FLOAT32;
    if (size > 2 && s->n > 0 && mlci_arrow_is_aligned(values_of(s), size))
        return mlci_arrow_lend(s, type, 1, values_of(s), out, err);
    MLCI_TRY(mlci_column_create(s->owner->root, type, s->n, 1, 0, out, err));
    void *const values = mlci_column_data(*out);
    if (size > 2 && s->n > 0) memcpy(values, values_of(s), (size_t)(s->n * size));
    for (int64_t i = 0; size == 2 && i < s->n; i++) {
        uint16_t half;
        memcpy(&half, values_of(s) + i * size, sizeof half);
        ((float *)values)[i] = half_to_float(half);
    }
    return MLC_OK;
}

/* ---- decimals ------------------------------------------------------------------------------- */

/* Divides the number by 10^18 and returns what is left. */
static uint64_t divide_limbs(uint64_t limbs[MAX_LIMBS])
{
    __extension__ typedef unsigned __int128 wide;
    wide rest = 0;
    for (int i = MAX_LIMBS - 1; i >= 0; i--) {
        const wide at = rest << 64 | limbs[i];
        limbs[i] = (uint64_t)(at / LIMB_BASE);
        rest = at % LIMB_BASE;
    }
    return (uint64_t)rest;
}

static int is_zero(const uint64_t limbs[MAX_LIMBS])
{
    return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0;
}

/* The digits of the number, all of them, from the end of text backwards; the first one. */
static char *write_digits(uint64_t limbs[MAX_LIMBS], char *end)
{
    do {
        uint64_t part = divide_limbs(limbs);
        for (int i = 0; i < LIMB_DIGITS; i++) {
            *--end = (char)('0' + part % 10);
            part /= 10;
        }
    } while (!is_zero(limbs));
    return end;
}

static double decimal_by_digits(uint64_t limbs[MAX_LIMBS], int32_t scale)
{
    char text[MAX_DECIMAL_TEXT], exponent[MLCI_NUMBER_SIZE];
    const int32_t n = mlci_integer_format(-(int64_t)scale, exponent);
    char *const end = text + sizeof text - n - 1;
    end[0] = 'e';
    memcpy(end + 1, exponent, (size_t)n);
    char *const start = write_digits(limbs, end);
    double value = 0;
    (void)mlci_real_parse(start, end + 1 + n - start, &value); /* it is a number */
    return value;
}

static double decimal_value(const char *from, const mlci_arrow_type *type)
{
    uint64_t limbs[MAX_LIMBS];
    const int is_negative = ((uint8_t)from[type->size - 1] & 0x80) != 0;
    memset(limbs, is_negative ? 0xFF : 0, sizeof limbs);
    memcpy(limbs, from, (size_t)type->size);
    unsigned carry = 1;
    for (int i = 0; is_negative && i < MAX_LIMBS; i++) {
        limbs[i] = ~limbs[i] + carry;
        carry = carry != 0 && limbs[i] == 0;
    }
    double value;
    const int is_exact = (limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] >> EXACT_BITS == 0;
    if (is_exact && type->scale >= 0 && type->scale <= MAX_POWER) {
        value = (double)limbs[0] / powers[type->scale];
    } else if (is_exact && type->scale < 0 && type->scale >= -MAX_POWER) {
        value = (double)limbs[0] * powers[-type->scale];
    } else {
        value = decimal_by_digits(limbs, type->scale);
    }
    return is_negative ? -value : value;
}

static mlc_status decimal_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(s->owner->root, MLC_TYPE_FLOAT64, s->n, 1, 0, out, err));
    double *const values = mlci_column_data(*out);
    const uint8_t *const valid = mlci_arrow_valid(s);
    for (int64_t i = 0; i < s->n; i++) {
        if (mlci_arrow_is_valid(s, valid, i))
            values[i] = decimal_value(values_of(s) + i * s->type.size, &s->type);
    }
    return MLC_OK;
}

/* ---- the rest ------------------------------------------------------------------------------- */

static mlc_status bool_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(s->owner->root, MLC_TYPE_BOOL, s->n, 1, 0, out, err));
    (void)mlci_arrow_copy_bits(s, s->array->buffers[1], mlci_column_data(*out));
    return MLC_OK;
}

static mlc_status null_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(s->owner->root, MLC_TYPE_FLOAT64, s->n, 1, s->n > 0, out, err));
    if (s->n > 0) memset((uint8_t *)(*out)->valid, 0, (size_t)(s->n / 8 + 1));
    (*out)->n_missing = s->n;
    return MLC_OK;
}

mlc_status mlci_arrow_number_column(mlc_context *call, const mlci_arrow_source *s,
                                    mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    mlc_status status;
    switch (s->type.kind) {
    case MLCI_ARROW_NULL:
        return null_column(s, out, err);
    case MLCI_ARROW_BOOL:
        status = bool_column(s, &column, err);
        break;
    case MLCI_ARROW_REAL:
        status = real_column(s, &column, err);
        break;
    case MLCI_ARROW_DECIMAL:
        status = decimal_column(s, &column, err);
        break;
    default:
        status = integer_column(call, s, &column, err);
    }
    if (status == MLC_OK) status = mlci_arrow_copy_valid(s, column, err);
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}
