/* The cells of a Row of Java. */
#ifndef MLCORE_JNI_CELLS_H
#define MLCORE_JNI_CELLS_H

#include "call.h"

/* Copies the n cells of a row, whose texts stay in its buffer; throws when it is not of n cells. */
void cells_copy(struct call *call, jobject buffer, int32_t n, mlc_value *cells);

#endif
