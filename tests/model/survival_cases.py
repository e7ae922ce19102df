#!/usr/bin/env python3
"""Writes survival_cases.h beside it: run with that file as standard output.

What XGBoost makes of survival times. Gradients and hessians of rows: where the others weigh
nothing, a tree of one leaf has -g / (h + lambda), so two values of lambda give both (XGBoost does
not weigh risk sets). To cox no two times are equal: of events at one time XGBoost gives a row those
that stand before it. Losses: its metrics. Trees: of the German Breast Cancer Study Group (tests/data/gbsg2.csv), grown on every row but each fourth, from a
score that is given. Held-out order: concordance by scikit-survival. Values of derivatives of aft
that are not cut: mpmath. Needs NumPy, xgboost, scikit-survival, mpmath.
"""
import csv
import pathlib

import mpmath
import numpy as np
import sksurv
import xgboost
from sksurv.metrics import concordance_index_censored

DATA = pathlib.Path(__file__).parent.parent / "data"
DISTRIBUTIONS = ["normal", "logistic", "extreme"]
INF = float("inf")
SCALE = 0.7


def write(name, width, rows):
    print(f"static const double {name}[][{width}] = {{")
    for row in rows:
        print("    {" + ", ".join("INFINITY" if v == INF else f"{v:.17g}" for v in row) + "},")
    print("};\n")


def matrix(X, lower, upper, margin, cox):
    data = xgboost.DMatrix(X, base_margin=margin)
    if cox:
        data.set_label(np.where(np.isinf(upper), -lower, lower))
    else:
        data.set_float_info("label_lower_bound", lower)
        data.set_float_info("label_upper_bound", upper)
    return data


def train(data, rounds, history=None, **settings):
    return xgboost.train({"tree_method": "exact", "seed": 0, "nthread": 1, **settings}, data,
                         rounds, evals=[(data, "d")], evals_result=history, verbose_eval=False)


def derivatives(lower, upper, score, **objective):
    """Gradient and hessian of each row."""
    n = len(lower)
    step = np.empty((2, n))
    for penalty in (0, 1):
        for i in range(n):
            data = matrix(np.zeros((n, 1)), lower, upper, score,
                          objective["objective"] == "survival:cox")
            data.set_weight((np.arange(n) == i).astype(float))
            model = train(data, 1, eta=1, reg_lambda=penalty, min_child_weight=0, **objective)
            step[penalty, i] = model.predict(data, output_margin=True)[i] - np.float32(score[i])
    moves = step[0] != 0  # else both are 0
    h = np.zeros(n)
    h[moves] = step[1, moves] / (step[0, moves] - step[1, moves])
    return -step[0] * h, h


# ---- aft, exactly ---------------------------------------------------------------------------

mpmath.mp.dps = 50
AFT_ROWS = [(2, 2), (2, INF), (0, 2), (1.5, 2), (40, INF), (0, 1e-3), (1e-4, 1e-3), (30, 50),
            (1.9999, 2.0001), (1.9999999, 2.0000001), (1e-3, 1e3), (1e-9, 1e-9), (0, INF)]
EXACT_SCORE = 0.3


def density(d, z):
    return {"normal": lambda: mpmath.npdf(z),
            "logistic": lambda: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2,
            "extreme": lambda: mpmath.exp(z - mpmath.exp(z))}[d]()


def tail(d, z):
    return {"normal": lambda: mpmath.ncdf(-z), "logistic": lambda: 1 / (1 + mpmath.exp(z)),
            "extreme": lambda: mpmath.exp(-mpmath.exp(z))}[d]()


def head(d, z):
    return {"normal": lambda: mpmath.ncdf(z), "logistic": lambda: 1 / (1 + mpmath.exp(-z)),
            "extreme": lambda: -mpmath.expm1(-mpmath.exp(z))}[d]()


def loss(d, lower, upper, s):
    scale = mpmath.mpf(SCALE)
    low = (mpmath.log(mpmath.mpf(lower)) - s) / scale if lower > 0 else None
    high = (mpmath.log(mpmath.mpf(upper)) - s) / scale if upper < INF else None
    if lower == upper:
        return mpmath.log(scale * mpmath.mpf(lower)) - mpmath.log(density(d, low))
    if high is None:
        return -mpmath.log(tail(d, low)) if low is not None else mpmath.mpf(0)
    if low is None:
        return -mpmath.log(head(d, high))
    return -mpmath.log(tail(d, low) - tail(d, high))


def exact_rows():
    for k, d in enumerate(DISTRIBUTIONS):
        for lower, upper in AFT_ROWS:
            s = mpmath.mpf(EXACT_SCORE)
            yield (k, lower, upper, *(float(v) for v in (
                loss(d, lower, upper, s), mpmath.diff(lambda t: loss(d, lower, upper, t), s),
                mpmath.diff(lambda t: loss(d, lower, upper, t), s, 2))))


# ---- rows that XGBoost differentiates -------------------------------------------------------

def cut_rows():
    rng = np.random.default_rng(5)
    n = 24
    lower = np.round(np.exp(rng.normal(1, 1, n)), 1) + 0.5
    upper = np.where(rng.random(n) < 0.4, INF, lower + np.round(rng.exponential(2, n)))
    score = np.round(rng.normal(1, 1.5, n), 1)
    for k, d in enumerate(DISTRIBUTIONS):
        g, h = derivatives(lower, upper, score, objective="survival:aft", aft_loss_distribution=d,
                           aft_loss_distribution_scale=SCALE)
        yield from zip(np.full(n, k), lower, upper, score, g, h)


def cox_rows():
    rng = np.random.default_rng(6)
    n = 30
    time = np.ceil(rng.exponential(6, n)) + np.arange(n) / 64
    upper = np.where(rng.random(n) < 0.4, INF, time)
    score = np.round(rng.normal(0, 1, n), 1)
    g, h = derivatives(time, upper, score, objective="survival:cox")
    return list(zip(time, upper, score, g, h))


# ---- trees ----------------------------------------------------------------------------------

def gbsg2():
    with open(DATA / "gbsg2.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[row["horTh"] == "yes", float(row["age"]), row["menostat"] == "Post",
                   float(row["tsize"]), len(row["tgrade"]), float(row["pnodes"]),
                   float(row["progrec"]), float(row["estrec"])] for row in rows], dtype=float)
    apart = np.arange(len(rows)) / 1024
    lower = np.array([float(row["lower"]) for row in rows]) + apart
    upper = np.array([float(row["upper"] or INF) for row in rows]) + apart
    return X, lower, upper, np.arange(len(rows)) % 4 == 0


MODELS = [("survival:cox", {}, 0.0)] + [
    ("survival:aft", {"aft_loss_distribution": d, "aft_loss_distribution_scale": SCALE}, 8.0)
    for d in DISTRIBUTIONS]


def main():
    X, lower, upper, test = gbsg2()
    print("/* By survival_cases.py: "
          f"xgboost {xgboost.__version__}, scikit-survival {sksurv.__version__}, "
          f"mpmath {mpmath.__version__}. */")
    print("#ifndef MLCI_TEST_SURVIVAL_CASES_H\n#define MLCI_TEST_SURVIVAL_CASES_H\n")
    print("#include <math.h>\n")
    print(f"#define AFT_SCALE {SCALE}\n#define AFT_SCORE {EXACT_SCORE}\n")
    print("/* Distribution, bounds; loss at AFT_SCORE and its two derivatives. */")
    write("aft_exact", 6, exact_rows())
    print("/* Distribution, bounds, score; XGBoost's gradient and hessian. */")
    write("aft_cut", 6, cut_rows())
    print("/* Bounds, score; XGBoost's gradient and hessian. */")
    write("cox_rows", 5, cox_rows())
    scores, losses, orders = [], [], []
    for objective, more, start in MODELS:
        cox = objective == "survival:cox"
        margin = np.full(len(lower), start)
        parts = [matrix(X[rows], lower[rows], upper[rows], margin[rows], cox)
                 for rows in (~test, test)]
        history = {}
        settings = {"objective": objective, "eta": 0.3, "max_depth": 2, "reg_lambda": 1,
                    "min_child_weight": 1, "eval_metric": "cox-nloglik" if cox else "aft-nloglik",
                    **more}
        model = train(parts[0], 4, history, **settings)
        scores.append(model.predict(parts[1], output_margin=True))
        losses.append((history["d"]["cox-nloglik" if cox else "aft-nloglik"][-1],))
        fold_orders = []
        for fold in range(5):
            out = np.random.default_rng(0).permutation(len(lower)) % 5 == fold
            fitted = train(matrix(X[~out], lower[~out], upper[~out], margin[~out], cox), 60,
                           **{**settings, "eta": 0.05, "max_depth": 3})
            p = fitted.predict(matrix(X[out], lower[out], upper[out], margin[out], cox),
                               output_margin=True)
            fold_orders.append(concordance_index_censored(
                np.isfinite(upper[out]), lower[out], p if cox else -p)[0])
        orders.append((np.mean(fold_orders),))
    print("/* Test rows of gbsg2: scores of cox and of aft by distribution after 4 trees. */")
    write("gbsg2_score", 4, np.array(scores).T)
    print("/* Mean loss of the training rows then, model by model. */")
    write("gbsg2_loss", 1, losses)
    print("/* Mean held-out concordance of 60 trees over five folds. */")
    write("gbsg2_order", 1, orders)
    print("/* Fold of each row. */")
    write("gbsg2_fold", 1, [(v,) for v in np.random.default_rng(0).permutation(len(lower)) % 5])
    print("#endif")


if __name__ == "__main__":
    main()
