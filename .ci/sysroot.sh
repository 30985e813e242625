#!/usr/bin/env bash
# The headers and libraries of another machine, for `make ARCH=...`: Debian's packages of that
# architecture, those of the table in .ci/packages.sh that are marked `target`, and what they need.
#
#     .ci/sysroot.sh s390x|armhf          makes the tree
#     .ci/sysroot.sh path s390x|armhf     prints where it is, or will be
#
# They come from the mirror that this machine uses already (.ci/apt-private.sh) and are unpacked, not
# installed: the machine gets no second architecture. The tree ends up in the cache; its name tells
# of the Debian release and the list of packages. Several calls at a time are safe.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt-private.sh"

die() {
    printf 'sysroot.sh: %s\n' "$1" >&2
    exit 1
}

action=make
if [ "${1:-}" = path ]; then
    action=path
    shift
fi
architecture=${1:-}
case $architecture in
s390x | armhf) ;;
*) die "architecture ${architecture:-(none given)} is not known here: s390x and armhf are" ;;
esac

# The release that this machine runs, so that the tests see there the libraries that they see here.
suite=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}") || true
suite=${suite:-bookworm}
mapfile -t packages < <("$here/packages.sh" names target)
apt_private_tree "sysroot-$architecture-$suite-$(
    printf '%s\n' "${packages[@]}" | cksum | cut -d' ' -f1
)"

if [ "$action" = path ]; then
    printf '%s\n' "$tree"
    exit
fi
[ ! -d "$tree" ] || exit 0
apt_private_needs dpkg-deb flock

apt_private_alone "sysroot-$architecture"
[ ! -d "$tree" ] || exit 0 # another call was faster
apt_private_work

# Of a package, what compilers, linkers and running programs read. A path that qemu finds in the
# tree hides the machine's own of that name, so that no more is kept.
unpack() {
    local package directory link
    for package in "$work"/cache/archives/*.deb; do
        dpkg-deb -x "$package" "$work/all"
    done
    mkdir -p "$unpacked/tree/usr"
    for directory in "$work"/all/{,usr/}lib{,32,64} "$work"/all/usr/include; do
        [ ! -d "$directory" ] || mv "$directory" "$unpacked/tree/${directory#"$work/all/"}"
    done
    # Where all libraries are in /usr, what names them elsewhere still finds them.
    for directory in "$unpacked"/tree/usr/lib*; do
        [ -e "$unpacked/tree/${directory##*/}" ] || ln -s "usr/${directory##*/}" "$unpacked/tree/"
    done
    find "$unpacked/tree" -type l -lname '/*' | while read -r link; do
        ln -sfnr "$unpacked/tree$(readlink "$link")" "$link"
    done
    chmod -R u+rwX,go+rX "$unpacked/tree"
}

apt_private_begin "$work" "APT::Architecture \"$architecture\";" \
    "APT::Architectures { \"$architecture\"; };" 'APT::Install-Recommends "false";'
printf "Fetching Debian's libraries for %s, %s\n" "$architecture" "$suite" >&2
apt_private_from "$suite" deb apt-get install -y --download-only "${packages[@]}" ||
    die "the packages for $architecture could not be fetched. Is there a network?"
unpack >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die 'the packages do not unpack'
}
mv -T "$unpacked/tree" "$tree"
printf 'The libraries for %s are in %s\n' "$architecture" "$tree" >&2
