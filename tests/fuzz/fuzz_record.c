/* Records for a predictor: cells of any kind, also kinds that there are not, over texts that end
 * where they say. A record whose cells have the kinds of the training rows must give the same bits
 * as a batch of one row. */
#include <math.h>

#include "fuzz_bytes.h"
#include "fuzz_main.h"
#include "fuzz_people.h"

static const char *const recipes[] = {
    "pipeline(chain(on(type:number, chain(simple_imputer(add_indicator=true), standard_scaler)), "
    "on(type:category, one_hot_encoder(handle_unknown=ignore))), logistic_regression(max_iter=5))",
    "gradient_boosting_classifier(n_estimators=3, max_leaf_nodes=5, min_samples_leaf=5)",
    "pipeline(on(type:category, ordinal_encoder(handle_unknown=use_encoded_value)), "
    "gradient_boosting_regressor(n_estimators=3, max_leaf_nodes=5, min_samples_leaf=5))",
    "pipeline(automatic, kmeans(n_clusters=3, n_init=1, max_iter=3))",
    "pipeline(automatic, ridge)",
};
#define N_MODELS ((int)(sizeof recipes / sizeof recipes[0]))
#define MAX_INPUTS 8

typedef struct served {
    mlc_model *model;
    mlc_predictor *predictor;
} served;

static served *serve(int i)
{
    static served all[N_MODELS];
    served *s = &all[i];
    mlc_error err;
    if (s->model != NULL) return s;
    const int numbers = i == 2 || i == 4;
    s->model = fuzz_model(recipes[i], numbers ? COMPOSING_NUMBERS : COMPOSING_CLASSES);
    fuzz_keep(1);
    FUZZ_CHECK(mlc_predictor_create(NULL, s->model, NULL, &s->predictor, &err) == MLC_OK);
    fuzz_keep(0);
    FUZZ_CHECK(mlc_predictor_n_inputs(s->predictor) <= MAX_INPUTS);
    return s;
}

static double odd_number(fuzz_bytes *in)
{
    static const double odd[] = {0,
                                 -0.0,
                                 1,
                                 -1,
                                 NAN,
                                 INFINITY,
                                 -INFINITY,
                                 5e-324,
                                 1.7976931348623157e308,
                                 9007199254740993.0};
    const size_t k = fuzz_below(in, 16);
    return k < 10 ? odd[k] : k < 13 ? fuzz_real(in) : (double)fuzz_u8(in);
}

/* An exact block; words of the training rows more often than chance has them. */
static char *draw_text(fuzz_bytes *in, int32_t *length)
{
    static const char *const words[] = {"clerk", "cook", "nurse", "smith", "Rome",  "Oslo",
                                        "Lima",  "12.5", "",      "NaN",   "1e999", " 7 "};
    const size_t k = fuzz_below(in, 16);
    fuzz_bytes piece = *in;
    size_t n = k < 12 ? strlen(words[k]) : fuzz_below(in, 32);
    if (k < 12) {
        piece = fuzz_bytes_of((const uint8_t *)words[k], n);
    } else {
        n = n < fuzz_left(in) ? n : fuzz_left(in);
        piece = fuzz_bytes_of(in->at, n);
        in->at += n;
    }
    char *text = malloc(n > 0 ? n : 1);
    if (n > 0) memcpy(text, piece.at, n);
    *length = (int32_t)n;
    return text;
}

static mlc_value draw_cell(fuzz_bytes *in, char **text)
{
    mlc_value v = {0};
    const size_t k = fuzz_below(in, 20);
    v.kind = k == 19 ? (int32_t)fuzz_u64(in) : (int32_t)(k % 4);
    if (v.kind == MLC_REAL) v.real = odd_number(in);
    if (v.kind == MLC_INTEGER) v.integer = (int64_t)fuzz_u64(in) >> fuzz_below(in, 64);
    if (v.kind == MLC_TEXT) v.text = *text = draw_text(in, &v.length);
    if (v.kind == MLC_TEXT && fuzz_below(in, 64) == 0) v.length = -1 - v.length;
    return v;
}

/* ---- the same row as a batch --------------------------------------------------------------- */

static int is_text_input(const char *name)
{
    return strcmp(name, "job") == 0 || strcmp(name, "city") == 0;
}

/* Kinds that the training rows had; text must be UTF-8 without NUL for an array to take it. */
static int is_usual(const mlc_predictor *p, const mlc_value *row)
{
    for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++) {
        const int text = is_text_input(mlc_predictor_input_name(p, j));
        if (row[j].kind == MLC_MISSING) continue;
        if (row[j].kind != (text ? MLC_TEXT : MLC_REAL)) return 0;
        if (text && row[j].length < 0) return 0;
    }
    return 1;
}

static void compare_batch(mlc_context *ctx, const served *s, const mlc_value *row,
                          const double *alone)
{
    const mlc_predictor *p = s->predictor;
    const int32_t n = mlc_predictor_n_inputs(p), n_out = mlc_predictor_n_outputs(p);
    mlc_array arrays[MAX_INPUTS];
    int64_t offsets[MAX_INPUTS][2];
    double values[MAX_INPUTS];
    uint8_t valid[MAX_INPUTS];
    for (int32_t j = 0; j < n; j++) {
        const char *name = mlc_predictor_input_name(p, j);
        arrays[j] = (mlc_array){.size = sizeof(mlc_array),
                                .name = name,
                                .n_rows = 1,
                                .n_columns = 1,
                                .valid = &valid[j]};
        valid[j] = row[j].kind != MLC_MISSING;
        offsets[j][0] = 0;
        offsets[j][1] = row[j].kind == MLC_TEXT ? row[j].length : 0;
        values[j] = row[j].real;
        arrays[j].type = is_text_input(name) ? MLC_TYPE_CATEGORY : MLC_TYPE_FLOAT64;
        arrays[j].data = is_text_input(name)
                             ? (const void *)(row[j].text != NULL ? row[j].text : "")
                             : &values[j];
        if (is_text_input(name)) arrays[j].offsets = offsets[j];
    }
    mlc_dataset *one = NULL, *out = NULL;
    mlc_error err;
    if (mlc_dataset_from_arrays(ctx, arrays, n, NULL, &one, &err) != MLC_OK) return;
    const int is_class = strncmp(mlc_predictor_output_name(p, 0), "probability", 11) == 0;
    double *batch = malloc((size_t)n_out * sizeof *batch);
    const mlc_status status =
        mlc_model_predict(ctx, s->model, one, is_class ? "output=probability" : NULL, &out, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_dataset_copy_real(out, is_class ? "probability" : "prediction", batch, n_out,
                                     &err) == MLC_OK);
    for (int32_t k = 0; k < n_out; k++)
        FUZZ_CHECK((alone[k] != alone[k] && batch[k] != batch[k]) ||
                   memcmp(&alone[k], &batch[k], sizeof *alone) == 0);
    free(batch);
    mlc_dataset_free(out);
    mlc_dataset_free(one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const served *s = serve((int)fuzz_below(&in, N_MODELS));
    const mlc_predictor *p = s->predictor;
    mlc_value row[MAX_INPUTS];
    char *texts[MAX_INPUTS] = {NULL};
    double *out = malloc((size_t)mlc_predictor_n_outputs(p) * sizeof *out);
    void *scratch = NULL;
    const size_t n_scratch = (size_t)mlc_predictor_scratch_bytes(p);
    FUZZ_CHECK(posix_memalign(&scratch, 64, n_scratch) == 0);
    memset(scratch, 0, n_scratch);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    for (int k = 0; k < 3; k++) {
        for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++)
            row[j] = draw_cell(&in, &texts[j]);
        int64_t flags = 0;
        mlc_error err;
        const mlc_status status = mlc_predictor_run(p, row, scratch, out, &flags, &err);
        fuzz_status(status, &err);
        FUZZ_CHECK(flags >= 0 && flags < 16);
        if (status == MLC_OK && is_usual(p, row)) compare_batch(ctx, s, row, out);
        for (int32_t j = 0; j < MAX_INPUTS; j++) {
            free(texts[j]);
            texts[j] = NULL;
        }
    }
    fuzz_close(&host);
    free(scratch);
    free(out);
    return 0;
}
