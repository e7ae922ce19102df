"""mlcore predict, evaluate, inspect, describe: the results against what the data says."""
import csv
import gzip
import io
import json
import os

from running import CommandTest, data, main


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


class Results(CommandTest):
    def test_predict_prints_csv_with_classes_and_probabilities(self):
        model = self.train("iris.csv", "species")
        rows = read_csv(self.run_command("predict", model, data("iris.csv")).out)
        self.assertEqual(list(rows[0]), ["prediction", "probability[setosa]",
                                         "probability[versicolor]", "probability[virginica]"])
        self.assertEqual(len(rows), 150)
        for row in rows:
            p = {name[12:-1]: float(row[name]) for name in list(row)[1:]}
            self.assertAlmostEqual(sum(p.values()), 1, places=12)
            self.assertEqual(row["prediction"], max(p, key=p.get))

    def test_where_chooses_rows_of_every_command_that_reads_data(self):
        model = self.train("iris.csv", "species", "--where", "petal_length < 6")
        rows = read_csv(self.run_command("predict", model, data("iris.csv"), "--where",
                                         "species == 'setosa' and sepal_width > 3.4").out)
        self.assertEqual(len(rows), 22)
        self.assertEqual({row["prediction"] for row in rows}, {"setosa"})
        said = self.run_command("describe", data("iris.csv"), "--where", "petal > 1", expect=1)
        self.assertIn("expression:1:1: no column 'petal'", said.err)

    def test_update_adds_rounds_moves_values_and_cuts(self):
        whole = self.train("iris.csv", "species", "--set", "n_estimators=9")
        raw = self.run_command("predict", whole, data("iris.csv"), "--raw").out
        begun, done = self.path("begun.mlcore"), self.path("done.mlcore")
        self.run_command("update", whole, "--method", "truncate", "--rounds", "4", "--out", begun)
        first = self.run_command("predict", begun, data("iris.csv"), "--raw").out
        self.assertEqual(first, self.run_command("predict", whole, data("iris.csv"), "--raw",
                                                 "--rounds", "4").out)
        self.assertNotEqual(first, raw)
        said = self.run_command("update", begun, data("iris.csv"), "--rounds", "5", "--out", done)
        self.assertIn("Wrote", said.out)
        self.run_command("update", whole, data("iris.csv"), "--method", "refit", "--decay", "0.5",
                         "--out", self.path("moved.mlcore"))
        history = json.loads(self.run_command("inspect", done, "--table", "history", "--json").out)
        self.assertEqual([row[0] for row in history["rows"]], list(range(1, 10)))

    def test_update_refuses_what_makes_no_sense(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=3")
        out = ("--out", self.path("u.mlcore"))
        self.assertIn("--out FILE is needed",
                      self.run_command("update", model, data("iris.csv"), expect=2).err)
        self.assertIn("DATA is needed", self.run_command("update", model, *out, expect=2).err)
        self.assertIn("n_rounds", self.run_command("update", model, data("iris.csv"), "--rounds",
                                                   "many", *out, expect=2).err)
        self.assertIn("no column 'species', the target of the model, among the 12 columns",
                      self.run_command("update", model, data("titanic.csv"), *out, expect=1).err)
        self.assertFalse(os.path.exists(self.path("u.mlcore")))

    def test_evaluate_of_rows_without_the_target_names_it(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=3")
        self.assertIn("no column 'species', the target of the model",
                      self.run_command("evaluate", model, data("titanic.csv"), expect=1).err)

    def test_explain_prints_the_contributions_of_each_feature(self):
        model = self.train("titanic.csv", "Survived", "--set", "n_estimators=5")
        rows = read_csv(self.run_command("explain", model, data("titanic.csv")).out)
        raw = read_csv(self.run_command("predict", model, data("titanic.csv"), "--raw").out)
        self.assertEqual(len(rows), len(raw))
        self.assertIn("contribution[Age]", rows[0])
        for row, score in zip(rows, raw):
            self.assertAlmostEqual(sum(map(float, row.values())), float(score["raw"]), places=12)

    def test_explain_lists_the_largest_contributions(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=5")
        rows = read_csv(self.run_command("explain", model, data("iris.csv"), "--top", "2").out)
        self.assertEqual(len(rows), 150 * 3 * 2)
        self.assertEqual(list(rows[0]), ["row", "class", "rank", "feature", "contribution"])
        self.assertGreaterEqual(abs(float(rows[0]["contribution"])),
                                abs(float(rows[1]["contribution"])))
        again = self.run_command("explain", model, data("iris.csv"), "--top", "2", "--json").out
        self.assertEqual(len(json.loads(again)["rows"]), len(rows))

    def test_explain_by_permutation_prints_a_table_or_writes_csv(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=5")
        options = ("--method", "permutation", "--metrics", "accuracy", "--repeats", "2",
                   "--seed", "3")
        shown = self.run_command("explain", model, data("iris.csv"), *options).out
        self.assertEqual(shown.split()[:4], ["feature", "metric", "importance", "std"])
        done = self.run_command("explain", model, data("iris.csv"), *options, "--out",
                                self.path("i.csv"))
        self.assertIn("4 lines", done.out)
        with open(self.path("i.csv"), encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        self.assertEqual(len(rows), 4)
        self.assertIn("repeats[1]", rows[0])

    def test_explain_of_a_linear_model_takes_a_background(self):
        model = self.train("iris.csv", "petal_width", "--model", "ridge")
        failed = self.run_command("explain", model, data("iris.csv"), expect=1)
        self.assertIn("give background rows", failed.err)
        rows = read_csv(self.run_command("explain", model, data("iris.csv"), "--background",
                                         data("iris.csv")).out)
        self.assertEqual(len(rows), 150)
        self.assertAlmostEqual(sum(float(r["contribution[sepal_length]"]) for r in rows), 0,
                               places=9)

    def test_explain_refuses_what_makes_no_sense(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=2")
        self.assertIn("must be an integer", self.run_command(
            "explain", model, data("iris.csv"), "--top", "many", expect=2).err)
        self.assertIn("standard input", self.run_command("explain", "-", "-", expect=2).err)
        self.assertIn("one of them", self.run_command(
            "explain", model, data("iris.csv"), "--json", "--out", "x.csv", expect=2).err)

    def test_predict_gives_the_outputs_asked_for(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=5")
        header = {}
        for option in "class", "proba", "raw", "leaf", "flags":
            out = self.run_command("predict", model, data("iris.csv"), "--" + option).out
            header[option] = out.splitlines()[0]
        self.assertEqual(header["class"], "prediction")
        self.assertTrue(header["proba"].startswith("probability[setosa],"))
        self.assertTrue(header["raw"].startswith("raw[setosa],"))
        self.assertIn("leaf", header["leaf"])
        self.assertIn("flags", header["flags"])
        both = self.run_command("predict", model, data("iris.csv"), "--class", "--raw").out
        self.assertTrue(both.startswith("prediction,raw[setosa],"))

    def test_predict_to_a_file_writes_what_standard_output_gets(self):
        model = self.train("penguins.csv", "species")
        shown = self.run_command("predict", model, data("penguins.csv"), "--threads", "1").out
        done = self.run_command("predict", model, data("penguins.csv"), "--out",
                                self.path("p.csv"))
        self.assertIn("344 predictions", done.out)
        with open(self.path("p.csv"), encoding="utf-8", newline="") as f:
            self.assertEqual(f.read(), shown)

    def test_predict_of_many_rows_has_one_header(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=2")
        with open(data("iris.csv"), encoding="utf-8") as f:
            lines = f.read().splitlines()
        text = "\n".join([lines[0]] + lines[1:] * 240)
        out = self.run_command("predict", model, "-", "--class", stdin=text).out.splitlines()
        self.assertEqual(len(out), 1 + 240 * 150)
        self.assertEqual(out.count("prediction"), 1)
        self.assertEqual(out[1:151], out[-150:])

    def test_predict_reads_the_model_from_standard_input(self):
        model = self.train("iris.csv", "species")
        with open(model, "rb") as f:
            process = self.start("predict", "-", data("iris.csv"), "--class", stdin=f,
                                 stdout=-1)
            out, _ = process.communicate(timeout=60)
        self.assertEqual(len(out.splitlines()), 151)

    def test_predict_reads_columns_as_the_model_knows_them(self):
        rows = "".join(f"{'7a'[i % 2]},{i % 5},{'uv'[i % 2]}\n" for i in range(80))
        table = self.write("t.csv", "zip,n,y\n" + rows)
        model = self.path("m")
        self.run_command("train", table, "--target", "y", "--out", model)
        for text, flags in ("7,2", "0"), ("9,2", "2"), (",", "1"):
            out = self.run_command("predict", model, "-", "--class", "--flags",
                                   stdin="zip,n\n" + text + "\n").out
            self.assertEqual(out.splitlines()[1].split(",")[1], flags)
        self.fails(1, "standard input:2:3: 'x' in column 'n'", "predict", model, "-",
                   stdin="zip,n\n7,x\n")

    def test_predict_stops_at_invalid_rows_when_told_to(self):
        model = self.train("iris.csv", "species")
        table = self.write("t.csv", "sepal_length,sepal_width,petal_length,petal_width\n"
                                    "5,3,1,99\n")
        self.run_command("predict", model, table)
        self.run_command("predict", model, table, "--on-invalid", "flag")
        self.fails(2, "did you mean 'fail'?", "predict", model, table, "--on-invalid", "fial")

    def test_predict_with_json_holds_the_same_rows(self):
        model = self.train("iris.csv", "species")
        shown = read_csv(self.run_command("predict", model, data("iris.csv"), "--class").out)
        held = self.run_command("predict", model, data("iris.csv"), "--class", "--json").records()
        self.assertEqual([r["prediction"] for r in held], [r["prediction"] for r in shown])

    def test_evaluate_gives_the_accuracy_of_the_predictions(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=3", "--set",
                           "learning_rate=0.02", "--set", "max_depth=1")
        rows = read_csv(self.run_command("predict", model, data("iris.csv"), "--class").out)
        with open(data("iris.csv"), encoding="utf-8") as f:
            truth = [row["species"] for row in csv.DictReader(f)]
        right = sum(r["prediction"] == t for r, t in zip(rows, truth))
        scores = self.run_command("evaluate", model, data("iris.csv"), "--metrics", "accuracy",
                                  "--json").records()
        self.assertEqual(len(scores), 1)
        self.assertAlmostEqual(scores[0]["value"], right / 150, places=14)
        self.assertEqual(scores[0]["n"], 150)

    def test_evaluate_by_groups_counts_each(self):
        model = self.train("penguins.csv", "species")
        scores = self.run_command("evaluate", model, data("penguins.csv"), "--metrics",
                                  "accuracy,log_loss", "--by", "island", "--json").records()
        n = {row["group"]: row["n"] for row in scores if row["metric"] == "accuracy"}
        self.assertEqual(n, {None: 344, "island=Biscoe": 168, "island=Dream": 124,
                             "island=Torgersen": 52})
        table = self.run_command("evaluate", model, data("penguins.csv"), "--by", "island").out
        self.assertIn("island=Dream", table)

    def test_evaluate_leaves_out_rows_without_a_target(self):
        model = self.train("penguins.csv", "body_mass_g")
        done = self.run_command("evaluate", model, data("penguins.csv"))
        self.assertIn("missing in 2 rows", done.err)
        self.assertRegex(done.out, r"rmse +[\d.]+ +342\b")

    def test_evaluate_lays_the_confusion_matrix_out_as_a_square(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=3", "--set",
                           "learning_rate=0.02", "--set", "max_depth=1")
        rows = read_csv(self.run_command("predict", model, data("iris.csv"), "--class").out)
        with open(data("iris.csv"), encoding="utf-8") as f:
            truth = [row["species"] for row in csv.DictReader(f)]
        names = ["setosa", "versicolor", "virginica"]
        pairs = [(t, r["prediction"]) for t, r in zip(truth, rows)]
        out = self.run_command("evaluate", model, data("iris.csv"), "--metrics",
                               "accuracy,confusion_matrix").out
        square = [line.split() for line in out.splitlines()[-4:]]
        self.assertEqual(square[0], names)
        for line, name in zip(square[1:], names):
            self.assertEqual(line, [name] + [str(pairs.count((name, p))) for p in names])
        self.assertNotIn("confusion_matrix[", out)

    def test_inspect_shows_steps_and_coefficients_of_a_linear_model(self):
        model = self.train("titanic.csv", "Survived", "--model", "logistic_regression")
        out = self.run_command("inspect", model).out
        self.assertIn("one_hot_encoder", out)
        self.assertIn("on_2: Sex, Embarked\n", out)
        self.assertRegex(out, r"Sex\[female\] +1 +[\d.]+\n")

    def test_inspect_tells_recipe_inputs_classes_and_importance(self):
        model = self.train("penguins.csv", "species")
        out = self.run_command("inspect", model).out
        for word in ("pipeline(automatic, gradient_boosting_classifier)", "Adelie, Chinstrap",
                     "island (category of 3)", "year (int64, 2007 to 2009)", "Importance",
                     "flipper_length_mm"):
            self.assertIn(word, out)

    def test_inspect_with_json_holds_every_part(self):
        model = self.train("penguins.csv", "species")
        held = self.run_command("inspect", model, "--json").json()
        self.assertEqual(held["bytes"], os.path.getsize(model))
        for part in "recipe", "classes", "inputs", "steps", "importance":
            self.assertIn(part, held)

    def test_inspect_prints_a_table_by_name(self):
        model = self.train("iris.csv", "species", "--set", "n_estimators=12")
        rows = self.run_command("inspect", model, "--table", "history", "--json").records()
        self.assertEqual([row["iteration"] for row in rows], list(range(1, 13)))
        self.assertIn("iteration", self.run_command("inspect", model, "--table", "history").out)

    def test_describe_counts_what_is_in_the_file(self):
        out = self.run_command("describe", data("penguins.csv")).out
        self.assertIn("penguins.csv: 344 rows, 8 columns", out)
        profile = self.run_command("describe", data("penguins.csv"), "--json").records()
        sex = next(row for row in profile if row["column"] == "sex")
        self.assertEqual((sex["missing"], sex["distinct"], sex["top"], sex["top_n"]),
                         (11, 2, "male", 168))

    def test_describe_draws_histograms_and_gives_hints(self):
        table = self.write("t.csv", "x,c,y\n" + "".join(
            f"{i * i},1,{'ab'[i % 2]}\n" for i in range(40)))
        out = self.run_command("describe", table, "--hints", "--target", "y").out
        self.assertRegex(out, r"x  \|#[^|]{22}[^ |]\|  0 to 1521")  # plain text in a pipe
        self.assertIn("column 'c' is 1 in all 40 rows", out)
        both = self.run_command("describe", table, "--hints", "--target", "y", "--json").json()
        self.assertEqual([row[0] for row in both["hints"]["rows"]], ["id_as_feature", "constant"])
        self.assertEqual(len(both["columns"]["rows"]), 3)

    def test_describe_shows_times_as_times(self):
        table = self.write("t.csv", "when,x\n2024-01-01,1\n2024-02-29T12:00:00Z,2\n,3\n")
        out = self.run_command("describe", table).out
        self.assertRegex(out, r"Times\ncolumn +missing +distinct +earliest +latest\n"
                              r"when +1 +2 +2024-01-01T00:00:00Z +2024-02-29T12:00:00Z\n")
        self.assertRegex(out, r"when +\|#[ ]+#\|  2024-01-01T00:00:00Z to 2024-02-29T12:00:00Z")
        self.assertNotIn("Categories", out)

    def test_schema_is_written_and_data_checked_against_it(self):
        schema = self.path("s.json")
        self.run_command("schema", data("penguins.csv"), "--target", "species", "--out", schema)
        out = self.run_command("validate", data("penguins.csv"), "--target", "species", "--schema",
                               schema, "--reference", data("penguins.csv")).out
        self.assertIn("all rules hold", out)
        with open(schema, encoding="utf-8") as f:
            text = f.read()
        self.assertEqual(self.run_command("schema", data("penguins.csv"), "--target",
                                          "species").out, text)
        strict = self.write("strict.json", text.replace('"male"', '"MALE"'))
        done = self.run_command("validate", data("penguins.csv"), "--target", "species",
                                "--schema", strict, expect=1)
        self.assertIn("[not_in_values]", done.out)
        self.assertIn("1 error, 0 warnings", done.out)
        found = self.run_command("validate", data("penguins.csv"), "--target", "species",
                                 "--schema", strict, "--examples", "1", "--json",
                                 expect=1).records()
        self.assertEqual((found[0]["rule"], found[0]["rows"]), ("not_in_values", 168))
        self.fails_with(2, "--schema FILE is missing", "validate", data("penguins.csv"))
        self.fails_with(1, "cannot read", "validate", data("penguins.csv"), "--schema", "none.json")
        self.fails_with(2, "max_values", "schema", data("penguins.csv"), "--set", "max_value=3")

    def fails_with(self, status, message, *words):
        self.assertIn(message, self.run_command(*words, expect=status).err)

    def test_describe_warns_of_rows_left_out(self):
        table = self.write("t.csv", "a,b\n1,2\n3\n4,5\n")
        done = self.run_command("describe", table, "--csv", "on_error=collect")
        self.assertIn("1 rows of t.csv could not be read and are left out; the first, line 3", done.err)

    def test_a_part_of_the_census_trains_and_predicts(self):
        with gzip.open(data("adult.csv.gz"), "rt", encoding="utf-8") as f:
            lines = f.read().splitlines(keepends=True)
        part = self.write("adult.csv", "".join(lines[:4001]))
        rest = self.write("rest.csv", "".join([lines[0]] + lines[4001:8001]))
        model = self.path("m")
        self.run_command("train", part, "--target", "income", "--positive", ">50K", "--out", model)
        scores = self.run_command("evaluate", model, rest, "--metrics", "roc_auc",
                                  "--json").records()
        self.assertGreater(scores[0]["value"], 0.9)


if __name__ == "__main__":
    main()
