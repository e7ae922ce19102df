"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit."""
from typing import Optional

from .._context import Context
from ..model import Model


class IsolationForest(Model):
    """Anomalies by random cuts: isolation forest, also extended.

    Grows trees on small random samples, each node cut at a uniform threshold of a random feature
    that varies there, until rows stand alone or the depth is log2 of the sample (Liu, Ting, Zhou
    2008). The score of a row is s = 2^(-path / c): its mean path, to which a leaf of m rows adds
    c(m), and c the mean path of an unsuccessful search in a sample; near 1 for anomalies, below
    0.5 for what is ordinary. raw is threshold - s, the decision function of scikit-learn; s
    itself, the negative of its score_samples, is threshold - raw; the threshold, the negative of
    its offset_, is 0.5 or follows contamination (table threshold). The prediction is -1, an
    anomaly, where raw is below 0, else 1. leaf gives the leaf of each tree. Evaluation against
    labels of two classes ranks rows by -raw (roc_auc, average_precision) and takes predictions as
    classes: labels -1 and 1 mean what they mean here, else the positive class is that of
    anomalies. Extended (Hariri, Carrasco Kind, Brunner 2019), extension_level k above 0, the ndim
    = k + 1 of isotree: cuts by planes of k + 1 features with normal factors, through a uniform
    point of the node's box; features are measured by their ranges in the sample. Cost: a fit takes
    trees x sample x log2(sample) steps, whatever the number of rows, and a score of all rows with
    contamination; a score takes trees x log2(sample) steps; planes take k + 1 times as many.
    Missing values of a feature go to a random side where a node has some, else to the side of more
    rows; on planes they stand at the plane's point. Categories go to a random side each, unseen
    ones where missing values go; of more than 255, those that are 255 apart go together; planes
    take none. Constant columns are not cut. Weights that are whole numbers count rows; with others
    samples are drawn with replacement, by weight. Differences from scikit-learn: random numbers;
    categories, missing values and planes; the quantile of a contamination is the averaged inverted
    distribution.

    Parameters:

        n_estimators: number of trees
            default 100; at least 1 and at most 1048576; also called num_trees, n_trees in recipes.
        max_samples: rows a tree: a whole number, a share of the rows, or auto for 256 or all if
            fewer
            default 'auto'.
        contamination: share of the training rows that are anomalies, above 0 and at most 0.5; or
            auto: rows of a score above 0.5 are
            default 'auto'.
        max_features: features that a tree may look at: a whole number, or a share
            default '1.0'.
        bootstrap: draw the rows of a tree with replacement
            default False.
        extension_level: 0: cut by one feature; k: by planes of k + 1 features, at most all
            (extended isolation forest)
            default 0; at least 0 and at most 2147483646.
        random_state: seed of all random draws
            default 0; also called seed in recipes.

    Tables once fitted: threshold, trees.

    The component 'isolation_forest' of recipes, since 0.1.
    """

    _component = "isolation_forest"

    def __init__(self, *, n_estimators: int = 100, max_samples: str = 'auto',
                 contamination: str = 'auto', max_features: str = '1.0', bootstrap: bool = False,
                 extension_level: int = 0, random_state: int = 0,
                 context: Optional[Context] = None) -> None:
        self._init({"n_estimators": n_estimators, "max_samples": max_samples,
                    "contamination": contamination, "max_features": max_features,
                    "bootstrap": bootstrap, "extension_level": extension_level,
                    "random_state": random_state}, context)
