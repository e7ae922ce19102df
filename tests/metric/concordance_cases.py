#!/usr/bin/env python3
"""Writes concordance_cases.h beside it: run with that file as standard output.

Times of tests/data/gbsg2.csv, in months so that many are equal, a prediction with ties, and what
lifelines and scikit-survival, which agree, say of it. Needs NumPy, lifelines and scikit-survival.
"""
import csv
import pathlib

import lifelines
import numpy as np
import sksurv
from lifelines.utils import concordance_index
from sksurv.metrics import concordance_index_censored

DATA = pathlib.Path(__file__).parent.parent / "data"
N = 200


def main():
    with open(DATA / "gbsg2.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:N]
    time = np.array([np.ceil(float(row["lower"]) / 60) for row in rows])
    event = np.array([row["upper"] != "" for row in rows])
    prediction = np.array([-float(row["pnodes"]) + (row["horTh"] == "yes") for row in rows])
    weight = np.arange(N) * 7 % 4
    copies = np.repeat(np.arange(N), weight)
    print(f"/* By concordance_cases.py: lifelines {lifelines.__version__}, "
          f"scikit-survival {sksurv.__version__}. */")
    print("#ifndef MLCI_TEST_CONCORDANCE_CASES_H\n#define MLCI_TEST_CONCORDANCE_CASES_H\n")
    for name, i in (("CONCORDANCE", np.arange(N)), ("CONCORDANCE_WEIGHTED", copies)):
        theirs = concordance_index(time[i], prediction[i], event[i])
        others = concordance_index_censored(event[i], time[i], -prediction[i])[0]
        assert abs(theirs - others) < 1e-14
        print(f"#define {name} {float(theirs)!r}")
    print("\n/* Time, whether it ended in the event, prediction, weight. */")
    print("static const double concordance_rows[][4] = {")
    for row in zip(time, event, prediction, weight):
        print("    {" + ", ".join(f"{float(v):g}" for v in row) + "},")
    print("};\n\n#endif")


if __name__ == "__main__":
    main()
