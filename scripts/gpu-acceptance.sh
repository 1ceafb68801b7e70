#!/bin/sh
# Everything that the first machine with a GPU must show, in about ten minutes: libraries, capability matrix, a product of
# known speed, kernels, models, tables. Leaves in OUT (artifacts/gpu-acceptance) databases, tables and the machine's own
# words, and below RESULTS (results) a folder of the device with tables (gpu.md) and a measured profile (profile.json).
# Usage: gpu-acceptance.sh [user@machine]; without a machine it runs here. MINUTES (9.5) bounds all of it. Called again it
# goes on where OUT's database ends, also after it was killed; with AGAIN=1 it measures anew beside what is there, and the
# two are compared.
set -eu

program=${PROGRAM:-artifacts/publish/sparseprof}
shim=src/Torch/native/dispatch.cpp
out=${OUT:-artifacts/gpu-acceptance}
results=${RESULTS:-results}
minutes=${MINUTES:-9.5}
again=${AGAIN:-}
status=0
[ -x "$program" ] || { echo "no $program: 'make publish' makes it" >&2; exit 2; }
mkdir -p "$out" "$results"

# What runs on the machine with the GPU, in the folder of the program. Models need the libtorch shim compiled against that
# machine's PyTorch; without one, or without a compiler, the run says so and measures kernels alone. The recording is a
# small run of its own, to replay in tests. Progress goes to the terminal and to progress.txt, tables to tables.txt.
cat > "$out/on-the-machine.sh" <<'SCRIPT'
set -u
recording_s=40
# The program unpacks its native libraries below HOME.
[ -w "${HOME:-/nonexistent}" ] || export DOTNET_BUNDLE_EXTRACT_BASE_DIR="$PWD/unpacked"
end=$(awk -v now="$(date +%s)" -v minutes="$MINUTES" 'BEGIN { printf "%d", now + 60 * minutes }')

{ nvidia-smi; uname -a; python3 -c "import torch; print('torch', torch.__version__, torch.cuda.is_available())"; g++ --version; } > machine.txt 2>&1

compile_shim() {
    torch=$(python3 -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')" 2>/dev/null)
    [ -n "$torch" ] || { echo "models are left out: python3 has no torch" >&2; return 1; }
    [ -f "$torch/lib/libtorch_cuda.so" ] || { echo "models are left out: the torch in $torch is without CUDA" >&2; return 1; }
    [ -d "$torch/include/ATen" ] || { echo "models are left out: the torch in $torch has no headers" >&2; return 1; }
    command -v g++ >/dev/null || { echo "models are left out: no g++ to compile the libtorch shim" >&2; return 1; }
    abi=$(python3 -c "import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))" || echo 1)
    # Headers of later releases may ask for C++20.
    for standard in 17 20; do
        timeout 120 g++ -std=c++$standard -O1 -shared -fPIC -fvisibility=hidden "-D_GLIBCXX_USE_CXX11_ABI=$abi" -o shim.tmp dispatch.cpp \
            "-I$torch/include" "-L$torch/lib" "-Wl,-rpath,$torch/lib" -ltorch_cpu -lc10 && mv shim.tmp libsparseprof_torch.so && return 0
    done
    echo "models are left out: the libtorch shim does not compile against $torch" >&2
    return 1
}
# What the compiler says is in shim.txt.
{ [ -f libsparseprof_torch.so ] || compile_shim; } 2> shim.txt && export SPARSEPROF_TORCH_SHIM="$PWD/libsparseprof_torch.so"
cat shim.txt >&2

reserve=15
[ -f recording.db ] || reserve=$((recording_s + 20))
left=$((end - $(date +%s) - reserve))
[ "$left" -ge 30 ] || left=30
resume=--resume
[ -z "$AGAIN" ] || resume=
{
    ./sparseprof acceptance --db gpu.db --minutes "$(awk -v s="$left" 'BEGIN { printf "%.2f", s / 60 }')" --results results $resume > tables.txt
    echo $? > status.txt
} 2>&1 | tee progress.txt >&2
status=$(cat status.txt)
# 3: no GPU, or it was lost; 130: stopped.
if [ ! -f recording.db ] && [ "$status" -le 1 ]; then
    ./sparseprof measure --gpu 0 --quick --plan recording.csv --db recording.db --time-budget "${recording_s}s" > /dev/null || rm -f recording.db*
fi
exit "$status"
SCRIPT
cat > "$out/recording.csv" <<'CSV'
op,dtype,pattern,m,n,k
gemm,bf16,dense,256,1024,1024
gemm,bf16,2:4,256,1024,1024
gemm,bf16,csr@0.05,256,1024,1024
gemm,bf16,block:32x32@0.25,256,1024,1024
CSV

if [ $# -eq 0 ]; then
    ln -sf "$(realpath "$program")" "$out/sparseprof"
    cp "$shim" "$out/"
    (cd "$out" && MINUTES=$minutes AGAIN=$again sh on-the-machine.sh) || status=$?
else
    folder=$(ssh "$1" mktemp -d)
    set -- "$1" "$out/on-the-machine.sh" "$out/recording.csv" "$shim"
    for file in "$out"/gpu.db* "$out"/recording.db; do
        [ -f "$file" ] && set -- "$@" "$file"
    done
    machine=$1
    shift
    scp -q "$@" "$machine:$folder/"
    scp -q "$program" "$machine:$folder/sparseprof"
    ssh "$machine" "cd $folder && MINUTES=$minutes AGAIN=$again sh on-the-machine.sh" || status=$?
    # What was measured is kept even where the run ended early.
    for file in 'gpu.db*' recording.db tables.txt progress.txt shim.txt machine.txt results; do
        scp -q -r "$machine:$folder/$file" "$out/" || echo "no $file came back" >&2
    done
    ssh "$machine" "rm -r $folder"
fi
[ -d "$out/results" ] && cp -r "$out/results/." "$results/"
[ -f "$out/tables.txt" ] && cat "$out/tables.txt"
echo "databases are in $out; commit $results/<device>, and recording.db as a fixture" >&2
exit "$status"
