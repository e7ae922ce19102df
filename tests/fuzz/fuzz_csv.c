/* CSV under options drawn from the input. A text must give the same dataset, or the same failure,
 * read whole by one thread and in small chunks by three; the fast scan must find the separators
 * that the record-by-record definition finds; what was read must print and read back.
 *
 * Bytes 0 to 3 are choices; a first line of settings is taken where byte 3 says so. */
#include "csv.h"
#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"
#include "fuzz_rows.h"

/* Fields of one byte make the most columns: each has a name, a builder and a column. */
#define PER_BYTE INT64_C(1100)
#define BASE (2 * FUZZ_BASE) /* places of one batch of cells */

typedef struct csv_case {
    const char *text, *settings;
    size_t n;
} csv_case;

static mlc_status read_case(mlc_context *ctx, const csv_case *in, const mlci_csv_sizes *sizes,
                            mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_csv_settings s;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_csv_settings_read(mlci_context_root(ctx), in->settings, &s, err);
    if (status == MLC_OK) {
        mlci_byte_stream *stream = NULL;
        status =
            mlci_byte_stream_of(call, "csv", in->text, (int64_t)in->n, s.encoding, &stream, err);
        if (status == MLC_OK) {
            status = mlci_csv_read_stream(call, "csv", stream, &s, sizes, out, err);
        }
        mlci_csv_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

/* Written as CSV and read again, it has the same shape; and it describes itself. */
static void write_and_read(mlc_context *ctx, const mlc_dataset *rows)
{
    mlc_buffer *text = NULL;
    mlc_dataset *again = NULL, *profile = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_dataset_format(rows, "format=json", &text, &err) == MLC_OK);
    mlc_buffer_free(text);
    FUZZ_CHECK(mlc_dataset_format(rows, NULL, &text, &err) == MLC_OK);
    mlc_buffer_free(text);
    FUZZ_CHECK(mlc_dataset_describe(ctx, rows, &profile, &err) == MLC_OK);
    mlc_dataset_free(profile);
    FUZZ_CHECK(mlc_dataset_format(rows, "format=csv", &text, &err) == MLC_OK);
    const mlc_status status =
        mlc_dataset_parse_csv(ctx, mlc_buffer_data(text), mlc_buffer_size(text),
                              "delimiter=',' header=true", &again, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_dataset_n_columns(again) == mlc_dataset_n_columns(rows));
    FUZZ_CHECK(mlc_dataset_n_rows(again) == mlc_dataset_n_rows(rows));
    for (int32_t j = 0; j < rows->n_fields; j++)
        FUZZ_CHECK(strcmp(rows->fields[j].name, again->fields[j].name) == 0);
    mlc_dataset_free(again);
    mlc_buffer_free(text);
}

/* ---- separators ---------------------------------------------------------------------------- */

static int refuse_row(void *arg, const mlci_csv_fault *fault)
{
    (void)arg;
    (void)fault;
    return 1;
}

/* Every row of n fields by the definition is the next row of the batches, with the same cells. (A
 * row may end at either byte of CR LF: blanks around cells do not count.) */
static void compare_scans(const csv_case *in, char delimiter, char quote)
{
    const mlci_csv_source s = {.name = "csv",
                               .bytes = in->text,
                               .n = (int64_t)in->n,
                               .delimiter = delimiter,
                               .quote = quote};
    uint32_t at[64];
    mlci_csv_record record = {0};
    int64_t n_fields = 0, place = 0;
    while (n_fields == 0 && place < s.n) {
        mlci_csv_scan_record(&s, place, s.n, -1, NULL, 0, &record);
        if (record.fault.kind == MLCI_CSV_NO_FAULT) n_fields = record.n_fields;
        if (n_fields == 0) place = record.next;
    }
    if (n_fields == 0 || n_fields > 60) return;
    mlci_csv_batch batch = {.capacity = mlci_csv_batch_capacity(n_fields)};
    batch.at = malloc((size_t)batch.capacity * sizeof *batch.at);
    const mlci_csv_policy policy = {refuse_row, NULL};
    int64_t slow = place;
    for (int64_t from = place; from < s.n; from = batch.next) {
        mlci_csv_scan_batch(&s, from, s.n, n_fields, INT64_MAX, &policy, &batch);
        FUZZ_CHECK(batch.next > from);
        for (int64_t r = 0; r < batch.n_rows; r++) {
            do {
                FUZZ_CHECK(slow < s.n);
                mlci_csv_scan_record(&s, slow, s.n, batch.base, at, 64, &record);
                slow = record.next;
            } while (record.fault.kind != MLCI_CSV_NO_FAULT || record.n_fields != n_fields);
            for (int64_t j = 0; j < n_fields; j++) {
                const mlci_csv_cell a = mlci_csv_batch_cell(&s, &batch, r, j);
                const mlci_csv_cell b = mlci_csv_trim(s.bytes + (batch.base + at[j] + 1),
                                                      s.bytes + (batch.base + at[j + 1]), s.quote);
                FUZZ_CHECK(a.length == b.length && a.quoted == b.quoted);
                FUZZ_CHECK(memcmp(a.text, b.text, (size_t)a.length) == 0);
            }
        }
    }
    for (; slow < s.n; slow = record.next) { /* no row is left */
        mlci_csv_scan_record(&s, slow, s.n, -1, NULL, 0, &record);
        FUZZ_CHECK(record.fault.kind != MLCI_CSV_NO_FAULT || record.n_fields != n_fields);
    }
    free(batch.at);
}

/* ---- options ------------------------------------------------------------------------------- */

static const char *const delimiters[] = {"",
                                         "delimiter=',' ",
                                         "delimiter=';' ",
                                         "delimiter=tab ",
                                         "delimiter='|' ",
                                         "delimiter=' ' ",
                                         "delimiter=a ",
                                         ""};
static const char *const quotes[] = {"", "quote=none ", "quote=\"'\" ", ""};
static const char *const headers[] = {"", "header=true ", "header=false ", ""};
static const char *const errors[] = {"", "on_error=skip ", "on_error=collect ", ""};
static const char *const texts[] = {"", "text=category ", "text=text ", ""};
static const char *const nulls[] = {"", "null='' ", "null='x,-,0' ", "null='NA,''NA,b''' "};
static const char *const types[] = {"",
                                    "types='column_1:float64' ",
                                    "types='a:int64,b:timestamp' ",
                                    "types='a:category,b:text' ",
                                    "types='a:bool,b:float32' ",
                                    "",
                                    "target=a ",
                                    "id=a weight=b classes='x,y' "};

static const char *const more[] = {"",
                                   "decimal=',' ",
                                   "thousands=',' ",
                                   "decimal=',' thousands='.' ",
                                   "comment='#' ",
                                   "skip_rows=2 n_rows=3 ",
                                   "encoding=latin-1 ",
                                   "encoding=utf-16 timestamps=false "};

static char *settings_of(fuzz_bytes *in, int *small_chunk)
{
    const uint8_t a = fuzz_u8(in), b = fuzz_u8(in), c = fuzz_u8(in), d = fuzz_u8(in);
    *small_chunk = 1 + c % 64;
    if (d % 8 == 7) return fuzz_line(in);
    char *text = malloc(400);
    snprintf(text, 400, "%s%s%s%s%s%s%s%s", delimiters[a & 7], quotes[a >> 3 & 3],
             headers[a >> 5 & 3], errors[b & 3], texts[b >> 2 & 3], nulls[b >> 4 & 3], types[d & 7],
             more[d >> 5 & 7]);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    int small_chunk = 0;
    char *settings = settings_of(&in, &small_chunk);
    const size_t n = fuzz_left(&in);
    char *text = malloc(n > 0 ? n : 1); /* exact: no NUL behind it */
    if (n > 0) memcpy(text, in.at, n);
    const csv_case c = {text, settings, n};
    fuzz_host host = {0}, other = {0};
    mlc_context *ctx = fuzz_open(&host, 1), *threads = fuzz_open(&other, 3);
    mlc_dataset *whole = NULL, *pieces = NULL;
    mlc_error err = {0}, err_pieces = {0};
    const mlci_csv_sizes large = {MLCI_CSV_CHUNK_BYTES, MLCI_CSV_WINDOW_BYTES};
    const mlci_csv_sizes small = {small_chunk, 7 * small_chunk};
    const mlc_status status = read_case(ctx, &c, &large, &whole, &err);
    fuzz_bound(&host, BASE, size + strlen(settings), PER_BYTE);
    const mlc_status cut = read_case(threads, &c, &small, &pieces, &err_pieces);
    fuzz_status(status, &err);
    if (status != cut || (status != MLC_OK && strcmp(err.message, err_pieces.message) != 0))
        fprintf(stderr, "%d: %s\n%d: %s\n", (int)status, err.message, (int)cut, err_pieces.message);
    FUZZ_CHECK(status == cut);
    if (status != MLC_OK) FUZZ_CHECK(strcmp(err.message, err_pieces.message) == 0);
    fuzz_same_dataset(whole, pieces);
    if (status == MLC_OK && whole->n_fields > 0) write_and_read(ctx, whole);
    compare_scans(&c, ',', '"');
    compare_scans(&c, ';', '\0');
    mlc_dataset_free(whole);
    mlc_dataset_free(pieces);
    fuzz_close(&host);
    fuzz_close(&other);
    free(text);
    free(settings);
    return 0;
}
