"""Models: recipes and fitted values that predict. A pipeline is a model."""
import json
from typing import Any, Dict, List, Optional

from . import _abi, _catalog
from ._component import Component, split_step, tree_of
from ._context import Context, root, running
from ._errors import ArgumentError, UnsupportedError, call
from ._handles import chosen, encode_path, given, make, settings, take_buffer, to_json, words
from ._numpy import numpy
from ._rows import to_dataset, validation_rows
from .dataset import Dataset
from .predictor import Predictor
from .transform import Transform, as_transform, chain

_library = _abi.library
_INTERCEPT = "(intercept)"
_SCORES = {"needs_group": "ndcg", "classify": "accuracy", "regress": "r2"}


class Model(Component):
    """A model out of a recipe, such as Model("pipeline(automatic, ridge(alpha=2))").

    Wherever X is taken it may be a Dataset, a pandas DataFrame, a dict of columns, or a matrix
    with one row an observation. A Dataset has its target and weight as roles; otherwise they
    are y and sample_weight. fit() returns the model itself.
    """

    _kind = "model"

    def __init__(self, recipe: Any, *, context: Optional[Context] = None) -> None:
        self._init({"recipe": recipe}, context)

    # ---- fitting and predicting -------------------------------------------------------------

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, eval_set: Any = None, *,
            group: Any = None, context: Optional[Context] = None) -> Any:
        """Learns from rows; eval_set, a Dataset or (X, y), is what early stopping looks at.

        group: for rankers, the query of each row, in any order (of sizes:
        np.repeat(np.arange(len(sizes)), sizes)); with it eval_set is (X, y, None, group).
        ctypes gives up the GIL during the call, so other threads run on. Ctrl-C ends it.
        """
        train = to_dataset(X, y, sample_weight, group)
        valid = validation_rows(eval_set)
        with running(context or self._context) as call_context:
            self._handle = make("model", _library.mlc_model_fit, call_context, self._handle,
                                train._handle, valid._handle if valid is not None else None)
        self._frozen = False
        return self

    def update(self, X: Any = None, y: Any = None, sample_weight: Any = None,
               eval_set: Any = None, *, group: Any = None, method: Optional[str] = None,
               n_rounds: Optional[int] = None, decay_rate: Optional[float] = None,
               parameters: Optional[str] = None, context: Optional[Context] = None) -> Any:
        """Another fitted model out of this one, which stays as it is.

        method="continue" (the default) adds n_rounds rounds that learn from the rows: the model
        of a fit in one go where the rows are those of the fit. method="refit" keeps the trees and
        moves their values: decay_rate (0.9) times what they are, the rest what the rows say.
        method="truncate" keeps the first n_rounds rounds and takes no rows. Transforms before the
        model stay as fitted. parameters: of the model at the end, such as "learning_rate=0.05".
        """
        self._require_fitted()
        names = None if isinstance(X, Dataset) else self.table("inputs").items("name")
        train = None if X is None else to_dataset(X, y, sample_weight, group, names=names)
        valid = validation_rows(eval_set)
        options = settings(given(method=method, n_rounds=n_rounds, decay_rate=decay_rate,
                                 parameters=parameters))
        with running(context or self._context) as call_context:
            handle = make("model", _library.mlc_model_update, call_context, self._handle,
                          train._handle if train is not None else None,
                          valid._handle if valid is not None else None, options)
        return type(self)._from_handle(handle, context or self._context)

    def _rows(self, X: Any) -> Dataset:
        self._require_fitted()
        if isinstance(X, Dataset):
            return X
        return to_dataset(X, names=self.table("inputs").items("name"))

    def predict_table(self, X: Any, output: Any = None, on_invalid: Optional[str] = None, *,
                      n_rounds: Optional[int] = None,
                      context: Optional[Context] = None) -> Dataset:
        """Predictions as a Dataset: output names class, probability, interval,
        quantile, raw, leaf or flags. n_rounds: by the first rounds of a model that has some."""
        rows = self._rows(X)
        options = settings(given(output=words(output), on_invalid=on_invalid, n_rounds=n_rounds))
        with running(context or self._context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_model_predict, call_context,
                                      self._handle, rows._handle, options))

    def _output(self, X: Any, output: str, column: str, context: Optional[Context]) -> List[Any]:
        found = self.predict_table(X, output, context=context)
        return [found.column(name) for name in found.columns
                if name == column or name.endswith("." + column)]

    def predict(self, X: Any, *, context: Optional[Context] = None) -> Any:
        """Predicted values, of the target's own type; a column a target if there are several."""
        found = self._output(X, "class", "prediction", context)
        if len(found) == 1:
            return found[0]
        return numpy.column_stack(found) if numpy else [list(row) for row in zip(*found)]

    def predict_proba(self, X: Any, *, context: Optional[Context] = None) -> Any:
        """Probabilities, n x classes in the order of classes_; a list of them for several
        targets."""
        found = self._output(X, "probability", "probability", context)
        return found[0] if len(found) == 1 else found

    def decision_function(self, X: Any, *, context: Optional[Context] = None) -> Any:
        """Raw scores, before the link."""
        found = self._output(X, "raw", "raw", context)[0]
        if numpy and found.ndim == 2 and found.shape[1] == 1:
            return found[:, 0]
        return found

    def fit_predict(self, X: Any, y: Any = None, sample_weight: Any = None, *,
                    context: Optional[Context] = None) -> Any:
        self.fit(X, y, sample_weight, context=context)
        return self.predict(X, context=context)

    def evaluate(self, X: Any, y: Any = None, sample_weight: Any = None, *, metrics: Any = None,
                 by: Any = None, group: Any = None,
                 context: Optional[Context] = None) -> Dataset:
        """Metrics on rows with known targets, one row a metric (target, class and group).

        metrics: names, as text or as a list; by default those usual for the task. by: columns
        to measure by group. group: the query of each row, for metrics of rankings.
        """
        self._require_fitted()
        names = None if isinstance(X, Dataset) else self.table("inputs").items("name")
        rows = to_dataset(X, y, sample_weight, group, names=names)
        if metrics is not None and not isinstance(metrics, str):
            metrics = ",".join(metrics)
        options = settings(given(metrics=metrics, by=words(by)))
        with running(context or self._context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_model_evaluate, call_context,
                                      self._handle, rows._handle, options))

    def explain(self, X: Any, y: Any = None, sample_weight: Any = None, *, background: Any = None,
                method: Optional[str] = None, level: Optional[str] = None,
                top: Optional[int] = None, metrics: Any = None, n_repeats: Optional[int] = None,
                random_state: Optional[int] = None, context: Optional[Context] = None) -> Dataset:
        """How features share in predictions, or what the model goes by.

        method="shap" (the default) gives the columns base and contribution (of each row, a
        number a feature: components("contribution") names them), which add to the raw score;
        with several classes or targets they are called name.base and name.contribution. top=5
        gives a line for each of the five largest contributions of a row instead.
        method="interactions" gives each row's matrix of pairs of features, line by line.
        method="permutation", with y or the target's role, measures how much worse each metric is
        when a column is shuffled: n_repeats times, by random_state.

        background: rows that stand for what is not known of a row, such as a sample of the
        training rows. Linear models and support vector machines need them; trees go by their
        training rows without.
        level="encoded" gives what the last step of a pipeline sees, "raw" its columns.
        """
        self._require_fitted()
        names = self.table("inputs").items("name")
        rows = to_dataset(X, y, sample_weight, names=names)
        others = None if background is None else to_dataset(background, names=names)
        if metrics is not None and not isinstance(metrics, str):
            metrics = ",".join(metrics)
        options = settings(given(method=method, level=level, top=top, metrics=metrics,
                                 n_repeats=n_repeats, random_state=random_state))
        with running(context or self._context) as call_context:
            return Dataset._wrap(make("dataset", _library.mlc_model_explain, call_context,
                                      self._handle, rows._handle,
                                      others._handle if others is not None else None, options))

    def score(self, X: Any, y: Any = None, sample_weight: Any = None, *,
              group: Any = None) -> float:
        """Accuracy of a classifier, R2 of a regressor, NDCG of a ranker, the concordance index of
        a survival model; the mean over several targets."""
        metric = next((m for task, m in _SCORES.items() if task in self._capabilities()), None)
        if "takes_bounds" in self._capabilities():
            metric = None  # its own, which goes by its loss
        elif metric is None:
            raise UnsupportedError(f"{type(self).__name__} has no score; evaluate() has metrics",
                                   -9)
        values = self.evaluate(X, y, sample_weight, metrics=metric, group=group).items("value")
        return float(sum(values) / len(values))

    def predictor(self, output: Optional[str] = None, on_invalid: Optional[str] = None,
                  rows: Optional[int] = None) -> Predictor:
        """The model compiled for single records, and for numbers `rows` at a time."""
        return Predictor(self, output=output, on_invalid=on_invalid, rows=rows)

    # ---- what was learned -------------------------------------------------------------------

    @property
    def classes_(self) -> Any:
        """The classes in the order of predict_proba's columns, as values of the target."""
        names = self.table("classes").items("class")
        kind = self._target_type()
        if kind in ("int64", "float64", "float32"):
            values: List[Any] = [int(n) if kind == "int64" else float(n) for n in names]
        elif kind == "bool":
            values = [name == "true" for name in names]
        else:
            values = names
        if not numpy:
            return values
        return numpy.array(values, dtype=object if kind in ("text", "category") else None)

    def _target_type(self) -> str:
        found = self.predict_table(self.table("schema"), "class")
        return found.types[found.columns[-1]]

    @property
    def feature_names_in_(self) -> Any:
        names = self.table("inputs").items("name")
        return numpy.array(names, dtype=object) if numpy else names

    @property
    def n_features_in_(self) -> int:
        return sum(self.table("inputs").items("width"))

    @property
    def feature_importances_(self) -> Any:
        """The gain or importance of each feature, as a share of all; in the order of the table 'importance'
        where steps made other features than the model was given."""
        table = self.table("importance")
        column = "gain" if "gain" in table.columns else "importance"
        gain = dict(zip(table.items("feature"), table.items(column)))
        names = self.table("inputs").items("name")
        shares = [gain[name] for name in (names if set(names) == set(gain) else gain)]
        total = sum(shares) or 1.0
        shares = [share / total for share in shares]
        return numpy.array(shares) if numpy else shares

    def _linear(self) -> Dict[Any, Dict[str, float]]:
        """Class or target: feature: coefficient."""
        table = self.table("coefficients")
        found: Dict[Any, Dict[str, float]] = {}
        for feature, key, value in zip(*(table.items(name) for name in table.columns[:3])):
            found.setdefault(key, {})[feature] = value
        return found

    @property
    def coef_(self) -> Any:
        """Coefficients of a linear model: of each feature, with a row a class, or a target if
        there are several."""
        rows: List[Any] = [[v for name, v in row.items() if name != _INTERCEPT]
                for row in self._linear().values()]
        if len(rows) == 1 and "classify" not in self._capabilities():
            rows = rows[0]
        return numpy.array(rows) if numpy else rows

    @property
    def intercept_(self) -> Any:
        """Intercepts of a linear model: one a row of coef_."""
        values = [row.get(_INTERCEPT, 0.0) for row in self._linear().values()]
        if len(values) == 1 and "classify" not in self._capabilities():
            return values[0]
        return numpy.array(values) if numpy else values

    # ---- saving -----------------------------------------------------------------------------

    def save(self, path: Any, **options: Any) -> None:
        """Writes one artifact: beside the target, synced, then renamed. sync=, compress=,
        description=."""
        call(_library.mlc_model_save, self._handle, encode_path(path), settings(options))

    def dumps(self, **options: Any) -> bytes:
        """The artifact as bytes."""
        return take_buffer(_library.mlc_model_save_memory, root(self._context), self._handle,
                           settings(options))

    def export(self, path: Any, format: Optional[str] = None, *,
               context: Optional[Context] = None, **options: Any) -> Dataset:
        """Writes the model as a file of another library or as source text: format="c" (a .c and a
        .h file), "lightgbm" (.txt), "xgboost" (.json), "onnx" (.onnx, opset=3 or 5); None goes by
        the name's ending. name= is that of the model in the file. Returns what the file cannot say exactly, a row each with
        step, subject and effect: no rows, and it gives what the model gives."""
        self._require_fitted()
        with running(context or self._context) as call_context:
            report = make("dataset", _library.mlc_model_export, call_context, self._handle,
                          encode_path(path), settings(given(format=format, **options)))
        return Dataset._wrap(report)

    @classmethod
    def load(cls, path: Any, *, context: Optional[Context] = None, **options: Any) -> Any:
        """Loads an artifact, which checks itself. Limits on what it may ask for are max_bytes=,
        max_trees= and so on; content_id= refuses any other artifact; selftest=False leaves the
        golden rows alone. See mlc_model_load() in mlcore/model.h."""
        with running(context) as call_context:
            handle = make("model", _library.mlc_model_load, call_context, encode_path(path),
                          settings(options))
        return cls._from_handle(handle, context)

    @classmethod
    def loads(cls, data: Any, *, context: Optional[Context] = None, **options: Any) -> Any:
        """Loads an artifact from bytes."""
        data = bytes(data)
        with running(context) as call_context:
            handle = make("model", _library.mlc_model_load_memory, call_context, data, len(data),
                          settings(options))
        return cls._from_handle(handle, context)

    @staticmethod
    def validate(source: Any, *, context: Optional[Context] = None, **options: Any) -> Dataset:
        """Checks an artifact in full, a file or bytes, without giving a model.

        Raises what load() would raise with the same options. The result has a row for the header
        and one for each section: section, version, critical, deflated, offset, stored, bytes,
        crc32, sha256 (of the header: the content id).
        """
        with running(context) as call_context:
            if isinstance(source, (bytes, bytearray, memoryview)):
                data = bytes(source)
                handle = make("dataset", _library.mlc_model_validate_memory, call_context, data,
                              len(data), settings(options))
            else:
                handle = make("dataset", _library.mlc_model_validate, call_context,
                              encode_path(source), settings(options))
        return Dataset._wrap(handle)

    def _artifact(self) -> Optional[bytes]:
        return self.dumps() if self.is_fitted else None

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self._params = state["params"]
        if state["artifact"] is None:
            self._handle = self._parse(state["recipe"])
        else:
            data = state["artifact"]
            self._handle = make("model", _library.mlc_model_load_memory, None, data, len(data),
                                None)

    # ---- scikit-learn -----------------------------------------------------------------------

    def _capabilities(self) -> List[str]:
        """What the model that comes last can do."""
        tree = json.loads(self.to_json())
        while isinstance(tree, dict) and tree.get("steps"):
            tree = tree["steps"][-1]
        return _catalog.component(tree["id"] if isinstance(tree, dict) else tree)["capabilities"]

    @property
    def _estimator_type(self) -> Optional[str]:
        found = self._capabilities()
        if "needs_group" in found:
            return None  # a ranker, which scikit-learn has no word for
        kinds = {"classify": "classifier", "regress": "regressor", "anomaly": "outlier_detector",
                 "cluster": "clusterer"}
        return next((kind for word, kind in kinds.items() if word in found), None)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import (ClassifierTags, InputTags, RegressorTags, Tags, TargetTags)

        kind = self._estimator_type
        return Tags(estimator_type=kind,
                    target_tags=TargetTags(required="cluster" not in self._capabilities()),
                    classifier_tags=ClassifierTags() if kind == "classifier" else None,
                    regressor_tags=RegressorTags() if kind == "regressor" else None,
                    input_tags=InputTags(allow_nan="missing" in self._capabilities(),
                                         string=True, categorical=True))


Model._general = Model


def pipeline(*steps: Any, context: Optional[Context] = None) -> Model:
    """Transforms and a model as one model: pipeline(on(...), StandardScaler(), Ridge()).

    A step may be a pair (name, step), or a recipe as text. A step that is fitted stays as it is.
    """
    if not steps:
        raise ArgumentError("pipeline() needs a model as its last step")
    name, last = split_step(steps[-1])
    model = Model(last, context=context) if isinstance(last, (str, dict)) else last
    if not isinstance(model, Model):
        raise ArgumentError(f"the last step of pipeline() is a model, not {last!r}")
    before = [(split_step(s)[0], as_transform(split_step(s)[1], context)) for s in steps[:-1]]
    for _, part in before:
        if not isinstance(part, Transform):
            raise ArgumentError(f"{part!r} is no transform")
    if not any(part._frozen or part.is_fitted for part in [model] + [p for _, p in before]):
        trees = [tree_of(pair if pair[0] else pair[1]) for pair in before + [(name, model)]]
        return Model(to_json({"id": "pipeline", "steps": trees}), context=context)
    if name:
        tree_of((name, model))
    first = before[0][1] if len(before) == 1 and not before[0][0] else \
        chain(*[pair if pair[0] else pair[1] for pair in before], context=context)
    handle = make("model", _library.mlc_model_pipeline, first._handle, model._handle)
    return Model._from_handle(handle, context, frozen=True)


def resampled(model: Any, resampler: str = "random_over", *,
              correct_prior: Optional[bool] = None, context: Optional[Context] = None,
              **params: Any) -> Model:
    """A classifier that is fitted on resampled rows and answers by the shares of the classes that
    there were: resampled(LogisticRegression(), "smote", k_neighbors=5).

    The resampler and its parameters are those of Dataset.resample(). In a pipeline it is the last
    step, so that rows are resampled after the transforms and for the fit alone. With
    correct_prior=False answers are those of the resampled world. The table "class_shares" has the
    weight of each class before and after.
    """
    name, inner = split_step(model)
    if isinstance(inner, (str, dict)):
        inner = Model(inner, context=context)
    if not isinstance(inner, Model):
        raise ArgumentError(f"resampled() takes a model, not {inner!r}")
    if inner._frozen or inner.is_fitted:
        raise ArgumentError("resampled() takes a recipe; what is fitted already stands before it, "
                            "as in pipeline(fitted, resampled(model))")
    tree = {"id": "resampled", "steps": [tree_of((name, inner) if name else inner)],
            "params": given(resampler=chosen(resampler, params), correct_prior=correct_prior)}
    return Model(to_json(tree), context=context)


def load(path: Any, **options: Any) -> Any:
    """Loads an artifact; see Model.load()."""
    return Model.load(path, **options)


def loads(data: Any, **options: Any) -> Any:
    """Loads an artifact from bytes; see Model.loads()."""
    return Model.loads(data, **options)


def validate(source: Any, **options: Any) -> Dataset:
    """Checks an artifact in full, a file or bytes; see Model.validate()."""
    return Model.validate(source, **options)
