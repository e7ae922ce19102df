"""Schemas, validation, conforming and hints: the documented example, SciPy's distances, pandas'
duplicates, re's matches, and the same table for any number of threads."""
import json
import os
import pathlib
import re

import mlcore
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

SOURCE = pathlib.Path(os.environ["MLC_SOURCE"])
NOW = "2024-05-03T00:00:00Z"


def findings(table):
    return {(row["rule"], row["column"]): row for row in table}


def example():
    text = (SOURCE / "docs/schema.md").read_text(encoding="utf-8")
    return re.search(r"<!-- schema -->\n```json\n(.*?)```", text, re.S).group(1)


def orders(**changes):
    columns = {"order": [1, 2, 3, 4], "price": [10.0, 20.0, 5.0, 40.0],
               "placed": pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-02", "2024-05-02"]),
               "country": ["CZ", "DE", "SK", "DE"], "zip": ["110 00", "10115", "81101", "80331"],
               "returned": [True, False, False, True]}
    columns.update(changes)
    frame = pd.DataFrame(columns)[["order", "placed", "price", "country", "zip", "returned"]]
    return mlcore.Dataset.from_pandas(frame.astype({"country": "category"}), target="returned",
                                      time="placed", id="order")


def test_documented_example_holds_and_breaks():
    good = orders()
    reference = good.profile()
    assert len(good.validate(example(), reference=reference, now=NOW)) == 0
    bad = orders(order=[1, 3, 3, 4], price=[0.0, -1.0, np.inf, 6000.0],
                 country=["CZ", "XX", "XX", "DE"], zip=["x", "10115", "81101", "80331"],
                 returned=[False] * 4)
    found = findings(bad.validate(example(), reference=reference, now="2024-06-01"))
    assert set(found) == {
        ("not_monotone", "order"), ("not_fresh", "placed"), ("below_min", "price"),
        ("above_max", "price"), ("not_finite", "price"), ("drift_psi", "price"),
        ("not_in_values", "country"), ("pattern_mismatch", "zip"), ("duplicate_key", None),
        ("row_rule", "no gifts")}
    assert found["pattern_mismatch", "zip"]["severity"] == "warning"
    assert found["above_max", "price"]["examples"] == "2: inf; 3: 6000"
    assert found["row_rule", "no gifts"]["rows"] == 2


def test_every_code_of_the_page_is_one_and_the_other_way_round():
    page = (SOURCE / "docs/schema.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z_]+)`", " ".join(
        line.split("|")[-2] for line in page.splitlines() if line.startswith("|"))))
    sources = "".join(path.read_text() for name in ("dataset_validate", "validate_column",
                                                    "validate_order")
                      for path in (SOURCE / "lib/data").glob(name + ".c"))
    known = set(re.findall(r'"([a-z]+_[a-z_]+)"', sources))
    assert listed and listed <= known | {"row_rule"}, listed - known


def test_inferred_schema_accepts_what_it_was_inferred_from():
    for name, target in (("titanic.csv", "Survived"), ("penguins.csv", "species")):
        data = mlcore.read_csv(SOURCE / "tests/data" / name, target=target)
        schema = data.profile().schema()
        assert json.loads(schema)["mlcore_schema"] == 1
        assert len(data.validate(schema)) == 0


def test_vectors_stand_in_the_schema_once():
    data = mlcore.Dataset({"m": np.arange(12.0).reshape(4, 3), "k": np.ones((4, 2)), "y": range(4)})
    schema = data.profile().schema()
    assert [c["name"] for c in json.loads(schema)["columns"]] == ["m", "k", "y"]
    assert len(data.validate(schema)) == 0
    assert data.conform(schema).columns == ["m", "k", "y"]


def test_serving_rows_need_no_target():
    data = orders()
    schema = data.profile().schema()
    serving = data.select("order,placed,price,country,zip")
    assert len(serving.validate(schema, environment="serving")) == 0
    assert ("missing_column", "returned") in findings(
        serving.validate(schema, environment="training"))


@pytest.mark.parametrize("kind", ["texts", "few", "many"])
def test_distances_are_scipys(kind):
    rng = np.random.default_rng(3)
    if kind == "texts":
        a, b = rng.choice(list("abcd"), 900, p=[.1, .2, .3, .4]), rng.choice(list("abc"), 1100)
        cells = [[(x == v).mean() for v in "abcd"] for x in (a, b)]
    elif kind == "few":
        a, b = rng.integers(0, 9, 900), rng.integers(2, 9, 1100)
        values = np.unique(b)
        cells = [[(x == v).mean() for v in values] for x in (a, b)]
        cells = [p + [1 - sum(p)] for p in cells]
    else:
        a, b = rng.normal(0.3, 1.2, 900), rng.normal(0, 1, 1100)
        edges = np.r_[-np.inf, np.quantile(b, np.arange(1, 10) / 10), np.inf]
        cells = [np.histogram(x, edges)[0] / len(x) for x in (a, b)]
    p, q = (np.maximum(np.array(c), 0) for c in cells)
    fill = [np.where(x > 1e-12, x, 1e-4) for x in (p, q)]
    used = (p > 1e-12) | (q > 1e-12)
    wanted = {"drift_psi": float(((fill[0] - fill[1]) * np.log(fill[0] / fill[1]))[used].sum()),
              "drift_js": jensenshannon(p, q, base=2), "drift_l_infinity": np.abs(p - q).max()}
    schema = {"columns": [{"name": "v", "max_psi": 0, "max_js": 0, "max_l_infinity": 0}]}
    found = findings(mlcore.Dataset({"v": a}).validate(
        schema, reference=mlcore.Dataset({"v": b}).profile()))
    for rule, value in wanted.items():
        ours = float(re.search(r" of ([\d.]+):", found[rule, "v"]["message"]).group(1))
        assert ours == pytest.approx(value, rel=1e-3), rule  # messages have four digits


@pytest.mark.parametrize("pattern", [r"[A-Z][a-z]+, .*", r".*\(.*\).*", r"\w+(, \w+\.? ?)+",
                                     r"[^aeiou]{3,}.*", r"(A|B|Mc)[a-z]*, (Mr|Mrs)\. .{5,20}"])
def test_patterns_match_as_re_does(pattern):
    data = mlcore.read_csv(SOURCE / "tests/data/titanic.csv")
    names = data.column("Name")
    wanted = sum(re.fullmatch(pattern, str(name), re.ASCII) is None for name in names)
    found = findings(data.validate({"columns": [{"name": "Name", "pattern": pattern}],
                                    "dataset": {"extra_columns": "allow"}}))
    assert (found["pattern_mismatch", "Name"]["rows"] if found else 0) == wanted


def test_uniqueness_is_as_pandas_has_it():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.integers(0, 50, 2000), "b": rng.choice(list("xyz"), 2000),
                          "c": np.where(rng.random(2000) < .2, np.nan, rng.integers(0, 4, 2000))})
    data = mlcore.Dataset.from_pandas(frame)
    found = findings(data.validate({"dataset": {"key": ["a", "b", "c"], "extra_columns": "allow"},
                                    "columns": [{"name": "a", "unique": True}]}))
    assert found["duplicate_key", None]["rows"] == frame.duplicated().sum()
    assert found["not_unique", "a"]["rows"] == frame["a"].duplicated().sum()
    hints = findings(data.hints())
    assert hints["duplicate_rows", None]["rows"] == frame.duplicated().sum()


def test_findings_are_the_same_for_any_number_of_threads():
    data = mlcore.read_csv(SOURCE / "tests/data/titanic.csv", target="Survived")
    schema = json.loads(data[:300].profile().schema())
    tables = set()
    for threads in (1, 2, 3, 7):
        with mlcore.Context(threads=threads) as context:
            tables.add((data.validate(schema, context=context).format(format="json"),
                        data.hints(data[5:9], context=context).format(format="json")))
    assert len(tables) == 1


def test_conform_gives_what_validates():
    data = mlcore.read_csv(SOURCE / "tests/data/titanic.csv", target="Survived")
    schema = json.loads(data.profile().schema())
    for column in schema["columns"]:
        column.pop("min_present", None)
        if column["name"] in ("Age", "Fare"):
            column["max"] = 40
        if column["name"] == "Pclass":
            column.update(type="category", values=["1", "3"])
            del column["min"], column["max"]
    fitting = data.conform(schema, policy="missing")
    assert len(fitting.validate(schema)) == 0
    age = pd.Series(data.column("Age"))
    assert np.isnan(fitting.column("Age")).sum() == (age.isna() | (age > 40)).sum()
    assert fitting.types["Pclass"] == "category" and fitting.roles["Survived"] == "target"
    clipped = data.conform(schema, policy="coerce", policies={"Pclass": "missing"})
    assert np.array_equal(clipped.column("Age"), age.clip(upper=40), equal_nan=True)
    with pytest.raises(mlcore.ColumnError, match="'Pclass' is int64: must be category"):
        data.conform(schema)


def test_hints_about_leakage_follow_the_threshold():
    rng = np.random.default_rng(2)
    y = rng.normal(size=3000)
    frame = {"y": y, "near": y + rng.normal(0, .05, 3000), "far": y + rng.normal(0, 2, 3000)}
    data = mlcore.Dataset(frame, target="y")
    assert {key for key in findings(data.hints()) if key[0] == "leaking_target"} == {
        ("leaking_target", "near")}
    assert not [r for r, _ in findings(data.hints(leakage=0.9999)) if r == "leaking_target"]


def test_wrong_schema_says_what_and_where():
    data = orders()
    with pytest.raises(mlcore.SettingError, match="did you mean 'max'"):
        data.validate({"columns": [{"name": "price", "maxx": 3}]})
    with pytest.raises(mlcore.SettingError, match="give its profile"):
        data.validate({"columns": [{"name": "price", "max_js": 0.1}]})
    with pytest.raises(mlcore.MlcoreError, match="pattern"):
        data.validate({"columns": [{"name": "zip", "pattern": "(a"}]})
    with pytest.raises(mlcore.MlcoreError):
        data.validate("{")
