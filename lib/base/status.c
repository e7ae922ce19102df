/* Version, names of the status codes, and what this build is made of. */
#include <mlcore/status.h>

#include "context_impl.h"
#include "isa.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define VERSION TEXT(MLC_VERSION_MAJOR) "." TEXT(MLC_VERSION_MINOR) "." TEXT(MLC_VERSION_PATCH)

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown compiler"
#endif

#ifndef MLCI_BLIS_VERSION
#define MLCI_BLIS_VERSION "none"
#endif

#define BUILD "mlcore " VERSION ", " COMPILER ", BLIS " MLCI_BLIS_VERSION ", processor: "

const char *mlc_version(int32_t *major, int32_t *minor, int32_t *patch)
{
    if (major != NULL) *major = MLC_VERSION_MAJOR;
    if (minor != NULL) *minor = MLC_VERSION_MINOR;
    if (patch != NULL) *patch = MLC_VERSION_PATCH;
    return VERSION;
}

const char *mlc_build_info(void)
{
    static const char *const lines[] = {
        [MLCI_ISA_REFERENCE] = BUILD "reference, in use: reference",
        [MLCI_ISA_AVX2] = BUILD "reference avx2, in use: avx2",
        [MLCI_ISA_AVX512] = BUILD "reference avx2 avx512, in use: avx512",
        [MLCI_ISA_AVX512VBMI] = BUILD "reference avx2 avx512 avx512vbmi, in use: avx512vbmi",
    };
    return lines[mlci_isa_best()];
}

#define NAME_OF(status)                                                                            \
    case status:                                                                                   \
        return #status

const char *mlc_status_name(mlc_status status)
{
    switch (status) {
        NAME_OF(MLC_OK);
        NAME_OF(MLC_END);
        NAME_OF(MLC_ERROR_ARGUMENT);
        NAME_OF(MLC_ERROR_SETTING);
        NAME_OF(MLC_ERROR_SYNTAX);
        NAME_OF(MLC_ERROR_COMPONENT);
        NAME_OF(MLC_ERROR_COLUMN);
        NAME_OF(MLC_ERROR_ROLE);
        NAME_OF(MLC_ERROR_DATA);
        NAME_OF(MLC_ERROR_NOT_FITTED);
        NAME_OF(MLC_ERROR_UNSUPPORTED);
        NAME_OF(MLC_ERROR_NUMERIC);
        NAME_OF(MLC_ERROR_NO_MEMORY);
        NAME_OF(MLC_ERROR_LIMIT);
        NAME_OF(MLC_ERROR_IO);
        NAME_OF(MLC_ERROR_FORMAT);
        NAME_OF(MLC_ERROR_VERSION);
        NAME_OF(MLC_ERROR_CANCELLED);
        NAME_OF(MLC_ERROR_DEADLINE);
        NAME_OF(MLC_ERROR_THREAD);
        NAME_OF(MLC_ERROR_INVALID_VALUE);
        NAME_OF(MLC_ERROR_CALLBACK);
        NAME_OF(MLC_ERROR_INTERNAL);
    default:
        return "MLC_ERROR_UNKNOWN";
    }
}
