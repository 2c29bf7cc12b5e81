#!/bin/sh
# Starts a Slurm cluster of this one machine under a folder, tries slurm-array.sh on it, and stops it again.
#
#     sudo apt-get install slurm-wlm; sudo sh try-slurm.sh .build/release/fkc CONFIG ISLANDS TASKS FOLDER
#
# Prints the last lines of the tasks' logs and whether the parts became the run of all islands, to the byte.
set -eu
fkc=$(realpath "$1") config=$(realpath "$2") islands=$3 tasks=$4
mkdir -p "$5"
folder=$(realpath "$5")
here=$(dirname "$(realpath "$0")")
base=$(mktemp -d)
host=$(hostname -s)
mkdir -p "$base/state" "$base/spool"
cat >"$base/slurm.conf" <<CONF
ClusterName=try
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool
SlurmctldPidFile=$base/slurmctld.pid
SlurmdPidFile=$base/slurmd.pid
SlurmctldLogFile=$base/slurmctld.log
SlurmdLogFile=$base/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$base/slurm.conf
stop() {
  for name in slurmd slurmctld; do [ ! -f "$base/$name.pid" ] || kill "$(cat "$base/$name.pid")" 2>/dev/null || true; done
  [ -z "${munge:-}" ] || kill "$munge" 2>/dev/null || true
}
trap stop EXIT
if ! munge -n >/dev/null 2>&1; then
  mkdir -p /run/munge && chown munge: /run/munge 2>/dev/null || true
  su -s /bin/sh munge -c 'munged --foreground' >"$base/munge.log" 2>&1 &
  munge=$!
  sleep 1
fi
slurmctld && slurmd
for _ in 1 2 3 4 5 6 7 8 9 10; do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep 1; done
sinfo
FKC=$fkc sh "$here/slurm-array.sh" "$config" "$islands" "$tasks" "$folder"
while [ -n "$(squeue -h)" ]; do sleep 1; done
tail -n 2 "$folder"/*.log
"$fkc" run "$config" --output "$folder/whole" --overwrite --no-report --progress none >/dev/null
for name in samples.npy log_weights.npy ancestors.npy genealogy.npy trace.csv config.yaml; do
  cmp "$folder/whole/$name" "$folder/all/$name" && echo "$name: the same bytes"
done
