/* State to bytes and back: fixed-width little-endian fields, arrays as a count and their values.
 *
 * The writer grows by half; the reader trusts nothing: a count is compared with the bytes that
 * are left before memory is asked for, so a hostile file costs no more than its own size. Every
 * NaN is written as one pattern: its payload depends on the processor that made it. */
#include "section.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "checked.h"
#include "context_impl.h"
#include "error.h"
#include "text.h"

#define FIRST_CAPACITY 256
#define NAN_BITS UINT64_C(0x7ff8000000000000)

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN_HOST 1
#else
#define BIG_ENDIAN_HOST 0
#endif

/* ---- writer ------------------------------------------------------------------------------- */

/* Room for n more bytes; NULL, and the writer marked, when there is none. */
static uint8_t *reserve(mlci_writer *w, int64_t n)
{
    int64_t needed;
    if (w->failed) return NULL;
    if (!mlci_add_size(w->length, n, &needed)) goto failed;
    if (needed > w->capacity) {
        int64_t capacity;
        if (!mlci_add_size(w->capacity, w->capacity / 2, &capacity)) goto failed;
        if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
        if (capacity < needed) capacity = needed;
        uint8_t *data = mlci_realloc(w->root, w->data, capacity, 1);
        if (data == NULL) goto failed;
        w->data = data;
        w->capacity = capacity;
    }
    uint8_t *at = w->data + w->length;
    w->length = needed;
    return at;
failed:
    w->failed = 1;
    return NULL;
}

static void store32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void store64(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t real_to_bits(double value)
{
    uint64_t bits;
    if (value != value) return NAN_BITS;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The count of an array and room for its values; NULL when there is nothing to store. */
static uint8_t *reserve_array(mlci_writer *w, int64_t n, int64_t size)
{
    int64_t n_bytes;
    mlci_write_int64(w, n);
    if (!mlci_mul_size(n, size, &n_bytes)) {
        w->failed = 1;
        return NULL;
    }
    return n_bytes > 0 ? reserve(w, n_bytes) : NULL;
}

void mlci_writer_init(mlci_writer *w, mlci_root *root)
{
    *w = (mlci_writer){.root = root};
}

void mlci_writer_clear(mlci_writer *w)
{
    mlci_free(w->data);
    *w = (mlci_writer){.root = w->root};
}

mlc_status mlci_writer_status(const mlci_writer *w, mlc_error *err)
{
    return w->failed ? mlci_fail_memory(err, w->length + 1, 1) : MLC_OK;
}

void mlci_write_bytes(mlci_writer *w, const void *bytes, int64_t n)
{
    if (n <= 0) return;
    uint8_t *at = reserve(w, n);
    if (at != NULL) memcpy(at, bytes, (size_t)n);
}

void mlci_write_int32(mlci_writer *w, int32_t value)
{
    uint8_t *at = reserve(w, 4);
    if (at != NULL) store32(at, (uint32_t)value);
}

void mlci_write_int64(mlci_writer *w, int64_t value)
{
    uint8_t *at = reserve(w, 8);
    if (at != NULL) store64(at, (uint64_t)value);
}

void mlci_write_real(mlci_writer *w, double value)
{
    mlci_write_int64(w, (int64_t)real_to_bits(value));
}

void mlci_write_text(mlci_writer *w, const char *text, int64_t length)
{
    if (text == NULL) {
        mlci_write_int64(w, -1);
        return;
    }
    if (length < 0) length = (int64_t)strlen(text);
    mlci_write_int64(w, length);
    mlci_write_bytes(w, text, length);
}

void mlci_write_reals(mlci_writer *w, const double *values, int64_t n)
{
    uint8_t *at = reserve_array(w, n, 8);
    if (at == NULL) return;
    for (int64_t i = 0; i < n; i++)
        store64(at + 8 * i, real_to_bits(values[i]));
}

void mlci_write_int32s(mlci_writer *w, const int32_t *values, int64_t n)
{
    uint8_t *at = reserve_array(w, n, 4);
    if (at == NULL) return;
    for (int64_t i = 0; i < n; i++)
        store32(at + 4 * i, (uint32_t)values[i]);
}

void mlci_write_int64s(mlci_writer *w, const int64_t *values, int64_t n)
{
    uint8_t *at = reserve_array(w, n, 8);
    if (at == NULL) return;
    for (int64_t i = 0; i < n; i++)
        store64(at + 8 * i, (uint64_t)values[i]);
}

void mlci_write_uint8s(mlci_writer *w, const uint8_t *values, int64_t n)
{
    uint8_t *at = reserve_array(w, n, 1);
    if (at != NULL) memcpy(at, values, (size_t)n);
}

void mlci_write_uint16s(mlci_writer *w, const uint16_t *values, int64_t n)
{
    uint8_t *at = reserve_array(w, n, 2);
    for (int64_t i = 0; at != NULL && i < n; i++) {
        at[2 * i] = (uint8_t)(values[i] & 255);
        at[2 * i + 1] = (uint8_t)(values[i] >> 8);
    }
}

/* ---- reader ------------------------------------------------------------------------------- */

const mlci_limits mlci_default_limits = {
    .max_bytes = MLCI_MAX_BYTES,
    .max_header_bytes = MLCI_MAX_HEADER_BYTES,
    .max_sections = MLCI_MAX_SECTIONS,
    .max_name_bytes = MLCI_MAX_NAME_BYTES,
    .max_ratio = MLCI_MAX_RATIO,
    .max_info_bytes = MLCI_MAX_INFO_BYTES,
    .max_steps = MLCI_MAX_STEPS,
    .max_features = MLCI_MAX_FEATURES,
    .max_classes = MLCI_MAX_LOADED_CLASSES,
    .max_trees = MLCI_MAX_TREES,
    .max_nodes = MLCI_MAX_NODES,
    .max_depth = MLCI_MAX_DEPTH,
    .max_golden_rows = MLCI_MAX_GOLDEN_ROWS,
};

/* Marks the reader: the field at fault starts at byte `at`. */
static void fail(mlci_reader *r, mlc_status status, int64_t at, const char *format, ...)
    MLCI_PRINTF(4, 5);
static void fail(mlci_reader *r, mlc_status status, int64_t at, const char *format, ...)
{
    char message[sizeof r->error.message];
    va_list arguments;
    va_start(arguments, format);
    mlci_cut_text(message, sizeof message, vsnprintf(message, sizeof message, format, arguments));
    va_end(arguments);
    r->status = mlci_fail_at(&r->error, status, 0, at + 1, r->section, "section '%s'%s", r->section,
                             message);
}

/* The next n bytes, or NULL when there are fewer. */
static const uint8_t *take(mlci_reader *r, int64_t n)
{
    if (r->status != MLC_OK) return NULL;
    if (n > r->length - r->at) {
        fail(r, MLC_ERROR_FORMAT, r->at,
             " ends at byte %lld, %lld bytes short of a field at byte %lld", (long long)r->length,
             (long long)(n - (r->length - r->at)), (long long)r->at);
        return NULL;
    }
    const uint8_t *at = r->data + r->at;
    r->at += n;
    return at;
}

static uint32_t fetch32(const uint8_t *at)
{
    uint32_t value = 0;
    for (int i = 3; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static uint64_t fetch64(const uint8_t *at)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static void mark_no_memory(mlci_reader *r, int64_t count, int64_t size)
{
    r->status = mlci_fail_memory(&r->error, count, size);
}

/* Reads a count and checks it against what is left and, unless n is -1, against n. Returns a
 * block for the elements with their bytes copied in, in file order. */
static void *read_array(mlci_reader *r, int64_t size, int64_t n, int64_t *n_out)
{
    const int64_t start = r->at;
    const int64_t count = mlci_read_int64(r);
    if (r->status != MLC_OK) return NULL;
    if (count < 0 || count > (r->length - r->at) / size) {
        fail(r, MLC_ERROR_FORMAT, start,
             " claims %lld elements at byte %lld; the %lld bytes left hold at most %lld",
             (long long)count, (long long)start, (long long)(r->length - r->at),
             (long long)((r->length - r->at) / size));
        return NULL;
    }
    if (n >= 0 && count != n) {
        fail(r, MLC_ERROR_FORMAT, start, " has %lld elements at byte %lld; there must be %lld",
             (long long)count, (long long)start, (long long)n);
        return NULL;
    }
    void *block = mlci_alloc_raw(r->root, count, size);
    if (block == NULL) {
        mark_no_memory(r, count, size);
        return NULL;
    }
    const uint8_t *bytes = take(r, count * size);
    if (count > 0) memcpy(block, bytes, (size_t)(count * size));
    if (n_out != NULL) *n_out = count;
    return block;
}

void mlci_reader_init(mlci_reader *r, mlci_root *root, const char *section, const void *data,
                      int64_t length)
{
    memset(r, 0, sizeof *r);
    r->root = root;
    r->section = section;
    r->limits = &mlci_default_limits;
    r->data = data;
    r->length = length;
}

mlc_status mlci_reader_finish(mlci_reader *r, mlc_error *err)
{
    if (r->status == MLC_OK && r->at < r->length) {
        fail(r, MLC_ERROR_FORMAT, r->at, " has %lld bytes after its last field",
             (long long)(r->length - r->at));
    }
    if (r->status != MLC_OK && err != NULL) *err = r->error;
    return r->status;
}

void mlci_reader_refuse(mlci_reader *r, const char *what)
{
    if (r->status == MLC_OK) {
        fail(r, MLC_ERROR_FORMAT, r->at, ": %s (before byte %lld)", what, (long long)r->at);
    }
}

void mlci_reader_poll(mlci_reader *r)
{
    if (r->status == MLC_OK && r->limits->call != NULL)
        r->status = mlci_poll(r->limits->call, &r->error);
}

void mlci_reader_limit(mlci_reader *r, const char *what, int64_t n, const char *setting,
                       int64_t most)
{
    if (r->status != MLC_OK || n <= most) return;
    fail(r, MLC_ERROR_LIMIT, r->at,
         ": %lld %s (before byte %lld): more than %s = %lld of the load settings", (long long)n,
         what, (long long)r->at, setting, (long long)most);
}

int32_t mlci_read_int32(mlci_reader *r)
{
    const uint8_t *at = take(r, 4);
    return at != NULL ? (int32_t)fetch32(at) : 0;
}

int64_t mlci_read_int64(mlci_reader *r)
{
    const uint8_t *at = take(r, 8);
    return at != NULL ? (int64_t)fetch64(at) : 0;
}

double mlci_read_real(mlci_reader *r)
{
    double value = 0.0;
    const uint8_t *at = take(r, 8);
    if (at == NULL) return 0.0;
    const uint64_t bits = fetch64(at);
    memcpy(&value, &bits, sizeof value);
    return value;
}

int64_t mlci_read_count(mlci_reader *r, const char *what, int64_t low, int64_t high)
{
    const int64_t start = r->at;
    const int64_t count = mlci_read_int64(r);
    if (r->status != MLC_OK) return 0;
    if (count >= low && count <= high) return count;
    fail(r, MLC_ERROR_FORMAT, start, ": %s = %lld at byte %lld; it must be %lld to %lld", what,
         (long long)count, (long long)start, (long long)low, (long long)high);
    return 0;
}

char *mlci_read_text(mlci_reader *r, int64_t *length)
{
    const int64_t start = r->at;
    const int64_t n = mlci_read_int64(r);
    if (length != NULL) *length = -1;
    if (r->status != MLC_OK || n == -1) return NULL;
    if (n < -1 || n > r->length - r->at) {
        fail(r, MLC_ERROR_FORMAT, start, " claims a text of %lld bytes at byte %lld; %lld are left",
             (long long)n, (long long)start, (long long)(r->length - r->at));
        return NULL;
    }
    const char *bytes = (const char *)take(r, n);
    if (!mlci_utf8_valid(bytes, n, NULL) || (n > 0 && memchr(bytes, 0, (size_t)n) != NULL)) {
        fail(r, MLC_ERROR_FORMAT, start, " has a text at byte %lld that is not UTF-8 without NUL",
             (long long)start);
        return NULL;
    }
    char *text = mlci_copy_text(r->root, bytes, n);
    if (text == NULL) {
        mark_no_memory(r, n + 1, 1);
        return NULL;
    }
    if (length != NULL) *length = n;
    return text;
}

double *mlci_read_reals(mlci_reader *r, int64_t n, int64_t *n_out)
{
    int64_t count = 0;
    double *values = read_array(r, 8, n, &count);
    for (int64_t i = 0; BIG_ENDIAN_HOST && i < count; i++) {
        const uint64_t bits = fetch64((const uint8_t *)(values + i));
        memcpy(values + i, &bits, sizeof bits);
    }
    if (values != NULL && n_out != NULL) *n_out = count;
    return values;
}

int32_t *mlci_read_int32s(mlci_reader *r, int64_t n, int64_t *n_out)
{
    int64_t count = 0;
    int32_t *values = read_array(r, 4, n, &count);
    for (int64_t i = 0; BIG_ENDIAN_HOST && i < count; i++)
        values[i] = (int32_t)fetch32((const uint8_t *)(values + i));
    if (values != NULL && n_out != NULL) *n_out = count;
    return values;
}

int64_t *mlci_read_int64s(mlci_reader *r, int64_t n, int64_t *n_out)
{
    int64_t count = 0;
    int64_t *values = read_array(r, 8, n, &count);
    for (int64_t i = 0; BIG_ENDIAN_HOST && i < count; i++)
        values[i] = (int64_t)fetch64((const uint8_t *)(values + i));
    if (values != NULL && n_out != NULL) *n_out = count;
    return values;
}

uint8_t *mlci_read_uint8s(mlci_reader *r, int64_t n, int64_t *n_out)
{
    return read_array(r, 1, n, n_out);
}

uint16_t *mlci_read_uint16s(mlci_reader *r, int64_t n, int64_t *n_out)
{
    int64_t count = 0;
    uint16_t *values = read_array(r, 2, n, &count);
    for (int64_t i = 0; BIG_ENDIAN_HOST && i < count; i++) {
        const uint8_t *const at = (const uint8_t *)(values + i);
        values[i] = (uint16_t)(at[0] | at[1] << 8);
    }
    if (values != NULL && n_out != NULL) *n_out = count;
    return values;
}
