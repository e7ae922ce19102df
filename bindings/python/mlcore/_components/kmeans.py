"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class KMeans(Model):
    """Clusters around n_clusters centres.

    Objective: sum of w_i |x_i - c(i)|^2, c(i) the centre nearest to row i (the inertia). A local
    minimum is found; more starts (n_init) find better ones. Algorithm: Lloyd's iterations (1982)
    from greedy k-means++ starts (Arthur & Vassilvitskii 2007, 2 + floor(ln n_clusters) candidates
    a centre) or from random rows. An iteration ends the run when no row changes its cluster or the
    centres move less than tol. A cluster that lost its rows takes the row farthest from its
    centre. Ties go to the lowest centre and row. Cost: n p n_clusters multiplications an
    iteration, a copy of the features and 2 n numbers; a k-means++ start n (2 + ln n_clusters)
    numbers more. Missing values are refused. Weight 2 equals the row twice: in the sums exactly,
    in the draws of the starts in distribution. Constant columns have no effect. Distances treat
    features alike: scale them first. The prediction is the number of the nearest centre, from 0;
    raw gives the distances to all. Differences from scikit-learn: random numbers, so starts differ
    for the same random_state; the variance that tol refers to is weighted; n_init=none is its
    auto; algorithm=elkan and init by a given array are left out.

    Parameters:

        n_clusters: number of clusters
            default 8; at least 1 and at most 1000000.
        init: where the centres start
            - k-means++: far apart: the best of 2 + ln(n_clusters) draws a centre
            - random: rows at random
            default 'k-means++'.
        n_init: starts, of which the one with the lowest inertia is kept; none is 1 for k-means++
            and 10 for random
            default None; at least 1 and at most 100000; or None.
        max_iter: most iterations of a start
            default 300; at least 1 and at most 1000000.
        tol: stops when the centres move less than this times the mean variance of the features
            (squared distances, all centres together)
            default 0.0001; at least 0.
        random_state: seed of the starts
            default 0.

    Tables once fitted: centers, history.

    The component 'kmeans' of recipes, since 0.1.
    """

    _component = "kmeans"

    def __init__(self, *, n_clusters: int = 8, init: str = 'k-means++',
                 n_init: Optional[int] = None, max_iter: int = 300, tol: float = 0.0001,
                 random_state: int = 0, context: Optional[Context] = None) -> None:
        self._init({"n_clusters": n_clusters, "init": init, "n_init": n_init, "max_iter": max_iter,
                    "tol": tol, "random_state": random_state}, context)
