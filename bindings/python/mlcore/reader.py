"""Readers: rows that come a batch at a time, for data larger than memory."""
import ctypes
import threading
from typing import Any, Dict, Iterable, Iterator, Optional

from . import _abi, _arrow, _hooks
from ._context import Context, root, running
from ._errors import ArgumentError, DataError, raise_error
from ._handles import Handle, encode_path, given, make, maker_options, reader_options, settings
from .dataset import Dataset

_library = _abi.library


class Reader:
    """Reads rows a batch at a time: what an iterable yields, Reader.open() a file of any format,
    Reader.from_arrow() whatever gives a stream of Arrow.

        def batches():
            while rows := cursor.fetchmany(10_000):
                yield {"age": [row[0] for row in rows], "city": [row[1] for row in rows]}

        for batch in mlcore.Reader(batches(), target="city"):
            ...

    batches: an iterable of Datasets or of what Dataset() takes. All have the columns and types of
    the first one; what its columns of texts became, those of later ones become too.
    roles: target=, weight= ... with the names of columns; classes= and positive= as in
    Dataset.with_roles().

    Iterating gives Datasets; collect() gives all that are left as one, sample() some of them,
    write() puts them into a file. One thread at a time. The iterable is asked for the next batch
    when that is wanted, by the thread that wants it, and is let go of when the reader is closed.
    What it raises is the cause of a CallbackError, after which the reader can only be closed.
    """

    def __init__(self, batches: Iterable[Any], *, context: Optional[Context] = None,
                 **roles: Any) -> None:
        self._begin(context)
        options = settings(given(**roles))
        source = _abi.Source(size=ctypes.sizeof(_abi.Source), next=_hooks.next_batch,
                             release=_hooks.release, user=_hooks.keep(_Batches(batches, context)))
        try:
            self._handle = make(
                "reader", _library.mlc_reader_from_source, root(context), source, options)
        except BaseException:
            _hooks.drop(source.user)
            raise

    def _begin(self, context: Optional[Context], is_file: bool = False) -> None:
        self._context = context
        self._is_file = is_file  # which runs no Python: Ctrl-C is for the library to hear
        self._busy = threading.Lock()
        self._handle: Optional[Handle] = None

    @classmethod
    def _wrap(cls, handle: Handle, context: Optional[Context], is_file: bool) -> "Reader":
        self = cls.__new__(cls)
        self._begin(context, is_file)
        self._handle = handle
        return self

    @classmethod
    def open(cls, path: Any, *, context: Optional[Context] = None, **options: Any) -> "Reader":
        """A file of data in batches of bounded memory, also packed: Reader.open("rows.csv.gz",
        target="y"). Options are those of Dataset.read(); types are those of the first batch, or of
        types=.
        """
        return cls._wrap(make("reader", _library.mlc_reader_open, root(context),
                              encode_path(path), settings(reader_options(options))), context, True)

    @classmethod
    def from_arrow(cls, stream: Any, *, context: Optional[Context] = None, text: str = "text",
                   **options: Any) -> "Reader":
        """The record batches of anything that has __arrow_c_stream__: a RecordBatchReader of
        pyarrow, a relation of DuckDB. Texts become text, or with text="category" categories.
        """
        with _arrow.stream_of(stream) as address:
            return cls._wrap(make("reader", _library.mlc_reader_from_arrow, root(context), address,
                                  settings(dict(options, text=text))), context, False)

    def _call(self, function: Any, *out: Any) -> bool:
        """False at the end."""
        handle = self._handle
        if handle is None:
            raise ArgumentError("the reader is closed")
        if not self._busy.acquire(blocking=False):
            raise ArgumentError("the reader is reading: one thread at a time, and not its own "
                                "batches")
        try:
            error = _abi.Error()
            with running(self._context, catch_interrupt=self._is_file) as call_context:
                status = function(call_context, handle, *out, error)
        finally:
            self._busy.release()
        if status not in (_abi.OK, _abi.END):
            raise_error(error)
        return status == _abi.OK

    def _read(self, function: Any) -> Optional[Dataset]:
        """None at the end."""
        out = ctypes.c_void_p()
        if not self._call(function, out):
            return None
        return Dataset._wrap(Handle("dataset", out.value or 0, _library.mlc_dataset_free))

    def __iter__(self) -> Iterator[Dataset]:
        return self

    def __next__(self) -> Dataset:
        batch = self._read(_library.mlc_reader_next)
        if batch is None:
            raise StopIteration
        return batch

    def collect(self) -> Dataset:
        """All rows that are left as one Dataset; DataError when there is no batch at all."""
        rows = self._read(_library.mlc_reader_collect)
        if rows is None:
            raise DataError("there is no batch to collect", -7)
        return rows

    def sample(self, sampler: str = "reservoir", **params: Any) -> Dataset:
        """Some of the rows that are left, chosen while they pass by, so that only they are kept in
        memory: reader.sample(n=1000), reader.sample("uniform", share=0.01),
        reader.sample("weighted", n=100), reader.sample("stratified", n=500, by="sex").

        The rows are those that collect().sample() with the same sampler and random_state gives,
        whatever the batches. DataError when there is no batch at all.
        """
        text = settings(maker_options(params), sampler)
        rows = self._read(lambda context, reader, out, error: _library.mlc_reader_sample(
            context, reader, text, out, error))
        if rows is None:
            raise DataError("there is no batch to sample", -7)
        return rows

    def write(self, path: Any, **options: Any) -> None:
        """Writes all rows that are left into a file of the format that its ending, or format=,
        tells, without ever having all of them in memory:

            mlcore.Reader.open("rows.csv.gz").write("rows.jsonl.gz")

        The file is the one that collect().write() with the same options writes, whatever the
        batches; it takes the place of an older one once all rows are there. Options are those of
        Dataset.write(). DataError when there is no batch at all.
        """
        encoded, text = encode_path(path), settings(options)
        if not self._call(lambda context, reader, error: _library.mlc_reader_write(
                context, reader, encoded, text, error)):
            raise DataError("there is no batch to write", -7)

    @property
    def n_rows(self) -> int:
        """Rows read so far."""
        return _library.mlc_reader_n_rows(self._handle)

    def close(self) -> None:
        """Lets go of the iterable; batches that were read stay. Closing twice is harmless."""
        self._handle = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        state = " (closed)" if self._handle is None else f", {self.n_rows} rows so far"
        return f"<Reader{state}>"


class _Batches:
    """What the library calls; knows nothing of the Reader, which would else never be let go of."""

    def __init__(self, batches: Iterable[Any], context: Optional[Context]) -> None:
        if isinstance(batches, (Dataset, str, bytes, dict)) or hasattr(batches, "columns"):
            raise ArgumentError(f"a {type(batches).__name__} is not an iterable of batches: for a "
                                "single one give a list of it")
        try:
            self._iterator = iter(batches)
        except TypeError:
            raise ArgumentError(f"batches is a {type(batches).__name__}: must be an iterable of "
                                "Datasets, or of what Dataset() takes") from None
        self._context = context
        self._texts: Optional[Dict[str, str]] = None  # columns of texts of the first batch

    def __call__(self) -> Optional[int]:
        """A reference to the next dataset; None at the end."""
        try:
            rows = next(self._iterator)
        except StopIteration:
            return None
        if not isinstance(rows, Dataset):
            rows = Dataset.from_arrays(rows, context=self._context, text=self._texts or "auto")
        if self._texts is None:
            self._texts = {name: kind for name, kind in rows.types.items()
                           if kind in ("category", "text")}
        return _library.mlc_dataset_ref(rows._handle)
