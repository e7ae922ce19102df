#include "buffer_impl.h"

#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "torture.h"

START_TEST(test_buffer_when_created_copies_and_ends_with_nul)
{
    char bytes[] = {'a', '\0', 'b'};
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_buffer_create(NULL, bytes, 3, &buffer, NULL), MLC_OK);
    bytes[0] = 'z';
    ck_assert_int_eq(mlc_buffer_size(buffer), 3);
    ck_assert_mem_eq(mlc_buffer_data(buffer), "a\0b", 4);
    mlc_buffer_free(buffer);
}
END_TEST

START_TEST(test_buffer_when_empty_has_data)
{
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_buffer_create(NULL, NULL, 0, &buffer, NULL), MLC_OK);
    ck_assert_int_eq(mlc_buffer_size(buffer), 0);
    ck_assert_str_eq(mlc_buffer_data(buffer), "");
    mlc_buffer_free(buffer);
}
END_TEST

START_TEST(test_buffer_when_null_is_harmless)
{
    ck_assert_ptr_null(mlc_buffer_data(NULL));
    ck_assert_int_eq(mlc_buffer_size(NULL), 0);
    mlc_buffer_free(NULL);
}
END_TEST

START_TEST(test_buffer_when_arguments_are_wrong_says_which)
{
    mlc_buffer *buffer = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_buffer_create(NULL, "a", -1, &buffer, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.message, "n_bytes = -1: must be at least 0");
    ck_assert_int_eq(mlc_buffer_create(NULL, NULL, 1, &buffer, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.name, "bytes");
    ck_assert_int_eq(mlc_buffer_create(NULL, "a", 1, NULL, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.name, "out");
    ck_assert_ptr_null(buffer);
}
END_TEST

START_TEST(test_buffer_when_the_context_is_closed_first_lives_on)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(mlc_buffer_create(ctx, "abc", 3, &buffer, NULL), MLC_OK);
    mlc_context_close(ctx);
    mlc_buffer *second = mlc_buffer_ref(buffer);
    mlc_buffer_free(buffer);
    ck_assert_str_eq(mlc_buffer_data(second), "abc");
    ck_assert_int_eq(a.n_released, 0);
    mlc_buffer_free(second);
    ck_assert_int_eq(a.n_released, 1);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

static mlc_status make_buffers(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_buffer *buffer = NULL;
    const mlc_status status = mlc_buffer_create(ctx, "abc", 3, &buffer, err);
    if (status != MLC_OK) ck_assert_ptr_null(buffer);
    mlc_buffer_free(buffer);
    return status;
}

MLCI_TORTURE_TEST(test_buffer_when_memory_fails_leaks_nothing, make_buffers, NULL)

static mlc_status adopt_block(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_root *root = mlci_context_root(ctx);
    char *block = mlci_copy_text(root, "abc", 3);
    if (block == NULL) {
        err->status = MLC_ERROR_NO_MEMORY;
        strcpy(err->message, "copy");
        return MLC_ERROR_NO_MEMORY;
    }
    mlc_buffer *buffer = NULL;
    const mlc_status status = mlci_buffer_adopt(root, block, 3, &buffer, err);
    if (status == MLC_OK) ck_assert_ptr_eq(mlc_buffer_data(buffer), block);
    mlc_buffer_free(buffer);
    return status;
}

MLCI_TORTURE_TEST(test_adopt_when_memory_fails_frees_the_block, adopt_block, NULL)

MLCI_CHECK_SUITE("buffer", test_buffer_when_created_copies_and_ends_with_nul,
                 test_buffer_when_empty_has_data, test_buffer_when_null_is_harmless,
                 test_buffer_when_arguments_are_wrong_says_which,
                 test_buffer_when_the_context_is_closed_first_lives_on,
                 test_buffer_when_memory_fails_leaks_nothing,
                 test_adopt_when_memory_fails_frees_the_block)
