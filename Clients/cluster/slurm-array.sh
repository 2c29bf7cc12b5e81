#!/bin/sh
# A run of many islands as a Slurm array: every task samples some of them, and the last job joins them.
#
#     sh slurm-array.sh CONFIG ISLANDS TASKS FOLDER [fkc options…]
#
# A task that is preempted or runs out of time goes on from its last checkpoint when Slurm starts it again.
set -eu
config=$1 islands=$2 tasks=$3 folder=$4
shift 4
: "${FKC:=fkc}" "${SBATCH_OPTIONS:=}"
mkdir -p "$folder"
each=$(((islands + tasks - 1) / tasks))
last=$(((islands + each - 1) / each - 1))

# Slurm warns a minute before the end; fkc then writes a checkpoint and ends with 75, and the task is queued again.
array=$(sbatch --parsable --requeue --signal=B:TERM@60 --array=0-"$last" --output="$folder/task-%a.log" \
  --open-mode=append $SBATCH_OPTIONS --wrap "
first=\$((SLURM_ARRAY_TASK_ID * $each)); end=\$((first + $each - 1))
[ \$end -lt $islands ] || end=\$(($islands - 1))
$FKC run $config --islands \$first-\$end --output $folder/part-\$SLURM_ARRAY_TASK_ID --resume --progress plain $* &
trap 'kill -TERM \$!' TERM
wait \$! && status=0 || status=\$?
# A trap ends the first wait before the run has.
wait \$! 2>/dev/null && status=0 || [ \$? -eq 127 ] || status=\$?
[ \$status -ne 75 ] || { scontrol requeue \${SLURM_ARRAY_JOB_ID}_\$SLURM_ARRAY_TASK_ID; exit 0; }
exit \$status")
echo "array $array: $((last + 1)) tasks of $each islands"

parts=$(i=0; while [ $i -le $last ]; do printf ' %s' "$folder/part-$i"; i=$((i + 1)); done)
join=$(sbatch --parsable --dependency=afterok:"$array" --output="$folder/merge.log" $SBATCH_OPTIONS \
  --wrap "$FKC merge$parts --output $folder/all")
echo "merge $join: $folder/all"
