#!/usr/bin/env bash
# All that is to be measured of the CUDA backend on a machine with a GPU, in order, in less than eight minutes:
#
#   benchmarks/cuda.sh [KB07.csv]               from the repository's root
#   benchmarks/cuda.sh --crossed                single fits of large crossed models instead
#   benchmarks/cuda.sh [--crossed] --emulated FOLDER
#
# kb07 is as for batch.sh. Needs a Java, target/warpmix.jar, target/lib and the benchmarks built; no Maven, no JDK.
# From the environment:
#   JAVA       the Java to run, by default java
#   JAVA_OPTS  options for it, such as -Dorg.warpmix.cuda.libraries=FOLDER
#   JUNIT      a junit-platform-console-standalone jar: with target/test-classes there, the tests of -Pcuda run first
#
# --emulated tries the script itself on the emulated device, whose libraries are in FOLDER (src/test/emulator/build.sh FOLDER
# JAVA_HOME makes them). Sizes are tiny then, and the figures mean nothing.
#
# --crossed takes data of the shapes of InstEval, MovieLens 25M and 32M, 24 GB of memory and, for the last, 60 GB of device memory;
# it tells predicted and taken memory, and what evaluations, gradients and fits take.
#
# Each part has a limit, 475 s in all on a GPU. One that fails does not stop the others; the exit code is 1 then, and the last line names them.
set -uo pipefail

emulated=
single=
if [ "${1-}" = --crossed ]; then
    single=yes
    shift
fi
if [ "${1-}" = --emulated ]; then
    emulated=${2:?--emulated needs the folder of the libraries}
    shift 2
fi
kb07=${1-}
[ -z "$emulated" ] || kb07= # it would take minutes
java=${JAVA:-java}
read -ra options <<<"${JAVA_OPTS-}"
[ -z "$emulated" ] || options+=("-Dorg.warpmix.cuda.libraries=$emulated")
data=src/test/resources/data
crossed=(PENICILLIN)
failed=()

for needed in target/warpmix.jar target/lib benchmarks/target/benchmarks.jar $data/sleepstudy.csv; do
    [ -e "$needed" ] || { echo "$needed is not there: build first, and run this from the repository's root." >&2; exit 2; }
done

# part LIMIT NAME COMMAND ...: runs it for LIMIT seconds at most
part() {
    local limit=$1 name=$2 begin=$SECONDS code
    shift 2
    printf '\n== %s (at most %s s)\n' "$name" "$limit"
    timeout -k 5 "$limit" "$@"
    code=$?
    [ $code -eq 0 ] || { failed+=("$name"); echo "failed with exit code $code$([ $code -ne 124 ] || echo ': out of time')"; }
    echo "-- $((SECONDS - begin)) s"
}
benchmark() { # LIMIT NAME CLASS ARGUMENT ...
    local limit=$1 name=$2 class=$3
    shift 3
    part "$limit" "$name" "$java" -Xmx8g "${options[@]}" -cp benchmarks/target/benchmarks.jar "org.warpmix.benchmarks.$class" "$@"
}

if [ -n "$emulated" ]; then
    echo "The emulated device: this shows that all of it runs. The figures mean nothing."
    seconds=0.01 compared=10 refits=1000 largest=1000 block=100 batches=40 replicates=20 intercepts=() tests=400
else
    seconds=4 compared=20000 refits=10000000 largest=10000000 block=262144 batches=1000 replicates=1000
    intercepts=(INSTEVAL_INTERCEPTS) tests=90
fi

echo "== what is measured"
date -u +%Y-%m-%dT%H:%MZ
echo "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$([ -z "$(git status --porcelain 2>/dev/null)" ] || echo ', changed')"
"$java" -version 2>&1 | head -n 2
echo "$(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit,ecc.mode.current --format=csv
elif [ -e /proc/driver/nvidia/version ]; then
    head -n 1 /proc/driver/nvidia/version
fi
if command -v nvcc >/dev/null; then nvcc --version | tail -n 2 | head -n 1; fi
part 10 "warpmix devices" "$java" "${options[@]}" -jar target/warpmix.jar devices

finish() {
    printf '\n%s s in all\n' $SECONDS
    [ -z "$emulated" ] || echo "The figures above mean nothing: they are those of the emulated device."
    if [ ${#failed[@]} -gt 0 ]; then
        printf 'failed:'
        printf ' %s;' "${failed[@]}"
        echo
        exit 1
    fi
    exit 0
}

if [ -n "$single" ]; then
    fits() { # LIMIT NAME ARGUMENT ...
        local limit=$1 name=$2
        shift 2
        part "$limit" "$name" "$java" -Xmx24g "${options[@]}" -cp benchmarks/target/benchmarks.jar \
            org.warpmix.benchmarks.CrossedFitTiming "$@"
    }
    if [ -n "$emulated" ]; then
        fits 60 "Penicillin" cuda 1 evaluation,gradient,fit PENICILLIN
    else
        fits 30 "InstEval and MovieLens 1M" cuda 5 evaluation,gradient,fit INSTEVAL ML_1M
        fits 90 "MovieLens 25M, movies of 50 ratings or more" cuda 3 evaluation,gradient,fit ML_25M_50
        fits 420 "MovieLens 32M" cuda 2 evaluation,gradient,fit ML_32M
    fi
    finish
fi

if [ -n "${JUNIT-}" ] && [ -d target/test-classes ]; then
    classes=()
    for file in target/test-classes/org/warpmix/backend/cuda/Device*Test.class; do
        [[ $file == *\$* ]] || classes+=(--select-class "org.warpmix.backend.cuda.$(basename "$file" .class)")
    done
    path=target/test-classes:target/warpmix.jar
    for jar in target/lib/*.jar; do path+=:$jar; done
    part $tests "tests of -Pcuda" "$java" "${options[@]}" -jar "$JUNIT" execute --class-path "$path" "${classes[@]}" --include-tag cuda \
        --disable-banner --details summary
else
    printf '\n== tests of -Pcuda: not run, JUNIT names no jar or target/test-classes is not there\n'
fi

benchmark 110 "refits a second, the backend alone" BackendTiming cuda $seconds $compared \
    SLEEPSTUDY GROUPS_1K MACHINES "${crossed[@]}" ${kb07:+"$kb07"} "${intercepts[@]}"

benchmark 20 "refits a second, with the summary" BatchTiming $data/sleepstudy.csv 'Reaction ~ Days + (Days | Subject)' REML \
    $refits "$(nproc)" 3 0 cuda
if [ -n "$kb07" ]; then
    benchmark 25 "kb07 maximal, 1,000 refits" BatchTiming "$kb07" \
        'RTtrunc ~ S + P + C + (S + P + C | subj) + (S + P + C | item)' ML 1000 "$(nproc)" 3 0 cuda
fi

benchmark 65 "crossover" CrossoverTiming $seconds $largest SLEEPSTUDY GROUPS_1K "${crossed[@]}"

benchmark 45 "roofline" Roofline $block SLEEPSTUDY GROUPS_1K MACHINES "${crossed[@]}" ${kb07:+"$kb07"} "${intercepts[@]}"

part 40 "$batches batches on one backend" "$java" -Xms1g -Xmx1g -XX:+AlwaysPreTouch "${options[@]}" -cp benchmarks/target/benchmarks.jar \
    org.warpmix.benchmarks.LeakCheck $batches $replicates SLEEPSTUDY GROUPS_1K MACHINES "${crossed[@]}"

if [ -z "$emulated" ] && command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck; do
        part 35 "compute-sanitizer, $tool" compute-sanitizer --tool $tool --target-processes all --error-exitcode 9 \
            "$java" "${options[@]}" -cp benchmarks/target/benchmarks.jar org.warpmix.benchmarks.BackendTiming cuda 0.01 0 \
            SLEEPSTUDY GROUPS_1K "${crossed[@]}"
    done
else
    printf '\n== compute-sanitizer: not run, it is not on the path or the device is emulated\n'
fi

finish
