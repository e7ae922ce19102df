/* Rows from two files: flights with the names of their airlines, late ones counted by airline, and a
 * column of our own for a model. */
#include <mlcore/mlcore.h>
#include <stdio.h>

/* A line an airline of the table, the ten that are late most often. */
static int print_airlines(const mlc_dataset *late, mlc_error *err)
{
    printf("%-28s flights  late\n", "airline");
    for (int64_t i = 0; i < mlc_dataset_n_rows(late) && i < 10; i++) {
        const char *name = NULL;
        int64_t length = 0;
        double n = 0, share = 0;
        if (mlc_dataset_text(late, "name", i, &name, &length, err) ||
            mlc_dataset_real(late, "n", i, &n, err) ||
            mlc_dataset_real(late, "share", i, &share, err))
            return 1;
        printf("%-28.*s %7.0f  %3.0f%%\n", (int)length, name, n, 100 * share);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *const path = argc > 1 ? argv[1] : "tests/data/nycflights_sample.csv.gz";
    const char *const names = argc > 2 ? argv[2] : "tests/data/nycflights13_airlines.csv";
    mlc_error err;
    mlc_dataset *flights = NULL, *airlines = NULL, *summer = NULL, *named = NULL, *late = NULL,
                *sorted = NULL, *ready = NULL;
    int failed =
        mlc_dataset_read_csv(NULL, path, "target=arr_delay", &flights, &err) ||
        mlc_dataset_read_csv(NULL, names, NULL, &airlines, &err) ||
        mlc_dataset_filter(NULL, flights, "month between 6 and 8 and arr_delay is not missing",
                           &summer, &err) ||
        mlc_dataset_join(NULL, summer, airlines, "on=carrier how=left validate=many_to_one", &named,
                         &err) ||
        mlc_dataset_aggregate(NULL, named, "by=name n=count() share=mean(arr_delay > 15)", &late,
                              &err) ||
        mlc_dataset_sort(NULL, late, "by=share descending=true", &sorted, &err) ||
        print_airlines(sorted, &err) ||
        mlc_dataset_with_column(NULL, named, "speed", "distance / (air_time / 60)", &ready, &err);
    if (!failed) {
        printf("%lld flights, %d columns for a model of the delay\n",
               (long long)mlc_dataset_n_rows(ready), (int)mlc_dataset_n_columns(ready));
    } else {
        fprintf(stderr, "%s\n", err.message);
    }
    mlc_dataset_free(ready);
    mlc_dataset_free(sorted);
    mlc_dataset_free(late);
    mlc_dataset_free(named);
    mlc_dataset_free(summer);
    mlc_dataset_free(airlines);
    mlc_dataset_free(flights);
    return failed != 0;
}
