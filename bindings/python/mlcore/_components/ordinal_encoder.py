"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class OrdinalEncoder(Transform):
    """Categories to numbers in ascending order.

    Each value becomes its index among the values of the training rows in ascending order; missing
    stays missing unless encoded_missing_value says otherwise. min_frequency and max_categories
    join rare values into the last index. As scikit-learn's OrdinalEncoder, whose unknown_value has
    no default.

    Parameters:

        handle_unknown: what a value that was not in the training rows becomes
            - error: such a row is an error
            - use_encoded_value: unknown_value
            default 'error'.
        unknown_value: code of unknown values; none: missing
            default None; or None.
        encoded_missing_value: code of missing values; none: they stay missing
            default None; or None.
        min_frequency: rows (or share of them, below 1) that a category needs, else it is rare
            default None; above 0; or None.
        max_categories: most levels, the group of the rare ones included
            default None; at least 1; or None.

    Tables once fitted: categories.

    The component 'ordinal_encoder' of recipes, since 0.1.
    """

    _component = "ordinal_encoder"

    def __init__(self, *, handle_unknown: str = 'error', unknown_value: Optional[float] = None,
                 encoded_missing_value: Optional[float] = None,
                 min_frequency: Optional[float] = None, max_categories: Optional[int] = None,
                 context: Optional[Context] = None) -> None:
        self._init({"handle_unknown": handle_unknown, "unknown_value": unknown_value,
                    "encoded_missing_value": encoded_missing_value, "min_frequency": min_frequency,
                    "max_categories": max_categories}, context)
