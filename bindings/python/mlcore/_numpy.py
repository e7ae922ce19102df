"""NumPy and pandas where they are there; the package works without."""
import sys
from typing import Any, Optional

numpy: Any = None
try:
    import numpy  # type: ignore[no-redef]
except ImportError:
    pass


def pandas() -> Optional[Any]:
    """pandas if the program has it imported: only then can there be anything of it."""
    return sys.modules.get("pandas")
