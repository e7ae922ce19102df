/* A program that knows libmlcore only through pkg-config: trains, saves, loads, predicts. */
#include <mlcore/mlcore.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *data = NULL, *out = NULL;
    mlc_model *recipe = NULL, *model = NULL, *loaded = NULL;
    mlc_buffer *bytes = NULL;
    if (argc != 2) return 2;
    const int failed =
        mlc_dataset_read_csv(NULL, argv[1], "target=species", &data, &err) ||
        mlc_model_parse(NULL, "pipeline(automatic, logistic_regression)", &recipe, &err) ||
        mlc_model_fit(NULL, recipe, data, NULL, &model, &err) ||
        mlc_model_save_memory(NULL, model, NULL, &bytes, &err) ||
        mlc_model_load_memory(NULL, mlc_buffer_data(bytes), mlc_buffer_size(bytes), NULL, &loaded,
                              &err) ||
        mlc_model_predict(NULL, loaded, data, NULL, &out, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    else printf("%s: %lld rows predicted\n", mlc_build_info(), (long long)mlc_dataset_n_rows(out));
    mlc_dataset_free(out);
    mlc_buffer_free(bytes);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(data);
    return failed != 0;
}
