/* Search results in order: a model that sorts the documents of a query. The data are made here:
 * 400 queries of 20 documents, whose relevance (0 to 4) follows from how well the text fits, how
 * fresh it is and chance. Which query a document belongs to is a column with the role group. */
#include <mlcore/mlcore.h>
#include <stdio.h>

enum { N_QUERIES = 400, N_DOCUMENTS = 20, N_ROWS = N_QUERIES * N_DOCUMENTS };

static double uniform(uint64_t *state) /* SplitMix64 */
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static int make_documents(mlc_dataset **out, mlc_error *err)
{
    static double text[N_ROWS], days[N_ROWS], relevance[N_ROWS];
    static int64_t query[N_ROWS];
    uint64_t state = 1;
    for (int i = 0; i < N_ROWS; i++) {
        text[i] = uniform(&state);
        days[i] = 1000 * uniform(&state);
        query[i] = i / N_DOCUMENTS;
        const double use = text[i] * text[i] + (days[i] < 100 ? 0.4 : 0) + 0.3 * uniform(&state);
        relevance[i] = use > 1.2 ? 4 : use > 1 ? 3 : use > 0.8 ? 2 : use > 0.6 ? 1 : 0;
    }
    mlc_array arrays[] = {
        {.name = "text_match", .type = MLC_TYPE_FLOAT64, .data = text},
        {.name = "days_old", .type = MLC_TYPE_FLOAT64, .data = days},
        {.name = "query", .type = MLC_TYPE_INT64, .data = query, .role = "group"},
        {.name = "relevance", .type = MLC_TYPE_FLOAT64, .data = relevance, .role = "target"}};
    for (int j = 0; j < 4; j++) {
        arrays[j].size = sizeof arrays[j];
        arrays[j].n_rows = N_ROWS;
        arrays[j].n_columns = 1;
    }
    return mlc_dataset_from_arrays(NULL, arrays, 4, NULL, out, err);
}

/* NDCG of the first five, were the documents sorted by their text alone. */
static int measure_text(const mlc_dataset *test, double *ndcg, mlc_error *err)
{
    static double text[N_ROWS];
    const int64_t n = mlc_dataset_n_rows(test);
    mlc_metric *metric = NULL;
    mlc_dataset *scores = NULL, *report = NULL;
    const mlc_array column = {.size = sizeof column,
                              .name = "prediction",
                              .type = MLC_TYPE_FLOAT64,
                              .data = text,
                              .n_rows = n,
                              .n_columns = 1};
    const int failed = mlc_dataset_copy_real(test, "text_match", text, n, err) ||
                       mlc_dataset_from_arrays(NULL, &column, 1, NULL, &scores, err) ||
                       mlc_metric_create(NULL, "ndcg", "k=5", &metric, err) ||
                       mlc_metric_evaluate(NULL, (const mlc_metric *const[]){metric}, 1, test,
                                           scores, NULL, &report, err) ||
                       mlc_dataset_real(report, "value", 0, ndcg, err);
    mlc_dataset_free(report);
    mlc_metric_free(metric);
    mlc_dataset_free(scores);
    return failed;
}

int main(void)
{
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *report = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double learnt = 0, text = 0;
    /* group_k_fold keeps the documents of a query on one side. */
    const int failed =
        make_documents(&data, &err) ||
        mlc_dataset_split(NULL, data, "group_k_fold n_splits=4", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL, "gradient_boosting_ranker(n_estimators=50)", &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=ndcg@5", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &learnt, &err) || measure_text(test, &text, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("The first five results of unseen queries (NDCG, 1 is the best order):\n"
               "  sorted by how well the text fits  %.3f\n"
               "  sorted by the model               %.3f\n",
               text, learnt);
    mlc_dataset_free(report);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return failed != 0;
}
