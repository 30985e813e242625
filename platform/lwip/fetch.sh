#!/usr/bin/env bash
# Fetches lwIP's sources, which netdiag neither patches nor holds: Debian's source package, from the
# mirror that this machine uses already, with apt checking the signatures.
#
#     platform/lwip/fetch.sh VERSION
#
# The tree ends up in $NETDIAG_CACHE/lwip-VERSION ($XDG_CACHE_HOME/netdiag or ~/.cache/netdiag where
# NETDIAG_CACHE is not set). It appears there complete or not at all, and once it is there, no call
# needs a network. Several calls at a time are safe.
#
# The machine's own apt configuration is read (its mirror, a proxy), and nothing of it is changed:
# the package lists of this call are private and are gone afterwards. No root is needed.
set -euo pipefail

version=${1:-}
cache=${NETDIAG_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or NETDIAG_CACHE}/.cache}/netdiag}
tree=$cache/lwip-$version

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

[ ! -f "$tree/src/Filelists.mk" ] || exit 0
for tool in apt-get apt-cache dpkg-source flock; do
    command -v "$tool" >/dev/null || die "$tool is needed (packages apt, dpkg-dev, util-linux)"
done
keyring=
for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [ ! -r "$file" ] || keyring=$file
done
[ -n "$keyring" ] || die 'the keys that Debian signs with are missing (package debian-archive-keyring)'

mkdir -p "$cache"
exec 9>"$cache/.lock-$version"
flock 9
[ ! -f "$tree/src/Filelists.mk" ] || exit 0 # another call was faster

# apt works outside the cache: as root it downloads as the user _apt, who cannot enter a home.
work=$(mktemp -d)
unpacked=$(mktemp -d "$cache/.unpack.XXXXXX")
trap 'rm -rf "$work" "$unpacked"' EXIT
trap 'exit 1' HUP INT TERM

# Mirrors of Debian, as apt knows them, one a line. Before the first `apt-get update` apt knows
# none, and its sources are read, in both formats.
mirrors() {
    apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(CREATED_BY)|$(RELEASE)' 2>/dev/null |
        awk -F'|' '$2 == "Debian" && $3 == "Packages" && $4 !~ /security/ { print $1 }'
    local lists=() units=() file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -r "$file" ] || lists+=("$file")
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -r "$file" ] || units+=("$file")
    done
    if [ ${#lists[@]} -gt 0 ]; then
        sed -nE 's/^[[:space:]]*deb[[:space:]]+(\[[^]]*\][[:space:]]+)?//p' "${lists[@]}" |
            awk -v debian="$releases" '$2 ~ debian { print $1 }'
    fi
    if [ ${#units[@]} -gt 0 ]; then
        awk -v debian="$releases" '
            function field() { value = $0; sub(/^[^:]*:[ \t]*/, "", value); return value }
            function flush(    i, n, list, suite, is) {
                n = split(suites, list)
                for (i = 1; i <= n; i++)
                    is = is || list[i] ~ debian
                if (is && types ~ /(^| )deb( |$)/ && enabled !~ /^no/) {
                    n = split(uris, list)
                    for (i = 1; i <= n; i++)
                        print list[i]
                }
                uris = suites = types = enabled = ""
            }
            /^#/ { next }
            FNR == 1 || /^[ \t]*$/ { flush() }
            tolower($1) == "uris:" { uris = field() }
            tolower($1) == "suites:" { suites = field() }
            tolower($1) == "types:" { types = field() }
            tolower($1) == "enabled:" { enabled = field() }
            END { flush() }' "${units[@]}"
    fi
}
releases='^(bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$'

# The machine's configuration but for what it runs around an update, which would act on the
# machine's own lists and caches.
configuration() {
    apt-config dump | grep -vE '^(APT::Update::(Pre|Post)-Invoke|DPkg::|Dir::(State|Cache|Etc)::)'
    printf '%s "%s";\n' \
        Dir::Etc::main /dev/null \
        Dir::Etc::parts /dev/null \
        Dir::Etc::sourcelist "$work/lwip.sources" \
        Dir::Etc::sourceparts - \
        Dir::State::Lists "$work/lists" \
        Dir::Cache "$work/cache" \
        Acquire::Languages none \
        Acquire::Retries 2 \
        APT::Update::Error-Mode any
}

# Downloads the source package from one mirror into $work/package.
download() {
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
        "$1" "$suite" "$keyring" >"$work/lwip.sources"
    apt-get update || return
    local known revision=
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

uris=$(mirrors | grep -v '^cdrom:' | sed 's,/*$,/,' | awk '!seen[$0]++')
[ -n "$uris" ] || die "no Debian mirror in this machine's apt sources"

chmod 755 "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/package"
configuration >"$work/apt.conf"
if [ "$(id -u)" -eq 0 ] && ! chown _apt "$work/package" "$work/lists/partial" 2>/dev/null; then
    echo 'APT::Sandbox::User "root";' >>"$work/apt.conf" # a container without that user
fi
export APT_CONFIG=$work/apt.conf LC_ALL=C

printf 'Fetching lwIP %s, Debian source package of %s\n' "$version" "$suite" >&2
fetched=
while read -r uri; do
    if download "$uri" >"$work/log" 2>&1 </dev/null; then
        fetched=yes
        break
    fi
    printf 'From %s:\n' "$uri" >&2
    grep -E '^(E:|W:|Err:)' "$work/log" >&2 || tail -n 5 "$work/log" >&2
done <<<"$uris"
[ -n "$fetched" ] || die "lwIP $version could not be fetched. Is there a network?"

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
