/* The scaled complementary error function, which tails of the normal distribution are made of. */
#ifndef MLCI_ERFCX_H
#define MLCI_ERFCX_H

/* exp(x^2) erfc(x) for x >= 0, to 4 units of the last place; NaN for NaN. */
double mlci_erfcx(double x);

#endif
