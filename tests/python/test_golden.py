"""The golden artifact predicts what it predicted in C, bit by bit."""
import csv
import struct

import numpy as np
import pytest

import mlcore
from conftest import GOLDEN

CASES = [[word.strip() for word in line.split("|")]
         for line in (GOLDEN / "cases.txt").read_text().splitlines() if not line.startswith("#")]


def expected():
    lines = (GOLDEN / "income_expected.txt").read_text().split("\n")[:-1]
    return np.array([[struct.unpack(">d", bytes.fromhex(word))[0] for word in line.split()]
                     for line in lines])


def test_model_predicts_the_same_bits():
    model = mlcore.load(GOLDEN / "income.mlcore")
    rows = mlcore.read_csv(GOLDEN / "income_rows.csv")
    assert np.array_equal(model.predict_proba(rows), expected())
    assert np.array_equal(model.predict_proba(rows[20:]), expected()[20:])


def test_predictor_gives_the_same_bits_row_by_row():
    predictor = mlcore.load(GOLDEN / "income.mlcore").predictor()
    rows = mlcore.read_csv(GOLDEN / "income_rows.csv")
    found = [list(predictor(row).values()) for row in rows]
    assert np.array_equal(np.array(found), expected())


def test_frame_of_the_rows_gives_the_same_bits():
    with open(GOLDEN / "income_rows.csv", newline="") as file:
        records = list(csv.DictReader(file))
    for record in records:
        for name, text in record.items():
            record[name] = None if text in ("", "?") else \
                int(text) if text.lstrip("-").isdigit() else text
    model = mlcore.load(GOLDEN / "income.mlcore")
    assert np.array_equal(model.predict_proba(records), expected())


def bits(table):
    """Numbers row by row, as the hexadecimal digits of their bits."""
    columns = [np.asarray(table.column(name)) for name in table.columns]
    rows = np.column_stack([c for c in columns if c.dtype.kind in "fi"])
    return [" ".join(struct.pack(">d", value).hex() for value in row) for row in rows]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_golden_file_of_each_release_gives_the_recorded_bits(case):
    name, rows, output = case[0], case[1], case[-1]
    artifacts = sorted(GOLDEN.glob(f"*/{name}.mlcore"))
    assert artifacts
    for path in artifacts:
        parts = mlcore.validate(path)
        assert parts.items("section")[:3] == ["header", "info", "schema"]
        table = mlcore.read_csv(path.parent / f"{rows}_rows.csv")
        expected = path.with_suffix(".txt").read_text().splitlines()
        assert bits(mlcore.load(path).predict_table(table, output)) == expected
        assert bits(mlcore.loads(path.read_bytes()).predict_table(table, output)) == expected


def test_validate_raises_what_load_would():
    data = (GOLDEN / "0.1" / "ridge.mlcore").read_bytes()
    assert mlcore.validate(data).items("sha256")[0] == data[48:80].hex()
    assert mlcore.validate(data, content_id=data[48:80].hex(), max_sections=9)
    for bad, options in (data[:-1], {}), (data, {"max_sections": 2}), (b"PK\3\4" * 99, {}):
        with pytest.raises(mlcore.MlcoreError) as of_load:
            mlcore.loads(bad, **options)
        with pytest.raises(mlcore.MlcoreError) as of_check:
            mlcore.validate(bad, **options)
        assert str(of_load.value) == str(of_check.value)
        assert type(of_load.value) is type(of_check.value)
