"""mlcore train: models by target, rows held out, what is said and saved."""
import os

from running import CommandTest, data, main, records


class Train(CommandTest):
    def test_train_with_text_target_fits_a_classifier(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--out",
                                self.path("m"))
        self.assertIn("pipeline(automatic, gradient_boosting_classifier)", done.out)
        self.assertIn("Read iris.csv: 150 rows, 5 columns", done.out)
        self.assertGreater(os.path.getsize(self.path("m")), 1000)

    def test_train_with_real_target_fits_a_regressor(self):
        done = self.run_command("train", data("iris.csv"), "--target", "sepal_length", "--out",
                                self.path("m"))
        self.assertIn("gradient_boosting_regressor", done.out)

    def test_train_with_few_integers_takes_them_as_classes(self):
        done = self.run_command("train", data("titanic.csv"), "--target", "Survived", "--out",
                                self.path("m"))
        self.assertIn("2 distinct integers, taken as classes", done.out)
        self.assertIn("column 'Name' is free text", done.err)

    def test_train_with_21_integers_takes_them_as_numbers(self):
        for n, word in (20, "classifier"), (21, "regressor"):
            rows = "".join(f"{i % 7},{i % n}\n" for i in range(420))
            table = self.write("t.csv", "x,y\n" + rows)
            done = self.run_command("train", table, "--target", "y", "--out", self.path("m"),
                                    "--set", "n_estimators=2")
            self.assertIn("gradient_boosting_" + word, done.out)

    def test_train_leaves_out_rows_without_a_target(self):
        done = self.run_command("train", data("penguins.csv"), "--target", "body_mass_g", "--out",
                                self.path("m"))
        self.assertIn("'body_mass_g' is missing in 2 rows, which are left out", done.err)
        self.assertIn("Training on 342 rows", done.out)

    def test_train_with_holdout_measures_on_the_rest(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--holdout",
                                "0.2", "--out", self.path("m"))
        self.assertIn("Training on 120 rows with 4 features", done.out)
        self.assertIn("On the 30 held-out rows:", done.out)
        self.assertRegex(done.out, r"accuracy +(1|0\.9\d*) +30\b")

    def test_train_with_holdout_and_no_out_saves_nothing(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--holdout",
                                "30")
        self.assertIn("Not saved: there is no --out.", done.out)
        self.assertEqual(os.listdir(self.folder), [])

    def test_train_with_valid_measures_on_it(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--valid",
                                data("iris.csv"), "--early-stopping", "--out", self.path("m"))
        self.assertIn("On the 150 validation rows:", done.out)
        self.assertIn("early_stopping=true)", done.out)

    def test_train_with_early_stopping_alone_takes_a_tenth(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species",
                                "--early-stopping", "--out", self.path("m"))
        self.assertIn("validation_fraction=0.1", done.out)

    def test_train_sets_parameters_of_the_model_and_by_path(self):
        done = self.run_command(
            "train", data("iris.csv"), "--target", "species", "--set", "n_estimators=3", "--set",
            "gradient_boosting_classifier.learning_rate=0.5", "--seed", "7", "--out",
            self.path("m"))
        for word in "n_estimators=3", "learning_rate=0.5", "random_state=7":
            self.assertIn(word, done.out)

    def test_train_with_recipe_sets_the_last_step(self):
        recipe = "pipeline(simple_imputer, gradient_boosting_classifier(name=trees))"
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--recipe",
                                recipe, "--set", "n_estimators=4", "--seed", "3", "--out",
                                self.path("m"))
        self.assertIn("n_estimators=4, random_state=3, name=trees", done.out)

    def test_train_with_roles_and_positive(self):
        rows = "".join(f"{i},{i % 2},{'yes' if i % 2 else 'no'},{1 + i % 3}\n" for i in range(90))
        table = self.write("t.csv", "id,x,y,w\n" + rows)
        model = self.path("m")
        done = self.run_command("train", table, "--target", "y", "--roles", "weight=w id=id",
                                "--positive", "no", "--out", model)
        self.assertIn("on 90 rows with 1 feature:", done.out)
        self.assertIn("'no' is the positive class", done.out)
        self.assertIn("no (positive), yes", self.run_command("inspect", model).out)
        first = self.run_command("predict", model, table).out.splitlines()[0]
        self.assertTrue(first.startswith("id,prediction,"), first)

    def test_train_without_target_groups_rows(self):
        model = self.path("m")
        done = self.run_command("train", data("iris.csv"), "--model", "kmeans", "--set",
                                "n_clusters=3", "--roles", "ignore=species", "--out", model)
        self.assertIn("No target", done.out)
        rows = self.run_command("predict", model, data("iris.csv")).out.split()
        self.assertEqual((rows[0], len(rows)), ("prediction", 151))
        self.assertEqual(set(rows[1:]), {"0", "1", "2"})

    def test_train_reads_the_rows_of_valid_as_the_training_rows(self):
        rows = "".join(f"{'7a'[i % 2]},{'uv'[i % 3 == 0]}\n" for i in range(60))
        table, other = self.write("t.csv", "x,y\n" + rows), self.write("v.csv", "x,y\n7,u\n7,v\n")
        self.run_command("train", table, "--target", "y", "--valid", other, "--out",
                         self.path("m"))

    def test_train_reads_with_csv_settings(self):
        table = self.write("t.csv", "x;y\n" + "".join(f"{i};{i % 2 == 0}\n" for i in range(60)))
        self.run_command("train", table, "--target", "y", "--csv", "delimiter=';'", "--out",
                         self.path("m"))

    def test_train_with_json_prints_one_object_and_progress_lines(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--holdout",
                                "0.2", "--json", "--out", self.path("m"))
        result = done.json()
        self.assertEqual(result["target"], "species")
        self.assertEqual(result["rows"], 120)
        self.assertEqual(result["bytes"], os.path.getsize(self.path("m")))
        metrics = {row["metric"]: row["value"] for row in records(result["evaluation"])}
        self.assertGreater(metrics["accuracy"], 0.8)
        stages = {event["stage"] for event in done.events() if event["event"] == "progress"}
        self.assertIn("boost", stages)

    def test_train_quiet_says_nothing(self):
        done = self.run_command("train", data("iris.csv"), "--target", "species", "--quiet",
                                "--out", self.path("m"))
        self.assertEqual(done.out + done.err, "")

    def test_train_gives_the_same_file_for_any_threads(self):
        files = []
        for n in "1", "2", "7":
            model = self.train("penguins.csv", "species", "--threads", n, "--seed", "5")
            with open(model, "rb") as f:
                files.append(f.read())
        self.assertEqual(files[0], files[1])
        self.assertEqual(files[0], files[2])

    def test_train_reads_standard_input(self):
        with open(data("iris.csv"), encoding="utf-8") as f:
            done = self.run_command("train", "-", "--target", "species", "--out", self.path("m"),
                                    stdin=f.read())
        self.assertIn("Read standard input: 150 rows", done.out)


if __name__ == "__main__":
    main()
