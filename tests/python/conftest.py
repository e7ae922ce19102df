"""What the tests of the Python package share: places, small data, a fresh garbage collector."""
import gc
import os
import pathlib

import numpy as np
import pytest

import mlcore

SOURCE = pathlib.Path(os.environ.get("MLC_SOURCE",
                                     pathlib.Path(__file__).resolve().parents[2]))
DATA = SOURCE / "tests" / "data"
GOLDEN = SOURCE / "tests" / "golden"


@pytest.fixture
def points():
    """500 points of 4 reals, and the class that their first two decide."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 4))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


@pytest.fixture(scope="session")
def iris():
    return mlcore.read_csv(DATA / "iris.csv", target="species")


@pytest.fixture
def nothing_kept():
    """Fails when the library still keeps anything of the program at the end of the test."""
    from mlcore import _hooks

    gc.collect()
    before = _hooks.n_kept()
    yield
    gc.collect()
    assert _hooks.n_kept() == before
