"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class Normalizer(Transform):
    """Rows of numbers to norm 1.

    Each number of a row is divided by the norm of all numbers of the row that the transform reads,
    those in vectors among them; rows of zeros stay as they are. Nothing is learned, so weights
    change nothing. A row with a missing number has no norm: all of it becomes missing. As scikit-
    learn's Normalizer, which refuses missing numbers.

    Parameters:

        norm: what a row is divided by
            - l1: the sum of the sizes of a row's numbers
            - l2: the root of the sum of their squares
            - max: the largest of their sizes
            default 'l2'.

    The component 'normalizer' of recipes, since 0.1.
    """

    _component = "normalizer"

    def __init__(self, *, norm: str = 'l2', context: Optional[Context] = None) -> None:
        self._init({"norm": norm}, context)
