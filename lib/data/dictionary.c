/* Dictionaries: the distinct texts of categories, in ascending order of bytes.
 *
 * One block of bytes with offsets, and an open-addressing hash at most half full. The hash is
 * fixed and public, so texts that collide can be made up on purpose: a text that finds
 * MAX_PROBES slots taken is left out of the table and found by bisection instead, which bounds
 * every look-up by O(length * log n) whatever the texts are. Look-ups allocate nothing. */
#include "column.h"

#include <string.h>

#include "checked.h"
#include "context_impl.h"
#include "section.h"
#include "text.h"
#include "text_hash.h"

#define MAX_PROBES 32
#define AHEAD 8 /* texts whose memory is asked for before they are read */

static int64_t text_length(const mlci_dictionary *d, int32_t i)
{
    return d->offsets[i + 1] - d->offsets[i] - 1;
}

static int text_is(const mlci_dictionary *d, int32_t i, const char *text, int64_t length)
{
    return text_length(d, i) == length && mlci_text_is_same(d->bytes + d->offsets[i], text, length);
}

static mlc_status build_slots(mlci_dictionary *d, mlc_error *err)
{
    d->n_slots = 8;
    while (d->n_slots < (int64_t)d->n * 2)
        d->n_slots *= 2;
    d->slots = mlci_alloc_raw(d->root, d->n_slots, sizeof *d->slots);
    if (d->slots == NULL) return mlci_fail_memory(err, d->n_slots, sizeof *d->slots);
    for (int64_t i = 0; i < d->n_slots; i++)
        d->slots[i] = -1;
    const uint64_t mask = (uint64_t)d->n_slots - 1;
    for (int32_t i = 0; i < d->n; i++) {
        uint64_t slot = mlci_text_hash(d->bytes + d->offsets[i], text_length(d, i)) & mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            if (d->slots[slot] < 0) {
                d->slots[slot] = i;
                break;
            }
            slot = (slot + 1) & mask;
        }
    }
    return MLC_OK;
}

/* A dictionary without texts yet; its blocks are the caller's to fill. */
static mlc_status create_empty(mlci_root *root, int32_t n, mlci_dictionary **out, mlc_error *err)
{
    mlci_dictionary *const d = mlci_alloc(root, 1, sizeof *d);
    if (d == NULL) return mlci_fail_memory(err, 1, sizeof *d);
    d->root = mlci_root_ref(root);
    d->n_references = 1;
    d->n = n;
    *out = d;
    return MLC_OK;
}

/* Checks one text and that it comes after the one before it. */
static mlc_status check_text(const char *text, int64_t length, const mlci_text_key *before,
                             mlc_error *err)
{
    if (length < 0 || !mlci_utf8_valid(text, length, NULL) ||
        (length > 0 && memchr(text, 0, (size_t)length) != NULL)) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "a category's text is not valid UTF-8 without NUL: "
                         "convert the text to UTF-8 first");
    }
    if (before->text != NULL &&
        mlci_text_compare(before->text, before->length, text, length) >= 0) {
        return mlci_fail(err, MLC_ERROR_INTERNAL, NULL,
                         "texts of a dictionary are not in ascending order");
    }
    return MLC_OK;
}

/* UTF-8 without a NUL, ascending. */
static mlc_status check_texts(int32_t n, const char *const *texts, const int64_t *lengths,
                              mlc_error *err)
{
    mlci_text_key before = {0};
    for (int32_t i = 0; i < n; i++) {
        const int64_t length = lengths != NULL ? lengths[i] : (int64_t)strlen(texts[i]);
        if (i + AHEAD < n) __builtin_prefetch(texts[i + AHEAD]);
        MLCI_TRY(check_text(texts[i], length, &before, err));
        before = (mlci_text_key){.text = texts[i], .length = length};
    }
    return MLC_OK;
}

mlc_status mlci_dictionary_create(mlci_root *root, int32_t n, const char *const *texts,
                                  const int64_t *lengths, mlci_dictionary **out, mlc_error *err)
{
    MLCI_TRY(check_texts(n, texts, lengths, err));
    return mlci_dictionary_create_checked(root, n, texts, lengths, out, err);
}

mlc_status mlci_dictionary_create_checked(mlci_root *root, int32_t n, const char *const *texts,
                                          const int64_t *lengths, mlci_dictionary **out,
                                          mlc_error *err)
{
    mlci_dictionary *d = NULL;
    MLCI_TRY(create_empty(root, n, &d, err));
    mlc_status status = MLC_OK;
    d->offsets = mlci_alloc(root, (int64_t)n + 1, sizeof *d->offsets);
    if (d->offsets == NULL) {
        status = mlci_fail_memory(err, (int64_t)n + 1, sizeof *d->offsets);
        goto done;
    }
    for (int32_t i = 0; i < n; i++) {
        const int64_t length = lengths != NULL ? lengths[i] : (int64_t)strlen(texts[i]);
        d->offsets[i + 1] = d->offsets[i] + length + 1;
    }
    d->bytes = mlci_alloc(root, d->offsets[n] + 1, 1);
    if (d->bytes == NULL) {
        status = mlci_fail_memory(err, d->offsets[n] + 1, 1);
        goto done;
    }
    for (int32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(texts[i + AHEAD]);
        if (text_length(d, i) == 0) continue;
        memcpy(d->bytes + d->offsets[i], texts[i], (size_t)text_length(d, i));
    }
    status = build_slots(d, err);
done:
    if (status != MLC_OK) {
        mlci_dictionary_unref(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

mlci_dictionary *mlci_dictionary_ref(const mlci_dictionary *dictionary)
{
    mlci_dictionary *const d = (mlci_dictionary *)dictionary;
    if (d != NULL) __atomic_fetch_add(&d->n_references, 1, __ATOMIC_RELAXED);
    return d;
}

void mlci_dictionary_unref(mlci_dictionary *dictionary)
{
    mlci_dictionary *const d = dictionary;
    if (d == NULL || __atomic_fetch_sub(&d->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = d->root;
    mlci_free(d->offsets);
    mlci_free(d->bytes);
    mlci_free(d->slots);
    mlci_free(d);
    mlci_root_unref(root);
}

/* Bisection, for texts that the table had no room for. */
static int32_t find_sorted(const mlci_dictionary *d, const char *text, int64_t length)
{
    int32_t low = 0, high = d->n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        const int order =
            mlci_text_compare(d->bytes + d->offsets[middle], text_length(d, middle), text, length);
        if (order == 0) return middle;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

int32_t mlci_dictionary_find(const mlci_dictionary *dictionary, const char *text, int64_t length)
{
    const mlci_dictionary *const d = dictionary;
    if (d == NULL || text == NULL || length < 0) return -1;
    const uint64_t mask = (uint64_t)d->n_slots - 1;
    uint64_t slot = mlci_text_hash(text, length) & mask;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
        const int32_t i = d->slots[slot];
        if (i < 0) return -1;
        if (text_is(d, i, text, length)) return i;
        slot = (slot + 1) & mask;
    }
    return find_sorted(d, text, length);
}

const char *mlci_dictionary_text(const mlci_dictionary *dictionary, int32_t i, int64_t *length)
{
    if (dictionary == NULL || i < 0 || i >= dictionary->n) {
        if (length != NULL) *length = 0;
        return NULL;
    }
    if (length != NULL) *length = text_length(dictionary, i);
    return dictionary->bytes + dictionary->offsets[i];
}

void mlci_dictionary_save(const mlci_dictionary *dictionary, struct mlci_writer *w)
{
    const mlci_dictionary *const d = dictionary;
    mlci_write_int64s(w, d->offsets, (int64_t)d->n + 1);
    mlci_write_uint8s(w, (const uint8_t *)d->bytes, d->offsets[d->n]);
}

/* What was read is a dictionary: offsets that ascend within the bytes, a NUL behind each text,
 * texts in order. */
static int content_is_valid(const mlci_dictionary *d, int64_t n_bytes)
{
    if (d->offsets[0] != 0) return 0;
    for (int32_t i = 0; i < d->n; i++) {
        if (d->offsets[i + 1] <= d->offsets[i] || d->offsets[i + 1] > n_bytes) return 0;
    }
    if (d->offsets[d->n] != n_bytes) return 0;
    mlci_text_key before = {0};
    for (int32_t i = 0; i < d->n; i++) {
        const char *const text = d->bytes + d->offsets[i];
        const int64_t length = text_length(d, i);
        if (text[length] != 0 || check_text(text, length, &before, NULL) != MLC_OK) return 0;
        before = (mlci_text_key){.text = text, .length = length};
    }
    return 1;
}

mlci_dictionary *mlci_dictionary_load(struct mlci_reader *r)
{
    int64_t n_offsets = 0, n_bytes = 0;
    int64_t *offsets = mlci_read_int64s(r, -1, &n_offsets);
    uint8_t *bytes = mlci_read_uint8s(r, -1, &n_bytes);
    mlci_dictionary *d = NULL;
    if (r->status != MLC_OK) goto failed;
    if (n_offsets < 1 || n_offsets - 1 > INT32_MAX / 2) {
        mlci_reader_refuse(r, "the number of categories is out of range");
        goto failed;
    }
    r->status = create_empty(r->root, (int32_t)(n_offsets - 1), &d, &r->error);
    if (r->status != MLC_OK) goto failed;
    d->offsets = offsets;
    d->bytes = (char *)bytes;
    offsets = NULL;
    bytes = NULL;
    if (!content_is_valid(d, n_bytes)) {
        mlci_reader_refuse(r, "categories are not ascending UTF-8 texts");
        goto failed;
    }
    r->status = build_slots(d, &r->error);
    if (r->status != MLC_OK) goto failed;
    return d;
failed:
    mlci_free(offsets);
    mlci_free(bytes);
    mlci_dictionary_unref(d);
    return NULL;
}
