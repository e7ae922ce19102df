/* The rows that each tree of a forest is grown on. */
#ifndef MLCI_FOREST_BAG_H
#define MLCI_FOREST_BAG_H

#include "cart_grow.h"

typedef struct mlci_bag_rules {
    int32_t is_drawn;    /* with replacement; else all rows */
    int64_t n_draws;     /* 0 without draws */
    int32_t is_balanced; /* each class has the same total weight in a bag */
    uint64_t seed;
} mlci_bag_rules;

/* Memory of one thread. */
typedef struct mlci_bag_memory {
    uint32_t *rows;
    uint32_t *count;       /* how often each row was drawn */
    mlci_cart_pair *pairs; /* of drawn bags */
    double *class_weight;  /* balanced bags */
} mlci_bag_memory;

/* What all bags share. */
typedef struct mlci_bags {
    const mlci_cart_rows *rows;
    const mlci_bag_rules *rules;
    int32_t sums;       /* MLCI_CART_ */
    int64_t *cumulated; /* draws by weight: weights up to each row; NULL: all the same */
} mlci_bags;

mlc_status mlci_bags_init(const mlci_cart_rows *rows, const mlci_bag_rules *rules, int32_t sums,
                          mlci_bags *bags, mlc_error *err);
void mlci_bags_clear(mlci_bags *bags);
mlc_status mlci_bag_memory_init(const mlci_bags *bags, mlci_bag_memory *memory, mlc_error *err);
void mlci_bag_memory_clear(mlci_bag_memory *memory);
/* The rows of a tree, which live in memory. in_bag NULL, or a bit a row, cleared. */
mlc_status mlci_bag_draw(mlc_context *call, const mlci_bags *bags, uint32_t tree,
                         mlci_bag_memory *memory, uint8_t *in_bag, mlci_cart_bag *bag,
                         mlc_error *err);

#endif
