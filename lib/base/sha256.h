/* SHA-256 (FIPS 180-4), for content ids. */
#ifndef MLCI_SHA256_H
#define MLCI_SHA256_H

#include <stdint.h>

typedef struct mlci_sha256 {
    uint32_t h[8];
    uint64_t n_bytes;
    uint8_t block[64];
} mlci_sha256;

void mlci_sha256_init(mlci_sha256 *s);
void mlci_sha256_add(mlci_sha256 *s, const void *bytes, int64_t n);
void mlci_sha256_finish(mlci_sha256 *s, uint8_t out[32]);

#endif
