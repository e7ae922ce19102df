/* Sine, cosine and arctangent with the same bits on every system, within 2.5 units in the
 * last place, and normal deviates by position. libm differs between systems. */
#ifndef MLCI_TRIGONOMETRY_H
#define MLCI_TRIGONOMETRY_H

#include <stdint.h>

#define MLCI_PI 3.14159265358979323846

/* |x| up to 1e5; NaN beyond. */
double mlci_sin(double x);
double mlci_cos(double x);
double mlci_atan(double x);
/* A normal deviate of mean 0 and variance 1 by position (base/random.h): Box and Muller (1958), one
 * Philox block each, so that no deviate depends on another. */
double mlci_random_normal(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index);

#endif
