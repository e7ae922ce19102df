"""mlcore help, list and --version: nothing that is registered goes without words."""
import os
import subprocess

from running import COMMAND, CommandTest, main

COMMANDS = ["train", "predict", "evaluate", "import", "export", "inspect", "verify", "describe",
            "schema", "validate", "list", "help"]


class Help(CommandTest):
    def test_help_lists_the_commands(self):
        for words in ["help"], ["--help"], ["-h"]:
            out = self.run_command(*words).out
            for name in COMMANDS:
                self.assertIn(f"mlcore {name}", out)

    def test_help_of_each_command_has_options_and_examples(self):
        for name in COMMANDS:
            out = self.run_command("help", name).out
            self.assertTrue(out.startswith(f"mlcore {name} "), out)
            self.assertIn("--quiet", out)
            self.assertIn("Examples:\n  mlcore " + name, out.replace("zcat", "mlcore predict"))
            self.assertEqual(self.run_command(name, "--help").out, out)
            self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_help_has_pages_about_files_roles_and_recipes(self):
        overview = self.run_command("help").out
        self.assertLessEqual(max(map(len, overview.splitlines())), 80)
        for name, word in ("csv", "delimiter="), ("roles", "weight"), ("recipes", "pipeline("):
            self.assertIn("mlcore help " + name, overview)
            out = self.run_command("help", name).out
            self.assertIn(word, out)
            self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_help_about_files_names_each_setting_of_the_reader(self):
        done = self.run_command("describe", "x.csv", "--csv", "nothing=1", expect=2)
        page = self.run_command("help", "csv").out
        for name in "delimiter", "quote", "header", "null", "types", "text", "on_error":
            self.assertIn(name + "=", page)
            self.assertIn(name, done.err)

    def test_help_of_each_component_tells_all_that_the_catalog_holds(self):
        listed = self.run_command("list", "--json").records()
        self.assertGreater(len(listed), 10)
        for row in listed:
            out = self.run_command("help", row["name"]).out
            words = " ".join(out.split())
            held = self.run_command("help", row["name"], "--json").json()
            self.assertEqual(held["name"], row["name"])
            self.assertIn(held["summary"], words)
            self.assertIn(" ".join(held["details"].split()), words)
            for parameter in held["parameters"]:
                self.assertIn(parameter["name"] + " = ", words)
                self.assertIn(" ".join(parameter["doc"].split()), words)
                for choice in parameter.get("choices", []):
                    self.assertIn(choice["name"], words)
            self.assertLessEqual(max(map(len, out.splitlines())), 100, out)

    def test_help_of_a_component_shows_defaults_ranges_and_aliases(self):
        out = self.run_command("help", "gradient_boosting_classifier").out
        self.assertRegex(out, r"(?m)^  learning_rate = 0\.1  \(real, above 0\)$")
        self.assertRegex(out, r"(?m)^  n_estimators = 100  \(integer, 1 to \d+\)$")
        self.assertRegex(out, r"(?m)^  subsample = 1  \(real, above 0, at most 1\)$")
        self.assertIn("also: max_iter", out)

    def test_list_has_each_kind(self):
        out = self.run_command("list").out
        for heading in ("transforms", "models", "metrics", "splitters", "generators", "samplers",
                        "resamplers", "weightings"):
            self.assertIn(f"\n{heading}\n", "\n" + out)
        models = self.run_command("list", "models").out
        self.assertEqual(models, self.run_command("list", "model").out)
        self.assertNotIn("standard_scaler", models)

    def test_version_says_what_the_build_is_made_of(self):
        self.assertRegex(self.run_command("--version").out, r"^mlcore \d+\.\d+\.\d+, ")

    def test_the_command_needs_only_the_shared_library(self):
        symbols = subprocess.run(["nm", "-u", "--dynamic", COMMAND], capture_output=True,
                                 text=True, check=True).stdout
        self.assertIn("mlc_model_fit", symbols)
        self.assertNotIn("mlci_", symbols)
        self.assertTrue(os.access(COMMAND, os.X_OK))


if __name__ == "__main__":
    main()
