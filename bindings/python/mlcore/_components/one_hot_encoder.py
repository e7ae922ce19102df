"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class OneHotEncoder(Transform):
    """Categories to vectors of zeros and a one.

    Each column becomes a vector with a component for each value of the training rows, ordered by
    value, named after it. Missing is a category of its own where training had it. min_frequency
    and max_categories join rare ones (by weight; of equals the lower value) into a last component
    'infrequent'. A bare encoder takes texts and categories; numbers are encoded when on() names
    them. As scikit-learn's OneHotEncoder, but one vector a column instead of loose columns.

    Parameters:

        handle_unknown: what a value that was not in the training rows becomes
            - error: such a row is an error
            - ignore: all components are zero
            - infrequent_if_exist: the rare group, or zeros where there is none
            default 'error'.
        drop: which level is left out, for models without regularisation
            - none: every level has a component
            - first: the first level has none
            - if_binary: the first of exactly two levels has none
            default 'none'.
        sparse_output: make sparse vectors
            default True.
        min_frequency: rows (or share of them, below 1) that a category needs, else it is rare
            default None; above 0; or None.
        max_categories: most levels, the group of the rare ones included
            default None; at least 1; or None.

    Tables once fitted: categories.

    The component 'one_hot_encoder' of recipes, since 0.1.
    """

    _component = "one_hot_encoder"

    def __init__(self, *, handle_unknown: str = 'error', drop: Optional[str] = 'none',
                 sparse_output: bool = True, min_frequency: Optional[float] = None,
                 max_categories: Optional[int] = None, context: Optional[Context] = None) -> None:
        self._init({"handle_unknown": handle_unknown, "drop": drop, "sparse_output": sparse_output,
                    "min_frequency": min_frequency, "max_categories": max_categories}, context)
