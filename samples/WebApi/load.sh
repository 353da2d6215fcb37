#!/usr/bin/env bash
# Measures the service with wrk (Debian: apt-get install wrk) and prints a table for the README: the middle of five runs for each kind of request.
# Usage: samples/WebApi/load.sh [seconds of a run] [connections]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-10} connections=${2:-32} runs=5
address=http://127.0.0.1:5099
work=$(mktemp -d)

dotnet publish -c Release -v:q --nologo -o "$work/publish"
echo "published: $(du -sh --apparent-size "$work/publish" | cut -f1)"
dotnet "$work/publish/WebApi.dll" --urls "$address" --Shutdown:DrainTime=0:0:0 >"$work/log" &
service=$!
trap 'kill $service; wait $service || true; rm -rf "$work"' EXIT
until curl -sf "$address/readyz" >"$work/ready"; do sleep 0.1; done

car='{"make":"volvo","fuel":"gas","body":"sedan","drive":"rwd","wheelBase":104.3,"curbWeight":2912,"engineSize":141,"horsepower":114,"cityMpg":23}'
tumor='{"features":[17.99,10.38,122.8,1001,0.1184,0.2776,0.3001,0.1471,0.2419,0.07871,1.095,0.9053,8.589,153.4,0.006399,0.04904,0.05373,0.01587,0.03003,0.006193,25.38,17.33,184.6,2019,0.1622,0.6656,0.7119,0.2654,0.4601,0.1189]}'
batch() { printf '{"rows":[%s' "$1"; for _ in {2..100}; do printf ',%s' "$1"; done; printf ']}'; }

# Writes a line for each run: requests a second, p50, p99, failed requests.
measure() {
    cat >"$work/request.lua" <<LUA
wrk.method, wrk.body = "POST", [[$2]]
wrk.headers["Content-Type"] = "application/json"
done = function(summary, latency)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    print(string.format("RESULT %.0f %.2f %.2f %d", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
LUA
    wrk -t1 -c"$connections" -d"${3}s" -s "$work/request.lua" "$address$1" | sed -n 's/^RESULT //p'
}

report() {
    # The JIT compiler takes its time to make the code fast while requests keep coming.
    measure "$1" "$2" 15 >"$work/warm"
    for _ in $(seq $runs); do measure "$1" "$2" "$seconds"; done | sort -n | sed -n "$(((runs + 1) / 2))p" |
        { read -r rate p50 p99 failed; echo "| \`$1\`, $3 | $rate | $((rate * $4)) | $p50 | $p99 | $failed |"; }
}
echo '| requests | per second | rows per second | p50, ms | p99, ms | failed |'
echo '|---|---|---|---|---|---|'
report /tumors/predict "$tumor" 'one row, plain numbers' 1
report /cars/predict "$car" 'one row, pipeline' 1
report /tumors/batch "$(batch "$tumor")" '100 rows' 100
report /cars/batch "$(batch "$car")" '100 rows' 100
