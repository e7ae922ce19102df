/* The layout of every public struct, frozen: a compiler or an edit that moves a member stops the
 * build, on each system that the library is ever built for. A member that is added goes to the end
 * and here; tests/abi/rules.py wants every member of the headers in this list, in order.
 *
 * The three figures are for 64-bit systems, for 32-bit ones that align an int64_t to 8 bytes (Arm,
 * MIPS, RISC-V), and for those that align it to 4 (i386). */
#include <stddef.h>
#include <stdint.h>

#include <mlcore/mlcore.h>

struct aligned {
    char before;
    int64_t value;
};

#define ON(lp64, ilp32, i386)                                                                      \
    (sizeof(void *) == 8 ? (lp64) : offsetof(struct aligned, value) == 8 ? (ilp32) : (i386))
#define SIZE(type, lp64, ilp32, i386)                                                              \
    _Static_assert(sizeof(type) == ON(lp64, ilp32, i386), "sizeof(" #type ") has changed")
#define AT(type, member, lp64, ilp32, i386)                                                        \
    _Static_assert(offsetof(type, member) == ON(lp64, ilp32, i386), #type "." #member " has "      \
                                                                                      "moved")

_Static_assert(sizeof(mlc_status) == 4, "mlc_status has changed");
_Static_assert(sizeof(void (*)(void)) == sizeof(void *), "callbacks are not as wide as pointers");

SIZE(mlc_error, 1024, 1024, 1024);
AT(mlc_error, status, 0, 0, 0);
AT(mlc_error, reserved, 4, 4, 4);
AT(mlc_error, line, 8, 8, 8);
AT(mlc_error, column, 16, 16, 16);
AT(mlc_error, name, 24, 24, 24);
AT(mlc_error, message, 152, 152, 152);

SIZE(mlc_host, 80, 56, 52);
AT(mlc_host, size, 0, 0, 0);
AT(mlc_host, user, 8, 8, 8);
AT(mlc_host, memory_limit_bytes, 16, 16, 12);
AT(mlc_host, allocate, 24, 24, 20);
AT(mlc_host, deallocate, 32, 28, 24);
AT(mlc_host, n_threads, 40, 32, 28);
AT(mlc_host, log_level, 44, 36, 32);
AT(mlc_host, run, 48, 40, 36);
AT(mlc_host, log, 56, 44, 40);
AT(mlc_host, release, 64, 48, 44);
AT(mlc_host, isa, 72, 52, 48);

SIZE(mlc_objective, 40, 24, 24);
AT(mlc_objective, size, 0, 0, 0);
AT(mlc_objective, link, 8, 8, 8);
AT(mlc_objective, user, 16, 12, 12);
AT(mlc_objective, gradients, 24, 16, 16);
AT(mlc_objective, release, 32, 20, 20);

SIZE(mlc_metric_hooks, 40, 32, 28);
AT(mlc_metric_hooks, size, 0, 0, 0);
AT(mlc_metric_hooks, larger_is_better, 8, 8, 8);
AT(mlc_metric_hooks, reserved, 12, 12, 12);
AT(mlc_metric_hooks, user, 16, 16, 16);
AT(mlc_metric_hooks, score, 24, 20, 20);
AT(mlc_metric_hooks, release, 32, 24, 24);

SIZE(mlc_transform_hooks, 48, 32, 32);
AT(mlc_transform_hooks, size, 0, 0, 0);
AT(mlc_transform_hooks, state_version, 8, 8, 8);
AT(mlc_transform_hooks, n_state, 12, 12, 12);
AT(mlc_transform_hooks, user, 16, 16, 16);
AT(mlc_transform_hooks, fit, 24, 20, 20);
AT(mlc_transform_hooks, apply, 32, 24, 24);
AT(mlc_transform_hooks, release, 40, 28, 28);

SIZE(mlc_array, 152, 128, 116);
AT(mlc_array, size, 0, 0, 0);
AT(mlc_array, name, 8, 8, 8);
AT(mlc_array, role, 16, 12, 12);
AT(mlc_array, type, 24, 16, 16);
AT(mlc_array, reserved, 28, 20, 20);
AT(mlc_array, data, 32, 24, 24);
AT(mlc_array, valid, 40, 28, 28);
AT(mlc_array, n_rows, 48, 32, 32);
AT(mlc_array, n_columns, 56, 40, 40);
AT(mlc_array, row_stride, 64, 48, 48);
AT(mlc_array, column_stride, 72, 56, 56);
AT(mlc_array, release, 80, 64, 64);
AT(mlc_array, user, 88, 68, 68);
AT(mlc_array, offsets, 96, 72, 72);
AT(mlc_array, n_categories, 104, 80, 76);
AT(mlc_array, categories, 112, 88, 84);
AT(mlc_array, sparse, 120, 96, 88);
AT(mlc_array, absent_is_missing, 128, 104, 96);
AT(mlc_array, indices, 136, 112, 104);
AT(mlc_array, index_size, 144, 116, 108);
AT(mlc_array, offset_size, 148, 120, 112);

SIZE(mlc_source, 32, 24, 20);
AT(mlc_source, size, 0, 0, 0);
AT(mlc_source, user, 8, 8, 8);
AT(mlc_source, next, 16, 12, 12);
AT(mlc_source, release, 24, 16, 16);

SIZE(mlc_value, 32, 32, 28);
AT(mlc_value, kind, 0, 0, 0);
AT(mlc_value, length, 4, 4, 4);
AT(mlc_value, real, 8, 8, 8);
AT(mlc_value, integer, 16, 16, 16);
AT(mlc_value, text, 24, 24, 24);
