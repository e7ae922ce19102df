"""Scalers, imputers, encoders and how they are composed, as steps of a document."""
from typing import Any, Callable, Dict, List, Optional, Tuple

from .fields import (Field, Fields, Steps, as_integers, as_number, as_numbers,
                     chosen_fields, find_reader, is_missing, need_single, reads, refuse)

TRANSFORMS: Dict[str, Callable[..., Any]] = {}


def _scaled(name: str, fields: Fields, mean: Any, scale: Any) -> Tuple[Steps, Fields]:
    """(x - mean) / scale; None: without."""
    import numpy

    for field in fields:
        field.need("number", name)
    n = sum(field.width for field in fields)
    columns = [field.column() if field.components is None else
               field.column(components=field.components) for field in fields]
    step = {"step": "standard_scaler", "columns": columns,
            "with_mean": mean is not None, "with_std": scale is not None,
            "mean": as_numbers(numpy.zeros(n) if mean is None else mean),
            "scale": as_numbers(numpy.ones(n) if scale is None else scale)}
    return [step], [Field(f.name, f.kind, f.width, f.components) for f in fields]


@reads(TRANSFORMS, "StandardScaler")
def _scaler(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    return _scaled("StandardScaler", fields, estimator.mean_ if estimator.with_mean else None,
                   estimator.scale_ if estimator.with_std else None)


@reads(TRANSFORMS, "RobustScaler")
def _robust_scaler(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    return _scaled("RobustScaler", fields, estimator.center_, estimator.scale_)


@reads(TRANSFORMS, "MaxAbsScaler")
def _max_scaler(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    if getattr(estimator, "clip", False):
        raise refuse("MaxAbsScaler with clip=True: only clip=False can be")
    return _scaled("MaxAbsScaler", fields, None, estimator.scale_)


@reads(TRANSFORMS, "MinMaxScaler")
def _range_scaler(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    """There x * scale_ + min_, which differs in the last places."""
    if estimator.clip:
        raise refuse("MinMaxScaler with clip=True: only clip=False can be")
    return _scaled("MinMaxScaler", fields, -estimator.min_ / estimator.scale_, 1 / estimator.scale_)


@reads(TRANSFORMS, "Normalizer")
def _normalizer(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    for field in fields:
        field.need("number", "Normalizer")
    columns = [field.column() if field.components is None else
               field.column(components=field.components) for field in fields]
    step = {"step": "normalizer", "columns": columns, "norm": estimator.norm}
    return [step], [Field(f.name, f.kind, f.width, f.components) for f in fields]


@reads(TRANSFORMS, "SimpleImputer")
def _imputer(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    marker = estimator.missing_values
    if not is_missing(marker):
        raise refuse(f"SimpleImputer with missing_values={marker!r}: only NaN and None can be")
    need_single(fields, "SimpleImputer")
    marked = set()
    if estimator.add_indicator:
        marked = set(as_integers(estimator.indicator_.features_))
    columns, made, indicators = [], [], []
    for i, (field, fill) in enumerate(zip(fields, estimator.statistics_)):
        is_text = isinstance(fill, str)
        empty = not is_text and is_missing(fill)
        field.need("category" if is_text else "number", "SimpleImputer")
        column = field.column(fill=0 if empty else fill if is_text else as_number(fill), empty=empty)
        if i in marked:
            column["indicator"] = f"{field.name}_missing"
            indicators.append(Field(column["indicator"], "number"))
        columns.append(column)
        if not empty:
            made.append(Field(field.name, field.kind))
            made[-1].source = field
    step = {"step": "simple_imputer", "columns": columns, "strategy": estimator.strategy,
            "add_indicator": bool(estimator.add_indicator),
            "keep_empty_features": bool(getattr(estimator, "keep_empty_features", False))}
    if estimator.strategy == "constant" and estimator.fill_value is not None:
        step["fill_value"] = str(estimator.fill_value)
    return [step], made + indicators


def category_levels(field: Field, values: Any, levels: Optional[Any], reader: str
                ) -> Tuple[Dict[str, Any], int]:
    """Categories in ascending order with their levels; how many levels there are."""
    known = [v for v in values if not is_missing(v)]
    missing = [i for i, v in enumerate(values) if is_missing(v)]
    if len(missing) > 1:
        raise refuse(f"{reader}: column '{field.name}' has two kinds of missing values")
    is_text = any(isinstance(v, str) for v in known)
    if is_text and not all(isinstance(v, str) for v in known):
        raise refuse(f"{reader}: column '{field.name}' has texts and other categories")
    field.need("category" if is_text else "number", reader)
    level = list(range(len(values))) if levels is None else as_integers(levels)
    if len(level) < len(values):  # OrdinalEncoder keeps missing values apart
        level.append(max(level, default=-1) + 1)
    places = [i for i in range(len(values)) if i not in missing]
    order = sorted(places, key=lambda i: values[i].encode() if is_text else float(values[i]))
    sorted_values = [str(values[i]) if is_text else as_number(values[i]) for i in order]
    field.know(sorted_values, is_text)
    n_levels = max(level) + 1 if level else 0
    words = {"categories": sorted_values, "missing": bool(missing),
             "levels": [level[i] for i in order + missing], "n_levels": n_levels}
    return words, n_levels


def _rare(estimator: Any, i: int) -> Tuple[Optional[Any], int]:
    """What rare categories become: levels by category, and the one that they share."""
    mappings = getattr(estimator, "_default_to_infrequent_mappings", None)
    if not getattr(estimator, "_infrequent_enabled", False) or mappings is None or \
            mappings[i] is None:
        return None, -1
    return mappings[i], int(max(mappings[i]))


def _level_names(words: Dict[str, Any], infrequent: int) -> List[str]:
    from .._arrays_in import category_name

    names = ["infrequent"] * words["n_levels"]
    values = words["categories"] + (["missing"] if words["missing"] else [])
    for value, level in zip(values, words["levels"]):
        if level != infrequent:
            names[level] = value if isinstance(value, str) else category_name(value)
    return names


@reads(TRANSFORMS, "OneHotEncoder")
def _one_hot(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    need_single(fields, "OneHotEncoder")
    drop = estimator.drop
    if drop is not None and not isinstance(drop, str):
        raise refuse("OneHotEncoder with drop as a list: only first and if_binary can be")
    unknown = {"warn": "infrequent_if_exist"}.get(estimator.handle_unknown,
                                                  estimator.handle_unknown)
    columns, made = [], []
    for i, field in enumerate(fields):
        levels, infrequent = _rare(estimator, i)
        words, n_levels = category_levels(field, estimator.categories_[i], levels, "OneHotEncoder")
        words["infrequent"] = infrequent
        columns.append(field.column(**words))
        first = n_levels > 0 if drop == "first" else n_levels == 2 if drop == "if_binary" else 0
        names = _level_names(words, infrequent)[int(first):]
        if names:
            made.append(Field(field.name, "vector", len(names), names))
    step = {"step": "one_hot_encoder", "columns": columns, "handle_unknown": unknown,
            "drop": drop or "none",
            "sparse_output": bool(getattr(estimator, "sparse_output", True))}
    return [step], made


@reads(TRANSFORMS, "OrdinalEncoder")
def _ordinal(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    need_single(fields, "OrdinalEncoder")
    steps: Steps = []
    for i, field in enumerate(fields):
        levels, infrequent = _rare(estimator, i)
        words, _ = category_levels(field, estimator.categories_[i], levels, "OrdinalEncoder")
        missing = getattr(estimator, "encoded_missing_value", float("nan"))
        settings = {"step": "ordinal_encoder", "handle_unknown": estimator.handle_unknown}
        if estimator.handle_unknown == "use_encoded_value":
            settings["unknown_value"] = as_number(estimator.unknown_value)
            if not words["missing"]:  # where training had none, a missing value is an unknown one
                missing = estimator.unknown_value
        settings["encoded_missing_value"] = as_number(missing)
        column = field.column(infrequent=infrequent, **words)
        for step in steps:
            if {**step, "columns": None} == {**settings, "columns": None}:
                step["columns"].append(column)
                break
        else:
            steps.append({**settings, "columns": [column]})
    return steps, [Field(field.name, "number") for field in fields]


def is_passthrough(step: Any) -> bool:
    return step is None or (isinstance(step, str) and step == "passthrough") or \
        (type(step).__name__ == "FunctionTransformer" and step.func is None)


@reads(TRANSFORMS, "Pipeline")
def _chain(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    return chain_steps(estimator.steps, fields)


def chain_steps(parts: Any, fields: Fields) -> Tuple[Steps, Fields]:
    steps: Steps = []
    for _, step in parts:
        if is_passthrough(step):
            continue
        more, fields = find_reader(TRANSFORMS, step, "transform")(step, fields)
        steps += more
    return steps, fields


@reads(TRANSFORMS, "ColumnTransformer")
def _columns(estimator: Any, fields: Fields) -> Tuple[Steps, Fields]:
    if estimator.transformer_weights:
        raise refuse("ColumnTransformer with transformer_weights")
    steps: Steps = []
    made: Fields = []
    taken: Dict[str, str] = {}
    for name, step, _ in estimator.transformers_:
        places = list(estimator._transformer_to_input_indices[name])
        if not places or (isinstance(step, str) and step == "drop"):
            continue
        chosen = chosen_fields(fields, places, f"ColumnTransformer step '{name}'")
        for field in chosen:
            if field.name in taken:
                raise refuse(f"ColumnTransformer: column '{field.name}' goes through "
                              f"'{taken[field.name]}' and '{name}'")
            taken[field.name] = name
        if is_passthrough(step):
            made += chosen
            continue
        inner, outer = find_reader(TRANSFORMS, step, "transform")(step, chosen)
        if any(part["step"] == "on" for part in inner):
            raise refuse(f"ColumnTransformer inside ColumnTransformer ('{name}')")
        if inner:
            steps.append({"step": "on", "columns": [field.column() for field in chosen],
                          "steps": inner})
        made += outer
    names = [field.name for field in made]
    for name in names:
        if names.count(name) > 1:
            raise refuse(f"ColumnTransformer makes two columns '{name}'")
    return steps, made
