/* Schemas as JSON of anybody over a few rows of every type: validate and conform end with a status
 * and its message, or with a table of findings and with rows that conform once more to the same.
 * Byte 0 chooses the policy, the reference and how many threads. */
#include "fuzz_bytes.h"
#include "fuzz_main.h"
#include "fuzz_rows.h"

static const char rows[] =
    "i,x,b,c,t,w,odd name\n1,0.5,true,A,alpha,2024-02-29T10:11:12Z,1\n-7,NA,false,B,,1969-12-31,2\n"
    ",1e300,,A,\"it's\",,3\n9223372036854775807,-2.5,true,,\xc3\xa4 b,0001-01-01,4\n";

static void validate(mlc_context *ctx, const mlc_dataset *d, const char *schema,
                     const mlc_profile *reference)
{
    mlc_dataset *findings = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_validate(
        ctx, d, schema, reference, "now=2024-03-01T00:00:00Z examples=3", &findings, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) FUZZ_CHECK(mlc_dataset_n_columns(findings) == 7);
    mlc_dataset_free(findings);
}

/* What conforms by coercion or by leaving out has no reason to change again. */
static void conform(mlc_context *ctx, const mlc_dataset *d, const char *schema, size_t policy)
{
    static const char *const policies[] = {"policy=fail", "policy=warn", "policy=coerce",
                                           "policy=missing"};
    mlc_dataset *out = NULL, *again = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_conform(ctx, d, schema, policies[policy], &out, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    FUZZ_CHECK(mlc_dataset_n_rows(out) == mlc_dataset_n_rows(d));
    FUZZ_CHECK(mlc_dataset_conform(ctx, out, schema, policies[policy], &again, &err) == MLC_OK);
    fuzz_same_dataset(out, again);
    mlc_dataset_free(out);
    mlc_dataset_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const size_t which = fuzz_below(&in, 16);
    char *const schema = fuzz_rest(&in);
    fuzz_host host = {0};
    mlc_context *const ctx = fuzz_open(&host, which >= 8 ? 3 : 1);
    mlc_dataset *d = NULL;
    mlc_profile *reference = NULL;
    FUZZ_CHECK(mlc_dataset_parse_csv(ctx, rows, (int64_t)strlen(rows),
                                     "types='c:category,t:text,w:timestamp'", &d, NULL) == MLC_OK);
    FUZZ_CHECK(mlc_profile_create(ctx, d, NULL, &reference, NULL) == MLC_OK);
    validate(ctx, d, schema, which % 8 < 4 ? reference : NULL);
    conform(ctx, d, schema, which % 4);
    mlc_profile_free(reference);
    mlc_dataset_free(d);
    fuzz_close(&host);
    free(schema);
    return 0;
}
