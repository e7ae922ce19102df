"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional

from .._context import Context
from ..model import Model


class SupportVectorClassifier(Model):
    """Support vector machine for classes: linear, rbf, poly or sigmoid kernel.

    Objective, of each pair of classes (Cortes & Vapnik 1995): minimise |w|^2 / 2 + C sum_i w_i
    max(0, 1 - y_i (w'phi(x_i) + b)), phi the features of the kernel, w_i the weight of the row
    times that of its class. With nu (Schoelkopf et al. 2000) the margin is found instead of C.
    Algorithm: the dual by rounds on working sets of up to 512 rows, the most violating ones and
    those of the round before (Joachims 1998; Wen et al. 2018), in which sequential minimal
    optimisation takes pairs by second-order gain (Fan, Chen, Lin 2005); ties go to the lowest row.
    Rows of the kernel are kept up to cache_size. More than two classes vote, one against one, each
    pair a task. Cost: n p operations for each row of the kernel, one to three for each support
    vector as a rule; a prediction p for each support vector. Memory: cache_size, at least 32 rows
    of the kernel, and two copies of the features. raw is the decision for two classes, above 0 for
    the second. With probability the decisions of five fits, each without a fifth of the rows, make
    Platt's sigmoid (2000); pairs are coupled by Wu, Lin, Weng (2004), so that probabilities may
    disagree with the votes. Table problems has intercepts and the value of the dual. Shapley
    values need background rows: they are exact of decisions (two classes, or ovo), and of scores
    of ovr and kernel=sigmoid with up to 12 features. Missing values are refused. Weight 2 equals
    the row twice, but for the fifths of probability. Constant columns have no effect on
    kernel=rbf. Distances and products treat features alike: scale them first. At most 1000
    classes. Differences from scikit-learn: nu makes NuSVC of SVC, where class_weight counts too;
    gamma=scale counts weights; the rows left out for probabilities are not drawn; kernels given by
    a function or as a matrix, and shrinking, are left out.

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
        nu: the nu form instead of C: at most this share of the training rows is inside the margin,
            and at least this share are support vectors
            default None; above 0 and at most 1; or None.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total; or a list of class:weight, where classes left out weigh 1
            default None; or None.
        probability: whether probabilities are fitted too, which takes five more fits
            default False.
        decision_function_shape: raw scores of more than two classes
            - ovr: a score a class: its votes, and a share of 1/3 by decisions
            - ovo: the decision of each pair of classes, above 0 for the first
            default 'ovr'.
        break_ties: whether the class of the largest score of ovr is predicted, rather than the
            first of the most voted
            default False.
        tol: stops when no pair of rows violates the optimality conditions by this much
            default 0.001; above 0.
        max_iter: most steps of a problem, a pair of rows each; none is 10 million, or 100 a row if
            that is more
            default None; at least 1; or None.
        cache_size: MB for rows of the kernel that are kept, for each problem that is solved at
            once
            default 200; above 0 and at most 1000000.

    Tables once fitted: support_vectors, coefficients, problems.

    The component 'support_vector_classifier' of recipes, since 0.1.
    """

    _component = "support_vector_classifier"

    def __init__(self, *, kernel: str = 'rbf', degree: int = 3, gamma: str = 'scale',
                 coef0: float = 0, C: float = 1, nu: Optional[float] = None,
                 class_weight: Any = None, probability: bool = False,
                 decision_function_shape: str = 'ovr', break_ties: bool = False,
                 tol: float = 0.001, max_iter: Optional[int] = None, cache_size: float = 200,
                 context: Optional[Context] = None) -> None:
        self._init({"kernel": kernel, "degree": degree, "gamma": gamma, "coef0": coef0, "C": C,
                    "nu": nu, "class_weight": class_weight, "probability": probability,
                    "decision_function_shape": decision_function_shape, "break_ties": break_ties,
                    "tol": tol, "max_iter": max_iter, "cache_size": cache_size}, context)
