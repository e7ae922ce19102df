"""Takes over a model that XGBoost has saved as JSON, keeps it as an artifact, and predicts with that:
rows one by one, and why."""
import sys

import mlcore

folder = sys.argv[1] if len(sys.argv) > 1 else "tests/data/models/xgboost-1.7.4/multi_softprob"
mlcore.import_model(f"{folder}/model.json", classes=["Barolo", "Grignolino", "Barbera"],
                    target="cultivar").save("wine.mlcore")

model = mlcore.load("wine.mlcore")  # here, or in C, Java, or by the command; XGBoost is not needed
for fact in model.table("origin"):
    print(f"{fact['name']:34} {fact['value']}")

rows = mlcore.read_csv(f"{folder}/input.csv")
with model.predictor() as predict:
    for row in rows[:3]:
        shares = predict(row)
        best = max(shares, key=shares.get)
        print(f"{best} = {shares[best]:.4f}")

# What spoke for the first bottle being Barolo, in the scores before softmax.
first = model.explain(rows[:1], top=2)
for line in first:
    if line["class"] == "Barolo":
        print(f"{line['feature']:12} {line['contribution']:+.2f}")
