"""The golden artifact predicts what it predicted in C, bit by bit."""
import csv
import struct

import numpy as np

import mlcore
from conftest import GOLDEN


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
