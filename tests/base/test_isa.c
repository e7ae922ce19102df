#include "isa.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"

/* Bits from the Intel SDM, vol. 2A, CPUID, and vol. 1, 13.3. */
#define ALL_LEAF1 ((1u << 12) | (1u << 27) | (1u << 28))
#define ALL_LEAF7 (BMI | (1u << 5) | (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31))
#define BMI (1u << 3)
#define VBMI (1u << 1)

START_TEST(test_isa_when_all_is_there_is_avx512vbmi)
{
    const mlci_cpu cpu = {ALL_LEAF1, ALL_LEAF7, VBMI, 0xE7};
    ck_assert_int_eq(mlci_isa_of(&cpu), MLCI_ISA_AVX512VBMI);
}
END_TEST

START_TEST(test_isa_when_only_vbmi_or_bmi_is_missing_is_avx512)
{
    const mlci_cpu no_vbmi = {ALL_LEAF1, ALL_LEAF7, ~VBMI, 0xE7};
    const mlci_cpu no_bmi = {ALL_LEAF1, ALL_LEAF7 & ~BMI, VBMI, 0xE7};
    ck_assert_int_eq(mlci_isa_of(&no_vbmi), MLCI_ISA_AVX512);
    ck_assert_int_eq(mlci_isa_of(&no_bmi), MLCI_ISA_AVX512);
}
END_TEST

START_TEST(test_isa_when_the_system_saves_no_zmm_is_avx2)
{
    for (int bit = 5; bit <= 7; bit++) {
        const mlci_cpu cpu = {ALL_LEAF1, ALL_LEAF7, VBMI, 0xE7u & ~(1u << bit)};
        ck_assert_int_eq(mlci_isa_of(&cpu), MLCI_ISA_AVX2);
    }
}
END_TEST

START_TEST(test_isa_when_a_part_of_avx512_is_missing_is_avx2)
{
    static const int bits[] = {16, 17, 30, 31};
    for (int i = 0; i < 4; i++) {
        const mlci_cpu cpu = {ALL_LEAF1, ALL_LEAF7 & ~(1u << bits[i]), VBMI, 0xE7};
        ck_assert_int_eq(mlci_isa_of(&cpu), MLCI_ISA_AVX2);
    }
}
END_TEST

START_TEST(test_isa_when_avx2_fma_or_saved_ymm_is_missing_is_reference)
{
    const mlci_cpu cpus[] = {
        {ALL_LEAF1 & ~(1u << 12), ALL_LEAF7, VBMI, 0xE7},
        {ALL_LEAF1 & ~(1u << 27), ALL_LEAF7, VBMI, 0xE7},
        {ALL_LEAF1 & ~(1u << 28), ALL_LEAF7, VBMI, 0xE7},
        {ALL_LEAF1, ALL_LEAF7 & ~(1u << 5), VBMI, 0xE7},
        {ALL_LEAF1, ALL_LEAF7, VBMI, 0xE5},
        {ALL_LEAF1, ALL_LEAF7, VBMI, 0xE3},
        {0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cpus / sizeof cpus[0]; i++) {
        ck_assert_int_eq(mlci_isa_of(&cpus[i]), MLCI_ISA_REFERENCE);
    }
}
END_TEST

START_TEST(test_isa_when_asked_of_this_machine_agrees_with_the_kernel)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) return;
    static char line[65536];
    int32_t expected = MLCI_ISA_REFERENCE;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "flags", 5) != 0) continue;
        if (strstr(line, " avx2 ") != NULL && strstr(line, " fma ") != NULL) {
            expected = MLCI_ISA_AVX2;
            if (strstr(line, " avx512f ") != NULL && strstr(line, " avx512bw ") != NULL &&
                strstr(line, " avx512dq ") != NULL && strstr(line, " avx512vl ") != NULL) {
                expected =
                    strstr(line, " avx512vbmi ") != NULL ? MLCI_ISA_AVX512VBMI : MLCI_ISA_AVX512;
            }
        }
        break;
    }
    fclose(file);
    ck_assert_int_eq(mlci_isa_best(), expected);
}
END_TEST

START_TEST(test_isa_name_when_asked_is_the_setting)
{
    ck_assert_str_eq(mlci_isa_name(MLCI_ISA_REFERENCE), "reference");
    ck_assert_str_eq(mlci_isa_name(MLCI_ISA_AVX2), "avx2");
    ck_assert_str_eq(mlci_isa_name(MLCI_ISA_AVX512), "avx512");
    ck_assert_str_eq(mlci_isa_name(MLCI_ISA_AVX512VBMI), "avx512vbmi");
}
END_TEST

MLCI_CHECK_SUITE("isa", test_isa_when_all_is_there_is_avx512vbmi,
                 test_isa_when_only_vbmi_or_bmi_is_missing_is_avx512,
                 test_isa_when_the_system_saves_no_zmm_is_avx2,
                 test_isa_when_a_part_of_avx512_is_missing_is_avx2,
                 test_isa_when_avx2_fma_or_saved_ymm_is_missing_is_reference,
                 test_isa_when_asked_of_this_machine_agrees_with_the_kernel,
                 test_isa_name_when_asked_is_the_setting)
