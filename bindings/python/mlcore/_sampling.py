"""Rows that are chosen and weighted: splits, samples, classes of other shares, weights."""
from typing import Any, Dict, List, Optional, Tuple

from . import _abi
from ._context import Context, running
from ._handles import make, maker_options, settings

_library = _abi.library


class Sampling:
    """Methods of Dataset. Draws go by random_state and the numbers of rows."""

    __slots__ = ()

    def split(self, splitter: str = "hold_out", *, context: Optional[Context] = None,
              **params: Any) -> List[Tuple[Any, ...]]:
        """Pairs of (train, test), as in data.split("k_fold", n_splits=5, shuffle=True).

        With validation_size=, which hold_out takes, each is (train, valid, test).
        """
        with running(context) as call_context:
            folds = make("dataset", _library.mlc_dataset_split, call_context, self._handle,
                         settings(params, splitter))
        names = [b"train", b"test"]
        if params.get("validation_size") is not None:
            names.insert(1, b"valid")
        return [tuple(self._wrap(make("dataset", _library.mlc_dataset_fold, self._handle, folds, k,
                                      part)) for part in names)
                for k in range(_library.mlc_dataset_n_columns(folds))]

    def _made(self, function: Any, context: Optional[Context], name: str,
              params: Dict[str, Any]) -> Any:
        with running(context) as call_context:
            return self._wrap(make("dataset", function, call_context, self._handle,
                                   settings(maker_options(params), name)))

    def sample(self, sampler: str = "uniform", *, context: Optional[Context] = None,
               **params: Any) -> Any:
        """Some of the rows: data.sample(n=1000), data.sample("stratified", share=0.1, by="sex"),
        data.sample("weighted", n=100), data.sample("bottom_k", n=1000), data.sample("reservoir",
        n=1000), which is all rows where there are fewer. Reader.sample() does so with rows that do
        not fit into memory.

        components("sampler") lists them, parameters("uniform") what one takes. The rows come in
        their own order; data.sample(share=1, shuffle=True) puts all of them into a random one.
        """
        return self._made(_library.mlc_dataset_sample, context, sampler, params)

    def resample(self, resampler: str = "smote", *, context: Optional[Context] = None,
                 **params: Any) -> Any:
        """Other shares of the classes: data.resample("smote", k_neighbors=5),
        data.resample("random_under", sampling_strategy=0.5).

        sampling_strategy is a word, a ratio or a dict of rows by class, as in imbalanced-learn.
        components("resampler") lists them.
        """
        return self._made(_library.mlc_dataset_resample, context, resampler, params)

    def with_weights(self, weighting: str = "balanced", *, context: Optional[Context] = None,
                     **params: Any) -> Any:
        """The same rows with a column of role weight: data.with_weights("balanced"),
        data.with_weights("class_weight", weights={"yes": 10}),
        data.with_weights("time_decay", half_life="30d").

        components("weighting") lists them.
        """
        return self._made(_library.mlc_dataset_with_weights, context, weighting, params)

    def fingerprint(self, *, context: Optional[Context] = None) -> Dict[str, Any]:
        """schema and content, hashes in hexadecimal that do not depend on the order of rows and
        columns; rows and columns, their numbers."""
        with running(context) as call_context:
            return self._wrap(make("dataset", _library.mlc_dataset_fingerprint, call_context,
                                   self._handle))[0]
