#include "artifacts.h"
#include "check_suite.h"
#include "torture.h"

static mlc_status write_two(mlci_root *root, int32_t compress, char **out, int64_t *n,
                            mlc_error *err)
{
    mlci_container_out c = {.root = root};
    static const uint8_t zeros[5000];
    mlci_writer *w = mlci_container_add(&c, "first", MLCI_SECTION_CRITICAL);
    if (w != NULL) {
        mlci_write_bytes(w, zeros, sizeof zeros);
        w = mlci_container_add(&c, "second", 0);
    }
    mlc_status status = MLC_OK;
    if (w == NULL) {
        status = mlci_fail_memory(err, 1, 1);
    } else {
        mlci_write_bytes(w, "abc", 3);
        status = mlci_container_finish(&c, compress, out, n, err);
    }
    mlci_container_clear(&c);
    return status;
}

/* The layout of container.h, byte by byte. */
START_TEST(test_container_has_the_documented_layout)
{
    char *bytes = NULL;
    int64_t n = 0;
    ck_assert_int_eq(write_two(NULL, 0, &bytes, &n, NULL), MLC_OK);
    const artifact_bytes a = {(uint8_t *)bytes, n};
    ck_assert(memcmp(a.data, "\x89MLC\r\n\x1a\n", 8) == 0);
    const int64_t header = 256; /* 96 + 2 x 48 + 5 + 6, up to a multiple of 64 */
    ck_assert(artifact_get(a.data + 12, 4) == (uint64_t)header);
    ck_assert(artifact_get(a.data + 16, 8) == (uint64_t)n);
    ck_assert(artifact_get(a.data + 24, 4) == 2);
    ck_assert(memcmp(a.data + 192, "firstsecond", 11) == 0);
    const uint8_t *second = artifact_entry(&a, 1);
    ck_assert(artifact_get(second, 4) == 5 && artifact_get(second + 4, 4) == 6);
    ck_assert(artifact_get(second + 16, 8) == (uint64_t)header + 5056);
    ck_assert(artifact_get(second + 24, 8) == 3);
    ck_assert(artifact_get(second + 12, 4) == 0x352441c2); /* CRC-32 of "abc" */
    ck_assert_int_eq(n, header + 5056 + 3);
    mlci_free(bytes);
}
END_TEST

START_TEST(test_container_compresses_where_that_pays_and_keeps_its_content_id)
{
    char *plain = NULL, *packed = NULL;
    int64_t n_plain = 0, n_packed = 0;
    ck_assert_int_eq(write_two(NULL, 0, &plain, &n_plain, NULL), MLC_OK);
    ck_assert_int_eq(write_two(NULL, 1, &packed, &n_packed, NULL), MLC_OK);
    ck_assert_int_lt(n_packed, 600);
    ck_assert(memcmp(plain + 48, packed + 48, 32) == 0);
    mlci_container_in c = {0};
    const void *data = NULL;
    int64_t n = 0;
    ck_assert_int_eq(mlci_container_open(NULL, packed, n_packed, &mlci_default_limits, &c, NULL),
                     MLC_OK);
    ck_assert_int_eq(c.sections[0].flags, MLCI_SECTION_CRITICAL | MLCI_SECTION_DEFLATE);
    ck_assert_int_eq(c.sections[1].flags, 0); /* three bytes do not pay */
    ck_assert_int_eq(mlci_container_find(&c, "first", &data, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 5000);
    mlci_container_close(&c);
    mlci_free(packed);
    mlci_free(plain);
}
END_TEST

static mlc_status write_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    char *bytes = NULL;
    int64_t n = 0;
    const mlc_status status = write_two(mlci_context_root(ctx), *(int32_t *)arg, &bytes, &n, err);
    mlci_free(bytes);
    return status;
}

START_TEST(test_container_when_memory_fails_leaks_nothing)
{
    for (int32_t compress = 0; compress < 2; compress++)
        mlci_torture(write_once, &compress);
}
END_TEST

MLCI_CHECK_SUITE("container_write", test_container_has_the_documented_layout,
                 test_container_compresses_where_that_pays_and_keeps_its_content_id,
                 test_container_when_memory_fails_leaks_nothing)
