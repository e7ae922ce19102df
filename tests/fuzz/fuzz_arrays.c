/* Arrays of the caller: shapes, strides of either sign, types, missing values and alignments drawn
 * from the input, over buffers that end exactly where the array does. Each cell must be what the
 * strides say; memory that was lent is released once; shapes beyond memory are refused unread. */
#include <math.h>

#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"

#define MAX_ARRAYS 4
#define PER_BYTE INT64_C(1100)

typedef struct drawn_array {
    mlc_array a;
    char name[8];
    uint8_t *buffer; /* exact */
    uint8_t *valid;  /* exact, or NULL */
    char **texts;    /* exact, n_rows of them, or NULL */
    int64_t n_texts;
    int64_t *offsets;
    int released;
} drawn_array;

static void release(void *user)
{
    ((drawn_array *)user)->released++;
}

static int64_t element_size(int32_t type)
{
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_INT32 ? 4 : 8;
}

/* Bytes from the input, and when they end, of their number. */
static uint8_t *draw_bytes(fuzz_bytes *in, int64_t n)
{
    uint8_t *bytes = malloc(n > 0 ? (size_t)n : 1);
    for (int64_t i = 0; i < n; i++)
        bytes[i] = fuzz_left(in) > 0 ? fuzz_u8(in) : (uint8_t)(i * 37);
    return bytes;
}

static void draw_numbers(fuzz_bytes *in, drawn_array *d)
{
    mlc_array *a = &d->a;
    const int64_t down = a->row_stride != 0 ? a->row_stride : a->n_columns;
    const int64_t across = a->column_stride != 0 ? a->column_stride : 1;
    const int64_t i = (a->n_rows - 1) * down, k = (a->n_columns - 1) * across;
    const int64_t low = (i < 0 ? i : 0) + (k < 0 ? k : 0);
    const int64_t high = (i > 0 ? i : 0) + (k > 0 ? k : 0);
    if (a->n_rows == 0) return;
    if (a->type == MLC_TYPE_BOOL) {
        d->buffer = draw_bytes(in, high / 8 + 1); /* negative strides are refused */
        a->data = d->buffer;
        return;
    }
    const int64_t size = element_size(a->type), shift = fuzz_below(in, 4) == 0 ? 1 : 0;
    d->buffer = draw_bytes(in, (high - low + 1) * size + shift);
    a->data = d->buffer + shift - low * size;
}

static void draw_texts(fuzz_bytes *in, drawn_array *d)
{
    mlc_array *a = &d->a;
    a->row_stride = a->column_stride = 0;
    a->n_columns = 1;
    d->n_texts = a->n_rows;
    d->texts = calloc((size_t)a->n_rows + 1, sizeof *d->texts);
    for (int64_t i = 0; i < a->n_rows; i++) {
        const size_t n = fuzz_below(in, 9);
        if (n == 8) continue; /* missing */
        d->texts[i] = (char *)draw_bytes(in, (int64_t)n + 1);
        d->texts[i][n] = '\0';
    }
    a->data = d->texts;
}

/* Offsets rise most of the time; those that fall or are negative must be refused. */
static void draw_offsets(fuzz_bytes *in, drawn_array *d)
{
    mlc_array *a = &d->a;
    const int64_t room = 32 + (int64_t)fuzz_below(in, 64);
    const int wild = fuzz_below(in, 8) == 0;
    int64_t at = 0;
    a->row_stride = a->column_stride = 0;
    a->n_columns = 1;
    d->offsets = malloc((size_t)(a->n_rows + 1) * sizeof *d->offsets);
    for (int64_t i = 0; i <= a->n_rows; i++) {
        d->offsets[i] = at;
        at += wild ? (int64_t)fuzz_below(in, 24) - 8 : (int64_t)fuzz_below(in, 6);
        at = at > room ? room : at;
    }
    d->buffer = draw_bytes(in, room);
    a->data = d->buffer;
    a->offsets = d->offsets;
}

static void draw_array(fuzz_bytes *in, drawn_array *d, int i, int64_t n_rows)
{
    static const char *const roles[] = {NULL,     NULL, NULL,     "target",
                                        "weight", "id", "ignore", "odd"};
    mlc_array *a = &d->a;
    snprintf(d->name, sizeof d->name, "c%d", fuzz_below(in, 32) == 0 ? 0 : i);
    *a = (mlc_array){.size = sizeof *a, .name = d->name, .n_rows = n_rows, .user = d};
    a->type = 1 + (int32_t)fuzz_below(in, 10); /* one too many */
    a->role = roles[fuzz_below(in, 8)];
    a->release = fuzz_below(in, 2) != 0 ? release : NULL;
    a->n_columns = fuzz_below(in, 3) == 0 ? 1 + (int64_t)fuzz_below(in, 6) : 1;
    a->row_stride = (int64_t)fuzz_below(in, 17) - 8;
    a->column_stride = (int64_t)fuzz_below(in, 9) - 4;
    if (fuzz_below(in, 3) != 0) a->row_stride = a->column_stride = 0;
    if (fuzz_below(in, 3) == 0) a->valid = d->valid = draw_bytes(in, (n_rows + 7) / 8);
    if (a->type != MLC_TYPE_TEXT && a->type != MLC_TYPE_CATEGORY)
        draw_numbers(in, d);
    else if (fuzz_below(in, 2) == 0)
        draw_texts(in, d);
    else
        draw_offsets(in, d);
}

static void free_array(drawn_array *d)
{
    for (int64_t i = 0; i < d->n_texts; i++)
        free(d->texts[i]);
    free(d->texts);
    free(d->offsets);
    free(d->valid);
    free(d->buffer);
}

/* ---- what cells must be -------------------------------------------------------------------- */

static double number_at(const mlc_array *a, int64_t i, int64_t k)
{
    const int64_t down = a->row_stride != 0 ? a->row_stride : a->n_columns;
    const int64_t at = i * down + k * (a->column_stride != 0 ? a->column_stride : 1);
    const uint8_t *bytes = a->data;
    double real = 0;
    float narrow = 0;
    int64_t integer = 0;
    int32_t small = 0;
    switch (a->type) {
    case MLC_TYPE_BOOL:
        return bytes[at / 8] >> at % 8 & 1;
    case MLC_TYPE_FLOAT32:
        memcpy(&narrow, bytes + at * 4, 4);
        return (double)narrow;
    case MLC_TYPE_INT32:
        memcpy(&small, bytes + at * 4, 4);
        return (double)small;
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP:
        memcpy(&integer, bytes + at * 8, 8);
        return (double)integer;
    default:
        memcpy(&real, bytes + at * 8, 8);
        return real;
    }
}

static void check_numbers(const mlc_dataset *rows, const mlc_array *a)
{
    const int64_t width = mlc_dataset_column_width(rows, mlc_dataset_find(rows, a->name));
    FUZZ_CHECK(width == a->n_columns);
    double *values = malloc((size_t)(a->n_rows * width + 1) * sizeof *values);
    mlc_error err;
    FUZZ_CHECK(mlc_dataset_copy_real(rows, a->name, values, a->n_rows * width, &err) == MLC_OK);
    for (int64_t i = 0; i < a->n_rows; i++) {
        const int there = a->valid == NULL || (a->valid[i / 8] >> i % 8 & 1);
        for (int64_t k = 0; k < width; k++) {
            const double wanted = there ? number_at(a, i, k) : NAN, got = values[i * width + k];
            FUZZ_CHECK((got != got && wanted != wanted) || got == wanted);
        }
    }
    free(values);
}

static void check_texts(const mlc_dataset *rows, const mlc_array *a)
{
    for (int64_t i = 0; i < a->n_rows; i++) {
        const int64_t *offsets = a->offsets;
        const char *text = NULL, *wanted = NULL;
        int64_t length = 0, n = 0;
        mlc_error err;
        FUZZ_CHECK(mlc_dataset_text(rows, a->name, i, &text, &length, &err) == MLC_OK);
        if (offsets != NULL) {
            wanted = (const char *)a->data + offsets[i];
            n = offsets[i + 1] - offsets[i];
        } else {
            memcpy(&wanted, (const char *)a->data + i * (int64_t)sizeof wanted, sizeof wanted);
            n = wanted != NULL ? (int64_t)strlen(wanted) : 0;
        }
        if (a->valid != NULL && !(a->valid[i / 8] >> i % 8 & 1)) wanted = NULL;
        FUZZ_CHECK((text == NULL) == (wanted == NULL));
        if (text != NULL) FUZZ_CHECK(length == n && memcmp(text, wanted, (size_t)n) == 0);
    }
}

static void use_dataset(mlc_context *ctx, const mlc_dataset *rows, fuzz_bytes *in)
{
    mlc_dataset *out = NULL, *view = NULL;
    mlc_buffer *text = NULL;
    mlc_error err;
    const int64_t n = mlc_dataset_n_rows(rows);
    int64_t picked[8];
    for (int i = 0; i < 8; i++)
        picked[i] = (int64_t)fuzz_below(in, 64) - 2;
    mlc_status status = mlc_dataset_rows(ctx, rows, picked, 0, 8, &view, &err);
    fuzz_status(status, &err);
    for (int i = 0; i < 8; i++)
        if (picked[i] < 0 || picked[i] >= n) FUZZ_CHECK(status != MLC_OK);
    if (status != MLC_OK)
        FUZZ_CHECK(mlc_dataset_rows(ctx, rows, NULL, 0, n, &view, &err) == MLC_OK);
    status = mlc_dataset_describe(ctx, view, &out, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_dataset_format(view, "format=json", &text, &err) == MLC_OK);
    mlc_buffer_free(text);
    FUZZ_CHECK(mlc_dataset_format(rows, NULL, &text, &err) == MLC_OK);
    mlc_buffer_free(text);
    mlc_dataset_free(out);
    mlc_dataset_free(view);
}

/* ---- shapes beyond memory ------------------------------------------------------------------ */

static int is_beyond(const mlc_array *a)
{
    const __int128 most = INT64_MAX;
    const __int128 down = a->row_stride != 0 ? a->row_stride : a->n_columns;
    const __int128 across = a->column_stride != 0 ? a->column_stride : 1;
    const __int128 i = (a->n_rows - (__int128)1) * down, k = (a->n_columns - (__int128)1) * across;
    const __int128 size = element_size(a->type);
    return i > most || i < -most || k > most || k < -most || (i + k) * size > most ||
           (i + k) * size < -most || (__int128)a->n_rows * a->n_columns * 8 > most;
}

static void try_hostile_shape(mlc_context *ctx, fuzz_bytes *in)
{
    static const int64_t odd[] = {-1,
                                  0,
                                  1,
                                  INT32_MAX,
                                  INT64_C(1) << 31,
                                  INT64_C(1) << 32,
                                  (INT64_C(1) << 32) + 1,
                                  INT64_C(1) << 60,
                                  INT64_C(1) << 61,
                                  INT64_C(1) << 62,
                                  INT64_MAX,
                                  INT64_MIN,
                                  INT64_MAX / 8 + 1,
                                  -(INT64_C(1) << 62)};
    drawn_array d = {0};
    mlc_dataset *rows = NULL;
    mlc_error err;
    double nothing = 0;
    d.a = (mlc_array){.size = sizeof d.a, .name = "x", .data = &nothing, .user = &d};
    d.a.release = release;
    d.a.type = 1 + (int32_t)fuzz_below(in, 9);
    d.a.n_rows = odd[fuzz_below(in, 14)];
    d.a.n_columns = odd[fuzz_below(in, 14)];
    d.a.row_stride = odd[fuzz_below(in, 14)];
    d.a.column_stride = odd[fuzz_below(in, 14)];
    const int possible = d.a.n_rows >= 0 && d.a.n_columns >= 1 && d.a.n_columns <= INT32_MAX &&
                         (d.a.n_rows == 0 || !is_beyond(&d.a));
    if (possible && d.a.n_rows > 0) return; /* would be read, and is not there */
    const mlc_status status = mlc_dataset_from_arrays(ctx, &d.a, 1, NULL, &rows, &err);
    fuzz_status(status, &err);
    FUZZ_CHECK(possible || status != MLC_OK);
    mlc_dataset_free(rows);
    FUZZ_CHECK(d.released == (status == MLC_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    drawn_array drawn[MAX_ARRAYS] = {{{0}}};
    mlc_array arrays[MAX_ARRAYS];
    const uint8_t first = fuzz_u8(&in);
    if (first == 255) {
        try_hostile_shape(ctx, &in);
        fuzz_close(&host);
        return 0;
    }
    const int32_t n = 1 + first % MAX_ARRAYS;
    const int64_t n_rows = (int64_t)fuzz_below(&in, 80);
    for (int32_t i = 0; i < n; i++) {
        draw_array(&in, &drawn[i], i, n_rows);
        arrays[i] = drawn[i].a;
    }
    mlc_dataset *rows = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_from_arrays(ctx, arrays, n, NULL, &rows, &err);
    fuzz_status(status, &err);
    for (int32_t i = 0; i < n && status == MLC_OK; i++) {
        if (arrays[i].type == MLC_TYPE_TEXT || arrays[i].type == MLC_TYPE_CATEGORY)
            check_texts(rows, &arrays[i]);
        else
            check_numbers(rows, &arrays[i]);
    }
    if (status == MLC_OK) use_dataset(ctx, rows, &in);
    for (int32_t i = 0; i < n && status != MLC_OK; i++)
        FUZZ_CHECK(drawn[i].released == 0);
    mlc_dataset_free(rows);
    for (int32_t i = 0; i < n; i++) {
        if (status == MLC_OK) FUZZ_CHECK(drawn[i].released == (arrays[i].release != NULL));
        free_array(&drawn[i]);
    }
    fuzz_bound(&host, 4 * FUZZ_BASE, size + (size_t)n_rows * 8 * MAX_ARRAYS, PER_BYTE);
    fuzz_close(&host);
    return 0;
}
