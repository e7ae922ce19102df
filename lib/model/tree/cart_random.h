/* Splits at random thresholds, as extremely randomised trees have them. */
#ifndef MLCI_CART_RANDOM_H
#define MLCI_CART_RANDOM_H

#include "cart_draws.h"
#include "cart_search.h"

/* As mlci_cart_search_number() and _category(), for one split that is drawn. */
int mlci_cart_draw_number(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                          int32_t feature, mlci_cart_draws *draws, mlci_cart_split *best);
int mlci_cart_draw_category(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                            int32_t feature, mlci_cart_draws *draws, mlci_cart_split *best);

#endif
