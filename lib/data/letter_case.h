/* Lower and upper case of letters beyond ASCII, one letter for one letter (letter_case.py). */
#ifndef MLCI_LETTER_CASE_H
#define MLCI_LETTER_CASE_H

#include <stdint.h>

/* Code points first, first + step .. last, whose counterparts are delta away. */
typedef struct mlci_case_run {
    uint32_t first, last;
    int32_t step, delta;
} mlci_case_run;

extern const mlci_case_run mlci_lower_case[], mlci_upper_case[]; /* ascending */
extern const int32_t mlci_n_lower_case, mlci_n_upper_case;

/* The counterpart of a code point, or itself. */
static inline uint32_t mlci_change_case(const mlci_case_run *runs, int32_t n, uint32_t code)
{
    int32_t low = 0, high = n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (runs[middle].last < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == n || code < runs[low].first) return code;
    if ((code - runs[low].first) % (uint32_t)runs[low].step != 0) return code;
    return (uint32_t)((int32_t)code + runs[low].delta);
}

#endif
