#!/bin/sh
# Runs the published single file on a machine with a GPU and leaves the database and the tables under artifacts/.
# Usage: gpu-acceptance.sh [user@machine]; without a machine it runs here. MINUTES bounds the run (default 9).
set -eu

program=artifacts/publish/sparseprof
out=artifacts/gpu-acceptance
minutes=${MINUTES:-9}
status=0
mkdir -p "$out"

# Progress goes to the terminal, tables to the file. What was measured is kept even where the run ended early.
if [ $# -eq 0 ]; then
    "$program" acceptance --db "$out/gpu.db" --minutes "$minutes" --resume > "$out/tables.txt" || status=$?
else
    folder=$(ssh "$1" mktemp -d)
    scp -q "$program" "$1:$folder/"
    ssh "$1" "cd $folder && ./sparseprof acceptance --db gpu.db --minutes $minutes" > "$out/tables.txt" || status=$?
    scp -q "$1:$folder/gpu.db" "$out/gpu.db" || echo "no database came back" >&2
    ssh "$1" "rm -r $folder"
fi
cat "$out/tables.txt"
[ "$status" -eq 0 ] && echo "kept in $out/gpu.db and $out/tables.txt"
exit "$status"
