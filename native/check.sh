#!/usr/bin/env bash
# Compiles the kernels for every architecture that Warpmix supports, warnings being errors, and prints what each takes:
#
#   native/check.sh [--quick] [FILE.cu ...]     by default all of this folder
#
#   registers  per thread
#   spilled    bytes of them that went to local memory, stores/loads
#   stack      bytes of local memory for arrays that are indexed by variables
#   shared     bytes per block that are known when it is compiled
#
# Each file names what it is compiled with, several such lines if need be; "none" for no macros at all:
#
#   // specialisations: -DWM_Q=2 -DWM_P=2; -DWM_Q=8 -DWM_P=5
#
# --quick takes only the first for all architectures, the others for 9.0. Needs nvcc of CUDA 12.8 or later.
set -euo pipefail

architectures="75 80 86 89 90 100 120"
quick=no
if [ "${1-}" = --quick ]; then
    quick=yes
    shift
fi
[ $# -ge 1 ] || set -- "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"/*.cu
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# ptxas's notes on one specialisation, $1, as rows of the table
rows() {
    awk -v specialisation="$1" '
        /Compiling entry function/ { split($0, part, "\047"); kernel = part[2]; architecture = part[4] }
        /Function properties for/ { within = $NF }
        /bytes spill stores/ && within == kernel {
            stack = $1; match($0, /[0-9]+ bytes spill stores/); stores = substr($0, RSTART) + 0
            match($0, /[0-9]+ bytes spill loads/); loads = substr($0, RSTART) + 0
        }
        /Used [0-9]+ registers/ {
            match($0, /[0-9]+ registers/); registers = substr($0, RSTART) + 0
            shared = match($0, /[0-9]+ bytes smem/) ? substr($0, RSTART) + 0 : 0
            printf "%-20s %-6s %9d %6d/%-6d %7d %7d  %s\n", kernel, substr(architecture, 4), registers, stores, loads,
                stack, shared, specialisation
        }'
}

printf "%-20s %-6s %9s %13s %7s %7s  %s\n" kernel arch registers spilled stack shared specialisation
for file; do
    [ -e "$file" ] || { echo "no kernels: $file" >&2; exit 1; }
    specialisations=$(sed -n 's,^// specialisations: *,,p' "$file" | tr ';' '\n' | sed 's/^ *//; s/ *$//; /^$/d')
    [ -n "$specialisations" ] || { echo "$file names no specialisations" >&2; exit 1; }
    wanted=$architectures
    while read -r specialisation; do
        [ "$specialisation" != none ] || specialisation=
        read -ra options <<<"$specialisation"
        for architecture in $wanted; do
            options+=(-gencode "arch=compute_$architecture,code=sm_$architecture")
        done
        nvcc -std=c++17 -fatbin -Werror all-warnings -Xptxas -v "${options[@]}" -o /dev/null "$file" \
            >"$log" 2>&1 || { echo "$file $specialisation:" >&2; cat "$log" >&2; exit 1; }
        rows "$specialisation" <"$log"
        [ $quick = no ] || wanted=90
    done <<<"$specialisations"
done
