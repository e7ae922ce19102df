#include "artifacts.h"
#include "check_suite.h"
#include "torture.h"

static char *bytes;
static int64_t n_bytes;

static void write_some(int32_t compress)
{
    mlci_container_out c = {.root = NULL};
    char text[300];
    memset(text, 'x', sizeof text);
    mlci_write_bytes(mlci_container_add(&c, "alpha", MLCI_SECTION_CRITICAL), text, sizeof text);
    mlci_write_bytes(mlci_container_add(&c, "omega", MLCI_SECTION_CRITICAL), text, 100);
    mlci_write_bytes(mlci_container_add(&c, "beta", 0), "abc", 3);
    ck_assert_int_eq(mlci_container_finish(&c, compress, &bytes, &n_bytes, NULL), MLC_OK);
    mlci_container_clear(&c);
}

static mlci_limits up_to(int64_t max_bytes)
{
    mlci_limits limits = mlci_default_limits;
    limits.max_bytes = max_bytes;
    return limits;
}

static void fails(mlc_status wanted, const char *says)
{
    mlci_container_in c = {0};
    making_assert_fails(mlci_container_open(NULL, bytes, n_bytes, &mlci_default_limits, &c, err),
                        wanted, says);
    ck_assert_ptr_null(c.sections);
}

START_TEST(test_container_gives_back_each_section)
{
    const mlci_limits limits = up_to(403);
    for (int32_t compress = 0; compress < 2; compress++) {
        write_some(compress);
        mlci_container_in c = {0};
        const void *data = NULL;
        int64_t n = 0;
        ck_assert_int_eq(mlci_container_open(NULL, bytes, n_bytes, &limits, &c, NULL), MLC_OK);
        ck_assert_int_eq(mlci_container_find(&c, "alpha", &data, &n, NULL), MLC_OK);
        ck_assert(n == 300 && ((const char *)data)[299] == 'x');
        making_assert_fails(mlci_container_check_used(&c, err), MLC_ERROR_FORMAT,
                            "section 'omega' belongs to no step");
        ck_assert_int_eq(mlci_container_find(&c, "omega", &data, &n, NULL), MLC_OK);
        ck_assert(n == 100 && ((const char *)data)[99] == 'x');
        making_assert_fails(mlci_container_find(&c, "alpha", &data, &n, err), MLC_ERROR_FORMAT,
                            "section 'alpha' comes before section 'omega'");
        making_assert_fails(mlci_container_find(&c, "beta", &data, &n, err), MLC_ERROR_FORMAT,
                            "section 'beta' is not marked as critical");
        ck_assert_int_eq(mlci_container_check_used(&c, NULL), MLC_OK);
        making_assert_fails(mlci_container_find(&c, "gamma", &data, &n, err), MLC_ERROR_FORMAT,
                            "section 'gamma' is missing");
        mlci_container_close(&c);
        mlci_free(bytes);
    }
}
END_TEST

START_TEST(test_container_that_is_something_else_says_what_it_may_be)
{
    write_some(0);
    bytes[0] = 'P';
    fails(MLC_ERROR_FORMAT, "this is not a libmlcore artifact");
    bytes[0] = (char)0x89;
    bytes[4] = '\n'; /* CR LF became LF */
    fails(MLC_ERROR_FORMAT, "damaged as by a transfer in text mode");
    bytes[4] = '\r';
    n_bytes = 50;
    fails(MLC_ERROR_FORMAT, "header is cut short");
    mlci_free(bytes);
}
END_TEST

START_TEST(test_container_with_a_damaged_section_names_it)
{
    write_some(0);
    bytes[n_bytes - 1] ^= 1;
    fails(MLC_ERROR_FORMAT, "section 'beta' does not match its checksum: the file is damaged");
    bytes[n_bytes - 1] ^= 1;
    bytes[48] ^= 1;
    fails(MLC_ERROR_FORMAT, "header does not match its checksum");
    mlci_free(bytes);
    write_some(1);
    artifact_bytes a = {(uint8_t *)bytes, n_bytes};
    const uint64_t at = artifact_get(artifact_entry(&a, 0) + 16, 8);
    bytes[at + 4] ^= 0x55;
    fails(MLC_ERROR_FORMAT, "section 'alpha' (at byte 256) is damaged");
    mlci_free(bytes);
}
END_TEST

START_TEST(test_container_larger_than_max_bytes_is_a_limit_error)
{
    write_some(1);
    const mlci_limits limits = up_to(402);
    mlci_container_in c = {0};
    making_assert_fails(mlci_container_open(NULL, bytes, n_bytes, &limits, &c, err),
                        MLC_ERROR_LIMIT, "larger than max_bytes = 402");
    mlci_free(bytes);
}
END_TEST

static mlc_status open_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    (void)arg;
    mlci_container_in c = {0};
    const mlc_status status =
        mlci_container_open(mlci_context_root(ctx), bytes, n_bytes, &mlci_default_limits, &c, err);
    mlci_container_close(&c);
    return status;
}

START_TEST(test_container_open_when_memory_fails_leaks_nothing)
{
    write_some(1);
    mlci_torture(open_once, NULL);
    mlci_free(bytes);
}
END_TEST

MLCI_CHECK_SUITE("container_read", test_container_gives_back_each_section,
                 test_container_that_is_something_else_says_what_it_may_be,
                 test_container_with_a_damaged_section_names_it,
                 test_container_larger_than_max_bytes_is_a_limit_error,
                 test_container_open_when_memory_fails_leaks_nothing)
