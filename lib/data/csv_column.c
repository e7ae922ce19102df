/* From the pieces of the regions to whole columns.
 *
 * Numbers are in place already, but for the gaps that rows left out leave and the bitmaps, which
 * each region made for itself. Words of the regions are joined: distinct texts are counted first,
 * by the bits that their hashes set and, where that leaves doubts, exactly; then either sorted by
 * bytes, so that codes are ranks and do not depend on the regions, or written out as text. O(rows +
 * distinct log distinct). */
#include "csv.h"

#include <string.h>

#define FEW_CATEGORIES 16 /* always a category up to that many */

static int64_t count_rows(const mlci_csv_reader *reader)
{
    int64_t n = 0;
    for (int64_t c = 0; c < reader->n_regions; c++)
        n += reader->n_rows_read[c];
    return n;
}

/* Moves the values of regions together where rows were left out. */
static void close_gaps(mlci_csv_reader *reader, mlci_csv_column *column)
{
    const int64_t size = mlci_csv_value_size(column->type);
    char *const values = column->values;
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

/* Copies n bits to bit `at` of out; bits of out from there on are ones. */
static void copy_bits(const uint8_t *bits, int64_t n, uint8_t *out, int64_t at)
{
    for (int64_t i = 0; i < n; i++) {
        if ((bits[i >> 3] >> (i & 7) & 1) == 0) {
            out[(at + i) >> 3] = (uint8_t)(out[(at + i) >> 3] & ~(1u << ((at + i) & 7)));
        }
    }
}

static void join_valid(const mlci_csv_reader *reader, int32_t j, mlci_column *column)
{
    uint8_t *const valid = (uint8_t *)(uintptr_t)column->valid;
    int64_t row = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_piece *const piece = &reader->pieces[c * reader->n_columns + j];
        if (piece->valid != NULL) copy_bits(piece->valid, reader->n_rows_read[c], valid, row);
        row += reader->n_rows_read[c];
    }
}

/* A column of numbers that takes the values over. */
static mlc_status finish_numbers(mlci_csv_reader *reader, int32_t j, int64_t n_rows,
                                 int64_t n_missing, mlci_column **out, mlc_error *err)
{
    mlci_csv_column *const source = &reader->columns[j];
    mlci_column *column = NULL;
    const int is_bool = source->type == MLC_TYPE_BOOL;
    MLCI_TRY(
        mlci_column_create(reader->root, source->type, is_bool ? n_rows : 0, 1, 0, &column, err));
    if (is_bool) {
        const uint8_t *const flags = source->values;
        uint8_t *const bits = mlci_column_data(column);
        for (int64_t i = 0; i < n_rows; i++) {
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | flags[i] << (i & 7));
        }
        mlci_free(source->values);
    } else {
        mlci_free(mlci_column_data(column));
        column->values = source->values;
        column->n_rows = n_rows;
    }
    source->values = NULL;
    if (n_missing > 0) {
        const mlc_status status = mlci_column_add_valid(column, err);
        if (status != MLC_OK) {
            mlci_column_unref(column);
            return status;
        }
        join_valid(reader, j, column);
        column->n_missing = n_missing;
    }
    *out = column;
    return MLC_OK;
}

/* ---- words ---------------------------------------------------------------------------------- */

/* The words of all regions: number_of[first[c] + w] is the number of word w of region c among
 * the distinct ones. */
typedef struct joined {
    mlci_csv_words distinct;
    int64_t *first;
    int32_t *number_of;
} joined;

static void joined_clear(joined *all)
{
    mlci_csv_words_clear(&all->distinct);
    mlci_free(all->first);
    mlci_free(all->number_of);
}

/* Are there certainly more than `most` distinct words? Each bit that some hash sets stands for a
 * text of its own, so the bits set are never more than the distinct texts. 0: not certain. */
static mlc_status has_more(const mlci_csv_reader *reader, int32_t j, int64_t most, int *out,
                           mlc_error *err)
{
    int64_t total = 0, n_bits = 1024, n_set = 0;
    *out = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        total += reader->pieces[c * reader->n_columns + j].words.n;
    }
    if (total <= most) return MLC_OK;
    while (n_bits < 4 * total)
        n_bits *= 2;
    uint8_t *const bits = mlci_alloc(reader->root, n_bits / 8, 1);
    if (bits == NULL) return mlci_fail_memory(err, n_bits / 8, 1);
    for (int64_t c = 0; c < reader->n_regions && n_set <= most; c++) {
        const mlci_csv_words *const words = &reader->pieces[c * reader->n_columns + j].words;
        for (int32_t w = 0; w < words->n; w++) {
            const uint64_t hash = mlci_csv_hash(words->word[w].text, words->word[w].length);
            const uint64_t at = hash & (uint64_t)(n_bits - 1);
            n_set += (bits[at >> 3] >> (at & 7) & 1) == 0;
            bits[at >> 3] = (uint8_t)(bits[at >> 3] | 1u << (at & 7));
        }
    }
    mlci_free(bits);
    *out = n_set > most;
    return MLC_OK;
}

static mlc_status join_words(const mlci_csv_reader *reader, int32_t j, int64_t most, joined *all,
                             mlc_error *err)
{
    all->first = mlci_alloc(reader->root, reader->n_regions + 1, (int64_t)sizeof *all->first);
    if (all->first == NULL) {
        return mlci_fail_memory(err, reader->n_regions + 1, (int64_t)sizeof *all->first);
    }
    for (int64_t c = 0; c < reader->n_regions; c++) {
        all->first[c + 1] = all->first[c] + reader->pieces[c * reader->n_columns + j].words.n;
    }
    const int64_t total = all->first[reader->n_regions];
    all->number_of = mlci_alloc_raw(reader->root, total, (int64_t)sizeof *all->number_of);
    if (all->number_of == NULL) {
        return mlci_fail_memory(err, total, (int64_t)sizeof *all->number_of);
    }
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_words *const words = &reader->pieces[c * reader->n_columns + j].words;
        for (int32_t w = 0; w < words->n; w++) {
            if (all->distinct.n > most) return MLC_OK; /* text: nobody needs the numbers */
            const int32_t number =
                mlci_csv_words_add(&all->distinct, words->word[w].text, words->word[w].length, 1);
            if (number < 0) return mlci_fail_memory(err, total, (int64_t)sizeof(mlci_csv_word));
            all->number_of[all->first[c] + w] = number;
        }
    }
    return MLC_OK;
}

/* The dictionary of the distinct words; rank_of[number] is a word's code. */
static mlc_status rank_words(mlci_root *root, const mlci_csv_words *words, int32_t *rank_of,
                             mlci_dictionary **out, mlc_error *err)
{
    const int64_t n = words->n;
    mlc_status status = MLC_OK;
    mlci_text_key *const keys = mlci_alloc_raw(root, 2 * n, (int64_t)sizeof *keys);
    const char **const texts = mlci_alloc_raw(root, n, (int64_t)sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(root, n, (int64_t)sizeof *lengths);
    if (keys == NULL || texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
        goto done;
    }
    for (int32_t i = 0; i < words->n; i++) {
        keys[i] = (mlci_text_key){words->word[i].text, words->word[i].length, i};
    }
    mlci_text_keys_sort(keys, keys + n, n);
    for (int32_t i = 0; i < words->n; i++) {
        texts[i] = keys[i].text;
        lengths[i] = keys[i].length;
        rank_of[keys[i].index] = i;
    }
    status = mlci_dictionary_create(root, words->n, texts, lengths, out, err);
done:
    mlci_free(keys);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status finish_category(mlci_csv_reader *reader, int32_t j, int64_t n_rows,
                                  const joined *all, mlci_column **out, mlc_error *err)
{
    int32_t *codes = reader->columns[j].values;
    int32_t *const rank_of =
        mlci_alloc_raw(reader->root, all->distinct.n, (int64_t)sizeof *rank_of);
    if (rank_of == NULL) {
        return mlci_fail_memory(err, all->distinct.n, (int64_t)sizeof *rank_of);
    }
    mlci_dictionary *dictionary = NULL;
    mlc_status status = rank_words(reader->root, &all->distinct, rank_of, &dictionary, err);
    if (status != MLC_OK) goto done;
    int64_t row = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const int32_t *const number_of = all->number_of + all->first[c];
        const int64_t end = row + reader->n_rows_read[c];
        for (; row < end; row++) {
            if (codes[row] >= 0) codes[row] = rank_of[number_of[codes[row]]];
        }
    }
    reader->columns[j].values = NULL;
    status = mlci_column_create_category(reader->root, n_rows, codes, dictionary, out, err);
    mlci_dictionary_unref(dictionary);
done:
    mlci_free(rank_of);
    return status;
}

static mlc_status finish_text(mlci_csv_reader *reader, int32_t j, int64_t n_rows, mlci_column **out,
                              mlc_error *err)
{
    const int32_t *const codes = reader->columns[j].values;
    mlc_status status = MLC_OK;
    const char **const texts = mlci_alloc(reader->root, n_rows, (int64_t)sizeof *texts);
    int64_t *const lengths = mlci_alloc(reader->root, n_rows, (int64_t)sizeof *lengths);
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, n_rows, (int64_t)sizeof *texts);
        goto done;
    }
    int64_t row = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_words *const words = &reader->pieces[c * reader->n_columns + j].words;
        const int64_t end = row + reader->n_rows_read[c];
        for (; row < end; row++) {
            if (codes[row] < 0) continue;
            texts[row] = words->word[codes[row]].text;
            lengths[row] = words->word[codes[row]].length;
        }
    }
    status = mlci_column_create_text(reader->root, n_rows, texts, lengths, out, err);
done:
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status finish_words(mlci_csv_reader *reader, int32_t j, int64_t n_rows,
                               int64_t n_missing, mlci_column **out, mlc_error *err)
{
    const int32_t forced = reader->columns[j].forced;
    int64_t most = (n_rows - n_missing) / 2;
    if (most < FEW_CATEGORIES) most = FEW_CATEGORIES;
    if (forced == MLC_TYPE_CATEGORY || (forced == 0 && reader->text_as == MLCI_CSV_TEXT_CATEGORY)) {
        most = INT32_MAX;
    } else if (forced == MLC_TYPE_TEXT || reader->text_as == MLCI_CSV_TEXT_TEXT) {
        most = -1;
    }
    joined all = {.distinct = {.root = reader->root}};
    int is_text = most < 0;
    mlc_status status = is_text ? MLC_OK : has_more(reader, j, most, &is_text, err);
    if (status == MLC_OK && !is_text) status = join_words(reader, j, most, &all, err);
    if (status == MLC_OK && !is_text && all.distinct.n <= most) {
        status = finish_category(reader, j, n_rows, &all, out, err);
    } else if (status == MLC_OK) {
        status = finish_text(reader, j, n_rows, out, err);
    }
    joined_clear(&all);
    return status;
}

mlc_status mlci_csv_finish_column(mlci_csv_reader *reader, int32_t j, mlci_column **out,
                                  mlc_error *err)
{
    mlci_csv_column *const column = &reader->columns[j];
    const int64_t n_rows = count_rows(reader);
    int64_t n_missing = 0;
    for (int64_t c = 0; c < reader->n_regions; c++) {
        n_missing += reader->pieces[c * reader->n_columns + j].n_missing;
    }
    close_gaps(reader, column);
    const int is_words = column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY;
    const mlc_status status = is_words ? finish_words(reader, j, n_rows, n_missing, out, err)
                                       : finish_numbers(reader, j, n_rows, n_missing, out, err);
    for (int64_t c = 0; c < reader->n_regions; c++) {
        mlci_csv_piece *const piece = &reader->pieces[c * reader->n_columns + j];
        mlci_free(piece->valid);
        piece->valid = NULL;
        mlci_csv_words_clear(&piece->words);
    }
    mlci_free(column->values);
    column->values = NULL;
    return status;
}
