"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class SimpleImputer(Transform):
    """A mean, median, most frequent or constant value for missing ones.

    The statistic of each column's training rows takes the place of its missing values and NaN.
    Weights count as repeated rows. A column without any value is left out unless
    keep_empty_features (then 0). A bare imputer takes numbers; texts and categories, with
    most_frequent or constant, when on() names them. As scikit-learn's SimpleImputer.

    Parameters:

        strategy: what takes the place of missing values
            - mean: the mean
            - median: the median
            - most_frequent: the most frequent value, the smallest of equals
            - constant: fill_value
            default 'mean'.
        fill_value: value of strategy=constant; none: 0 for numbers, missing_value for texts
            default None; or None.
        add_indicator: add a column of 0 and 1 for each column with missing values
            default False.
        keep_empty_features: keep columns in which every training row was missing
            default False.

    Tables once fitted: statistics.

    The component 'simple_imputer' of recipes, since 0.1.
    """

    _component = "simple_imputer"

    def __init__(self, *, strategy: str = 'mean', fill_value: Optional[str] = None,
                 add_indicator: bool = False, keep_empty_features: bool = False,
                 context: Optional[Context] = None) -> None:
        self._init({"strategy": strategy, "fill_value": fill_value, "add_indicator": add_indicator,
                    "keep_empty_features": keep_empty_features}, context)
