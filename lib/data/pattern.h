/* Patterns of texts: a subset of regular expressions that is matched in linear time.
 *
 * The whole text must match. Characters are Unicode code points.
 *
 *     a  \.  \n \t \r \\ \xHH    a character; any of . [ ] ( ) { } | * + ? ^ $ \ needs a backslash
 *     .                          any character
 *     [a-z_]  [^0-9]             any of these, any but these; \d and its kin may stand inside
 *     \d \w \s  \D \W \S         ASCII digit, letter or digit or _, white space; and all others
 *     xy  x|y  (x)               one after the other, either, group
 *     x* x+ x? x{3} x{2,} x{2,5} repeated
 *     ^ at the start, $ at the end: allowed, and mean nothing more
 *
 * Back references, look-around, lazy repetition, flags and named classes are errors. */
#ifndef MLCI_PATTERN_H
#define MLCI_PATTERN_H

#include "error.h"
#include "memory.h"

typedef struct mlci_pattern mlci_pattern;

/* MLC_ERROR_SYNTAX with the column of the character at fault; MLC_ERROR_LIMIT beyond 20,000 steps.
 */
mlc_status mlci_pattern_create(mlci_root *root, const char *text, mlci_pattern **out,
                               mlc_error *err);
/* Uses memory of the pattern: one thread at a time. The text is valid UTF-8. */
int mlci_pattern_matches(mlci_pattern *pattern, const char *text, int64_t length);
void mlci_pattern_free(mlci_pattern *pattern);

#endif
