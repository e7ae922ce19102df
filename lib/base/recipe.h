/* The recipe grammar: what a composition looks like before anybody knows what its words mean.
 *
 *     recipe  = id [ "(" [ item { "," item } ] ")" ]
 *     item    = name "=" value | recipe | selector
 *     selector= column selectors, only as the first item of `on`: text up to the next comma at
 *               this level, or a quoted text; several are written on([a, b], ...)
 *
 * JSON: {"id": "...", "name": "...", "columns": "...", "params": {...}, "steps": [...]}; a bare
 * string is a component with defaults. Both forms read to the same tree and are written from
 * it. */
#ifndef MLCI_RECIPE_H
#define MLCI_RECIPE_H

#include "settings.h"
#include "text.h"

#define MLCI_RECIPE_MAX_DEPTH 32
#define MLCI_RECIPE_MAX_NODES 10000

typedef struct mlci_recipe {
    mlci_root *root;
    char *id;
    char *name;    /* of the step; NULL when not given */
    char *columns; /* selector text of `on`; else NULL */
    mlci_settings settings;
    struct mlci_recipe **steps;
    int32_t n_steps;
    int64_t line, column;
} mlci_recipe;

/* Text or JSON, told apart by the first character. */
mlc_status mlci_recipe_parse(mlci_root *root, const char *text, mlci_recipe **out,
                             mlc_error *err);
mlc_status mlci_recipe_create(mlci_root *root, const char *id, mlci_recipe **out,
                              mlc_error *err);
mlc_status mlci_recipe_add_step(mlci_recipe *recipe, mlci_recipe *step, mlc_error *err);
/* Same text for the same tree; json 0 or 1. Settings appear in their order. */
void mlci_recipe_format(const mlci_recipe *recipe, int32_t json, mlci_text *out);
void mlci_recipe_free(mlci_recipe *recipe);

/* A valid step name: letters, digits and single underscores, no dot, no double underscore. */
int mlci_step_name_valid(const char *name);

#endif
