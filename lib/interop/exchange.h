/* Documents of our own that carry fitted pipelines of other libraries (docs/exchange.md).
 *
 * A document becomes a recipe and, for each step that has learned something, the bytes that an
 * artifact would hold of it. The components' own load functions read those, so what they check in
 * files from anywhere is checked here too. */
#ifndef MLCI_EXCHANGE_H
#define MLCI_EXCHANGE_H

#include "foreign_model.h"
#include "json_fields.h"

#define MLCI_EXCHANGE_FIRST "mlcore_exchange" /* the first name of a document */

/* A document as a fitted model, compared with its rows. */
mlc_status mlci_exchange_make(mlci_foreign *model, const char *bytes, int64_t n,
                              mlci_foreign_made *made, mlc_error *err);

/* What a step of the tree knows: `on` its columns, a leaf its state. */
typedef struct mlci_exchange_node {
    int32_t is_leaf;
    int32_t n_inputs;
    mlci_input *inputs;
    int32_t n_targets; /* of a regressor */
    mlci_writer state;
} mlci_exchange_node;

typedef struct mlci_exchange {
    mlci_foreign *foreign; /* for messages, limits and trees */
    mlci_json_file file;
    mlci_features *inputs;   /* raw */
    mlci_features *features; /* of the model */
    mlci_recipe *recipe;     /* of the whole */
    int32_t n_nodes, node_capacity;
    mlci_exchange_node *nodes; /* in the order of the tree, parents first */
    mlci_foreign_made made;
} mlci_exchange;

/* The next node. Its place may move when another is added. */
mlc_status mlci_exchange_add_node(mlci_exchange *x, int32_t is_leaf, mlci_exchange_node **out,
                                  mlc_error *err);
/* A recipe of one step, from settings text. */
mlc_status mlci_exchange_recipe(const mlci_exchange *x, const char *id, const mlci_text *settings,
                                mlci_recipe **out, mlc_error *err);
/* Appends ", name=word" when the value is there: a text of small letters and the like. */
mlc_status mlci_exchange_word(const mlci_exchange *x, mlci_json_span value, const char *name,
                              mlci_text *settings, mlc_error *err);
/* The same for a number; one that is not finite is left out. */
mlc_status mlci_exchange_number(const mlci_exchange *x, mlci_json_span value, const char *name,
                                mlci_text *settings, mlc_error *err);
mlc_status mlci_exchange_switch(const mlci_exchange *x, mlci_json_span value, const char *name,
                                mlci_text *settings, mlc_error *err);

/* Columns as features. With trees, what splits need of their categories goes into x->foreign. */
mlc_status mlci_exchange_features(mlci_exchange *x, mlci_json_span list, const char *what,
                                  int32_t for_trees, mlci_features **out, mlc_error *err);
/* Columns as inputs of a step. */
mlc_status mlci_exchange_inputs(const mlci_exchange *x, mlci_json_span list,
                                mlci_exchange_node *node, mlc_error *err);
/* Ascending texts as a dictionary. */
mlc_status mlci_exchange_dictionary(const mlci_exchange *x, mlci_json_span list, const char *what,
                                    mlci_dictionary **out, mlc_error *err);
/* Labels into x->foreign->classes; none without them. */
mlc_status mlci_exchange_classes(mlci_exchange *x, mlci_json_span list, mlc_error *err);
/* Rows of the raw inputs as columns. */
mlc_status mlci_exchange_rows(const mlci_exchange *x, mlci_json_span columns, int64_t n_rows,
                              mlc_dataset **out, mlc_error *err);

/* Transforms under a recipe. */
mlc_status mlci_exchange_steps(mlci_exchange *x, mlci_json_span list, mlci_recipe *parent,
                               mlc_error *err);
/* Support vectors: their state, without features and classes; and settings (exchange_vectors.c). */
mlc_status mlci_exchange_vectors(const mlci_exchange *x, mlci_json_span model, mlci_writer *w,
                                 mlc_error *err);
mlc_status mlci_exchange_vector_settings(const mlci_exchange *x, mlci_json_span model,
                                         mlci_text *settings, mlc_error *err);
/* The model at the end. */
mlc_status mlci_exchange_model(mlci_exchange *x, mlci_json_span model, mlci_recipe **out,
                               mlc_error *err);

#endif
