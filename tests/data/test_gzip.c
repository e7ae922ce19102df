/* Gzip: members, damage, bombs. Compressed here by zlib. */
#include "csv_reading.h"

#include <zlib.h>

#include "gzip.h"
#include "torture.h"

static int64_t gzip(const void *bytes, int64_t n, unsigned char *out, int64_t room)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes,
                  .avail_in = (uInt)n,
                  .next_out = out,
                  .avail_out = (uInt)room};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (int64_t)z.total_out;
}

static unsigned char packed[1 << 16];

static int64_t pack(const char *text)
{
    return gzip(text, (int64_t)strlen(text), packed, sizeof packed);
}

START_TEST(test_gzip_is_recognised_by_its_bytes)
{
    const int64_t n = pack("a,b\n1,2\n");
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, packed, n, NULL, &d, NULL), MLC_OK);
    ck_assert_double_eq(real_of(d, "b", 0), 2);
    mlc_dataset_free(d);
    ck_assert_int_eq(mlci_is_gzip("\x1f\x8c", 2), 0);
    ck_assert_int_eq(mlci_is_gzip("\x1f", 1), 0);
}
END_TEST

START_TEST(test_gzip_members_are_joined_and_padding_ignored)
{
    int64_t n = pack("a,b\n1,");
    n += gzip("2\n3,4\n", 6, packed + n, 1000);
    memset(packed + n, 0, 512);
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, packed, n + 512, NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(d->n_rows, 2);
    ck_assert_double_eq(real_of(d, "b", 1), 4);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_gzip_cut_at_any_byte_fails)
{
    const int64_t n = pack("a,b\n1,2\n3,4\nsome,more\n");
    for (int64_t cut = 2; cut < n; cut++) {
        mlc_dataset *d = NULL;
        mlc_error err;
        ck_assert_int_eq(mlc_dataset_parse_csv(NULL, packed, cut, NULL, &d, &err),
                         MLC_ERROR_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.message, "the gzip data is cut off"));
    }
}
END_TEST

START_TEST(test_gzip_damage_and_trailers_fail)
{
    const int64_t n = pack("a,b\n1,2\n3,4\n");
    mlc_dataset *d = NULL;
    mlc_error err;
    packed[n - 5] ^= 1; /* the checksum */
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, packed, n, NULL, &d, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "the gzip data is damaged"));
    packed[n - 5] ^= 1;
    packed[n] = 'x';
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, packed, n + 1, NULL, &d, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "followed by something else"));
}
END_TEST

START_TEST(test_gzip_bomb_meets_the_memory_limit)
{
    const int64_t n_zeros = 64 << 20;
    char *const zeros = calloc(1, (size_t)n_zeros);
    unsigned char *const bomb = malloc(1 << 20);
    const int64_t n = gzip(zeros, n_zeros, bomb, 1 << 20);
    free(zeros);
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = 8 << 20};
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(ctx, bomb, n, NULL, &d, NULL), MLC_ERROR_NO_MEMORY);
    mlc_context_close(ctx);
    free(bomb);
}
END_TEST

static mlc_status inflate_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const int64_t n = pack("a,b\n1,2\n");
    mlc_dataset *d = NULL;
    const mlc_status status = mlc_dataset_parse_csv(ctx, packed, n, NULL, &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_gzip_when_memory_fails_leaks_nothing, inflate_and_free, NULL)

MLCI_CHECK_SUITE("gzip", test_gzip_is_recognised_by_its_bytes,
                 test_gzip_members_are_joined_and_padding_ignored, test_gzip_cut_at_any_byte_fails,
                 test_gzip_damage_and_trailers_fail, test_gzip_bomb_meets_the_memory_limit,
                 test_gzip_when_memory_fails_leaks_nothing)
