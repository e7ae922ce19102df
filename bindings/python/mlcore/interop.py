"""Models of other libraries: read from their files, or taken from their objects."""
import json
import os
import pathlib
import tempfile
from typing import Any, Dict, List, Optional

from . import _abi
from ._arrays_in import category_name
from ._context import Context, running
from ._errors import UnsupportedError
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
        options["classes"] = _labels(labels)
    text = booster.model_to_string(num_iteration=options.pop("rounds", None))
    return import_model(text.encode(), check=check, context=context, format="lightgbm", **options)


def from_xgboost(model: Any, X: Any = None, *, check: Any = None,
                 context: Optional[Context] = None, **options: Any) -> Model:
    """The model of an xgboost.Booster or of one of its scikit-learn estimators.

    Of an estimator the class labels are taken over, missing=0, and the rounds that it predicts
    with: up to the best iteration where early stopping has found one. A Booster predicts with all
    rounds, and so does its model. rounds= and best_iteration=True say otherwise.

    X: a pandas frame of the kind that the model was trained on (enable_categorical=True), whose
    categories name the model's codes. Releases from 3.1 on keep them in the model. Cells that a
    sparse matrix does not have are missing values to XGBoost, not zeros.
    """
    booster = model.get_booster() if hasattr(model, "get_booster") else model
    if booster is not model:
        options = {**_estimator_options(model), **options}
    if X is not None and "categories" not in options:
        found = _frame_categories(X)
        if found:
            options["categories"] = json.dumps(found, ensure_ascii=False)
    return import_model(_xgboost_bytes(booster), check=check, context=context, format="xgboost",
                        **options)


def _xgboost_bytes(booster: Any) -> bytes:
    """Releases before 1.6 write to memory what only they read, and JSON to files."""
    try:
        return bytes(booster.save_raw("ubj"))
    except TypeError:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model.json"
            booster.save_model(str(path))
            return path.read_bytes()


def _estimator_options(model: Any) -> Dict[str, Any]:
    """What an estimator of XGBoost knows beside its booster."""
    options: Dict[str, Any] = {}
    best = getattr(model, "best_iteration", None)
    if best is not None and model.get_params().get("booster") != "gblinear":
        options["rounds"] = int(best) + 1
    labels = _labels(getattr(model, "classes_", []))
    if labels != [str(k) for k in range(len(labels))]:
        options["classes"] = labels
    missing = model.get_params().get("missing")
    if missing == 0:
        options["zero_as_missing"] = True
    elif missing is not None and missing == missing:
        raise UnsupportedError(f"missing={missing!r}: only NaN and 0 can be what is missing; "
                               "take get_booster() and give NaN in its place", -9, "missing")
    return options


def _labels(classes: Any) -> List[str]:
    """Labels of an estimator's classes as the library takes them: 1.0 is a whole number too."""
    found = [label.item() if hasattr(label, "item") else label for label in classes]
    return [str(label).lower() if isinstance(label, bool) else
            str(int(label)) if isinstance(label, float) and label == int(label) else str(label)
            for label in found]


def _frame_categories(frame: Any) -> Dict[str, Any]:
    """Labels of the columns of categories, in the order of their codes."""
    return {str(name): [category_name(item) for item in frame[name].cat.categories.tolist()]
            for name in frame.columns if hasattr(frame[name], "cat")}


def export_sklearn(estimator: Any, X: Any = None, *, rows: int = 64) -> bytes:
    """A fitted scikit-learn estimator or Pipeline as a JSON document that import_model(), and
    mlc_model_import() in any other language, read: docs/exchange.md.

    At most `rows` rows of X go into it with what the estimator gives for them; without X such rows
    are made up. An estimator that cannot be taken over is an UnsupportedError which lists those
    that can.
    """
    from . import _sklearn

    return _sklearn.dumps(estimator, X, rows)


def from_sklearn(estimator: Any, X: Any = None, *, check: Any = None, rows: int = 64,
                 context: Optional[Context] = None, **options: Any) -> Model:
    """The model of a fitted scikit-learn estimator or Pipeline, which was compared with it on rows
    of X (see export_sklearn) and, where the model has trees, with each of them."""
    return import_model(export_sklearn(estimator, X, rows=rows), check=check, context=context,
                        format="sklearn", **options)


def from_catboost(model: Any, pool: Any = None, *, check: Any = None,
                  context: Optional[Context] = None, **options: Any) -> Model:
    """The model of a CatBoost object. One with features of categories needs the Pool that it was
    trained on, which is where the texts of its categories are; its splits by them have to be
    one-hot (one_hot_max_size)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        model.save_model(path, format="json", pool=pool)
        return import_model(path, check=check, context=context, format="catboost", **options)


def from_onnx(model: Any, *, check: Any = None, context: Optional[Context] = None,
              **options: Any) -> Model:
    """The model of an ONNX graph that is one ensemble of trees or one linear model, with what is
    before and after it: a path, the bytes of the file, or an onnx.ModelProto. Operators that are
    not known are an UnsupportedError with their name."""
    if hasattr(model, "SerializeToString"):
        model = model.SerializeToString()
    return import_model(model, check=check, context=context, format="onnx", **options)
