"""Whether a process grows that does the same again and again.

    growth.py CYCLES

Create, fit, save, load, predict, single records, functions of the program, errors; after a warm-up
the process must not have a MiB more of resident memory, a file or a thread.
"""
import gc
import os
import sys
import tempfile

import numpy as np

import mlcore
from mlcore import _hooks

RESIDENT = 1 << 20
X = np.random.default_rng(0).normal(size=(60, 3))
Y = X @ [1.0, 2.0, 3.0]
CSV = "a,b,y\n" + "".join(f"{i % 7},x{i % 3},{i % 2}\n" for i in range(50))


def cycle(path: str) -> None:
    context = mlcore.Context(threads=2, progress=lambda *_: None, log=lambda *_: None)
    context.add_transform("acme.twice", lambda values, state: values * 2)
    model = mlcore.Model("pipeline(on(x0, acme.twice), ridge)", context=context).fit(X, Y)
    model.predict(X[:2])
    data = mlcore.Dataset.parse_csv(CSV, target="y")
    model = mlcore.pipeline("automatic", mlcore.LogisticRegression(max_iter=5)).fit(data)
    model.save(path)
    loaded = mlcore.load(path)
    rows = mlcore.Dataset.parse_csv(CSV, like=loaded)
    assert len(loaded.predict(rows)) == 50
    loaded.predictor()({"a": 1, "b": "x1"})
    loaded.predict_table(rows).to_dict()
    try:
        mlcore.Ridge(alpha=-1)
        raise AssertionError("alpha=-1 was taken")
    except mlcore.SettingError:
        pass


def measure() -> tuple:
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as pages:
        resident = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return (resident, len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task")),
            _hooks.n_kept())


def main() -> int:
    n = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.mlcore")
        for _ in range(max(300, n // 10)):
            cycle(path)
        before = measure()
        for _ in range(n):
            cycle(path)
        after = measure()
    grown = [b - a for a, b in zip(before, after)]
    print(f"{n} cycles: resident {grown[0]}, files {grown[1]}, threads {grown[2]}, "
          f"functions {grown[3]}")
    return grown[0] > RESIDENT or any(count > 0 for count in grown[1:])


if __name__ == "__main__":
    sys.exit(main())
