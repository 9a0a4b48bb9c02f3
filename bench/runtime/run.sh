#!/usr/bin/env bash
# run.sh COMMAND...: runs a command in the root folder of the project with a C++ run-time library that is new enough for libtorch.
# Where the machine's own is older, as in Debian 12, the command gets Debian 13's in a chroot; where that cannot be, it runs
# all the same, and the peers that need libtorch say what they miss.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$scripts/../.."
root=$PWD/artifacts/runtime

has_new_library() {
  local library
  library=$(/sbin/ldconfig -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ && !found { found = $NF } END { print found }')
  [ -n "$library" ] && grep -q GLIBCXX_3.4.32 "$library"
}

is_debian_root() {
  [ "$(id -u)" = 0 ] && grep -qx 'ID=debian' /etc/os-release && unshare --mount true
}

if [ "$(uname -sm)" != "Linux x86_64" ] || has_new_library; then
  exec "$@"
fi
if ! is_debian_root; then
  echo "libtorch needs a libstdc++ with GLIBCXX_3.4.32 (GCC 13); only root on Debian, allowed to mount, gets one prepared." >&2
  exec "$@"
fi
if [ ! -d "$root" ] && ! "$scripts/prepare.sh" "$root"; then
  echo "libtorch needs a libstdc++ with GLIBCXX_3.4.32 (GCC 13), and Debian 13's could not be prepared in $root." >&2
  exec "$@"
fi

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
export PATH=$dotnet:$PATH DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# The mounts belong to a namespace of this command alone and end with it, however it ends.
exec unshare --mount bash -euc '
  root=$1 dotnet=$2
  shift 2
  for folder in /proc /sys /dev /tmp "$dotnet" "$PWD"; do
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
  done
  # Matrix libraries, with what they load, under the names that the loader knows them by.
  mkdir -p "$root/usr/local/lib"
  for library in $(/sbin/ldconfig -p | awk "/^\t(libmkl_|libopenblas\.so|libgfortran\.so|libquadmath\.so)/ { print \$NF }"); do
    touch "$root/usr/local/lib/${library##*/}"
    mount --bind "$(readlink -f "$library")" "$root/usr/local/lib/${library##*/}"
  done
  export LD_LIBRARY_PATH=/usr/local/lib
  exec unshare --root="$root" --wd="$PWD" "$@"
' run.sh "$root" "$dotnet" "$@"
