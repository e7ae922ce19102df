/* Columns while windows come: room that is likely to do for all rows, and what the regions of a
 * window hold taken into it.
 *
 * Texts are numbered as long as they repeat: a column has one table of distinct texts, which the
 * tables of the regions are joined to in their order. Once most of them turn out to be different,
 * they are listed: written one after the other, as a column of text is. Either way the result is
 * judged by all rows in the end (csv_column.c). O(rows + bytes of texts). */
#include "csv.h"

#include <string.h>

/* A column is listed when, of more than so many distinct texts, hardly any repeats ... */
#define TRIAL_WORDS 4096
/* ... or when so many more than half of its values are distinct. */
#define SPARE_WORDS 65536
#define SPARE_ROWS 64
#define GROUP 32 /* texts whose memory is asked for before they are numbered */

/* ---- room ----------------------------------------------------------------------------------- */

/* How many there will be of what there are n of at the end of this window, or somewhat more. */
static int64_t likely_total(const mlci_csv_reader *reader, int64_t n, int64_t before)
{
    const double share = reader->windows.share;
    if (!reader->windows.source.has_more || reader->is_batched || share <= 0) return n;
    const double total = (double)n / share * 1.05 + SPARE_ROWS;
    const double least = (double)before * 1.25;
    const double wanted = total > least ? total : least;
    return wanted < 4e18 && wanted > (double)n ? (int64_t)wanted : n;
}

/* The columns of a batch are given back soon, those of a file stay as they are. */
static mlc_status resize(const mlci_csv_reader *reader, void *block, int64_t count, int64_t size,
                         void *out, mlc_error *err)
{
    mlci_root *const root = reader->root;
    void *const resized = block != NULL        ? mlci_realloc(root, block, count, size)
                          : reader->is_batched ? mlci_alloc_raw(root, count, size)
                                               : mlci_alloc_stream(root, count, size);
    if (resized == NULL) return mlci_fail_memory(err, count, size);
    memcpy(out, &resized, sizeof resized);
    return MLC_OK;
}

/* Bits for rows from `from` on are ones. */
static mlc_status resize_valid(const mlci_csv_reader *reader, mlci_csv_column *column, int64_t from,
                               int64_t to, mlc_error *err)
{
    const int64_t old = (from + 7) / 8, n = (to + 7) / 8;
    MLCI_TRY(resize(reader, column->valid, n, 1, &column->valid, err));
    if (n > old) memset(column->valid + old, 0xff, (size_t)(n - old));
    return MLC_OK;
}

/* What has as many elements as the column has rows, and the size of one. */
static void *rows_of(const mlci_csv_column *column, int64_t *size)
{
    *size = column->is_listed            ? (int64_t)sizeof *column->offsets
            : mlci_csv_has_texts(column) ? column->code_size
                                         : mlci_csv_value_size(column->type);
    return column->is_listed            ? column->offsets
           : mlci_csv_has_texts(column) ? column->codes
                                        : column->values;
}

static mlc_status reserve_rows(mlci_csv_reader *reader, mlci_csv_column *column, int64_t n_rows,
                               mlc_error *err)
{
    int64_t size;
    const int is_there = rows_of(column, &size) != NULL;
    if (is_there && n_rows <= column->capacity) return MLC_OK;
    int64_t capacity = likely_total(reader, n_rows, column->capacity);
    if (capacity > reader->most_rows) capacity = reader->most_rows;
    if (capacity < n_rows) capacity = n_rows;
    if (column->is_listed) {
        MLCI_TRY(resize(reader, column->offsets, capacity + 1, (int64_t)sizeof *column->offsets,
                        &column->offsets, err));
        if (!is_there) column->offsets[0] = 0;
    } else if (mlci_csv_has_texts(column)) {
        MLCI_TRY(resize(reader, column->codes, capacity, size, &column->codes, err));
    } else {
        MLCI_TRY(resize(reader, column->values, capacity, size, &column->values, err));
    }
    if (column->valid != NULL) {
        MLCI_TRY(resize_valid(reader, column, column->capacity, capacity, err));
    }
    column->capacity = capacity;
    return MLC_OK;
}

/* Room for the numbers or lengths of a window's texts. */
static mlc_status reserve_texts(mlci_csv_reader *reader, mlci_csv_column *column, int64_t n_rows,
                                mlc_error *err)
{
    if (!mlci_csv_has_texts(column)) return MLC_OK;
    if (column->values != NULL && n_rows <= column->window_capacity) return MLC_OK;
    mlci_free(column->values);
    column->values = NULL;
    column->window_capacity = 0;
    MLCI_TRY(resize(reader, NULL, n_rows, (int64_t)sizeof(int32_t), &column->values, err));
    column->window_capacity = n_rows;
    return MLC_OK;
}

static mlc_status reserve_column(void *arg, int64_t j, int32_t slot, mlc_error *err)
{
    mlci_csv_reader *const reader = arg;
    mlci_csv_column *const column = &reader->columns[j];
    const mlci_csv_region *const last = &reader->regions[reader->n_regions - 1];
    const int64_t n_rows = last->first_row + last->n_rows;
    (void)slot;
    if (!column->wanted) return MLC_OK;
    MLCI_TRY(reserve_rows(reader, column, reader->n_rows + n_rows, err));
    MLCI_TRY(reserve_texts(reader, column, n_rows, err));
    if (!column->is_listed) {
        int64_t size;
        char *const rows = rows_of(column, &size);
        mlci_populate(rows + reader->n_rows * size, n_rows * size);
    }
    return MLC_OK;
}

mlc_status mlci_csv_store_reserve(mlci_csv_reader *reader, mlc_error *err)
{
    return mlci_parallel_for(reader->call, reader->n_columns, reserve_column, reader, err);
}

static mlc_status reserve_bytes(mlci_csv_reader *reader, mlci_csv_column *column, int64_t n,
                                mlc_error *err)
{
    if (n <= column->bytes_capacity && column->bytes != NULL) return MLC_OK;
    const int64_t capacity = likely_total(reader, n, column->bytes_capacity);
    MLCI_TRY(resize(reader, column->bytes, capacity + 1, 1, &column->bytes, err));
    column->bytes_capacity = capacity;
    return MLC_OK;
}

void mlci_csv_piece_reset(mlci_csv_piece *piece)
{
    mlci_free(piece->valid);
    if (piece->words != NULL) mlci_csv_words_clear(piece->words);
    mlci_free(piece->words);
    *piece = (mlci_csv_piece){.bytes = piece->bytes, .bytes_capacity = piece->bytes_capacity};
}

void mlci_csv_piece_clear(mlci_csv_piece *piece)
{
    mlci_csv_piece_reset(piece);
    mlci_free(piece->bytes);
    *piece = (mlci_csv_piece){0};
}

void mlci_csv_store_clear(mlci_csv_column *column)
{
    mlci_free(column->valid);
    mlci_free(column->values);
    mlci_free(column->codes);
    mlci_free(column->offsets);
    mlci_free(column->bytes);
    mlci_csv_words_clear(&column->words);
    column->valid = NULL;
    column->values = NULL;
    column->codes = NULL;
    column->offsets = NULL;
    column->bytes = NULL;
    column->capacity = column->window_capacity = column->bytes_capacity = 0;
    column->n_missing = 0;
    column->is_listed = 0;
    column->code_size = (int32_t)sizeof(int16_t);
}

/* ---- values --------------------------------------------------------------------------------- */

/* Moves the values of regions together where rows were left out. */
static void close_gaps(const mlci_csv_reader *reader, mlci_csv_column *column)
{
    const int64_t size = mlci_csv_value_size(column->type);
    char *const values =
        (char *)column->values + (mlci_csv_has_texts(column) ? 0 : reader->n_rows * size);
    int64_t row = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const int64_t first = reader->regions[c].first_row;
        if (first != row) {
            memmove(values + row * size, values + first * size,
                    (size_t)(reader->n_rows_read[c] * size));
        }
        row += reader->n_rows_read[c];
    }
}

/* Clears the bits of out from bit `at` on that are cleared in bits; those beyond n are set. */
static void clear_bits(const uint8_t *bits, int64_t n, uint8_t *out, int64_t at)
{
    const int shift = (int)(at & 7);
    uint8_t *to = out + (at >> 3);
    for (int64_t i = 0; i < (n + 7) / 8; i++, to++) {
        const unsigned missing = (unsigned)(uint8_t)~bits[i] << shift;
        if (missing == 0) continue;
        to[0] = (uint8_t)(to[0] & ~missing);
        if (missing >> 8 != 0) to[1] = (uint8_t)(to[1] & ~(missing >> 8));
    }
}

static mlc_status join_pieces(mlci_csv_reader *reader, int32_t j, mlc_error *err)
{
    mlci_csv_column *const column = &reader->columns[j];
    int64_t row = reader->n_rows;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_piece *const piece = &reader->pieces[c * reader->n_columns + j];
        column->seen |= piece->seen;
        column->n_missing += piece->n_missing;
        if (piece->valid != NULL) {
            if (column->valid == NULL) {
                MLCI_TRY(resize_valid(reader, column, 0, column->capacity, err));
            }
            clear_bits(piece->valid, reader->n_rows_read[c], column->valid, row);
        }
        row += reader->n_rows_read[c];
    }
    return MLC_OK;
}

/* ---- numbered texts ------------------------------------------------------------------------- */

/* The numbers of n words, at most GROUP, among those of the column. 0: no memory. */
static int number_group(mlci_csv_words *words, const mlci_csv_word *own, int32_t n,
                        int32_t *number_of)
{
    mlci_csv_key keys[GROUP];
    for (int32_t i = 0; i < n; i++) {
        keys[i] = mlci_csv_key_of_word(&own[i]);
        mlci_csv_words_expect(words, mlci_csv_key_hash(&keys[i]));
    }
    for (int32_t i = 0; i < n; i++) {
        number_of[i] = mlci_csv_words_add(words, &keys[i], mlci_csv_word_text(&own[i]), 0);
        if (number_of[i] < 0) return 0;
    }
    return 1;
}

/* The numbers of a region's own texts among those of the column. */
static mlc_status number_region(mlci_csv_column *column, const mlci_csv_words *words,
                                int32_t *codes, int64_t n_rows, mlc_error *err)
{
    int32_t *const number_of = mlci_alloc_raw(words->root, words->n, (int64_t)sizeof *number_of);
    int in_memory = number_of != NULL;
    for (int32_t w = 0; w < words->n && in_memory; w += GROUP) {
        const int32_t n = words->n - w < GROUP ? words->n - w : GROUP;
        in_memory = number_group(&column->words, words->word + w, n, number_of + w);
    }
    for (int64_t r = 0; r < n_rows && in_memory; r++) {
        if (codes[r] < -1) codes[r] = number_of[-2 - codes[r]];
    }
    mlci_free(number_of);
    return in_memory ? MLC_OK : mlci_fail_memory(err, words->n, (int64_t)sizeof(mlci_csv_word));
}

/* Do hardly any of n values repeat, so far? */
static int are_distinct(const mlci_csv_words *words, int64_t n)
{
    return words->n > TRIAL_WORDS && (words->n > n - n / 128 || words->n > n / 2 + SPARE_WORDS);
}

static int is_category(const mlci_csv_reader *reader, const mlci_csv_column *column)
{
    if (column->forced != 0) return column->forced == MLC_TYPE_CATEGORY;
    return reader->text_as == MLCI_CSV_TEXT_CATEGORY;
}

/* Codes of four bytes from here on: last ones first, as they lie where shorter ones have been. */
static mlc_status widen_codes(const mlci_csv_reader *reader, mlci_csv_column *column,
                              mlc_error *err)
{
    MLCI_TRY(resize(reader, column->codes, column->capacity, (int64_t)sizeof(int32_t),
                    &column->codes, err));
    for (int64_t r = reader->n_rows - 1; r >= 0; r--) {
        int16_t code;
        memcpy(&code, (const int16_t *)column->codes + r, sizeof code);
        ((int32_t *)column->codes)[r] = code;
    }
    column->code_size = (int32_t)sizeof(int32_t);
    return MLC_OK;
}

/* The codes of a window behind those before it. */
static mlc_status append_codes(const mlci_csv_reader *reader, mlci_csv_column *column, int64_t n,
                               mlc_error *err)
{
    const int32_t *const from = column->values;
    if (column->code_size < mlci_code_size(column->words.n))
        MLCI_TRY(widen_codes(reader, column, err));
    if (column->code_size == 4) {
        if (n > 0)
            memcpy((int32_t *)column->codes + reader->n_rows, from, (size_t)n * sizeof *from);
        return MLC_OK;
    }
    int16_t *const to = (int16_t *)column->codes + reader->n_rows;
    for (int64_t r = 0; r < n; r++)
        to[r] = (int16_t)from[r];
    return MLC_OK;
}

static mlc_status number_texts(mlci_csv_reader *reader, int32_t j, mlc_error *err)
{
    mlci_csv_column *const column = &reader->columns[j];
    int64_t row = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_piece *const piece = &reader->pieces[c * reader->n_columns + j];
        const int64_t n = reader->n_rows_read[c];
        if (piece->words != NULL) {
            MLCI_TRY(number_region(column, piece->words, (int32_t *)column->values + row, n, err));
        }
        row += n;
    }
    MLCI_TRY(append_codes(reader, column, row, err));
    const int64_t n_rows = reader->n_rows + row;
    if (!column->words.is_list && (is_category(reader, column) ||
                                   !are_distinct(&column->words, n_rows - column->n_missing))) {
        return MLC_OK;
    }
    return mlci_csv_store_list(reader, column, n_rows, err);
}

mlc_status mlci_csv_store_list(mlci_csv_reader *reader, mlci_csv_column *column, int64_t n_rows,
                               mlc_error *err)
{
    const mlci_csv_words *const words = &column->words;
    int64_t n_bytes = 0;
    for (int64_t r = 0; r < n_rows; r++) {
        const int32_t code = mlci_csv_code(column, r);
        n_bytes += code >= 0 ? words->word[code].length : 0;
    }
    MLCI_TRY(resize(reader, NULL, column->capacity + 1, (int64_t)sizeof *column->offsets,
                    &column->offsets, err));
    MLCI_TRY(reserve_bytes(reader, column, n_bytes, err));
    int64_t at = 0;
    for (int64_t r = 0; r < n_rows; r++) {
        column->offsets[r] = at;
        const int32_t code = mlci_csv_code(column, r);
        if (code < 0) continue;
        const mlci_csv_word *const word = &words->word[code];
        memcpy(column->bytes + at, mlci_csv_word_text(word), (size_t)word->length);
        at += word->length;
    }
    column->offsets[n_rows] = at;
    mlci_csv_words_clear(&column->words);
    mlci_free(column->codes);
    column->codes = NULL;
    column->is_listed = 1;
    return MLC_OK;
}

/* ---- listed texts --------------------------------------------------------------------------- */

/* Where a region's texts go: the room is made before any of them are written. */
static mlc_status make_room_for_texts(mlci_csv_reader *reader, int32_t j, mlc_error *err)
{
    mlci_csv_column *const column = &reader->columns[j];
    int64_t n_bytes = column->offsets[reader->n_rows];
    for (int64_t c = 0; c < reader->n_regions; c++)
        n_bytes += reader->pieces[c * reader->n_columns + j].n_bytes;
    return reserve_bytes(reader, column, n_bytes, err);
}

static void write_texts(const mlci_csv_reader *reader, int32_t j, int64_t region)
{
    mlci_csv_column *const column = &reader->columns[j];
    const mlci_csv_piece *const pieces = reader->pieces + j;
    int64_t row = 0, at = column->offsets[reader->n_rows];
    for (int64_t c = 0; c < region; c++) {
        row += reader->n_rows_read[c];
        at += pieces[c * reader->n_columns].n_bytes;
    }
    const mlci_csv_piece *const piece = &pieces[region * reader->n_columns];
    const int32_t *const lengths = (const int32_t *)column->values + row;
    int64_t *const offsets = column->offsets + reader->n_rows + row + 1;
    mlci_populate(offsets, reader->n_rows_read[region] * (int64_t)sizeof *offsets);
    mlci_populate(column->bytes + at, piece->n_bytes);
    if (piece->n_bytes > 0) memcpy(column->bytes + at, piece->bytes, (size_t)piece->n_bytes);
    for (int64_t r = 0; r < reader->n_rows_read[region]; r++) {
        at += lengths[r];
        offsets[r] = at;
    }
}

/* ---- a window ------------------------------------------------------------------------------- */

static mlc_status store_column(void *arg, int64_t j, int32_t slot, mlc_error *err)
{
    mlci_csv_reader *const reader = arg;
    mlci_csv_column *const column = &reader->columns[j];
    (void)slot;
    column->writes_texts = 0;
    if (!column->wanted) return MLC_OK;
    close_gaps(reader, column);
    MLCI_TRY(join_pieces(reader, (int32_t)j, err));
    if (!mlci_csv_has_texts(column)) return MLC_OK;
    if (!column->is_listed) return number_texts(reader, (int32_t)j, err);
    column->writes_texts = 1;
    return make_room_for_texts(reader, (int32_t)j, err);
}

static mlc_status store_texts(void *arg, int64_t region, int32_t slot, mlc_error *err)
{
    mlci_csv_reader *const reader = arg;
    (void)slot;
    (void)err;
    for (int32_t j = 0; j < reader->n_columns; j++) {
        if (reader->columns[j].writes_texts) write_texts(reader, j, region);
    }
    return MLC_OK;
}

mlc_status mlci_csv_store_window(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(mlci_parallel_for(reader->call, reader->n_columns, store_column, reader, err));
    MLCI_TRY(mlci_parallel_for(reader->call, reader->n_regions, store_texts, reader, err));
    for (int64_t c = 0; c < reader->n_regions; c++)
        reader->n_rows += reader->n_rows_read[c];
    return MLC_OK;
}
