#!/usr/bin/env bash
# A sweep on a real Slurm cluster of two nodes on this machine, one of which dies in the middle: the result has the same cases as the
# local engine's, none lost and none twice. Then what a task costs beside Slurm's own. Run by 'make test-slurm';
# 'scripts/test-slurm.sh cost' only tells the cost, for which the machine should be quiet.
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
sparseprof=$root/sparseprof
work=$(mktemp -d "${TMPDIR:-/tmp}/sparseprof-slurm.XXXXXX")
cluster=$work/cluster
loopback() { "$root/scripts/slurm-loopback.sh" "$@"; }
follower=
finish() {
    [ -n "$follower" ] && kill "$follower" 2>/dev/null || true
    loopback stop "$cluster"
    if [ "${ok:-}" ]; then rm -rf "$work"; else echo "kept for a look: $work" >&2; fi
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

loopback start "$cluster"
export SLURM_CONF=$cluster/slurm.conf
cd "$work"

survives() {
cat >plan.yaml <<'PLAN'
name: two-nodes
time_per_case: 3s
kernels:
  - {op: gemm, m: [1, 16], n: [64, 128, 256], k: [64, 128, 256], pattern: [dense, "2:4", csr@0.1]}
  - {op: softmax, rows: [16, 32], columns: 64}
devices:
  cpu: {threads: 1}
PLAN

echo "== the sweep on two nodes"
"$sparseprof" sweep plan.yaml --engine slurm --id slurm --task-time 6s --db slurm.db >slurm.out 2>slurm.err &
follower=$!
for _ in $(seq 600); do
    victim=$(squeue --noheader --array --states=running --nodelist=n2 --format=%K 2>/dev/null | head -1)
    grep -qs '"end"' sweeps/slurm/state/*.jsonl && [ -n "$victim" ] && break
    kill -0 "$follower" 2>/dev/null || { cat slurm.out slurm.err; fail "the sweep ended before a node could be killed"; }
    sleep 0.1
done
[ -n "$victim" ] || fail "no task ran on n2"
echo "== n2 dies with task $victim"
loopback kill "$cluster" n2
for _ in $(seq 60); do sinfo --noheader --nodes=n2 --format=%T | grep -q down && break; sleep 1; done
sinfo --noheader --Node --format='%N %T'
loopback node "$cluster" n2
wait "$follower" || { cat slurm.out slurm.err; fail "the sweep did not end well"; }
follower=
cat slurm.out
attempts=$(ls sweeps/slurm/state/ | sed 's/\..*//' | sort | uniq -d | wc -l)
[ "$attempts" -ge 1 ] || fail "no task was attempted twice, so no node died under one"

echo "== the same plan by the local engine"
"$sparseprof" sweep plan.yaml --id local --task-time 6s --db local.db 2>local.err || { cat local.err; fail "the local engine"; }

python3 - <<'CHECK' || fail "the results differ"
import collections, sqlite3
def complete(path):
    rows = sqlite3.connect(path).execute("select case_key, count(*) from measurement where stop_reason is not null group by 1")
    return collections.Counter(dict(rows.fetchall()))
slurm, local = complete("slurm.db"), complete("local.db")
lost, more, twice = local.keys() - slurm.keys(), slurm.keys() - local.keys(), [key for key, n in slurm.items() if n > 1]
print(f"{len(slurm)} cases by Slurm, {len(local)} by the local engine; {len(lost)} lost, {len(more)} more, {len(twice)} twice")
for path in ("slurm.db", "local.db"):
    assert sqlite3.connect(path).execute("pragma integrity_check").fetchone() == ("ok",), path
raise SystemExit(bool(lost or more or twice or not slurm))
CHECK

}

costs() {
echo "== what a task costs beside Slurm's own"
tasks=20
printf '#!/bin/sh\nexit 0\n' >true.sh
begun=$(date +%s.%N)
sbatch --parsable --wait --array=1-$tasks --output=/dev/null true.sh >/dev/null
own=$(python3 -c "import time; print(time.time() - $begun)")
python3 - $tasks >tiny.yaml <<'PLAN'
import sys
print("quick: true\nkernels:\n  - {op: softmax, columns: 16, rows: [" + ", ".join(str(8 + i) for i in range(int(sys.argv[1]))) + "]}\ndevices: {cpu: {threads: 1}}")
PLAN
begun=$(date +%s.%N)
"$sparseprof" sweep tiny.yaml --engine slurm --id tiny --task-time 0.1s --db tiny.db >/dev/null 2>&1 || fail "the sweep of tiny tasks"
python3 - "$own" "$(python3 -c "import time; print(time.time() - $begun)")" <<'COST'
import datetime, glob, json, sys
own, sweep = map(float, sys.argv[1:])
at = lambda line: datetime.datetime.fromisoformat(line["at_utc"]).timestamp()
inside = measured = 0
journals = glob.glob("sweeps/tiny/state/*.jsonl")
for path in journals:
    lines = [json.loads(text) for text in open(path)]
    measured += sum((at(line) if line["event"] == "end" else -at(line)) for line in lines if line["event"] in ("begin", "end"))
    inside += at(lines[-1]) - at(lines[0])
n, nodes = len(journals), 2
print(f"{n} tasks of one kernel: {sweep:.1f} s, of it {measured / nodes:.1f} s measuring; {n} jobs that do nothing: {own:.1f} s")
print(f"overhead per task beside Slurm's own: {(sweep - own - measured / nodes) * nodes / n:.2f} s of a node, of it {(inside - measured) / n:.2f} s between the task's first and last word")
COST
}

[ "${1:-}" = cost ] || survives
costs
ok=1
echo "== done"
