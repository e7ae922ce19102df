"""Goes on from a model of the census data: when to stop, more rounds, and other rows."""
import sys

import mlcore

data = mlcore.read_csv(sys.argv[1] if len(sys.argv) > 1 else "tests/data/adult.csv.gz",
                       target="income", positive=">50K")
train, test = data.split("hold_out", test_size=0.25, stratify=True)[0]
recipe = ("pipeline(on(type:category, one_hot_encoder(handle_unknown=ignore)), "
          "gradient_boosting_classifier(n_estimators={}))")


def loss(model):
    return model.evaluate(test, metrics="log_loss").items("value")[0]


# 20 rounds, then 30 more: the very model of 50, byte for byte.
begun = mlcore.Model(recipe.format(20)).fit(train)
whole = begun.update(train, n_rounds=30)
same = whole.dumps() == mlcore.Model(recipe.format(50)).fit(train).dumps()
print(f"20 rounds {loss(begun):.4f}, 50 rounds {loss(whole):.4f}, as in one go: {same}")

# What the first rounds of a model would have said, and a model of those alone.
for n in (5, 20, 50):
    print(f"first {n:2} rounds: {loss(whole.update(method='truncate', n_rounds=n)):.4f}")

# Rows of another kind: the same trees, values moved half way to what those rows say.
late = train[:2000]
moved = whole.update(late, method="refit", decay_rate=0.5)
print(f"of the rows it was moved to: {moved.evaluate(late, metrics='log_loss').items('value')[0]:.4f}"
      f", before {whole.evaluate(late, metrics='log_loss').items('value')[0]:.4f}")
