#!/bin/sh
# The NEON kernels against the portable ones on a machine without NEON: packed_kernels_test, built by Debian's cross compiler with
# the libraries of Debian's Qt for arm64, run by qemu. Only what compares kernels: a test that starts itself anew finds no
# emulator. Needs what `./dev neon` installs; nothing of the machine's own package lists is changed.
# Usage: neon_test.sh FOLDER  (everything that is made lies there)
set -eu

folder=$(realpath "$1")
cd "$(dirname "$0")/../../.."
root=$folder/root
libraries=$root/usr/lib/aarch64-linux-gnu

if ! [ -e "$folder/root.complete" ]; then
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$root"
    : > "$folder/status"
    cat > "$folder/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
Dir::State "$folder/apt";
Dir::State::status "$folder/status";
Dir::Cache "$folder/apt";
END
    APT_CONFIG=$folder/apt.conf apt-get update -q
    APT_CONFIG=$folder/apt.conf apt-get install -q -y --download-only libqt6test6
    for package in "$folder"/apt/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
    touch "$folder/root.complete"
fi

objects=$folder/objects
mkdir -p "$objects"
headers=$(qtpaths6 --query QT_INSTALL_HEADERS)
"$(qtpaths6 --query QT_HOST_LIBEXECS)/moc" tests/inference/kernels/packed_kernels_test.cpp -o "$objects/packed_kernels_test.moc"
compile() {
    source=$1
    shift
    aarch64-linux-gnu-g++ -std=c++20 -O2 -fPIC -Wall -Wextra -Werror "$@" -I. -I"$objects" -I"$headers" \
        -I"$headers/QtCore" -I"$headers/QtTest" -c "$source" -o "$objects/$(basename "$source" .cpp).o"
}
for part in packed_kernels packed_kernels_portable packed_matrix processor; do compile inference/kernels/$part.cpp; done
compile inference/kernels/packed_kernels_neon.cpp -O3 -march=armv8.2-a+dotprod
compile tests/inference/kernels/packed_kernels_test.cpp
aarch64-linux-gnu-g++ "$objects"/*.o -o "$objects/packed_kernels_test" "$libraries/libQt6Core.so.6" "$libraries/libQt6Test.so.6" \
    -Wl,--allow-shlib-undefined -Wl,-rpath-link,"$libraries"

emulate() { qemu-aarch64 -L "$root" -cpu max -E LD_LIBRARY_PATH="$libraries" "$objects/packed_kernels_test" "$@"; }
best=$(emulate --kernels)
[ "$best" = NEON ] || { echo "expected the NEON kernels, got: $best" >&2; exit 1; }
emulate givesTheSameBits sumsOfTheLargestValuesAreExact quantizesAlike keepsTheProductWithOutliers packsRowsAndColumnsOfZero
