#!/bin/sh
# Unpacks NVIDIA's CUDA 12.4 run-time libraries, as Debian 13's non-free component ships them, into a cache folder.
# Nothing is installed: apt runs on lists, state and cache of its own, and packages are unpacked, not configured.
# Prints the folder with the libraries; the second call returns at once.
set -eu

cache=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/sparseprof/cuda-12.4}
suite=trixie
packages="libcublaslt12 libcublas12 libcusparse12 libnvrtc12 libnvrtc-builtins12.4 libnvjitlink12 libcuda1 libnvidia-ml1"
libraries=$cache/root/usr/lib/x86_64-linux-gnu

if [ -f "$cache/complete" ]; then
    echo "$libraries"
    exit 0
fi

command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo "needs apt-get and dpkg (Debian or Ubuntu)" >&2; exit 3; }

# The mirror that this machine already uses for Debian; the public one otherwise.
mirror=$(sed -nE 's/^URIs:[[:space:]]*([^[:space:]]+\/debian)\/?([[:space:]].*)?$/\1/p; s/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+\/debian)\/?[[:space:]].*/\2/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
if [ -z "$mirror" ]; then
    echo "no Debian mirror in /etc/apt: add one, or set SPARSEPROF_LIB_DIR to a folder with CUDA 12 or 13 libraries" >&2
    exit 3
fi

mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial" "$cache/packages"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring arch=amd64] $mirror $suite main non-free" > "$cache/apt/sources.list"
: > "$cache/apt/status"
isolated() {
    apt-get -q -o Dir::Etc::sourcelist="$cache/apt/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State::lists="$cache/apt/lists" -o Dir::State::status="$cache/apt/status" \
        -o Dir::Cache="$cache/apt/cache" -o APT::Architecture=amd64 -o APT::Sandbox::User=root "$@"
}

isolated update >&2
# shellcheck disable=SC2086 # a list of names
(cd "$cache/packages" && isolated download $packages >&2)
for package in "$cache"/packages/*.deb; do
    dpkg -x "$package" "$cache/root"
done
rm -rf "$cache/packages" "$cache/apt"
touch "$cache/complete"
echo "$libraries"
