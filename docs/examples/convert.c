/* A file of any size into another format, without ever having all of it in memory: batches of a CSV
 * file pass by, each loses the flights that were on time and gets a column, and what is left is
 * written as JSON Lines. */
#include <mlcore/mlcore.h>
#include <stdio.h>

/* Between the file that is read and the one that is written: a source of batches. */
struct late_flights { mlc_reader *file; int64_t n_kept; };

static mlc_status next_batch(void *user, mlc_dataset **out, mlc_error *err)
{
    struct late_flights *const s = user;
    mlc_dataset *batch = NULL, *late = NULL;
    mlc_status status = mlc_reader_next(NULL, s->file, &batch, err);
    if (status != MLC_OK) return status; /* also MLC_END, behind the last */
    status = mlc_dataset_filter(NULL, batch, "arr_delay > 60", &late, err);
    if (status == MLC_OK) {
        status = mlc_dataset_with_column(NULL, late, "hours", "arr_delay / 60", out, err);
        s->n_kept += mlc_dataset_n_rows(late);
    }
    mlc_dataset_free(late);
    mlc_dataset_free(batch);
    return status;
}

int main(int argc, char **argv)
{
    const char *const from = argc > 1 ? argv[1] : "tests/data/nycflights_sample.csv.gz";
    const char *const to = argc > 2 ? argv[2] : "late.jsonl.gz";
    struct late_flights flights = {0};
    const mlc_source source = {.size = sizeof source, .user = &flights, .next = next_batch};
    mlc_error err;
    mlc_reader *late = NULL;
    mlc_dataset *again = NULL;
    /* Types are those of the first batch; a column that is narrower there than later is told. */
    const int failed =
        mlc_reader_open(NULL, from, "types='arr_delay:float64'", &flights.file, &err) ||
        mlc_reader_from_source(NULL, &source, NULL, &late, &err) ||
        mlc_reader_write(NULL, late, to, NULL, &err) ||
        mlc_dataset_read(NULL, to, NULL, &again, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    else printf("%lld of %lld flights were late by more than an hour; %s has %lld, of %d columns\n",
                (long long)flights.n_kept, (long long)mlc_reader_n_rows(flights.file), to,
                (long long)mlc_dataset_n_rows(again), (int)mlc_dataset_n_columns(again));
    mlc_dataset_free(again);
    mlc_reader_close(late);
    mlc_reader_close(flights.file);
    return failed != 0;
}
