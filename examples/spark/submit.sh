#!/bin/sh
# Usage: submit.sh MASTER COMMAND [ARGUMENT ...]: a command of warpmix on the Spark cluster of that master.
# Settings of Spark's go into SPARK_SUBMIT_OPTS or conf/spark-defaults.conf, as ever.
set -eu

target=$(cd "$(dirname "$0")/../../target" && pwd)
master=$1
shift

libraries=$(ls "$target"/lib/*.jar | paste -sd, -)
exec "${SPARK_HOME:?names no Spark}/bin/spark-submit" --master "$master" --jars "$libraries" "$target/warpmix.jar" "$@" --spark
