#!/bin/sh
# Compiles test_cpp.cpp as a user would, warnings as errors, and runs it.
#
#     compile_and_run.sh SOURCE BUILD CXX
set -eu
source=$1 build=$2 cxx=$3
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"$cxx" -std=c++17 -pedantic -Wall -Wextra -Wshadow -Werror -O1 "$source/tests/cpp/test_cpp.cpp" \
    -o "$program" -I"$source/include" -I"$source/bindings/cpp/include" \
    -L"$build/lib" -lmlcore -Wl,-rpath,"$build/lib" -pthread
"$program" "$source/tests/data"
