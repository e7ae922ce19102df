/* Samples without replacement by Floyd's algorithm (Bentley, Floyd 1987): the j-th draw is below
 * N - n + j + 1, and is that number itself where it was drawn already. A hash table remembers, or
 * bits. */
#include "isolation_sample.h"

#include <math.h>
#include <string.h>

#include "cart_rows.h"
#include "error.h"
#include "key_sort.h"
#include "random.h"
#include "row_weight.h"

#define SHELL_MOST 512

mlc_status mlci_subsampler_init(mlci_root *root, int64_t n_rows, const int64_t *row_index,
                                const double *weight, mlci_subsampler *s, mlc_error *err)
{
    int is_whole = 1;
    double unit, sum = 0;
    s->n_rows = s->n_places = n_rows;
    MLCI_TRY(mlci_order_rows(root, row_index, n_rows, &s->order, err));
    if (weight == NULL) return MLC_OK;
    s->cumulated = mlci_alloc_raw(root, n_rows, sizeof *s->cumulated);
    if (s->cumulated == NULL) return mlci_fail_memory(err, n_rows, sizeof *s->cumulated);
    for (int64_t i = 0; i < n_rows; i++) {
        is_whole &= weight[i] == floor(weight[i]);
        sum += weight[i];
    }
    is_whole &= sum < 0x1p53;
    if (is_whole)
        for (int64_t i = 0; i < n_rows; i++)
            s->cumulated[i] = (int64_t)weight[i];
    else
        MLCI_TRY(mlci_fix_weights(weight, n_rows, s->cumulated, &unit, err));
    s->with_replacement |= !is_whole;
    /* By place; the array is its own input only where rows stand in their order. */
    if (s->order != NULL) {
        int64_t *const by_place = mlci_alloc_raw(root, n_rows, sizeof *by_place);
        if (by_place == NULL) return mlci_fail_memory(err, n_rows, sizeof *by_place);
        for (int64_t i = 0; i < n_rows; i++)
            by_place[i] = s->cumulated[s->order[i]];
        mlci_free(s->cumulated);
        s->cumulated = by_place;
    }
    for (int64_t i = 1; i < n_rows; i++)
        s->cumulated[i] += s->cumulated[i - 1];
    s->n_places = s->cumulated[n_rows - 1];
    return MLC_OK;
}

void mlci_subsampler_clear(mlci_subsampler *s)
{
    mlci_free(s->order);
    mlci_free(s->cumulated);
}

/* Places of the hash table: a power of two, at least twice the sample. */
static int64_t table_size(int64_t n)
{
    int64_t size = 16;
    while (size < 2 * n)
        size *= 2;
    return size;
}

int64_t mlci_subsampler_memory(int64_t n)
{
    return table_size(n);
}

/* Adds a value, stored plus 1; returns 0 when it was there. */
static int add_value(int64_t *table, int64_t size, int64_t value)
{
    const uint64_t hash = (uint64_t)value * 0x9E3779B97F4A7C15u;
    int64_t at = (int64_t)(hash >> 20) & (size - 1);
    while (table[at] != 0) {
        if (table[at] == value + 1) return 0;
        at = (at + 1) & (size - 1);
    }
    table[at] = value + 1;
    return 1;
}

/* A few by Shell's method, many by their digits; memory has room for as many. */
static void sort_values(int64_t *values, int64_t n, int64_t *memory)
{
    mlci_key_sort sort = {.keys = (uint64_t *)values, .other_keys = (uint64_t *)memory};
    for (int64_t gap = n / 2; gap > 0 && n <= SHELL_MOST; gap /= 2) {
        for (int64_t i = gap; i < n; i++) {
            const int64_t value = values[i];
            int64_t j = i;
            for (; j >= gap && values[j - gap] > value; j -= gap)
                values[j] = values[j - gap];
            values[j] = value;
        }
    }
    if (n <= SHELL_MOST) return;
    mlci_sort_keys(&sort, n, 0);
    if (sort.keys != (uint64_t *)values) memcpy(values, sort.keys, (size_t)n * sizeof *values);
}

/* The first place whose cumulated weight is above at. */
static int64_t place_at(const mlci_subsampler *s, int64_t at)
{
    int64_t low = 0, high = s->n_rows - 1;
    if (s->cumulated == NULL) return at;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (s->cumulated[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The j-th number that is drawn, below most + 1. */
static int64_t draw_value(const mlci_subsampler *s, uint32_t stream, int64_t j, int64_t most)
{
    return (int64_t)mlci_random_below(s->seed, MLCI_RANDOM_SUBSAMPLE, stream, (uint64_t)j,
                                      (uint64_t)most + 1);
}

/* Where many of the places are drawn, a bit for each of them remembers, and puts them in order. */
static void draw_bits(const mlci_subsampler *s, uint32_t stream, int64_t n, uint64_t *bits,
                      int64_t *values)
{
    const int64_t n_words = (s->n_places + 63) / 64;
    memset(bits, 0, (size_t)n_words * sizeof *bits);
    for (int64_t i = 0; i < n; i++) {
        const int64_t most = s->n_places - n + i;
        int64_t value = draw_value(s, stream, i, most);
        if (bits[value >> 6] >> (value & 63) & 1) value = most;
        bits[value >> 6] |= (uint64_t)1 << (value & 63);
    }
    for (int64_t w = 0; w < n_words; w++)
        for (uint64_t word = bits[w]; word != 0; word &= word - 1)
            *values++ = 64 * w + __builtin_ctzll(word);
}

/* Numbers below n_places, as many as the sample has. */
static void draw_values(const mlci_subsampler *s, uint32_t stream, int64_t n, int64_t *memory,
                        int64_t *values)
{
    const int64_t size = table_size(n);
    if (!s->with_replacement && s->n_places <= 64 * size) {
        draw_bits(s, stream, n, (uint64_t *)memory, values);
        return;
    }
    memset(memory, 0, (size_t)size * sizeof *memory);
    for (int64_t i = 0; i < n; i++) {
        const int64_t most = s->with_replacement ? s->n_places - 1 : s->n_places - n + i;
        values[i] = draw_value(s, stream, i, most);
        if (s->with_replacement || add_value(memory, size, values[i])) continue;
        values[i] = most;
        add_value(memory, size, most);
    }
    sort_values(values, n, memory);
}

void mlci_subsampler_draw(const mlci_subsampler *s, uint32_t stream, int64_t n, int64_t *memory,
                          int64_t *rows)
{
    const int takes_all = !s->with_replacement && n == s->n_places;
    if (!takes_all) draw_values(s, stream, n, memory, rows);
    for (int64_t i = 0; i < n; i++) {
        const int64_t place = place_at(s, takes_all ? i : rows[i]);
        rows[i] = s->order == NULL ? place : s->order[place];
    }
}
