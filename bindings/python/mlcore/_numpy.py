"""NumPy and pandas where they are there; the package works without."""
import sys
from typing import Any, Optional

numpy: Optional[Any]
try:
    import numpy
except ImportError:
    numpy = None


def pandas() -> Optional[Any]:
    """pandas if the program has it imported: only then can there be anything of it."""
    return sys.modules.get("pandas")
