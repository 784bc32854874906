#!/usr/bin/env bash
# Fits the same models with lme4 and with Warpmix, in turn, in one run. Needs R with lme4, and the benchmarks built.
#   benchmarks/peers/compare.sh            from the repository's root
set -euo pipefail
data=src/test/resources/data
one() { # FILE FORMULA ML|REML RUNS-OF-LME4 RUNS-OF-WARPMIX
    echo "== $2   ($(basename "$1"), $3)"
    for _ in 1 2; do
        Rscript benchmarks/peers/lme4.R "$1" "$2" "$3" "$4"
        java -cp benchmarks/target/benchmarks.jar org.warpmix.benchmarks.PeerTiming "$1" "$2" "$3" "$5"
    done
}
one $data/sleepstudy.csv 'Reaction ~ Days + (Days | Subject)' REML 21 1001
one $data/Penicillin.csv 'diameter ~ 1 + (1 | plate) + (1 | sample)' REML 21 1001
one $data/Pastes.csv 'strength ~ 1 + (1 | batch/cask)' REML 21 1001
one $data/Machines.csv 'score ~ Machine + (0 + Machine | Worker)' REML 21 1001
one $data/synth_1k_groups.csv 'y ~ x1 + x2 + (1 + x1 | g)' REML 5 101
one $data/InstEval.csv.gz 'y ~ service * dept + (1 | s) + (1 | d)' ML 1 11
one $data/InstEval.csv.gz 'y ~ service + (1 | s) + (1 | d) + (1 | dept)' ML 1 11
