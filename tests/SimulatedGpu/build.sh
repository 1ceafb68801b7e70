#!/bin/sh
# Builds the simulated libraries into the folder given: one file under the names that NVIDIA's libraries have. They are for
# tests alone; the device that they show says in its name that it is simulated.
set -eu
out=$1
command -v g++ >/dev/null || { echo "no g++: the simulated GPU is not built, and its tests skip"; exit 0; }
mkdir -p "$out"
g++ -std=c++20 -O2 -Wall -Wextra -shared -fPIC -fvisibility=hidden -o "$out/libsimulated_gpu.so" "$(dirname "$0")"/*.cpp
for name in libcuda.so.1 libnvidia-ml.so.1 libnvrtc.so.12 libcublasLt.so.12 libcublas.so.12 libcusparse.so.12 libcusparseLt.so.0; do
    ln -sf libsimulated_gpu.so "$out/$name"
done
