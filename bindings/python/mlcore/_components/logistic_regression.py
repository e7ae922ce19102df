"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Any, Optional

from .._context import Context
from ..model import Model


class LogisticRegression(Model):
    """Linear classifier with logistic loss and an L2 penalty.

    Objective: C sum_i w_i loss_i + |W|^2 / 2. Two classes: loss = log(1 + exp(-+(x'b + c))), one
    column of coefficients, for the second class. K > 2 classes: one column a class and the
    multinomial loss -log softmax; columns sum to zero at the optimum. Intercepts are not
    penalised. Algorithm: newton-cholesky gathers loss, gradient and Hessian in one pass over the
    rows and halves steps by Armijo's rule; lbfgs (Liu & Nocedal 1989) keeps 10 pairs and starts
    from the curvature of each column. Both stop when no entry of the gradient of the objective,
    divided by C and the sum of weights, is above tol; Newton also wants half its decrement there.
    On separable data with a large C, or none, there is no finite optimum: the fit ends at max_iter
    with a warning in the log, and the table `history` shows where it was. Cost: an iteration of
    newton-cholesky takes n q^2 / 2 multiplications and q^2 numbers, q = (p + 1) (K - 1); one of
    lbfgs 2 n p K and 24 p K numbers. Missing values are refused. Weight 2 equals the row twice.
    Constant columns get the coefficient 0. The penalty treats features alike: scale them first.
    Differences from scikit-learn: the penalty is L2 or none; solver=auto chooses; lbfgs is
    preconditioned, so it reaches tol also where scikit-learn's stalls on features with large
    means.

    Parameters:

        C: inverse strength of the penalty: what the sum of losses is multiplied by
            default 1; above 0.
        tol: stops when no entry of the gradient of the mean loss plus penalty is larger
            default 0.0001; at least 0 and at most 1.
        max_iter: most iterations
            default 100; at least 1.
        fit_intercept: whether a constant, which is not penalised, is fitted too
            default True.
        class_weight: weights by class, times those of rows: balanced gives each class the same
            total; or a list of class:weight, where classes left out weigh 1
            default None; or None.
        solver: how the optimum is found; all find the same
            - auto: newton-cholesky for up to 2000 unknowns and enough rows, else lbfgs
            - newton-cholesky: Newton's method; few, costly, very exact iterations (also
              newton_cholesky)
            - lbfgs: limited-memory BFGS; cheap iterations, sparse rows as they are
            default 'auto'.
        penalty: what is added to the losses
            - l2: half the squared norm
            - none: C has no meaning
            default 'l2'.

    Tables once fitted: coefficients, history.

    The component 'logistic_regression' of recipes, since 0.1.
    """

    _component = "logistic_regression"

    def __init__(self, *, C: float = 1, tol: float = 0.0001, max_iter: int = 100,
                 fit_intercept: bool = True, class_weight: Any = None, solver: str = 'auto',
                 penalty: Optional[str] = 'l2', context: Optional[Context] = None) -> None:
        self._init({"C": C, "tol": tol, "max_iter": max_iter, "fit_intercept": fit_intercept,
                    "class_weight": class_weight, "solver": solver, "penalty": penalty}, context)
