"""Models that an older release of each library trains now, in an interpreter of its own: the one
that MLC_OLDER_PYTHON names, with the packages of tests/python_older_packages.txt. tests/run.sh
prepares it. What it trains is in older_models.py."""
import os
import subprocess

import numpy as np
import pytest

import mlcore
import older_models

# exp() of other libraries and ours may be one unit beside each other; SciPy's are vectors of their
# own.
LINK_ULPS = 1
ROUNDING = 1e-15
# Sums of products in another order.
SUMS = 1e-12


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Files of all the models, written once."""
    python = os.environ.get("MLC_OLDER_PYTHON")
    if not python:
        pytest.skip("MLC_OLDER_PYTHON names no interpreter with the packages of "
                    "tests/python_older_packages.txt; tests/run.sh makes one")
    folder = tmp_path_factory.mktemp("older")
    done = subprocess.run([python, "-W", "ignore", older_models.__file__, str(folder)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout
    return folder


class Case:
    """A model file, its rows, and what the library that wrote it gives for them."""

    def __init__(self, folder, name):
        self.path = folder / f"{name}.model"
        if not self.path.exists():
            pytest.skip(f"the older interpreter has no {name.partition('_')[0]}")
        with np.load(folder / f"{name}.npz") as kept:
            self.version = str(kept["version"])
            n = len(kept["raw"])
            self.raw = kept["raw"].reshape(n, -1)
            self.prediction = kept["prediction"].reshape(n, -1)
            categories = str(kept["categories"])
            columns = {key.partition(" ")[2]: kept[key] for key in kept.files
                       if key.startswith("column ")}
        self.rows = columns["x"] if list(columns) == ["x"] else \
            {name: values.tolist() for name, values in columns.items()}
        options = {"categories": categories} if categories else {}
        self.model = mlcore.import_model(self.path, **options)

    def raw_of(self, model):
        raw = model.predict_table(self.rows, output="raw").column("raw")
        return np.asarray(raw).reshape(self.raw.shape)

    def predicted(self):
        """Probabilities as the source lays them out, or predictions."""
        width = self.prediction.shape[1]
        if not hasattr(self.model, "classes_"):
            return np.asarray(self.model.predict(self.rows)).reshape(-1, width)
        return np.asarray(self.model.predict_proba(self.rows))[:, -width:]

    def origin(self):
        return {row["name"]: row["value"] for row in self.model.table("origin")}

    def check_raw(self):
        """The same bits, also after saving and loading, and nothing lost in reading."""
        assert (self.raw_of(self.model) == self.raw).all()
        assert (self.raw_of(mlcore.loads(self.model.dumps())) == self.raw).all()
        assert float(self.origin()["parity_with_file.largest_difference"]) == 0


def check_quantiles(case):
    """Ours never cross: those of a row are sorted."""
    found = case.model.predict_table(case.rows, output="quantile").column("quantile")
    assert (np.asarray(found) == np.sort(case.prediction, axis=1)).all()


def ulps(found, wanted):
    """Units in the last place of the source's type that lie between."""
    unit = np.spacing(np.abs(wanted)).astype(np.float64)
    return np.max(np.abs(found - wanted.astype(np.float64)) / unit)


@pytest.mark.parametrize("name", older_models.LIGHTGBM)
def test_lightgbm_gives_the_same_bits(made, name):
    case = Case(made, name)
    case.check_raw()
    assert ulps(case.predicted(), case.prediction) <= LINK_ULPS


@pytest.mark.parametrize("name", older_models.XGBOOST)
def test_xgboost_gives_the_same_bits(made, name):
    case = Case(made, name)
    case.check_raw()
    assert case.prediction.dtype == np.float32
    if "quantiles" in name:
        check_quantiles(case)
    else:
        assert ulps(case.predicted(), case.prediction) <= LINK_ULPS
    assert case.origin()["version"] == case.version


@pytest.mark.parametrize("name", older_models.SKLEARN)
def test_sklearn_gives_the_same_bits_where_it_has_trees(made, name):
    case = Case(made, name)
    is_boosted = "hist" in name or "boosting" in name
    if is_boosted:
        case.check_raw()
    has_sums = hasattr(case.model, "coef_") or name in ("sklearn_isolation", "sklearn_pipeline")
    tolerance = SUMS if has_sums else ROUNDING if is_boosted or "classes" in name else 0
    np.testing.assert_allclose(case.predicted(), case.prediction, rtol=tolerance, atol=tolerance)
    assert case.origin()["version"] == case.version


@pytest.mark.parametrize("name", older_models.CATBOOST)
def test_catboost_gives_the_same_bits(made, name):
    case = Case(made, name)
    case.check_raw()
    if "quantiles" in name:
        check_quantiles(case)
    else:
        np.testing.assert_allclose(case.predicted(), case.prediction, rtol=ROUNDING, atol=ROUNDING)
    assert case.origin()["version"] == case.version


@pytest.mark.parametrize("library", ["lightgbm", "xgboost", "sklearn"])
def test_release_is_not_the_one_that_the_other_tests_compare_with(made, library):
    current = pytest.importorskip(library).__version__
    cases = {"lightgbm": "lightgbm_l2", "xgboost": "xgboost_gamma", "sklearn": "sklearn_tree"}
    case = Case(made, cases[library])
    older = [int(part) for part in case.version.split(".")[:2]]
    assert older < [int(part) for part in current.split(".")[:2]]
