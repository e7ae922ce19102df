/* mlcore train: reads rows, fits a recipe, measures it on rows that it has not seen, saves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data.h"
#include "help.h"
#include "report.h"
#include "scores.h"
#include "target.h"
#include "train_recipe.h"

typedef struct training {
    session *s;
    const char *path, *out;
    mlc_dataset *data;  /* all rows of the file; the target's name is borrowed from it */
    mlc_dataset *train; /* what is learned from */
    mlc_dataset *valid; /* rows for early stopping; measured as well */
    mlc_dataset *test;  /* held out; measured only */
    mlc_model *recipe, *model;
    mlc_dataset *scores;
    target_facts target;
    double seconds;
} training;

/* ---- rows ----------------------------------------------------------------------------------- */

/* The roles as settings: --target, --positive and --roles. */
static mlc_status make_roles(session *s, char **out)
{
    static const char *const names[] = {"target", "positive"};
    const char *more = cli_args_get(&s->args, "roles");
    mlc_params *params = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    for (int i = 0; i < 2 && status == MLC_OK; i++) {
        const char *value = cli_args_get(&s->args, names[i]);
        if (value != NULL) status = mlc_params_set_text(params, names[i], value, &s->err);
    }
    if (status == MLC_OK) {
        *out = text_format("%s %s", mlc_params_text(params), more != NULL ? more : "");
    }
    mlc_params_close(params);
    return status;
}

static mlc_status read_with_roles(session *s, const char *path, const char *roles,
                                  const mlc_dataset *like, mlc_dataset **out)
{
    mlc_dataset *bare = NULL, *given = NULL;
    mlc_status status = data_read(s, path, like, &bare);
    if (status == MLC_OK) status = mlc_dataset_with_roles(s->ctx, bare, roles, &given, &s->err);
    const char *target = target_find(given, NULL);
    if (status == MLC_OK && target != NULL) status = target_keep_known(s, given, target, out);
    if (status == MLC_OK && target == NULL) *out = mlc_dataset_ref(given);
    mlc_dataset_free(given);
    mlc_dataset_free(bare);
    return status;
}

static mlc_status read_rows(training *t)
{
    session *s = t->s;
    const char *valid = cli_args_get(&s->args, "valid");
    const double began = clock_seconds();
    char *roles = NULL;
    mlc_status status = make_roles(s, &roles);
    if (status == MLC_OK) status = read_with_roles(s, t->path, roles, NULL, &t->data);
    if (status == MLC_OK) status = target_look(s, t->data, &t->target);
    if (status == MLC_OK) {
        char took[TEXT_NUMBER], *size = data_size(t->data);
        report_say(s, "Read %s: %s (%s).", data_name(t->path), size,
                   text_seconds(took, clock_seconds() - began));
        free(size);
    }
    if (status == MLC_OK && valid != NULL) {
        status = read_with_roles(s, valid, roles, t->data, &t->valid);
    }
    free(roles);
    return status;
}

/* --holdout: the test rows are drawn so that each class keeps its share. */
static mlc_status hold_out(training *t)
{
    session *s = t->s;
    const char *share = cli_args_get(&s->args, "holdout"), *seed = cli_args_get(&s->args, "seed");
    mlc_dataset *folds = NULL;
    if (share == NULL) {
        t->train = mlc_dataset_ref(t->data);
        return MLC_OK;
    }
    char *plan = text_format("hold_out test_size=%s stratify=%s random_state=%s", share,
                             t->target.is_classes ? "true" : "false", seed != NULL ? seed : "0");
    mlc_status status = mlc_dataset_split(s->ctx, t->data, plan, &folds, &s->err);
    if (status == MLC_OK) status = mlc_dataset_fold(t->data, folds, 0, "test", &t->test, &s->err);
    if (status == MLC_OK) status = mlc_dataset_fold(t->data, folds, 0, "train", &t->train, &s->err);
    mlc_dataset_free(folds);
    free(plan);
    return status;
}

/* ---- what is said --------------------------------------------------------------------------- */

static void say_target(const training *t)
{
    const char *name = t->target.name;
    char count[TEXT_NUMBER];
    if (name == NULL) {
        report_say(t->s, "No target: rows are to be grouped.");
    } else if (!t->target.is_classes) {
        report_say(t->s, "Target '%s': numbers.", name);
    } else if (t->target.type == MLC_TYPE_INT64) {
        /* What they are taken as is the model's business when one was asked for. */
        const int is_asked = cli_args_get(&t->s->args, "model") != NULL ||
                             cli_args_get(&t->s->args, "recipe") != NULL;
        report_say(t->s, "Target '%s': %lld distinct integers%s.", name,
                   (long long)t->target.n_distinct, is_asked ? "" : ", taken as classes");
    } else if (t->target.n_distinct > 0) {
        report_say(t->s, "Target '%s': %s classes.", name, text_count(count, t->target.n_distinct));
    } else {
        report_say(t->s, "Target '%s': classes.", name);
    }
}

static int32_t count_features(const mlc_dataset *data)
{
    int32_t n = 0;
    for (int32_t i = 0; i < mlc_dataset_n_columns(data); i++) {
        const char *role = mlc_dataset_column_role(data, i);
        n += strcmp(role, "feature") == 0 || strcmp(role, "sensitive") == 0;
    }
    return n;
}

static mlc_status say_start(const training *t)
{
    mlc_buffer *recipe = NULL;
    char rows[TEXT_NUMBER];
    const mlc_status status = mlc_model_format(t->recipe, NULL, &recipe, &t->s->err);
    if (status != MLC_OK) return status;
    const int n_features = (int)count_features(t->train);
    report_say(t->s, "Training on %s rows with %d feature%s:",
               text_count(rows, mlc_dataset_n_rows(t->train)), n_features,
               n_features == 1 ? "" : "s");
    report_say(t->s, "  %s", (const char *)mlc_buffer_data(recipe));
    mlc_buffer_free(recipe);
    return MLC_OK;
}

static int64_t file_size(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? (int64_t)file.st_size : 0;
}

static mlc_status print_json(const training *t)
{
    session *s = t->s;
    mlc_buffer *recipe = NULL;
    mlc_status status = mlc_model_format(t->recipe, NULL, &recipe, &s->err);
    if (status != MLC_OK) return status;
    fputs("{\"model\": ", stdout);
    text_json(stdout, t->out);
    fputs(", \"recipe\": ", stdout);
    text_json(stdout, mlc_buffer_data(recipe));
    fputs(", \"target\": ", stdout);
    text_json(stdout, t->target.name);
    printf(", \"rows\": %lld, \"features\": %d, \"seconds\": %.3f",
           (long long)mlc_dataset_n_rows(t->train), (int)count_features(t->train), t->seconds);
    if (t->out != NULL) printf(", \"bytes\": %lld", (long long)file_size(t->out));
    if (t->scores != NULL) {
        fputs(", \"evaluation\": ", stdout);
        status = report_json(s, t->scores);
    }
    fputs("}\n", stdout);
    mlc_buffer_free(recipe);
    return status;
}

/* ---- the work ------------------------------------------------------------------------------- */

static mlc_status make_recipe(training *t)
{
    const char *model = cli_args_get(&t->s->args, "model");
    if (t->recipe != NULL) return MLC_OK;
    if (model == NULL && cli_args_get(&t->s->args, "recipe") == NULL) {
        if (t->target.name == NULL) {
            t->s->err = (mlc_error){.status = MLC_ERROR_ROLE,
                                    .message = "no column is the target: give --target COLUMN"};
            return MLC_ERROR_ROLE;
        }
        model =
            t->target.is_classes ? "gradient_boosting_classifier" : "gradient_boosting_regressor";
    }
    return train_recipe_make(t->s, model, &t->recipe);
}

/* A recipe that was given is made before any data is read; with a model that the target will
 * decide, one of the two must take what --set says. */
static mlc_status check_recipe(training *t)
{
    mlc_model *trial = NULL;
    if (cli_args_get(&t->s->args, "model") != NULL || cli_args_get(&t->s->args, "recipe") != NULL) {
        return make_recipe(t);
    }
    mlc_status status = train_recipe_make(t->s, "gradient_boosting_regressor", &trial);
    if (status == MLC_ERROR_SETTING) {
        status = train_recipe_make(t->s, "gradient_boosting_classifier", &trial);
    }
    mlc_model_free(trial);
    return status;
}

/* "; 'yes' is the positive class", "; 87 iterations". */
static char *describe_fit(const training *t)
{
    session *s = t->s;
    mlc_dataset *table = NULL;
    char *text = text_format("%s", "");
    if (mlc_model_table(s->ctx, t->model, "history", &table, NULL) == MLC_OK &&
        mlc_dataset_n_rows(table) > 1) {
        char n[TEXT_NUMBER];
        free(text);
        text = text_format("; %s iterations", text_count(n, mlc_dataset_n_rows(table)));
    }
    mlc_dataset_free(table);
    table = NULL;
    if (mlc_model_table(s->ctx, t->model, "classes", &table, NULL) == MLC_OK &&
        mlc_dataset_n_rows(table) == 2) {
        double is_second = 0;
        const mlc_status status = mlc_dataset_real(table, "positive", 1, &is_second, NULL);
        char *name = report_cell(table, "class", status == MLC_OK && is_second != 0);
        char *longer = text_format("%s; '%s' is the positive class", text, name);
        free(name);
        free(text);
        text = longer;
    }
    mlc_dataset_free(table);
    return text;
}

static mlc_status fit(training *t)
{
    session *s = t->s;
    const double began = clock_seconds();
    char took[TEXT_NUMBER];
    mlc_status status = say_start(t);
    if (status == MLC_OK) {
        status = mlc_model_fit(s->ctx, t->recipe, t->train, t->valid, &t->model, &s->err);
    }
    t->seconds = clock_seconds() - began;
    if (status != MLC_OK) return status;
    char *more = describe_fit(t);
    report_say(s, "Trained in %s%s.", text_seconds(took, t->seconds), more);
    free(more);
    return MLC_OK;
}

static mlc_status save(training *t)
{
    session *s = t->s;
    char size[TEXT_NUMBER];
    if (t->out == NULL) {
        report_say(s, "Not saved: there is no --out.");
        return MLC_OK;
    }
    if (session_is_interrupted()) {
        s->err = (mlc_error){.status = MLC_ERROR_CANCELLED};
        return MLC_ERROR_CANCELLED;
    }
    const mlc_status status = mlc_model_save(t->model, t->out, NULL, &s->err);
    if (status == MLC_OK) {
        s->has_written = 1;
        report_say(s, "Saved %s (%s).", t->out, text_bytes(size, file_size(t->out)));
    }
    return status;
}

static mlc_status evaluate(training *t)
{
    session *s = t->s;
    const mlc_dataset *rows = t->test != NULL ? t->test : t->valid;
    char n[TEXT_NUMBER];
    if (rows == NULL) return MLC_OK;
    const mlc_status status = mlc_model_evaluate(s->ctx, t->model, rows, NULL, &t->scores, &s->err);
    if (status != MLC_OK || s->is_json) return status;
    report_say(s, "On the %s %s rows:", text_count(n, mlc_dataset_n_rows(rows)),
               t->test != NULL ? "held-out" : "validation");
    return scores_print(s, t->scores);
}

static mlc_status train(training *t)
{
    mlc_status status = check_recipe(t);
    if (status == MLC_OK) status = read_rows(t);
    if (status == MLC_OK) say_target(t);
    if (status == MLC_OK) status = make_recipe(t);
    if (status == MLC_OK) status = hold_out(t);
    if (status == MLC_OK) status = fit(t);
    if (status == MLC_OK) status = save(t);
    if (status == MLC_OK) status = evaluate(t);
    if (status == MLC_OK && t->s->is_json) status = print_json(t);
    return status;
}

static int is_integer(const char *text)
{
    char *end = NULL;
    (void)strtoll(text, &end, 10);
    return end != text && *end == '\0';
}

/* A share below 1 or a whole number of rows. */
static int is_share(const char *text)
{
    char *end = NULL;
    const double share = strtod(text, &end);
    if (text[strspn(text, "0123456789.")] != '\0' || end == text || *end != '\0') return 0;
    return share > 0 && (share < 1 || share == floor(share));
}

static int check_options(session *s)
{
    const char *holdout = cli_args_get(&s->args, "holdout"), *seed = cli_args_get(&s->args, "seed");
    const int measures = holdout != NULL || cli_args_get(&s->args, "valid") != NULL;
    const int has_recipe =
        cli_args_get(&s->args, "model") != NULL || cli_args_get(&s->args, "recipe") != NULL;
    if (cli_args_get(&s->args, "target") == NULL && cli_args_get(&s->args, "roles") == NULL &&
        !has_recipe) {
        return session_complain(s, CLI_USAGE,
                                "--target is missing: the column to predict (only "
                                "a --model that clusters needs none)");
    }
    if (cli_args_get(&s->args, "model") != NULL && cli_args_get(&s->args, "recipe") != NULL) {
        return session_complain(s, CLI_USAGE,
                                "--model and --recipe exclude each other: put the "
                                "model into the recipe");
    }
    if (holdout != NULL && cli_args_get(&s->args, "valid") != NULL) {
        return session_complain(s, CLI_USAGE, "--holdout and --valid exclude each other");
    }
    if (cli_args_get(&s->args, "out") == NULL && !measures) {
        return session_complain(s, CLI_USAGE,
                                "--out is missing: the file to save the model in "
                                "(--holdout measures without it)");
    }
    if (holdout != NULL && !is_share(holdout)) {
        return session_complain(s, CLI_USAGE,
                                "--holdout %s: must be a share of the rows below 1, "
                                "such as 0.2, or a number of rows",
                                holdout);
    }
    if (seed != NULL && !is_integer(seed)) {
        return session_complain(s, CLI_USAGE, "--seed %s: must be an integer", seed);
    }
    return CLI_OK;
}

int cmd_train(session *s)
{
    training t = {.s = s, .path = s->args.operands[0], .out = cli_args_get(&s->args, "out")};
    int result = check_options(s);
    if (result == CLI_OK && t.out != NULL) result = data_check_output(s, t.out);
    if (result == CLI_OK && train(&t) != MLC_OK) result = session_fail(s);
    mlc_dataset_free(t.scores);
    mlc_model_free(t.model);
    mlc_model_free(t.recipe);
    mlc_dataset_free(t.test);
    mlc_dataset_free(t.valid);
    mlc_dataset_free(t.train);
    mlc_dataset_free(t.data);
    return result;
}
