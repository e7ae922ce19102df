/* Compositions: components made of components. They live here because they may see transforms,
 * models and metrics alike; they are found through the registry like any other. */
#ifndef MLCI_COMPOSITION_H
#define MLCI_COMPOSITION_H

#include "descriptor.h"

typedef struct mlci_composition {
    mlci_descriptor base;
} mlci_composition;

#endif
