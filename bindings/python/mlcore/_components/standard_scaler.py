"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class StandardScaler(Transform):
    """Numbers to mean 0 and standard deviation 1.

    Each column, or component of a vector, becomes (x - mean) / scale with the weighted mean and
    population standard deviation of the training rows, in one pass. Missing values are left out of
    the statistics and stay missing. A constant column gets scale 1. As scikit-learn's
    StandardScaler.

    Parameters:

        with_mean: subtract the mean of the training rows
            default True.
        with_std: divide by the standard deviation of the training rows
            default True.

    Tables once fitted: statistics.

    The component 'standard_scaler' of recipes, since 0.1.
    """

    _component = "standard_scaler"

    def __init__(self, *, with_mean: bool = True, with_std: bool = True,
                 context: Optional[Context] = None) -> None:
        self._init({"with_mean": with_mean, "with_std": with_std}, context)
