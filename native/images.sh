#!/usr/bin/env bash
# Compiles kernels ahead of time, for machines with a driver and neither NVRTC nor nvcc:
#
#   native/images.sh OUT [ARCHITECTURE ...]     by default 75 80 86 89 90 100 120
#
# images.txt beside this script lists what: a file and its macros per line, such as "criterion.cu WM_P=2 WM_Q=2".
# With OUT = target/classes/org/warpmix/backend/cuda/images, before 'mvn package', they go into the jar. Each image
# is named by its key, which Source.key reckons alike: the SHA-256 of "ahead of time", the architecture, the options
# and the checksums of the file and its headers, one per line.
set -euo pipefail
export LC_ALL=C

[ $# -ge 1 ] || { echo "usage: images.sh OUT [ARCHITECTURE ...]" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -ge 1 ] || set -- 75 80 86 89 90 100 120
cd "$(dirname "${BASH_SOURCE[0]}")"

# Adds the file $1 and what it includes to files.
collect() {
    case " ${files[*]-} " in *" $1 "*) return ;; esac
    files+=("$1")
    local name
    while read -r name; do collect "$name"; done < <(
        sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$1")
}

while read -r file macros; do
    case $file in '' | '#'*) continue ;; esac
    files=()
    collect "$file"
    options=(--std=c++17)
    for macro in $(tr ' ' '\n' <<<"$macros" | sort -t= -k1,1); do options+=("-D$macro"); done
    for architecture; do
        key=$({
            printf '%s\n' "ahead of time" "sm_$architecture" "${options[@]}"
            printf '%s\n' "${files[@]}" | sort | xargs sha256sum
        } | sha256sum)
        nvcc "${options[@]}" -cubin "-arch=sm_$architecture" -o "$out/${key%% *}" "$file"
    done
done <images.txt
