#!/usr/bin/env bash
# install-mkl.sh: installs Intel MKL 2020.4 from the non-free component of the mirror that this machine's apt uses, as root on Debian.
# MKL is proprietary software; its Intel Simplified Software License is then in /usr/share/doc/libmkl-core/copyright.
# Of its 800 MB only what libmkl_rt loads: the package of libmkl_rt depends on everything and offers itself as the system's BLAS, so its
# one library is unpacked to /usr/local/lib, and the parts come as packages.
set -euo pipefail
if [ "$(dpkg --print-architecture)" != amd64 ]; then
  echo "Intel MKL is for x86-64." >&2
  exit 1
fi

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
export DEBIAN_FRONTEND=noninteractive
if [ -z "$(apt-cache madison libmkl-rt)" ]; then
  # The source that has main, with another component: whatever else it says of keys and options must stay the same.
  lists=/etc/apt/sources.list.d
  cat /dev/null $(find $lists -name '*.sources') |
    awk -v RS= -v codename="$codename" \
      '("\n" $0) ~ ("\nSuites:[^\n]*[ \t]" codename "([ \t\n]|$)") && /\nComponents:[^\n]*main/ && !found {
         found = 1; gsub(/Components:[^\n]*/, "Components: non-free"); print }' >$lists/hpcopt-non-free.sources
  if [ ! -s $lists/hpcopt-non-free.sources ]; then
    rm $lists/hpcopt-non-free.sources
    cat /dev/null $(find /etc/apt/sources.list $lists -name '*.list' 2>/dev/null) |
      sed -nE "s/^(deb +(\[[^]]*\] +)?[^ ]+ +$codename +)main.*/\1non-free/p" | head -n 1 >$lists/hpcopt-non-free.list
  fi
  apt-get -q update
fi

# Kernels for processors without AVX2, with it, and with AVX-512.
apt-get -q -y --no-install-recommends install libmkl-core libmkl-intel-lp64 libmkl-sequential libmkl-def libmkl-avx2 libmkl-avx512
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 777 "$folder" # apt downloads as a user without rights
(cd "$folder" && apt-get -q download libmkl-rt && dpkg-deb -x libmkl-rt_*.deb .)
install -m 644 "$folder"/usr/lib/x86_64-linux-gnu/libmkl_rt.so /usr/local/lib/
ldconfig
