#!/usr/bin/env bash
# Builds the emulated device's libraries: build.sh OUT JAVA_HOME
#
# They stand in for libcuda, libnvrtc, libcublas and libcusolver, with the names and symbol versions that JCuda 12.6's
# JNI libraries ask for; JAVA_HOME is for jni.h. Needs g++ on Linux x86-64.
set -euo pipefail
mkdir -p "$1"
out=$(cd "$1" && pwd) java=$2
here=$(cd "$(dirname "$0")" && pwd)
cp "$here/shim.h" "$out/"

# library SONAME VERSIONED SOURCES: the others find libcuda beside themselves
library() {
    local name=$1 versioned=$2 map="$out/$1.map" with=()
    shift 2
    if [ "$versioned" = yes ]; then
        echo "$name { global: *; };" > "$map"
        with=(-Wl,--version-script="$map" "$out/libcuda.so.1")
    fi
    g++ -std=c++17 -O2 -g1 -Wall -Wextra -U_FORTIFY_SOURCE -fPIC -shared -pthread -fvisibility=hidden \
        -ftls-model=initial-exec -ffp-contract=off -I"$java/include" -I"$java/include/linux" \
        -Wl,-soname,"$name" -Wl,-rpath,'$ORIGIN' -Wl,-Bsymbolic-functions -o "$out/$name" "$@" "${with[@]}" -ldl
    rm -f "$map"
}

cd "$here"
library libcuda.so.1 no device.cpp stream.cpp launch.cpp driver.cpp
library libnvrtc.so.12 yes nvrtc.cpp -lstdc++fs &
library libcublas.so.12 yes cublas.cpp
library libcusolver.so.11 yes cusolver.cpp
library libcusolverMg.so.11 yes -x c++ /dev/null -x none  # JCuda's asks that it be there
wait $!
