/* SHA-256 after FIPS 180-4, section 6.2: message blocks of 64 bytes, 64 rounds each. Instead of
 * moving the eight working variables on by one each round, their names go round: after eight rounds
 * they are where they were, and a compiler keeps them in registers. */
#include "sha256.h"

#include <string.h>

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void expand(const uint8_t *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        const uint32_t a = w[i - 15], b = w[i - 2];
        const uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
        const uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

/* Round i; v[0] to v[7] of the standard are those from 8 - i on, around. */
static inline void mix(uint32_t v[8], const uint32_t *w, int i, int turn)
{
    const uint32_t a = v[(8 - turn) & 7], b = v[(9 - turn) & 7], c = v[(10 - turn) & 7];
    const uint32_t e = v[(12 - turn) & 7], f = v[(13 - turn) & 7], g = v[(14 - turn) & 7];
    const uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const uint32_t t1 = v[(15 - turn) & 7] + s1 + ((e & f) ^ (~e & g)) + round_constant[i] + w[i];
    const uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    v[(11 - turn) & 7] += t1;
    v[(15 - turn) & 7] = t1 + s0 + ((a & b) ^ (a & c) ^ (b & c));
}

static void compress(uint32_t h[8], const uint8_t *block)
{
    uint32_t w[64], v[8];
    expand(block, w);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 64; i += 8) {
        mix(v, w, i, 0);
        mix(v, w, i + 1, 1);
        mix(v, w, i + 2, 2);
        mix(v, w, i + 3, 3);
        mix(v, w, i + 4, 4);
        mix(v, w, i + 5, 5);
        mix(v, w, i + 6, 6);
        mix(v, w, i + 7, 7);
    }
    for (int i = 0; i < 8; i++)
        h[i] += v[i];
}

void mlci_sha256_init(mlci_sha256 *s)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(s->h, start, sizeof start);
    s->n_bytes = 0;
}

void mlci_sha256_add(mlci_sha256 *s, const void *bytes, int64_t n)
{
    const uint8_t *p = bytes;
    while (n > 0) {
        const int64_t used = (int64_t)(s->n_bytes & 63);
        const int64_t take = n < 64 - used ? n : 64 - used;
        if (take == 64) {
            compress(s->h, p);
        } else {
            memcpy(s->block + used, p, (size_t)take);
            if (used + take == 64) compress(s->h, s->block);
        }
        s->n_bytes += (uint64_t)take;
        p += take;
        n -= take;
    }
}

void mlci_sha256_finish(mlci_sha256 *s, uint8_t out[32])
{
    const uint64_t bits = s->n_bytes * 8;
    static const uint8_t zeros[64];
    const uint8_t one = 0x80;
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    mlci_sha256_add(s, &one, 1);
    const int64_t used = (int64_t)(s->n_bytes & 63);
    mlci_sha256_add(s, zeros, used <= 56 ? 56 - used : 120 - used);
    mlci_sha256_add(s, length, 8);
    for (int i = 0; i < 32; i++)
        out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}
