"""The gate passes what keeps the ABI and fails what breaks it, and says why: a small library is
built once as the release, then with one change at a time.

    gate_test.py CC
"""
import pathlib
import subprocess
import sys
import tempfile

GATE = pathlib.Path(__file__).with_name("gate.sh")
CC = sys.argv[1]

HEADER = """
#include <stdint.h>
#define TOY_API __attribute__((visibility("default")))
typedef struct toy toy;
enum toy_color { TOY_RED = 0, TOY_GREEN = 1 };
typedef struct toy_options {
    int64_t size;
    int32_t depth;
    int32_t width;
} toy_options;
TOY_API toy *toy_create(const toy_options *options, enum toy_color *color);
TOY_API int64_t toy_count(const toy *handle, uint64_t seed);
TOY_API void toy_free(toy *handle);
"""
SOURCE = """
#include <stdlib.h>
#include "toy.h"
struct toy { int64_t n; };
toy *toy_create(const toy_options *options, enum toy_color *color)
{
    toy *made = calloc(1, sizeof *made);
    if (made != NULL) made->n = options->depth;
    if (color != NULL) *color = TOY_GREEN;
    return made;
}
int64_t toy_count(const toy *handle, uint64_t seed) { return handle->n + (int64_t)(seed & 1); }
void toy_free(toy *handle) { free(handle); }
"""
MAP = "TOY_1.0 { global: toy_create; toy_count; toy_free; local: *; };\n"
FIRST = "int32_t depth;\n    int32_t width;"
SUPPRESS = """[suppress_type]
  type_kind = struct
  name = toy_options
  has_data_member_inserted_at = end
"""
ADD = {"header": ("TOY_API void toy_free", "TOY_API int32_t toy_size(void);\nTOY_API void toy_free"),
       "source": ("void toy_free", "int32_t toy_size(void) { return 1; }\nvoid toy_free"),
       "map": ("local", "local")}
NODE = "};\nTOY_1.1 { global: toy_size; } TOY_1.0;\n"
APPEND = {"header": ("int32_t width;", "int32_t width;\n    int64_t more;")}
DROP_FREE = {"header": ("TOY_API void toy_free(toy *handle);", ""),
             "source": ("void toy_free(toy *handle) { free(handle); }", ""),
             "map": ("toy_free; ", "")}

# what it is: changes by file, extra compiler flags, what the gate does, what it must say
CASES = {
    "no change": ({}, [], 0, "the ABI is that of the baseline"),
    "a private struct that grows": (
        {"source": ("struct toy { int64_t n; }", "struct toy { int64_t n, more[9]; }")}, [], 0,
        "the ABI is that of the baseline"),
    "no optimisation": ({}, ["-O0"], 0, "the ABI is that of the baseline"),
    "most optimisation": ({}, ["-O3"], 0, "the ABI is that of the baseline"),
    "a comment and an empty line": (
        {"header": ("typedef struct toy toy;", "/* A toy. */\n\ntypedef struct toy toy;")}, [], 0,
        "the ABI is that of the baseline"),
    "a function that is added": (
        {**ADD, "map": ("};\n", NODE)}, [], 1, "Added function"),
    "a function that is added to a node of the past": (
        {**ADD, "map": ("toy_free;", "toy_free; toy_size;")}, [], 1, "toy_size"),
    "a member that is appended": (APPEND, [], 1, "int64_t more"),
    "members that are swapped": (
        {"header": (FIRST, "int32_t width;\n    int32_t depth;")}, [], 1, "offset changed"),
    "a member of another width": (
        {"header": ("int32_t width;", "int64_t width;")}, [], 1, "type of 'int32_t width' changed"),
    "a member of another sign": (
        {"header": ("int32_t width;", "uint32_t width;")}, [], 1, "type of 'int32_t width' changed"),
    "an enumerator that is appended": (
        {"header": ("TOY_GREEN = 1", "TOY_GREEN = 1, TOY_BLUE = 2")}, [], 1, "abidiff (0)"),
    "an enumerator that is renumbered": (
        {"header": ("TOY_GREEN = 1", "TOY_GREEN = 2")}, [], 1, "TOY_GREEN"),
    "a parameter of another width": (
        {"header": ("uint64_t seed", "uint32_t seed"), "source": ("uint64_t seed", "uint32_t seed")},
        [], 1, "parameter 2 of type 'typedef uint64_t' changed"),
    "a result of another width": (
        {"header": ("int64_t toy_count", "int32_t toy_count"),
         "source": ("int64_t toy_count(const toy *handle, uint64_t seed) { return ",
                    "int32_t toy_count(const toy *handle, uint64_t seed) { return (int32_t)")},
        [], 1, "return type changed"),
    "a parameter that is added": (
        {"header": ("uint64_t seed)", "uint64_t seed, int32_t n)"),
         "source": ("uint64_t seed)", "uint64_t seed, int32_t n)")}, [], 1, "was added"),
    "a function that is removed": (DROP_FREE, [], 1, "abidiff (12): incompatible"),
    "a function that moves to another node": (
        {"map": ("toy_free; local: *; };", "local: *; };\nTOY_1.1 { global: toy_free; } TOY_1.0;")},
        [], 1, "incompatible"),
    "another soname": ({}, ["-Wl,-soname,libtoy.so.2"], 1, "SONAME changed"),
    "a library without debug information": ({}, ["-s"], 1, "the library has no debug information"),
    "a library without debug information, changed": (
        {"header": (FIRST, "int32_t width;\n    int32_t depth;")}, ["-s"], 1,
        "the library has no debug information"),
    "a file compiled without debug information": (
        {}, ["-g0", "marker.c"], 1, "exported without debug information: toy_count"),
    "exported data": (
        {"source": ("void toy_free", "int toy_data;\nvoid toy_free"),
         "map": ("toy_free;", "toy_free; toy_data;")}, ["-fvisibility=default"], 1,
        "data is exported, only functions may be: toy_data"),
    "an experimental function that is added": (
        {**ADD, "map": ("};\n", "};\nMLC_EXPERIMENTAL { global: toy_size; };\n")}, [], 0,
        "the ABI is that of the baseline"),
}


def build(folder, changes, flags):
    folder.mkdir()
    (folder / "include").mkdir()
    for file, path, text in (("header", "include/toy.h", HEADER), ("source", "toy.c", SOURCE),
                             ("map", "toy.map", MAP)):
        old, new = changes.get(file, ("", ""))
        if old not in text:
            raise SystemExit(f"gate_test.py: the {file} has no '{old}'")
        (folder / path).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    command = [CC, "-g", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Iinclude",
               "-Wl,-soname,libtoy.so.1", "-Wl,--version-script=toy.map", "-o", "libtoy.so"]
    if "marker.c" in flags:  # debug information for another file only
        (folder / "marker.c").write_text("int marker(void);\nint marker(void) { return 1; }\n",
                                         encoding="utf-8")
        subprocess.run([CC, "-g0", "-fPIC", "-Iinclude", "-c", "toy.c"], cwd=folder, check=True)
        subprocess.run([*command, "marker.c", "toy.o"], cwd=folder, check=True)
    else:
        subprocess.run([*command, *flags, "toy.c"], cwd=folder, check=True)
    return folder / "libtoy.so"


def gate(*arguments):
    done = subprocess.run(["sh", GATE, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Checks:
    def __init__(self):
        self.failures, self.n = [], 0

    def check(self, what, got, want_status, says):
        self.n += 1
        status, said = got
        if status != want_status or says not in said:
            self.failures.append(f"{what}: wanted {want_status} and '{says}', got {status}:\n{said}")


def check_changes(checks, work, baseline):
    for i, (what, (changes, flags, status, says)) in enumerate(CASES.items()):
        library = build(work / str(i), changes, flags)
        got = gate("check", work / str(i) / "include", baseline, library)
        checks.check(what, got, status, says)


def check_baselines(checks, work, baseline):
    """Baselines that are missing, empty or no description, and options that are wrong."""
    library, headers = work / "release/libtoy.so", work / "release/include"
    checks.check("a missing baseline", gate("check", headers, work / "none.abi", library), 1,
                 "there is no baseline")
    (work / "empty.abi").write_text("", encoding="utf-8")
    checks.check("an empty baseline", gate("check", headers, work / "empty.abi", library), 1,
                 "there is no baseline")
    (work / "junk.abi").write_text("no description\n", encoding="utf-8")
    checks.check("a damaged baseline", gate("check", headers, work / "junk.abi", library), 1,
                 "abidiff failed")
    checks.check("a missing library", gate("check", headers, baseline, work / "none.so"), 1,
                 "cannot read")
    checks.check("a file that is no library", gate("check", headers, baseline, baseline), 1,
                 "cannot read")
    checks.check("missing headers", gate("check", work / "none", baseline, library), 1,
                 "there is no folder")
    checks.check("an unknown action", gate("chekc", headers, baseline, library), 1, "neither")
    checks.check("too few arguments", gate("check", headers), 2, "usage")
    stripped = build(work / "stripped", {}, ["-s"])
    before = baseline.read_bytes()
    checks.check("an update from a stripped library", gate("update", headers, baseline, stripped),
                 1, "no debug information")
    if baseline.read_bytes() != before:
        checks.failures.append("a failed update changed the baseline")


def check_releases(checks, work, baseline):
    """Against a release functions may come; members only with an entry that allows them."""
    added = build(work / "added", {**ADD, "map": ("};\n", NODE)}, [])
    grown = build(work / "grown", APPEND, [])
    less = build(work / "less", DROP_FREE, [])
    here = {}
    for name, library in (("added", added), ("grown", grown), ("less", less)):
        here[name] = work / f"{name}.abi"
        gate("update", work / name / "include", here[name], library)
    released = work / "released"
    released.mkdir()
    (released / "TOY_1.0.abi").write_bytes(baseline.read_bytes())
    checks.check("a function more than the release",
                 gate("check", work / "added/include", here["added"], added, released), 0,
                 "keeps that of 1 releases")
    checks.check("a function less than the release",
                 gate("check", work / "less/include", here["less"], less, released), 1,
                 "linked against TOY_1.0 may break")
    checks.check("a member more than the release",
                 gate("check", work / "grown/include", here["grown"], grown, released), 1,
                 "linked against TOY_1.0 may break")
    checks.check("no release yet",
                 gate("check", work / "added/include", here["added"], added, work / "none"), 0,
                 "keeps that of 0 releases")
    (released / "TOY_0.9.abi").write_text("no description\n", encoding="utf-8")
    checks.check("a damaged release",
                 gate("check", work / "added/include", here["added"], added, released), 1,
                 "abidiff failed")
    (released / "TOY_0.9.abi").unlink()
    with tempfile.TemporaryDirectory() as folder:  # a gate whose list allows the member
        (pathlib.Path(folder) / "gate.sh").write_bytes(GATE.read_bytes())
        (pathlib.Path(folder) / "allowed.abignore").write_text(SUPPRESS, encoding="utf-8")
        for name, status, says in (("grown", 0, "keeps that of 1 releases"),
                                   ("less", 1, "linked against TOY_1.0 may break")):
            done = subprocess.run(
                ["sh", pathlib.Path(folder) / "gate.sh", "check", work / name / "include",
                 here[name], work / name / "libtoy.so", released],
                capture_output=True, text=True, check=False)
            checks.check(f"{name}, where a member is allowed",
                         (done.returncode, done.stdout + done.stderr), status, says)


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        release = build(work / "release", {}, [])
        baseline = work / "toy.abi"
        checks.check("the first baseline",
                     gate("update", work / "release/include", baseline, release), 0, "3 functions")
        check_changes(checks, work, baseline)
        check_baselines(checks, work, baseline)
        check_releases(checks, work, baseline)
    print("\n".join(checks.failures) or f"the gate decided {checks.n} cases as it must")
    return bool(checks.failures)


if __name__ == "__main__":
    sys.exit(main())
