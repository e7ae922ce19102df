/* Bytes into files, plain or packed. What is packed is cut into pieces of a fixed size, each of
 * which becomes a member of the gzip file (RFC 1952, 2.2), several side by side. So the file is a
 * function of the bytes alone: not of how they came, nor of the number of threads. In memory are a
 * group of pieces and what they pack to. */
#include "byte_sink.h"

#include <string.h>

#include "error.h"
#include "file.h"
#include "gzip.h"

#define MEMBER_BYTES ((int64_t)1 << 20)
#define GROUP_MEMBERS 8 /* packed before they are written */
#define GROUP_BYTES (GROUP_MEMBERS * MEMBER_BYTES)
#define FIRST_BYTES 65536

typedef struct member {
    char *bytes; /* a block */
    int64_t n;
} member;

struct mlci_byte_sink {
    mlc_context *call;
    int32_t is_packed;
    int64_t n_members; /* written so far */
    char *waiting;     /* a block: what is to be packed, at most a group */
    int64_t n_waiting, capacity;
    member packed[GROUP_MEMBERS];
    mlci_new_file file;
};

static int ends_in_gz(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

mlc_status mlci_byte_sink_open(mlc_context *call, const char *path, mlci_byte_sink **out,
                               mlc_error *err)
{
    mlci_byte_sink *const sink = mlci_alloc(call->root, 1, (int64_t)sizeof *sink);
    if (sink == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *sink);
    sink->call = call;
    sink->is_packed = ends_in_gz(path);
    const mlc_status status = mlci_new_file_open(call->root, path, &sink->file, err);
    if (status != MLC_OK) {
        mlci_free(sink);
        return status;
    }
    *out = sink;
    return MLC_OK;
}

int mlci_byte_sink_is_packed(const mlci_byte_sink *sink)
{
    return sink->is_packed;
}

void mlci_byte_sink_close(mlci_byte_sink *sink)
{
    if (sink == NULL) return;
    mlci_new_file_close(&sink->file);
    for (int k = 0; k < GROUP_MEMBERS; k++)
        mlci_free(sink->packed[k].bytes);
    mlci_free(sink->waiting);
    mlci_free(sink);
}

static mlc_status pack_member(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    mlci_byte_sink *const sink = arg;
    const int64_t first = block * MEMBER_BYTES, left = sink->n_waiting - first;
    const char *const bytes = sink->waiting == NULL ? "" : sink->waiting + first;
    member *const out = &sink->packed[block];
    (void)slot;
    return mlci_gzip(sink->call->root, bytes, left < MEMBER_BYTES ? left : MEMBER_BYTES,
                     &out->bytes, &out->n, err);
}

/* Nothing at all is a member as well. */
static mlc_status write_waiting(mlci_byte_sink *sink, mlc_error *err)
{
    const int64_t n = sink->n_waiting, n_members = n == 0 ? 1 : (n - 1) / MEMBER_BYTES + 1;
    MLCI_TRY(mlci_parallel_for(sink->call, n_members, pack_member, sink, err));
    for (int64_t k = 0; k < n_members; k++) {
        member *const packed = &sink->packed[k];
        MLCI_TRY(mlci_new_file_append(&sink->file, packed->bytes, packed->n, err));
        mlci_free(packed->bytes);
        packed->bytes = NULL;
    }
    sink->n_members += n_members;
    sink->n_waiting = 0;
    return MLC_OK;
}

/* Room for n more bytes, of the group at most. */
static mlc_status make_room(mlci_byte_sink *sink, int64_t n, mlc_error *err)
{
    const int64_t needed = sink->n_waiting + n;
    int64_t capacity = sink->capacity == 0 ? FIRST_BYTES : sink->capacity;
    if (needed <= sink->capacity) return MLC_OK;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > GROUP_BYTES) capacity = GROUP_BYTES;
    char *const grown = mlci_realloc(sink->call->root, sink->waiting, capacity, 1);
    if (grown == NULL) return mlci_fail_memory(err, capacity, 1);
    sink->waiting = grown;
    sink->capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_byte_sink_put(mlci_byte_sink *sink, const char *bytes, int64_t n, mlc_error *err)
{
    if (!sink->is_packed) return mlci_new_file_append(&sink->file, bytes, n, err);
    while (n > 0) {
        const int64_t room = GROUP_BYTES - sink->n_waiting, taken = n < room ? n : room;
        MLCI_TRY(make_room(sink, taken, err));
        memcpy(sink->waiting + sink->n_waiting, bytes, (size_t)taken);
        sink->n_waiting += taken;
        bytes += taken;
        n -= taken;
        if (taken == room) MLCI_TRY(write_waiting(sink, err));
    }
    return MLC_OK;
}

mlc_status mlci_byte_sink_finish(mlci_byte_sink *sink, mlc_error *err)
{
    if (sink->is_packed && (sink->n_waiting > 0 || sink->n_members == 0)) {
        MLCI_TRY(write_waiting(sink, err));
    }
    return mlci_new_file_finish(&sink->file, 1, err);
}
