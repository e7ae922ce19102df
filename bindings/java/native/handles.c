/* The table of handles: chunks of slots that never move, so that taking a handle needs no lock.
 *
 * The state of a slot is one 64-bit word: generation (high half), a bit that says closed, and the
 * number of calls that work with the object. Taking is a compare-and-swap that succeeds only for
 * the right generation without the closed bit, so once that bit is set the count can only fall;
 * whoever makes it zero, or sets the bit at zero, frees. Only opening and freeing take the lock.
 */
#include "handles.h"

#include <mlcore/mlcore.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "runner.h"

#define CHUNK_SLOTS 1024
#define MAX_CHUNKS 16384
#define CLOSED_BIT UINT64_C(0x80000000)
#define USERS_MASK UINT64_C(0x7fffffff)
#define LAST_GENERATION UINT32_C(0x7fffffff) /* keeps handles positive; then the slot retires */
#define NO_SLOT UINT32_MAX

struct slot {
    _Atomic uint64_t state;
    void *object;
    int32_t kind;
    uint32_t next_free;
};

static _Atomic(struct slot *) chunks[MAX_CHUNKS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the three below */
static uint32_t n_slots;
static uint32_t first_free = NO_SLOT;
static int64_t n_objects;

void handle_free_object(enum handle_kind kind, void *object)
{
    switch (kind) {
    case HANDLE_CONTEXT:
        mlc_context_close(object);
        break;
    case HANDLE_DATASET:
        mlc_dataset_free(object);
        break;
    case HANDLE_TRANSFORM:
        mlc_transform_free(object);
        break;
    case HANDLE_MODEL:
        mlc_model_free(object);
        break;
    case HANDLE_PREDICTOR:
        runner_free(object);
        break;
    case HANDLE_METRIC:
        mlc_metric_free(object);
        break;
    case HANDLE_BUILDER:
        mlc_builder_close(object);
        break;
    case HANDLE_READER:
        mlc_reader_close(object);
        break;
    case HANDLE_PROFILE:
        mlc_profile_free(object);
        break;
    default:
        break;
    }
}

static struct slot *find_slot(uint32_t index)
{
    if (index >= (uint32_t)CHUNK_SLOTS * MAX_CHUNKS) return NULL;
    struct slot *chunk = atomic_load_explicit(&chunks[index / CHUNK_SLOTS], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[index % CHUNK_SLOTS];
}

/* The lock is held. */
static uint32_t take_free_slot(void)
{
    if (first_free != NO_SLOT) {
        const uint32_t index = first_free;
        first_free = find_slot(index)->next_free;
        return index;
    }
    if (n_slots % CHUNK_SLOTS == 0) {
        if (n_slots / CHUNK_SLOTS == MAX_CHUNKS) return NO_SLOT;
        struct slot *chunk = calloc(CHUNK_SLOTS, sizeof *chunk);
        if (chunk == NULL) return NO_SLOT;
        atomic_store_explicit(&chunks[n_slots / CHUNK_SLOTS], chunk, memory_order_release);
    }
    struct slot *slot = find_slot(n_slots);
    atomic_init(&slot->state, (UINT64_C(1) << 32) | CLOSED_BIT);
    return n_slots++;
}

int64_t handle_open(enum handle_kind kind, void *object)
{
    pthread_mutex_lock(&lock);
    const uint32_t index = take_free_slot();
    if (index != NO_SLOT) n_objects++;
    pthread_mutex_unlock(&lock);
    if (index == NO_SLOT) return 0;
    struct slot *slot = find_slot(index);
    slot->object = object;
    slot->kind = (int32_t)kind;
    const uint64_t generation = atomic_load_explicit(&slot->state, memory_order_relaxed) >> 32;
    atomic_store_explicit(&slot->state, generation << 32, memory_order_release);
    return (int64_t)(generation << 32 | index);
}

/* Nobody can take the slot any more. */
static void free_slot(struct slot *slot, uint32_t index)
{
    handle_free_object((enum handle_kind)slot->kind, slot->object);
    slot->object = NULL;
    const uint32_t generation =
        (uint32_t)(atomic_load_explicit(&slot->state, memory_order_relaxed) >> 32);
    pthread_mutex_lock(&lock);
    n_objects--;
    if (generation < LAST_GENERATION) {
        atomic_store_explicit(&slot->state, (uint64_t)(generation + 1) << 32 | CLOSED_BIT,
                              memory_order_release);
        slot->next_free = first_free;
        first_free = index;
    }
    pthread_mutex_unlock(&lock);
}

/* Adds to the state of an open slot of this handle; 0 when it is not open. */
static int add_to_state(struct slot *slot, int64_t handle, uint64_t added, uint64_t *before)
{
    uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire);
    do {
        if (state >> 32 != (uint64_t)handle >> 32 || (state & CLOSED_BIT) != 0) return 0;
    } while (!atomic_compare_exchange_weak_explicit(&slot->state, &state, state + added,
                                                    memory_order_acq_rel, memory_order_acquire));
    *before = state;
    return 1;
}

void *handle_take(int64_t handle, enum handle_kind kind)
{
    struct slot *slot = find_slot((uint32_t)handle);
    uint64_t before = 0;
    if (slot == NULL || !add_to_state(slot, handle, 1, &before)) return NULL;
    if (slot->kind == (int32_t)kind) return slot->object;
    handle_give_back(handle);
    return NULL;
}

void handle_give_back(int64_t handle)
{
    struct slot *slot = find_slot((uint32_t)handle);
    const uint64_t before = atomic_fetch_sub_explicit(&slot->state, 1, memory_order_acq_rel);
    if ((before & CLOSED_BIT) != 0 && (before & USERS_MASK) == 1) free_slot(slot, (uint32_t)handle);
}

int32_t handle_close(int64_t handle)
{
    struct slot *slot = find_slot((uint32_t)handle);
    uint64_t before = 0;
    if (slot == NULL || !add_to_state(slot, handle, CLOSED_BIT, &before)) return 0;
    if ((before & USERS_MASK) == 0) free_slot(slot, (uint32_t)handle);
    return 1;
}

int32_t handle_is_open(int64_t handle)
{
    struct slot *slot = find_slot((uint32_t)handle);
    if (slot == NULL) return 0;
    const uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire);
    return state >> 32 == (uint64_t)handle >> 32 && (state & CLOSED_BIT) == 0;
}

int64_t handle_count(void)
{
    pthread_mutex_lock(&lock);
    const int64_t n = n_objects;
    pthread_mutex_unlock(&lock);
    return n;
}

void handle_finish(void)
{
    for (uint32_t i = 0; i < n_slots; i++) {
        struct slot *slot = find_slot(i);
        if (slot->object != NULL) {
            handle_free_object((enum handle_kind)slot->kind, slot->object);
        }
    }
    for (uint32_t i = 0; i < MAX_CHUNKS; i++) {
        free(atomic_exchange(&chunks[i], NULL));
    }
    n_slots = 0;
    first_free = NO_SLOT;
    n_objects = 0;
}
