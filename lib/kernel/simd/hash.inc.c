/* Hashes of rows, many at once: a loop that a compiler makes vectors of. */

static void mix(int64_t n, const uint64_t *restrict u, const uint64_t *restrict v,
                uint64_t *restrict a, uint64_t *restrict b)
{
    for (int64_t i = 0; i < n; i++) a[i] = mlci_mix_a(a[i] ^ u[i]);
    for (int64_t i = 0; i < n; i++) b[i] = mlci_mix_b(b[i] + v[i]);
}
