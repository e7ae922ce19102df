#!/bin/sh
# Writes what describes the binary interface: libmlcore.abi and libmlcore.symbols, to be committed
# with the change that they show.
#
#     baseline.sh SOURCE LIBRARY
set -eu
here=$(dirname "$0")
python3 "$here/exports.py" update "$1" "$2"
sh "$here/gate.sh" update "$1/include/mlcore" "$here/libmlcore.abi" "$2"
