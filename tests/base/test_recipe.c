/* Recipes: text and JSON read to the same tree, and every tree is written so that it reads back. */
#include "recipe.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "mutate.h"
#include "torture.h"

static mlc_error error;

static mlci_recipe *parse(const char *text)
{
    mlci_recipe *recipe = NULL;
    const mlc_status status = mlci_recipe_parse(NULL, text, &recipe, &error);
    ck_assert_msg(status == MLC_OK, "%s: %s", text, error.message);
    return recipe;
}

static char *format(const mlci_recipe *recipe, int32_t json)
{
    char *out = NULL;
    mlci_text text = mlci_text_init(NULL);
    mlci_recipe_format(recipe, json, &text);
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

static void assert_formats(const char *from, int32_t json, const char *to)
{
    mlci_recipe *const recipe = parse(from);
    char *const written = format(recipe, json);
    ck_assert_str_eq(written, to);
    mlci_free(written);
    mlci_recipe_free(recipe);
}

START_TEST(test_parse_builds_the_tree)
{
    mlci_recipe *const r = parse("pipeline(on(type:number, simple_imputer(strategy=median)),\n"
                                 "  ridge(alpha=2, name=r), cv=5)");
    ck_assert_str_eq(r->id, "pipeline");
    ck_assert_int_eq(r->n_steps, 2);
    ck_assert_str_eq(r->steps[0]->id, "on");
    ck_assert_str_eq(r->steps[0]->columns, "type:number");
    ck_assert_int_eq(r->steps[0]->n_steps, 1);
    ck_assert_str_eq(r->steps[0]->steps[0]->settings.items[0].value, "median");
    ck_assert_str_eq(r->steps[1]->name, "r");
    ck_assert_int_eq(r->steps[1]->settings.n, 1);
    ck_assert_int_eq(r->steps[1]->line, 2);
    ck_assert_int_eq(r->steps[1]->column, 3);
    ck_assert_int_eq(r->steps[1]->settings.items[0].line, 2);
    ck_assert_int_eq(r->steps[1]->settings.items[0].column, 9);
    ck_assert_str_eq(r->settings.items[0].name, "cv");
    ck_assert_ptr_null(r->columns);
    mlci_recipe_free(r);
}
END_TEST

START_TEST(test_format_text_is_canonical)
{
    assert_formats(" ridge ( ) ", 0, "ridge");
    assert_formats("a( b( c ) , x = 'y' , d )", 0, "a(b(c), d, x=y)");
    assert_formats("ridge(name='r',alpha=\"2\")", 0, "ridge(alpha='2', name=r)");
    assert_formats("on(remainder=drop, [age, 'odd, name', type:text], x)", 0,
                   "on([age,'odd, name',type:text], x, remainder=drop)");
    assert_formats("on('odd, name', x)", 0, "on('odd, name', x)");
    assert_formats("on(odd name, x)", 0, "on('odd name', x)");
    assert_formats("on(capital-*, x)", 0, "on(capital-*, x)");
    /* on(a=b, x) would be a setting */
    assert_formats("on([a=b], x)", 0, "on([a=b], x)");
    assert_formats("{\"id\": \"on\", \"columns\": \"a=b\", \"steps\": [\"x\"]}", 0, "on([a=b], x)");
    assert_formats("t(m=[f(b=2), 'a,b'], n=g(x='y'), l=[])", 0,
                   "t(m=[f(b=2),'a,b'], n=g(x='y'), l=[])");
    assert_formats("acme.scale(x=1)", 0, "acme.scale(x=1)");
    assert_formats("\"ridge\"", 0, "ridge");
}
END_TEST

START_TEST(test_format_json_is_canonical)
{
    assert_formats("ridge", 1, "{\"id\": \"ridge\"}");
    assert_formats("pipeline(on([a, 'b c'], x(k=1e-3, l=[1, y]), name=n), ridge(z='1', w=none))", 1,
                   "{\"id\": \"pipeline\", \"steps\": [{\"id\": \"on\", \"name\": \"n\", "
                   "\"columns\": \"a,'b c'\", \"steps\": [{\"id\": \"x\", \"params\": {\"k\": "
                   "1e-3, \"l\": [1, \"y\"]}}]}, {\"id\": \"ridge\", \"params\": {\"z\": \"1\", "
                   "\"w\": null}}]}");
}
END_TEST

START_TEST(test_json_reads_to_the_same_tree)
{
    assert_formats("{\"id\": \"on\", \"columns\": [\"a\", \"odd, name\", \"type:number\", "
                   "\"'b-*'\"], \"steps\": [\"x\", {\"id\": \"y\", \"params\": {\"p\": "
                   "{\"q\": 1}, \"r\": [1, [2, 3]]}}], \"params\": {\"remainder\": \"drop\"}, "
                   "\"name\": \"n\"}",
                   0,
                   "on([a,'odd, name',type:number,'b-*'], x, y(p.q=1, r=[1,'2,3']), "
                   "remainder=drop, name=n)");
    assert_formats("{\"name\": null, \"columns\": null, \"params\": null, \"steps\": null, "
                   "\"id\": \"ridge\"}",
                   0, "ridge");
    assert_formats("{\"id\": \"on\", \"columns\": \"a, type:text\", \"steps\": [\"x\"]}", 0,
                   "on([a,type:text], x)");
}
END_TEST

START_TEST(test_parse_when_malformed_says_where_and_what)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "recipe:1:1: expected the name of a component; found the end"},
        {"pipeline(ridge", "recipe:1:9: this '(' is not closed"},
        {"a(b(c)", "recipe:1:2: this '(' is not closed"},
        {"a(b,)", "recipe:1:5: expected the name of a component; found ')'"},
        {"a(b c)", "recipe:1:5: expected ',' or ')'; found 'c'"},
        {"a) b", "recipe:1:2: expected the end of the recipe; found ')'"},
        {"a(\n x=1, x=2)", "recipe:2:7: 'x' is given twice"},
        {"a(name=p, name=q)", "recipe:1:11: 'name' is given twice"},
        {"a(x=)", "recipe:1:5: expected a value; found ')'"},
        {"a(name=p__q)", "recipe:1:8: a step's name is letters, digits and single underscores, "
                         "and starts with a letter"},
        {"on([], x)", "recipe:1:5: expected a column selector; found ']'"},
        {"on([a, x)", "recipe:1:9: put a column name with quotes, brackets or '\\' in quotes"},
        {"on(, x)", "recipe:1:4: expected a column selector; found ','"},
        {"5(a)", "recipe:1:1: expected the name of a component; found '5'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_recipe *recipe = NULL;
        ck_assert_msg(mlci_recipe_parse(NULL, cases[i].text, &recipe, &error) == MLC_ERROR_SYNTAX,
                      "%s", cases[i].text);
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_ptr_null(recipe);
    }
}
END_TEST

START_TEST(test_parse_json_when_no_recipe_says_what)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"{}", "needs an 'id'"},
        {"{\"id\": 1}", "'id' must be the name of a component"},
        {"{\"id\": \"a\", \"id\": \"b\"}", "'id' is given twice"},
        {"{\"id\": \"a\", \"param\": {}}", "keys of a recipe are id, name, columns, params"},
        {"{\"id\": \"a\", \"params\": []}", "'params' must be an object"},
        {"{\"id\": \"a\", \"params\": {\"name\": \"x\"}}", "'name' stands beside 'params'"},
        {"{\"id\": \"a\", \"steps\": {}}", "'steps' must be an array"},
        {"{\"id\": \"a\", \"steps\": [1]}", "a recipe is an object with an 'id'"},
        {"{\"id\": \"a\", \"name\": \"x.y\"}", "a step's name"},
        {"{\"id\": \"a\", \"columns\": \"x\"}", "only 'on' has columns"},
        {"{\"id\": \"on\", \"steps\": [\"x\"]}", "'on' needs 'columns'"},
        {"{\"id\": \"on\", \"columns\": []}", "'columns' must be a text or an array of texts"},
        {"{\"id\": \"a\", \"name\": 5}", "a step's name"},
        {"{\"id\": \"on\", \"columns\": [1]}", "'columns' must be a text or an array of texts"},
        {"{\"id\": \"on\", \"columns\": [\"a\\u0000b\"]}", "'columns' must be a text"},
        {"{\"id\": \"a\"} {}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_recipe *recipe = NULL;
        ck_assert_msg(mlci_recipe_parse(NULL, cases[i].text, &recipe, &error) == MLC_ERROR_SYNTAX,
                      "%s", cases[i].text);
        ck_assert_msg(strstr(error.message, cases[i].part) != NULL, "%s", error.message);
        ck_assert_int_eq(error.line, 1);
    }
}
END_TEST

/* Depth nested components: "a(a(a))". */
static char *nested(int32_t depth, int32_t json)
{
    char *out = NULL;
    mlci_text text = mlci_text_init(NULL);
    for (int32_t i = 1; i < depth; i++) {
        mlci_text_append_text(&text, json ? "{\"id\": \"a\", \"steps\": [" : "a(");
    }
    mlci_text_append_text(&text, json ? "{\"id\": \"a\", \"params\": {\"x\": 1}}" : "a(x=1)");
    for (int32_t i = 1; i < depth; i++)
        mlci_text_append_text(&text, json ? "]}" : ")");
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

START_TEST(test_parse_at_the_depth_limit_works_and_past_it_is_refused)
{
    for (int32_t json = 0; json < 2; json++) {
        mlci_recipe *recipe = NULL;
        char *text = nested(MLCI_RECIPE_MAX_DEPTH, json);
        ck_assert_msg(mlci_recipe_parse(NULL, text, &recipe, &error) == MLC_OK, "%s",
                      error.message);
        mlci_recipe_free(recipe);
        mlci_free(text);
        text = nested(MLCI_RECIPE_MAX_DEPTH + 1, json);
        const mlc_status status = mlci_recipe_parse(NULL, text, &recipe, &error);
        ck_assert_msg(status == MLC_ERROR_LIMIT || (json && status == MLC_ERROR_SYNTAX), "%s",
                      error.message);
        mlci_free(text);
    }
}
END_TEST

START_TEST(test_parse_past_the_node_limit_is_refused)
{
    mlci_recipe *recipe = NULL;
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_text(&text, "a(b");
    for (int i = 2; i < MLCI_RECIPE_MAX_NODES; i++)
        mlci_text_append_text(&text, ",b");
    mlci_text_append_text(&text, ")");
    ck_assert_int_eq(mlci_recipe_parse(NULL, text.data, &recipe, &error), MLC_OK);
    ck_assert_int_eq(recipe->n_steps, MLCI_RECIPE_MAX_NODES - 1);
    mlci_recipe_free(recipe);
    text.data[text.length - 1] = ',';
    mlci_text_append_text(&text, "b)");
    ck_assert_int_eq(mlci_recipe_parse(NULL, text.data, &recipe, &error), MLC_ERROR_LIMIT);
    ck_assert_str_eq(error.message, "a recipe has at most 10000 components");
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_parse_json_past_the_node_limit_is_refused)
{
    mlci_recipe *recipe = NULL;
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_text(&text, "{\"id\": \"a\", \"steps\": [\"b\"");
    for (int i = 2; i <= MLCI_RECIPE_MAX_NODES; i++)
        mlci_text_append_text(&text, ",\"b\"");
    mlci_text_append_text(&text, "]}");
    ck_assert_int_eq(mlci_recipe_parse(NULL, text.data, &recipe, &error), MLC_ERROR_LIMIT);
    ck_assert_str_eq(error.message, "a recipe has at most 10000 components");
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_add_step_past_the_limit_is_refused)
{
    mlci_recipe *recipe = NULL, *step = NULL;
    ck_assert_int_eq(mlci_recipe_create(NULL, "a", &recipe, &error), MLC_OK);
    for (int i = 0; i < MLCI_RECIPE_MAX_NODES; i++) {
        ck_assert_int_eq(mlci_recipe_create(NULL, "b", &step, &error), MLC_OK);
        ck_assert_int_eq(mlci_recipe_add_step(recipe, step, &error), MLC_OK);
    }
    ck_assert_int_eq(mlci_recipe_create(NULL, "b", &step, &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_add_step(recipe, step, &error), MLC_ERROR_LIMIT);
    ck_assert_str_eq(error.message, "a recipe has at most 10000 steps");
    ck_assert_int_eq(recipe->n_steps, MLCI_RECIPE_MAX_NODES);
    mlci_recipe_free(step);
    mlci_recipe_free(recipe);
}
END_TEST

START_TEST(test_step_names_are_letters_digits_and_single_underscores)
{
    static const char *const good[] = {"r", "ridge_2", "R2d2"};
    static const char *const bad[] = {"", "a.b", "a__b", "2a", "_a", "a_", "a-b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(mlci_step_name_valid(good[i]), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!mlci_step_name_valid(bad[i]), "%s", bad[i]);
    }
}
END_TEST

START_TEST(test_recipe_made_by_program_formats_as_the_parsed_one)
{
    mlci_recipe *on = NULL, *scaler = NULL;
    ck_assert_int_eq(mlci_recipe_create(NULL, "on", &on, &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_create(NULL, "standard_scaler", &scaler, &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_set_columns(on, "a, \"b c\"", &error), MLC_OK);
    ck_assert_int_eq(mlci_settings_put(&scaler->settings, "with_mean", "false", 0, &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_set_name(scaler, "x", &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_set_name(scaler, "s", &error), MLC_OK);
    ck_assert_int_eq(mlci_recipe_add_step(on, scaler, &error), MLC_OK);
    char *const text = format(on, 0);
    ck_assert_str_eq(text, "on([a,'b c'], standard_scaler(with_mean=false, name=s))");
    ck_assert_int_eq(mlci_recipe_set_name(scaler, "a.b", &error), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlci_recipe_set_columns(on, "a,", &error), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlci_recipe_set_name(scaler, NULL, &error), MLC_OK);
    ck_assert_ptr_null(scaler->name);
    mlci_free(text);
    mlci_recipe_free(on);
    ck_assert_int_eq(mlci_recipe_create(NULL, "a b", &on, &error), MLC_ERROR_SYNTAX);
}
END_TEST

/* ---- hostile ------------------------------------------------------------------------------ */

static const char *const samples[] = {
    "pipeline(on(type:number, simple_imputer(strategy=median)), on([age, 'odd, name', "
    "capital-*], one_hot_encoder(), remainder=drop), ridge(alpha=2, name=r))",
    "stacking_classifier(ridge, lasso(alpha=1e-3), cv=5, metrics=[f_beta(beta=2), 'a,b'])",
    "{\"id\": \"pipeline\", \"steps\": [{\"id\": \"on\", \"columns\": [\"a\", \"b c\"], "
    "\"steps\": [\"x\"]}, {\"id\": \"ridge\", \"name\": \"r\", \"params\": {\"alpha\": 2, "
    "\"l\": [1, [2, 3]], \"n\": null}}]}",
    "on(role:sensitive, chain(a, b(x='it\\'s \\u00e9'), c(y=[[0,1],[2]])), remainder=passthrough)",
};

static void assert_round_trip(const mlci_recipe *recipe, int32_t json)
{
    char *const first = format(recipe, json);
    mlci_recipe *const again = parse(first);
    char *const second = format(again, json);
    ck_assert_str_eq(first, second);
    mlci_free(first);
    mlci_free(second);
    mlci_recipe_free(again);
}

START_TEST(test_text_and_json_of_samples_are_the_same_tree)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        mlci_recipe *const recipe = parse(samples[i]);
        char *const text = format(recipe, 0), *const json = format(recipe, 1);
        mlci_recipe *const from_json = parse(json);
        char *const text_again = format(from_json, 0);
        ck_assert_str_eq(text, text_again);
        mlci_free(text);
        mlci_free(json);
        mlci_free(text_again);
        mlci_recipe_free(from_json);
        mlci_recipe_free(recipe);
    }
}
END_TEST

START_TEST(test_parse_mutated_text_gives_a_recipe_that_round_trips_or_an_error)
{
    uint64_t state = 11;
    int n_good = 0;
    for (int i = 0; i < 40000; i++) {
        char *const text = mutate_text(&state, samples, sizeof samples / sizeof samples[0]);
        mlci_recipe *recipe = NULL;
        const mlc_status status = mlci_recipe_parse(NULL, text, &recipe, &error);
        ck_assert_msg(status == MLC_OK || status == MLC_ERROR_SYNTAX, "%s: %s", text,
                      error.message);
        if (status == MLC_OK) {
            assert_round_trip(recipe, 0);
            assert_round_trip(recipe, 1);
            mlci_recipe_free(recipe);
            n_good++;
        }
        free(text);
    }
    ck_assert_int_gt(n_good, 1000);
}
END_TEST

static mlc_status parse_and_format(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    mlci_text text = mlci_text_init(mlci_context_root(ctx));
    mlc_status status = mlci_recipe_parse(mlci_context_root(ctx), arg, &recipe, err);
    if (status != MLC_OK) return status;
    mlci_recipe_format(recipe, 0, &text);
    mlci_recipe_format(recipe, 1, &text);
    status = mlci_text_status(&text, err);
    mlci_text_clear(&text);
    mlci_recipe_free(recipe);
    return status;
}

START_TEST(test_recipe_when_memory_fails_leaks_nothing)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char copy[512];
        snprintf(copy, sizeof copy, "%s", samples[i]);
        mlci_torture(parse_and_format, copy);
    }
}
END_TEST

MLCI_CHECK_SUITE("recipe", test_parse_builds_the_tree, test_format_text_is_canonical,
                 test_format_json_is_canonical, test_json_reads_to_the_same_tree,
                 test_parse_when_malformed_says_where_and_what,
                 test_parse_json_when_no_recipe_says_what,
                 test_parse_at_the_depth_limit_works_and_past_it_is_refused,
                 test_parse_past_the_node_limit_is_refused,
                 test_parse_json_past_the_node_limit_is_refused,
                 test_add_step_past_the_limit_is_refused,
                 test_step_names_are_letters_digits_and_single_underscores,
                 test_recipe_made_by_program_formats_as_the_parsed_one,
                 test_text_and_json_of_samples_are_the_same_tree,
                 test_parse_mutated_text_gives_a_recipe_that_round_trips_or_an_error,
                 test_recipe_when_memory_fails_leaks_nothing)
