"""Serving: process start to first prediction, and one raw adult record through the whole pipeline,
beside the scikit-learn pipeline (joblib) that does the same job."""
import pathlib
import subprocess
import sys
import tempfile
import time

import joblib
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import harness
import mlcore

DATA = "tests/data/adult.csv.gz"
RECIPE = ("pipeline(on(type:number, simple_imputer(strategy=median)),"
          "         on(type:category, one_hot_encoder(handle_unknown=ignore)),"
          "         gradient_boosting_classifier(n_estimators=100))")
FIRST = """
import sys, joblib, pandas as pd
model = joblib.load(sys.argv[1])
row = pd.DataFrame([{"age": 39, "workclass": "State-gov", "fnlwgt": 77516,
    "education": "Bachelors", "education-num": 13, "marital-status": "Never-married",
    "occupation": "Adm-clerical", "relationship": "Not-in-family", "race": "White", "sex": "Male",
    "capital-gain": 2174, "capital-loss": 0, "hours-per-week": 40,
    "native-country": "United-States"}])
print(model.predict_proba(row))
"""


def train(folder):
    data = mlcore.read_csv(DATA, target="income", positive=">50K")
    ours = folder / "income.mlcore"
    mlcore.Model(RECIPE).fit(data[0:32561]).save(ours)
    frame = pd.read_csv(DATA, na_values="?")[:32561]
    y = frame.pop("income") == ">50K"
    texts = make_column_selector(dtype_exclude="number")
    numbers = make_column_selector(dtype_include="number")
    peer = make_pipeline(
        make_column_transformer((SimpleImputer(strategy="median"), numbers),
                                (OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                                 texts)),
        HistGradientBoostingClassifier(max_iter=100, early_stopping=False))
    peer.fit(frame, y)
    joblib.dump(peer, folder / "income.joblib")
    return ours, peer, frame


def single(predict, rows, n):
    """Seconds of each of n calls, over distinct rows."""
    for row in rows[:100]:
        predict(row)
    out = []
    for i in range(n):
        start = time.perf_counter()
        predict(rows[i % len(rows)])
        out.append(time.perf_counter() - start)
    return out


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    ours, peer, frame = train(folder)
    program = folder / "first_prediction"
    subprocess.run(["cc", "-O2", "-Iinclude", "bench/first_prediction.c", "-o", program,
                    "-Lbuild-bench/lib", "-lmlcore",
                    f"-Wl,-rpath,{pathlib.Path('build-bench/lib').resolve()}"], check=True)
    script = folder / "first.py"
    script.write_text(FIRST)
    commands = {"libmlcore": [program, ours],
                "scikit-learn": [sys.executable, script, folder / "income.joblib"]}
    print(harness.machine(sklearn, joblib, np) + "\n")
    times = harness.rounds({name: lambda c=c: subprocess.run(c, check=True,
                                                             stdout=subprocess.DEVNULL)
                            for name, c in commands.items()}, n=10)
    print("process start + load + first prediction of a raw record (the bar is 10 ms)\n")
    harness.table(["", "ms, median (min to max)"],
                  [[name, harness.spread(t, 1e3)] for name, t in times.items()]
                  + [["ratio", harness.ratio(times["scikit-learn"], times["libmlcore"])]])

    done = subprocess.run([program, ours, "200000"], check=True, text=True, capture_output=True)
    median, p99 = (float(x) for x in done.stdout.split()[-2:])
    rows = [frame.iloc[[i]] for i in range(200)]
    theirs = single(peer.predict_proba, rows, 300)
    records = [{k: (None if v != v else v) for k, v in row.iloc[0].to_dict().items()}
               for row in rows]
    predictor = mlcore.load(ours).predictor()
    python = single(predictor, records, 20000)
    print("one raw adult record (14 inputs, 8 of them texts) through imputer, one-hot and 100 "
          "trees (the bar is 5 us)\n")
    harness.table(["", "median us", "99th percentile us"],
                  [["libmlcore, C", f"{median:.2f}", f"{p99:.2f}"],
                   ["libmlcore, Python predictor", f"{1e6 * np.median(python):.1f}",
                    f"{1e6 * np.quantile(python, 0.99):.1f}"],
                   ["scikit-learn pipeline", f"{1e6 * np.median(theirs):.0f}",
                    f"{1e6 * np.quantile(theirs, 0.99):.0f}"]])


main()
