/* From what was read to whole columns: numbers are taken over as they are; texts become a category
 * or text by how many of all of them are distinct. Categories are sorted by bytes, so that codes
 * are ranks and depend on the texts alone. O(rows + distinct log distinct). */
#include "csv.h"

#include <string.h>

#define BLOCK_ROWS 65536
#define FEW_CATEGORIES 16 /* always a category up to that many */
/* Room that is left over: a share of the rows, and rows. */
#define SPARE_SHARE 8
#define SPARE_ROWS 64

/* A column of that type, without values, that takes the bitmap over. */
static mlc_status start_column(mlci_csv_reader *reader, mlci_csv_column *source, int32_t type,
                               mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(reader->root, type, 0, 1, 0, &column, err));
    column->n_rows = reader->n_rows;
    if (source->n_missing > 0) {
        column->valid = source->valid;
        column->n_missing = source->n_missing;
        source->valid = NULL;
    }
    *out = column;
    return MLC_OK;
}

/* Gives room back that the rows did not need, when it is much. */
static mlc_status fit(mlci_root *root, void **block, int64_t n, int64_t capacity, int64_t size,
                      mlc_error *err)
{
    if (capacity - n <= n / SPARE_SHARE + SPARE_ROWS) return MLC_OK;
    void *const fitting = mlci_realloc(root, *block, n, size);
    if (fitting == NULL) return mlci_fail_memory(err, n, size);
    *block = fitting;
    return MLC_OK;
}

static mlc_status finish_bools(mlci_csv_reader *reader, mlci_csv_column *source, mlci_column **out,
                               mlc_error *err)
{
    const int64_t n = reader->n_rows;
    uint8_t *const bits = mlci_alloc(reader->root, (n + 7) / 8, 1);
    if (bits == NULL) return mlci_fail_memory(err, (n + 7) / 8, 1);
    mlci_column *column = NULL;
    const mlc_status status = start_column(reader, source, MLC_TYPE_BOOL, &column, err);
    if (status != MLC_OK) {
        mlci_free(bits);
        return status;
    }
    const uint8_t *const flags = source->values;
    for (int64_t i = 0; i < n; i++)
        bits[i >> 3] = (uint8_t)(bits[i >> 3] | flags[i] << (i & 7));
    mlci_free(mlci_column_data(column));
    column->values = bits;
    *out = column;
    return MLC_OK;
}

/* A column of numbers that takes the values over. */
static mlc_status finish_numbers(mlci_csv_reader *reader, mlci_csv_column *source,
                                 mlci_column **out, mlc_error *err)
{
    MLCI_TRY(fit(reader->root, &source->values, reader->n_rows, source->capacity,
                 mlci_csv_value_size(source->type), err));
    mlci_column *column = NULL;
    MLCI_TRY(start_column(reader, source, source->type, &column, err));
    mlci_free(mlci_column_data(column));
    column->values = source->values;
    source->values = NULL;
    *out = column;
    return MLC_OK;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static mlc_status finish_text(mlci_csv_reader *reader, mlci_csv_column *source, mlci_column **out,
                              mlc_error *err)
{
    const int64_t n = reader->n_rows;
    void *block = source->offsets;
    MLCI_TRY(fit(reader->root, &block, n + 1, source->capacity + 1,
                 (int64_t)sizeof *source->offsets, err));
    source->offsets = block;
    block = source->bytes;
    MLCI_TRY(fit(reader->root, &block, source->offsets[n] + 1, source->bytes_capacity + 1, 1, err));
    source->bytes = block;
    mlci_column *column = NULL;
    MLCI_TRY(start_column(reader, source, MLC_TYPE_TEXT, &column, err));
    mlci_free(mlci_column_data(column));
    mlci_free((void *)(uintptr_t)column->offsets);
    column->values = source->bytes;
    column->offsets = source->offsets;
    source->bytes = NULL;
    source->offsets = NULL;
    *out = column;
    return MLC_OK;
}

/* Listed texts, as a category where that is asked for, or where few are distinct. */
static mlc_status finish_listed(mlci_csv_reader *reader, mlci_csv_column *source, int32_t type,
                                mlci_column **out, mlc_error *err)
{
    mlci_column *text = NULL;
    MLCI_TRY(finish_text(reader, source, &text, err));
    if (type == MLC_TYPE_TEXT) {
        *out = text;
        return MLC_OK;
    }
    const mlc_status status = type == MLC_TYPE_CATEGORY
                                  ? mlci_column_to_category(text, out, err)
                                  : mlci_column_to_likely_category(text, out, err);
    mlci_column_unref(text);
    return status;
}

_Static_assert(sizeof(mlci_text_key) >= sizeof(char *) + sizeof(int64_t),
               "a text and its length fit the scratch of a key");

/* The dictionary of the distinct words; rank_of[number] is a word's code. */
static mlc_status rank_words(mlc_context *call, const mlci_csv_words *words, int32_t *rank_of,
                             mlci_dictionary **out, mlc_error *err)
{
    const int64_t n = words->n;
    mlci_text_key *const keys = mlci_alloc_raw(call->root, 2 * n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
    /* Once they are sorted, their scratch is of no other use. */
    void *const scratch = keys + n;
    const char **const texts = scratch;
    int64_t *const lengths = (int64_t *)scratch + n;
    for (int32_t i = 0; i < words->n; i++) {
        keys[i] = (mlci_text_key){.text = mlci_csv_word_text(&words->word[i]),
                                  .length = words->word[i].length,
                                  .index = i};
    }
    mlc_status status = mlci_text_keys_sort_parallel(call, keys, keys + n, n, err);
    for (int32_t i = 0; i < words->n && status == MLC_OK; i++) {
        texts[i] = keys[i].text;
        lengths[i] = keys[i].length;
        rank_of[keys[i].index] = i;
    }
    if (status == MLC_OK) {
        status = mlci_dictionary_create_checked(call->root, words->n, texts, lengths, out, err);
    }
    mlci_free(keys);
    return status;
}

/* Numbers to ranks. */
typedef struct ranking {
    mlci_csv_column *source;
    int64_t n_rows;
    const int32_t *rank_of;
} ranking;

static mlc_status rank_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const ranking *const r = arg;
    const int64_t first = block * BLOCK_ROWS, left = r->n_rows - first;
    const int64_t end = first + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
    (void)slot;
    (void)err;
    for (int64_t i = first; i < end; i++) {
        const int32_t code = mlci_csv_code(r->source, i);
        if (code < 0) continue;
        if (r->source->code_size == 2)
            ((int16_t *)r->source->codes)[i] = (int16_t)r->rank_of[code];
        else
            ((int32_t *)r->source->codes)[i] = r->rank_of[code];
    }
    return MLC_OK;
}

static mlc_status finish_category(mlci_csv_reader *reader, mlci_csv_column *source,
                                  mlci_column **out, mlc_error *err)
{
    const int64_t n_rows = reader->n_rows;
    MLCI_TRY(fit(reader->root, &source->codes, n_rows, source->capacity, source->code_size, err));
    int32_t *const rank_of =
        mlci_alloc_raw(reader->root, source->words.n, (int64_t)sizeof *rank_of);
    if (rank_of == NULL) return mlci_fail_memory(err, source->words.n, (int64_t)sizeof *rank_of);
    mlci_dictionary *dictionary = NULL;
    mlci_csv_words_end(&source->words);
    ranking r = {.source = source, .n_rows = n_rows, .rank_of = rank_of};
    mlc_status status = rank_words(reader->call, &source->words, rank_of, &dictionary, err);
    if (status == MLC_OK) {
        const int64_t n_blocks = (n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
        status = mlci_parallel_for(reader->call, n_blocks, rank_block, &r, err);
    }
    if (status == MLC_OK) {
        void *const codes = source->codes;
        source->codes = NULL;
        status = mlci_column_create_coded(reader->root, n_rows, source->code_size, codes,
                                          dictionary, out, err);
    }
    mlci_dictionary_unref(dictionary);
    mlci_free(rank_of);
    return status;
}

/* MLC_TYPE_CATEGORY or _TEXT where that is asked for, or 0. */
static int32_t asked_for(const mlci_csv_reader *reader, const mlci_csv_column *source)
{
    if (source->forced != 0) return source->forced;
    if (reader->text_as == MLCI_CSV_TEXT_AUTO) return 0;
    return reader->text_as == MLCI_CSV_TEXT_TEXT ? MLC_TYPE_TEXT : MLC_TYPE_CATEGORY;
}

static mlc_status finish_words(mlci_csv_reader *reader, mlci_csv_column *source, mlci_column **out,
                               mlc_error *err)
{
    int32_t type = asked_for(reader, source);
    const int64_t half = (reader->n_rows - source->n_missing) / 2;
    if (type == 0 && !source->is_listed) {
        const int64_t most = half < FEW_CATEGORIES ? FEW_CATEGORIES : half;
        type = source->words.n <= most ? MLC_TYPE_CATEGORY : MLC_TYPE_TEXT;
    }
    if (!source->is_listed && type == MLC_TYPE_CATEGORY) {
        return finish_category(reader, source, out, err);
    }
    if (!source->is_listed) MLCI_TRY(mlci_csv_store_list(reader, source, reader->n_rows, err));
    return finish_listed(reader, source, type, out, err);
}

mlc_status mlci_csv_finish_column(mlci_csv_reader *reader, int32_t j, mlci_column **out,
                                  mlc_error *err)
{
    mlci_csv_column *const column = &reader->columns[j];
    mlc_status status;
    if (mlci_csv_has_texts(column)) {
        status = finish_words(reader, column, out, err);
    } else if (column->type == MLC_TYPE_BOOL) {
        status = finish_bools(reader, column, out, err);
    } else {
        status = finish_numbers(reader, column, out, err);
    }
    mlci_csv_store_clear(column);
    return status;
}
