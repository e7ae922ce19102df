/* Cells of text. Those of a listed column go one after the other into a block of their region, with
 * their lengths as values. Those of a numbered column are looked up among the texts that the
 * windows before have numbered; what is not there gets a number in the region's own table, kept as
 * -2 minus it until the column has taken it over (csv_store.c). Missing cells are length 0 and
 * number -1. */
#include "csv_strip.h"

#define GROUP 32         /* texts that are looked up together */
#define PEEK_SLOTS 32768 /* of a table that is in the cache with its words */
#define COPY 32          /* bytes that are copied at once, whatever the length */
#define LEAST_BYTES 1024 /* of a block */

static inline int is_missing_text(const mlci_csv_strip *s, const mlci_csv_cell *cell)
{
    return !cell->quoted && mlci_csv_is_missing(s, cell);
}

static inline int has_doubled_quotes(const mlci_csv_strip *s, const mlci_csv_cell *cell)
{
    return cell->quoted &&
           memchr(cell->text, s->reader->source.quote, (size_t)cell->length) != NULL;
}

/* ---- listed --------------------------------------------------------------------------------- */

/* Room for a text behind n_bytes, and for the bytes that copying it may touch. */
static int make_room(mlci_csv_strip *s, int64_t length)
{
    mlci_csv_piece *const piece = s->piece;
    const int64_t wanted = piece->n_bytes + length + 2 * COPY;
    int64_t capacity = piece->bytes_capacity < LEAST_BYTES ? LEAST_BYTES : piece->bytes_capacity;
    while (capacity < wanted)
        capacity *= 2;
    char *const bytes = mlci_realloc(s->reader->root, piece->bytes, capacity, 1);
    if (bytes == NULL) return 0;
    piece->bytes = bytes;
    piece->bytes_capacity = capacity;
    return 1;
}

/* Up to 2 * COPY bytes without a loop, when as many may be read. */
static inline void copy_text(char *to, const char *text, int64_t length, const char *end)
{
    if (length > 2 * COPY || end - text < 2 * COPY) {
        memcpy(to, text, (size_t)length);
        return;
    }
    memcpy(to, text, COPY);
    if (length > COPY) memcpy(to + COPY, text + COPY, COPY);
}

static void read_listed(mlci_csv_strip *s, int32_t *out)
{
    mlci_csv_piece *const piece = s->piece;
    const char *const end = s->reader->source.bytes + s->reader->source.n;
    int64_t at = piece->n_bytes;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        int64_t length = cell.length;
        out[r] = 0;
        if (is_missing_text(s, &cell)) {
            mlci_csv_set_missing(s, r);
            continue;
        }
        if (piece->bytes_capacity - at < length + 2 * COPY) {
            piece->n_bytes = at;
            if (!make_room(s, length)) {
                s->no_memory = 1;
                return;
            }
        }
        if (has_doubled_quotes(s, &cell)) {
            length = mlci_csv_unquote(&cell, s->reader->source.quote, piece->bytes + at);
        } else {
            copy_text(piece->bytes + at, cell.text, length, end);
        }
        out[r] = (int32_t)length;
        at += length;
    }
    piece->n_bytes = at;
}

/* ---- numbered ------------------------------------------------------------------------------- */

static int make_words(mlci_csv_strip *s)
{
    if (s->piece->words != NULL) return 1;
    mlci_csv_words *const words = mlci_alloc(s->reader->root, 1, (int64_t)sizeof *words);
    s->piece->words = words;
    if (words == NULL) return 0;
    words->root = s->reader->root;
    return 1;
}

/* A text that the column does not have. */
static int32_t add_word(mlci_csv_strip *s, const mlci_csv_key *key, const char *text, int keep)
{
    const int32_t number =
        make_words(s) ? mlci_csv_words_add(s->piece->words, key, text, keep) : -1;
    if (number < 0) s->no_memory = 1;
    return -2 - number;
}

/* The number of a text with its doubled quotes made single. */
static int32_t number_unquoted(mlci_csv_strip *s, const mlci_csv_cell *cell)
{
    mlci_csv_scratch *const scratch = s->scratch;
    if (scratch->text_capacity < cell->length) {
        char *const text = mlci_realloc(s->reader->root, scratch->text, cell->length, 1);
        if (text == NULL) {
            s->no_memory = 1;
            return -1;
        }
        scratch->text = text;
        scratch->text_capacity = cell->length;
    }
    const int64_t n = mlci_csv_unquote(cell, s->reader->source.quote, scratch->text);
    const mlci_csv_key key = mlci_csv_key_of(scratch->text, n);
    const int32_t number = mlci_csv_words_find(&s->column->words, &key, scratch->text);
    return number >= 0 ? number : add_word(s, &key, scratch->text, 0);
}

/* Texts of rows that are yet to be looked up, their memory asked for. */
typedef struct group {
    int32_t n;
    const char *texts[GROUP];
    mlci_csv_key keys[GROUP];
    uint32_t hashes[GROUP];
    int64_t rows[GROUP];
} group;

static void number_group(mlci_csv_strip *s, group *g, int32_t *out)
{
    int32_t numbers[GROUP];
    mlci_csv_words_find_all(&s->column->words, g->n, g->texts, g->keys, g->hashes, numbers);
    for (int32_t i = 0; i < g->n; i++) {
        out[g->rows[i]] = numbers[i] >= 0 ? numbers[i] : add_word(s, &g->keys[i], g->texts[i], 1);
    }
    g->n = 0;
}

static void read_numbered(mlci_csv_strip *s, int32_t *out)
{
    const mlci_csv_words *const words = &s->column->words;
    const char *const end = s->reader->source.bytes + s->reader->source.n;
    const char quote = s->reader->source.quote;
    const int may_peek = words->n_slots > 0 && words->n_slots <= PEEK_SLOTS;
    group g;
    g.n = 0;
    for (int64_t r = 0; r < s->batch->n_rows && !s->no_memory; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        out[r] = -1;
        if (is_missing_text(s, &cell)) {
            mlci_csv_set_missing(s, r);
            continue;
        }
        const int is_near =
            cell.length <= MLCI_CSV_KEY_BYTES && end - cell.text >= MLCI_CSV_KEY_BYTES;
        mlci_csv_key *const key = &g.keys[g.n];
        if (is_near) *key = mlci_csv_key_near(cell.text, cell.length);
        if (cell.quoted &&
            (is_near ? mlci_csv_key_has(key, quote) : has_doubled_quotes(s, &cell))) {
            out[r] = number_unquoted(s, &cell);
            continue;
        }
        if (!is_near) *key = mlci_csv_key_of(cell.text, cell.length);
        /* Most often it is there already. */
        if (may_peek && is_near) {
            out[r] = mlci_csv_words_peek(words, key);
            if (out[r] >= 0) continue;
        }
        g.hashes[g.n] = mlci_csv_key_hash(key);
        mlci_csv_words_expect(words, g.hashes[g.n]);
        g.texts[g.n] = cell.text;
        g.rows[g.n++] = r;
        if (g.n == GROUP) number_group(s, &g, out);
    }
    if (!s->no_memory) number_group(s, &g, out);
}

void mlci_csv_read_texts(mlci_csv_strip *s, int32_t *out)
{
    if (s->column->is_listed) {
        read_listed(s, out);
    } else {
        read_numbered(s, out);
    }
}
