"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class SupportVectorRegressor(Model):
    """Support vector machine for numbers: linear, rbf, poly or sigmoid kernel.

    Objective (Drucker et al. 1997): minimise |w|^2 / 2 + C sum_i w_i max(0, |w'phi(x_i) + b - y_i|
    - epsilon), phi the features of the kernel. With nu (Schoelkopf et al. 2000) epsilon is found,
    at a price of nu times the sum of weights in that sum. Algorithm: the dual with two variables a
    row, as support_vector_classifier solves its own. Cost: as support_vector_classifier, of one
    pair of classes. raw is the prediction. Table problems has the intercept and the value of the
    dual. Shapley values need background rows. Missing values are refused. Weight 2 equals the row
    twice. Constant columns have no effect on kernel=rbf. Distances and products treat features
    alike, and epsilon and C are in units of the target: scale them first. Differences from scikit-
    learn: nu makes NuSVR of SVR; gamma=scale counts weights; kernels given by a function or as a
    matrix, and shrinking, are left out.

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
        C: what the sum of losses is multiplied by: inverse strength of the penalty
            default 1; above 0.
        epsilon: errors of up to this cost nothing, in units of the target; not used with nu
            default 0.1; at least 0.
        nu: the nu form, which finds epsilon: at most this share of the training rows has larger
            errors, and at least this share are support vectors
            default None; above 0 and at most 1; or None.
        tol: stops when no pair of rows violates the optimality conditions by this much
            default 0.001; above 0.
        max_iter: most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if
            that is more
            default None; at least 1; or None.
        cache_size: MB for rows of the kernel that are kept, for each problem that is solved at
            once
            default 200; above 0 and at most 1000000.

    Tables once fitted: support_vectors, coefficients, problems.

    The component 'support_vector_regressor' of recipes, since 0.1.
    """

    _component = "support_vector_regressor"

    def __init__(self, *, kernel: str = 'rbf', degree: int = 3, gamma: str = 'scale',
                 coef0: float = 0, C: float = 1, epsilon: float = 0.1, nu: Optional[float] = None,
                 tol: float = 0.001, max_iter: Optional[int] = None, cache_size: float = 200,
                 context: Optional[Context] = None) -> None:
        self._init({"kernel": kernel, "degree": degree, "gamma": gamma, "coef0": coef0, "C": C,
                    "epsilon": epsilon, "nu": nu, "tol": tol, "max_iter": max_iter,
                    "cache_size": cache_size}, context)
