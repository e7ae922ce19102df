/* What a writer makes of rows, as bytes: into an open file without a name, so that nothing is
 * renamed or synced. */
#ifndef MLCI_FUZZ_WRITTEN_H
#define MLCI_FUZZ_WRITTEN_H

#include <mlcore/read.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz_main.h"

/* To be freed. settings name the format. */
static inline char *fuzz_written(mlc_context *ctx, const mlc_dataset *rows, const char *settings,
                                 size_t *n)
{
    static FILE *file;
    char path[64];
    mlc_error err;
    if (file == NULL) file = tmpfile();
    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(ftruncate(fileno(file), 0) == 0);
    snprintf(path, sizeof path, "/dev/fd/%d", fileno(file));
    const mlc_status status = mlc_dataset_write(ctx, rows, path, settings, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    const off_t size = lseek(fileno(file), 0, SEEK_END);
    FUZZ_CHECK(size >= 0);
    char *const bytes = malloc((size_t)size + 1);
    FUZZ_CHECK(bytes != NULL && pread(fileno(file), bytes, (size_t)size, 0) == size);
    *n = (size_t)size;
    return bytes;
}

#endif
