/* The memory of predictor calls.
 *
 * A call needs scratch that no other call uses meanwhile. Threads of a Java program come and go
 * and the library may be unloaded before they end, so the blocks belong to the predictor and not
 * to threads: a call takes one from the place its thread looks at first, which is nearly always
 * the block it used before, and puts it back. After the first call of a thread nothing is
 * allocated.
 */
#include "runner.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PLACES 64 /* blocks kept; more calls at once than this allocate */
#define LINE 64   /* a cache line a place */

struct place {
    alignas(LINE) _Atomic(struct run_memory *) memory;
};

struct runner {
    mlc_predictor *predictor;
    int64_t scratch_bytes;
    int64_t n_rows;
    int32_t n_inputs;
    int32_t n_outputs;
    struct place places[PLACES];
};

static int64_t round_up(int64_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

struct runner *runner_create(mlc_predictor *predictor)
{
    struct runner *runner = aligned_alloc(LINE, sizeof *runner);
    if (runner == NULL) return NULL;
    runner->predictor = predictor;
    runner->scratch_bytes = mlc_predictor_scratch_bytes(predictor);
    runner->n_rows = mlc_predictor_n_rows(predictor);
    runner->n_inputs = mlc_predictor_n_inputs(predictor);
    runner->n_outputs = mlc_predictor_n_outputs(predictor);
    for (int32_t i = 0; i < PLACES; i++) {
        atomic_init(&runner->places[i].memory, NULL);
    }
    return runner;
}

const mlc_predictor *runner_predictor(const struct runner *runner)
{
    return runner->predictor;
}

int32_t runner_n_inputs(const struct runner *runner)
{
    return runner->n_inputs;
}

int32_t runner_n_outputs(const struct runner *runner)
{
    return runner->n_outputs;
}

int64_t runner_n_rows(const struct runner *runner)
{
    return runner->n_rows;
}

static struct run_memory *create_memory(const struct runner *runner)
{
    const int64_t head = round_up(sizeof(struct run_memory));
    const int64_t scratch = round_up(runner->scratch_bytes);
    const int64_t row = round_up((int64_t)sizeof(mlc_value) * runner->n_inputs);
    const int64_t reals = round_up((int64_t)sizeof(double) * runner->n_rows * runner->n_inputs);
    const int64_t out = round_up((int64_t)sizeof(double) * runner->n_rows * runner->n_outputs);
    const int64_t flags = round_up((int64_t)sizeof(int64_t) * runner->n_rows);
    const size_t total = (size_t)(head + scratch + row + reals + out + flags);
    char *block = aligned_alloc(LINE, total);
    if (block == NULL) return NULL;
    memset(block, 0, total);
    struct run_memory *memory = (struct run_memory *)block;
    memory->scratch = block + head;
    memory->row = (mlc_value *)(block + head + scratch);
    memory->reals = (double *)((char *)memory->row + row);
    memory->out = (double *)((char *)memory->reals + reals);
    memory->flags = (int64_t *)((char *)memory->out + out);
    return memory;
}

static uint32_t first_place(void)
{
    const uint64_t id = (uint64_t)(uintptr_t)pthread_self();
    return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

struct run_memory *runner_take(struct runner *runner)
{
    const uint32_t first = first_place();
    for (uint32_t i = 0; i < PLACES; i++) {
        struct place *place = &runner->places[(first + i) % PLACES];
        if (atomic_load_explicit(&place->memory, memory_order_relaxed) == NULL) continue;
        struct run_memory *memory =
            atomic_exchange_explicit(&place->memory, NULL, memory_order_acquire);
        if (memory != NULL) return memory;
    }
    return create_memory(runner);
}

void runner_give_back(struct runner *runner, struct run_memory *memory)
{
    const uint32_t first = first_place();
    for (uint32_t i = 0; i < PLACES; i++) {
        struct place *place = &runner->places[(first + i) % PLACES];
        struct run_memory *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&place->memory, &none, memory,
                                                    memory_order_release, memory_order_relaxed))
            return;
    }
    free(memory);
}

void runner_free(struct runner *runner)
{
    if (runner == NULL) return;
    for (int32_t i = 0; i < PLACES; i++) {
        free(atomic_load_explicit(&runner->places[i].memory, memory_order_acquire));
    }
    mlc_predictor_free(runner->predictor);
    free(runner);
}
