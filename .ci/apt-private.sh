# Packages from the Debian mirror that this machine uses already, with apt checking the signatures,
# as trees in a cache that outlives `make clean`.
# Sourced, by bash with `set -euo pipefail`; who sources it has a function `die TEXT`.
#
#     apt_private_tree NAME              sets cache, and tree, which is NAME in it
#     apt_private_needs TOOL...          dies where a tool or the keys are missing
#     apt_private_alone NAME             waits for other calls that make the same
#     apt_private_work                   sets work, and unpacked, which is in the cache: two
#                                        directories that are gone when the script has ended
#     apt_private_begin DIRECTORY [LINE...]   an apt of one's own in an empty directory
#     apt_private_from SUITE TYPE COMMAND     COMMAND, at one mirror after the other until it succeeds
#
# The cache is $NETDIAG_CACHE, else $XDG_CACHE_HOME/netdiag or ~/.cache/netdiag. A tree is to appear
# there complete or not at all, moved from `unpacked`; once it is there, no call needs a network.
#
# The machine's own apt configuration is read (its mirror, a proxy), and nothing of it is changed:
# lists, cache and status are private, and go with the directory. No root is needed.

apt_private_keyring=
apt_private_directory=

apt_private_tree() {
    cache=${NETDIAG_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or NETDIAG_CACHE}/.cache}/netdiag}
    tree=$cache/$1
}

apt_private_alone() {
    mkdir -p "$cache"
    exec 9>"$cache/.lock-$1"
    flock 9
}

# apt works outside the cache: as root it downloads as the user _apt, who cannot enter a home.
apt_private_work() {
    work=$(mktemp -d)
    unpacked=$(mktemp -d "$cache/.unpack.XXXXXX")
    trap 'rm -rf "$work" "$unpacked"' EXIT
    trap 'exit 1' HUP INT TERM
}

apt_private_needs() {
    local tool file
    for tool in apt-get apt-cache apt-config "$@"; do
        command -v "$tool" >/dev/null || die "$tool is needed (packages apt, dpkg-dev, util-linux)"
    done
    for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        [ ! -r "$file" ] || apt_private_keyring=$file
    done
    [ -n "$apt_private_keyring" ] ||
        die 'the keys that Debian signs with are missing (package debian-archive-keyring)'
}

# Mirrors of Debian, as apt knows them, one a line. Before the first `apt-get update` apt knows
# none, and its sources are read, in both formats.
apt_private_mirrors() {
    local releases='^(bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$'
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

# The machine's configuration but for what it runs around an update, which would act on the
# machine's own lists and caches, and for its architectures, which may not be the ones asked for.
apt_private_configuration() {
    local directory=$1
    apt-config dump |
        grep -vE '^(APT::Update::(Pre|Post)-Invoke|APT::Architectures?\b|DPkg::|Dir::(State|Cache|Etc)::)'
    printf '%s "%s";\n' \
        Dir::Etc::main /dev/null \
        Dir::Etc::parts /dev/null \
        Dir::Etc::sourcelist "$directory/private.sources" \
        Dir::Etc::sourceparts - \
        Dir::State::Lists "$directory/lists" \
        Dir::State::status "$directory/status" \
        Dir::Cache "$directory/cache" \
        Acquire::Languages none \
        Acquire::Retries 2 \
        APT::Update::Error-Mode any
}

# What the lines set comes last.
apt_private_begin() {
    local directory=$1 files
    shift
    files=$(apt_private_mirrors | grep -v '^cdrom:' | sed 's,/*$,/,' | awk '!seen[$0]++')
    [ -n "$files" ] || die "no Debian mirror in this machine's apt sources"
    apt_private_uris=$files
    apt_private_directory=$directory
    chmod 755 "$directory"
    mkdir -p "$directory/lists/partial" "$directory/cache/archives/partial" "$directory/package"
    : >"$directory/status"
    {
        apt_private_configuration "$directory"
        printf '%s\n' "$@"
    } >"$directory/apt.conf"
    # As root apt downloads as the user _apt; a container may be without that user.
    if [ "$(id -u)" -eq 0 ] && ! chown _apt "$directory/package" "$directory/lists/partial" \
        "$directory/cache/archives/partial" 2>/dev/null; then
        echo 'APT::Sandbox::User "root";' >>"$directory/apt.conf"
    fi
    export APT_CONFIG=$directory/apt.conf LC_ALL=C
}

# Ends with 1 where no mirror would do, and has said why.
apt_private_from() {
    local suite=$1 type=$2 uri log=$apt_private_directory/log
    shift 2
    while read -r uri; do
        printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
            "$type" "$uri" "$suite" "$apt_private_keyring" >"$apt_private_directory/private.sources"
        if { apt-get update && "$@"; } >"$log" 2>&1 </dev/null; then
            return 0
        fi
        printf 'From %s:\n' "$uri" >&2
        grep -E '^(E:|W:|Err:)' "$log" >&2 || tail -n 5 "$log" >&2
    done <<<"$apt_private_uris"
    return 1
}
