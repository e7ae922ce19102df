/* All kernels of one instruction set; the unit that includes this has chosen the vector
 * vocabulary, VECTOR_ISA and the names of its tables. Everything is static: a copy of a function
 * compiled for one instruction set must never serve another. */

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "context_impl.h"
#include "hash_mix.h"
#include "kernel_tables.h"
#include "kernels.h"
#include "row_kernels.h"
#include "scan_kernels.h"
#include "score_kernels.h"

#include "sums.inc.c"

#include "elementary.inc.c"

#include "libm_exp.inc.c"

#include "softmax.inc.c"

#include "products.inc.c"

#include "gram.inc.c"

#include "moments.inc.c"

#include "nearest.inc.c"

#include "screen.inc.c"

#include "shap.inc.c"

#include "share.inc.c"

#include "lanes.inc.c"

#include "tree.inc.c"

#include "score.inc.c"

#include "scan.inc.c"

#include "hash.inc.c"

#include "bits.inc.c"

#include "rows.inc.c"

const mlci_kernels VECTOR_TABLE = {
    .isa = VECTOR_ISA,
    .sum = sum,
    .sum_squares = sum_squares,
    .dot = dot,
    .weighted_dot = weighted_dot,
    .dot_float = dot_float,
    .axpy = axpy,
    .scale = scale,
    .rotate = rotate,
    .gemm = gemm,
    .gemv = gemv,
    .gemv_transposed = gemv_transposed,
    .linear = linear,
    .gram = gram,
    .moments = moments,
    .nearest = nearest,
    .distances = distances,
    .distance = distance,
    .screen = screen,
    .exp = map_exp,
    .expm1 = map_expm1,
    .log = map_log,
    .log1p = map_log1p,
    .sigmoid = map_sigmoid,
    .softplus = map_softplus,
    .tanh = map_tanh,
    .libm_exp = libm_exp,
    .libm_expf = libm_expf,
    .softmax = softmax,
    .log_sum_exp = log_sum_exp,
    .copy_bits = copy_bits,
    .mix = mix,
    .product_shares = product_shares,
    .power_shares = power_shares,
};

const mlci_scan_kernels VECTOR_SCAN_TABLE = {
    .separators = scan_separators,
    .summarise = scan_summarise,
};

const mlci_row_kernels VECTOR_ROW_TABLE = {
    .compare_reals = rows_compare_reals,
    .compare_integers = rows_compare_integers,
    .calculate = rows_calculate,
    .reals_of_integers = rows_reals_of_integers,
    .has_nan = rows_has_nan,
    .check_numbers = rows_check_numbers,
    .test_bits = rows_test_bits,
    .bound_integers = rows_bound_integers,
    .add_places = rows_add_places,
    .choose = rows_choose,
    .sum_pairs = rows_sum_pairs,
    .sum_deviations = rows_sum_deviations,
    .find_least = rows_find_least,
};
