"""The C interface as ctypes sees it: structures, callbacks, and each function with its types.

The tests compare this file with the headers: every exported function, the number of its
arguments, and the size and the offsets of each structure.
"""
import ctypes
import os
import sys
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_int32, c_int64,
                    c_void_p)
from typing import Any

REQUIRED_VERSION = (0, 1)  # major, least minor

OK, END = 0, 1
ERROR_NO_MEMORY = -11
ERROR_CANCELLED = -16
ERROR_CALLBACK = -40

TYPE_BOOL, TYPE_INT64, TYPE_FLOAT32, TYPE_FLOAT64, TYPE_CATEGORY = 1, 2, 3, 4, 5
TYPE_TEXT, TYPE_TIMESTAMP, TYPE_VECTOR, TYPE_INT32 = 6, 7, 8, 9

SPARSE_ROWS, SPARSE_COLUMNS = 1, 2

MISSING, REAL, INTEGER, TEXT = 0, 1, 2, 3
BUILDER_NEXT = -1
FLAGS = {1: "missing", 2: "unseen", 4: "out_of_range", 8: "wrong_kind"}

P = POINTER


# A kind of handle each: a handle of another kind is refused before the library sees it.
class Buffer(c_void_p):
    pass


class Builder(c_void_p):
    pass


class Context(c_void_p):
    pass


class Dataset(c_void_p):
    pass


class Metric(c_void_p):
    pass


class Model(c_void_p):
    pass


class Params(c_void_p):
    pass


class Predictor(c_void_p):
    pass


class Profile(c_void_p):
    pass


class Reader(c_void_p):
    pass


class Transform(c_void_p):
    pass


HANDLES = {"buffer": Buffer, "builder": Builder, "context": Context, "dataset": Dataset,
           "metric": Metric, "model": Model, "params": Params, "predictor": Predictor,
           "profile": Profile, "reader": Reader, "transform": Transform}


class Error(Structure):
    _fields_ = [("status", c_int32), ("reserved", c_int32), ("line", c_int64),
                ("column", c_int64), ("name", c_char * 128), ("message", c_char * 872)]


class Value(Structure):
    _fields_ = [("kind", c_int32), ("length", c_int32), ("real", c_double),
                ("integer", c_int64), ("text", c_void_p)]


Release = CFUNCTYPE(None, c_void_p)


class Array(Structure):
    _fields_ = [("size", c_int64), ("name", c_char_p), ("role", c_char_p), ("type", c_int32),
                ("reserved", c_int32), ("data", c_void_p), ("valid", c_void_p),
                ("n_rows", c_int64), ("n_columns", c_int64), ("row_stride", c_int64),
                ("column_stride", c_int64), ("release", Release), ("user", c_void_p),
                ("offsets", c_void_p), ("n_categories", c_int64), ("categories", c_void_p),
                ("sparse", c_int64), ("absent_is_missing", c_int64), ("indices", c_void_p),
                ("index_size", c_int32), ("offset_size", c_int32)]


Log = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)


class Host(Structure):
    _fields_ = [("size", c_int64), ("user", c_void_p), ("memory_limit_bytes", c_int64),
                ("allocate", c_void_p), ("deallocate", c_void_p), ("n_threads", c_int32),
                ("log_level", c_int32), ("run", c_void_p), ("log", Log), ("release", Release),
                ("isa", c_char_p)]


Progress = CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int64, c_int64, c_char_p, c_double)

# Arrays go to callbacks as addresses, which is what views of them are made of.
Gradients = CFUNCTYPE(c_int32, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p,
                      c_void_p, c_void_p)
Score = CFUNCTYPE(c_int32, c_void_p, c_int64, c_int32, c_void_p, c_void_p, c_void_p, c_void_p,
                  c_void_p, c_void_p)
FitColumn = CFUNCTYPE(c_int32, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p)
ApplyColumn = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p)


class Objective(Structure):
    _fields_ = [("size", c_int64), ("link", c_char_p), ("user", c_void_p),
                ("gradients", Gradients), ("release", Release)]


class MetricHooks(Structure):
    _fields_ = [("size", c_int64), ("larger_is_better", c_int32), ("reserved", c_int32),
                ("user", c_void_p), ("score", Score), ("release", Release)]


class TransformHooks(Structure):
    _fields_ = [("size", c_int64), ("state_version", c_int32), ("n_state", c_int32),
                ("user", c_void_p), ("fit", FitColumn), ("apply", ApplyColumn),
                ("release", Release)]


NextBatch = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


class Source(Structure):
    _fields_ = [("size", c_int64), ("user", c_void_p), ("next", NextBatch), ("release", Release)]


STRUCTURES = {"mlc_error": Error, "mlc_value": Value, "mlc_array": Array, "mlc_host": Host,
              "mlc_objective": Objective, "mlc_metric_hooks": MetricHooks,
              "mlc_transform_hooks": TransformHooks, "mlc_source": Source}

# name: (result, arguments), in the order of the headers.
FUNCTIONS: Any = {
    # status.h
    "mlc_version": (c_char_p, [P(c_int32), P(c_int32), P(c_int32)]),
    "mlc_build_info": (c_char_p, []),
    "mlc_status_name": (c_char_p, [c_int32]),
    # buffer.h
    "mlc_buffer_create": (c_int32, [Context, c_void_p, c_int64, P(c_void_p), P(Error)]),
    "mlc_buffer_data": (c_void_p, [Buffer]),
    "mlc_buffer_size": (c_int64, [Buffer]),
    "mlc_buffer_ref": (c_void_p, [Buffer]),
    "mlc_buffer_free": (None, [Buffer]),
    # context.h
    "mlc_context_create": (c_int32, [P(Host), P(c_void_p), P(Error)]),
    "mlc_context_derive": (c_int32, [Context, P(c_void_p), P(Error)]),
    "mlc_context_set_threads": (None, [Context, c_int32]),
    "mlc_context_set_deadline_ms": (None, [Context, c_int64]),
    "mlc_context_set_progress": (None, [Context, Progress, c_void_p]),
    "mlc_context_cancel": (None, [Context]),
    "mlc_context_memory_bytes": (c_int64, [Context]),
    "mlc_context_close": (None, [Context]),
    "mlc_context_add_objective": (c_int32, [Context, c_char_p, P(Objective), P(Error)]),
    "mlc_context_add_metric": (c_int32, [Context, c_char_p, P(MetricHooks), P(Error)]),
    "mlc_context_add_transform": (c_int32, [Context, c_char_p, P(TransformHooks), P(Error)]),
    # params.h
    "mlc_params_open": (c_int32, [Context, P(c_void_p), P(Error)]),
    "mlc_params_set_real": (c_int32, [Params, c_char_p, c_double, P(Error)]),
    "mlc_params_set_integer": (c_int32, [Params, c_char_p, c_int64, P(Error)]),
    "mlc_params_set_text": (c_int32, [Params, c_char_p, c_char_p, P(Error)]),
    "mlc_params_text": (c_char_p, [Params]),
    "mlc_params_close": (None, [Params]),
    # dataset.h
    "mlc_dataset_read_csv": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_parse_csv": (c_int32, [Context, c_void_p, c_int64, c_char_p, P(c_void_p),
                                        P(Error)]),
    "mlc_dataset_read_csv_like": (c_int32, [Context, c_char_p, Dataset, c_char_p, P(c_void_p),
                                            P(Error)]),
    "mlc_dataset_parse_csv_like": (c_int32, [Context, c_void_p, c_int64, Dataset, c_char_p,
                                             P(c_void_p), P(Error)]),
    "mlc_dataset_read": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_read_like": (c_int32, [Context, c_char_p, Dataset, c_char_p, P(c_void_p),
                                        P(Error)]),
    "mlc_dataset_parse": (c_int32, [Context, c_void_p, c_int64, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_parse_like": (c_int32, [Context, c_void_p, c_int64, Dataset, c_char_p,
                                         P(c_void_p), P(Error)]),
    "mlc_dataset_write": (c_int32, [Context, Dataset, c_char_p, c_char_p, P(Error)]),
    "mlc_dataset_write_csv": (c_int32, [Dataset, c_char_p, c_char_p, P(Error)]),
    "mlc_dataset_from_arrays": (c_int32, [Context, P(Array), c_int32, c_char_p, P(c_void_p),
                                          P(Error)]),
    "mlc_dataset_concat": (c_int32, [Context, P(c_void_p), c_int32, c_char_p, P(c_void_p),
                                     P(Error)]),
    "mlc_dataset_with_roles": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_rows": (c_int32, [Context, Dataset, P(c_int64), c_int64, c_int64, P(c_void_p),
                                   P(Error)]),
    "mlc_dataset_select": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_split": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_fold": (c_int32, [Dataset, Dataset, c_int32, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_describe": (c_int32, [Context, Dataset, P(c_void_p), P(Error)]),
    "mlc_dataset_problems": (c_int32, [Dataset, P(c_void_p), P(Error)]),
    "mlc_dataset_n_rows": (c_int64, [Dataset]),
    "mlc_dataset_n_columns": (c_int32, [Dataset]),
    "mlc_dataset_column_name": (c_char_p, [Dataset, c_int32]),
    "mlc_dataset_column_role": (c_char_p, [Dataset, c_int32]),
    "mlc_dataset_column_type": (c_int32, [Dataset, c_int32]),
    "mlc_dataset_column_width": (c_int64, [Dataset, c_int32]),
    "mlc_dataset_component_name": (c_char_p, [Dataset, c_int32, c_int64]),
    "mlc_dataset_find": (c_int32, [Dataset, c_char_p]),
    "mlc_dataset_real": (c_int32, [Dataset, c_char_p, c_int64, P(c_double), P(Error)]),
    "mlc_dataset_text": (c_int32, [Dataset, c_char_p, c_int64, P(c_char_p), P(c_int64), P(Error)]),
    "mlc_dataset_column": (c_int32, [Dataset, c_char_p, P(Array), P(Error)]),
    "mlc_dataset_copy_real": (c_int32, [Dataset, c_char_p, P(c_double), c_int64, P(Error)]),
    "mlc_dataset_copy_integer": (c_int32, [Dataset, c_char_p, P(c_int64), c_int64, c_int64,
                                           P(c_int64), P(Error)]),
    "mlc_dataset_copy_codes": (c_int32, [Dataset, c_char_p, P(c_int32), c_int64, P(Error)]),
    "mlc_dataset_category": (c_char_p, [Dataset, c_char_p, c_int32]),
    "mlc_dataset_format": (c_int32, [Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_filter": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_with_column": (c_int32, [Context, Dataset, c_char_p, c_char_p, P(c_void_p),
                                          P(Error)]),
    "mlc_dataset_rename": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_cast": (c_int32, [Context, Dataset, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_sort": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_distinct": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_join": (c_int32, [Context, Dataset, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_aggregate": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_ref": (c_void_p, [Dataset]),
    "mlc_dataset_free": (None, [Dataset]),
    # builder.h
    "mlc_builder_open": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_builder_push": (c_int32, [Builder, c_int64, Dataset, P(Error)]),
    "mlc_builder_push_rows": (c_int32, [Builder, c_int64, P(Value), c_int64, P(Error)]),
    "mlc_builder_n_rows": (c_int64, [Builder]),
    "mlc_builder_finish": (c_int32, [Context, Builder, P(c_void_p), P(Error)]),
    "mlc_builder_close": (None, [Builder]),
    # reader.h
    "mlc_reader_open": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_reader_from_arrow": (c_int32, [Context, c_void_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_reader_from_source": (c_int32, [Context, P(Source), c_char_p, P(c_void_p), P(Error)]),
    "mlc_reader_next": (c_int32, [Context, Reader, P(c_void_p), P(Error)]),
    "mlc_reader_collect": (c_int32, [Context, Reader, P(c_void_p), P(Error)]),
    "mlc_reader_sample": (c_int32, [Context, Reader, c_char_p, P(c_void_p), P(Error)]),
    "mlc_reader_write": (c_int32, [Context, Reader, c_char_p, c_char_p, P(Error)]),
    "mlc_reader_n_rows": (c_int64, [Reader]),
    "mlc_reader_close": (None, [Reader]),
    # arrow.h; its structs are addresses here
    "mlc_dataset_from_arrow": (c_int32, [Context, c_void_p, c_void_p, c_char_p, P(c_void_p),
                                         P(Error)]),
    "mlc_dataset_from_arrow_stream": (c_int32, [Context, c_void_p, c_char_p, P(c_void_p),
                                                P(Error)]),
    "mlc_dataset_arrow_schema": (c_int32, [Context, Dataset, c_char_p, c_void_p, P(Error)]),
    "mlc_dataset_arrow_array": (c_int32, [Context, Dataset, c_char_p, c_void_p, P(Error)]),
    "mlc_dataset_arrow_stream": (c_int32, [Context, Dataset, c_char_p, c_void_p, P(Error)]),
    # sampling.h
    "mlc_dataset_generate": (c_int32, [Context, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_sample": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_resample": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_with_weights": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_fingerprint": (c_int32, [Context, Dataset, P(c_void_p), P(Error)]),
    # profile.h
    "mlc_profile_create": (c_int32, [Context, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_profile_merge": (c_int32, [Context, P(c_void_p), c_int64, c_char_p, P(c_void_p),
                                    P(Error)]),
    "mlc_profile_table": (c_int32, [Context, Profile, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_profile_format": (c_int32, [Profile, P(c_void_p), P(Error)]),
    "mlc_profile_parse": (c_int32, [Context, c_void_p, c_int64, P(c_void_p), P(Error)]),
    "mlc_profile_n_rows": (c_int64, [Profile]),
    "mlc_profile_schema": (c_int32, [Context, Profile, c_char_p, P(c_void_p), P(Error)]),
    "mlc_dataset_validate": (c_int32, [Context, Dataset, c_char_p, Profile, c_char_p, P(c_void_p),
                                       P(Error)]),
    "mlc_dataset_conform": (c_int32, [Context, Dataset, c_char_p, c_char_p, P(c_void_p),
                                      P(Error)]),
    "mlc_dataset_hints": (c_int32, [Context, Dataset, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_profile_ref": (c_void_p, [Profile]),
    "mlc_profile_free": (None, [Profile]),
    # transform.h
    "mlc_transform_create": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_transform_parse": (c_int32, [Context, c_char_p, P(c_void_p), P(Error)]),
    "mlc_transform_chain": (c_int32, [P(c_void_p), c_int32, P(c_void_p), P(Error)]),
    "mlc_transform_on": (c_int32, [c_char_p, Transform, c_char_p, P(c_void_p), P(Error)]),
    "mlc_transform_fit": (c_int32, [Context, Transform, Dataset, P(c_void_p), P(Error)]),
    "mlc_transform_apply": (c_int32, [Context, Transform, Dataset, P(c_void_p), P(Error)]),
    "mlc_transform_table": (c_int32, [Context, Transform, c_char_p, P(c_void_p), P(Error)]),
    "mlc_transform_format": (c_int32, [Transform, c_char_p, P(c_void_p), P(Error)]),
    "mlc_transform_is_fitted": (c_int32, [Transform]),
    "mlc_transform_ref": (c_void_p, [Transform]),
    "mlc_transform_free": (None, [Transform]),
    # model.h
    "mlc_model_create": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_parse": (c_int32, [Context, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_pipeline": (c_int32, [Transform, Model, P(c_void_p), P(Error)]),
    "mlc_model_with": (c_int32, [Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_recipe": (c_int32, [Model, P(c_void_p), P(Error)]),
    "mlc_model_fit": (c_int32, [Context, Model, Dataset, Dataset, P(c_void_p), P(Error)]),
    "mlc_model_predict": (c_int32, [Context, Model, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_evaluate": (c_int32, [Context, Model, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_explain": (c_int32, [Context, Model, Dataset, Dataset, c_char_p, P(c_void_p),
                                    P(Error)]),
    "mlc_model_update": (c_int32, [Context, Model, Dataset, Dataset, c_char_p, P(c_void_p),
                                   P(Error)]),
    "mlc_model_table": (c_int32, [Context, Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_format": (c_int32, [Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_save": (c_int32, [Model, c_char_p, c_char_p, P(Error)]),
    "mlc_model_save_memory": (c_int32, [Context, Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_load": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_load_memory": (c_int32, [Context, c_void_p, c_int64, c_char_p, P(c_void_p),
                                        P(Error)]),
    "mlc_model_import": (c_int32, [Context, c_char_p, Dataset, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_import_memory": (c_int32, [Context, c_void_p, c_int64, Dataset, c_char_p,
                                          P(c_void_p), P(Error)]),
    "mlc_model_export": (c_int32, [Context, Model, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_export_memory": (c_int32, [Context, Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_validate": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_model_validate_memory": (c_int32, [Context, c_void_p, c_int64, c_char_p, P(c_void_p),
                                            P(Error)]),
    "mlc_model_is_fitted": (c_int32, [Model]),
    "mlc_model_ref": (c_void_p, [Model]),
    "mlc_model_free": (None, [Model]),
    # metric.h
    "mlc_metric_create": (c_int32, [Context, c_char_p, c_char_p, P(c_void_p), P(Error)]),
    "mlc_metric_evaluate": (c_int32, [Context, P(c_void_p), c_int32, Dataset, Dataset, c_char_p,
                                      P(c_void_p), P(Error)]),
    "mlc_metric_ref": (c_void_p, [Metric]),
    "mlc_metric_free": (None, [Metric]),
    # predictor.h
    "mlc_predictor_create": (c_int32, [Context, Model, c_char_p, P(c_void_p), P(Error)]),
    "mlc_predictor_n_inputs": (c_int32, [Predictor]),
    "mlc_predictor_input": (c_int32, [Predictor, c_char_p, P(c_int32), P(Error)]),
    "mlc_predictor_input_name": (c_char_p, [Predictor, c_int32]),
    "mlc_predictor_n_outputs": (c_int32, [Predictor]),
    "mlc_predictor_output_name": (c_char_p, [Predictor, c_int32]),
    "mlc_predictor_label": (c_char_p, [Predictor, c_int32]),
    "mlc_predictor_n_rows": (c_int64, [Predictor]),
    "mlc_predictor_scratch_bytes": (c_int64, [Predictor]),
    "mlc_predictor_run": (c_int32, [Predictor, P(Value), c_void_p, P(c_double), P(c_int64),
                                    P(Error)]),
    "mlc_predictor_run_reals": (c_int32, [Predictor, P(c_double), c_int64, c_void_p, P(c_double),
                                          P(c_int64), P(Error)]),
    "mlc_predictor_ref": (c_void_p, [Predictor]),
    "mlc_predictor_free": (None, [Predictor]),
    # catalog.h
    "mlc_catalog": (c_int32, [Context, P(c_void_p), P(Error)]),
    "mlc_catalog_list": (c_int32, [Context, c_char_p, P(c_void_p), P(Error)]),
    "mlc_catalog_params": (c_int32, [Context, c_char_p, P(c_void_p), P(Error)]),
}


def _library_path() -> str:
    """The library that was installed with the package, else the user's, else the system's."""
    folder = os.path.dirname(os.path.abspath(__file__))
    names = ("libmlcore.0.dylib",) if sys.platform == "darwin" else ("libmlcore.so.0",)
    for name in names:
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return os.environ.get("MLCORE_LIBRARY") or names[-1]


def _declare(library: ctypes.CDLL, path: str) -> None:
    for name, (result, arguments) in FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(f"{path} has no function {name}: it is older than this package, "
                              f"which needs libmlcore {'.'.join(map(str, REQUIRED_VERSION))}"
                              ) from None
        function.restype = result
        function.argtypes = arguments


def _check_version(library: ctypes.CDLL, path: str) -> None:
    major, minor = c_int32(), c_int32()
    version = library.mlc_version(major, minor, None).decode()
    if (major.value, minor.value) < REQUIRED_VERSION or major.value != REQUIRED_VERSION[0]:
        raise ImportError(f"{path} is libmlcore {version}; this package needs "
                          f"{REQUIRED_VERSION[0]}.{REQUIRED_VERSION[1]} or a later "
                          f"{REQUIRED_VERSION[0]}.x")


def load(path: str) -> Any:
    """Loads a library and declares its functions; ImportError when it is not there or too old."""
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"cannot load libmlcore ({error}): install it, or say where it is in "
                          "the environment variable MLCORE_LIBRARY") from None
    if not hasattr(library, "mlc_version"):
        raise ImportError(f"{path} is not libmlcore: it has no function mlc_version")
    library.mlc_version.restype = c_char_p
    library.mlc_version.argtypes = FUNCTIONS["mlc_version"][1]
    _check_version(library, path)
    _declare(library, path)
    return library


library = load(_library_path())
