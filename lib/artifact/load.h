/* Loading as loading and validating share it. */
#ifndef MLCI_LOAD_H
#define MLCI_LOAD_H

#include <mlcore/model.h>

#include "container.h"

#define MLCI_CONTENT_ID_SIZE 65 /* as text, with a NUL */

typedef struct mlci_load_settings {
    mlci_limits limits;
    int32_t selftest;
    char *content_id; /* hexadecimal; NULL: any */
} mlci_load_settings;

/* The settings of mlc_model_load(); cleared by the caller when this succeeds. */
mlc_status mlci_load_settings_read(mlci_root *root, const char *text, mlci_load_settings *out,
                                   mlc_error *err);
void mlci_load_settings_clear(mlci_load_settings *settings);

/* The model of an artifact, and its container, which the caller closes whatever is returned (it
 * lies over the bytes and the limits). */
mlc_status mlci_load_bytes(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                           mlci_load_settings *settings, mlci_container_in *container,
                           mlc_model **out, mlc_error *err);

/* The bytes of a file, at most max_bytes. */
mlc_status mlci_load_file(mlci_root *root, const char *path, const mlci_load_settings *settings,
                          char **bytes, int64_t *n_bytes, mlc_error *err);

void mlci_content_id_format(const uint8_t id[32], char out[MLCI_CONTENT_ID_SIZE]);

#endif
