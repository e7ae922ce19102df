/* Bitmaps from any bit on; included once an instruction set, as some count bits in one step. */

/* 64 bits at a time as long as all 72 bits from their byte on are there; returns how many bits that
 * were, and adds those that are set. */
static int64_t copy_words(const uint8_t *bits, int64_t first, int64_t n, uint8_t *out,
                          int64_t *n_set)
{
    const int shift = (int)(first & 7);
    int64_t i = 0;
    for (; n - i >= 128; i += 64) {
        const uint8_t *const at = bits + ((first + i) >> 3);
        uint64_t word;
        memcpy(&word, at, sizeof word);
        if (shift > 0) word = word >> shift | (uint64_t)at[8] << (64 - shift);
        memcpy(out + (i >> 3), &word, sizeof word);
        *n_set += __builtin_popcountll(word);
    }
    return i;
}

static int64_t copy_bits(const uint8_t *bits, int64_t first, int64_t n, uint8_t *out)
{
    const int64_t last = (first + n - 1) >> 3;
    const int shift = (int)(first & 7);
    int64_t n_set = 0;
    for (int64_t i = copy_words(bits, first, n, out, &n_set); i < n; i += 8) {
        const int64_t at = (first + i) >> 3;
        unsigned byte = (unsigned)bits[at] >> shift;
        if (shift > 0 && at < last) byte |= (unsigned)bits[at + 1] << (8 - shift);
        if (n - i < 8) byte &= (1U << (n - i)) - 1U;
        out[i >> 3] = (uint8_t)byte;
        n_set += __builtin_popcount(byte & 0xFF);
    }
    return n_set;
}
