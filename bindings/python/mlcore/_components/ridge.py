"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class Ridge(Model):
    """Linear least squares with an L2 penalty.

    Objective: sum of w_i (y_i - x_i'b - c)^2 + alpha |b|^2, for each target; the intercept c is
    not penalised. Algorithm: the normal equations of the centred features, gathered in one pass,
    by Cholesky with one step of refinement; with fewer rows than features the dual equations
    (Saunders, Gammerman & Vovk 1998); for more than 4096 of both, and for sparse features wider
    than 512, conjugate gradients preconditioned by the diagonal. Where the solution is not unique
    (alpha = 0 and dependent columns) it is the one of least norm, from eigenvectors. Cost: n p^2
    multiplications and p^2 numbers, n^2 p and n^2 + n p for the dual equations, n p a step and p
    numbers for sparse_cg. Several targets share the factorisation. Missing values are refused.
    Weight 2 equals the row twice. Constant columns get the coefficient 0. Features of different
    scale do not harm the accuracy, but the penalty treats them alike: scale them first. Columns
    that depend on others up to a relative 1e-7 count as dependent. Differences from scikit-learn:
    the solvers svd, lsqr, sag, saga and lbfgs are left out, as is positive=true; alpha is one
    number for all targets.

    Parameters:

        alpha: strength of the L2 penalty; 0 is ordinary least squares
            default 1; at least 0.
        fit_intercept: whether a constant, which is not penalised, is fitted too
            default True.
        solver: how the equations are solved
            - auto: cholesky where its matrix is small enough, else sparse_cg
            - cholesky: direct: normal equations, or the dual ones for few rows
            - sparse_cg: conjugate gradients, a pass over the rows a step
            default 'auto'.
        max_iter: most steps of sparse_cg for a target; none is 1000
            default None; at least 1; or None.
        tol: sparse_cg stops when the gradient has shrunk to this fraction of its start
            default 0.0001; at least 0 and at most 1.

    Tables once fitted: coefficients, history.

    The component 'ridge' of recipes, since 0.1.
    """

    _component = "ridge"

    def __init__(self, *, alpha: float = 1, fit_intercept: bool = True, solver: str = 'auto',
                 max_iter: Optional[int] = None, tol: float = 0.0001,
                 context: Optional[Context] = None) -> None:
        self._init({"alpha": alpha, "fit_intercept": fit_intercept, "solver": solver,
                    "max_iter": max_iter, "tol": tol}, context)
