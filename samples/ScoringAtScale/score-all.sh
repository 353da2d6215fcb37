#!/usr/bin/env bash
# Predicts all CSV files of a folder, several at a time: score-all.sh PROCESSES ROWS PREDICTIONS COMMAND...
# COMMAND reads rows and writes predictions. A file whose predictions are there is skipped; half a file is never there.
set -euo pipefail
processes=$1 rows=$2 export_to=$3
shift 3
mkdir -p "$export_to"
export PREDICTIONS=$export_to

score_one() {
    local file=${@: -1}
    local done="$PREDICTIONS/$(basename "$file")"
    [[ -e $done ]] && return
    local part="$done.part.$$"
    if "${@:1:$#-1}" < "$file" > "$part"; then
        mv "$part" "$done"
    else
        rm -f "$part"
        echo "Failed: $file" >&2
        return 1
    fi
}
export -f score_one

# xargs takes the next file when a process is free. Its exit code is 123 if a file has failed.
find "$rows" -maxdepth 1 -name '*.csv' -print0 | sort -z | xargs -0 -r -n 1 -P "$processes" bash -c 'score_one "$@"' score_one "$@"
