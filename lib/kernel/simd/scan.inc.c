/* The structure of delimited text, over the blocks of one instruction set. */

/* The block at `at`; past the end of the text it holds blanks, which match nothing. */
static inline scan_block scan_block_at(const mlci_scan_text *text, int64_t at)
{
    if (text->n - at >= MLCI_SCAN_BLOCK) return scan_load(text->bytes + at);
    char padded[MLCI_SCAN_BLOCK];
    memset(padded, ' ', sizeof padded);
    if (text->n > at) memcpy(padded, text->bytes + at, (size_t)(text->n - at));
    return scan_load(padded);
}

/* Bits of the bytes before end. */
static inline uint64_t scan_within(int64_t at, int64_t end)
{
    return end - at < MLCI_SCAN_BLOCK ? ((uint64_t)1 << (end - at)) - 1 : ~(uint64_t)0;
}

/* Bit i is the parity of the bits 0 .. i. */
static inline uint64_t scan_prefix_xor(uint64_t m)
{
    for (int shift = 1; shift < 64; shift *= 2)
        m ^= m << shift;
    return m;
}

typedef struct scan_masks {
    uint64_t separators, lines;
} scan_masks;

/* Takes the separators inside quotes away, and looks where quotes stand. */
static inline void scan_quotes(uint64_t quotes, uint64_t cr, scan_masks *m, mlci_scan_state *s)
{
    const uint64_t inside = scan_prefix_xor(quotes) ^ s->inside;
    m->separators &= ~inside;
    m->lines &= ~inside;
    const uint64_t opening = quotes & inside;
    const uint64_t closing = quotes & ~inside;
    const uint64_t after_closing = closing << 1 | s->closed;
    const uint64_t after_separator = m->separators << 1 | (s->after ^ 1);
    s->odd |= opening & ~(after_separator | after_closing);
    s->odd |= after_closing & ~(m->separators | (cr & ~inside) | opening);
    s->inside = (uint64_t)0 - (inside >> 63);
    s->closed = closing >> 63;
    s->quotes |= quotes;
}

static inline scan_masks scan_one(const mlci_scan_text *text, int64_t end, mlci_scan_state *s)
{
    const int64_t at = s->at;
    const scan_block b = scan_block_at(text, at);
    const uint64_t within = scan_within(at, end);
    const uint64_t newline = scan_match(&b, '\n');
    const uint64_t cr = scan_match(&b, '\r');
    scan_masks m = {.lines = newline};
    if (cr != 0) {
        uint64_t follows = newline >> 1;
        if (cr >> 63 != 0 && at + MLCI_SCAN_BLOCK < text->n &&
            text->bytes[at + MLCI_SCAN_BLOCK] == '\n') {
            follows |= (uint64_t)1 << 63;
        }
        m.lines |= cr & ~follows;
    }
    m.separators = (scan_match(&b, text->delimiter) | m.lines) & within;
    m.lines &= within;
    s->not_text |= scan_not_text(&b);
    const uint64_t quotes = text->quote == 0 ? 0 : scan_match(&b, text->quote) & within;
    if ((quotes | s->inside | s->closed) != 0) scan_quotes(quotes, cr & within, &m, s);
    s->after = m.separators >> 63 ^ 1;
    return m;
}

static void scan_separators(const mlci_scan_text *text, int64_t end, int64_t most,
                            mlci_scan_state *state, uint32_t *out)
{
    mlci_scan_state s = *state;
    while (s.at < end && s.n < most) {
        const scan_masks m = scan_one(text, end, &s);
        scan_places(m.separators, (uint32_t)s.at + 1, out + s.n);
        s.n += scan_count(m.separators);
        s.n_lines += scan_count(m.lines);
        s.at += MLCI_SCAN_BLOCK;
    }
    *state = s;
}

static inline void scan_summarise_ends(uint64_t ends, uint64_t not_empty, int64_t at, int k,
                                       mlci_scan_summary *s)
{
    if (ends == 0) return;
    s->n_lines[k] += scan_count(ends & not_empty);
    if (s->first[k] < 0) s->first[k] = at + __builtin_ctzll(ends) + 1;
    s->last[k] = at + MLCI_SCAN_BLOCK - __builtin_clzll(ends);
}

static void scan_summarise(const mlci_scan_text *text, int64_t begin, int64_t end,
                           mlci_scan_summary *out)
{
    mlci_scan_summary s = {.first = {-1, -1}, .last = {-1, -1}};
    const char before = begin > 0 ? text->bytes[begin - 1] : '\0';
    uint64_t inside_carry = 0;
    uint64_t cr_before = before == '\r';
    uint64_t line_before = before == '\r' || before == '\n';
    for (int64_t at = begin; at < end; at += MLCI_SCAN_BLOCK) {
        const scan_block b = scan_block_at(text, at);
        const uint64_t within = scan_within(at, end);
        const uint64_t newline = scan_match(&b, '\n') & within;
        const uint64_t cr = scan_match(&b, '\r') & within;
        const uint64_t lines = newline | cr;
        const uint64_t quotes = text->quote == 0 ? 0 : scan_match(&b, text->quote) & within;
        const uint64_t inside = (quotes == 0 ? 0 : scan_prefix_xor(quotes)) ^ inside_carry;
        const uint64_t not_empty = ~(lines << 1 | line_before);
        scan_summarise_ends(lines & ~inside, not_empty, at, 0, &s);
        scan_summarise_ends(lines & inside, not_empty, at, 1, &s);
        s.n_ends += scan_count(lines & ~(newline & (cr << 1 | cr_before)));
        cr_before = cr >> 63;
        inside_carry = (uint64_t)0 - (inside >> 63);
        line_before = lines >> 63;
    }
    s.odd = inside_carry != 0;
    *out = s;
}
