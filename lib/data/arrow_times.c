/* Instants and days of Arrow as microseconds since 1970: lent where they are that already, of
 * whatever zone, as an instant has none. What does not fit is an error with its row. */
#include <string.h>

#include "arrow_import.h"

static mlc_status fail_row(const mlci_arrow_source *s, int64_t i, int64_t value, mlc_error *err)
{
    if (s->type.micros == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, s->name,
                         "column '%s': %lld nanoseconds in row %lld are no whole number of "
                         "microseconds: cast the column, or set nanoseconds=floor",
                         s->name, (long long)value, (long long)(s->row + i + 1));
    }
    return mlci_fail(
        err, MLC_ERROR_DATA, s->name,
        "column '%s': the time in row %lld is beyond what 64 bits of microseconds hold", s->name,
        (long long)(s->row + i + 1));
}

/* Nanoseconds, rounded down. */
static int64_t to_micros(int64_t nanoseconds)
{
    return nanoseconds / 1000 - (nanoseconds % 1000 < 0);
}

static mlc_status convert(const mlci_arrow_source *s, int32_t nanoseconds, int64_t *out,
                          mlc_error *err)
{
    const char *const from = (const char *)s->array->buffers[1] + s->first * s->type.size;
    const uint8_t *const valid = mlci_arrow_valid(s);
    for (int64_t i = 0; i < s->n; i++) {
        int64_t value = 0;
        int32_t days = 0;
        if (!mlci_arrow_is_valid(s, valid, i)) continue;
        if (s->type.size == 4) {
            memcpy(&days, from + i * 4, sizeof days);
            value = days;
        } else {
            memcpy(&value, from + i * 8, sizeof value);
        }
        if (s->type.micros == 0) {
            if (value % 1000 != 0 && nanoseconds == MLCI_ARROW_NANOSECONDS_FAIL)
                return fail_row(s, i, value, err);
            out[i] = to_micros(value);
        } else if (__builtin_mul_overflow(value, s->type.micros, &out[i])) {
            return fail_row(s, i, value, err);
        }
    }
    return MLC_OK;
}

mlc_status mlci_arrow_time_column(const mlci_arrow_source *s, int32_t nanoseconds,
                                  mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    mlc_status status;
    const char *const from = s->n > 0 ? (const char *)s->array->buffers[1] + s->first * 8 : NULL;
    if (s->type.micros == 1 && s->n > 0 && mlci_arrow_is_aligned(from, 8)) {
        status = mlci_arrow_lend(s, MLC_TYPE_TIMESTAMP, 1, from, &column, err);
    } else {
        status = mlci_column_create(s->owner->root, MLC_TYPE_TIMESTAMP, s->n, 1, 0, &column, err);
        if (status == MLC_OK && s->n > 0)
            status = convert(s, nanoseconds, mlci_column_data(column), err);
    }
    if (status == MLC_OK) status = mlci_arrow_copy_valid(s, column, err);
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}
