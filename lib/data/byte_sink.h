/* Bytes in order into a file, gzip-compressed where its name ends in .gz: the counterpart of
 * byte_stream.h. */
#ifndef MLCI_BYTE_SINK_H
#define MLCI_BYTE_SINK_H

#include "context_impl.h"

typedef struct mlci_byte_sink mlci_byte_sink;

/* The file appears under its name when the sink is finished, unless it is no regular one: a pipe is
 * written to at once. The call must outlive the sink. */
mlc_status mlci_byte_sink_open(mlc_context *call, const char *path, mlci_byte_sink **out,
                               mlc_error *err);
/* Does putting bytes take a loop over all threads now and then? */
int mlci_byte_sink_is_packed(const mlci_byte_sink *sink);
mlc_status mlci_byte_sink_put(mlci_byte_sink *sink, const char *bytes, int64_t n, mlc_error *err);
mlc_status mlci_byte_sink_finish(mlci_byte_sink *sink, mlc_error *err);
/* What was not finished leaves nothing behind. NULL is fine. */
void mlci_byte_sink_close(mlci_byte_sink *sink);

#endif
