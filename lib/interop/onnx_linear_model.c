#include "onnx_reading.h"
mlc_status mlci_onnx_linear_model(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err)
{
    (void)f;
    return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "graph", "linear");
}
