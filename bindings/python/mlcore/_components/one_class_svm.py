"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class OneClassSVM(Model):
    """Anomalies by a support vector machine of one class.

    Objective (Schoelkopf et al. 2001): minimise |w|^2 / 2 - rho W nu + sum_i w_i max(0, rho -
    w'phi(x_i)), W the sum of weights: in the space of the kernel, the plane farthest from the
    origin that leaves a share nu of the rows behind. Algorithm: the dual, as
    support_vector_classifier solves it. Cost: as support_vector_classifier, of one pair of
    classes. raw is w'phi(x) - rho, above 0 inside; the prediction is 1 there and -1, an anomaly,
    elsewhere. Table problems has the intercept, -rho. Shapley values need background rows. Missing
    values are refused. Weight 2 equals the row twice. Constant columns have no effect on
    kernel=rbf. Distances and products treat features alike: scale them first. Differences from
    scikit-learn: gamma=scale counts weights; kernels given by a function or as a matrix, and
    shrinking, are left out.

    Parameters:

        kernel: how like two rows are
            - rbf: exp(-gamma |x - z|^2)
            - linear: x'z
            - poly: (gamma x'z + coef0)^degree (also polynomial)
            - sigmoid: tanh(gamma x'z + coef0); not every problem has one optimum
            default 'rbf'.
        degree: exponent of kernel=poly
            default 3; at least 0 and at most 1000.
        gamma: factor of the kernels rbf, poly and sigmoid: a number of at least 0; scale for 1 /
            (features x variance of all values), or auto for 1 / features
            default 'scale'.
        coef0: what the kernels poly and sigmoid add to products
            default 0.
        nu: at most this share of the training rows is outside, and at least this share are support
            vectors
            default 0.5; above 0 and at most 1.
        tol: stops when no pair of rows violates the optimality conditions by this much
            default 0.001; above 0.
        max_iter: most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if
            that is more
            default None; at least 1; or None.
        cache_size: MB for rows of the kernel that are kept, for each problem that is solved at
            once
            default 200; above 0 and at most 1000000.

    Tables once fitted: support_vectors, coefficients, problems.

    The component 'one_class_svm' of recipes, since 0.1.
    """

    _component = "one_class_svm"

    def __init__(self, *, kernel: str = 'rbf', degree: int = 3, gamma: str = 'scale',
                 coef0: float = 0, nu: float = 0.5, tol: float = 0.001,
                 max_iter: Optional[int] = None, cache_size: float = 200,
                 context: Optional[Context] = None) -> None:
        self._init({"kernel": kernel, "degree": degree, "gamma": gamma, "coef0": coef0, "nu": nu,
                    "tol": tol, "max_iter": max_iter, "cache_size": cache_size}, context)
