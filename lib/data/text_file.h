/* Text as files have it: marks and lines. */
#ifndef MLCI_TEXT_FILE_H
#define MLCI_TEXT_FILE_H

#include <mlcore/status.h>

/* Skips a UTF-8 byte-order mark; refuses UTF-16. */
mlc_status mlci_text_skip_mark(const char *name, const char **bytes, int64_t *n, mlc_error *err);
/* The line of a byte, from 1. */
int64_t mlci_text_line(const char *bytes, int64_t at);

/* The start of the first line at or after `at`; n when there is none. */
int64_t mlci_text_line_start(const char *bytes, int64_t n, int64_t at);

#endif
