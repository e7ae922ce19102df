"""Runs the mlcore command for the tests beside this file and holds what they share."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

COMMAND = os.environ["MLCORE"]
DATA = os.environ["MLC_TEST_DATA"]


def data(name):
    return os.path.join(DATA, name)


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)

    def events(self):
        """The JSON lines of standard error."""
        return [json.loads(line) for line in self.err.splitlines()]

    def records(self):
        """A table in JSON as a list of dictionaries."""
        return records(self.json())


def records(table):
    names = [c["name"] if isinstance(c, dict) else c for c in table["columns"]]
    return [dict(zip(names, row)) for row in table["rows"]]


class CommandTest(unittest.TestCase):
    """Each test has an empty folder of its own, self.folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def run_command(self, *words, stdin="", expect=0, **environment):
        done = subprocess.run([COMMAND, *words], input=stdin, capture_output=True, text=True,
                              timeout=100, check=False, env={**os.environ, **environment})
        result = Result(done)
        self.assertEqual(result.status, expect, result.out + result.err)
        return result

    def fails(self, status, message, *words, stdin=""):
        """The command ends with the status and says exactly one line, which holds the message."""
        result = self.run_command(*words, stdin=stdin, expect=status)
        lines = result.err.splitlines()
        self.assertEqual(len(lines), 1, result.err)
        self.assertIn(message, lines[0])
        return result

    def train(self, name, target, *words):
        """Trains on a file of tests/data; the path of the model."""
        model = self.path(target + ".mlcore")
        self.run_command("train", data(name), "--target", target, "--out", model, *words)
        return model

    def start(self, *words, **streams):
        return subprocess.Popen([COMMAND, *words], **streams)


def interrupt(process):
    process.send_signal(signal.SIGINT)


def main():
    """Runs the tests of the calling script; closes with Check's line, which is counted."""
    result = unittest.main(verbosity=2, exit=False).result
    failures, errors, n = len(result.failures), len(result.errors), result.testsRun
    share = 100 * (n - failures - errors) // max(n, 1)
    print(f"{share}%: Checks: {n}, Failures: {failures}, Errors: {errors}")
    sys.exit(0 if result.wasSuccessful() and n > 0 else 1)
