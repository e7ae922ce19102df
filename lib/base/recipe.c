/* The recipe tree: making, changing, freeing. */
#include "recipe.h"

#include <string.h>

#include "scan.h"

int mlci_step_name_valid(const char *name)
{
    const int64_t length = (int64_t)strlen(name);
    return mlci_name_valid(name, length) && strchr(name, '.') == NULL &&
           strstr(name, "__") == NULL && name[0] != '_' && name[length - 1] != '_';
}

mlc_status mlci_recipe_create(mlci_root *root, const char *id, mlci_recipe **out, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(id);
    if (!mlci_name_valid(id, length)) {
        return mlci_fail(err, MLC_ERROR_SYNTAX, NULL, "'%s' is not the name of a component", id);
    }
    mlci_recipe *const recipe = mlci_alloc(root, 1, sizeof *recipe);
    if (recipe == NULL) return mlci_fail_memory(err, 1, sizeof *recipe);
    *recipe = (mlci_recipe){.root = root, .settings = {.root = root}};
    recipe->id = mlci_copy_text(root, id, length);
    if (recipe->id == NULL) {
        mlci_free(recipe);
        return mlci_fail_memory(err, length + 1, 1);
    }
    *out = recipe;
    return MLC_OK;
}

mlc_status mlci_recipe_add_step(mlci_recipe *recipe, mlci_recipe *step, mlc_error *err)
{
    if (recipe->n_steps >= MLCI_RECIPE_MAX_NODES) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a recipe has at most %d steps",
                         MLCI_RECIPE_MAX_NODES);
    }
    if (recipe->n_steps == recipe->capacity) {
        const int32_t capacity = recipe->capacity == 0 ? 4 : 2 * recipe->capacity;
        mlci_recipe **const steps =
            mlci_realloc(recipe->root, recipe->steps, capacity, sizeof *steps);
        if (steps == NULL) return mlci_fail_memory(err, capacity, sizeof *steps);
        recipe->steps = steps;
        recipe->capacity = capacity;
    }
    recipe->steps[recipe->n_steps++] = step;
    return MLC_OK;
}

mlc_status mlci_recipe_set_name(mlci_recipe *recipe, const char *name, mlc_error *err)
{
    char *copy = NULL;
    if (name != NULL) {
        if (!mlci_step_name_valid(name)) {
            return mlci_fail(err, MLC_ERROR_SYNTAX, "name",
                             "name = '%s': a step's name is letters, digits and single "
                             "underscores, and starts with a letter",
                             name);
        }
        copy = mlci_copy_text(recipe->root, name, (int64_t)strlen(name));
        if (copy == NULL) return mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1);
    }
    mlci_free(recipe->name);
    recipe->name = copy;
    return MLC_OK;
}

void mlci_recipe_free(mlci_recipe *recipe)
{
    if (recipe == NULL) return;
    for (int32_t i = 0; i < recipe->n_steps; i++)
        mlci_recipe_free(recipe->steps[i]);
    mlci_free(recipe->steps);
    mlci_settings_clear(&recipe->settings);
    mlci_free(recipe->columns);
    mlci_free(recipe->name);
    mlci_free(recipe->id);
    mlci_free(recipe);
}
