"""A save that is killed at, or refused, each call to the kernel leaves the old file or the new one;
and loading opens one file only. Seen from outside, by strace, which knows nothing of the library.

    traced.py SAVE_AND_LOAD
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
OLD, NEW = "ridge", "gradient_boosting_regressor(n_estimators=20)"
SKIPPED = 77
# A sanitizer's own leak check cannot run under ptrace.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
# Calls of the C library or a sanitizer beside those of the save.
OURS = {"openat", "open", "creat", "write", "fsync", "close", "rename", "renameat", "renameat2",
        "fchmod", "stat", "newfstatat", "readlink", "readlinkat", "unlink", "unlinkat", "fstat"}
TEMPORARY = re.compile(r"\.m\.mlcore\.mlc-[0-9a-f]{8}")


def run(*arguments, strace=()):
    command = ([shutil.which("strace"), "-f", *strace] if strace else []) + [PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=100)


def calls_between(log):
    """(name, its number among those of that name, line) of the calls between the look-ups."""
    numbers, inside, found = {}, False, []
    for line in pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines():
        match = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if not match:
            continue
        name = match.group(1)
        numbers[name] = numbers.get(name, 0) + 1
        if '"end"' in line and inside:
            return found
        if inside:
            found.append((name, numbers[name], line))
        inside |= '"begin"' in line
    sys.exit(f"no look-up of 'end' in the trace of {PROGRAM}")


def check_left(path, contents, when):
    """The file is one of contents; at most one temporary file is beside it."""
    now = path.read_bytes()
    assert now in contents, f"{when}: {len(now)} bytes, neither old nor new"
    others = [p.name for p in path.parent.iterdir() if p != path]
    assert len(others) <= 1, f"{when}: left {others}"
    assert all(TEMPORARY.fullmatch(name) for name in others), f"{when}: left {others}"
    loaded = run("load", str(path))
    assert loaded.returncode == 0, f"{when}: {loaded.stdout}"
    for name in others:
        (path.parent / name).unlink()
    return contents.index(now), len(others)


def inject(path, contents, name, number, what):
    path.write_bytes(contents[0])
    return run("save", str(path), NEW,
               strace=("-o", os.devnull, "-e", f"trace={name}",
                       "-e", f"inject={name}:{what}:when={number}"))


def check_saves(folder):
    path, log = folder / "m.mlcore", folder.parent / "log"
    contents = []
    for recipe in (OLD, NEW):
        assert run("save", str(path), recipe).returncode == 0
        contents.append(path.read_bytes())
    path.write_bytes(contents[0])
    run("save", str(path), NEW, strace=("-o", str(log)))
    points = [(name, number) for name, number, _ in calls_between(log) if name in OURS]
    names = {name for name, _ in points}
    for needed in ("write", "fsync", "close"):
        assert needed in names, f"no {needed} in {points}"
    assert any(name.startswith("rename") for name in names), points
    found = [0, 0]
    for name, number in points:
        killed = inject(path, contents, name, number, "signal=KILL")
        assert killed.returncode in (-9, 137), f"{name} {number}: exit {killed.returncode}"
        which, _ = check_left(path, contents, f"killed at {name} {number}")
        found[which] += 1
    assert found[0] > 5 and found[1] > 0, found
    refused = 0
    for name, number in points:
        for error in ("EIO", "ENOSPC"):
            ended = inject(path, contents, name, number, f"error={error}")
            when = f"{name} {number}: {error}"
            which, n_left = check_left(path, contents, when)
            assert n_left == 0, f"{when}: a temporary file was left"
            assert ended.returncode in (0, 1), f"{when}: exit {ended.returncode}"
            if ended.returncode == 0:
                assert which == 1, f"{when}: no failure, but the old file"
            else:
                assert str(folder) in ended.stdout, f"{when}: {ended.stdout!r}"
            refused += ended.returncode
    assert refused > 12, refused
    print(f"{len(points)} kills: {found[0]} times the old file, {found[1]} times the new; "
          f"{2 * len(points)} failing calls: {refused} with a message")


def check_load(folder):
    path, log = folder / "m.mlcore", folder.parent / "log"
    assert run("load", str(path), strace=("-o", str(log))).returncode == 0
    opened = [line for name, _, line in calls_between(log)
              if name in ("open", "openat", "openat2", "creat")]
    assert len(opened) == 1 and f'"{path}"' in opened[0], opened
    for forbidden in ("socket", "connect", "execve", "fork", "clone", "clone3", "vfork"):
        assert forbidden not in {name for name, _, _ in calls_between(log)}, forbidden
    print("loading opens one file: the one it was given")


if shutil.which("strace") is None:
    print("skipped: strace is not installed")
    sys.exit(SKIPPED)
probe = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
if probe.returncode != 0:
    print(f"skipped: tracing is not permitted here: {probe.stderr.strip()}")
    sys.exit(SKIPPED)
with tempfile.TemporaryDirectory() as outside:
    inner = pathlib.Path(outside) / "saved"
    inner.mkdir()
    check_saves(inner)
    check_load(inner)
