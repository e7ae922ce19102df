/* Where the records and fields of delimited text are: RFC 4180 with blanks allowed around quotes.
 *
 * 64 bytes at a time become bit masks of delimiters, quotes and line ends; a prefix XOR over the
 * quotes gives the bytes inside them (doubled quotes cancel out), after Langdale and Lemire,
 * "Parsing gigabytes of JSON per second", VLDB J. 28 (2019). A batch whose masks show regular
 * rows is taken as they are; anything else (blank lines, ragged rows, blanks outside quotes,
 * stray quotes) goes through mlci_csv_scan_record(), which is the definition. Chunks are cut by
 * the parity of the quotes before them, counted under both assumptions at once. O(bytes). */
#include "csv.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK 64
/* Text of a batch: small enough to stay in the second-level cache while columns are read. */
#define BATCH_BYTES ((int64_t)256 << 10)
#define BATCH_ENTRIES 8192
/* A record is shorter, so that offsets within a batch are 32 bits. */
#define MAX_SPAN ((int64_t)INT32_MAX)

#if defined(__SSE2__)
typedef struct block {
    __m128i part[4];
} block;

static inline block block_load(const char *bytes)
{
    block b;
    for (int i = 0; i < 4; i++) {
        b.part[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
    }
    return b;
}

/* Bit i is set where byte i is c. */
static inline uint64_t block_match(const block *b, char c)
{
    const __m128i needle = _mm_set1_epi8(c);
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(b->part[i], needle));
        mask |= (uint64_t)(uint32_t)bits << (16 * i);
    }
    return mask;
}
#else
typedef struct block {
    uint64_t part[8];
} block;

static inline block block_load(const char *bytes)
{
    block b;
    for (int i = 0; i < 8; i++) {
        const unsigned char *p = (const unsigned char *)bytes + 8 * i;
        uint64_t word = 0;
        for (int k = 7; k >= 0; k--)
            word = word << 8 | p[k];
        b.part[i] = word;
    }
    return b;
}

static inline uint64_t block_match(const block *b, char c)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fU;
    const uint64_t needle = 0x0101010101010101U * (unsigned char)c;
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        const uint64_t x = b->part[i] ^ needle;
        /* The high bit of each byte of x that is zero, exactly; then the eight bits gathered. */
        const uint64_t zero = ~(((x & low7) + low7) | x | low7);
        mask |= ((zero >> 7) * 0x0102040810204080U >> 56) << (8 * i);
    }
    return mask;
}
#endif

/* The block at `at`; past the end of the file it holds zeros, which match nothing. */
static inline block block_at(const mlci_csv_source *source, int64_t at)
{
    if (source->n - at >= BLOCK) return block_load(source->bytes + at);
    char padded[BLOCK] = {0};
    if (source->n > at) memcpy(padded, source->bytes + at, (size_t)(source->n - at));
    return block_load(padded);
}

/* Bit i is the parity of the bits 0 .. i. */
static inline uint64_t prefix_xor(uint64_t m)
{
    for (int shift = 1; shift < 64; shift *= 2)
        m ^= m << shift;
    return m;
}

/* Not the builtin, which without a popcount instruction is a call. */
static inline int64_t count_bits(uint64_t m)
{
    m -= m >> 1 & 0x5555555555555555U;
    m = (m & 0x3333333333333333U) + (m >> 2 & 0x3333333333333333U);
    m = (m + (m >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return (int64_t)(m * 0x0101010101010101U >> 56);
}

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
    return (n_fields > BATCH_ENTRIES ? n_fields : BATCH_ENTRIES) + n_fields + 2 * BLOCK;
}

typedef struct masks {
    uint64_t separators; /* delimiters and line ends outside quotes */
    uint64_t lines;      /* the line ends among them; of CRLF the LF */
    uint64_t quotes;
} masks;

/* What carries over from block to block. */
typedef struct carry {
    uint64_t inside;    /* all ones: the block starts inside quotes */
    uint64_t separator; /* bit 0: the byte before was a separator */
    uint64_t closed;    /* bit 0: the byte before closed a quote */
    uint64_t odd;       /* a quote stands where the fast path expects none */
} carry;

static inline masks scan_block(const mlci_csv_source *source, int64_t at, carry *c)
{
    const block b = block_at(source, at);
    const uint64_t newline = block_match(&b, '\n');
    const uint64_t cr = block_match(&b, '\r');
    uint64_t follows = newline >> 1;
    if (cr >> 63 != 0 && at + BLOCK < source->n && source->bytes[at + BLOCK] == '\n') {
        follows |= (uint64_t)1 << 63;
    }
    masks m = {.lines = newline | (cr & ~follows)};
    m.separators = block_match(&b, source->delimiter) | m.lines;
    if (source->quote == 0) return m;
    m.quotes = block_match(&b, source->quote);
    if ((m.quotes | c->inside | c->closed) == 0) {
        c->separator = m.separators >> 63;
        return m;
    }
    const uint64_t inside = prefix_xor(m.quotes) ^ c->inside;
    m.separators &= ~inside;
    m.lines &= ~inside;
    const uint64_t opening = m.quotes & inside;
    const uint64_t closing = m.quotes & ~inside;
    const uint64_t after_closing = closing << 1 | c->closed;
    const uint64_t after_separator = m.separators << 1 | c->separator;
    c->odd |= opening & ~(after_separator | after_closing);
    c->odd |= after_closing & ~(m.separators | (cr & ~inside) | opening);
    c->inside = (uint64_t)0 - (inside >> 63);
    c->separator = m.separators >> 63;
    c->closed = closing >> 63;
    return m;
}

/* Rows as regular as most files are. Returns 0, with nothing decided, when these are not. */
static int scan_regular(const mlci_csv_source *source, int64_t begin, int64_t end, int64_t n_fields,
                        int64_t max_rows, mlci_csv_batch *batch)
{
    const int64_t base = begin - 1;
    uint32_t *const entries = batch->at;
    int64_t wanted = batch->capacity - BLOCK - 1;
    if (max_rows < wanted / n_fields) wanted = max_rows * n_fields;
    carry c = {.separator = 1};
    int64_t n = 0, n_lines = 0;
    uint64_t quotes = 0;
    entries[0] = 0;
    for (int64_t at = begin; at < end && n < wanted && at - begin < MAX_SPAN; at += BLOCK) {
        if (n >= n_fields && at - begin >= BATCH_BYTES) break;
        masks m = scan_block(source, at, &c);
        if (end - at < BLOCK) {
            const uint64_t within = ((uint64_t)1 << (end - at)) - 1;
            m.separators &= within;
            m.lines &= within;
            m.quotes &= within;
        }
        quotes |= m.quotes;
        n_lines += count_bits(m.lines);
        const uint32_t offset = (uint32_t)(at - base);
        uint32_t *entry = entries + n + 1;
        n += count_bits(m.separators);
        for (uint64_t left = m.separators; left != 0; left &= left - 1) {
            *entry++ = offset + (uint32_t)__builtin_ctzll(left);
        }
    }
    const int64_t n_rows = n / n_fields;
    if (n_rows == 0 || n_lines != n_rows || c.odd != 0) return 0;
    for (int64_t r = 1; r <= n_rows; r++) {
        if (!is_line_end(source->bytes[base + entries[r * n_fields]])) return 0;
        if (is_comment(source, base + entries[(r - 1) * n_fields] + 1)) return 0;
    }
    batch->base = base;
    batch->stride = n_fields;
    batch->n_rows = n_rows < max_rows ? n_rows : max_rows;
    batch->next = base + entries[batch->n_rows * n_fields] + 1;
    batch->is_cut = 0;
    batch->has_quotes = quotes != 0;
    return 1;
}

void mlci_csv_scan_batch(const mlci_csv_source *source, int64_t begin, int64_t end,
                         int64_t n_fields, int64_t max_rows, const mlci_csv_policy *policy,
                         mlci_csv_batch *batch)
{
    /* Lines of one field: blank ones cannot be told by counting. */
    if (n_fields > 1 && scan_regular(source, begin, end, n_fields, max_rows, batch)) return;
    const int64_t stride = n_fields + 1;
    const int64_t room =
        (batch->capacity / stride) < max_rows ? batch->capacity / stride : max_rows;
    batch->base = begin - 1;
    batch->stride = stride;
    batch->n_rows = 0;
    batch->next = begin;
    batch->is_cut = 0;
    batch->has_quotes = 1;
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

/* ---- chunks and regions --------------------------------------------------------------------- */

int64_t mlci_csv_n_chunks(const mlci_csv_source *source, int64_t body, int64_t chunk_bytes)
{
    const int64_t n = source->n - body;
    return n <= chunk_bytes ? 1 : (n - 1) / chunk_bytes + 1;
}

/* What a chunk holds if it starts outside quotes ([0]) and inside them ([1]). */
typedef struct chunk_summary {
    int32_t odd;        /* an odd number of quotes */
    int64_t n_lines[2]; /* lines that end in it and are not empty */
    int64_t first[2];   /* where the line after the first line end starts; -1: no line end */
    int64_t last[2];    /* the same of the last line end */
    int64_t n_ends;     /* line ends, also those inside quotes; CRLF is one */
} chunk_summary;

typedef struct cutter {
    const mlci_csv_source *source;
    int64_t body, chunk_bytes;
    chunk_summary *chunks;
} cutter;

static mlc_status summarise_chunk(void *arg, int64_t index, int32_t slot, mlc_error *err)
{
    const cutter *const cut = arg;
    const mlci_csv_source *const source = cut->source;
    const int64_t begin = cut->body + index * cut->chunk_bytes;
    const int64_t end = source->n - begin < cut->chunk_bytes ? source->n : begin + cut->chunk_bytes;
    chunk_summary s = {.first = {-1, -1}, .last = {-1, -1}};
    uint64_t inside_carry = 0;
    uint64_t cr_before = index > 0 && source->bytes[begin - 1] == '\r';
    uint64_t line_before = index > 0 && is_line_end(source->bytes[begin - 1]);
    for (int64_t at = begin; at < end; at += BLOCK) {
        const block b = block_at(source, at);
        const uint64_t within = end - at < BLOCK ? ((uint64_t)1 << (end - at)) - 1 : ~(uint64_t)0;
        const uint64_t newline = block_match(&b, '\n') & within;
        const uint64_t cr = block_match(&b, '\r') & within;
        const uint64_t lines = newline | cr;
        const uint64_t quotes = source->quote == 0 ? 0 : block_match(&b, source->quote) & within;
        const uint64_t inside = (quotes == 0 ? 0 : prefix_xor(quotes)) ^ inside_carry;
        const uint64_t ends[2] = {lines & ~inside, lines & inside};
        const uint64_t not_empty = ~(lines << 1 | line_before);
        for (int k = 0; k < 2; k++) {
            s.n_lines[k] += count_bits(ends[k] & not_empty);
            if (ends[k] == 0) continue;
            if (s.first[k] < 0) s.first[k] = at + __builtin_ctzll(ends[k]) + 1;
            s.last[k] = at + BLOCK - __builtin_clzll(ends[k]);
        }
        s.n_ends += count_bits(lines & ~(newline & (cr << 1 | cr_before)));
        cr_before = cr >> 63;
        inside_carry = (uint64_t)0 - (inside >> 63);
        line_before = lines >> 63;
    }
    s.odd = inside_carry != 0;
    cut->chunks[index] = s;
    return MLC_OK;
}

/* Where the records end that are whole: behind the last line end outside quotes. */
static int64_t whole_end(const cutter *cut, int64_t n_regions)
{
    int64_t end = cut->body;
    int32_t inside = 0;
    if (!cut->source->has_more) return cut->source->n;
    for (int64_t c = 0; c < n_regions; c++) {
        if (cut->chunks[c].last[inside] >= 0) end = cut->chunks[c].last[inside];
        inside ^= cut->chunks[c].odd;
    }
    return end;
}

/* Regions from the summaries: a line belongs to the chunk that it starts in. */
static void place_regions(const cutter *cut, mlci_csv_region *regions, int64_t n_regions,
                          int64_t end)
{
    const mlci_csv_source *const source = cut->source;
    int32_t inside = 0;
    int64_t last = 0; /* the latest region that is not empty */
    for (int64_t c = 0; c < n_regions; c++) {
        const chunk_summary *const s = &cut->chunks[c];
        const int64_t begin = cut->body + c * cut->chunk_bytes;
        int64_t start = s->first[inside];
        int64_t n_rows = s->n_lines[inside];
        if (c == 0 || (!inside && is_line_end(source->bytes[begin - 1]))) {
            start = begin;
        } else if (start >= 0) {
            n_rows--; /* of the line that started before */
            regions[last].n_rows++;
        }
        if (start >= 0) {
            if (start > 0 && start < source->n && source->bytes[start] == '\n' &&
                source->bytes[start - 1] == '\r') {
                start++; /* a CRLF cut in two */
            }
            regions[last].end = start < end ? start : end;
            last = c;
        }
        regions[c] = (mlci_csv_region){.begin = start >= 0 && start < end ? start : end,
                                       .end = end,
                                       .n_rows = start >= 0 ? n_rows : 0};
        inside ^= s->odd;
    }
    if (source->has_more) return;
    if (source->n > cut->body && !is_line_end(source->bytes[source->n - 1])) {
        regions[last].n_rows++;
    } else if (inside) {
        regions[last].n_rows++; /* the line end is inside a quote that is not closed */
    }
}

static mlc_status cut_exactly(mlc_context *call, const cutter *cut, mlci_csv_region *regions,
                              int64_t n_regions, int64_t *end, mlc_error *err)
{
    int64_t at = cut->body;
    int32_t is_cut = 0;
    for (int64_t c = 0; c < n_regions; c++) {
        const int64_t limit =
            c + 1 < n_regions ? cut->body + (c + 1) * cut->chunk_bytes : cut->source->n;
        regions[c] = (mlci_csv_region){.begin = at};
        while (at < limit && !is_cut) {
            mlci_csv_record record;
            mlci_csv_scan_record(cut->source, at, cut->source->n, 0, NULL, 0, &record);
            is_cut = record.is_cut;
            if (is_cut) break;
            if (record.n_fields != 0 || record.fault.kind != MLCI_CSV_NO_FAULT) {
                regions[c].n_rows++;
            }
            at = record.next;
        }
        regions[c].end = at;
        MLCI_TRY(mlci_poll(call, err));
    }
    *end = at;
    return MLC_OK;
}

static mlc_status cut_by_parity(mlc_context *call, cutter *cut, mlci_csv_region *regions,
                                int64_t n_regions, mlci_csv_cutting *cutting, mlc_error *err)
{
    cut->chunks = mlci_alloc(call->root, n_regions, sizeof *cut->chunks);
    if (cut->chunks == NULL) {
        return mlci_fail_memory(err, n_regions, (int64_t)sizeof *cut->chunks);
    }
    const mlc_status status = mlci_parallel_for(call, n_regions, summarise_chunk, cut, err);
    if (status == MLC_OK) {
        cutting->end = whole_end(cut, n_regions);
        cutting->n_lines = 0;
        for (int64_t c = 0; c < n_regions; c++)
            cutting->n_lines += cut->chunks[c].n_ends;
        place_regions(cut, regions, n_regions, cutting->end);
    }
    mlci_free(cut->chunks);
    return status;
}

mlc_status mlci_csv_cut(mlc_context *call, const mlci_csv_source *source, mlci_csv_cutting *cutting,
                        mlci_csv_region *regions, int64_t n_regions, mlc_error *err)
{
    cutter cut = {.source = source, .body = cutting->body, .chunk_bytes = cutting->chunk_bytes};
    if (cutting->exact) {
        MLCI_TRY(cut_exactly(call, &cut, regions, n_regions, &cutting->end, err));
        cutting->n_lines = -1;
    } else {
        MLCI_TRY(cut_by_parity(call, &cut, regions, n_regions, cutting, err));
    }
    int64_t first_row = 0;
    for (int64_t c = 0; c < n_regions; c++) {
        regions[c].first_row = first_row;
        first_row += regions[c].n_rows;
    }
    return MLC_OK;
}

int64_t mlci_csv_pass_records(const mlci_csv_source *source, int64_t begin, int64_t *n)
{
    int64_t at = begin;
    while (*n > 0 && at < source->n) {
        mlci_csv_record record;
        mlci_csv_scan_record(source, at, source->n, 0, NULL, 0, &record);
        if (record.is_cut) break;
        *n -= record.n_fields != 0 || record.fault.kind != MLCI_CSV_NO_FAULT;
        at = record.next;
    }
    return at;
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
