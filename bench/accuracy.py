"""Quality at equal settings: boosting on adult and california_housing against scikit-learn and
LightGBM, logistic regression against scikit-learn on the same encoded matrix."""
import lightgbm
import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import harness
import mlcore
from mlcore.transform import matrix

DATA = "tests/data/"
SETTINGS = "n_estimators=200, learning_rate=0.1, max_leaf_nodes=31"


def categories(frame):
    return frame.astype({c: "category" for c in frame.columns
                         if not pd.api.types.is_numeric_dtype(frame[c])})


def sklearn_boosting(kind, seed, threads=None):
    return kind(max_iter=200, learning_rate=0.1, max_leaf_nodes=31, early_stopping=False,
                categorical_features="from_dtype", random_state=seed)


def adult():
    frame = categories(pd.read_csv(DATA + "adult.csv.gz", na_values="?"))
    y = (frame.pop("income") == ">50K").astype(int)
    train, test = slice(0, 32561), slice(32561, None)
    data = mlcore.read_csv(DATA + "adult.csv.gz", target="income", positive=">50K")
    rows = []
    for seed in range(3):
        model = mlcore.Model("pipeline(automatic, gradient_boosting_classifier("
                             f"{SETTINGS}, random_state={seed}))").fit(data[train])
        ours = roc_auc_score(y[test], np.asarray(model.predict_proba(data[test]))[:, 1])
        peer = sklearn_boosting(HistGradientBoostingClassifier, seed)
        peer.fit(frame[train], y[train])
        hgb = roc_auc_score(y[test], peer.predict_proba(frame[test])[:, 1])
        peer = lightgbm.LGBMClassifier(n_estimators=200, learning_rate=0.1, num_leaves=31,
                                       random_state=seed, verbose=-1)
        peer.fit(frame[train], y[train])
        lgb = roc_auc_score(y[test], peer.predict_proba(frame[test])[:, 1])
        rows.append([seed, f"{ours:.5f}", f"{hgb:.5f}", f"{lgb:.5f}",
                     f"{ours - max(hgb, lgb):+.5f}"])
    print("adult, held-out ROC AUC (train: first 32,561 rows; 200 trees, rate 0.1, 31 leaves; the "
          "bar is the better peer - 0.001)\n")
    harness.table(["seed", "libmlcore", "scikit-learn", "LightGBM", "to the better"], rows)


def california():
    frame = categories(pd.read_csv(DATA + "california_housing.csv.gz"))
    y = frame.pop("median_house_value").to_numpy()
    data = mlcore.read_csv(DATA + "california_housing.csv.gz", target="median_house_value")
    rows = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(y))
        test, train = np.sort(order[:5160]), np.sort(order[5160:])
        model = mlcore.Model("pipeline(automatic, gradient_boosting_regressor("
                             f"{SETTINGS}, random_state={seed}))").fit(data[train])

        def rmse(p):
            return float(np.sqrt(np.mean((np.asarray(p) - y[test]) ** 2)))
        ours = rmse(model.predict(data[test]))
        peer = sklearn_boosting(HistGradientBoostingRegressor, seed)
        hgb = rmse(peer.fit(frame.iloc[train], y[train]).predict(frame.iloc[test]))
        peer = lightgbm.LGBMRegressor(n_estimators=200, learning_rate=0.1, num_leaves=31,
                                      random_state=seed, verbose=-1)
        lgb = rmse(peer.fit(frame.iloc[train], y[train]).predict(frame.iloc[test]))
        rows.append([seed, f"{ours:.1f}", f"{hgb:.1f}", f"{lgb:.1f}",
                     f"{100 * (ours / min(hgb, lgb) - 1):+.2f} %"])
    print("california_housing, held-out RMSE (a quarter held out; the bar is the better peer "
          "+ 0.5 %)\n")
    harness.table(["split", "libmlcore", "scikit-learn", "LightGBM", "to the better"], rows)


def objective(x, y, w, b, c):
    margin = (2 * y - 1) * (x @ w + b)
    return c * np.logaddexp(0, -margin).sum() + 0.5 * w @ w


def logistic():
    data = mlcore.read_csv(DATA + "adult.csv.gz", target="income", positive=">50K")[0:32561]
    y = (pd.read_csv(DATA + "adult.csv.gz").income[:32561] == ">50K").to_numpy().astype(float)
    model = mlcore.Model("pipeline(automatic, logistic_regression(tol=1e-10, max_iter=1000))")
    model = model.fit(data)
    # The preprocessing that `automatic` chose, fitted by itself, gives the matrix that both see.
    steps = mlcore.Transform(
        "chain(on(type:number, chain(simple_imputer(strategy=median), standard_scaler)),"
        " on(type:category, one_hot_encoder(handle_unknown=ignore)))").fit(data)
    x = matrix(steps.transform(data))
    coefficients = model.table("coefficients")
    values = np.asarray(coefficients["value"])
    names = list(coefficients["feature"])
    at = names.index("(intercept)")
    ours = objective(x, y, np.delete(values, at), values[at], 1.0)
    peer = LogisticRegression(C=1.0, tol=1e-10, max_iter=10000, solver="newton-cholesky").fit(x, y)
    theirs = objective(x, y, peer.coef_[0], peer.intercept_[0], 1.0)
    print("adult, logistic regression after automatic preprocessing: objective C sum(loss) + "
          "|w|^2 / 2 at tol 1e-10 (the bar is 1e-8 relative)\n")
    harness.table(["libmlcore", "scikit-learn newton-cholesky", "relative difference"],
                  [[f"{ours:.10f}", f"{theirs:.10f}", f"{(ours - theirs) / theirs:+.1e}"]])


print(harness.machine(sklearn, lightgbm, np) + "\n")
adult()
california()
logistic()
