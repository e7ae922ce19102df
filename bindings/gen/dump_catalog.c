/* Writes the catalog of the library to a file: what docs/catalog.json is made with. */
#include <mlcore/mlcore.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_buffer *json = NULL;
    if (argc != 2) {
        fprintf(stderr, "usage: dump_catalog FILE\n");
        return 2;
    }
    if (mlc_catalog(NULL, &json, &err) != MLC_OK) {
        fprintf(stderr, "dump_catalog: %s\n", err.message);
        return 1;
    }
    FILE *const out = fopen(argv[1], "wb");
    const size_t n = (size_t)mlc_buffer_size(json);
    const int written = out != NULL && fwrite(mlc_buffer_data(json), 1, n, out) == n;
    const int closed = out != NULL && fclose(out) == 0;
    mlc_buffer_free(json);
    if (!written || !closed) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
