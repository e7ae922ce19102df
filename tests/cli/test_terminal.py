"""Progress: a bar on a terminal, lines in a pipe; colours only where they are wanted."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from running import COMMAND, CommandTest, data, interrupt, main

LONG = ["train", data("adult.csv.gz"), "--target", "income", "--set"]


def read_all(terminal, process, until=None):
    """What appears on the terminal until the process ends, or until a text is there."""
    seen = b""
    limit = time.monotonic() + 100
    while time.monotonic() < limit:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
        elif process.poll() is not None:
            break
        if until is not None and until in seen:
            break
    return seen


class Terminal(CommandTest):
    def on_terminal(self, *words, width=80, until=None, **environment):
        """Runs on a pseudo-terminal; its text and exit status."""
        terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        plain = {k: v for k, v in os.environ.items()
                 if k not in ("NO_COLOR", "LC_ALL", "LC_CTYPE")}  # Python may set the last one
        process = subprocess.Popen([COMMAND, *words], stdin=end, stdout=end, stderr=end,
                                   env={**plain, "TERM": "xterm", "LANG": "C", **environment})
        os.close(end)
        seen = read_all(terminal, process, until)
        if until is not None:
            interrupt(process)
            seen += read_all(terminal, process)
        os.close(terminal)
        return seen.decode("utf-8"), process.wait(60)

    def train(self, trees, **options):
        return self.on_terminal(*LONG, f"n_estimators={trees}", "--out", self.path("m"),
                                **options)

    def bars(self, text):
        """The states of the bar, without escape sequences."""
        return [re.sub(r"\x1b\[[0-9;]*[mK]", "", part)
                for part in re.findall(r"\r([^\r\n]*)", text) if "boost" in part]

    def test_terminal_shows_a_bar_and_clears_it(self):
        text, status = self.train(300)
        bars = self.bars(text)
        self.assertEqual(status, 0)
        self.assertGreater(len(bars), 2)
        self.assertRegex(bars[-1], r"^boost +\[=+>? *\]  \d+ of 300  train log_loss 0\.\d+")
        self.assertRegex(text, r"\r\x1b\[KTrained in ")
        self.assertIn("\x1b[36m", text)

    def test_bar_tells_the_time_left(self):
        text, status = self.train(100000, until=b" left")
        self.assertEqual(status, 1)
        self.assertRegex(text, r"  [\d.]+ (s|min \d+ s|h \d+ min) left")
        self.assertRegex(text, r"\r\x1b\[Kmlcore train: interrupted; nothing was written")
        self.assertEqual(os.listdir(self.folder), [])

    def test_bar_fits_a_narrow_terminal(self):
        for width in 30, 50, 120:
            text, _ = self.train(100, width=width)
            self.assertTrue(self.bars(text))
            self.assertLess(max(map(len, self.bars(text))), width)

    def test_bar_is_drawn_in_eighths_where_the_terminal_has_them(self):
        text, _ = self.train(100, LANG="C.UTF-8")
        self.assertRegex(text, "▕█+")

    def test_no_color_is_respected(self):
        text, _ = self.train(100, NO_COLOR="1")
        self.assertTrue(self.bars(text))
        self.assertNotRegex(text, r"\x1b\[\d*m")

    def test_dumb_terminal_gets_no_escape_sequences(self):
        text, _ = self.train(100, TERM="dumb", NO_COLOR="1")
        self.assertNotIn("\x1b", text)
        self.assertNotIn("boost  ", text)

    def test_tables_fit_the_terminal(self):
        for words in (["describe", data("adult.csv.gz")], ["help", "logistic_regression"],
                      ["list"]):
            text, _ = self.on_terminal(*words, width=60)
            plain = re.sub(r"\x1b\[[0-9;]*[mK]", "", text)
            lines = re.split(r"[\r\n]", plain)  # each state of a bar, too
            self.assertLessEqual(max(map(len, lines)), 60, plain)

    def test_pipe_gets_plain_lines(self):
        process = self.start(*LONG, "n_estimators=100000", "--out", self.path("m"), stdout=-1,
                             stderr=-1)
        line = process.stderr.readline().decode()
        while line and "boost" not in line:  # a slow machine tells of earlier stages, too
            line = process.stderr.readline().decode()
        interrupt(process)
        _, rest = process.communicate(timeout=60)
        self.assertRegex(line, r"^mlcore train: boost \d[\d,]* of 100,000, train log_loss 0\.\d+")
        self.assertNotIn(b"\x1b", rest)
        self.assertNotIn(b"\r", rest)

    def test_short_work_in_a_pipe_says_nothing_on_standard_error(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--set",
                                "n_estimators=2", "--out", self.path("m"))
        self.assertEqual(done.err, "")
        self.assertNotIn("\x1b", done.out)


if __name__ == "__main__":
    main()
