#!/bin/sh
# Runs one file of pytest tests, or a --program with its arguments, with the interpreter that has
# the packages: $MLC_PYTHON, which tests/run.sh sets, else python3. Skipped (77) where pytest or
# NumPy is missing.
python=${MLC_PYTHON:-python3}
"$python" -c 'import numpy, pytest' 2>/dev/null || {
    echo "$python has no pytest or NumPy: see tests/python_packages.txt"
    exit 77
}
if [ "$1" = --program ]; then
    shift
    exec "$python" "$@"
fi
exec "$python" -m pytest -p no:cacheprovider --no-header "$@"
