#!/usr/bin/env bash
# Fetches lwIP's sources, which netdiag neither patches nor holds: Debian's source package, from the
# mirror that this machine uses already (.ci/apt-private.sh).
#
#     platform/lwip/fetch.sh VERSION
#
# The tree ends up in the cache, as lwip-VERSION. Several calls at a time are safe.
set -euo pipefail

version=${1:-}
. "$(dirname "$0")/../../.ci/apt-private.sh"

die() {
    printf 'fetch.sh: %s\n' "$1" >&2
    printf '          Any lwIP tree from 2.1.3 on will do instead: make LWIP_DIR=/path/to/lwip\n' >&2
    exit 1
}

# The Debian release that has the version, and how its source package is to be unpacked: Debian's
# patches to 2.1.3 break LWIP_SOCKET=1, so that one is taken as upstream released it.
unpack_options=()
case $version in
2.2.1) suite=trixie ;;
2.1.3) suite=bookworm unpack_options=(--skip-patches) ;;
*) die "lwIP ${version:-(no version given)} is not known here: 2.2.1 and 2.1.3 are" ;;
esac

apt_private_tree "lwip-$version"
[ ! -f "$tree/src/Filelists.mk" ] || exit 0
apt_private_needs dpkg-source flock

apt_private_alone "$version"
[ ! -f "$tree/src/Filelists.mk" ] || exit 0 # another call was faster
apt_private_work

# Downloads the source package into $work/package.
download() {
    local known candidate revision=
    known=$(apt-cache showsrc lwip | awk '$1 == "Version:" { print $2 }') || return
    # A security revision may have followed: the newest of this version is the one.
    while read -r candidate; do
        case $candidate in
        "$version+dfsg"* | "$version-"*)
            if [ -z "$revision" ] || dpkg --compare-versions "$candidate" gt "$revision"; then
                revision=$candidate
            fi
            ;;
        esac
    done <<<"$known"
    [ -n "$revision" ] || {
        echo "E: no lwIP $version in $suite there, only: ${known//$'\n'/ }"
        return 1
    }
    (cd "$work/package" && apt-get source --download-only --only-source "lwip=$revision")
}

apt_private_begin "$work"
printf 'Fetching lwIP %s, Debian source package of %s\n' "$version" "$suite" >&2
apt_private_from "$suite" deb-src download ||
    die "lwIP $version could not be fetched. Is there a network?"

dpkg-source --no-check "${unpack_options[@]}" -x "$work"/package/lwip_*.dsc "$unpacked/tree" \
    >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die 'the source package does not unpack'
}
[ -f "$unpacked/tree/src/Filelists.mk" ] || die 'the source package has no src/Filelists.mk'
chmod -R u+rwX,go+rX "$unpacked/tree"
rm -rf "$tree" # what an interrupted `rm` may have left
mv -T "$unpacked/tree" "$tree"
printf 'lwIP %s is in %s\n' "$version" "$tree" >&2
