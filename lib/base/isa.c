/* CPUID leaves 1 and 7 and XCR0 (Intel SDM vol. 1, 13.3 and 15.2): an instruction set counts only
 * when the operating system saves its registers too. */
#include "isa.h"

#include "context_impl.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#define LEAF1_FMA (1u << 12)
#define LEAF1_OSXSAVE (1u << 27)
#define LEAF1_AVX (1u << 28)
#define LEAF7_BMI (1u << 3)
#define LEAF7_AVX2 (1u << 5)
#define LEAF7_AVX512F (1u << 16)
#define LEAF7_AVX512DQ (1u << 17)
#define LEAF7_AVX512BW (1u << 30)
#define LEAF7_AVX512VL (1u << 31)
#define LEAF7_AVX512VBMI (1u << 1)
#define XCR0_AVX 0x6u     /* XMM and YMM state */
#define XCR0_AVX512 0xE6u /* and opmask, upper ZMM, ZMM16-31 */

int32_t mlci_isa_of(const mlci_cpu *cpu)
{
    const uint32_t leaf1 = LEAF1_FMA | LEAF1_OSXSAVE | LEAF1_AVX;
    const uint32_t leaf7 = LEAF7_AVX512F | LEAF7_AVX512DQ | LEAF7_AVX512BW | LEAF7_AVX512VL;
    if ((cpu->leaf1_ecx & leaf1) != leaf1 || (cpu->leaf7_ebx & LEAF7_AVX2) == 0 ||
        (cpu->xcr0 & XCR0_AVX) != XCR0_AVX) {
        return MLCI_ISA_REFERENCE;
    }
    if ((cpu->leaf7_ebx & leaf7) != leaf7 || (cpu->xcr0 & XCR0_AVX512) != XCR0_AVX512) {
        return MLCI_ISA_AVX2;
    }
    const int has_vbmi = (cpu->leaf7_ecx & LEAF7_AVX512VBMI) != 0;
    return has_vbmi && (cpu->leaf7_ebx & LEAF7_BMI) != 0 ? MLCI_ISA_AVX512VBMI : MLCI_ISA_AVX512;
}

static mlci_cpu read_cpu(void)
{
    mlci_cpu cpu = {0};
#if defined(__x86_64__) || defined(__i386__)
    unsigned a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d)) cpu.leaf1_ecx = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) cpu.leaf7_ebx = b, cpu.leaf7_ecx = c;
    if ((cpu.leaf1_ecx & LEAF1_OSXSAVE) != 0) {
        uint32_t low, high;
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        cpu.xcr0 = ((uint64_t)high << 32) | low;
    }
#endif
    return cpu;
}

int32_t mlci_isa_best(void)
{
    /* CPUID may trap for a microsecond under a hypervisor. Every thread finds the same value. */
    static int32_t cached = -1;
    int32_t isa = __atomic_load_n(&cached, __ATOMIC_RELAXED);
    if (isa < 0) {
        const mlci_cpu cpu = read_cpu();
        isa = mlci_isa_of(&cpu);
        __atomic_store_n(&cached, isa, __ATOMIC_RELAXED);
    }
    return isa;
}

const char *mlci_isa_name(int32_t isa)
{
    static const char *const names[] = {[MLCI_ISA_REFERENCE] = "reference",
                                        [MLCI_ISA_AVX2] = "avx2",
                                        [MLCI_ISA_AVX512] = "avx512",
                                        [MLCI_ISA_AVX512VBMI] = "avx512vbmi"};
    return names[isa];
}
