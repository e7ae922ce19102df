/* The recipe grammar: what a composition looks like before anybody knows what its words mean.
 *
 *     recipe  = id [ "(" [ item { "," item } ] ")" ]
 *     item    = name "=" value | recipe | selector
 *     selector= column selectors, as the first item of `on` that is no setting: text up to the
 *               next comma at this level, or a quoted text; several are written on([a, b], ...)
 *
 * Names, ids and values are those of scan.h. White space is free between them.
 *
 * JSON: {"id": "...", "name": "...", "columns": "...", "params": {...}, "steps": [...]}; a bare
 * string is a component with defaults, columns may be an array of selectors. Both forms read to
 * the same tree and are written from it. */
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
    char *columns; /* selectors of `on`, joined by commas; else NULL. Quoted names stand in single
                      quotes, with \\ and \', unless they are plain words */
    mlci_settings settings;
    struct mlci_recipe **steps;
    int32_t n_steps, capacity;
    int64_t line, column; /* of the id in the text; 0 in JSON and when made by program */
} mlci_recipe;

/* Text or JSON, told apart by the first character. */
mlc_status mlci_recipe_parse(mlci_root *root, const char *text, mlci_recipe **out, mlc_error *err);
mlc_status mlci_recipe_create(mlci_root *root, const char *id, mlci_recipe **out, mlc_error *err);
/* Takes the step over, on success only. */
mlc_status mlci_recipe_add_step(mlci_recipe *recipe, mlci_recipe *step, mlc_error *err);
/* Sets the name of the step, which must be valid, or takes it away (NULL). */
mlc_status mlci_recipe_set_name(mlci_recipe *recipe, const char *name, mlc_error *err);
/* Sets the columns from selectors as a user writes them ("age, 'odd, name', type:number"). */
mlc_status mlci_recipe_set_columns(mlci_recipe *recipe, const char *selectors, mlc_error *err);
/* Same text for the same tree; json 0 or 1. Settings appear in their order. */
void mlci_recipe_format(const mlci_recipe *recipe, int32_t json, mlci_text *out);
void mlci_recipe_free(mlci_recipe *recipe);

/* A valid step name: letters, digits and single underscores, no dot, no double underscore. */
int mlci_step_name_valid(const char *name);

#endif
