#!/usr/bin/env bash
# Bootstraps the same models with lme4's bootMer and with Warpmix in one run, and compares standard deviations and intervals.
# Needs R with lme4, and the benchmarks built.
#   benchmarks/peers/bootmer.sh [REPLICATES-OF-LME4 [REPLICATES-OF-WARPMIX [SEED-OF-LME4]]]            from the repository's root
set -euo pipefail
theirs=${1:-1000}
ours=${2:-100000}
seed=${3:-1}
data=src/test/resources/data
one() { # FILE FORMULA
    echo "== $2   ($(basename "$1"), REML)"
    Rscript benchmarks/peers/bootmer.R "$1" "$2" REML "$theirs" "$seed" |
        java -cp benchmarks/target/benchmarks.jar org.warpmix.benchmarks.BootmerComparison "$1" "$2" REML "$theirs" "$ours"
}
one $data/sleepstudy.csv 'Reaction ~ Days + (Days | Subject)'
one $data/Penicillin.csv 'diameter ~ 1 + (1 | plate) + (1 | sample)'
one $data/Pastes.csv 'strength ~ 1 + (1 | batch/cask)'
