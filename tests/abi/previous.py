"""The program of the last release runs with the library of today.

    previous.py check SOURCE LIBRARY CC
    previous.py freeze SOURCE           what is there today becomes the last release

`tests/abi/previous` holds that release: its public headers, its version script and a program. The
program is compiled against those headers and linked against a stand-in with those symbols, their
version nodes and the soname, so that it asks the loader for what the old binary asked for.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from declarations import read_headers, read_map


def build_stand_in(folder, release, cc):
    """A library with the release's symbols, which do nothing, and its soname."""
    names = [name for _, names in read_map(release / "libmlcore.map").values() for name in names]
    text = "".join(f"void {name}(void);\nvoid {name}(void) {{}}\n" for name in names)
    (folder / "stand_in.c").write_text(text, encoding="utf-8")
    soname = (release / "libmlcore.symbols").read_text(encoding="utf-8").split()[0]
    subprocess.run([cc, "-shared", "-fPIC", folder / "stand_in.c", "-o", folder / "libmlcore.so",
                    f"-Wl,-soname,{soname}", f"-Wl,--version-script={release}/libmlcore.map"],
                   check=True)


def check(source, library, cc):
    release = source / "tests/abi/previous"
    headers = read_headers(release / "include/mlcore")
    program = (release / "program.c").read_text(encoding="utf-8")
    unused = [name for header in headers for name in header.functions
              if not re.search(rf"\b{name}\(", program)]
    if unused:
        print(f"tests/abi/previous/program.c does not call {', '.join(unused)}")
        return True
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        build_stand_in(work, release, cc)
        subprocess.run([cc, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror",
                        "-I", release / "include", release / "program.c", "-o", work / "program",
                        "-L", work, "-lmlcore", "-lm"], check=True)
        (work / "out").mkdir()
        environment = {**os.environ, "LD_LIBRARY_PATH": str(pathlib.Path(library).parent),
                       "LD_BIND_NOW": "1"}
        return subprocess.run([work / "program", work / "out"], env=environment,
                              check=False).returncode != 0


def version_of(path):
    return tuple(map(int, re.fullmatch(r"MLC_(\d+)\.(\d+)", path.stem).groups()))


def freeze(source):
    """Also keeps the description of the release, beside that of the first one of its major."""
    abi, release = source / "tests/abi", source / "tests/abi/previous"
    shutil.rmtree(release / "include", ignore_errors=True)
    (release / "include").mkdir(parents=True)
    shutil.copytree(source / "include/mlcore", release / "include/mlcore")
    shutil.copy(source / "lib/libmlcore.map", release / "libmlcore.map")
    shutil.copy(abi / "libmlcore.symbols", release / "libmlcore.symbols")
    newest = [node for node in read_map(release / "libmlcore.map") if node != "MLC_EXPERIMENTAL"]
    (abi / "released").mkdir(exist_ok=True)
    shutil.copy(abi / "libmlcore.abi", abi / f"released/{newest[-1]}.abi")
    kept = sorted((abi / "released").glob("MLC_*.abi"), key=version_of)
    same_major = [path for path in kept if version_of(path)[0] == version_of(kept[-1])[0]]
    for path in set(kept) - {same_major[0], same_major[-1]}:
        path.unlink()
    return False


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[2])
    sys.exit(check(where, *sys.argv[3:]) if sys.argv[1] == "check" else freeze(where))
