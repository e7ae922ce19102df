/* Which texts a column holds how often, in bounded memory, as a function of the multiset alone.
 *
 * While no more than `limit` texts differ, all of them are kept with their counts. Beyond that,
 * those are kept whose hash begins with `level` zero bits, where level is the smallest number with
 * which no more than limit are left. A part of the rows has no more such texts than the whole, so
 * its level is at most that of the whole, and merging parts gives, byte for byte, the counts of the
 * whole (adaptive sampling: Wegman; Flajolet, "On adaptive sampling", 1990). Counts of kept texts
 * are always exact, and 2^level times their number estimates how many texts differ, with a relative
 * error of about 1.2 / sqrt(limit). Which texts are frequent a sample does not tell. */
#ifndef MLCI_TEXT_COUNTS_H
#define MLCI_TEXT_COUNTS_H

#include "context_impl.h"
#include "error.h"

#define MLCI_TEXT_LEVELS 63

typedef struct mlci_text_counts {
    mlci_root *root;
    int64_t limit; /* most texts, at least 1 */
    int32_t level;
    int64_t n;                               /* texts */
    int64_t *offsets;                        /* n + 1, into bytes */
    char *bytes;                             /* the texts in ascending order */
    int64_t *counts;                         /* at least 1 each */
    int64_t n_rows, n_empty;                 /* texts in all, and those without a character */
    int64_t n_characters, shortest, longest; /* in code points; 0 without rows */
} mlci_text_counts;

typedef struct mlci_text_slot {
    uint64_t hash;
    int64_t offset, length, n; /* n 0: free */
} mlci_text_slot;

typedef struct mlci_text_counter {
    mlci_text_counts counts; /* n: slots that are taken; bytes: texts in the order they came */
    mlci_text_slot *slots;
    int64_t n_slots, n_bytes, capacity;
} mlci_text_counter;

mlc_status mlci_text_counter_open(mlci_text_counter *counter, mlci_root *root, int64_t limit,
                                  mlc_error *err);
/* n times a text of valid UTF-8; n at least 1. */
mlc_status mlci_text_counter_add(mlci_text_counter *counter, const char *text, int64_t length,
                                 int64_t n, mlc_error *err);
/* The counts of what was added. The counter is closed, also on failure. */
mlc_status mlci_text_counter_finish(mlci_text_counter *counter, mlci_text_counts *out,
                                    mlc_error *err);
void mlci_text_counter_close(mlci_text_counter *counter);

/* Those of both; the limit is the smaller one. out: any bytes. */
mlc_status mlci_text_counts_merge(mlci_root *root, const mlci_text_counts *a,
                                  const mlci_text_counts *b, mlci_text_counts *out, mlc_error *err);
/* Those that a smaller limit would have given. */
void mlci_text_counts_limit(mlci_text_counts *counts, int64_t limit);
void mlci_text_counts_clear(mlci_text_counts *counts);

const char *mlci_text_counts_text(const mlci_text_counts *counts, int64_t i, int64_t *length);
/* Index of a text, or -1. */
int64_t mlci_text_counts_find(const mlci_text_counts *counts, const char *text, int64_t length);
/* Would a text be kept at that level? */
int mlci_text_is_kept(const char *text, int64_t length, int32_t level);
/* How many texts differ: exactly at level 0. */
int64_t mlci_text_counts_distinct(const mlci_text_counts *counts);

#endif
