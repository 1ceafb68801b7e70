#!/usr/bin/env bash
# A Slurm cluster of two nodes on this one machine: munged, slurmctld and two slurmd, all below one folder.
#   slurm-loopback.sh start DIR    starts it; then: export SLURM_CONF=DIR/slurm.conf
#   slurm-loopback.sh node DIR N   starts node N (n1 or n2) again
#   slurm-loopback.sh kill DIR N   kills node N's slurmd with all that it runs, as a power cut would
#   slurm-loopback.sh stop DIR     ends everything that it started, by process id
set -euo pipefail
verb=$1 dir=$(realpath -m "$2")
export SLURM_CONF=$dir/slurm.conf

end() { # SIGNAL PIDFILE
    [ -f "$2" ] || return 0
    local pid; pid=$(cat "$2")
    [ -d "/proc/$pid" ] && kill -s "$1" "$pid" 2>/dev/null || true
    rm -f "$2"
}

# What runs for jobs of this cluster on a node: Slurm tells each of its processes both names. The step daemon is their parent.
steps() { # NODE
    local environ pid
    for environ in /proc/[0-9]*/environ; do
        grep -sqzx "SLURM_CONF=$SLURM_CONF" "$environ" && grep -sqzx "SLURMD_NODENAME=$1" "$environ" || continue
        pid=${environ#/proc/} pid=${pid%/environ}
        ps -o ppid= -p "$pid" | while read -r parent; do grep -qs slurmstepd "/proc/$parent/comm" && echo "$parent"; done
        echo "$pid"
    done | sort -un
}

end_steps() { # SIGNAL NODE
    local pid
    for pid in $(steps "$2"); do kill -s "$1" "$pid" 2>/dev/null || true; done
}

node() { slurmd -D -N "$1" -f "$SLURM_CONF" >"$dir/$1.out" 2>&1 & echo $! >"$dir/$1.pid"; }

case $verb in
start)
    mkdir -p "$dir"/{state,n1,n2}
    [ -f "$dir/munge.key" ] || (umask 077; head -c 1024 /dev/urandom >"$dir/munge.key")
    # --force: the folder may lie below a folder that others write to, such as /tmp.
    munged --foreground --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.own" --seed-file="$dir/munge.seed" --log-file="$dir/munged.log" >"$dir/munged.out" 2>&1 &
    echo $! >"$dir/munged.pid"
    host=$(hostname -s)
    cat >"$SLURM_CONF" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/%n
SlurmctldPidFile=$dir/slurmctld.own
SlurmdPidFile=$dir/%n.own
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdTimeout=10
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
    for _ in $(seq 50); do [ -S "$dir/munge.socket" ] && break; sleep 0.1; done
    slurmctld -D -c -f "$SLURM_CONF" >"$dir/slurmctld.out" 2>&1 & echo $! >"$dir/slurmctld.pid"
    node n1
    node n2
    for _ in $(seq 300); do [ "$(sinfo --noheader --format=%D --states=idle 2>/dev/null)" = 2 ] && exit 0; sleep 0.2; done
    echo "the two nodes are not idle after a minute:" >&2
    sinfo >&2 || true
    tail -5 "$dir"/*.log >&2
    exit 1 ;;
node) node "$3" ;;
kill) end KILL "$dir/$3.pid"; end_steps KILL "$3" ;;
stop) for node in n1 n2; do end_steps KILL "$node"; done; for part in n1 n2 slurmctld munged; do end TERM "$dir/$part.pid"; done ;;
*) sed -n '2,6p' "$0"; exit 2 ;;
esac
