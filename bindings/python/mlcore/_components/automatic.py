"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..transform import Transform


class Automatic(Transform):
    """The preprocessing that the next model needs, decided from the data.

    Asks the model that follows what it can take. Numbers get the median for missing values unless
    the model takes them missing, and are scaled when the model wants that; categories are one-hot
    encoded (unseen ones give all zeros) unless the model takes them as they are; free text is left
    out with a warning in the log. The steps it chose are in the table 'steps' of the fitted model.

    The component 'automatic' of recipes, since 0.1.
    """

    _component = "automatic"

    def __init__(self, *, context: Optional[Context] = None) -> None:
        self._init({}, context)
