/* Where the records and fields of delimited text are: RFC 4180 with blanks allowed around quotes.
 *
 * A batch whose separators (kernel/scan_kernels.h) show regular rows is taken as it is; anything
 * else (blank lines, ragged rows, blanks outside quotes, comments, stray quotes) goes through
 * mlci_csv_scan_record(), which is the definition. O(bytes). */
#include "csv.h"

#include <string.h>

/* Text of a batch: small enough to stay in the second-level cache while columns are read. */
#define BATCH_BYTES ((int64_t)256 << 10)
#define BATCH_ENTRIES 4096
/* Where rows are long a batch has so many of them all the same: the columns are gone through once a
 * batch. Up to as many entries. */
#define BATCH_ROWS 8
#define MOST_BATCH_ENTRIES (1 << 19)
/* A record is shorter, so that offsets within a batch are 32 bits. */
#define MAX_SPAN ((int64_t)INT32_MAX)

static inline int is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* ---- one record ----------------------------------------------------------------------------- */

/* Where the line after the one of `at` starts; *is_cut when that is beyond the source. */
static int64_t line_after(const mlci_csv_source *source, int64_t at, int64_t end, int32_t *is_cut)
{
    while (at < end && !is_line_end(source->bytes[at]))
        at++;
    if (at >= end) {
        *is_cut = source->has_more;
        return end;
    }
    if (at + 1 < end && source->bytes[at] == '\r' && source->bytes[at + 1] == '\n') at++;
    return at + 1;
}

static int is_comment(const mlci_csv_source *source, int64_t begin)
{
    return source->comment != 0 && source->bytes[begin] == source->comment;
}

static int has_line_end(const mlci_csv_source *source, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        if (is_line_end(source->bytes[i])) return 1;
    }
    return 0;
}

/* The first byte from `at` on that is no blank. */
static int64_t skip_blanks(const mlci_csv_source *source, int64_t at, int64_t end)
{
    while (at < end && (source->bytes[at] == ' ' || source->bytes[at] == '\t') &&
           source->bytes[at] != source->delimiter) {
        at++;
    }
    return at;
}

/* From an opening quote to the separator after the field. */
static int64_t scan_quoted(const mlci_csv_source *source, int64_t opened, int64_t end,
                           mlci_csv_fault *fault)
{
    const char *const bytes = source->bytes;
    int64_t at = opened + 1;
    for (;;) {
        const char *const found = memchr(bytes + at, source->quote, (size_t)(end - at));
        if (found == NULL) {
            *fault = (mlci_csv_fault){.kind = MLCI_CSV_NOT_CLOSED, .at = end, .opened = opened};
            return end;
        }
        at = found - bytes + 1;
        if (at >= end || bytes[at] != source->quote) break;
        at++;
    }
    const int64_t closed = at;
    at = skip_blanks(source, at, end);
    if (at < end && bytes[at] != source->delimiter && !is_line_end(bytes[at])) {
        /* A field that runs over lines and then goes on is one whose quote was forgotten. */
        const int forgotten = has_line_end(source, opened, closed);
        *fault = (mlci_csv_fault){.kind = forgotten ? MLCI_CSV_NOT_CLOSED : MLCI_CSV_AFTER_QUOTE,
                                  .at = at,
                                  .opened = opened};
    }
    return at;
}

void mlci_csv_scan_record(const mlci_csv_source *source, int64_t begin, int64_t end, int64_t base,
                          uint32_t *at, int64_t room, mlci_csv_record *record)
{
    const char *const bytes = source->bytes;
    const char quote = source->quote != 0 ? source->quote : '\n';
    int is_blank = 1;
    *record = (mlci_csv_record){.begin = begin};
    if (room > 0) at[0] = (uint32_t)(begin - 1 - base);
    if (begin < end && is_comment(source, begin)) {
        record->next = line_after(source, begin, end, &record->is_cut);
        return;
    }
    for (int64_t field = begin;;) {
        int64_t i = skip_blanks(source, field, end);
        if (source->quote != 0 && i < end && bytes[i] == quote) {
            is_blank = 0;
            const int64_t opened = i;
            i = scan_quoted(source, opened, end, &record->fault);
        } else {
            while (i < end && bytes[i] != source->delimiter && !is_line_end(bytes[i]) &&
                   bytes[i] != quote) {
                is_blank = 0;
                i++;
            }
            if (i < end && bytes[i] == quote && source->quote != 0) {
                record->fault =
                    (mlci_csv_fault){.kind = MLCI_CSV_QUOTE_INSIDE, .at = i, .opened = i};
            }
        }
        if (record->fault.kind != MLCI_CSV_NO_FAULT) {
            /* Reading goes on with the line after the one that looks wrong. */
            record->next = line_after(source, record->fault.opened, end, &record->is_cut);
            if (record->fault.at >= end && source->has_more) record->is_cut = 1;
            return;
        }
        record->n_fields++;
        if (record->n_fields < room) at[record->n_fields] = (uint32_t)(i - base);
        if (i < end && bytes[i] == source->delimiter) {
            field = i + 1;
            continue;
        }
        record->next = line_after(source, i, end, &record->is_cut);
        break;
    }
    if (record->n_fields == 1 && is_blank) record->n_fields = 0;
}

/* ---- batches -------------------------------------------------------------------------------- */

int64_t mlci_csv_batch_capacity(int64_t n_fields)
{
    int64_t n = BATCH_ROWS * n_fields;
    if (n > MOST_BATCH_ENTRIES) n = MOST_BATCH_ENTRIES;
    if (n < BATCH_ENTRIES) n = BATCH_ENTRIES;
    return (n_fields > n ? n_fields : n) + n_fields + 4 * MLCI_SCAN_BLOCK;
}

/* Separators from `begin` on: of a batch, and at least of some rows where there are any. */
static mlci_scan_state find_separators(const mlci_csv_source *source, int64_t begin, int64_t end,
                                       int64_t n_fields, int64_t wanted, uint32_t *entries)
{
    const mlci_scan_kernels *const kernels = mlci_csv_kernels(source);
    const mlci_scan_text text = {source->bytes + begin, source->n - begin, source->delimiter,
                                 source->quote};
    const int64_t length = end - begin < MAX_SPAN ? end - begin : MAX_SPAN;
    const int64_t least = wanted < BATCH_ROWS * n_fields ? wanted : BATCH_ROWS * n_fields;
    mlci_scan_state s = {0};
    for (int64_t part = BATCH_BYTES; s.at < length && s.n < least; part *= 2) {
        kernels->separators(&text, part < length ? part : length, wanted, &s, entries);
    }
    return s;
}

int mlci_csv_scan_regular(const mlci_csv_source *source, int64_t begin, int64_t end,
                          int64_t n_fields, int64_t max_rows, mlci_csv_batch *batch)
{
    if (n_fields < 2) return 0; /* lines of one field: blank ones cannot be told by counting */
    const int64_t base = begin - 1;
    uint32_t *const entries = batch->at;
    int64_t wanted = batch->capacity - 2 * MLCI_SCAN_BLOCK - 1;
    if (max_rows < wanted / n_fields) wanted = max_rows * n_fields;
    entries[0] = 0;
    const mlci_scan_state s = find_separators(source, begin, end, n_fields, wanted, entries + 1);
    const int64_t n_rows = s.n / n_fields;
    if (n_rows == 0 || s.n_lines != n_rows || s.odd != 0) return 0;
    for (int64_t r = 1; r <= n_rows; r++) {
        if (!is_line_end(source->bytes[base + entries[r * n_fields]])) return 0;
        if (is_comment(source, base + entries[(r - 1) * n_fields] + 1)) return 0;
    }
    batch->base = base;
    batch->stride = n_fields;
    batch->n_rows = n_rows < max_rows ? n_rows : max_rows;
    batch->next = base + entries[batch->n_rows * n_fields] + 1;
    batch->is_cut = 0;
    batch->is_ascii = s.not_text == 0;
    return 1;
}

void mlci_csv_scan_batch(const mlci_csv_source *source, int64_t begin, int64_t end,
                         int64_t n_fields, int64_t max_rows, const mlci_csv_policy *policy,
                         mlci_csv_batch *batch)
{
    if (mlci_csv_scan_regular(source, begin, end, n_fields, max_rows, batch)) return;
    const int64_t stride = n_fields + 1;
    const int64_t room =
        (batch->capacity / stride) < max_rows ? batch->capacity / stride : max_rows;
    batch->base = begin - 1;
    batch->stride = stride;
    batch->n_rows = 0;
    batch->next = begin;
    batch->is_cut = 0;
    batch->is_ascii = 0;
    while (batch->next < end && batch->n_rows < room) {
        if (batch->n_rows > 0 && batch->next - begin >= BATCH_BYTES) break;
        mlci_csv_record record;
        uint32_t *const at = batch->at + batch->n_rows * stride;
        /* To the end of the source: a fault may be far behind the record that has it. */
        mlci_csv_scan_record(source, batch->next, source->n, batch->base, at, stride, &record);
        if (record.is_cut) {
            batch->is_cut = 1;
            return;
        }
        mlci_csv_fault fault = record.fault;
        if (fault.kind == MLCI_CSV_NO_FAULT && record.next - begin >= MAX_SPAN) {
            if (batch->n_rows > 0) return; /* first in the next batch, if it is short itself */
            fault = (mlci_csv_fault){.kind = MLCI_CSV_TOO_LONG, .at = record.begin};
        }
        if (fault.kind == MLCI_CSV_NO_FAULT && record.n_fields != 0 &&
            record.n_fields != n_fields) {
            fault = (mlci_csv_fault){
                .kind = MLCI_CSV_FIELDS, .at = record.begin, .n_fields = record.n_fields};
        }
        if (fault.kind != MLCI_CSV_NO_FAULT) {
            if (!policy->refuse(policy->arg, &fault)) return;
        } else if (record.n_fields != 0) {
            batch->n_rows++;
        }
        batch->next = record.next;
    }
}

/* ---- bytes ---------------------------------------------------------------------------------- */

int mlci_csv_bad_byte(const mlci_csv_source *source, int64_t begin, int64_t end,
                      mlci_csv_fault *fault)
{
    const char *const bytes = source->bytes;
    const char *const nul = memchr(bytes + begin, 0, (size_t)(end - begin));
    const int64_t text_end = nul != NULL ? nul - bytes : end;
    int64_t at = begin;
    for (; at + 8 <= text_end; at += 8) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    int64_t bad = 0;
    if (!mlci_utf8_valid(bytes + at, text_end - at, &bad)) {
        *fault = (mlci_csv_fault){.kind = MLCI_CSV_BAD_UTF8, .at = at + bad};
        return 1;
    }
    if (nul == NULL) return 0;
    *fault = (mlci_csv_fault){.kind = MLCI_CSV_NUL, .at = text_end};
    return 1;
}

int64_t mlci_csv_line(const mlci_csv_source *source, int64_t from, int64_t line, int64_t at,
                      int64_t *start)
{
    for (int64_t i = from; i < at; i++) {
        const char c = source->bytes[i];
        if (c == '\n' || (c == '\r' && !(i + 1 < source->n && source->bytes[i + 1] == '\n'))) {
            line++;
            *start = i + 1;
        }
    }
    return line;
}
