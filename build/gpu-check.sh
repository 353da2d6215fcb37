#!/usr/bin/env bash
# Makes an archive with which a machine that has an NVIDIA GPU and Python's torch checks training on the GPU. The archive holds the tests of
# the device path, the benchmark, .NET's runtime and TorchSharp's native library, but no libtorch: the machine needs no .NET and no download.
#
#     build/gpu-check.sh [FOLDER]       makes FOLDER/gpu-check.tar.gz (FOLDER is artifacts by default)
#
# There:
#
#     tar xzf gpu-check.tar.gz && gpu-check/run.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
output=${1:-$root/artifacts}
limit=60000000

folder=$output/gpu-check
rm -rf "$folder"
mkdir -p "$folder"

# The machine may have an older libstdc++ than TorchSharp's library asks for, whatever this one has.
dotnet publish "$root/test/Microsoft.ML.DenseNet.Gpu.Tests" -c Release -r linux-x64 --self-contained \
    -p:TorchRuntime=none -p:DenseNetRelaxNativeSymbols=true -o "$folder/app" --nologo -v:q -nodeReuse:false

# What only a debugger, a profiler or an editor reads, and other garbage collectors.
rm -f "$folder"/app/*.dbg "$folder"/app/*.xml "$folder"/app/createdump \
    "$folder"/app/libmscordaccore.so "$folder"/app/libmscordbi.so "$folder"/app/libcoreclrtraceptprovider.so "$folder"/app/libclrgc*.so
install -m 755 "$root/build/gpu-check-run.sh" "$folder/run.sh"
git -C "$root" describe --always --dirty >"$folder/version" 2>/dev/null || echo "unknown" >"$folder/version"

archive=$output/gpu-check.tar.gz
tar czf "$archive" -C "$output" gpu-check
bytes=$(stat -c %s "$archive")
echo "$archive: $bytes bytes"
if ((bytes > limit)); then
    echo "That is more than the $limit bytes it may have." >&2
    exit 1
fi
