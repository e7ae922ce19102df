/* Sections that unpack to more, or to less, than they say. Whatever they are, no more memory is
 * alive at once than the cap of the load and a MiB. */
#include <stdio.h>

#include "artifacts.h"
#include "check_suite.h"
#include "torture.h"

#define MIB (INT64_C(1) << 20)

/* An allocator that knows how much was alive at once. */
typedef struct peak_meter {
    int64_t live, peak;
} peak_meter;

static void *meter_allocate(void *user, int64_t bytes, int64_t alignment)
{
    peak_meter *m = user;
    m->live += bytes;
    if (m->live > m->peak) m->peak = m->live;
    return aligned_alloc((size_t)alignment, ((size_t)bytes + 63) & ~(size_t)63);
}

static void meter_deallocate(void *user, void *block, int64_t bytes)
{
    ((peak_meter *)user)->live -= bytes;
    free(block);
}

static uint8_t *deflated(const uint8_t *bytes, int64_t n, int64_t *n_out)
{
    uLongf packed = compressBound((uLong)n);
    uint8_t *out = malloc(packed);
    ck_assert_int_eq(compress(out, &packed, bytes, (uLong)n), Z_OK);
    *n_out = (int64_t)packed;
    return out;
}

static uint8_t *deflated_zeros(int64_t n, int64_t *n_out)
{
    uint8_t *zeros = calloc(1, (size_t)n);
    uint8_t *out = deflated(zeros, n, n_out);
    free(zeros);
    return out;
}

/* A container of one section "model" that holds a stream and claims a length. */
static artifact_bytes wrap(const uint8_t *stream, int64_t n, uint64_t claim)
{
    artifact_bytes a = {calloc(1, (size_t)(192 + n)), 192 + n};
    memcpy(a.data, mlci_container_magic, 8);
    artifact_put(a.data + 8, 1, 2);
    artifact_put(a.data + 12, 192, 4);
    artifact_put(a.data + 16, (uint64_t)a.n, 8);
    artifact_put(a.data + 24, 1, 4);
    uint8_t *entry = artifact_entry(&a, 0);
    artifact_put(entry + 4, 5, 4);
    artifact_put(entry + 8, 1, 2);
    artifact_put(entry + 10, MLCI_SECTION_CRITICAL | MLCI_SECTION_DEFLATE, 2);
    artifact_put(entry + 16, 192, 8);
    artifact_put(entry + 24, (uint64_t)n, 8);
    artifact_put(entry + 32, claim, 8);
    memcpy(a.data + 144, "model", 5);
    memcpy(a.data + 192, stream, (size_t)n);
    artifact_put(a.data + 28, crc32(0, a.data, 192), 4);
    return a;
}

static mlc_context *metered(peak_meter *m)
{
    mlc_context *ctx = NULL;
    const mlc_host host = {
        .size = sizeof host, .user = m, .allocate = meter_allocate, .deallocate = meter_deallocate};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    return ctx;
}

/* Loads with that cap; what it says, and the peak of memory. */
static mlc_status load_bomb(const artifact_bytes *a, int64_t cap, int64_t *peak, mlc_error *err)
{
    char settings[64];
    peak_meter m = {0};
    mlc_context *ctx = metered(&m);
    mlc_model *model = NULL;
    snprintf(settings, sizeof settings, "max_bytes=%lld", (long long)cap);
    const mlc_status status = mlc_model_load_memory(ctx, a->data, a->n, settings, &model, err);
    ck_assert_ptr_null(model);
    mlc_context_close(ctx);
    ck_assert_int_eq(m.live, 0);
    ck_assert_msg(m.peak <= cap + MIB, "%lld bytes alive at once; the cap is %lld",
                  (long long)m.peak, (long long)cap);
    *peak = m.peak;
    return status;
}

static void refused(artifact_bytes a, int64_t cap, int64_t peak, mlc_status wanted,
                    const char *says)
{
    int64_t found = 0;
    mlc_error err = {0};
    const mlc_status status = load_bomb(&a, cap, &found, &err);
    ck_assert_msg(status == wanted, "status %d: %s", (int)status, err.message);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
    ck_assert_str_eq(err.name, "model");
    ck_assert_msg(found <= peak, "%lld bytes alive at once", (long long)found);
    free(a.data);
}

/* 16 MiB of zeros, in a stream that is as dense as zlib makes them. */
START_TEST(test_bomb_that_claims_less_than_it_is_stops_at_its_claim)
{
    int64_t n = 0;
    uint8_t *stream = deflated_zeros(16 * MIB, &n);
    ck_assert_int_gt(16 * MIB / n, 1020); /* zlib reaches 1029 to 1 */
    for (int64_t claim = MIB / 2; claim <= 8 * MIB; claim *= 4) {
        /* Up to 1 MiB is taken on a word; beyond it, nothing is kept before the length is known. In
         * both cases it is given up with the first byte, or window, too many. */
        char says[96];
        const int64_t seen = claim > MIB ? (claim / 65536 + 1) * 65536 : claim + 1;
        snprintf(says, sizeof says, "unpacks to at least %lld bytes; its entry says %lld",
                 (long long)seen, (long long)claim);
        refused(wrap(stream, n, (uint64_t)claim), claim > n ? claim : n + 192, MIB + MIB / 4,
                MLC_ERROR_FORMAT, says);
    }
    free(stream);
}
END_TEST

START_TEST(test_bomb_that_claims_the_truth_is_refused_before_it_is_unpacked)
{
    int64_t n = 0;
    uint8_t *stream = deflated_zeros(16 * MIB, &n);
    refused(wrap(stream, n, 16 * MIB), 16 * MIB - 1, 4096, MLC_ERROR_LIMIT,
            "larger than max_bytes = 16777215 when unpacked: section 'model' has 16777216 bytes");
    refused(wrap(stream, n, UINT64_MAX), 16 * MIB - 1, 4096, MLC_ERROR_FORMAT, "bad length");
    free(stream);
}
END_TEST

START_TEST(test_bomb_that_claims_more_than_deflate_can_is_refused_before_it_is_unpacked)
{
    int64_t n = 0;
    uint8_t *stream = deflated_zeros(1 * MIB, &n);
    const uint64_t most = 1040 * ((uint64_t)n + 64) + 1039;
    refused(wrap(stream, n, most + 1), INT64_C(1) << 40, 4096, MLC_ERROR_FORMAT,
            "has a bad length");
    /* The most it may say: unpacked, and nothing kept. */
    refused(wrap(stream, n, most), INT64_C(1) << 40, MIB / 4, MLC_ERROR_FORMAT,
            "unpacks to 1048576 bytes; its entry says");
    free(stream);
}
END_TEST

/* A bomb in a bomb is not looked into; nor is an artifact inside a section. */
START_TEST(test_bomb_in_a_bomb_stays_closed)
{
    int64_t n_inner = 0, n_outer = 0;
    uint8_t *inner = deflated_zeros(16 * MIB, &n_inner);
    uint8_t *outer = deflated(inner, n_inner, &n_outer);
    artifact_bytes a = wrap(outer, n_outer, (uint64_t)n_inner);
    artifact_put(artifact_entry(&a, 0) + 12, crc32(0, inner, (uInt)n_inner), 4);
    artifact_put(a.data + 28, 0, 4);
    artifact_put(a.data + 28, crc32(0, a.data, 192), 4);
    int64_t peak = 0;
    mlc_error err = {0};
    ck_assert_int_eq(load_bomb(&a, MIB, &peak, &err), MLC_ERROR_FORMAT);
    ck_assert_int_le(peak, n_inner + MIB / 4);
    free(a.data);
    free(outer);
    free(inner);
}
END_TEST

static mlci_container_in opened(const artifact_bytes *a, const mlci_limits *limits)
{
    mlci_container_in c = {0};
    mlc_error err = {0};
    const mlc_status status = mlci_container_open(NULL, a->data, a->n, limits, &c, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return c;
}

/* Sizes around those where memory is taken: what is there comes out whole. */
START_TEST(test_section_of_any_size_comes_out_whole)
{
    static const int64_t sizes[] = {1,       65535,       65536,      65537,
                                    MIB - 1, MIB,         MIB + 1,    2 * MIB - 1,
                                    2 * MIB, 2 * MIB + 1, 65536 * 33, 65536 * 33 + 1};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const int64_t size = sizes[k];
        mlci_container_out out = {.root = NULL};
        mlci_writer *w = mlci_container_add(&out, "model", MLCI_SECTION_CRITICAL);
        uint8_t *bytes = malloc((size_t)size);
        for (int64_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * i >> 9 & 31);
        mlci_write_bytes(w, bytes, size);
        artifact_bytes a = {NULL, 0};
        char *file = NULL;
        ck_assert_int_eq(mlci_container_finish(&out, 1, &file, &a.n, NULL), MLC_OK);
        a.data = (uint8_t *)file;
        mlci_container_in c = opened(&a, &mlci_default_limits);
        ck_assert_int_eq(c.sections[0].flags & MLCI_SECTION_DEFLATE, size > 64 ? 2 : 0);
        ck_assert(c.sections[0].n_raw == size);
        ck_assert(memcmp(c.sections[0].raw, bytes, (size_t)size) == 0);
        mlci_container_close(&c);
        mlci_container_clear(&out);
        mlci_free(file);
        free(bytes);
    }
}
END_TEST

/* Bytes behind the stream, a stream that breaks off, and one that needs a dictionary. */
START_TEST(test_stream_that_is_not_exactly_one_is_refused)
{
    for (int64_t size = 1000; size <= 3 * MIB; size *= 3000) {
        int64_t n = 0;
        uint8_t *stream = deflated_zeros(size, &n);
        uint8_t *longer = calloc(1, (size_t)n + 1);
        memcpy(longer, stream, (size_t)n);
        refused(wrap(longer, n + 1, (uint64_t)size), 4 * MIB, 4 * MIB, MLC_ERROR_FORMAT,
                "is damaged: it breaks off");
        refused(wrap(stream, n - 1, (uint64_t)size), 4 * MIB, 4 * MIB, MLC_ERROR_FORMAT,
                "is damaged: it breaks off after");
        refused(wrap(stream, n, (uint64_t)size + 1), 4 * MIB, 4 * MIB, MLC_ERROR_FORMAT,
                "unpacks to");
        refused(wrap(stream, n, (uint64_t)size - 1), 4 * MIB, 4 * MIB, MLC_ERROR_FORMAT,
                "unpacks to at least");
        longer[1] = 0xbb; /* FDICT, with a check that fits */
        refused(wrap(longer, n, (uint64_t)size), 4 * MIB, 4 * MIB, MLC_ERROR_FORMAT,
                "is damaged: it breaks off after 0 bytes");
        free(longer);
        free(stream);
    }
}
END_TEST

static mlc_status inflate_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const artifact_bytes *a = arg;
    mlci_container_in c = {0};
    const mlc_status status =
        mlci_container_open(mlci_context_root(ctx), a->data, a->n, &mlci_default_limits, &c, err);
    mlci_container_close(&c);
    return status;
}

START_TEST(test_inflate_when_memory_fails_leaks_nothing)
{
    mlci_container_out out = {.root = NULL};
    uint8_t *zeros = calloc(1, 2 * MIB);
    mlci_write_bytes(mlci_container_add(&out, "big", 0), zeros, 2 * MIB);
    mlci_write_bytes(mlci_container_add(&out, "small", 0), zeros, 1000);
    char *file = NULL;
    artifact_bytes a = {NULL, 0};
    ck_assert_int_eq(mlci_container_finish(&out, 1, &file, &a.n, NULL), MLC_OK);
    a.data = (uint8_t *)file;
    mlci_torture(inflate_once, &a);
    mlci_container_clear(&out);
    mlci_free(file);
    free(zeros);
}
END_TEST

MLCI_CHECK_SUITE("container_inflate", test_bomb_that_claims_less_than_it_is_stops_at_its_claim,
                 test_bomb_that_claims_the_truth_is_refused_before_it_is_unpacked,
                 test_bomb_that_claims_more_than_deflate_can_is_refused_before_it_is_unpacked,
                 test_bomb_in_a_bomb_stays_closed, test_section_of_any_size_comes_out_whole,
                 test_stream_that_is_not_exactly_one_is_refused,
                 test_inflate_when_memory_fails_leaks_nothing)
