#!/bin/sh
# The part of gpu-acceptance.sh that runs on the machine with the GPU, in the folder of the program. A measurement runs by
# itself: who watches it may go and come back.
#   begin MINUTES [AGAIN]   starts one
#   follow LINES            shows its progress until it ends ("+1": all; "3": from the last three lines)
#   state                   "running", "ended CODE", or "cut off" where it was killed
#   stop                    ends it after its current step, as Ctrl-C would
#   files                   what it left, as a tar file
set -u
recording_s=40
patience_s=90

is_running() { [ -f pid ] && grep -q on-the-machine "/proc/$(cat pid)/cmdline" 2>/dev/null; }

# Models need the libtorch shim compiled against this machine's PyTorch; without one, or without a compiler, the run says so
# and measures kernels alone.
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

# A signal reaches the shell while it waits for this; the program then ends by itself and says with which code.
run() {
    [ -z "$stopped" ] || return 130
    "$@" &
    child=$!
    while :; do
        wait "$child"
        code=$?
        kill -0 "$child" 2>/dev/null || break
    done
    child=
    return "$code"
}

# The recording is a small run of its own, to replay in tests.
measure() {
    stopped=
    child=
    trap 'stopped=1; [ -z "$child" ] || kill "$child" 2>/dev/null' INT TERM
    trap 'echo $? > status.tmp; mv status.tmp status.txt' EXIT
    # The program unpacks its native libraries below HOME.
    [ -w "${HOME:-/nonexistent}" ] || export DOTNET_BUNDLE_EXTRACT_BASE_DIR="$PWD/unpacked"
    end=$(awk -v now="$(date +%s)" -v minutes="$1" 'BEGIN { printf "%d", now + 60 * minutes }')
    { nvidia-smi; uname -a; python3 -c "import torch; print('torch', torch.__version__, torch.cuda.is_available())"; g++ --version; } > machine.txt 2>&1
    # What the compiler says is in shim.txt.
    { [ -f libsparseprof_torch.so ] || compile_shim; } 2> shim.txt && export SPARSEPROF_TORCH_SHIM="$PWD/libsparseprof_torch.so"
    cat shim.txt >&2

    reserve=15
    [ -f recording.db ] || reserve=$((recording_s + 20))
    left=$((end - $(date +%s) - reserve))
    [ "$left" -ge 30 ] || left=30
    resume=--resume
    [ -z "${2:-}" ] || resume=
    run ./sparseprof acceptance --db gpu.db --minutes "$(awk -v s="$left" 'BEGIN { printf "%.2f", s / 60 }')" --results results $resume > tables.txt
    status=$?
    # 3: no GPU, or it was lost; 130: stopped.
    if [ ! -f recording.db ] && [ "$status" -le 1 ]; then
        run ./sparseprof measure --gpu 0 --quick --plan gpu-recording.csv --db recording.db --time-budget "${recording_s}s" > /dev/null || rm -f recording.db*
    fi
    exit "$status"
}

case $1 in
begin)
    ! is_running || { echo "a measurement is under way" >&2; exit 1; }
    rm -f status.txt
    : > progress.txt
    # A session of its own outlives the terminal or connection that began it, and holds none of the caller's files.
    setsid sh ./gpu-on-the-machine.sh measure "$2" "${3:-}" < /dev/null > progress.txt 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    echo $! > pid
    ;;
measure) measure "$2" "${3:-}" ;;
follow) exec tail -s 0.2 -n "$2" -f "--pid=$(cat pid)" progress.txt ;;
state)
    if is_running; then echo running; elif [ -f status.txt ]; then echo "ended $(cat status.txt)"; else echo "cut off"; fi
    ;;
stop)
    is_running && kill "$(cat pid)"
    while is_running && [ "$patience_s" -gt 0 ]; do
        sleep 1
        patience_s=$((patience_s - 1))
    done
    ;;
files) tar -czf - $(ls -d gpu.db* recording.db tables.txt progress.txt shim.txt machine.txt results 2>/dev/null) ;;
*) exit 2 ;;
esac
