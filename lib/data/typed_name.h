/* Items of settings such as types='age:int64,zip:category'. */
#ifndef MLCI_TYPED_NAME_H
#define MLCI_TYPED_NAME_H

#include <mlcore/status.h>

typedef struct mlci_typed_name {
    const char *name; /* not NUL-terminated */
    int64_t length;
    int32_t type; /* MLC_TYPE_BOOL to MLC_TYPE_TIMESTAMP */
} mlci_typed_name;

/* The name is what stands before the last colon. MLC_ERROR_SETTING names the setting. */
mlc_status mlci_typed_name_parse(const char *setting, const char *item, int64_t length,
                                 mlci_typed_name *out, mlc_error *err);

#endif
