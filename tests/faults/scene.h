/* One of everything in a context: what the calls under test are made with. And what each kind of
 * result amounts to, as bytes, so that two results can be compared. */
#ifndef MLCI_SCENE_H
#define MLCI_SCENE_H

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compose/composing.h"
#include "interop/lightgbm_text.h"
#include "torture.h"

#define SCENE_ROWS 30
#define SCENE_CSV "a,b,w,c\n1,x,2,x1\n,y,3,y2\n3,x,1,z3\nn,n,n\n"
#define SCENE_COLUMNS "n:int64,x:float32,c:category,t:text"
#define SCENE_RECIPE                                                                               \
    "pipeline(automatic, gradient_boosting_classifier(n_estimators=2, max_leaf_nodes=4))"

#define SCENE_SCHEMA                                                                               \
    "{\"columns\":[{\"name\":\"age\",\"type\":\"int64\",\"max\":50,\"max_psi\":0.1},"              \
    "{\"name\":\"city\",\"pattern\":\"[A-M].*\",\"unique\":true},{\"name\":\"gone\"}]}"

typedef struct scene {
    mlc_context *ctx;
    char folder[64], csv_path[96], model_path[96], foreign_path[96], out_path[96];
    composing_people people;
    mlc_array arrays[8];
    mlc_dataset *rows, *numbers, *folds, *predictions, *read;
    mlc_transform *step, *fitted_step;
    mlc_model *recipe, *model;
    mlc_metric *metric;
    mlc_predictor *predictor;
    mlc_params *params;
    mlc_builder *builder;
    mlc_reader *reader;
    mlc_buffer *artifact, *profile_text;
    mlc_profile *profile;
} scene;

static inline mlc_status scene_yield_nothing(void *user, mlc_dataset **out, mlc_error *err)
{
    return MLC_END;
}

static inline void scene_ok(mlc_status status, const mlc_error *err)
{
    ck_assert_msg(status == MLC_OK, "status %d: %s", (int)status, err->message);
}

static inline void scene_make_rows(scene *s)
{
    mlc_error err = {0};
    composing_fill(&s->people, SCENE_ROWS);
    const mlc_array arrays[] = {
        making_integer("id", SCENE_ROWS, s->people.id),
        making_real("age", SCENE_ROWS, s->people.age),
        making_real("income", SCENE_ROWS, s->people.income),
        making_category("job", SCENE_ROWS, s->people.job),
        making_text("city", SCENE_ROWS, s->people.city),
        making_real("w", SCENE_ROWS, s->people.weight),
        making_category("buys", SCENE_ROWS, s->people.buys),
        making_real("spent", SCENE_ROWS, s->people.spent),
    };
    memcpy(s->arrays, arrays, sizeof arrays);
    scene_ok(mlc_dataset_from_arrays(s->ctx, arrays, 8, "target=buys id=id weight=w ignore=spent",
                                     &s->rows, &err),
             &err);
}

/* Files in a folder of their own, and one object of each kind, in ctx. */
static inline void scene_open(scene *s, mlc_context *ctx)
{
    mlc_error err = {0};
    memset(s, 0, sizeof *s);
    s->ctx = ctx;
    /* In memory where that can be: there are thousands of synced files. */
    snprintf(s->folder, sizeof s->folder, "%s/mlcore-faults-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(s->folder));
    snprintf(s->csv_path, sizeof s->csv_path, "%s/rows.csv", s->folder);
    snprintf(s->foreign_path, sizeof s->foreign_path, "%s/foreign.txt", s->folder);
    snprintf(s->model_path, sizeof s->model_path, "%s/m.mlcore", s->folder);
    snprintf(s->out_path, sizeof s->out_path, "%s/out", s->folder);
    scene_make_rows(s);
    scene_ok(mlc_dataset_write_csv(s->rows, s->csv_path, NULL, &err), &err);
    scene_ok(mlc_dataset_parse_csv(ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), "on_error=collect",
                                   &s->read, &err),
             &err);
    scene_ok(mlc_profile_create(ctx, s->rows, "max_distinct=16", &s->profile, &err), &err);
    scene_ok(mlc_profile_format(s->profile, &s->profile_text, &err), &err);
    scene_ok(mlc_dataset_split(ctx, s->rows, "k_fold n_splits=3", &s->folds, &err), &err);
    scene_ok(mlc_transform_parse(ctx, "chain(simple_imputer, standard_scaler)", &s->step, &err),
             &err);
    scene_ok(mlc_dataset_select(ctx, s->rows, "age,income", &s->numbers, &err), &err);
    scene_ok(mlc_transform_fit(ctx, s->step, s->numbers, &s->fitted_step, &err), &err);
    scene_ok(mlc_model_parse(ctx, SCENE_RECIPE, &s->recipe, &err), &err);
    scene_ok(mlc_model_fit(ctx, s->recipe, s->rows, NULL, &s->model, &err), &err);
    scene_ok(mlc_model_predict(ctx, s->model, s->rows, NULL, &s->predictions, &err), &err);
    scene_ok(mlc_model_save_memory(ctx, s->model, NULL, &s->artifact, &err), &err);
    scene_ok(mlc_model_save(s->model, s->model_path, NULL, &err), &err);
    FILE *foreign = fopen(s->foreign_path, "wb");
    ck_assert_ptr_nonnull(foreign);
    fputs(lightgbm_model, foreign);
    fclose(foreign);
    scene_ok(mlc_metric_create(ctx, "accuracy", NULL, &s->metric, &err), &err);
    scene_ok(mlc_predictor_create(ctx, s->model, NULL, &s->predictor, &err), &err);
    scene_ok(mlc_params_open(ctx, &s->params, &err), &err);
    scene_ok(mlc_builder_open(ctx, SCENE_COLUMNS, NULL, &s->builder, &err), &err);
    const mlc_source source = {.size = sizeof source, .next = scene_yield_nothing};
    scene_ok(mlc_reader_from_source(ctx, &source, NULL, &s->reader, &err), &err);
}

static inline void scene_close(scene *s)
{
    mlc_reader_close(s->reader);
    mlc_builder_close(s->builder);
    mlc_params_close(s->params);
    mlc_predictor_free(s->predictor);
    mlc_metric_free(s->metric);
    mlc_buffer_free(s->artifact);
    mlc_buffer_free(s->profile_text);
    mlc_profile_free(s->profile);
    mlc_dataset_free(s->predictions);
    mlc_model_free(s->model);
    mlc_model_free(s->recipe);
    mlc_transform_free(s->fitted_step);
    mlc_transform_free(s->step);
    mlc_dataset_free(s->folds);
    mlc_dataset_free(s->read);
    mlc_dataset_free(s->numbers);
    mlc_dataset_free(s->rows);
    unlink(s->csv_path);
    unlink(s->model_path);
    unlink(s->foreign_path);
    unlink(s->out_path);
    ck_assert_int_eq(rmdir(s->folder), 0); /* nothing else was left in it */
}

/* ---- what a result amounts to --------------------------------------------------------------- */

static inline void answer_buffer(const mlc_buffer *buffer)
{
    mlci_torture_answer(mlc_buffer_data(buffer), mlc_buffer_size(buffer));
}

static inline void answer_dataset(const mlc_dataset *dataset)
{
    mlc_buffer *text = NULL;
    mlc_error err = {0};
    scene_ok(mlc_dataset_format(dataset, "format=csv", &text, &err), &err);
    answer_buffer(text);
    mlc_buffer_free(text);
}

static inline void answer_profile(const mlc_profile *profile)
{
    mlc_buffer *text = NULL;
    mlc_error err = {0};
    scene_ok(mlc_profile_format(profile, &text, &err), &err);
    answer_buffer(text);
    mlc_buffer_free(text);
}

static inline void answer_model(const mlc_model *model)
{
    mlc_buffer *bytes = NULL;
    mlc_error err = {0};
    if (mlc_model_is_fitted(model)) {
        scene_ok(mlc_model_save_memory(NULL, model, NULL, &bytes, &err), &err);
    } else {
        scene_ok(mlc_model_format(model, "format=json defaults=true", &bytes, &err), &err);
    }
    answer_buffer(bytes);
    mlc_buffer_free(bytes);
}

static inline void answer_transform(const mlc_transform *transform, const mlc_dataset *numbers)
{
    mlc_buffer *text = NULL;
    mlc_error err = {0};
    scene_ok(mlc_transform_format(transform, "format=json defaults=true", &text, &err), &err);
    answer_buffer(text);
    mlc_buffer_free(text);
    if (!mlc_transform_is_fitted(transform)) return;
    mlc_dataset *out = NULL;
    scene_ok(mlc_transform_apply(NULL, transform, numbers, &out, &err), &err);
    answer_dataset(out);
    mlc_dataset_free(out);
}

/* The first record of rows. */
static inline void answer_predictor(const mlc_predictor *p, const mlc_dataset *rows)
{
    mlc_value row[16];
    double out[8];
    mlc_error err = {0};
    void *scratch = aligned_alloc(64, (size_t)(mlc_predictor_scratch_bytes(p) + 63) & ~(size_t)63);
    memset(scratch, 0, 64);
    for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++) {
        row[j] = cell_value(rows, mlc_dataset_find(rows, mlc_predictor_input_name(p, j)), 0);
    }
    scene_ok(mlc_predictor_run(p, row, scratch, out, NULL, &err), &err);
    mlci_torture_answer(out, mlc_predictor_n_outputs(p) * (int64_t)sizeof *out);
    double reals[16];
    for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++)
        reals[j] = (double)NAN;
    scene_ok(mlc_predictor_run_reals(p, reals, 1, scratch, out, NULL, &err), &err);
    mlci_torture_answer(out, mlc_predictor_n_outputs(p) * (int64_t)sizeof *out);
    free(scratch);
}

static inline void answer_file(const char *path)
{
    static char bytes[1 << 20];
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    mlci_torture_answer(bytes, (int64_t)fread(bytes, 1, sizeof bytes, f));
    fclose(f);
}

#endif
