/* Items of settings such as types='age:int64,zip:category'. */
#include "typed_name.h"

#include "column.h"
#include "text.h"

static int32_t find_type(const char *word, int64_t length)
{
    for (int32_t type = MLC_TYPE_BOOL; type < MLC_TYPE_VECTOR; type++) {
        if (mlci_text_equal(word, length, mlci_type_name(type))) return type;
    }
    return 0;
}

/* As much of a text as a message has room for. */
static int shown(int64_t length)
{
    return length < 100 ? (int)length : 100;
}

mlc_status mlci_typed_name_parse(const char *setting, const char *item, int64_t length,
                                 mlci_typed_name *out, mlc_error *err)
{
    int64_t colon = length - 1;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon <= 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, setting,
                         "%s: '%.*s' is not of the form column:type", setting, shown(length), item);
    }
    const int32_t type = find_type(item + colon + 1, length - colon - 1);
    if (type == 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, setting,
                         "%s: '%.*s' is no type of a column: must be bool, int64, float32, "
                         "float64, category, text or timestamp",
                         setting, shown(length - colon - 1), item + colon + 1);
    }
    *out = (mlci_typed_name){item, colon, type};
    return MLC_OK;
}
