"""mlcore split: files that hold each row once, names, JSON, and what is refused."""
import csv
import gzip
import os

from running import CommandTest, data, main


def rows_of(path, delimiter=","):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.reader(f, delimiter=delimiter))


class SplitTest(CommandTest):
    def setUp(self):
        super().setUp()
        lines = [f"{i},{i % 7},{'ab'[i % 4 == 0]},{(i + 0.5) / 3!r}" for i in range(100)]
        self.rows = self.write("rows.csv", "id,patient,y,x\n" + "\n".join(lines) + "\n")

    def test_two_files_beside_the_data_hold_each_row_once_as_it_was(self):
        result = self.run_command("split", self.rows)
        self.assertEqual(result.out, f"{self.path('rows_train.csv')}: 75 rows\n"
                                     f"{self.path('rows_test.csv')}: 25 rows\n")
        whole, train, test = (rows_of(self.path(name)) for name in (
            "rows.csv", "rows_train.csv", "rows_test.csv"))
        self.assertEqual(train[0], whole[0])
        self.assertEqual(sorted(train[1:] + test[1:]), sorted(whole[1:]))

    def test_three_parts_with_the_shares_of_the_classes(self):
        self.run_command("split", self.rows, "--target", "y", "--stratify", "--test-size", "0.2",
                         "--validation-size", "20", "--out", self.path("part.tsv"))
        found = {part: rows_of(self.path(f"part_{part}.tsv"), "\t")[1:]
                 for part in ("train", "valid", "test")}
        self.assertEqual({part: len(rows) for part, rows in found.items()},
                         {"train": 60, "valid": 20, "test": 20})
        for rows in found.values():
            self.assertEqual(sum(row[2] == "b" for row in rows), len(rows) // 4)

    def test_folds_of_whole_groups_have_a_file_each(self):
        result = self.run_command("split", self.rows, "--roles", "group=patient", "--splitter",
                                  "group_k_fold n_splits=3", "--json", "--out",
                                  self.path("f.csv"))
        files = result.json()["files"]
        self.assertEqual([(f["fold"], f["part"]) for f in files],
                         [(k, part) for k in range(3) for part in ("train", "test")])
        for f in files:
            self.assertEqual(len(rows_of(f["file"])) - 1, f["rows"])
        for k in range(3):
            train, test = ({row[1] for row in rows_of(self.path(f"f_fold{k}_{part}.csv"))[1:]}
                           for part in ("train", "test"))
            self.assertFalse(train & test)

    def test_seed_chooses_the_rows(self):
        found = []
        for seed in "1", "1", "2":
            self.run_command("split", self.rows, "--seed", seed)
            found.append(rows_of(self.path("rows_test.csv")))
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])

    def test_compressed_data_and_standard_input(self):
        packed = self.path("packed.csv.gz")
        with open(self.rows, "rb") as f, gzip.open(packed, "wb") as out:
            out.write(f.read())
        self.run_command("split", packed, "--quiet")
        with gzip.open(self.path("packed_test.csv.gz"), "rb") as packed_test, \
                open(self.path("test.csv"), "wb") as out:
            out.write(packed_test.read())
        with open(self.rows, encoding="utf-8") as f:
            self.run_command("split", "-", "--out", self.path("in.csv"), stdin=f.read())
        self.assertEqual(rows_of(self.path("in_test.csv")), rows_of(self.path("test.csv")))

    def test_wrong_options_are_named_and_nothing_is_written(self):
        for words, status, message in (
                (["--test-size", "x"], 2, "test_size = 'x': must be a number or none"),
                (["--stratify"], 1, "stratify=true needs a target: give one column the role "
                                    "target"),
                (["--splitter", "hsh"], 2, "no splitter 'hsh'; did you mean 'hash'?"),
                (["--splitter", "hash"], 1, "the hash split needs a key: give one column the role "
                                            "key"),
                (["--splitter", "k_fold", "--test-size", "3"], 2,
                 "test_size: no such parameter of 'k_fold'; it has n_splits, shuffle, random_state "
                 "and n_repeats"),
                (["--target", "z"], 1, "no column 'z'")):
            result = self.run_command("split", self.rows, *words, expect=status)
            self.assertIn(message, result.err)
        self.run_command("split", "-", expect=2)
        self.run_command("split", data("iris.csv"), "--tst-size", "3", expect=2)
        self.assertEqual(os.listdir(self.folder), ["rows.csv"])


if __name__ == "__main__":
    main()
