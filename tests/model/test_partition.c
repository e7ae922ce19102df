#include "tree/partition.h"

#include "boosting.h"

enum { MOST = 100000 };

/* Parts the first n rows and compares with the plain way; then takes it back. */
static void check_size(mlc_context *call, mlci_partition *p, const uint32_t *rows, int64_t n)
{
    uint32_t *const expected = calloc(MOST, sizeof *expected);
    int64_t n_left = -1, left = 0, right = 0;
    for (int64_t i = 0; i < n; i++)
        left += p->set[p->codes[rows[i]] / 32] >> p->codes[rows[i]] % 32 & 1;
    const int64_t all_left = left;
    left = 0;
    for (int64_t i = 0; i < n; i++) {
        if (p->set[p->codes[rows[i]] / 32] >> p->codes[rows[i]] % 32 & 1)
            expected[left++] = rows[i];
        else
            expected[all_left + right++] = rows[i];
    }
    memcpy(p->rows, rows, MOST * sizeof *rows);
    p->n = n;
    ck_assert_int_eq(mlci_partition_rows(call, p, &n_left, NULL), MLC_OK);
    ck_assert_int_eq(n_left, all_left);
    ck_assert_int_eq(memcmp(p->rows, expected, (size_t)n * sizeof *rows), 0);
    mlci_partition_undo(p, n_left);
    ck_assert_int_eq(memcmp(p->rows, rows, (size_t)n * sizeof *rows), 0);
    free(expected);
}

START_TEST(test_partition_is_stable_and_complete_for_any_size_and_threads)
{
    const int64_t sizes[] = {0, 1, 5, 16384, 16385, 100000};
    uint8_t *const codes = calloc(2 * MOST + 3, 1);
    uint32_t *const rows = calloc(MOST, sizeof *rows);
    mlci_partition p = {.kernels = mlci_tree_kernels_of(mlci_root_isa(NULL)), .codes = codes};
    p.rows = calloc(MOST, sizeof *p.rows);
    p.scratch = calloc(MOST, sizeof *p.scratch);
    for (int c = 0; c < 256; c++)
        p.set[c / 32] |= (uint32_t)(test_unit(1, c) < 0.4) << c % 32;
    for (int64_t i = 0; i < 2 * MOST; i++)
        codes[i] = (uint8_t)(256 * test_unit(0, i));
    for (int64_t i = 0; i < MOST; i++)
        rows[i] = (uint32_t)(2 * i + (i % 3 == 0));
    for (int32_t threads = 1; threads <= 3; threads++) {
        mlc_context *const ctx = test_root(threads, NULL);
        mlc_context local, *call = NULL;
        ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
        for (int s = 0; s < 6; s++)
            check_size(call, &p, rows, sizes[s]);
        mlci_call_end(call);
        mlc_context_close(ctx);
    }
    free(codes);
    free(rows);
    free(p.rows);
    free(p.scratch);
}
END_TEST

MLCI_CHECK_SUITE("partition", test_partition_is_stable_and_complete_for_any_size_and_threads)
