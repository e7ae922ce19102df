/* Kernels that find the structure of delimited text, 64 bytes at a time; one table an instruction
 * set. Bytes become bit masks of delimiters, quotes and line ends; a prefix XOR over the quotes
 * gives the bytes inside them (doubled quotes cancel out), after Langdale and Lemire, "Parsing
 * gigabytes of JSON per second", VLDB J. 28 (2019). Integers only: each kernel gives the same
 * result in every table. Nothing is allocated, nothing can fail, no byte beyond the text is read.
 */
#ifndef MLCI_SCAN_KERNELS_H
#define MLCI_SCAN_KERNELS_H

#include <stdint.h>

#define MLCI_SCAN_BLOCK 64 /* bytes at a time */

/* Text, and the bytes that are special in it. */
typedef struct mlci_scan_text {
    const char *bytes;
    int64_t n;
    char delimiter;
    char quote; /* NUL: none */
} mlci_scan_text;

/* How far the separators of a text were found. They are those outside quotes: delimiters and line
 * ends, of CRLF the LF. Starts as zeros, at the start of a record. */
typedef struct mlci_scan_state {
    int64_t at;        /* bytes looked at: whole blocks, or all */
    int64_t n;         /* separators found */
    int64_t n_lines;   /* line ends among them */
    uint64_t inside;   /* all ones: the next byte is inside quotes */
    uint64_t after;    /* bit 0: the byte before the next one is no separator (1) */
    uint64_t closed;   /* bit 0: the byte before the next one closed a quote */
    uint64_t odd;      /* not 0: a quote stands elsewhere than at the ends of a field */
    uint64_t quotes;   /* not 0: there are quotes */
    uint64_t not_text; /* not 0: there are bytes above 127 or NUL */
} mlci_scan_state;

/* What a piece of text holds if it starts outside quotes ([0]) and inside them ([1]). */
typedef struct mlci_scan_summary {
    int32_t odd;        /* an odd number of quotes */
    int64_t n_lines[2]; /* lines that end in it and are not empty */
    int64_t first[2];   /* where the line after the first line end starts; -1: no line end */
    int64_t last[2];    /* the same of the last line end */
    int64_t n_ends;     /* line ends, also those inside quotes; CRLF is one */
} mlci_scan_summary;

typedef struct mlci_scan_kernels {
    /* Goes on until all is looked at or `most` separators are found; out[i] is the place of
     * separator i plus 1. Room: 128 entries more than most. */
    void (*separators)(const mlci_scan_text *text, int64_t end, int64_t most,
                       mlci_scan_state *state, uint32_t *out);
    /* Of the bytes from `begin` to `end` of the text; the byte before begin counts. */
    void (*summarise)(const mlci_scan_text *text, int64_t begin, int64_t end,
                      mlci_scan_summary *out);
} mlci_scan_kernels;

/* The table of an instruction set, as mlci_kernels_of(). */
const mlci_scan_kernels *mlci_scan_kernels_of(int32_t isa);

#endif
