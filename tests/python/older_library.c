/* A library of an earlier release, which the Python package must refuse. */
#include <stddef.h>
#include <stdint.h>

__attribute__((visibility("default"))) const char *mlc_version(int32_t *major, int32_t *minor,
                                                               int32_t *patch);

const char *mlc_version(int32_t *major, int32_t *minor, int32_t *patch)
{
    if (major != NULL) *major = 0;
    if (minor != NULL) *minor = 0;
    if (patch != NULL) *patch = 9;
    return "0.0.9";
}
