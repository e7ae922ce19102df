/* Small histograms in text. */
#ifndef CLI_SPARKLINE_H
#define CLI_SPARKLINE_H

#include <stdint.h>

/* A new text of one character a count, as high as the count is to the largest: blocks of Unicode,
 * or characters of ASCII that hold more ink. What is not 0 is never blank. */
char *sparkline(const double *counts, int64_t n, int has_unicode);

#endif
