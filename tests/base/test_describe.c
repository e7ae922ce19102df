/* Descriptors as JSON, compared to the text a reader of the catalog would expect. */
#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "json.h"
#include "registry.h"
#include "torture.h"

typedef struct knobs {
    double alpha, tol;
    int64_t depth;
    int32_t shuffle, loss;
    char *host, *columns, *levels;
} knobs;

static const mlci_choice losses[] = {{"squared", 0, "the square"},
                                     {"huber", 1, NULL},
                                     {"l2", 0, NULL},
                                     {"mse", 0, "not shown"},
                                     {NULL, 0, NULL}};
static const mlci_param rows[] = {
    MLCI_REAL(knobs, alpha, 0.1, 0, INFINITY, "strength of the \"L2\" penalty",
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE, .search_low = 1e-4,
              .search_high = 1e4, .aliases = "reg_lambda,l2"),
    MLCI_REAL(knobs, tol, INFINITY, 0, 1e300, "tolerance",
              .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_INFINITE, .since = "0.2"),
    MLCI_INTEGER(knobs, depth, MLCI_NONE_INTEGER, 1, INT64_MAX, "depth", .flags = MLCI_PARAM_NONE),
    MLCI_BOOL(knobs, shuffle, 1, "shuffle"),
    MLCI_CHOICE(knobs, loss, 1, losses, "loss", .flags = MLCI_PARAM_HOST,
                .host_offset = offsetof(knobs, host)),
    MLCI_STRING(knobs, columns, NULL, "columns", .flags = MLCI_PARAM_LIST),
    MLCI_STRING(knobs, levels, "0.1,0.9", "levels",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS | MLCI_PARAM_OPEN_LOW, .real_low = 0,
                .real_high = 1),
    {.name = NULL}};
static const char *const tables[] = {"coefficients", "history", NULL};
static const mlci_model_descriptor ridge = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT,
             .name = "ridge",
             .summary = "Least squares with an L2 penalty",
             .details = "First line.\nSecond line.",
             .since = "0.1",
             .params = rows,
             .params_size = sizeof(knobs),
             .tables = tables},
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_LEAF};
static const mlci_transform_descriptor scaler = {
    .base = {.kind = MLCI_KIND_TRANSFORM, .name = "scaler", .summary = "Scales", .since = "0.1"},
    .takes = MLCI_TAKES_NUMBER,
    .accepts = MLCI_TAKES_NUMBER | MLCI_TAKES_VECTOR};
static const mlci_descriptor pipeline = {.kind = MLCI_KIND_MODEL,
                                         .capabilities = MLCI_IS_COMPOSITION,
                                         .name = "pipeline",
                                         .summary = "Steps, then a model",
                                         .since = "0.1"};
static const mlci_descriptor *const table[] = {&ridge.base, &scaler.base, &pipeline, NULL};

static const char expected[] = "{\n"
                               "  \"components\": [\n"
                               "    {\n"
                               "      \"kind\": \"transform\",\n"
                               "      \"name\": \"scaler\",\n"
                               "      \"summary\": \"Scales\",\n"
                               "      \"since\": \"0.1\",\n"
                               "      \"capabilities\": [],\n"
                               "      \"takes\": [\"number\"],\n"
                               "      \"accepts\": [\"number\", \"vector\"],\n"
                               "      \"parameters\": []\n"
                               "    },\n"
                               "    {\n"
                               "      \"kind\": \"model\",\n"
                               "      \"name\": \"pipeline\",\n"
                               "      \"summary\": \"Steps, then a model\",\n"
                               "      \"since\": \"0.1\",\n"
                               "      \"capabilities\": [\"composition\"],\n"
                               "      \"parameters\": []\n"
                               "    },\n"
                               "    {\n"
                               "      \"kind\": \"model\",\n"
                               "      \"name\": \"ridge\",\n"
                               "      \"summary\": \"Least squares with an L2 penalty\",\n"
                               "      \"details\": \"First line.\\nSecond line.\",\n"
                               "      \"since\": \"0.1\",\n"
                               "      \"capabilities\": [\"regress\", \"weight\"],\n"
                               "      \"outputs\": [\"prediction\", \"leaf\"],\n"
                               "      \"tables\": [\"coefficients\", \"history\"],\n"
                               "      \"parameters\": [\n"
                               "        {\n"
                               "          \"name\": \"alpha\",\n"
                               "          \"type\": \"real\",\n"
                               "          \"default\": 0.1,\n"
                               "          \"low\": 0,\n"
                               "          \"aliases\": [\"reg_lambda\", \"l2\"],\n"
                               "          \"tunable\": true,\n"
                               "          \"log_scale\": true,\n"
                               "          \"search_low\": 0.0001,\n"
                               "          \"search_high\": 10000,\n"
                               "          \"doc\": \"strength of the \\\"L2\\\" penalty\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"tol\",\n"
                               "          \"type\": \"real\",\n"
                               "          \"default\": 1e999,\n"
                               "          \"low\": 0,\n"
                               "          \"open_low\": true,\n"
                               "          \"high\": 1e+300,\n"
                               "          \"infinite\": true,\n"
                               "          \"doc\": \"tolerance\",\n"
                               "          \"since\": \"0.2\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"depth\",\n"
                               "          \"type\": \"integer\",\n"
                               "          \"default\": null,\n"
                               "          \"none\": true,\n"
                               "          \"low\": 1,\n"
                               "          \"doc\": \"depth\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"shuffle\",\n"
                               "          \"type\": \"bool\",\n"
                               "          \"default\": true,\n"
                               "          \"doc\": \"shuffle\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"loss\",\n"
                               "          \"type\": \"choice\",\n"
                               "          \"default\": \"huber\",\n"
                               "          \"choices\": [\n"
                               "            {\"name\": \"squared\", \"doc\": \"the square\", "
                               "\"aliases\": [\"l2\", \"mse\"]},\n"
                               "            {\"name\": \"huber\"}\n"
                               "          ],\n"
                               "          \"host\": true,\n"
                               "          \"doc\": \"loss\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"columns\",\n"
                               "          \"type\": \"list\",\n"
                               "          \"default\": null,\n"
                               "          \"none\": true,\n"
                               "          \"doc\": \"columns\"\n"
                               "        },\n"
                               "        {\n"
                               "          \"name\": \"levels\",\n"
                               "          \"type\": \"list\",\n"
                               "          \"default\": [0.1, 0.9],\n"
                               "          \"low\": 0,\n"
                               "          \"open_low\": true,\n"
                               "          \"high\": 1,\n"
                               "          \"doc\": \"levels\"\n"
                               "        }\n"
                               "      ]\n"
                               "    }\n"
                               "  ]\n"
                               "}\n";

static mlc_error error;

START_TEST(test_describe_writes_the_expected_json)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_registry_describe_from(table, &text);
    ck_assert_str_eq(text.data, expected);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_catalog_of_the_library_is_json_and_stays_the_same)
{
    mlci_text text = mlci_text_init(NULL), again = mlci_text_init(NULL);
    mlci_json reader;
    int32_t n_names = 0, n = 0;
    mlci_registry_describe(&text);
    mlci_registry_describe(&again);
    ck_assert_str_eq(text.data, again.data);
    mlci_json_open(&reader, NULL, text.data, text.length);
    do {
        const mlc_status status = mlci_json_next(&reader, &error);
        ck_assert_msg(status == MLC_OK, "%s", error.message);
        n_names += reader.event == MLCI_JSON_KEY && reader.depth == 3 &&
                   mlci_text_equal(reader.text, reader.length, "summary");
    } while (reader.event != MLCI_JSON_END);
    while (mlci_registry_table[n] != NULL)
        n++;
    ck_assert_int_eq(n_names, n);
    mlci_json_close(&reader);
    mlci_text_clear(&text);
    mlci_text_clear(&again);
}
END_TEST

static mlc_status describe(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_text text = mlci_text_init(mlci_context_root(ctx));
    mlci_registry_describe_from(table, &text);
    const mlc_status status = mlci_text_status(&text, err);
    mlci_text_clear(&text);
    return status;
}

MLCI_TORTURE_TEST(test_describe_when_memory_fails_says_so, describe, NULL)

MLCI_CHECK_SUITE("describe", test_describe_writes_the_expected_json,
                 test_catalog_of_the_library_is_json_and_stays_the_same,
                 test_describe_when_memory_fails_says_so)
