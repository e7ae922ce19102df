#include "memory.h"

#include <pthread.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "torture.h"

static mlc_context *open_context(const mlc_host *host)
{
    mlc_context *ctx = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(host, &ctx, &err), MLC_OK);
    return ctx;
}

START_TEST(test_alloc_when_given_any_size_is_aligned_and_zero)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a); /* its memory is never zero */
    mlc_context *ctx = open_context(&host);
    mlci_root *roots[] = {NULL, mlci_context_root(ctx)};
    for (int r = 0; r < 2; r++) {
        for (int64_t n = 0; n < 300; n += 7) {
            unsigned char *block = mlci_alloc(roots[r], n, 3);
            ck_assert_ptr_nonnull(block);
            ck_assert_uint_eq((uintptr_t)block % 64, 0);
            for (int64_t i = 0; i < 3 * n; i++)
                ck_assert_uint_eq(block[i], 0);
            mlci_free(block);
        }
    }
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

START_TEST(test_alloc_when_the_product_wraps_is_null)
{
    ck_assert_ptr_null(mlci_alloc(NULL, INT64_MAX, 2));
    ck_assert_ptr_null(mlci_alloc(NULL, INT64_MAX, 1));
    ck_assert_ptr_null(mlci_alloc(NULL, (int64_t)1 << 32, (int64_t)1 << 31));
    ck_assert_ptr_null(mlci_alloc_raw(NULL, -1, 8));
    ck_assert_ptr_null(mlci_alloc_raw(NULL, 8, -1));
    ck_assert_ptr_null(mlci_copy_text(NULL, "a", -1));
    ck_assert_ptr_null(mlci_copy_text(NULL, "a", INT64_MAX));
}
END_TEST

START_TEST(test_realloc_when_grown_and_shrunk_keeps_the_bytes)
{
    char *block = mlci_realloc(NULL, NULL, 4, 1);
    memcpy(block, "abcd", 4);
    block = mlci_realloc(NULL, block, 1000, 10);
    ck_assert_mem_eq(block, "abcd", 4);
    block = mlci_realloc(NULL, block, 2, 1);
    ck_assert_mem_eq(block, "ab", 2);
    mlci_free(block);
}
END_TEST

START_TEST(test_alloc_when_large_is_aligned_and_grows_as_any_other)
{
    const int64_t n = 20000003;
    char *block = mlci_alloc(NULL, n, 1);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % 64, 0);
    for (int64_t i = 0; i < n; i += 4093) {
        ck_assert_int_eq(block[i], 0);
        block[i] = (char)(i % 127);
    }
    block = mlci_realloc(NULL, block, 2 * n, 1);
    ck_assert_ptr_nonnull(block);
    for (int64_t i = 0; i < n; i += 4093)
        ck_assert_int_eq(block[i], (char)(i % 127));
    mlci_free(block);
}
END_TEST

START_TEST(test_stream_when_large_is_aligned_and_grows_as_any_other)
{
    const int64_t n = (int64_t)9 << 20;
    char *block = mlci_alloc_stream(NULL, n, 1);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % 64, 0);
    memset(block, 7, (size_t)n);
    block = mlci_realloc(NULL, block, 2 * n, 1);
    ck_assert_uint_eq((uintptr_t)block % 64, 0);
    ck_assert_int_eq(block[n - 1], 7);
    mlci_free(block);
    ck_assert_ptr_null(mlci_alloc_stream(NULL, INT64_MAX, 2));
}
END_TEST

START_TEST(test_stream_when_resized_keeps_its_bytes_and_counts_them)
{
    enum { N = 3 << 20 };
    mlc_host host = {.size = sizeof host, .memory_limit_bytes = 8 << 20};
    mlc_context *ctx = open_context(&host);
    mlci_root *const root = mlci_context_root(ctx);
    const int64_t before = mlc_context_memory_bytes(ctx);
    unsigned char *block = mlci_alloc_stream(root, N, 1);
    for (int64_t i = 0; i < N; i++)
        block[i] = (unsigned char)(i % 251);
    /* Larger, smaller than what has pages of its own, larger again. */
    static const int64_t sizes[] = {7 << 20, (2 << 20) + 1, 5000, 100, (4 << 20) - 7};
    int64_t kept = N;
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        block = mlci_realloc(root, block, sizes[k], 1);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq((uintptr_t)block % 64, 0);
        ck_assert_int_eq(mlc_context_memory_bytes(ctx), before + sizes[k] + 64);
        if (sizes[k] < kept) kept = sizes[k];
        for (int64_t i = 0; i < kept; i++)
            ck_assert_int_eq(block[i], i % 251);
        block[sizes[k] - 1] = block[kept - 1];
    }
    ck_assert_ptr_null(mlci_realloc(root, block, 9 << 20, 1));
    ck_assert_ptr_null(mlci_realloc(root, block, INT64_MAX, 2));
    ck_assert_ptr_null(mlci_realloc(root, block, INT64_MAX, 1));
    for (int64_t i = 0; i < kept - 1; i++)
        ck_assert_int_eq(block[i], i % 251);
    mlci_free(block);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_populate_when_of_any_part_changes_nothing)
{
    enum { N = 100000 };
    unsigned char *const block = mlci_alloc_stream(NULL, N, 1);
    for (int64_t i = 0; i < N; i++)
        block[i] = (unsigned char)(i % 253);
    for (int64_t from = 0; from < N; from += 3000) {
        for (int64_t n = 0; n <= N - from; n = 3 * n + 1)
            mlci_populate(block + from, n);
    }
    for (int64_t i = 0; i < N; i++)
        ck_assert_int_eq(block[i], i % 253);
    mlci_free(block);
}
END_TEST

START_TEST(test_realloc_when_it_fails_keeps_the_block)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = open_context(&host);
    char *block = mlci_alloc(mlci_context_root(ctx), 3, 1);
    memcpy(block, "xyz", 3);
    const int64_t live = mlc_context_memory_bytes(ctx);
    a.armed = 1, a.fail_at = 1;
    ck_assert_ptr_null(mlci_realloc(mlci_context_root(ctx), block, 100, 1));
    ck_assert_ptr_null(mlci_realloc(mlci_context_root(ctx), block, INT64_MAX, 2));
    ck_assert_mem_eq(block, "xyz", 3);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), live);
    mlci_free(block);
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_blocks, 0);
}
END_TEST

START_TEST(test_limit_when_reached_refuses_and_gives_back)
{
    mlc_host host = {.size = sizeof host, .memory_limit_bytes = 100000};
    mlc_context *ctx = open_context(&host);
    mlci_root *root = mlci_context_root(ctx);
    const int64_t before = mlc_context_memory_bytes(ctx);
    ck_assert_int_gt(before, 0);
    const int64_t room = 100000 - before - 64; /* a block costs its header too */
    ck_assert_ptr_null(mlci_alloc(root, room + 1, 1));
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    void *block = mlci_alloc(root, room, 1);
    ck_assert_ptr_nonnull(block);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), 100000);
    ck_assert_ptr_null(mlci_alloc(root, 0, 1));
    mlci_free(block);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_copy_text_when_given_a_part_ends_it)
{
    char *copy = mlci_copy_text(NULL, "abcdef", 3);
    ck_assert_str_eq(copy, "abc");
    mlci_free(copy);
    copy = mlci_copy_text(NULL, NULL, 0);
    ck_assert_str_eq(copy, "");
    mlci_free(copy);
    mlci_free(NULL);
}
END_TEST

static void *allocate_odd(void *user, int64_t bytes, int64_t alignment)
{
    char *memory = mlci_test_allocate(user, bytes + 64, alignment);
    return memory != NULL && ((mlci_test_allocator *)user)->armed ? memory + 8 : memory;
}

static void deallocate_odd(void *user, void *memory, int64_t bytes)
{
    char *start = memory;
    mlci_test_deallocate(user, (uintptr_t)start % 64 == 8 ? start - 8 : start, bytes + 64);
}

START_TEST(test_alloc_when_the_host_gives_a_crooked_address_refuses_it)
{
    mlci_test_allocator a = {0};
    mlc_host host = mlci_test_host(&a);
    host.allocate = allocate_odd;
    host.deallocate = deallocate_odd;
    mlc_context *ctx = open_context(&host);
    const int64_t live = a.live_blocks;
    a.armed = 1;
    ck_assert_ptr_null(mlci_alloc(mlci_context_root(ctx), 1, 1));
    a.armed = 0;
    ck_assert_int_eq(a.live_blocks, live);
    mlc_context_close(ctx);
    ck_assert_int_eq(a.live_blocks, 0);
}
END_TEST

static void *allocate_much(void *arg)
{
    mlci_root *root = arg;
    for (int i = 0; i < 20000; i++) {
        void *block = mlci_alloc_raw(root, 1 + i % 100, 8);
        mlci_free(block);
    }
    return NULL;
}

START_TEST(test_live_bytes_when_threads_allocate_at_once_come_out_even)
{
    mlc_host host = {.size = sizeof host, .memory_limit_bytes = 4000};
    mlc_context *ctx = open_context(&host);
    const int64_t before = mlc_context_memory_bytes(ctx);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, allocate_much, mlci_context_root(ctx)),
                         0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("memory", test_alloc_when_given_any_size_is_aligned_and_zero,
                 test_alloc_when_the_product_wraps_is_null,
                 test_realloc_when_grown_and_shrunk_keeps_the_bytes,
                 test_alloc_when_large_is_aligned_and_grows_as_any_other,
                 test_stream_when_large_is_aligned_and_grows_as_any_other,
                 test_stream_when_resized_keeps_its_bytes_and_counts_them,
                 test_populate_when_of_any_part_changes_nothing,
                 test_realloc_when_it_fails_keeps_the_block,
                 test_limit_when_reached_refuses_and_gives_back,
                 test_copy_text_when_given_a_part_ends_it,
                 test_alloc_when_the_host_gives_a_crooked_address_refuses_it,
                 test_live_bytes_when_threads_allocate_at_once_come_out_even)
