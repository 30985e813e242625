#!/usr/bin/env bash
# Runs the fuzz targets, one after the other.
#
#     tests/fuzz/run.sh BUILD SECONDS [WORD...]            each for so long, from what is kept on
#     tests/fuzz/run.sh --keep BUILD [WORD...]             keeps what that found, and what is kept
#                                                          already, as few inputs as show as much
#
# With words, only targets whose name has one of them. New inputs gather in BUILD/fuzz/NAME.found;
# one that breaks something is BUILD/fuzz/NAME.crash-..., .timeout-..., .oom-... or .leak-...: give
# it to BUILD's target to see it again, and keep it as tests/fuzz/corpus/NAME/broke-... when it is mended.
set -uo pipefail

keeps=
if [ "${1:-}" = --keep ]; then
    keeps=yes
    shift
fi
build=$1/fuzz
shift
if [ -z "$keeps" ]; then
    seconds=$1
    shift
    if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
        printf 'FUZZ_TIME=%s is no number of seconds from 1 on\n' "$seconds" >&2
        exit 1
    fi
fi
words=("$@")

wanted() {
    local word
    [ ${#words[@]} -gt 0 ] || return 0
    for word in "${words[@]}"; do
        [[ $1 != *$word* ]] || return 0
    done
    return 1
}

# The longest input that says something new.
longest() {
    case $1 in
    filters) printf 1010 ;;
    files) printf 8192 ;;
    *) printf 2048 ;;
    esac
}

# What was freed is kept by the sanitizer for a while: not more of it than a few inputs free.
export ASAN_OPTIONS="quarantine_size_mb=16 ${ASAN_OPTIONS:-}"

# One input may take 10 s, a hundred times what it should, and 1 GB.
fuzz() {
    local name=$1 log=$build/$1.log options=()
    [ ! -f "tests/fuzz/dict/$name.dict" ] || options=("-dict=tests/fuzz/dict/$name.dict")
    "$build/$name" "$build/$name.found" "tests/fuzz/corpus/$name" "${options[@]}" \
        -artifact_prefix="$build/$name." -max_total_time="$seconds" -max_len="$(longest "$name")" \
        -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1
    local status=$?
    if [ $status -ne 0 ]; then
        tail -n 60 "$log"
        printf 'not ok %s: see %s\n' "$name" "$log"
        return 1
    fi
    awk -v name="$name" '
        / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
        /^stat::number_of_executed_units:/ { runs = $2 }
        /^stat::new_units_added:/ { added = $2 }
        END { printf "ok %s: %d inputs, %d edges, %d new inputs\n", name, runs, edges, added }' "$log"
}

# By the edges alone, not by how often each is taken: a tenth of the files. What has broken something
# once, broke-..., stays whatever it covers.
keep() {
    local name=$1 least=$build/$1.least
    rm -rf "$least"
    mkdir "$least"
    "$build/$name" -merge=1 -use_counters=0 "$least" "tests/fuzz/corpus/$name" "$build/$name.found" \
        >"$build/$name.log" 2>&1 || return
    find "tests/fuzz/corpus/$name" -name 'broke-*' -exec cp -t "$least" {} +
    rm -rf "tests/fuzz/corpus/$name"
    mv "$least" "tests/fuzz/corpus/$name"
    printf 'ok %s: %d inputs\n' "$name" "$(find "tests/fuzz/corpus/$name" -type f | wc -l)"
}

failed=0
for directory in tests/fuzz/corpus/*; do
    name=${directory##*/}
    { [ -x "$build/$name" ] && wanted "$name"; } || continue
    mkdir -p "$build/$name.found"
    if [ -n "$keeps" ]; then
        keep "$name" || failed=1
    else
        fuzz "$name" || failed=1
    fi
done
exit $failed
