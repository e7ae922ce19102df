/* Every entry against big integers: significand - 1 < 10^k / 2^(exponent - 127) <= significand. */
#include "power_table.h"

#include "biginteger.h"
#include "check_suite.h"

static void set_wide(mlci_biginteger *a, mlci_power power)
{
    mlci_biginteger_set(a, power.high);
    mlci_biginteger_shift(a, 64);
    mlci_biginteger_multiply_add(a, 1, 0);
    mlci_biginteger low;
    mlci_biginteger_set(&low, power.low);
    for (int32_t i = 0; i < low.n; i++)
        a->limbs[i] = low.limbs[i];
}

/* Sign of significand * 2^(exponent - 127) - 10^k. */
static int compare_with_power(mlci_power power, int32_t k)
{
    mlci_biginteger table, ten;
    set_wide(&table, power);
    mlci_biginteger_set(&ten, 1);
    mlci_biginteger_multiply_five(k > 0 ? &ten : &table, k > 0 ? k : -k);
    const int32_t two = mlci_power_binary_exponent(k) - 127 - k;
    mlci_biginteger_shift(two > 0 ? &table : &ten, two > 0 ? two : -two);
    return mlci_biginteger_compare(&table, &ten);
}

START_TEST(test_power_table_entries_are_the_powers_rounded_up)
{
    for (int32_t k = MLCI_POWER_LEAST; k <= MLCI_POWER_MOST; k++) {
        const mlci_power power = mlci_power_table[k - MLCI_POWER_LEAST];
        ck_assert_msg(power.high >> 63 == 1, "10^%d", k);
        if (k >= 0 && k <= MLCI_POWER_EXACT) {
            ck_assert_msg(compare_with_power(power, k) == 0, "10^%d", k);
            continue;
        }
        /* the readers rely on a lower half that is not 0 when the entry is not exact */
        ck_assert_msg(power.low != 0, "10^%d", k);
        ck_assert_msg(compare_with_power(power, k) > 0, "10^%d", k);
        const mlci_power below = {power.high, power.low - 1};
        ck_assert_msg(compare_with_power(below, k) < 0, "10^%d", k);
    }
}
END_TEST

MLCI_CHECK_SUITE("power_table", test_power_table_entries_are_the_powers_rounded_up)
