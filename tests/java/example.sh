#!/bin/sh
# The program of the README with the jar that the build made: no Maven, nothing but a JDK.
#
#     example.sh SOURCE_ROOT JAR
set -eu
source=$1
jar=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
javac -Xlint:all -Werror -cp "$jar" -d "$work" "$source/docs/examples/Score.java"
cp "$source/tests/golden/income.mlcore" "$work"
cd "$work"
said=$(java -cp "$jar:." Score)
echo "$said"
case "$said" in
"P(>50K) = 0."[0-9][0-9][0-9][0-9]) ;;
*) echo "that is not what the example prints"; exit 1 ;;
esac
