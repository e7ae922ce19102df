/* exp() and its kin as C source: the operations of kernel/simd, one by one, so that generated code
 * gives the bits of the library on any machine with IEEE doubles. */
#ifndef MLCI_EXPORT_C_MATH_H
#define MLCI_EXPORT_C_MATH_H

#include "export_c_source.h"

/* Functions double @_...(double), each with what it rests on: exp, sigmoid, softplus; exp() of
 * double and of float as other libraries have it; log(1 + x) of what is not negative. */
#define MLCI_C_EXP 1
#define MLCI_C_SIGMOID 2
#define MLCI_C_SOFTPLUS 4
#define MLCI_C_LIBM_EXP 8
#define MLCI_C_LIBM_EXPF 16
#define MLCI_C_LOG1P 32
#define MLCI_C_LIBM_LOG1PF 128
/* void @_softmax(double *x, int n): shares in place. */
#define MLCI_C_SOFTMAX 64

/* Checks that the compiler computes in IEEE doubles: goes after the includes, which are math.h,
 * float.h, stdint.h and string.h. */
void mlci_c_put_arithmetic(mlci_c_source *c);
/* The functions of these bits. */
void mlci_c_put_math(mlci_c_source *c, int32_t functions);

#endif
