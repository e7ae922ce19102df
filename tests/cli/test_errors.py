"""What the command says when it cannot go on: one line, the right exit status, nothing left."""
import os
import signal
import time

from running import CommandTest, data, interrupt, main

IRIS = data("iris.csv")


class CommandLine(CommandTest):
    """Exit status 2."""

    def test_unknown_command_suggests_the_nearest(self):
        self.fails(2, "mlcore: unknown command 'trian'; did you mean 'train'?", "trian")
        self.fails(2, "mlcore: unknown command 'xyzzy'; 'mlcore help' lists", "xyzzy")

    def test_no_command_prints_the_overview(self):
        done = self.run_command(expect=2)
        self.assertIn("mlcore train", done.err)
        self.assertEqual(done.out, "")

    def test_unknown_option_suggests_the_nearest(self):
        self.fails(2, "mlcore train: unknown option '--traget'; did you mean '--target'?", "train",
                   IRIS, "--traget", "species")
        self.fails(2, "unknown option '-z'", "describe", IRIS, "-z")

    def test_option_without_its_value_or_with_one_too_many(self):
        self.fails(2, "option '--target' needs a value: --target COLUMN", "train", IRIS,
                   "--target")
        self.fails(2, "option '--json' takes no value", "list", "--json=yes")

    def test_operand_missing_or_one_too_many(self):
        self.fails(2, "DATA is missing: mlcore predict MODEL DATA", "predict", "m")
        self.fails(2, "'b' is one too many", "describe", "a", "b")

    def test_train_says_which_option_is_missing(self):
        self.fails(2, "--target is missing", "train", IRIS)
        self.fails(1, "give --target COLUMN", "train", IRIS, "--roles", "ignore=species", "--out",
                   self.path("m"))
        self.fails(2, "--out is missing", "train", IRIS, "--target", "species")

    def test_train_refuses_options_that_exclude_each_other(self):
        train = ["train", IRIS, "--target", "species"]
        self.fails(2, "--model and --recipe exclude each other", *train, "--model", "ridge",
                   "--recipe", "ridge", "--out", "m")
        self.fails(2, "--holdout and --valid exclude each other", *train, "--holdout", "0.2",
                   "--valid", IRIS)

    def test_train_refuses_values_that_are_none(self):
        train = ["train", IRIS, "--target", "species"]
        for share in "2x", "0", "-0.2", "1.5", "nan", "":
            self.fails(2, "must be a share of the rows", *train, "--holdout", share)
        self.fails(2, "--seed 1.5: must be an integer", *train, "--seed", "1.5", "--holdout",
                   "0.2")
        self.fails(2, "--threads 0: must be a number from 1", *train, "--threads", "0",
                   "--holdout", "0.2")

    def test_settings_that_the_library_refuses_come_before_any_reading(self):
        train = ["train", self.path("not-there.csv"), "--target", "y", "--out", self.path("m")]
        self.fails(2, "did you mean 'learning_rate'?", *train, "--set", "lerning_rate=0.1")
        self.fails(2, "learning_rate = -1: must be above 0", *train, "--set", "learning_rate=-1")
        self.fails(2, "must be a name and a value", *train, "--set", "learning_rate")
        self.fails(2, "did you mean 'gradient_boosting_classifier'?", *train, "--model",
                   "gradient_bosting_classifier")
        self.fails(2, "recipe:1:9: this '(' is not closed", *train, "--recipe",
                   "pipeline(automatic, kmeans")

    def test_one_value_of_set_is_one_value(self):
        self.fails(2, "learning_rate = '0.1 n_estimators=3': must be a number", "train", IRIS,
                   "--target", "species", "--set", "learning_rate=0.1 n_estimators=3", "--out",
                   self.path("m"))

    def test_evaluate_and_inspect_suggest_the_nearest(self):
        model = self.train("iris.csv", "species")
        self.fails(2, "did you mean 'accuracy'?", "evaluate", model, IRIS, "--metrics", "acuracy")
        self.fails(1, "no table 'histori'", "inspect", model, "--table", "histori")

    def test_list_and_help_suggest_the_nearest(self):
        self.fails(2, "unknown kind 'modls'; did you mean 'models'?", "list", "modls")
        self.fails(2, "did you mean 'gradient_boosting_classifier'?", "help", "gradient_boosting")
        self.fails(2, "there is no command or component 'xyzzy'", "help", "xyzzy")

    def test_both_from_standard_input_is_refused(self):
        self.fails(2, "cannot both be standard input", "predict", "-", "-")

    def test_wrong_roles_and_csv_settings(self):
        out = ["--out", self.path("m")]
        self.fails(2, "did you mean 'weight'?", "train", IRIS, "--target", "species", "--roles",
                   "wieght=sepal_width", *out)
        self.fails(2, "delimiter", "describe", IRIS, "--csv", "delimter=','")


class Work(CommandTest):
    """Exit status 1."""

    def test_file_that_is_not_there(self):
        self.fails(1, "not-there.csv: cannot open", "describe", self.path("not-there.csv"))
        self.fails(1, "not-there: cannot open", "inspect", self.path("not-there"))

    def test_bad_csv_says_file_line_and_column(self):
        table = self.write("bad.csv", 'a,b\n1,2\n"3,4\n')
        message = "quote not closed (opened at line 3)"
        self.fails(1, f"mlcore train: {table}:4:1: {message}", "train", table, "--target", "b",
                   "--out", self.path("m"))
        with open(table, encoding="utf-8") as f:
            self.fails(1, f"mlcore describe: standard input:4:1: {message}", "describe", "-",
                       stdin=f.read())

    def test_target_that_is_not_there_suggests_the_nearest(self):
        self.fails(1, "no column 'spcies': did you mean 'species'?", "train", IRIS, "--target",
                   "spcies", "--out", self.path("m"))

    def test_file_that_is_no_model(self):
        self.fails(1, "not a libmlcore artifact", "predict", IRIS, IRIS)

    def test_damaged_model_is_refused(self):
        model = self.train("iris.csv", "species")
        with open(model, "r+b") as f:
            f.seek(os.path.getsize(model) // 2)
            byte = f.read(1)
            f.seek(-1, os.SEEK_CUR)
            f.write(bytes([byte[0] ^ 0x10]))
        self.fails(1, model, "inspect", model)

    def test_rows_without_a_column_of_the_model(self):
        model = self.train("iris.csv", "species")
        self.fails(1, "no column 'sepal_length'", "predict", model, data("wine.csv"))

    def test_unwritable_output_fails_before_the_work_and_leaves_nothing(self):
        for out, message in ((self.path("no/m"), "No such file or directory"),
                             (self.folder, "is a folder, not a file")):
            done = self.fails(1, message, "train", IRIS, "--target", "species", "--out", out)
            self.assertEqual(done.out, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_output_that_fails_at_the_end_leaves_nothing(self):
        model = self.train("iris.csv", "species")
        long_name = self.path("x" * 300)
        self.run_command("train", IRIS, "--target", "species", "--out", long_name, expect=1)
        self.run_command("predict", model, IRIS, "--out", long_name, expect=1)
        self.assertEqual(os.listdir(self.folder), [os.path.basename(model)])

    def test_failed_training_keeps_the_old_model(self):
        model = self.train("iris.csv", "species")
        with open(model, "rb") as f:
            before = f.read()
        self.run_command("train", IRIS, "--target", "species", "--positive", "nobody", "--out",
                         model, expect=1)
        with open(model, "rb") as f:
            self.assertEqual(f.read(), before)

    def test_standard_output_that_is_full_is_a_failure(self):
        model = self.train("iris.csv", "species")
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = self.start("predict", model, IRIS, stdout=full, stderr=-1)
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"standard output: No space left on device", err)

    def test_error_with_json_is_a_json_line(self):
        table = self.write("bad.csv", 'a,b\n1,2\n"3,4\n')
        done = self.run_command("describe", table, "--json", expect=1)
        event = done.events()[-1]
        self.assertEqual((event["event"], event["status"], event["line"], event["column"]),
                         ("error", "MLC_ERROR_FORMAT", 4, 1))
        self.assertEqual(done.out, "")
        usage = self.run_command("describe", "--json", table, "--nothing", expect=2).events()
        self.assertEqual(usage[0]["message"], "unknown option '--nothing'")


class Interrupts(CommandTest):
    def train_long(self):
        return self.start("train", data("adult.csv.gz"), "--target", "income", "--set",
                          "n_estimators=1000000", "--json", "--out", self.path("m"), stdout=-1,
                          stderr=-1)

    def wait_until_caught(self, process):
        """Until the command catches interrupts, as Linux tells it; elsewhere a while."""
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii") as f:
                    caught = next(line for line in f if line.startswith("SigCgt:"))
            except OSError:
                time.sleep(2)
                return
            if int(caught.split()[1], 16) & 1 << signal.SIGINT - 1:
                return
            time.sleep(0.01)

    def test_interrupt_while_training_ends_it_and_leaves_nothing(self):
        process = self.train_long()
        while b'"boost"' not in process.stderr.readline():
            self.assertIsNone(process.poll())
        began = time.monotonic()
        interrupt(process)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"interrupted; nothing was written", err)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(os.listdir(self.folder), [])

    def test_interrupt_while_waiting_for_standard_input_ends_it(self):
        process = self.start("describe", "-", stdin=-1, stderr=-1)
        self.wait_until_caught(process)
        interrupt(process)
        self.assertIn(b"interrupted", process.stderr.read())
        process.stdin.close()
        process.stderr.close()
        self.assertEqual(process.wait(60), 1)


if __name__ == "__main__":
    main()
