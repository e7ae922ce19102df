#!/bin/sh
# From nothing to a served model: installs what is missing, builds a release, trains on the
# census data of tests/data, evaluates, saves one artifact and predicts a few rows.
set -eu
cd "$(dirname "$0")/.."
. docs/packages.sh

echo "1. What the build needs"
# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES
echo "   a C compiler, meson, ninja, zlib, SQLite and BLIS: all there"

echo "2. Building libmlcore (release)"
[ -e build/build.ninja ] ||
    meson setup build --buildtype=release -Dtests=disabled -Djava=disabled -Ddocs=disabled \
        >build.log || { cat build.log; exit 1; }
ninja -C build >build.log || { cat build.log; exit 1; }
mlcore=build/bindings/cli/mlcore
echo "   build/lib/libmlcore.so and the command $mlcore"

data=tests/data/adult.csv.gz
echo
echo "3. Training: who earns more than 50,000 dollars a year? (48,842 people, 14 columns)"
echo "   \$ mlcore train $data --target income --holdout 0.2 --out income.mlcore"
$mlcore train $data --target income --holdout 0.2 --seed 1 --out income.mlcore

echo
echo "4. What is in the artifact"
echo "   \$ mlcore inspect income.mlcore"
$mlcore inspect income.mlcore

echo
echo "5. Predicting: the first rows of the same file, as a service would get them"
echo "   \$ mlcore predict income.mlcore first_rows.csv --proba"
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
gzip -dc $data | head -6 >"$rows"
$mlcore predict income.mlcore "$rows" --proba

cat <<'END'

What happened: the columns were read and typed, gradient boosting learned from 80 % of the rows
with the text columns as they are, and the figures above come from the 20 % it never saw.
income.mlcore holds all of it: columns, categories, trees and rows that prove a load is right.

What to try next:
  export PATH="$PWD/build/bindings/cli:$PATH"
  mlcore train tests/data/adult.csv.gz --target income --model logistic_regression --out lr.mlcore
  mlcore evaluate income.mlcore tests/data/adult.csv.gz --metrics roc_auc,log_loss
  mlcore describe tests/data/adult.csv.gz
  mlcore help gradient_boosting_classifier
README.md has the same from C, Python and Java.
END
