/* Recipes, as text and as JSON: what parses writes itself in both forms, and each reads back to the
 * same. The first byte chooses: the grammar alone, a model, a transform, or changes of a model. */
#include "component.h"
#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"
#include "recipe.h"

/* A step is four bytes at least ("a,b)"), and a node with its parameters. */
#define PER_BYTE INT64_C(1100)

static void same_text(const void *a, const void *b)
{
    if (strcmp(a, b) != 0) fprintf(stderr, "%s\n%s\n", (const char *)a, (const char *)b);
    FUZZ_CHECK(strcmp(a, b) == 0);
}

/* ---- the grammar --------------------------------------------------------------------------- */

static void grammar_reads_back(mlci_root *root, const mlci_recipe *recipe, int32_t json)
{
    mlci_text first = mlci_text_init(root), second = mlci_text_init(root);
    mlci_recipe *again = NULL;
    mlc_error err;
    mlci_recipe_format(recipe, json, &first);
    const mlc_status status = mlci_recipe_parse(root, first.data, &again, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n%s\n", first.data, err.message);
    FUZZ_CHECK(status == MLC_OK);
    mlci_recipe_format(again, json, &second);
    same_text(first.data, second.data);
    if (!json) { /* then its JSON is the same as well; JSON itself puts 007 in quotes */
        mlci_text_clear(&first);
        mlci_text_clear(&second);
        mlci_recipe_format(recipe, 1, &first);
        mlci_recipe_format(again, 1, &second);
        same_text(first.data, second.data);
    }
    mlci_text_clear(&first);
    mlci_text_clear(&second);
    mlci_recipe_free(again);
}

static void try_grammar(mlc_context *ctx, const char *text)
{
    mlci_root *root = mlci_context_root(ctx);
    mlci_recipe *recipe = NULL;
    mlc_error err;
    const mlc_status status = mlci_recipe_parse(root, text, &recipe, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    grammar_reads_back(root, recipe, 0);
    grammar_reads_back(root, recipe, 1);
    mlci_recipe_free(recipe);
}

/* ---- components ---------------------------------------------------------------------------- */

static void model_reads_back(mlc_context *ctx, const mlc_model *model, const char *settings)
{
    mlc_buffer *first = NULL, *second = NULL;
    mlc_model *again = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_model_format(model, settings, &first, &err) == MLC_OK);
    const mlc_status status = mlc_model_parse(ctx, mlc_buffer_data(first), &again, &err);
    if (status != MLC_OK)
        fprintf(stderr, "%s\n%s\n", (const char *)mlc_buffer_data(first), err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_model_format(again, settings, &second, &err) == MLC_OK);
    same_text(mlc_buffer_data(first), mlc_buffer_data(second));
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    mlc_model_free(again);
}

static void try_model(mlc_context *ctx, const char *text)
{
    mlc_model *model = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_parse(ctx, text, &model, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    model_reads_back(ctx, model, NULL);
    model_reads_back(ctx, model, "defaults=true");
    model_reads_back(ctx, model, "format=json");
    model_reads_back(ctx, model, "format=json defaults=true");
    mlc_model_free(model);
}

static void try_transform(mlc_context *ctx, const char *text)
{
    mlc_transform *transform = NULL, *again = NULL;
    mlc_buffer *first = NULL, *second = NULL;
    mlc_error err;
    const mlc_status status = mlc_transform_parse(ctx, text, &transform, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    FUZZ_CHECK(mlc_transform_format(transform, NULL, &first, &err) == MLC_OK);
    FUZZ_CHECK(mlc_transform_parse(ctx, mlc_buffer_data(first), &again, &err) == MLC_OK);
    FUZZ_CHECK(mlc_transform_format(again, NULL, &second, &err) == MLC_OK);
    same_text(mlc_buffer_data(first), mlc_buffer_data(second));
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    mlc_transform_free(again);
    mlc_transform_free(transform);
}

static void try_changes(mlc_context *ctx, const char *text)
{
    mlc_model *model = NULL, *other = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_model_parse(ctx,
                               "pipeline(on(type:number, simple_imputer, name=n), one_hot_encoder,"
                               " gradient_boosting_classifier(name=b))",
                               &model, &err) == MLC_OK);
    const mlc_status status = mlc_model_with(model, text, &other, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) model_reads_back(ctx, other, NULL);
    mlc_model_free(other);
    mlc_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const size_t which = fuzz_below(&in, 4);
    char *text = fuzz_rest(&in);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    switch (which) {
    case 0:
        try_model(ctx, text);
        break;
    case 1:
        try_grammar(ctx, text);
        break;
    case 2:
        try_transform(ctx, text);
        break;
    default:
        try_changes(ctx, text);
    }
    fuzz_bound(&host, FUZZ_BASE, size, PER_BYTE);
    fuzz_close(&host);
    free(text);
    return 0;
}
