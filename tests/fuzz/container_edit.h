/* A container taken apart into its sections, changed, and put together again. The library's own
 * reader and writer do it, so the checksums always fit and the layout is not written down here a
 * second time. */
#ifndef MLCI_CONTAINER_EDIT_H
#define MLCI_CONTAINER_EDIT_H

#include "container.h"
#include "fuzz_host.h"

typedef struct edit_section {
    char *name;
    int32_t version, flags;
    uint8_t *raw;
    int64_t n;
} edit_section;

typedef struct edit_container {
    int32_t n;
    edit_section *sections;
} edit_container;

static inline uint8_t *edit_copy(const void *bytes, int64_t n, int64_t room)
{
    uint8_t *copy = malloc((size_t)(n + room) + 1);
    if (n > 0) memcpy(copy, bytes, (size_t)n);
    copy[n] = '\0';
    return copy;
}

/* 0 when the bytes are no container. */
static inline int edit_open(edit_container *e, const void *bytes, int64_t n_bytes)
{
    mlci_container_in in = {0};
    mlci_limits limits = mlci_default_limits;
    mlc_error err;
    limits.max_bytes = FUZZ_MEMORY / 8;
    if (mlci_container_open(NULL, bytes, n_bytes, &limits, &in, &err) != MLC_OK) return 0;
    e->n = in.n;
    e->sections = calloc((size_t)in.n + 2, sizeof *e->sections); /* room to add */
    for (int32_t i = 0; i < in.n; i++) {
        const mlci_in_section *from = &in.sections[i];
        edit_section *to = &e->sections[i];
        to->name = (char *)edit_copy(from->name, (int64_t)strlen(from->name), 0);
        to->version = from->version;
        to->flags = from->flags;
        to->raw = edit_copy(from->raw, from->n_raw, 0);
        to->n = from->n_raw;
    }
    mlci_container_close(&in);
    return 1;
}

static inline void edit_drop(edit_container *e, int32_t i)
{
    free(e->sections[i].name);
    free(e->sections[i].raw);
    memmove(e->sections + i, e->sections + i + 1, (size_t)(e->n - i - 1) * sizeof *e->sections);
    e->n--;
}

static inline void edit_close(edit_container *e)
{
    while (e->n > 0)
        edit_drop(e, e->n - 1);
    free(e->sections);
    e->sections = NULL;
}

static inline edit_section *edit_find(edit_container *e, const char *name)
{
    for (int32_t i = 0; i < e->n; i++)
        if (strcmp(e->sections[i].name, name) == 0) return &e->sections[i];
    return NULL;
}

/* Other bytes for a section. */
static inline void edit_replace(edit_section *s, const void *bytes, int64_t n)
{
    uint8_t *copy = edit_copy(bytes, n, 0);
    free(s->raw);
    s->raw = copy;
    s->n = n;
}

/* The file; malloc. compress: as the save setting of that name. */
static inline uint8_t *edit_write(const edit_container *e, int32_t compress, int64_t *n_out)
{
    mlci_container_out out = {.root = NULL};
    mlc_error err;
    for (int32_t i = 0; i < e->n; i++) {
        const edit_section *s = &e->sections[i];
        mlci_writer *w =
            mlci_container_add(&out, s->name, s->flags & ~(int32_t)MLCI_SECTION_DEFLATE);
        FUZZ_CHECK(w != NULL);
        out.sections[out.n - 1].version = s->version;
        mlci_write_bytes(w, s->raw, s->n);
    }
    char *block = NULL;
    FUZZ_CHECK(mlci_container_finish(&out, compress, &block, n_out, &err) == MLC_OK);
    mlci_container_clear(&out);
    uint8_t *bytes = edit_copy(block, *n_out, 0);
    mlci_free(block);
    return bytes;
}

#endif
