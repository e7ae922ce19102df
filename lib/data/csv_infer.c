/* What kind of delimited text this is: delimiter, header, names and first guesses of types. All
 * from the first records but the types, which also look at the start of each region, so that
 * few columns have to be read twice. */
#include "csv.h"

#include <string.h>

#define SAMPLE_RECORDS 100
#define SAMPLE_BYTES ((int64_t)64 << 10)
#define FIRST_SAMPLE_ROWS 1024
#define SAMPLE_ROWS 32

/* ---- delimiter ------------------------------------------------------------------------------ */

/* How often the most frequent number of fields above one occurs, and that number. */
static void most_frequent(const int64_t *counts, int32_t n, int64_t *fields, int32_t *frequency)
{
    *fields = 1;
    *frequency = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t same = 0;
        for (int32_t k = 0; k < n; k++)
            same += counts[k] == counts[i];
        if (counts[i] > 1 && (same > *frequency || (same == *frequency && counts[i] > *fields))) {
            *fields = counts[i];
            *frequency = same;
        }
    }
}

char mlci_csv_detect_delimiter(const mlci_csv_source *source, const mlci_csv_marks *marks)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    char best = marks->decimal == ',' ? ';' : ',';
    int64_t best_fields = 1;
    double best_share = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        if (candidates[i] == marks->decimal) continue;
        mlci_csv_source trial = *source;
        trial.delimiter = candidates[i];
        int64_t counts[SAMPLE_RECORDS];
        int32_t n = 0;
        for (int64_t at = 0; at < trial.n && n < SAMPLE_RECORDS;) {
            mlci_csv_record record;
            mlci_csv_scan_record(&trial, at, trial.n, 0, NULL, 0, &record);
            if (record.is_cut) break;
            const int is_row = record.n_fields != 0 || record.fault.kind != MLCI_CSV_NO_FAULT;
            if (is_row) counts[n++] = record.fault.kind == MLCI_CSV_NO_FAULT ? record.n_fields : 0;
            at = record.next;
            if (at > SAMPLE_BYTES) break;
        }
        int64_t fields;
        int32_t frequency;
        most_frequent(counts, n, &fields, &frequency);
        const double share = n == 0 ? 0 : (double)frequency / n;
        if (share > best_share || (share == best_share && fields > best_fields)) {
            best = candidates[i];
            best_fields = fields;
            best_share = share;
        }
    }
    return best;
}

/* ---- header and names ----------------------------------------------------------------------- */

static int is_number(const mlci_csv_reader *reader, const mlci_csv_cell *cell)
{
    const mlci_csv_reader no_words = {.marks = reader->marks};
    const int32_t seen = mlci_csv_classify(&no_words, cell);
    return (seen & (MLCI_CSV_SEEN_INTEGER | MLCI_CSV_SEEN_REAL)) != 0;
}

mlc_status mlci_csv_is_header(const mlci_csv_reader *reader, const mlci_csv_cell *cells, int64_t n,
                              int *out, mlc_error *err)
{
    mlci_csv_words words = {.root = reader->root};
    mlc_status status = MLC_OK;
    int is_header = 1;
    for (int64_t i = 0; i < n && is_header && status == MLC_OK; i++) {
        if (is_number(reader, &cells[i]) || (i > 0 && cells[i].length == 0)) is_header = 0;
        const mlci_csv_key key = mlci_csv_key_of(cells[i].text, cells[i].length);
        const int32_t number = mlci_csv_words_add(&words, &key, cells[i].text, 1);
        if (number < 0) status = mlci_fail_memory(err, n, (int64_t)sizeof(mlci_csv_word));
        if (number != i) is_header = 0; /* a repeat has an earlier number */
    }
    mlci_csv_words_clear(&words);
    *out = is_header;
    return status;
}

/* Adds the name to the words, numbered until it is new. The words keep a copy. */
static mlc_status add_name(mlci_csv_words *words, mlci_text *name, int32_t index, mlc_error *err)
{
    const int64_t length = name->length;
    for (int32_t repeat = 1;; repeat++) {
        name->length = length;
        if (repeat > 1) mlci_text_append_format(name, "_%d", repeat);
        MLCI_TRY(mlci_text_status(name, err));
        const mlci_csv_key key = mlci_csv_key_of(name->data, name->length);
        const int32_t number = mlci_csv_words_add(words, &key, name->data, 0);
        if (number < 0) return mlci_fail_memory(err, name->length, 1);
        if (number == index) return MLC_OK;
    }
}

mlc_status mlci_csv_name_columns(mlci_csv_reader *reader, const mlci_csv_cell *cells,
                                 mlc_error *err)
{
    mlci_csv_words words = {.root = reader->root};
    mlci_text name = mlci_text_init(reader->root);
    mlc_status status = MLC_OK;
    for (int32_t j = 0; j < reader->n_columns && status == MLC_OK; j++) {
        name.length = 0;
        if (cells == NULL || cells[j].length == 0) {
            mlci_text_append_format(&name, "column_%d", j + 1);
        } else {
            mlci_text_append(&name, cells[j].text, cells[j].length);
            if (cells[j].quoted && name.data != NULL) {
                const mlci_csv_cell whole = {name.data, name.length, 1};
                name.length = mlci_csv_unquote(&whole, reader->source.quote, name.data);
            }
        }
        status = add_name(&words, &name, j, err);
        if (status != MLC_OK) break;
        reader->columns[j].name =
            mlci_copy_text(reader->root, mlci_csv_word_text(&words.word[j]), words.word[j].length);
        if (reader->columns[j].name == NULL) status = mlci_fail_memory(err, name.length, 1);
    }
    mlci_text_clear(&name);
    mlci_csv_words_clear(&words);
    return status;
}

/* ---- types ---------------------------------------------------------------------------------- */

static int stop_at_fault(void *arg, const mlci_csv_fault *fault)
{
    (void)arg;
    (void)fault;
    return 0;
}

void mlci_csv_insist(mlci_csv_column *column)
{
    const int32_t type = mlci_csv_type_of(column->seen);
    if (column->if_text != 0 && (type == MLC_TYPE_TEXT || type == MLC_TYPE_TIMESTAMP)) {
        column->forced = column->if_text;
    }
}

static void classify_batch(mlci_csv_reader *reader, const mlci_csv_batch *batch)
{
    for (int64_t r = 0; r < batch->n_rows; r++) {
        for (int32_t j = 0; j < reader->n_columns; j++) {
            if (reader->columns[j].is_left_out) continue;
            const mlci_csv_cell cell = mlci_csv_batch_cell(&reader->source, batch, r, j);
            reader->columns[j].seen |= mlci_csv_classify(reader, &cell);
        }
    }
}

static void set_first_type(mlci_csv_column *column)
{
    mlci_csv_insist(column);
    column->type = mlci_csv_type_of(column->seen);
    if (column->seen == 0) column->type = MLC_TYPE_INT64; /* the narrowest with a value */
    if (column->forced != 0) column->type = column->forced;
}

mlc_status mlci_csv_sample_types(mlci_csv_reader *reader, mlc_error *err)
{
    mlci_csv_batch batch = {.capacity = mlci_csv_batch_capacity(reader->n_columns)};
    batch.at = mlci_alloc_raw(reader->root, batch.capacity, (int64_t)sizeof *batch.at);
    if (batch.at == NULL) {
        return mlci_fail_memory(err, batch.capacity, (int64_t)sizeof *batch.at);
    }
    for (int32_t j = 0; j < reader->n_columns; j++) {
        reader->columns[j].seen = 0;
        if (reader->columns[j].if_text != 0) reader->columns[j].forced = 0;
    }
    const mlci_csv_policy policy = {.refuse = stop_at_fault};
    for (int64_t c = 0; c < reader->n_regions; c++) {
        const mlci_csv_region *const region = &reader->regions[c];
        if (region->begin >= region->end) continue;
        mlci_csv_scan_batch(&reader->source, region->begin, region->end, reader->n_columns,
                            c == 0 ? FIRST_SAMPLE_ROWS : SAMPLE_ROWS, &policy, &batch);
        classify_batch(reader, &batch);
    }
    mlci_free(batch.at);
    for (int32_t j = 0; j < reader->n_columns; j++)
        set_first_type(&reader->columns[j]);
    return MLC_OK;
}
