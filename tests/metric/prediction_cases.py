#!/usr/bin/env python3
"""Writes prediction_cases.h beside it: run with that file as standard output.

Predictions of simple models for real data (tests/data), rounded so that there are ties, and what
scikit-learn says of them. Weights are 0 to 3; where scikit-learn takes no weights the rows are
repeated. Distances are exact (SciPy): scikit-learn's own are 1e-8 off for equal rows. Needs NumPy,
SciPy and scikit-learn.
"""
import csv
import gzip
import pathlib

import numpy as np
import sklearn
from scipy.spatial.distance import cdist
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict

DATA = pathlib.Path(__file__).parent.parent / "data"


def columns(path, names):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    with opened as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[name]) for name in names] for row in rows])


def table(name, width, rows):
    print(f"static const double {name}[][{width}] = {{")
    for row in rows:
        print("    {" + ", ".join(f"{value:.12g}" for value in row) + "},")
    print("};\n")


def value(name, number):
    print(f"#define {name} {float(number)!r}")


def wine():
    data = columns(DATA / "wine.csv", ["class", "alcohol", "flavanoids", "hue"])
    y = data[:, 0].astype(int) - 1
    p = cross_val_predict(LogisticRegression(C=0.3), data[:, 1:3], y, method="predict_proba")
    p = np.round(p, 2)
    p[:, 2] = np.abs(np.round(1 - p[:, 0] - p[:, 1], 2))
    w = (np.arange(len(y)) * 7) % 4
    label = np.where(data[:, 1] > 13, 5, np.where(data[:, 2] > 1.5, -1, 2))
    print("/* Class, probabilities of the three classes, weight, alcohol, flavanoids, label of a")
    print(" * cluster. */")
    table("wine", 8, np.column_stack([y, p, w, data[:, 1:3], label]))
    best = p.argmax(axis=1)
    copies = np.repeat(np.arange(len(y)), w)
    for suffix, i, kw in (("", slice(None), {}), ("_WEIGHTED", slice(None), {"sample_weight": w})):
        value("WINE_ACCURACY" + suffix, metrics.accuracy_score(y, best, **kw))
        value("WINE_BALANCED_ACCURACY" + suffix, metrics.balanced_accuracy_score(y, best, **kw))
        value("WINE_BALANCED_ACCURACY_ADJUSTED" + suffix,
              metrics.balanced_accuracy_score(y, best, adjusted=True, **kw))
        for average in ("macro", "weighted", "micro"):
            name = "_" + average.upper() + suffix
            value("WINE_PRECISION" + name, metrics.precision_score(y, best, average=average, **kw))
            value("WINE_RECALL" + name, metrics.recall_score(y, best, average=average, **kw))
            value("WINE_F1" + name, metrics.f1_score(y, best, average=average, **kw))
        for k, number in enumerate(metrics.f1_score(y, best, average=None, **kw)):
            value(f"WINE_F1_CLASS_{k}" + suffix, number)
        rows = np.arange(len(y)) if suffix == "" else copies
        for average in ("macro", "weighted"):
            name = average.upper() + suffix
            value("WINE_AUC_OVR_" + name, metrics.roc_auc_score(
                y, p, multi_class="ovr", average=average, **kw))
            value("WINE_AUC_OVO_" + name, metrics.roc_auc_score(
                y[rows], p[rows], multi_class="ovo", average=average))
            value("WINE_AP_" + name, metrics.average_precision_score(y, p, average=average, **kw))
        value("WINE_LOG_LOSS" + suffix,
              metrics.log_loss(y, p / p.sum(axis=1, keepdims=True), **kw))
        value("WINE_BRIER" + suffix, metrics.brier_score_loss(y, p, **kw))
        two = (y == 1).astype(int)
        value("WINE_TWO_PRECISION" + suffix, metrics.precision_score(two, p[:, 1] > 0.5, **kw))
        value("WINE_TWO_RECALL" + suffix, metrics.recall_score(two, p[:, 1] > 0.5, **kw))
        value("WINE_TWO_F1" + suffix, metrics.f1_score(two, p[:, 1] > 0.5, **kw))
        value("WINE_TWO_AUC" + suffix, metrics.roc_auc_score(two, p[:, 1], **kw))
        value("WINE_TWO_AUC_PART" + suffix,
              metrics.roc_auc_score(two, p[:, 1], max_fpr=0.13, **kw))
        value("WINE_TWO_AP" + suffix, metrics.average_precision_score(two, p[:, 1], **kw))
        value("WINE_TWO_LOG_LOSS" + suffix, metrics.log_loss(two, p[:, 1], **kw))
        value("WINE_TWO_BRIER" + suffix, metrics.brier_score_loss(two, p[:, 1], **kw))
        value("WINE_ARI" + suffix, metrics.adjusted_rand_score(y[rows], label[rows]))
        value("WINE_SILHOUETTE" + suffix, metrics.silhouette_score(
            cdist(data[rows, 1:3], data[rows, 1:3]), label[rows], metric="precomputed"))
    print()
    for suffix, kw in (("", {}), ("_WEIGHTED", {"sample_weight": w})):
        for normalize in (None, "true", "pred", "all"):
            cells = metrics.confusion_matrix(y, best, normalize=normalize, **kw)
            rows = [", ".join(repr(float(cell)) for cell in row) for row in cells]
            print(f"#define WINE_CONFUSION_{(normalize or 'none').upper()}{suffix} \\")
            print("    {" + ", \\\n     ".join(rows) + "}\n")


def housing():
    data = columns(DATA / "california_housing.csv.gz", ["median_income", "median_house_value"])
    data = data[::160][:128]
    y = data[:, 1] / 1e5
    prediction = np.round(LinearRegression().fit(data[:, :1], y).predict(data[:, :1]), 2)
    w = (np.arange(len(y)) * 5) % 4
    print("/* Value in 100,000 dollars, prediction, weight. */")
    table("housing", 3, np.column_stack([y, prediction, w]))
    for suffix, kw in (("", {}), ("_WEIGHTED", {"sample_weight": w})):
        value("HOUSING_MAE" + suffix, metrics.mean_absolute_error(y, prediction, **kw))
        value("HOUSING_RMSE" + suffix, metrics.root_mean_squared_error(y, prediction, **kw))
        value("HOUSING_MAPE" + suffix, metrics.mean_absolute_percentage_error(y, prediction, **kw))
        value("HOUSING_R2" + suffix, metrics.r2_score(y, prediction, **kw))


version = sklearn.__version__
print(f"/* Generated by prediction_cases.py with scikit-learn {version}; do not edit. */")
wine()
housing()
