/* Whole numbers and shares, told apart by how they are written, as scikit-learn does by type. */
#include "amount.h"

#include <math.h>
#include <string.h>

#include "number.h"

int mlci_amount_parse(const char *text, mlci_amount *out)
{
    const int64_t length = (int64_t)strlen(text);
    *out = (mlci_amount){0, 0};
    if (mlci_integer_parse(text, length, &out->count)) return out->count >= 1;
    return mlci_real_parse(text, length, &out->share) && out->share > 0 && isfinite(out->share);
}

double mlci_amount_of(mlci_amount amount, double n)
{
    if (amount.count > 0) return (double)amount.count;
    return amount.share * n >= 1 ? floor(amount.share * n) : 1;
}
