/* Rows as lines of text. Chunks of rows are formatted side by side, a group of them at a time,
 * beside the writing of the group before, in their order: so the text does not show chunks, batches
 * or threads. Two groups are in memory, whatever the number of rows: a chunk has fewer of them
 * where they are long. */
#include "line_sink.h"

#include "byte_sink.h"

#define CHUNK_BYTES ((int64_t)1 << 18) /* of values, about */
#define CHUNK_ROWS 16384
#define GROUP_CHUNKS 8

typedef struct line_sink {
    mlc_context *call;
    const char *path;
    const mlci_line_format *format;
    void *lines;
    mlci_byte_sink *bytes;   /* NULL before the first rows */
    const mlc_dataset *rows; /* at hand */
    int64_t first_row;       /* of the group */
    int64_t chunk_rows;
    mlci_text chunks[GROUP_CHUNKS], written[GROUP_CHUNKS]; /* the group, and the one before */
    int64_t n_written;                                     /* of that one are yet to be written */
    int64_t writes_beside; /* 1: the first block of a loop writes them */
} line_sink;

/* ---- chunks --------------------------------------------------------------------------------- */

static int64_t mean(int64_t sum, int64_t n)
{
    return n == 0 ? 0 : sum / n;
}

/* Bytes that a row of the column takes, about. */
static int64_t width_of(const mlci_column *c, int32_t omits_zeros)
{
    if (c->type == MLC_TYPE_TEXT) return 8 + mean(c->offsets[c->n_rows] - c->offsets[0], c->n_rows);
    if (c->type == MLC_TYPE_CATEGORY) {
        return 8 + mean(c->dictionary->offsets[c->dictionary->n], c->dictionary->n);
    }
    if (c->indices == NULL || !omits_zeros) return 8 * c->width;
    return 16 * mean(c->offsets[c->n_rows] - c->offsets[0], c->n_rows);
}

static int64_t rows_of_chunk(const mlc_dataset *rows, int32_t omits_zeros)
{
    int64_t bytes = 8;
    for (int32_t j = 0; j < rows->n_fields; j++)
        bytes += width_of(rows->fields[j].column, omits_zeros);
    const int64_t n = CHUNK_BYTES / bytes;
    return n < 1 ? 1 : n < CHUNK_ROWS ? n : CHUNK_ROWS;
}

static mlc_status write_chunks(line_sink *s, mlc_error *err)
{
    const int64_t n = s->n_written;
    s->n_written = 0;
    for (int64_t k = 0; k < n; k++)
        MLCI_TRY(mlci_byte_sink_put(s->bytes, s->written[k].data, s->written[k].length, err));
    return MLC_OK;
}

static mlc_status format_chunk(line_sink *s, int64_t block, mlc_error *err)
{
    mlci_text *const out = &s->chunks[block];
    const int64_t first = s->first_row + block * s->chunk_rows, left = s->rows->n_rows - first;
    const int64_t end = first + (left < s->chunk_rows ? left : s->chunk_rows);
    out->length = 0;
    s->format->append_rows(s->lines, first, end, out);
    return mlci_text_status(out, err);
}

static mlc_status work_on_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    line_sink *const s = arg;
    (void)slot;
    return block < s->writes_beside ? write_chunks(s, err)
                                    : format_chunk(s, block - s->writes_beside, err);
}

static mlc_status format_group(line_sink *s, mlc_error *err)
{
    const int64_t n_left = (s->rows->n_rows - s->first_row - 1) / s->chunk_rows + 1;
    const int64_t n = n_left < GROUP_CHUNKS ? n_left : GROUP_CHUNKS;
    /* What is packed is packed by all threads. */
    if (mlci_byte_sink_is_packed(s->bytes)) MLCI_TRY(write_chunks(s, err));
    s->writes_beside = s->n_written > 0;
    MLCI_TRY(mlci_parallel_for(s->call, n + s->writes_beside, work_on_block, s, err));
    for (int64_t k = 0; k < n; k++) {
        const mlci_text chunk = s->chunks[k];
        s->chunks[k] = s->written[k];
        s->written[k] = chunk;
    }
    s->n_written = n;
    s->first_row += n * s->chunk_rows;
    return MLC_OK;
}

/* ---- the sink ------------------------------------------------------------------------------- */

/* Opens the file with what stands before the rows. */
static mlc_status begin(line_sink *s, mlc_error *err)
{
    mlci_text header = mlci_text_init(s->call->root);
    mlc_status status = MLC_OK;
    if (s->format->append_header != NULL) {
        status = s->format->append_header(s->lines, &header, err);
    }
    if (status == MLC_OK) status = mlci_byte_sink_open(s->call, s->path, &s->bytes, err);
    if (status == MLC_OK) status = mlci_byte_sink_put(s->bytes, header.data, header.length, err);
    mlci_text_clear(&header);
    return status;
}

static mlc_status append(void *self, const mlc_dataset *rows, mlc_error *err)
{
    line_sink *const s = self;
    MLCI_TRY(s->format->lay_out(s->lines, rows, err));
    if (s->bytes == NULL) MLCI_TRY(begin(s, err));
    s->rows = rows;
    s->chunk_rows = rows_of_chunk(rows, s->format->omits_zeros);
    for (s->first_row = 0; s->first_row < rows->n_rows;)
        MLCI_TRY(format_group(s, err));
    return write_chunks(s, err); /* who reads from a pipe waits for no later rows */
}

static mlc_status finish(void *self, mlc_error *err)
{
    line_sink *const s = self;
    return mlci_byte_sink_finish(s->bytes, err);
}

static void close_sink(void *self)
{
    line_sink *const s = self;
    mlci_byte_sink_close(s->bytes);
    for (int k = 0; k < GROUP_CHUNKS; k++) {
        mlci_text_clear(&s->chunks[k]);
        mlci_text_clear(&s->written[k]);
    }
    s->format->close(s->lines);
    mlci_free(s);
}

mlc_status mlci_line_sink_open(mlc_context *call, const char *path, const mlci_line_format *format,
                               void *lines, mlci_row_sink *out, mlc_error *err)
{
    line_sink *const s = mlci_alloc(call->root, 1, (int64_t)sizeof *s);
    if (s == NULL) {
        format->close(lines);
        return mlci_fail_memory(err, 1, (int64_t)sizeof *s);
    }
    *s = (line_sink){.call = call, .path = path, .format = format, .lines = lines};
    for (int k = 0; k < GROUP_CHUNKS; k++)
        s->chunks[k] = s->written[k] = mlci_text_init(call->root);
    *out = (mlci_row_sink){.self = s, .append = append, .finish = finish, .close = close_sink};
    return MLC_OK;
}
