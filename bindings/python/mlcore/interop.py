"""Models of other libraries: read from their files, or taken from their objects."""
from typing import Any, Optional

from . import _abi
from ._context import Context, running
from ._handles import encode_path, make, settings
from .model import Model

_library = _abi.library


def import_model(source: Any, *, check: Any = None, context: Optional[Context] = None,
                 **options: Any) -> Model:
    """A model from the file of another library: a path, or the file's bytes.

    check is a Dataset of rows whose targets are what the other library gives for them (raw scores,
    or expected="probability", "prediction"): they are predicted and compared. Options are those of
    mlc_model_import() in mlcore/model.h: format, rounds, best_iteration, target, classes, positive,
    names, categories, zero_as_missing, tolerance, limits. What was compared, and with which
    version, is the model's table "origin".
    """
    handle = None if check is None else check._handle
    with running(context) as call_context:
        if isinstance(source, (bytes, bytearray, memoryview)):
            data = bytes(source)
            made = make("model", _library.mlc_model_import_memory, call_context, data, len(data),
                        handle, settings(options))
        else:
            made = make("model", _library.mlc_model_import, call_context, encode_path(source),
                        handle, settings(options))
    return Model._from_handle(made, context)


def from_lightgbm(model: Any, *, check: Any = None, context: Optional[Context] = None,
                  **options: Any) -> Model:
    """The model of a lightgbm.Booster or of one of its scikit-learn estimators, whose class labels
    are taken over. Rounds are those that the booster would predict with: up to best_iteration where
    early stopping has found one, unless rounds= says otherwise."""
    booster = getattr(model, "booster_", model)
    labels = getattr(model, "classes_", None)
    if labels is not None and "classes" not in options:
        options["classes"] = ",".join(str(label) for label in labels)
    text = booster.model_to_string(num_iteration=options.pop("rounds", None))
    return import_model(text.encode(), check=check, context=context, format="lightgbm", **options)


def from_onnx(model: Any, *, check: Any = None, context: Optional[Context] = None,
              **options: Any) -> Model:
    """The model of an ONNX graph that is one ensemble of trees: a path, the bytes of the file, or
    an onnx.ModelProto. Operators that are not known are an UnsupportedError with their name."""
    if hasattr(model, "SerializeToString"):
        model = model.SerializeToString()
    return import_model(model, check=check, context=context, format="onnx", **options)
