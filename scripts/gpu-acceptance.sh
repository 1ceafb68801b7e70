#!/bin/sh
# Everything that the first machine with a GPU must show, in about ten minutes: libraries, capability matrix, a product of
# known speed, kernels, models, tables. Leaves artifacts/gpu-acceptance (databases), and below results/ a folder of the
# device with tables (gpu.md) and a measured profile (profile.json).
# Usage: gpu-acceptance.sh [user@machine]; without a machine it runs here. MINUTES bounds the run (default 9).
set -eu

program=artifacts/publish/sparseprof
shim=src/Torch/native/dispatch.cpp
out=artifacts/gpu-acceptance
minutes=${MINUTES:-9}
status=0
mkdir -p "$out" results

# What runs on the machine with the GPU, in the folder of the program. Models need the libtorch shim compiled against that
# machine's PyTorch; without one, or without a compiler, the run says so and measures kernels alone. The recording is a
# small run of its own, to replay in tests. Progress goes to the terminal, tables to the file.
cat > "$out/on-the-machine.sh" <<'SCRIPT'
set -u
torch=$(python3 -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')" 2>/dev/null)
if [ -d "$torch/include/ATen" ] && command -v g++ >/dev/null; then
    abi=$(python3 -c "import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))")
    if g++ -std=c++17 -O1 -shared -fPIC -fvisibility=hidden "-D_GLIBCXX_USE_CXX11_ABI=$abi" -o libsparseprof_torch.so dispatch.cpp \
        "-I$torch/include" "-L$torch/lib" "-Wl,-rpath,$torch/lib" -ltorch_cpu -lc10; then
        export SPARSEPROF_TORCH_SHIM="$PWD/libsparseprof_torch.so"
    fi
else
    echo "no PyTorch with headers, or no g++: models are left out" >&2
fi
status=0
./sparseprof acceptance --db gpu.db --minutes "$MINUTES" --results results --resume > tables.txt || status=$?
./sparseprof measure --gpu 0 --quick --plan recording.csv --db recording.db --time-budget 40s > /dev/null || true
exit $status
SCRIPT
cat > "$out/recording.csv" <<'CSV'
op,dtype,pattern,m,n,k
gemm,bf16,dense,256,1024,1024
gemm,bf16,2:4,256,1024,1024
gemm,bf16,csr@0.05,256,1024,1024
gemm,bf16,block:32x32@0.25,256,1024,1024
CSV

if [ $# -eq 0 ]; then
    cp "$program" "$shim" "$out/"
    (cd "$out" && MINUTES=$minutes sh on-the-machine.sh) || status=$?
else
    folder=$(ssh "$1" mktemp -d)
    scp -q "$program" "$shim" "$out/on-the-machine.sh" "$out/recording.csv" "$1:$folder/"
    ssh "$1" "cd $folder && MINUTES=$minutes sh on-the-machine.sh" || status=$?
    # What was measured is kept even where the run ended early.
    for file in gpu.db recording.db tables.txt results; do
        scp -q -r "$1:$folder/$file" "$out/" || echo "no $file came back" >&2
    done
    ssh "$1" "rm -r $folder"
fi
[ -d "$out/results" ] && cp -r "$out/results/." results/
[ -f "$out/tables.txt" ] && cat "$out/tables.txt"
echo "databases are in $out; commit results/<device>, and recording.db as a fixture" >&2
exit "$status"
