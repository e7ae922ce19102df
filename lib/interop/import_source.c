/* Bytes of a model to import. */
#include "import_source.h"

#include <string.h>

#include "context_impl.h"
#include "error.h"

mlci_import_source mlci_import_source_of(const char *bytes, int64_t n)
{
    return (mlci_import_source){.bytes = bytes, .n = n, .at_end = 1};
}

/* Room for so many bytes, of which those that are held stay. */
static mlc_status make_room(mlci_import_source *s, int64_t capacity, mlc_error *err)
{
    if (capacity <= s->capacity) return MLC_OK;
    char *const grown = mlci_realloc(s->root, s->block, capacity, 1);
    if (grown == NULL) return mlci_fail_memory(err, capacity, 1);
    s->block = grown;
    s->bytes = grown;
    s->capacity = capacity;
    return MLC_OK;
}

/* Appends up to `wanted` bytes; of a file whose size is known, hardly more room than it takes. */
static mlc_status append(mlci_import_source *s, int64_t wanted, mlc_error *err)
{
    const int64_t left = s->file.size - s->file.n_read + 1; /* one more tells the end */
    int64_t got = 0;
    if (s->file.size >= 0 && left > 0 && wanted > left) wanted = left;
    MLCI_TRY(make_room(s, s->n + wanted, err));
    const mlc_status status = mlci_file_reader_next(&s->file, s->block + s->n, wanted, &got, err);
    s->is_broken = status != MLC_OK;
    s->at_end = got < wanted;
    s->n += got;
    return status;
}

mlc_status mlci_import_source_more(mlci_import_source *source, int64_t n_done, mlc_error *err)
{
    mlci_import_source *const s = source;
    s->bytes += n_done;
    s->n -= n_done;
    if (s->at_end) return MLC_OK;
    if (n_done > 0) memmove(s->block, s->bytes, (size_t)s->n);
    s->bytes = s->block;
    return append(s, s->n > s->part_bytes ? s->n : s->part_bytes, err);
}

mlc_status mlci_import_source_all(mlci_import_source *source, mlc_error *err)
{
    mlci_import_source *const s = source;
    while (!s->at_end) {
        const int64_t more = s->n > s->part_bytes ? s->n : s->part_bytes;
        MLCI_TRY(append(s, s->file.size > more ? s->file.size : more, err));
    }
    return MLC_OK;
}

mlc_status mlci_import_source_open(mlci_root *root, const char *path, int64_t max_bytes,
                                   int64_t part_bytes, mlci_import_source *source, mlc_error *err)
{
    *source =
        (mlci_import_source){.root = root, .is_file = 1, .is_broken = 1, .part_bytes = part_bytes};
    MLCI_TRY(mlci_file_reader_open(root, path, max_bytes, &source->file, err));
    const mlc_status status = mlci_import_source_more(source, 0, err);
    if (status != MLC_OK) mlci_import_source_close(source);
    return status;
}

void mlci_import_source_close(mlci_import_source *source)
{
    if (source->is_file) mlci_file_reader_close(&source->file);
    mlci_free(source->block);
    *source = (mlci_import_source){.at_end = 1};
}
