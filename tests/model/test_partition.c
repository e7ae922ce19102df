#include "tree/partition.h"

#include "boosting.h"

START_TEST(test_partition_is_stable_and_complete_for_any_size_and_threads)
{
    const int64_t sizes[] = {0, 1, 5, 16384, 16385, 100000};
    uint8_t goes_left[256];
    enum { MOST = 100000 };
    uint8_t *const codes = calloc(2 * MOST, 1);
    uint32_t *const rows = calloc(MOST, sizeof *rows), *const out = calloc(MOST, sizeof *out);
    for (int c = 0; c < 256; c++)
        goes_left[c] = test_unit(1, c) < 0.4;
    for (int64_t i = 0; i < 2 * MOST; i++)
        codes[i] = (uint8_t)(256 * test_unit(0, i));
    for (int64_t i = 0; i < MOST; i++)
        rows[i] = (uint32_t)(2 * i + (i % 3 == 0));
    for (int32_t threads = 1; threads <= 3; threads++) {
        mlc_context *const ctx = test_root(threads, NULL);
        mlc_context local, *call = NULL;
        ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
        for (int s = 0; s < 6; s++) {
            int64_t n_left = -1, left = 0, right = 0;
            ck_assert_int_eq(
                mlci_partition(call, rows, sizes[s], codes, goes_left, out, &n_left, NULL), MLC_OK);
            for (int64_t i = 0; i < sizes[s]; i++)
                left += goes_left[codes[rows[i]]];
            ck_assert_int_eq(n_left, left);
            left = 0;
            for (int64_t i = 0; i < sizes[s]; i++) {
                if (goes_left[codes[rows[i]]])
                    ck_assert_uint_eq(out[left++], rows[i]);
                else
                    ck_assert_uint_eq(out[n_left + right++], rows[i]);
            }
        }
        mlci_call_end(call);
        mlc_context_close(ctx);
    }
    free(codes);
    free(rows);
    free(out);
}
END_TEST

MLCI_CHECK_MAIN("partition", test_partition_is_stable_and_complete_for_any_size_and_threads)
