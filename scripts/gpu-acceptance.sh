#!/bin/sh
# Everything that the first machine with a GPU must show, in about ten minutes: libraries, capability matrix, a product of
# known speed, kernels, models, tables. Leaves in OUT (artifacts/gpu-acceptance) databases, tables and the machine's own
# words, and below RESULTS (results) a folder of the device with tables (gpu.md) and a measured profile (profile.json).
# Usage: gpu-acceptance.sh [user@machine]; without a machine it runs here. MINUTES (9.5) bounds all of it. Called again it
# goes on where OUT's database ends, also after it was killed; with AGAIN=1 it measures anew beside what is there, and the
# two are compared.
# The measurement does not hang on this script: Ctrl-C ends it and keeps what it has; where only the connection is lost, or
# this script is killed, it goes on, and the next call finds it. Over ssh the other machine needs nothing but sh and tar;
# port, key and jump hosts come from ~/.ssh/config.
set -eu

program=${PROGRAM:-artifacts/publish/sparseprof}
shim=src/Torch/native/dispatch.cpp
out=${OUT:-artifacts/gpu-acceptance}
results=${RESULTS:-results}
minutes=${MINUTES:-9.5}
again=${AGAIN:-}
# Tries after a lost connection, and the seconds between two.
tries=${TRIES:-10}
pause_s=${PAUSE_S:-10}
machine=${1:-}
folder=
place="$out/machine.place"
sockets=
stop=
follower=
[ -x "$program" ] || { echo "no $program: 'make publish' makes it" >&2; exit 2; }
mkdir -p "$out" "$results"
cp scripts/gpu-on-the-machine.sh scripts/gpu-recording.csv "$shim" "$out/"
ln -sf "$(realpath "$program")" "$out/sparseprof"
# Of a run that was killed here while it fetched.
rm -rf "$out/fetched"

# One connection for all, so that a password is asked for once; a dead one is noticed within a minute.
remote() {
    ssh -o ControlMaster=auto -o "ControlPath=$sockets/%C" -o ControlPersist=60 -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 "$@"
}

there() {
    if [ -z "$machine" ]; then (cd "$out" && sh ./gpu-on-the-machine.sh "$@"); else remote "$machine" "cd '$folder' && sh ./gpu-on-the-machine.sh $*"; fi
}

ended() {
    [ -z "$sockets" ] || { remote -O exit "$machine" 2>/dev/null || true; rm -rf "$sockets"; }
}

unreachable() {
    echo "$machine does not answer over ssh${1:+: $1}" >&2
    exit 1
}

goes_on() {
    unreachable "what runs there goes on; call again to see and to fetch it"
}

# A folder in which programs may run.
make_folder() {
    remote "$machine" sh <<'THERE' | tail -n 1
for base in "${TMPDIR:-/tmp}" "$HOME"; do
    folder=$(mktemp -d "$base/sparseprof-XXXXXX") || continue
    printf '#!/bin/sh\n' > "$folder/try"
    chmod +x "$folder/try"
    if "$folder/try" 2>/dev/null; then rm "$folder/try"; echo "$folder"; exit; fi
    rm -r "$folder"
done
THERE
}

# The databases go along unless the machine holds later ones.
send() {
    set -- gpu-on-the-machine.sh gpu-recording.csv dispatch.cpp sparseprof "$@"
    tar -chf - -C "$out" "$@" | remote "$machine" "cd '$folder' && tar -xf -" || unreachable "the program could not be sent"
}

begin() {
    [ -z "$stop" ] || exit 130
    there begin "$minutes" $again
}

# In the background: a signal then reaches this script at once.
follow() {
    if [ -z "$machine" ]; then
        (cd "$out" && exec sh ./gpu-on-the-machine.sh follow "$1") >&2 &
    else
        remote -n "$machine" "cd '$folder' && sh ./gpu-on-the-machine.sh follow $1" >&2 &
    fi
    follower=$!
    wait "$follower"
}

# Until the measurement has ended, or Ctrl-C; over ssh also across lost connections.
watch() {
    lines=+1
    left=$tries
    while :; do
        follow "$lines" && code=0 || code=$?
        if [ -n "$stop" ]; then
            kill "$follower" 2>/dev/null || true
            echo "stopping after the current step; everything done so far is kept (once more leaves it alone)" >&2
            trap 'exit 130' INT TERM HUP
            there stop || goes_on
            return
        fi
        [ "$code" -eq 255 ] && [ -n "$machine" ] || return 0
        [ "$left" -gt 0 ] || goes_on
        left=$((left - 1))
        echo "the connection to $machine is lost; trying again in $pause_s s" >&2
        sleep "$pause_s"
        lines=3
    done
}

# What was measured is kept even where the run ended early; a fetch that breaks off leaves what is here as it was.
fetch() {
    mkdir "$out/fetched"
    remote "$machine" "cd '$folder' && sh ./gpu-on-the-machine.sh files" | tar -xzf - -C "$out/fetched" || unreachable "call again to fetch what it left in $folder"
    # A write-ahead log belongs to the database beside it.
    [ ! -f "$out/fetched/gpu.db" ] || rm -f "$out"/gpu.db-*
    mkdir -p "$out/results"
    [ ! -d "$out/fetched/results" ] || { cp -R "$out/fetched/results/." "$out/results/"; rm -r "$out/fetched/results"; }
    mv -f "$out"/fetched/* "$out/"
    rmdir "$out/fetched"
    remote "$machine" "rm -rf '$folder'" || true
    rm -f "$place"
}

trap ended EXIT
trap 'stop=1; [ -z "$follower" ] || kill "$follower" 2>/dev/null || true' INT TERM HUP

state=new
if [ -n "$machine" ]; then
    command -v ssh >/dev/null || { echo "no ssh on this machine" >&2; exit 3; }
    sockets=$(mktemp -d /tmp/sparseprof-ssh-XXXXXX)
    if [ -f "$place" ]; then
        { read -r known; read -r folder; } < "$place"
        [ "$known" = "$machine" ] || { echo "$out holds a measurement on $known that was not fetched: HOST=$known fetches it, removing $place gives it up" >&2; exit 2; }
        remote "$machine" true || unreachable
        state=$(there state) || state=new
    fi
    if [ "$state" = new ]; then
        folder=$(make_folder)
        case $folder in /*) ;; *) unreachable "check 'ssh $machine', and that /tmp or the home folder there can be written" ;; esac
        printf '%s\n%s\n' "$machine" "$folder" > "$place"
        send $(cd "$out" && ls -d gpu.db* recording.db 2>/dev/null)
        begin
    elif [ "$state" = "cut off" ]; then
        echo "the measurement on $machine was cut off; it goes on from there" >&2
        send
        begin
    fi
else
    state=$(there state)
    [ "$state" = running ] || { state=new; begin; }
fi
[ "$state" != running ] || echo "a measurement is under way; this follows it" >&2

case $state in ended*) ;; *) watch ;; esac
case $state in running | ended*) echo "this measurement had begun before; call again to measure what is left" >&2 ;; esac
state=$(there state) || goes_on
[ "$state" != running ] || { echo "it still runs; call again to see how it ends" >&2; exit 130; }
[ -z "$machine" ] || fetch
[ ! -d "$out/results" ] || cp -R "$out/results/." "$results/"
[ ! -f "$out/tables.txt" ] || cat "$out/tables.txt"
echo "databases are in $out; commit $results/<device>, and recording.db as a fixture" >&2
case $state in ended*) exit "${state#ended }" ;; esac
echo "the measurement was cut off; call again to go on" >&2
exit 1
