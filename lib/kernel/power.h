/* x to the power of y. */
#ifndef MLCI_POWER_H
#define MLCI_POWER_H

/* Within 1.5 units of the last place, 3 for results beyond 2^1000 or below 2^-1000; exact where the
 * result is a double and y an integer of 0 to 64. Special cases as in C: x ** 0 and 1 ** y are 1
 * even for NaN, a negative number to the power of no integer is NaN. */
double mlci_power(double x, double y);

#endif
