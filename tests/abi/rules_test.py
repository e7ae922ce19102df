"""Each rule of rules.py finds what it is there for: the headers are broken in one way at a time.

    rules_test.py SOURCE
"""
import pathlib
import sys
import tempfile

import rules
from declarations import read_header, read_headers

# file, what is there, what takes its place, what must be said
NAMES = "MLC_API int32_t mlc_dataset_n_columns(const mlc_dataset *dataset);"
ISA = "    const char *isa;\n"
BROKEN = [
    # words and types
    ("dataset.h", NAMES, NAMES.replace("int32_t", "int"), "'int' does not cross"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "bool"), "'bool' does not cross"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "long"), "'long' does not cross"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "size_t"), "'size_t' does not cross"),
    ("dataset.h", NAMES, NAMES.replace(");", ", ...);"), "varargs do not cross"),
    ("dataset.h", NAMES, "enum color { RED };\n" + NAMES, "'enum' does not cross"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "mlc_array"), "a struct is not returned"),
    ("dataset.h", NAMES, NAMES.replace("const mlc_dataset *", "mlc_array "), "never by value"),
    ("dataset.h", NAMES, NAMES.replace("const mlc_dataset *", "mlc_dataset ***"),
     "their address at most"),
    ("dataset.h", NAMES, NAMES.replace("const mlc_dataset *", "char "), "no fixed sign"),
    ("dataset.h", NAMES, NAMES.replace("const mlc_dataset *", "uint8_t "), "not a type that crosses"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "double *"), "a pointer too many"),
    ("dataset.h", NAMES, NAMES.replace("dataset);", ");"), "an argument without a name"),
    ("dataset.h", "#include <mlcore/context.h>", "#include <stdio.h>", "nothing but stddef.h"),
    ("context.h", "(*release)(void *user);", "(*release)(int32_t how);", "'void *user' first"),
    # functions
    ("dataset.h", NAMES, NAMES.replace("MLC_API ", ""), "not marked MLC_API"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "mlc_status"), "go together"),
    ("buffer.h", "MLC_API MLC_CHECKED mlc_status", "MLC_API mlc_status", "is MLC_CHECKED"),
    ("buffer.h", "mlc_buffer_create(mlc_context *ctx, const void *bytes,",
     "mlc_buffer_create(const void *bytes, mlc_context *ctx,", "the context comes first"),
    ("buffer.h", "int64_t n_bytes, mlc_buffer **out,", "mlc_buffer **out, int64_t n_bytes,",
     "right before err"),
    # structs
    ("context.h", "typedef struct mlc_host {\n    int64_t size; ",
     "typedef struct mlc_host {\n    int32_t size; ", "first member is 'int64_t size'"),
    ("context.h", ISA, "#ifdef __linux__\n" + ISA + "#endif\n", "no #if in a struct"),
    ("context.h", ISA, ISA + "    int32_t quiet : 1;\n", "bit-fields"),
    ("context.h", ISA, ISA + "    double room[4];\n", "can never grow"),
    ("context.h", ISA, ISA + "    mlc_error last;\n", "does not belong in a struct"),
    ("context.h", ISA, ISA + "    mlc_error *last;\n", "does not belong in a struct"),
    # numbers
    ("dataset.h", "#define MLC_TYPE_INT32 9", "#define MLC_TYPE_INT32 8", "as is MLC_TYPE_VECTOR"),
    ("dataset.h", "#define MLC_TYPE_INT32 9", "#define MLC_TYPE_INT32 9\n#define MLC_TYPE_COUNT 10",
     "a count changes"),
    ("predictor.h", "#define MLC_FLAG_WRONG_KIND 8", "#define MLC_FLAG_WRONG_KIND 9",
     "a flag is one bit"),
    ("status.h", "#define MLC_ERROR_LIMIT (-12)", "#define MLC_ERROR_LIMIT 12", "is negative"),
]
# What only a release fixes: the headers themselves stay within the rules.
CHANGED = [
    ("dataset.h", NAMES, "", "function mlc_dataset_n_columns is gone"),
    ("dataset.h", NAMES, NAMES.replace("int32_t", "int64_t"), "function mlc_dataset_n_columns was"),
    ("context.h", "(void *arg, int32_t i);", "(void *arg, int64_t i);", "callback mlc_task was"),
    ("context.h", "(*log)(void *user, int32_t level,", "(*log)(void *user, int64_t level,",
     "callback mlc_host.log was"),
    ("status.h", "typedef int32_t mlc_status", "typedef int64_t mlc_status", "type mlc_status was"),
    ("status.h", "#define MLC_ERROR_LIMIT (-12)", "#define MLC_ERROR_LIMIT (-32)",
     "number MLC_ERROR_LIMIT was (-12)"),
    ("context.h", ISA, "", "the members that were released have changed"),
    ("context.h", ISA, ISA + "    int32_t more;\n", "the first new member has 8 bytes"),
    ("value.h", "    const char *text;", "    const char *text;\n    int64_t more;\n",
     "mlc_value is frozen"),
]
# What a later release may do.
ALLOWED = [
    ("context.h", ISA, ISA + "    int64_t more;\n    int32_t most;\n    int32_t least;\n"),
    ("dataset.h", NAMES, NAMES + "\nMLC_API int32_t mlc_dataset_depth(const mlc_dataset *dataset);"),
    ("dataset.h", NAMES, NAMES.replace("*dataset)", "*renamed)")),
    ("dataset.h", NAMES, NAMES.replace("MLC_API", 'MLC_API MLC_DEPRECATED("use a, b")')),
    ("status.h", "#define MLC_VERSION_MINOR 1", "#define MLC_VERSION_MINOR 2"),
    ("status.h", "#define MLC_OK 0", "#define MLC_OK 0\n#define MLC_ERROR_NEW (-20)"),
]


def broken(source, whole, file, old, new):
    """The headers with one change."""
    text = (source / file).read_text(encoding="utf-8")
    if old not in text:
        raise SystemExit(f"rules_test.py: {file} has no '{old}' any more")
    with tempfile.TemporaryDirectory() as folder:
        changed = pathlib.Path(folder) / file
        changed.write_text(text.replace(old, new, 1), encoding="utf-8")
        return [read_header(changed) if header.name == file else header for header in whole]


def main():
    source = pathlib.Path(sys.argv[1]) / "include/mlcore"
    whole = read_headers(source)
    failures = []
    for file, old, new, says in BROKEN:
        said = [line for rule in rules.RULES for line in rule(broken(source, whole, file, old, new))]
        if not any(says in line for line in said):
            failures.append(f"{new!r} in {file}: wanted '{says}', got {said}")
    for file, old, new, says in CHANGED:
        said = list(rules.what_was_released(broken(source, whole, file, old, new), whole))
        if not any(says in line for line in said):
            failures.append(f"{new!r} in {file}: wanted '{says}', got {said}")
    for file, old, new in ALLOWED:
        headers = broken(source, whole, file, old, new)
        said = list(rules.what_was_released(headers, whole))
        said += [line for rule in rules.RULES for line in rule(headers)]
        if said:
            failures.append(f"{new!r} in {file} is allowed, but: {said}")
    grown = broken(source, whole, *ALLOWED[0])
    layout = (pathlib.Path(sys.argv[1]) / "lib/base/public_layout.c").read_text(encoding="utf-8")
    if not list(rules.layout_is_stated(grown, layout)):
        failures.append("a member that public_layout.c does not list was not noticed")
    print("\n".join(failures)
          or f"{len(BROKEN) + len(CHANGED) + 1} changes are found, {len(ALLOWED)} are let through")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
