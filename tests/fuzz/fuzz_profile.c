/* Profiles as JSON of anybody: refused, or a profile that answers its tables, writes a schema that
 * can be read, and writes itself; what it writes, also merged with itself, made coarser, reads back
 * to the same bytes. */
#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"
#include "schema_impl.h"

#define PER_BYTE INT64_C(1100)

/* Writes, reads and writes again. */
static void write_and_read(mlc_context *ctx, const mlc_profile *profile)
{
    mlc_buffer *json = NULL, *again = NULL;
    mlc_profile *other = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_profile_format(profile, &json, &err) == MLC_OK);
    FUZZ_CHECK(mlc_profile_parse(ctx, mlc_buffer_data(json), mlc_buffer_size(json), &other, &err) ==
               MLC_OK);
    FUZZ_CHECK(mlc_profile_format(other, &again, &err) == MLC_OK);
    FUZZ_CHECK(mlc_buffer_size(json) == mlc_buffer_size(again));
    FUZZ_CHECK(strcmp(mlc_buffer_data(json), mlc_buffer_data(again)) == 0);
    mlc_buffer_free(json);
    mlc_buffer_free(again);
    mlc_profile_free(other);
}

static void ask(mlc_context *ctx, const mlc_profile *profile)
{
    static const char *const tables[] = {"columns", "quantiles", "histogram", "top", "correlation"};
    mlc_error err;
    for (int i = 0; i < 5; i++) {
        mlc_dataset *table = NULL;
        const mlc_status status = mlc_profile_table(ctx, profile, tables[i], NULL, &table, &err);
        fuzz_status(status, &err);
        FUZZ_CHECK(status == MLC_OK || i == 4);
        mlc_dataset_free(table);
    }
}

/* The schema that follows is one, unless two columns have the same name. */
static void infer(mlc_context *ctx, const mlc_profile *profile)
{
    mlc_buffer *text = NULL;
    mlci_schema schema = {0};
    mlc_error err;
    FUZZ_CHECK(mlc_profile_schema(ctx, profile, NULL, &text, &err) == MLC_OK);
    const mlc_status status =
        mlci_schema_parse(mlci_context_root(ctx), mlc_buffer_data(text), &schema, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) mlci_schema_clear(&schema);
    mlc_buffer_free(text);
}

static void merge(mlc_context *ctx, const mlc_profile *profile, const char *settings)
{
    mlc_profile *merged = NULL;
    mlc_error err;
    const mlc_status status = mlc_profile_merge(ctx, (const mlc_profile *[]){profile, profile}, 2,
                                                settings, &merged, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    FUZZ_CHECK(mlc_profile_n_rows(merged) == 2 * mlc_profile_n_rows(profile));
    ask(ctx, merged);
    write_and_read(ctx, merged);
    mlc_profile_free(merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_host host = {0};
    mlc_context *const ctx = fuzz_open(&host, 1);
    char *const text = malloc(size > 0 ? size : 1); /* exact: no NUL behind it */
    mlc_profile *profile = NULL;
    mlc_error err = {0};
    if (size > 0) memcpy(text, data, size);
    const mlc_status status = mlc_profile_parse(ctx, text, (int64_t)size, &profile, &err);
    fuzz_bound(&host, FUZZ_BASE, size, PER_BYTE);
    fuzz_status(status, &err);
    if (status == MLC_OK) {
        write_and_read(ctx, profile);
        ask(ctx, profile);
        infer(ctx, profile);
        merge(ctx, profile, NULL);
        merge(ctx, profile, "max_distinct=16");
    }
    mlc_profile_free(profile);
    fuzz_close(&host);
    free(text);
    return 0;
}
