/* Which instruction sets this processor and its operating system offer. */
#ifndef MLCI_ISA_H
#define MLCI_ISA_H

#include <stdint.h>

/* What CPUID and XGETBV say, as the rule takes it. */
typedef struct mlci_cpu {
    uint32_t leaf1_ecx; /* FMA, XSAVE, OSXSAVE, AVX */
    uint32_t leaf7_ebx; /* AVX2, AVX-512 F, DQ, BW, VL */
    uint32_t leaf7_ecx; /* AVX-512 VBMI */
    uint64_t xcr0;      /* register state the system saves; 0 without OSXSAVE */
} mlci_cpu;

/* The MLCI_ISA_ level (context_impl.h) of such a processor. */
int32_t mlci_isa_of(const mlci_cpu *cpu);

/* The level of this processor. Asked once, then remembered. */
int32_t mlci_isa_best(void);

/* "reference", "avx2", "avx512" or "avx512vbmi". */
const char *mlci_isa_name(int32_t isa);

#endif
