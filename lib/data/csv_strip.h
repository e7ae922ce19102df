/* A strip is one column of one batch: what the loops over the cells of a type go along. */
#ifndef MLCI_CSV_STRIP_H
#define MLCI_CSV_STRIP_H

#include "csv.h"

/* One column of one batch. */
typedef struct mlci_csv_strip {
    mlci_csv_reader *reader;
    const mlci_csv_batch *batch;
    const mlci_csv_column *column;
    mlci_csv_piece *piece;
    int32_t j;
    unsigned plain;    /* bytes above are no blanks and no quotes */
    int64_t n_rows;    /* of the region, for the bitmap */
    int64_t piece_row; /* row of the piece that the batch starts at */
    int64_t value_row; /* row of the values */
    int32_t no_memory;
    mlci_csv_fault fault; /* the first cell that contradicts types= */
    mlci_csv_scratch *scratch;
} mlci_csv_strip;

static inline void mlci_csv_set_missing(mlci_csv_strip *s, int64_t row)
{
    mlci_csv_piece *const piece = s->piece;
    if (piece->valid == NULL) {
        const int64_t n_bytes = (s->n_rows + 7) / 8;
        piece->valid = mlci_alloc_raw(s->reader->root, n_bytes, 1);
        if (piece->valid == NULL) {
            s->no_memory = 1;
            return;
        }
        memset(piece->valid, 0xff, (size_t)n_bytes);
    }
    const int64_t at = s->piece_row + row;
    piece->valid[at >> 3] = (uint8_t)(piece->valid[at >> 3] & ~(1u << (at & 7)));
    piece->n_missing++;
}

/* Most cells start and end with a byte that is neither blank nor quote, or with quotes. */
static inline __attribute__((always_inline)) mlci_csv_cell
mlci_csv_next_cell(const mlci_csv_strip *s, int64_t row)
{
    const mlci_csv_batch *const batch = s->batch;
    const uint32_t *const at = batch->at + row * batch->stride + s->j;
    const char *const bytes = s->reader->source.bytes + batch->base;
    const char *const text = bytes + at[0] + 1, *const end = bytes + at[1];
    if (text < end && (unsigned char)*text > s->plain && (unsigned char)end[-1] > s->plain) {
        return (mlci_csv_cell){text, end - text, 0};
    }
    const char quote = s->reader->source.quote;
    if (quote != 0 && end - text >= 2 && *text == quote && end[-1] == quote) {
        return (mlci_csv_cell){text + 1, end - text - 2, 1};
    }
    return mlci_csv_trim(text, end, quote);
}

static inline int mlci_csv_is_missing(const mlci_csv_strip *s, const mlci_csv_cell *cell)
{
    return cell->length == 0 || (!cell->quoted &&
                                 (s->reader->nulls.lengths_of[(unsigned char)cell->text[0]] &
                                  mlci_csv_length_bit(cell->length)) != 0 &&
                                 mlci_csv_is_null(&s->reader->nulls, cell->text, cell->length));
}

/* Reads cells of a column of texts: their lengths where the column is listed, else numbers
 * (csv_text.c). */
void mlci_csv_read_texts(mlci_csv_strip *s, int32_t *out);

#endif
