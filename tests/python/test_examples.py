"""The examples of the documentation run as they are."""
import subprocess
import sys

from conftest import DATA, SOURCE


def run(program, folder, data="adult.csv.gz"):
    found = subprocess.run([sys.executable, str(program), str(DATA / data)],
                           capture_output=True, text=True, cwd=folder)
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_explain_adds_up_and_names_what_matters(tmp_path):
    out = run(SOURCE / "docs" / "examples" / "explain.py", tmp_path).splitlines()
    assert len(out) == 8
    assert all(line.startswith("person ") for line in out[:6])
    assert float(out[6].split()[2]) < 1e-12
    assert out[7] == "needs most: marital-status"


def test_train_trains_saves_and_predicts(tmp_path):
    out = run(SOURCE / "docs" / "examples" / "train.py", tmp_path)
    assert out.startswith("AUC 0.92")
    assert "probability[>50K]" in out
    assert (tmp_path / "income.mlcore").exists()


def test_update_goes_on_cuts_and_moves(tmp_path):
    out = run(SOURCE / "docs" / "examples" / "update.py", tmp_path).splitlines()
    assert out[0].endswith("as in one go: True")
    first = [float(line.split()[-1]) for line in out[1:4]]
    assert first == sorted(first, reverse=True)
    moved, before = (float(word.strip(",")) for word in (out[4].split()[7], out[4].split()[-1]))
    assert moved < before


def test_imported_predicts_what_xgboost_gave(tmp_path):
    folder = "models/xgboost-1.7.4/multi_softprob"
    out = run(SOURCE / "docs" / "examples" / "imported.py", tmp_path, folder).splitlines()
    assert out[0].split() == ["library", "XGBoost"]
    expected = (DATA / folder / "expected.csv").read_text().splitlines()[1].split(",")
    assert out[11] == f"probability[Barolo] = {float(expected[3]):.4f}"
    assert out[14].split()[0] == "proline"
