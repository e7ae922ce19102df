/* Expressions and aggregations over a few rows of every type: whatever the text, a status with its
 * message or values, the same for all rows at once and one by one. The first byte chooses. What is
 * made of texts may take all the memory that the host allows. */
#include <mlcore/shape.h>

#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"

static const char rows[] =
    "i,x,b,c,t,w,odd name\n1,0.5,true,A,alpha,2024-02-29T10:11:12Z,1\n-7,NA,false,B,,1969-12-31,2\n"
    ",1e300,,A,\"it's\",,3\n9223372036854775807,-2.5,true,,\xc3\xa4 b,0001-01-01,4\n";

static void try_column(mlc_context *ctx, const mlc_dataset *d, const char *text)
{
    mlc_dataset *out = NULL, *one = NULL, *row = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_with_column(ctx, d, "result", text, &out, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    FUZZ_CHECK(mlc_dataset_n_rows(out) == mlc_dataset_n_rows(d));
    for (int64_t i = 0; i < mlc_dataset_n_rows(d); i++) {
        double a = 0, b = 0;
        FUZZ_CHECK(mlc_dataset_rows(ctx, d, NULL, i, 1, &row, NULL) == MLC_OK);
        FUZZ_CHECK(mlc_dataset_with_column(ctx, row, "result", text, &one, NULL) == MLC_OK);
        const mlc_status left = mlc_dataset_real(out, "result", i, &a, NULL);
        const mlc_status right = mlc_dataset_real(one, "result", 0, &b, NULL);
        if (left == MLC_OK && right == MLC_OK &&
            mlc_dataset_column_type(out, 7) != MLC_TYPE_CATEGORY) {
            FUZZ_CHECK(a == b || (a != a && b != b));
        }
        mlc_dataset_free(one);
        mlc_dataset_free(row);
    }
    mlc_dataset_free(out);
}

static void try_rows(mlc_context *ctx, const mlc_dataset *d, const char *text, int aggregate)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = aggregate ? mlc_dataset_aggregate(ctx, d, text, &out, &err)
                                        : mlc_dataset_filter(ctx, d, text, &out, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) FUZZ_CHECK(mlc_dataset_n_rows(out) <= mlc_dataset_n_rows(d) + aggregate);
    mlc_dataset_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const size_t which = fuzz_below(&in, 4);
    char *text = fuzz_rest(&in);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1 + (int32_t)(which % 2) * 2);
    mlc_dataset *d = NULL;
    FUZZ_CHECK(mlc_dataset_parse_csv(ctx, rows, (int64_t)strlen(rows),
                                     "types='c:category,t:text,w:timestamp'", &d, NULL) == MLC_OK);
    if (which < 2) {
        try_column(ctx, d, text);
    } else {
        try_rows(ctx, d, text, which == 3);
    }
    mlc_dataset_free(d);
    fuzz_close(&host);
    free(text);
    return 0;
}
