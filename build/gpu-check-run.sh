#!/usr/bin/env bash
# Runs the tests of the device path and the benchmark on this machine's GPU, with the libtorch of Python's torch.
#
#     run.sh                      both
#     run.sh tests [OPTIONS]      the tests; options of the test runner, for example --filter "FullyQualifiedName~LayerTests"
#     run.sh bench [OPTIONS]      the benchmark; its options, for example --widths 256 --batches 1024
#
# PYTHON     the interpreter that has torch (default python3)
# TORCH_LIB  a folder with libtorch; then Python is not asked
# RESULTS    where logs and the CSV go (default: the folder "results" beside this script)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$here/app/Microsoft.ML.DenseNet.Gpu.Tests
results=${RESULTS:-$here/results}
mkdir -p "$results"

echo "== Machine"
echo "check: $(cat "$here/version"), for torch 2.10 (TorchSharp 0.107)"
if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
else
    echo "no nvidia-smi"
fi

if [[ -z ${TORCH_LIB:-} ]]; then
    python=${PYTHON:-python3}
    # The folder of torch's libraries, those of CUDA's packages beside torch, whether a GPU is there; then the versions.
    if ! found=$("$python" - <<'PYTHON'
import glob, os, sys, torch
packages = os.path.dirname(os.path.dirname(torch.__file__))
folders = [os.path.join(packages, "torch", "lib")] + sorted(glob.glob(os.path.join(packages, "nvidia", "*", "lib")))
print(":".join(folders))
print(int(torch.cuda.is_available()))
print(f"python {sys.version.split()[0]}, torch {torch.__version__}, CUDA {torch.version.cuda}, in {folders[0]}")
PYTHON
    ); then
        echo "$python has no torch: set PYTHON to one that has it, or TORCH_LIB to a folder with libtorch." >&2
        exit 2
    fi
    libraries=$(sed -n 1p <<<"$found")
    export DENSENET_REQUIRE_GPU=$(sed -n 2p <<<"$found") # a GPU that Python sees and TorchSharp does not is a failure
    sed -n 3p <<<"$found"
else
    libraries=$TORCH_LIB
    echo "libtorch in $TORCH_LIB"
fi
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export DOTNET_EnableDiagnostics=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

# Another version of torch may lack what TorchSharp calls. A missing library ends the check; a missing function only matters once it is called,
# and then ends the process with its name.
echo "== TorchSharp's library"
links=$(ldd -r "$here/app/libLibTorchSharp.so" 2>&1)
grep -E "=> .*(libtorch|libc10)" <<<"$links"
if grep "not found" <<<"$links" | grep -v "weak version"; then
    echo "It cannot be loaded." >&2
    exit 3
fi
echo "$(grep -c "undefined symbol" <<<"$links") functions are missing"
grep "undefined symbol" <<<"$links" | sed 's/(.*//' | c++filt 2>/dev/null | sort -u | head -50

status=0
run() { # NAME COMMAND...
    echo "== $1"
    "${@:2}" 2>&1 | tee "$results/$1.log"
    local code=${PIPESTATUS[0]}
    echo "$1: exit code $code"
    ((code == 0)) || status=$code
}

case ${1:-all} in
    tests) run tests "$program" --no-ansi --progress off --output Detailed "${@:2}" ;;
    bench) run bench "$program" bench --out "$results/gpu.csv" "${@:2}" ;;
    all)
        run tests "$program" --no-ansi --progress off --output Detailed
        run bench "$program" bench --out "$results/gpu.csv"
        ;;
    *)
        sed -n '2,10p' "$0"
        exit 2
        ;;
esac
exit $status
