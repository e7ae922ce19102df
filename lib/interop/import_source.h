/* Where a model is imported from: bytes in memory, or a file of which as much is held as its format
 * looks at together. */
#ifndef MLCI_IMPORT_SOURCE_H
#define MLCI_IMPORT_SOURCE_H

#include "file.h"

typedef struct mlci_import_source {
    mlci_root *root;
    mlci_file_reader file;
    int32_t is_file;
    int32_t is_broken; /* reading failed: not what was read is at fault */
    int32_t at_end;    /* nothing comes after what is held */
    const char *bytes; /* what is held */
    int64_t n;
    char *block; /* with them, of a file */
    int64_t capacity;
    int64_t part_bytes; /* that are read at a time, or as many as are held where those are more */
} mlci_import_source;

#define MLCI_IMPORT_PART_BYTES ((int64_t)4 << 20)

/* Opens a file and holds its first bytes. The path must outlive the source. */
mlc_status mlci_import_source_open(mlci_root *root, const char *path, int64_t max_bytes,
                                   int64_t part_bytes, mlci_import_source *source, mlc_error *err);
/* All of a memory, which must outlive the source; nothing to close. */
mlci_import_source mlci_import_source_of(const char *bytes, int64_t n);
/* Gives the first n_done bytes up and holds some more, which a file of text that is read so to its
 * end looks at while they are in a cache. What is held moves. */
mlc_status mlci_import_source_more(mlci_import_source *source, int64_t n_done, mlc_error *err);
/* Holds all that comes besides. What is held moves. */
mlc_status mlci_import_source_all(mlci_import_source *source, mlc_error *err);
void mlci_import_source_close(mlci_import_source *source);

#endif
