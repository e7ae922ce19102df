"""Trains on the census data, evaluates on rows it has not seen, saves one artifact."""
import sys

import mlcore

data = mlcore.read_csv(sys.argv[1] if len(sys.argv) > 1 else "tests/data/adult.csv.gz",
                       target="income", positive=">50K")
train, test = data.split("hold_out", test_size=0.25, stratify=True)[0]
model = mlcore.Model("pipeline(automatic, gradient_boosting_classifier(n_estimators=200))")
model = model.fit(train)
report = model.evaluate(test, metrics="roc_auc,log_loss")
model.save("income.mlcore")
print(f"AUC {report['value'][0]:.4f}, saved to income.mlcore")

with mlcore.load("income.mlcore").predictor() as predictor:
    print(predictor({"age": 39, "workclass": "State-gov"}))
