/* Prints the layout of the public structures, one member a line: structure, member, offset,
 * size; a structure itself has the member "-". The Python package compares its own. */
#include <mlcore/mlcore.h>
#include <stddef.h>
#include <stdio.h>

#define WHOLE(type) printf(#type " - 0 %zu\n", sizeof(type))
#define MEMBER(type, member) \
    printf(#type " " #member " %zu %zu\n", offsetof(type, member), sizeof(((type *)0)->member))

static void print_error(void)
{
    WHOLE(mlc_error);
    MEMBER(mlc_error, status);
    MEMBER(mlc_error, reserved);
    MEMBER(mlc_error, line);
    MEMBER(mlc_error, column);
    MEMBER(mlc_error, name);
    MEMBER(mlc_error, message);
}

static void print_value(void)
{
    WHOLE(mlc_value);
    MEMBER(mlc_value, kind);
    MEMBER(mlc_value, length);
    MEMBER(mlc_value, real);
    MEMBER(mlc_value, integer);
    MEMBER(mlc_value, text);
}

static void print_array(void)
{
    WHOLE(mlc_array);
    MEMBER(mlc_array, size);
    MEMBER(mlc_array, name);
    MEMBER(mlc_array, role);
    MEMBER(mlc_array, type);
    MEMBER(mlc_array, reserved);
    MEMBER(mlc_array, data);
    MEMBER(mlc_array, valid);
    MEMBER(mlc_array, n_rows);
    MEMBER(mlc_array, n_columns);
    MEMBER(mlc_array, row_stride);
    MEMBER(mlc_array, column_stride);
    MEMBER(mlc_array, release);
    MEMBER(mlc_array, user);
    MEMBER(mlc_array, offsets);
    MEMBER(mlc_array, n_categories);
    MEMBER(mlc_array, categories);
    MEMBER(mlc_array, sparse);
    MEMBER(mlc_array, absent_is_missing);
    MEMBER(mlc_array, indices);
    MEMBER(mlc_array, index_size);
    MEMBER(mlc_array, offset_size);
}

static void print_host(void)
{
    WHOLE(mlc_host);
    MEMBER(mlc_host, size);
    MEMBER(mlc_host, user);
    MEMBER(mlc_host, memory_limit_bytes);
    MEMBER(mlc_host, allocate);
    MEMBER(mlc_host, deallocate);
    MEMBER(mlc_host, n_threads);
    MEMBER(mlc_host, log_level);
    MEMBER(mlc_host, run);
    MEMBER(mlc_host, log);
    MEMBER(mlc_host, release);
    MEMBER(mlc_host, isa);
}

static void print_objective(void)
{
    WHOLE(mlc_objective);
    MEMBER(mlc_objective, size);
    MEMBER(mlc_objective, link);
    MEMBER(mlc_objective, user);
    MEMBER(mlc_objective, gradients);
    MEMBER(mlc_objective, release);
}

static void print_metric_hooks(void)
{
    WHOLE(mlc_metric_hooks);
    MEMBER(mlc_metric_hooks, size);
    MEMBER(mlc_metric_hooks, larger_is_better);
    MEMBER(mlc_metric_hooks, reserved);
    MEMBER(mlc_metric_hooks, user);
    MEMBER(mlc_metric_hooks, score);
    MEMBER(mlc_metric_hooks, release);
}

static void print_transform_hooks(void)
{
    WHOLE(mlc_transform_hooks);
    MEMBER(mlc_transform_hooks, size);
    MEMBER(mlc_transform_hooks, state_version);
    MEMBER(mlc_transform_hooks, n_state);
    MEMBER(mlc_transform_hooks, user);
    MEMBER(mlc_transform_hooks, fit);
    MEMBER(mlc_transform_hooks, apply);
    MEMBER(mlc_transform_hooks, release);
}

static void print_source(void)
{
    WHOLE(mlc_source);
    MEMBER(mlc_source, size);
    MEMBER(mlc_source, user);
    MEMBER(mlc_source, next);
    MEMBER(mlc_source, release);
}

int main(void)
{
    print_error();
    print_value();
    print_array();
    print_host();
    print_objective();
    print_metric_hooks();
    print_transform_hooks();
    print_source();
    return 0;
}
