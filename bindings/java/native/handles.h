/* Handles: what Java holds instead of pointers.
 *
 * A handle is the index of a slot in the low half and the slot's generation in the high half, so a
 * handle that was closed never names anything again. Whoever works with the object behind a handle
 * takes it first and gives it back after; closing a handle that is in use only marks it, and the
 * last one to give it back frees the object. All functions may be called from any thread.
 */
#ifndef MLCORE_JNI_HANDLES_H
#define MLCORE_JNI_HANDLES_H

#include <stdint.h>

/* What a handle stands for. */
enum handle_kind {
    HANDLE_CONTEXT = 1,
    HANDLE_DATASET,
    HANDLE_TRANSFORM,
    HANDLE_MODEL,
    HANDLE_PREDICTOR,
    HANDLE_METRIC,
    HANDLE_BUILDER,
    HANDLE_READER,
    HANDLE_PROFILE,
    HANDLE_KINDS
};

/* Frees an object that no handle owns. */
void handle_free_object(enum handle_kind kind, void *object);

/* A new handle for an object, which it owns from then on; 0 when memory or slots are out, and
 * then the object is still the caller's. */
int64_t handle_open(enum handle_kind kind, void *object);

/* The object, protected until handle_give_back(); NULL when closed, never opened or of another
 * kind. */
void *handle_take(int64_t handle, enum handle_kind kind);

/* Once for each successful handle_take(). */
void handle_give_back(int64_t handle);

/* 1 when this call closed the handle, 0 when it was not open. */
int32_t handle_close(int64_t handle);

/* 1 when open. */
int32_t handle_is_open(int64_t handle);

/* Number of objects that are not freed yet. */
int64_t handle_count(void);

/* Frees every object and the table itself: the library is being unloaded. */
void handle_finish(void);

#endif
