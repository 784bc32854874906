#!/bin/bash
# From the folder with the data: the parts, and once all of them are done the merge.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
parts=$(sbatch --parsable "$here/array.sbatch")
sbatch --dependency="afterok:$parts" "$here/merge.sbatch"
