/* Small histograms; see sparkline.h. */
#include "sparkline.h"

#include <string.h>

#include "text.h"

#define N_LEVELS 8

char *sparkline(const double *counts, int64_t n, int has_unicode)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ink[] = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};
    double most = 0;
    char *text = memory_zeroed((size_t)n * 3 + 1, 1);
    for (int64_t i = 0; i < n; i++)
        most = counts[i] > most ? counts[i] : most;
    for (int64_t i = 0; i < n; i++) {
        const double height = most > 0 ? counts[i] / most * N_LEVELS : 0;
        const int level = height <= 0 ? 0 : height < 1 ? 1 : (int)(height + 0.5);
        strcat(text, has_unicode ? blocks[level] : ink[level]);
    }
    return text;
}
