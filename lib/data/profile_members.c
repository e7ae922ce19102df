/* The members of profiles as JSON, one after the other: see profile_members.h. */
#include "profile_members.h"

#include <string.h>

#include "profile_json.h"

#define FIRST_CAPACITY 64

/* ---- members --------------------------------------------------------------------------------- */

mlc_status mlci_profile_refuse(const mlci_profile_reading *r, mlc_error *err, const char *message)
{
    return mlci_json_fail(&r->json, err, "profile", message);
}

mlc_status mlci_profile_next_is(mlci_profile_reading *r, mlci_json_event event, const char *message,
                                mlc_error *err)
{
    MLCI_TRY(mlci_json_next(&r->json, err));
    return r->json.event == event ? MLC_OK : mlci_profile_refuse(r, err, message);
}

mlc_status mlci_profile_key_is(mlci_profile_reading *r, const char *key, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(&r->json, err));
    if (r->json.event == MLCI_JSON_KEY && mlci_text_equal(r->json.text, r->json.length, key)) {
        return MLC_OK;
    }
    mlci_text message = mlci_text_init(r->root);
    mlci_text_append_format(&message, "the member \"%s\" must come here", key);
    const mlc_status status = mlci_text_status(&message, err);
    const mlc_status result = status == MLC_OK ? mlci_profile_refuse(r, err, message.data) : status;
    mlci_text_clear(&message);
    return result;
}

mlc_status mlci_profile_read_integer(mlci_profile_reading *r, int64_t low, int64_t high,
                                     int64_t *out, mlc_error *err)
{
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_NUMBER, "must be an integer", err));
    if (!r->json.is_integer || r->json.integer < low || r->json.integer > high) {
        return mlci_profile_refuse(r, err, "the integer is out of its range");
    }
    *out = r->json.integer;
    return MLC_OK;
}

mlc_status mlci_profile_member_integer(mlci_profile_reading *r, const char *key, int64_t low,
                                       int64_t high, int64_t *out, mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, key, err));
    return mlci_profile_read_integer(r, low, high, out, err);
}

mlc_status mlci_profile_member_count(mlci_profile_reading *r, const char *key, int64_t *out,
                                     mlc_error *err)
{
    return mlci_profile_member_integer(r, key, 0, r->profile->n_rows, out, err);
}

mlc_status mlci_profile_member_text(mlci_profile_reading *r, const char *key, char **out,
                                    mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, key, err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_TEXT, "must be a text", err));
    if (memchr(r->json.text, '\0', (size_t)r->json.length) != NULL) {
        return mlci_profile_refuse(r, err, "the text has a NUL byte");
    }
    *out = mlci_copy_text(r->root, r->json.text, r->json.length);
    return *out == NULL ? mlci_fail_memory(err, r->json.length, 1) : MLC_OK;
}

mlc_status mlci_profile_grow(mlci_profile_reading *r, void **block, int64_t n, int64_t *capacity,
                             int64_t size, mlc_error *err)
{
    if (n < *capacity) return MLC_OK;
    const int64_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *const larger = mlci_realloc(r->root, *block, wanted, size);
    if (larger == NULL) return mlci_fail_memory(err, wanted, size);
    memset((char *)larger + *capacity * size, 0, (size_t)((wanted - *capacity) * size));
    *block = larger;
    *capacity = wanted;
    return MLC_OK;
}

/* ---- sums and sketches ----------------------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

mlc_status mlci_profile_member_sum(mlci_profile_reading *r, const char *key, mlci_long_sum *out,
                                   mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, key, err));
    MLCI_TRY(
        mlci_profile_next_is(r, MLCI_JSON_TEXT, "must be a hexadecimal integer as a text", err));
    const char *const text = r->json.text;
    const int is_negative = r->json.length > 0 && text[0] == '-';
    const int64_t n = r->json.length - is_negative;
    if (n < 1 || n > 8 * (MLCI_LONG_DIGITS - 1)) {
        return mlci_profile_refuse(r, err, "the sum has no digit or too many");
    }
    memset(out, 0, sizeof *out);
    for (int64_t i = 0; i < n; i++) {
        const int digit = hex_digit(text[r->json.length - 1 - i]);
        if (digit < 0) return mlci_profile_refuse(r, err, "a sum has digits 0 to 9 and a to f");
        out->digit[i / 8] += (is_negative ? -1 : 1) * ((int64_t)digit << (4 * (i % 8)));
    }
    mlci_long_settle(out);
    return MLC_OK;
}

mlc_status mlci_profile_member_registers(mlci_profile_reading *r, mlci_distinct_sketch *out,
                                         mlc_error *err)
{
    MLCI_TRY(mlci_profile_key_is(r, "registers", err));
    MLCI_TRY(mlci_profile_next_is(r, MLCI_JSON_TEXT, "must be a text", err));
    if (r->json.length != MLCI_SKETCH_REGISTERS) {
        return mlci_profile_refuse(r, err, "registers must have 4096 characters");
    }
    for (int32_t i = 0; i < MLCI_SKETCH_REGISTERS; i++) {
        const char *const at =
            r->json.text[i] == '\0' ? NULL : strchr(mlci_register_alphabet, r->json.text[i]);
        if (at == NULL || at - mlci_register_alphabet > MLCI_SKETCH_MAX) {
            return mlci_profile_refuse(r, err, "registers have a character that stands for none");
        }
        out->registers[i] = (uint8_t)(at - mlci_register_alphabet);
    }
    return MLC_OK;
}
