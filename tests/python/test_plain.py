"""The package without NumPy and pandas: the standard library is enough."""
import subprocess
import sys
import textwrap

from conftest import DATA, GOLDEN


def run(program):
    blocked = "import sys\nsys.modules['numpy'] = sys.modules['pandas'] = None\n"
    found = subprocess.run([sys.executable, "-c", blocked + textwrap.dedent(program)],
                           capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_datasets_are_lists():
    run("""
        import array, datetime, mlcore
        columns = {"b": [True, None, False], "i": [1, None, 2 ** 60 + 1], "f": [1.5, None, 2.0],
                   "c": ["x", None, "y"],
                   "w": [datetime.datetime(2024, 2, 29), None, datetime.datetime(1969, 12, 31)]}
        data = mlcore.Dataset.from_arrays(columns)
        assert data.to_dict()["i"] == columns["i"] and data.to_dict()["c"] == columns["c"]
        assert data.items("f") == columns["f"] and data.items("b") == columns["b"]
        assert [t and t.replace(tzinfo=None) for t in data["w"]] == columns["w"]
        assert data[[2, 0]].items("i") == [2 ** 60 + 1, 1]
        assert data["b"] == columns["b"] and data.codes("c") == [0, -1, 1]
        assert mlcore.Dataset.from_arrays({"x": array.array("d", [1, 2])})["x"] == [1.0, 2.0]
        text = mlcore.Dataset.from_arrays({"t": ["a", None, "\\u00e9"]}, text="text")
        assert text["t"] == ["a", None, "\\u00e9"] and text[1:].items("t") == [None, "\\u00e9"]
    """)


def test_models_fit_and_predict_rows():
    run(f"""
        import mlcore
        data = mlcore.read_csv({str(DATA / "iris.csv")!r}, target="species")
        model = mlcore.GradientBoostingClassifier(n_estimators=5).fit(data)
        assert model.classes_ == ["setosa", "versicolor", "virginica"]
        assert model.score(data) > 0.95 and len(model.feature_importances_) == 4
        rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]
        assert model.predict(rows) == ["setosa", "virginica"]
        assert [len(p) for p in model.predict_proba(rows)] == [3, 3]
        assert len(model.decision_function(rows)[0]) == 3
        scaler = mlcore.StandardScaler().fit(rows)
        assert [round(v, 9) for v in scaler.transform(rows)[0]] == [-1, 1, -1, -1]
    """)


def test_golden_artifact_gives_the_same_bits():
    run(f"""
        import mlcore, struct
        predictor = mlcore.load({str(GOLDEN / "income.mlcore")!r}).predictor()
        rows = mlcore.read_csv({str(GOLDEN / "income_rows.csv")!r})
        lines = open({str(GOLDEN / "income_expected.txt")!r}).read().split()
        found = [struct.pack(">d", p).hex() for row in rows for p in predictor(row).values()]
        assert found == lines
    """)


def test_functions_of_the_program_get_ctypes_arrays():
    run("""
        import mlcore
        context = mlcore.Context()
        context.add_objective("acme.squared", lambda t, r, w:
                              ([a - b for a, b in zip(r, t)], [1.0] * len(t)))
        model = mlcore.GradientBoostingRegressor(loss="acme.squared", n_estimators=20,
                                                 context=context)
        rows = [[float(i)] for i in range(200)]
        assert model.fit(rows, [2.0 * i for i in range(200)]).score(
            rows, [2.0 * i for i in range(200)]) > 0.7
    """)
