/* mlcore list: the components of the library. */
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "report.h"

#define N_KINDS 8
static const char *const kinds[N_KINDS] = {"transform", "model",   "metric",    "splitter",
                                           "generator", "sampler", "resampler", "weighting"};
static const char *const plurals[N_KINDS] = {"transforms", "models",   "metrics",    "splitters",
                                             "generators", "samplers", "resamplers", "weightings"};

static int find_kind(const char *word)
{
    for (int i = 0; i < N_KINDS; i++) {
        if (strcmp(word, kinds[i]) == 0 || strcmp(word, plurals[i]) == 0) return i;
    }
    return -1;
}

static int longest_name(const mlc_dataset *list)
{
    int longest = 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(list); i++) {
        char *name = report_cell(list, "name", i);
        if ((int)strlen(name) > longest) longest = (int)strlen(name);
        free(name);
    }
    return longest;
}

static mlc_status print_kind(session *s, int kind, int is_first)
{
    mlc_dataset *list = NULL;
    const mlc_status status = mlc_catalog_list(s->ctx, kinds[kind], &list, &s->err);
    if (status != MLC_OK) return status;
    const int indent = longest_name(list) + 4;
    if (!is_first) putchar('\n');
    report_heading(s, plurals[kind]);
    for (int64_t i = 0; i < mlc_dataset_n_rows(list); i++) {
        char *name = report_cell(list, "name", i), *summary = report_cell(list, "summary", i);
        printf("  %-*s", indent - 2, name);
        text_wrap(stdout, summary, indent, indent, s->width);
        free(summary);
        free(name);
    }
    mlc_dataset_free(list);
    return MLC_OK;
}

static mlc_status print_json(session *s, const char *kind)
{
    mlc_dataset *list = NULL;
    mlc_status status = mlc_catalog_list(s->ctx, kind, &list, &s->err);
    if (status == MLC_OK) status = report_json(s, list);
    if (status == MLC_OK) putchar('\n');
    mlc_dataset_free(list);
    return status;
}

static int refuse_kind(session *s, const char *word)
{
    cli_nearest nearest = cli_nearest_to(word);
    for (int i = 0; i < N_KINDS; i++)
        cli_nearest_try(&nearest, plurals[i]);
    if (nearest.best != NULL) {
        return session_complain(s, CLI_USAGE, "unknown kind '%s'; did you mean '%s'?", word,
                                nearest.best);
    }
    return session_complain(s, CLI_USAGE,
                            "unknown kind '%s'; there are transforms, models, metrics, "
                            "splitters, generators, samplers, resamplers and weightings",
                            word);
}

int cmd_list(session *s)
{
    const char *word = s->args.n_operands > 0 ? s->args.operands[0] : NULL;
    const int wanted = word != NULL ? find_kind(word) : -1;
    mlc_status status = MLC_OK;
    if (word != NULL && wanted < 0) return refuse_kind(s, word);
    if (s->is_json) {
        status = print_json(s, wanted < 0 ? NULL : kinds[wanted]);
        return status == MLC_OK ? CLI_OK : session_fail(s);
    }
    for (int i = 0; i < N_KINDS && status == MLC_OK; i++) {
        if (wanted < 0 || wanted == i) status = print_kind(s, i, i == 0 || wanted == i);
    }
    if (status != MLC_OK) return session_fail(s);
    report_say(s, "\n'mlcore help NAME' explains one and lists its parameters.");
    return CLI_OK;
}
