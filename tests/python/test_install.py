"""pip install, as a new user runs it: a wheel, a fresh environment, a smoke test."""
import os
import pathlib
import subprocess
import sys
import urllib.request
import venv

import pytest

from conftest import DATA, SOURCE

SMOKE = f"""
import mlcore, pathlib
assert pathlib.Path(mlcore.__file__).parent.joinpath("libmlcore.so.0").exists()
data = mlcore.read_csv({str(DATA / "iris.csv")!r}, target="species")
model = mlcore.GradientBoostingClassifier(n_estimators=5).fit(data)
copy = mlcore.loads(model.dumps())
assert copy.predictor()([5.1, 3.5, 1.4, 0.2]) == model.predictor()([5.1, 3.5, 1.4, 0.2])
print("score", model.score(data), mlcore.build_info())
"""


def index_is_reachable():
    if os.environ.get("PIP_INDEX_URL") or os.environ.get("PIP_NO_INDEX"):
        return True
    try:
        urllib.request.urlopen("https://pypi.org/simple/meson-python/", timeout=10).close()
        return True
    except OSError:
        return False


@pytest.mark.skipif(not index_is_reachable(), reason="needs the package index")
def test_wheel_installs_into_a_fresh_environment_and_works(tmp_path):
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    clean = {name: value for name, value in os.environ.items()
             if name not in ("PYTHONPATH", "MLCORE_LIBRARY", "LD_LIBRARY_PATH")}
    clean["CFLAGS"] = "-O0 -g0"  # quickly compiled
    python = str(environment / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                    str(SOURCE / "bindings" / "python")], check=True, env=clean)
    found = subprocess.run([python, "-c", SMOKE], capture_output=True, text=True, env=clean,
                           cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "score 0.9" in found.stdout or "score 1" in found.stdout
    assert pathlib.Path(sys.executable) != pathlib.Path(python)
