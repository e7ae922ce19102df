/* Arrow's format strings.
 *
 * One table has the formats without parameters, another the kinds that no column can hold, with
 * what to do about them. Parameters (digits of decimals, widths of lists) are bounded here. */
#include "arrow_format.h"

#include <string.h>

#include "number.h"

#define MAX_DIGITS 76  /* of a decimal of 256 bits */
#define MAX_SCALE 1000 /* beyond this a value is 0 or infinite */
#define MAX_FORMAT 64  /* bytes of a format that are shown */

typedef struct known_format {
    const char *text;
    mlci_arrow_type type;
} known_format;

#define FIXED(kind_, size_)                                                                        \
    {                                                                                              \
        .kind = (kind_), .size = (size_), .n_buffers = 2                                           \
    }
#define INSTANT(size_, micros_)                                                                    \
    {                                                                                              \
        .kind = MLCI_ARROW_TIME, .size = (size_), .n_buffers = 2, .micros = (micros_)              \
    }

static const known_format known[] = {
    {"n", {.kind = MLCI_ARROW_NULL}},
    {"b", FIXED(MLCI_ARROW_BOOL, 0)},
    {"c", FIXED(MLCI_ARROW_SIGNED, 1)},
    {"C", FIXED(MLCI_ARROW_UNSIGNED, 1)},
    {"s", FIXED(MLCI_ARROW_SIGNED, 2)},
    {"S", FIXED(MLCI_ARROW_UNSIGNED, 2)},
    {"i", FIXED(MLCI_ARROW_SIGNED, 4)},
    {"I", FIXED(MLCI_ARROW_UNSIGNED, 4)},
    {"l", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"L", FIXED(MLCI_ARROW_UNSIGNED, 8)},
    {"e", FIXED(MLCI_ARROW_REAL, 2)},
    {"f", FIXED(MLCI_ARROW_REAL, 4)},
    {"g", FIXED(MLCI_ARROW_REAL, 8)},
    {"u", {.kind = MLCI_ARROW_TEXT, .size = 4, .n_buffers = 3}},
    {"U", {.kind = MLCI_ARROW_TEXT, .size = 8, .n_buffers = 3}},
    {"vu", {.kind = MLCI_ARROW_VIEW, .size = 16, .n_buffers = -1}},
    {"tdD", INSTANT(4, 86400000000)},
    {"tdm", INSTANT(8, 1000)},
    {"tts", FIXED(MLCI_ARROW_SIGNED, 4)},
    {"ttm", FIXED(MLCI_ARROW_SIGNED, 4)},
    {"ttu", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"ttn", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"tDs", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"tDm", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"tDu", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"tDn", FIXED(MLCI_ARROW_SIGNED, 8)},
    {"+L", {.kind = MLCI_ARROW_LIST, .size = 8, .n_buffers = 2, .n_children = 1}},
    {"+s", {.kind = MLCI_ARROW_STRUCT, .n_buffers = 1, .n_children = -1}}};

/* By how the format begins; the first that fits. */
static const struct {
    const char *prefix, *what, *advice;
} refused[] = {{"z", "binary", "cast it to utf8"},
               {"Z", "large binary", "cast it to utf8"},
               {"vz", "a view of binary", "cast it to utf8"},
               {"w:", "fixed-size binary", "cast it to utf8"},
               {"ti", "an interval", "cast it to a duration"},
               {"+l", "a list", "make it a fixed-size list, or a column an item"},
               {"+vl", "a list view", "make it a fixed-size list, or a column an item"},
               {"+vL", "a list view", "make it a fixed-size list, or a column an item"},
               {"+m", "a map", "make a column a key"},
               {"+ud:", "a union", "make a column a type"},
               {"+us:", "a union", "make a column a type"},
               {"+r", "run-end-encoded", "decode it first"}};

static mlc_status refuse_format(const char *format, const char *column, mlc_error *err)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (strncmp(format, refused[i].prefix, strlen(refused[i].prefix)) != 0) continue;
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, column,
                         "column '%s' is %s (Arrow format '%.*s'), which no column holds: %s",
                         column, refused[i].what, MAX_FORMAT, format, refused[i].advice);
    }
    return mlci_fail(err, MLC_ERROR_ARGUMENT, column, "column '%s': '%.*s' is no Arrow format",
                     column, MAX_FORMAT, format);
}

/* The integer that text begins with; NULL, or what follows it. */
static const char *read_integer(const char *text, int64_t *out)
{
    const size_t n = strcspn(text, ",");
    return n < MAX_FORMAT && mlci_integer_parse(text, (int64_t)n, out) ? text + n : NULL;
}

/* precision,scale[,bits] */
static int parse_decimal(const char *text, mlci_arrow_type *out)
{
    int64_t precision = 0, scale = 0, bits = 128;
    const char *at = read_integer(text, &precision);
    at = at != NULL && *at == ',' ? read_integer(at + 1, &scale) : NULL;
    if (at != NULL && *at == ',') at = read_integer(at + 1, &bits);
    if (at == NULL || *at != '\0') return 0;
    *out = (mlci_arrow_type)FIXED(MLCI_ARROW_DECIMAL, (int32_t)(bits / 8));
    out->scale = (int32_t)scale;
    return precision >= 1 && precision <= MAX_DIGITS && scale >= -MAX_SCALE && scale <= MAX_SCALE &&
           (bits == 32 || bits == 64 || bits == 128 || bits == 256);
}

static int parse_vector(const char *text, mlci_arrow_type *out)
{
    *out = (mlci_arrow_type){.kind = MLCI_ARROW_VECTOR, .n_buffers = 1, .n_children = 1};
    const char *const at = read_integer(text, &out->width);
    return at != NULL && *at == '\0' && out->width >= 0 && out->width <= INT32_MAX;
}

/* tss:UTC and so on; a zone says how an instant is shown and does not move it. */
static int parse_instant(const char *format, mlci_arrow_type *out)
{
    static const char units[] = "smun";
    static const int64_t micros[] = {1000000, 1000, 1, 0};
    const char *const unit = format[2] != '\0' ? strchr(units, format[2]) : NULL;
    if (unit == NULL || format[3] != ':') return 0;
    *out = (mlci_arrow_type)INSTANT(8, micros[unit - units]);
    return 1;
}

mlc_status mlci_arrow_type_parse(const char *format, const char *column, mlci_arrow_type *out,
                                 mlc_error *err)
{
    if (format == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, column, "column '%s' has no Arrow format",
                         column);
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(format, known[i].text) != 0) continue;
        *out = known[i].type;
        return MLC_OK;
    }
    if (strncmp(format, "d:", 2) == 0 && parse_decimal(format + 2, out)) return MLC_OK;
    if (strncmp(format, "+w:", 3) == 0 && parse_vector(format + 3, out)) return MLC_OK;
    if (strncmp(format, "ts", 2) == 0 && parse_instant(format, out)) return MLC_OK;
    return refuse_format(format, column, err);
}
