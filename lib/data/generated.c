/* Filling, shuffling and naming what generators make. Blocks of rows are a function of nothing but
 * their number. */
#include "generated.h"

#include <stdio.h>

#include "random.h"
#include "trigonometry.h"

#define MOST_BLOCK_ROWS 4096
#define LEAST_BLOCK_ROWS 16
#define BLOCK_CELLS (1 << 18) /* about */
#define NAME_SIZE 24

static int32_t n_columns(const mlci_generated *g)
{
    return g->n_features + g->n_targets;
}

static mlc_status create_columns(mlci_generated *g, mlc_error *err)
{
    mlci_root *const root = g->call->root;
    const int32_t n = n_columns(g);
    g->columns = mlci_alloc(root, n, (int64_t)sizeof *g->columns);
    g->x = mlci_alloc(root, (int64_t)n + 1, (int64_t)sizeof *g->x);
    if (g->columns == NULL || g->x == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *g->columns);
    }
    g->y = g->x + g->n_features;
    for (int32_t j = 0; j < n; j++) {
        const int is_label = j >= g->n_features && g->is_class;
        MLCI_TRY(mlci_column_create(root, is_label ? MLC_TYPE_INT64 : MLC_TYPE_FLOAT64, g->n_rows,
                                    1, 0, &g->columns[j], err));
        if (is_label) {
            g->label = mlci_column_data(g->columns[j]);
        } else {
            g->x[j] = mlci_column_data(g->columns[j]);
        }
    }
    return MLC_OK;
}

mlc_status mlci_generated_open(mlc_context *call, int64_t n_rows, int64_t n_features,
                               int32_t n_targets, int64_t random_state, mlci_generated *out,
                               mlc_error *err)
{
    *out = (mlci_generated){.call = call,
                            .seed = (uint64_t)random_state,
                            .n_rows = n_rows,
                            .n_features = (int32_t)n_features,
                            .n_targets = n_targets < 0 ? 1 : n_targets,
                            .is_class = n_targets < 0};
    const mlc_status status = create_columns(out, err);
    if (status != MLC_OK) mlci_generated_clear(out);
    return status;
}

void mlci_generated_clear(mlci_generated *g)
{
    for (int32_t j = 0; g->columns != NULL && j < n_columns(g); j++) {
        if (g->columns[j] != NULL) mlci_column_unref(g->columns[j]);
    }
    mlci_free(g->columns);
    mlci_free(g->x);
    *g = (mlci_generated){0};
}

/* Fewer rows where they are wide, so that a cancel is seen in time. */
static int64_t block_rows(const mlci_generated *g)
{
    const int64_t n = BLOCK_CELLS / n_columns(g);
    return n > MOST_BLOCK_ROWS ? MOST_BLOCK_ROWS : n < LEAST_BLOCK_ROWS ? LEAST_BLOCK_ROWS : n;
}

typedef struct filling {
    mlci_generated *g;
    int64_t block_rows;
    mlci_generate_fn fn;
    const void *arg;
} filling;

static mlc_status fill_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const filling *const f = arg;
    const int64_t first = block * f->block_rows, left = f->g->n_rows - first;
    (void)slot;
    (void)err;
    f->fn(f->g, f->arg, first, first + (left < f->block_rows ? left : f->block_rows));
    return MLC_OK;
}

mlc_status mlci_generated_fill(mlci_generated *g, mlci_generate_fn fn, const void *arg,
                               mlc_error *err)
{
    filling f = {g, block_rows(g), fn, arg};
    return mlci_parallel_for(g->call, (g->n_rows + f.block_rows - 1) / f.block_rows, fill_block, &f,
                             err);
}

typedef struct noise {
    int32_t first, end; /* columns */
    double deviation;
} noise;

static void add_noise(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    const noise *const n = arg;
    for (int32_t j = n->first; j < n->end; j++) {
        for (int64_t i = first; i < end; i++) {
            g->x[j][i] += n->deviation * mlci_random_normal(g->seed, MLCI_RANDOM_GENERATE_NOISE,
                                                            (uint32_t)j, (uint64_t)i);
        }
    }
}

mlc_status mlci_generated_noise_features(mlci_generated *g, double deviation, mlc_error *err)
{
    const noise n = {0, g->n_features, deviation};
    return deviation == 0 ? MLC_OK : mlci_generated_fill(g, add_noise, &n, err);
}

mlc_status mlci_generated_noise_targets(mlci_generated *g, double deviation, mlc_error *err)
{
    const noise n = {g->n_features, n_columns(g), deviation};
    return deviation == 0 ? MLC_OK : mlci_generated_fill(g, add_noise, &n, err);
}

/* A column's rows in another order, in place of what it held; labels have the same size. */
typedef struct shuffling {
    mlci_generated *g;
    const int64_t *order;
} shuffling;

static mlc_status shuffle_column(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const shuffling *const s = arg;
    mlci_column **const column = &s->g->columns[block];
    mlci_column *taken = NULL;
    (void)slot;
    MLCI_TRY(mlci_column_take(*column, s->order, 0, s->g->n_rows, &taken, err));
    mlci_column_unref(*column);
    *column = taken;
    return MLC_OK;
}

static mlc_status random_order(mlci_generated *g, uint32_t stream, int64_t n, int64_t **out,
                               mlc_error *err)
{
    int64_t *const order = mlci_alloc_raw(g->call->root, 2 * n, 8);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, 8);
    mlci_random_permutation(g->seed, MLCI_RANDOM_GENERATE_ORDER, stream, n, order,
                            (uint64_t *)(order + n));
    *out = order;
    return MLC_OK;
}

mlc_status mlci_generated_shuffle_rows(mlci_generated *g, mlc_error *err)
{
    int64_t *order = NULL;
    MLCI_TRY(random_order(g, 0, g->n_rows, &order, err));
    shuffling s = {g, order};
    const mlc_status status = mlci_parallel_for(g->call, n_columns(g), shuffle_column, &s, err);
    mlci_free(order);
    for (int32_t j = 0; j < n_columns(g); j++) {
        if (g->columns[j]->type == MLC_TYPE_INT64) {
            g->label = mlci_column_data(g->columns[j]);
        } else {
            g->x[j] = mlci_column_data(g->columns[j]);
        }
    }
    return status;
}

mlc_status mlci_generated_shuffle_features(mlci_generated *g, mlc_error *err)
{
    int64_t *order = NULL;
    MLCI_TRY(random_order(g, 1, g->n_features, &order, err));
    mlci_column **const columns = mlci_alloc(g->call->root, n_columns(g), (int64_t)sizeof *columns);
    if (columns == NULL) {
        mlci_free(order);
        return mlci_fail_memory(err, n_columns(g), (int64_t)sizeof *columns);
    }
    for (int32_t j = 0; j < n_columns(g); j++)
        columns[j] = g->columns[j < g->n_features ? order[j] : j];
    mlci_free(g->columns);
    g->columns = columns;
    for (int32_t j = 0; j < g->n_features; j++)
        g->x[j] = mlci_column_data(columns[j]);
    mlci_free(order);
    return MLC_OK;
}

/* x0, x1 ...; y, or y0, y1 ... */
static mlc_status create_dataset(mlci_generated *g, char (*text)[NAME_SIZE], const char **names,
                                 int32_t *roles, mlc_dataset **out, mlc_error *err)
{
    for (int32_t j = 0; j < n_columns(g); j++) {
        const int is_target = j >= g->n_features;
        const int32_t number = is_target ? j - g->n_features : j;
        if (is_target && g->n_targets == 1) {
            snprintf(text[j], NAME_SIZE, "y");
        } else {
            snprintf(text[j], NAME_SIZE, "%s%d", is_target ? "y" : "x", (int)number);
        }
        names[j] = text[j];
        roles[j] = is_target ? MLCI_ROLE_TARGET : MLCI_ROLE_FEATURE;
    }
    return mlci_dataset_create(g->call->root, n_columns(g), names, g->columns, roles, out, err);
}

mlc_status mlci_generated_finish(mlci_generated *g, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = g->call->root;
    const int64_t n = n_columns(g);
    char(*const text)[NAME_SIZE] = mlci_alloc(root, n, NAME_SIZE);
    const char **const names = mlci_alloc(root, n, (int64_t)sizeof *names);
    int32_t *const roles = mlci_alloc(root, n, (int64_t)sizeof *roles);
    mlc_status status = MLC_OK;
    if (text == NULL || names == NULL || roles == NULL) {
        status = mlci_fail_memory(err, n, NAME_SIZE);
    } else {
        status = create_dataset(g, text, names, roles, out, err);
    }
    mlci_free(roles);
    mlci_free(names);
    mlci_free(text);
    mlci_generated_clear(g);
    return status;
}
