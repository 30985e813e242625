# Every golden JSON file is one that jq reads, with the members that every answer has.
for file in tests/golden/*.json; do
    if jq -e '.schema == 1 and (.command | type == "string")' "$file" >/dev/null; then
        echo "ok $file"
    else
        echo "not ok $file"
        failed=1
    fi
done
exit "${failed:-0}"
