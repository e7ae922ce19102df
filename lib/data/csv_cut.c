/* Cutting text into regions that can be read side by side. By the parity of the quotes before each
 * chunk, counted under both assumptions at once (kernel/scan_kernels.h), or record by record, which
 * is the definition. O(bytes). */
#include "csv.h"

static inline int is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

int64_t mlci_csv_n_chunks(const mlci_csv_source *source, int64_t body, int64_t chunk_bytes)
{
    const int64_t n = source->n - body;
    return n <= chunk_bytes ? 1 : (n - 1) / chunk_bytes + 1;
}

typedef struct cutter {
    const mlci_csv_source *source;
    int64_t body, chunk_bytes;
    mlci_scan_summary *chunks;
} cutter;

static mlc_status summarise_chunk(void *arg, int64_t index, int32_t slot, mlc_error *err)
{
    const cutter *const cut = arg;
    const mlci_csv_source *const source = cut->source;
    const int64_t begin = index * cut->chunk_bytes, n = source->n - cut->body;
    const int64_t end = n - begin < cut->chunk_bytes ? n : begin + cut->chunk_bytes;
    const mlci_scan_text text = {source->bytes + cut->body, n, source->delimiter, source->quote};
    mlci_scan_summary *const s = &cut->chunks[index];
    (void)slot;
    (void)err;
    mlci_csv_kernels(source)->summarise(&text, begin, end, s);
    for (int k = 0; k < 2; k++) {
        if (s->first[k] >= 0) s->first[k] += cut->body;
        if (s->last[k] >= 0) s->last[k] += cut->body;
    }
    return MLC_OK;
}

/* Where the records end that are whole: behind the last line end outside quotes. */
static int64_t whole_end(const cutter *cut, int64_t n_regions)
{
    int64_t end = cut->body;
    int32_t inside = 0;
    if (!cut->source->has_more) return cut->source->n;
    for (int64_t c = 0; c < n_regions; c++) {
        if (cut->chunks[c].last[inside] >= 0) end = cut->chunks[c].last[inside];
        inside ^= cut->chunks[c].odd;
    }
    return end;
}

/* Regions from the summaries: a line belongs to the chunk that it starts in. */
static void place_regions(const cutter *cut, mlci_csv_region *regions, int64_t n_regions,
                          int64_t end)
{
    const mlci_csv_source *const source = cut->source;
    int32_t inside = 0;
    int64_t last = 0; /* the latest region that is not empty */
    for (int64_t c = 0; c < n_regions; c++) {
        const mlci_scan_summary *const s = &cut->chunks[c];
        const int64_t begin = cut->body + c * cut->chunk_bytes;
        int64_t start = s->first[inside];
        int64_t n_rows = s->n_lines[inside];
        if (c == 0 || (!inside && is_line_end(source->bytes[begin - 1]))) {
            start = begin;
        } else if (start >= 0) {
            n_rows--; /* of the line that started before */
            regions[last].n_rows++;
        }
        if (start >= 0) {
            if (start > 0 && start < source->n && source->bytes[start] == '\n' &&
                source->bytes[start - 1] == '\r') {
                start++; /* a CRLF cut in two */
            }
            regions[last].end = start < end ? start : end;
            last = c;
        }
        regions[c] = (mlci_csv_region){.begin = start >= 0 && start < end ? start : end,
                                       .end = end,
                                       .n_rows = start >= 0 ? n_rows : 0};
        inside ^= s->odd;
    }
    if (source->has_more) return;
    if (source->n > cut->body && !is_line_end(source->bytes[source->n - 1])) {
        regions[last].n_rows++;
    } else if (inside) {
        regions[last].n_rows++; /* the line end is inside a quote that is not closed */
    }
}

static mlc_status cut_exactly(mlc_context *call, const cutter *cut, mlci_csv_region *regions,
                              int64_t n_regions, int64_t *end, mlc_error *err)
{
    int64_t at = cut->body;
    int32_t is_cut = 0;
    for (int64_t c = 0; c < n_regions; c++) {
        const int64_t limit =
            c + 1 < n_regions ? cut->body + (c + 1) * cut->chunk_bytes : cut->source->n;
        regions[c] = (mlci_csv_region){.begin = at};
        while (at < limit && !is_cut) {
            mlci_csv_record record;
            mlci_csv_scan_record(cut->source, at, cut->source->n, 0, NULL, 0, &record);
            is_cut = record.is_cut;
            if (is_cut) break;
            if (record.n_fields != 0 || record.fault.kind != MLCI_CSV_NO_FAULT) {
                regions[c].n_rows++;
            }
            at = record.next;
        }
        regions[c].end = at;
        MLCI_TRY(mlci_poll(call, err));
    }
    *end = at;
    return MLC_OK;
}

static mlc_status cut_by_parity(mlc_context *call, cutter *cut, mlci_csv_region *regions,
                                int64_t n_regions, mlci_csv_cutting *cutting, mlc_error *err)
{
    cut->chunks = mlci_alloc(call->root, n_regions, sizeof *cut->chunks);
    if (cut->chunks == NULL) {
        return mlci_fail_memory(err, n_regions, (int64_t)sizeof *cut->chunks);
    }
    const mlc_status status = mlci_parallel_for(call, n_regions, summarise_chunk, cut, err);
    if (status == MLC_OK) {
        cutting->end = whole_end(cut, n_regions);
        cutting->n_lines = 0;
        for (int64_t c = 0; c < n_regions; c++)
            cutting->n_lines += cut->chunks[c].n_ends;
        place_regions(cut, regions, n_regions, cutting->end);
    }
    mlci_free(cut->chunks);
    return status;
}

mlc_status mlci_csv_cut(mlc_context *call, const mlci_csv_source *source, mlci_csv_cutting *cutting,
                        mlci_csv_region *regions, int64_t n_regions, mlc_error *err)
{
    cutter cut = {.source = source, .body = cutting->body, .chunk_bytes = cutting->chunk_bytes};
    if (cutting->exact) {
        MLCI_TRY(cut_exactly(call, &cut, regions, n_regions, &cutting->end, err));
        cutting->n_lines = -1;
    } else {
        MLCI_TRY(cut_by_parity(call, &cut, regions, n_regions, cutting, err));
    }
    int64_t first_row = 0;
    for (int64_t c = 0; c < n_regions; c++) {
        regions[c].first_row = first_row;
        first_row += regions[c].n_rows;
    }
    return MLC_OK;
}

int64_t mlci_csv_pass_records(const mlci_csv_source *source, int64_t begin, int64_t *n)
{
    int64_t at = begin;
    while (*n > 0 && at < source->n) {
        mlci_csv_record record;
        mlci_csv_scan_record(source, at, source->n, 0, NULL, 0, &record);
        if (record.is_cut) break;
        *n -= record.n_fields != 0 || record.fault.kind != MLCI_CSV_NO_FAULT;
        at = record.next;
    }
    return at;
}
