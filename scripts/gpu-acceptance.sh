#!/bin/sh
# Runs the published single file on a machine with a GPU and leaves the database and the tables under artifacts/.
# Usage: gpu-acceptance.sh [user@machine]; without a machine it runs here. MINUTES bounds the run (default 9).
set -eu

program=artifacts/publish/sparseprof
out=artifacts/gpu-acceptance
minutes=${MINUTES:-9}
mkdir -p "$out"

if [ $# -eq 0 ]; then
    "$program" acceptance --db "$out/gpu.db" --minutes "$minutes" --resume | tee "$out/tables.txt"
else
    folder=$(ssh "$1" mktemp -d)
    scp -q "$program" "$1:$folder/"
    # The tables and the database are fetched even where the run ended early.
    ssh "$1" "cd $folder && ./sparseprof acceptance --db gpu.db --minutes $minutes" | tee "$out/tables.txt" || true
    scp -q "$1:$folder/gpu.db" "$out/gpu.db"
    ssh "$1" "rm -r $folder"
fi
echo "kept in $out/gpu.db and $out/tables.txt"
