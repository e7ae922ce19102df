"""mlcore convert and sql, and other commands on files of each format."""
import json
import os
import sqlite3
import subprocess
import unittest

from running import COMMAND, CommandTest, Result, data, interrupt, main


class Convert(CommandTest):
    def rows(self, name="rows.jsonl"):
        path = self.path(name)
        with open(path, "w") as f:
            f.write('{"a":1,"b":{"c":"x"}}\n{"a":2.5,"b":{"c":"?"}}\n')
        return path

    def run_any(self, *words):
        """Whatever its exit status is."""
        return Result(subprocess.run([COMMAND, *words], capture_output=True, text=True,
                                     timeout=100, check=False))

    def text(self, path):
        with open(path) as f:
            return f.read()

    def database(self):
        path = self.path("rows.db")
        done = self.run_any("convert", data("iris.csv"), path)
        if "without SQLite" in done.err:
            raise unittest.SkipTest("built without SQLite")
        self.assertEqual(done.status, 0, done.err)
        return path

    def test_convert_goes_by_the_endings(self):
        done = self.run_command("convert", self.rows(), self.path("rows.csv"), "--null", "?")
        self.assertIn("2 rows, 2 columns", done.out)
        self.assertEqual(self.text(self.path("rows.csv")), "a,b.c\n1,x\n2.5,\n")
        self.run_command("convert", self.path("rows.csv"), self.path("again.jsonl"), "--types",
                         "a:text")
        self.assertEqual(self.text(self.path("again.jsonl")),
                         '{"a":"1","b.c":"x"}\n{"a":"2.5","b.c":null}\n')

    def test_convert_writes_to_standard_output(self):
        done = self.run_command("convert", self.rows(), "-", "--read", "columns=z:b.c")
        self.assertEqual(done.out, "z\nx\n\"?\"\n")

    def test_convert_samples_what_passes_by(self):
        rows = self.path("rows.txt")
        with open(rows, "w") as f:
            f.write("a,b\n" + "".join(f"{i},{i % 3}\n" for i in range(1000)))
        sampler = "reservoir n=20 random_state=4"
        for extra in ((), ("--where", "b != 1")):
            done = self.run_command("convert", rows, "-", "--sample", sampler, *extra)
            with open(rows) as f:
                piped = subprocess.run([COMMAND, "convert", "-", "-", "--sample", sampler, *extra],
                                       stdin=f, capture_output=True, text=True, check=True)
            self.assertEqual(done.out, piped.stdout)
            kept = [int(line.split(",")[0]) for line in done.out.split()[1:]]
            self.assertEqual(len(kept), 20)
            self.assertEqual(kept, sorted(kept))
            self.assertTrue(not extra or all(i % 3 != 1 for i in kept))
        for arguments, message in (
                (("--sample", "reservoirs"), "did you mean 'reservoir'?"),
                (("--sample", "uniform n=1001"), "1001 rows are wanted of 1000: take fewer"),
                (("--sample", "uniform n=5 replace=true"), "need all rows at once"),
                (("--sample", "reservoir", "--where", "c = 1"), "no column 'c'")):
            done = self.run_any("convert", rows, "-", *arguments)
            self.assertNotEqual(done.status, 0)
            self.assertIn(message, done.err)
            self.assertNotIn("the source of the host", done.err)

    def test_convert_says_what_is_wrong(self):
        rows = self.rows()
        for arguments, status, message in (
                ((rows,), 2, "OUT is missing"),
                ((rows, self.path("a.parquet")), 1, "the ending does not tell the format"),
                ((self.path("none.jsonl"), "-"), 1, "no such file"),
                ((rows, self.path("a.svm")), 1, "name the column with target="),
                ((rows, "-", "--types", "a:number"), 1, "'number' is no type of a column"),
                ((rows, "-", "--read", "colums=a"), 1, "did you mean 'columns'?")):
            done = self.run_any("convert", *arguments)
            self.assertNotEqual(done.status, 0, arguments)
            self.assertIn(message, done.err)

    def long_file(self, name, last, n=700_000):
        """More than the first batch, and then another line."""
        path = self.path(name)
        with open(path, "w") as f:
            f.write("a,b\n" + "1,aaaaaaaaaaaa\n" * n + last)
        return path

    def test_convert_of_types_that_come_late_says_what_helps(self):
        rows, out = self.long_file("rows.csv", "2.5,b\n"), self.path("rows.jsonl")
        done = self.run_any("convert", rows, out)
        self.assertEqual(done.status, 1)
        for part in ("rows.csv:700002:1: '2.5' in column 'a' is not an int64", "types='a:float64'",
                     "or say --whole"):
            self.assertIn(part, done.err)
        self.assertEqual(len(done.err.splitlines()), 1)
        self.assertEqual(os.listdir(self.folder), ["rows.csv"])
        done = self.run_any("convert", rows, out, "--types", "a:int64")
        self.assertIn("is not an int64, which types= asks for\n", done.err)
        self.run_command("convert", rows, out, "--types", "a:float64")
        by_types = self.text(out)
        self.run_command("convert", rows, out, "--whole")
        self.assertEqual(self.text(out), by_types)
        self.assertTrue(by_types.endswith('{"a":2.5,"b":"b"}\n'))

    def test_convert_in_batches_is_as_of_the_whole(self):
        rows = self.long_file("rows.csv", "2,b\n3,c,d\n")
        for extra in ((), ("--where", "b != 'b'")):
            arguments = (rows, "--read", "on_error=collect", *extra)
            done = self.run_command("convert", *arguments, self.path("a.jsonl.gz"))
            self.assertIn("1 rows of rows.csv could not be read", done.err)
            self.assertEqual(len(done.err.splitlines()), 1)
            self.assertIn(f"{700_001 - len(extra) // 2:,} rows, 2 columns", done.out)
            self.run_command("convert", *arguments, self.path("b.jsonl.gz"), "--whole")
            with open(self.path("a.jsonl.gz"), "rb") as a, open(self.path("b.jsonl.gz"), "rb") as b:
                self.assertEqual(a.read(), b.read())
            by_parts = self.run_command("convert", *arguments, "-").out
            self.assertEqual(by_parts, self.run_command("convert", *arguments, "-", "--whole").out)
            self.assertEqual(by_parts.count("a,b\n"), 1)

    def test_convert_may_write_what_it_reads(self):
        rows = self.rows("rows.csv.jsonl")
        self.run_command("convert", rows, rows, "--where", "a > 2")
        self.assertEqual(self.text(rows), '{"a":2.5,"b.c":"?"}\n')
        path = self.database()
        self.run_command("convert", path, path, "--read", "query='SELECT * FROM data LIMIT 5'",
                         "--write", "table=few")
        with sqlite3.connect(path) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM few").fetchone(), (5,))
        db.close()

    def test_convert_to_standard_output_takes_no_settings(self):
        self.fails(2, "/dev/stdout as OUT takes any format", "convert", self.rows(), "-",
                   "--write", "header=false")
        done = self.run_command("convert", self.rows(), "/dev/stdout", "--quiet", "--write",
                                "format=jsonl")
        self.assertEqual(done.out.splitlines()[0], '{"a":1.0,"b.c":"x"}')

    def test_interrupt_while_converting_leaves_nothing(self):
        pipe, out = self.path("rows.csv"), self.path("out.csv")
        os.mkfifo(pipe)
        process = self.start("convert", pipe, out, stderr=-1)
        with open(pipe, "w") as f:
            f.write("a,b\n")
            while not any(name.startswith(".out.csv.") for name in os.listdir(self.folder)):
                f.write("1,aaaaaaaaaaaa\n" * 10_000)
            interrupt(process)
            try:
                f.write("1,aaaaaaaaaaaa\n" * 3_000_000)
            except BrokenPipeError:
                pass
            else:
                self.fail("all of it was read")
        self.assertEqual(process.wait(60), 1)
        self.assertIn(b"interrupted; nothing was written", process.stderr.read())
        process.stderr.close()
        self.assertEqual(os.listdir(self.folder), ["rows.csv"])

    def test_sql_prints_a_table_or_writes_a_file(self):
        path = self.database()
        query = "SELECT species, count(*) AS n FROM data GROUP BY species"
        done = self.run_command("sql", path, query)
        self.assertEqual(done.out.split()[:4], ["species", "n", "setosa", "50"])
        done = self.run_command("sql", path, query, "--json")
        self.assertEqual(json.loads(done.out)["rows"][2], ["virginica", 50])
        self.run_command("sql", path, query, "--out", self.path("n.jsonl"))
        self.assertEqual(self.text(self.path("n.jsonl")).splitlines()[0],
                         '{"species":"setosa","n":50}')

    def test_sql_only_reads(self):
        path = self.database()
        for query in ("DROP TABLE data", "SELECT 1; SELECT 2", "PRAGMA user_version=1", "SELEC 1"):
            done = self.run_any("sql", path, query)
            self.assertNotEqual(done.status, 0)
            self.assertIn("query", done.err)
        with sqlite3.connect(path) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM data").fetchone(), (150,))
        db.close()
        done = self.run_any("convert", data("iris.csv"), path)
        self.assertIn("table 'data' is there already: say if_exists=replace", done.err)
        self.assertTrue(os.path.exists(path))

    def test_models_are_the_same_from_any_format(self):
        self.run_command("convert", data("iris.csv"), self.path("iris.jsonl"))
        models = []
        for file in (data("iris.csv"), self.path("iris.jsonl")):
            out = self.path("m%d.mlcore" % len(models))
            self.run_command("train", file, "--target", "species", "--out", out)
            with open(out, "rb") as f:
                models.append(f.read())
        self.assertEqual(models[0], models[1])
        done = self.run_command("predict", out, self.path("iris.jsonl"), "--class")
        self.assertEqual(done.out.splitlines()[1], "setosa")


if __name__ == "__main__":
    main()
