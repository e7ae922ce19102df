/* Parameters that are a whole number or a share: "10" is ten, "0.5" half of them, "1.0" all. */
#ifndef MLCI_AMOUNT_H
#define MLCI_AMOUNT_H

#include <stdint.h>

typedef struct mlci_amount {
    int64_t count; /* 0 where it is a share */
    double share;  /* 0 where it is a count */
} mlci_amount;

/* 1 when the text is one: a count of at least 1, or a share above 0. */
int mlci_amount_parse(const char *text, mlci_amount *out);
/* How many that is of n: of a share at least 1. */
double mlci_amount_of(mlci_amount amount, double n);

#endif
