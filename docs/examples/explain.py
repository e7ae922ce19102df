"""Says why a model of the census data predicts what it does: for people, and as a whole."""
import sys

import mlcore

data = mlcore.read_csv(sys.argv[1] if len(sys.argv) > 1 else "tests/data/adult.csv.gz",
                       target="income", positive=">50K")
train, test = data.split("hold_out", test_size=0.25, stratify=True)[0]
model = mlcore.Model("pipeline(on(type:category, one_hot_encoder(handle_unknown=ignore)), "
                     "gradient_boosting_classifier(n_estimators=50))").fit(train)

# The three columns that mattered most for each of two people, in log-odds of '>50K'.
for line in model.explain(test[:2], top=3):
    print(f"person {line['row']}: {line['feature']:15} {line['contribution']:+.2f}")

# All of them: base and contributions add to the score.
shares = model.explain(test[:1000])
raw = model.decision_function(test[:1000])
print(f"off by {abs(shares['base'] + shares['contribution'].sum(axis=1) - raw).max():.0e} at most")

# What the model as a whole needs: the loss that grows when a column is shuffled.
table = model.explain(test[:2000], method="permutation", metrics="log_loss", n_repeats=3)
needed = dict(zip(table["feature"], table["importance"]))
print("needs most:", max(needed, key=needed.get))
