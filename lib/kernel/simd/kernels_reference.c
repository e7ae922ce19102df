/* The kernels in plain C: the meaning that the other tables reproduce bit for bit, what runs on a
 * processor without them, and the same mathematics for single values. */
#include "scan_block_reference.h"
#include "score_rows_reference.h"
#include "score_walk.h"
#include "tree_rows_reference.h"
#include "vector_reference.h"

#define VECTOR_ISA MLCI_ISA_REFERENCE
#define VECTOR_TABLE mlci_kernels_reference
#define VECTOR_TREE_TABLE mlci_tree_kernels_reference
#define VECTOR_SCORE_TABLE mlci_score_kernels_reference
#define VECTOR_WALK walk_in_turn
#define VECTOR_SCAN_TABLE mlci_scan_kernels_reference
#define VECTOR_ROW_TABLE mlci_row_kernels_reference

#include "table.inc.c"

double mlci_exp(double x)
{
    return v_exp(x);
}

double mlci_expm1(double x)
{
    return v_expm1(x);
}

double mlci_ln(double x)
{
    return v_log(x);
}

double mlci_log1p(double x)
{
    return v_log1p(x);
}

double mlci_sigmoid(double x)
{
    return v_sigmoid(x);
}

double mlci_softplus(double x)
{
    return v_softplus(x);
}

double mlci_tanh(double x)
{
    return v_tanh(x);
}
