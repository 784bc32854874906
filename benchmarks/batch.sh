#!/usr/bin/env bash
# All speed figures of the batch engine, in order; a quarter of an hour on a quiet machine. Needs the benchmarks built.
#   benchmarks/batch.sh [KB07.csv]            from the repository's root
# kb07 (Kronmüller and Barr 2007, as coded in RePsychLing: subj, item, RTtrunc, S, P, C) is not part of the project.
set -euo pipefail
data=src/test/resources/data
run() { java -Xmx8g -cp benchmarks/target/benchmarks.jar "org.warpmix.benchmarks.$@"; }
sleepstudy=($data/sleepstudy.csv 'Reaction ~ Days + (Days | Subject)' REML)

echo "== sleepstudy, random slopes: 1 thread, 2 threads"
run BatchTiming "${sleepstudy[@]}" 2000000 1 5 0
run BatchTiming "${sleepstudy[@]}" 2000000 2 5 100000

echo "== from the shell, within 1 GB: 10,000,000 replicates"
time WARPMIX_JAVA_OPTS=-Xmx1g ./warpmix bootstrap examples/sleepstudy.csv "${sleepstudy[1]}" --replicates 10000000 --seed 1

echo "== 1,000 groups, unbalanced"
run BatchTiming $data/synth_1k_groups.csv 'y ~ x1 + x2 + (1 + x1 | g)' REML 50000 2 3 500

if [ $# -gt 0 ]; then
    echo "== kb07, maximal"
    run BatchTiming "$1" 'RTtrunc ~ S + P + C + (S + P + C | subj) + (S + P + C | item)' ML 1000 2 1 20
fi

echo "== InstEval, crossed"
run BatchTiming $data/InstEval.csv.gz 'y ~ 1 + (1 | s) + (1 | d)' REML 100 2 1 5

echo "== small crossed and nested models"
run BatchTiming $data/Penicillin.csv 'diameter ~ 1 + (1 | plate) + (1 | sample)' REML 20000 2 3 2000
run BatchTiming $data/Pastes.csv 'strength ~ 1 + (1 | batch/cask)' REML 20000 2 3 2000

echo "== what a refit costs as the data grow"
run SizeBenchmark

echo "== one thread and two in turn"
run ScalingBenchmark "${sleepstudy[@]}" 4000000 9
run ScalingBenchmark $data/synth_1k_groups.csv 'y ~ x1 + x2 + (1 + x1 | g)' REML 5000 9
