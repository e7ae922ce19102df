"""Machine learning from raw data to one served artifact: libmlcore for Python.

    import mlcore
    data = mlcore.read_csv("adult.csv.gz", target="income", positive=">50K")
    train, test = data.split("hold_out", test_size=0.25, stratify=True)[0]
    model = mlcore.Model("pipeline(automatic, gradient_boosting_classifier)").fit(train)
    print(model.evaluate(test, metrics="roc_auc,log_loss"))
    model.save("income.mlcore")

Every component of the library is a class with scikit-learn's names (Ridge, OneHotEncoder,
GradientBoostingClassifier ...), composed by pipeline(), chain(), on() and resampled(). NumPy and
pandas are used where they are installed; nothing else is needed. Calls give up the GIL, so threads
fit and predict at the same time.
"""
from . import _abi
from ._components import *  # noqa: F401,F403
from ._components import __all__ as _component_names
from ._context import Context
from ._errors import (ArgumentError, CallbackError, CancelledError, ColumnError, ComponentError,
                      DataError, DeadlineError, FileError, FormatError, MlcoreError,
                      NoMemoryError, NotFittedError, NumericError, SettingError,
                      UnsupportedError)
from ._catalog import catalog, components, parameters
from .builder import Builder
from .dataset import Dataset, concat, read_csv
from .interop import (export_sklearn, from_catboost, from_lightgbm, from_onnx, from_sklearn,
                      from_xgboost, import_model)
from .metric import Metric, evaluate
from .model import Model, load, loads, pipeline, resampled, validate
from .predictor import Predictor
from .profile import Profile
from .reader import Reader
from .transform import Transform, chain, on

__version__ = _abi.library.mlc_version(None, None, None).decode()


def build_info() -> str:
    """What the library is made of: version, compiler, BLIS, instruction sets."""
    return _abi.library.mlc_build_info().decode()


__all__ = [
    "ArgumentError", "Builder", "CallbackError", "CancelledError", "ColumnError", "ComponentError",
    "Context", "DataError", "Dataset", "DeadlineError", "FileError", "FormatError", "Metric",
    "MlcoreError", "Model", "NoMemoryError", "NotFittedError", "NumericError", "Predictor",
    "Profile", "Reader", "SettingError", "Transform", "UnsupportedError", "build_info", "catalog",
    "chain", "components", "concat", "evaluate", "export_sklearn", "from_catboost",
    "from_lightgbm", "from_onnx",
    "from_sklearn", "from_xgboost", "import_model", "load", "loads", "on", "parameters",
    "pipeline", "read_csv", "resampled", "validate",
    *_component_names,
]
