"""mlcore import and mlcore export: files of other libraries and C source, there and back."""
import os
import shutil
import subprocess
import unittest

from running import CommandTest, data, main, records

TREE = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=age size
feature_infos=[0:9] [0:9]

Tree=0
num_leaves=2
num_cat=0
split_feature=1
split_gain=3
threshold=2.5
decision_type=10
left_child=-1
right_child=-2
leaf_value=-1.5 2.25
leaf_count=3 4
internal_count=7

end of trees
"""


class Interop(CommandTest):
    def imported(self, *words):
        out = self.path("model.mlcore")
        result = self.run_command("import", self.write("booster.txt", TREE), "--out", out, *words)
        return out, result

    def test_import_says_what_it_took_over_and_compared(self):
        model, result = self.imported()
        self.assertRegex(result.out, r"(?m)^library +LightGBM v4$")
        self.assertRegex(result.out, r"(?m)^objective +binary sigmoid:1$")
        self.assertRegex(result.out, r"(?m)^model +gradient_boosting_classifier$")
        self.assertRegex(result.out, r"(?m)^rounds +1$")
        self.assertRegex(result.out, r"(?m)^inputs +2$")
        self.assertRegex(result.out, r"(?m)^compared +\d+ rows .*: equal, bit for bit$")
        self.assertIn(f"Wrote {model}.", result.out)
        rows = self.write("rows.csv", "age,size\n1,2\n1,3\n1,\n")
        raw = self.run_command("predict", model, rows, "--raw").out.split()[1:]
        self.assertEqual([float(value) for value in raw], [-1.5, 2.25, -1.5])

    def test_import_is_silent_when_quiet_and_json_for_programs(self):
        self.assertEqual(self.imported("--quiet")[1].out, "")
        model, result = self.imported("--json")
        found = result.json()
        self.assertEqual(found["model"], model)
        origin = {row["name"]: row["value"] for row in records(found["origin"])}
        self.assertEqual(origin["library"], "LightGBM")
        self.assertEqual(origin["parity_with_file.largest_difference"], "0")
        self.assertEqual([row["name"] for row in records(found["inputs"])], ["age", "size"])

    def test_import_takes_classes_names_and_target(self):
        model, _ = self.imported("--classes", "no,yes", "--names", "a,b", "--target", "bought",
                                 "--rounds", "1", "--limits", "max_trees=10 max_depth=5")
        rows = self.write("rows.csv", "a,b\n1,2\n1,3\n")
        out = self.run_command("predict", model, rows, "--class").out.split()
        self.assertEqual(out[1:], ["no", "yes"])

    def test_inspect_says_where_the_model_comes_from(self):
        model, _ = self.imported()
        self.assertRegex(self.run_command("inspect", model).out, r"(?m)^library +LightGBM v4$")
        found = self.run_command("inspect", model, "--json").json()
        origin = {row["name"]: row["value"] for row in records(found["origin"])}
        self.assertEqual(origin["objective"], "binary sigmoid:1")
        fitted = self.train("iris.csv", "species")
        self.assertNotIn("library", self.run_command("inspect", fitted).out)
        self.assertNotIn("origin", self.run_command("inspect", fitted, "--json").json())

    def test_model_without_names_reads_csv_by_the_names_of_components(self):
        text = TREE.replace("feature_names=age size", "feature_names=Column_0 Column_1")
        model = self.path("model.mlcore")
        self.run_command("import", self.write("booster.txt", text), "--out", model)
        rows = self.write("rows.csv", "x1,x0\n2,1\n3,1\n,1\n")
        raw = self.run_command("predict", model, rows, "--raw").out.split()[1:]
        self.assertEqual([float(value) for value in raw], [-1.5, 2.25, -1.5])
        self.assertIn("contribution[x1]", self.run_command("explain", model, rows).out)
        other = self.write("other.csv", "a,b\n2,1\n")
        self.fails(1, "as many columns from 'x0' on", "predict", model, other)

    def test_import_compares_rows_with_what_the_other_library_gives(self):
        rows = self.write("rows.csv", "age,size,score\n1,2,-1.5\n1,3,2.25\n")
        _, result = self.imported("--check", rows, "--gives", "score")
        self.assertRegex(result.out, r"(?m)^checked +2 given rows: equal, bit for bit$")
        wrong = self.write("wrong.csv", "age,size,score\n1,2,-1.5\n1,3,2.5\n")
        booster, out = self.path("booster.txt"), self.path("other.mlcore")
        self.fails(1, "row 2", "import", booster, "--check", wrong, "--gives", "score", "-o", out)
        self.assertFalse(os.path.exists(out))
        _, result = self.imported("--check", wrong, "--gives", "score", "--tolerance", "0.5")
        self.assertRegex(result.out, r"(?m)^checked +2 given rows: differ by at most 0.25$")

    def test_import_reads_standard_input(self):
        out = self.path("piped.mlcore")
        result = self.run_command("import", "-", "--out", out, stdin=TREE)
        self.assertIn("standard input", result.out)
        self.run_command("verify", out)

    def test_import_says_what_is_wrong(self):
        booster, out = self.write("booster.txt", TREE), self.path("m.mlcore")
        self.fails(2, "--out FILE is needed", "import", booster)
        self.fails(2, "go together", "import", booster, "-o", out, "--check", booster)
        self.fails(2, "rounds = 'x'", "import", booster, "-o", out, "--rounds", "x")
        self.fails(2, "classes has 3 labels", "import", booster, "-o", out, "--classes", "a,b,c")
        self.fails(2, "notes no best iteration", "import", booster, "-o", out, "--best-iteration")
        self.fails(1, "limit of 10 bytes", "import", booster, "-o", out, "--limits",
                   "max_bytes=10")
        self.fails(1, "no such file", "import", self.path("absent"), "-o", out)
        other = self.write("other.txt", "nothing of the kind")
        self.fails(1, "none of the files", "import", other, "-o", out)
        cut = self.write("cut.txt", TREE[:300])
        self.fails(1, "cut.txt: LightGBM model", "import", cut, "-o", out)
        self.assertFalse(os.path.exists(out))

    def test_export_of_trees_comes_back_the_same(self):
        model = self.train("iris.csv", "species")
        out = self.path("booster.txt")
        self.assertEqual(self.run_command("export", model, "--out", out).out, f"Wrote {out}.\n")
        again = self.path("again.mlcore")
        self.run_command("import", out, "-o", again, "--target", "species", "--classes",
                         "setosa,versicolor,virginica")
        for what in "--class", "--raw":
            first, second = (self.run_command("predict", name, data("iris.csv"), what).out
                             for name in (model, again))
            self.assertEqual(first.splitlines()[1:], second.splitlines()[1:])

    def test_export_reports_what_the_file_does_not_say_exactly(self):
        model = self.train("iris.csv", "species")
        out = self.path("booster.json")
        text = self.run_command("export", model, "--out", out).out
        self.assertIn("What the file does not say exactly\n", text)
        self.assertIn("gradient_boosting_classifier, thresholds: ", text)
        self.assertEqual(self.run_command("export", model, "--out", out, "--quiet").out, "")
        found = self.run_command("export", model, "--out", out, "--json").json()
        self.assertEqual(found["file"], out)
        self.assertEqual({row["subject"] for row in records(found["report"])},
                         {"thresholds", "leaves"})

    @unittest.skipUnless(shutil.which("cc"), "no C compiler")
    def test_export_as_c_compiles_and_predicts(self):
        model, _ = self.imported()
        self.run_command("export", model, "--out", self.path("scorer.c"), "--name", "risk")
        program = self.write("main.c", """
            #include <stdio.h>
            #include "scorer.h"
            int main(void)
            {
                const double x[RISK_N_FEATURES] = {1, 3};
                double raw[RISK_N_OUTPUTS], probability[RISK_N_CLASSES], class_;
                risk_raw(x, raw);
                risk_probability(x, probability);
                risk_predict(x, &class_);
                printf("%.17g %.17g %s", raw[0], probability[1], risk_class_labels[(int)class_]);
                return 0;
            }
            """)
        subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", program,
                        self.path("scorer.c"), "-o", self.path("main"), "-lm"], check=True)
        given = subprocess.run([self.path("main")], capture_output=True, text=True,
                               check=True).stdout.split()
        rows = self.write("rows.csv", "age,size\n1,3\n")
        proba = self.run_command("predict", model, rows, "--proba").out.split()[1].split(",")
        self.assertEqual(given[0], "2.25")
        self.assertEqual(float(given[1]), float(proba[1]))
        self.assertEqual(given[2], "1")

    def test_export_says_what_is_wrong(self):
        model, out = self.train("iris.csv", "species"), self.path("file.c")
        self.fails(2, "--out FILE is needed", "export", model)
        self.fails(2, "name = '1x'", "export", model, "-o", out, "--name", "1x")
        self.fails(2, "there are c (.c), lightgbm (.txt)", "export", model, "-o",
                   self.path("file.foo"))
        self.fails(2, "format", "export", model, "-o", out, "--format", "pmml")
        self.fails(1, "no such file", "export", self.path("absent"), "-o", out)
        forest = self.path("forest.mlcore")
        self.run_command("train", data("iris.csv"), "--target", "species", "--model",
                         "random_forest_classifier", "-o", forest)
        self.fails(1, "boosted trees alone", "export", forest, "-o", self.path("file.txt"))
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("file")], [])


if __name__ == "__main__":
    main()
