"""mlcore verify and mlcore predict give the recorded bits of every golden artifact."""
import csv
import io
import os
import pathlib
import struct
import subprocess
import sys

command, golden = os.environ["MLCORE"], pathlib.Path(os.environ["MLC_GOLDEN"])
OPTIONS = {"class": "--class", "probability": "--proba", "raw": "--raw"}


def bits(text):
    return struct.pack(">d", float(text)).hex()


def run(*words):
    return subprocess.run([command, *map(str, words)], capture_output=True, text=True, check=True,
                          timeout=100).stdout


n = 0
for line in (golden / "cases.txt").read_text().splitlines():
    if line.startswith("#"):
        continue
    name, rows, *_, output = [word.strip() for word in line.split("|")]
    for expected in golden.glob(f"*/{name}.txt"):
        model = expected.with_suffix(".mlcore")
        run("verify", model, "--quiet")
        out = run("predict", model, expected.parent / f"{rows}_rows.csv", OPTIONS[output])
        found = [" ".join(map(bits, row)) for row in list(csv.reader(io.StringIO(out)))[1:]]
        if found != expected.read_text().splitlines():
            sys.exit(f"{model}: the bits are others")
        n += 1
print(f"100%: Checks: {n}, Failures: 0, Errors: 0")
sys.exit(n < 15)
