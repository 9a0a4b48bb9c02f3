#!/usr/bin/env bash
# prepare.sh FOLDER: unpacks the C and C++ run-time libraries of Debian 13 into FOLDER, from the mirror that this machine's apt uses.
# apt works in folders of its own, so the machine's lists, cache and packages stay as they are.
set -euo pipefail
suite=trixie
folder=$1

apt=$(mktemp -d)
trap 'rm -rf "$apt" "$folder.part"' EXIT
chmod 755 "$apt" # apt downloads as a user without rights
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
touch "$apt/status"

# The hooks that images of containers add to apt would clear the machine's cache.
cat >"$apt/conf" <<END
#clear APT::Update::Post-Invoke;
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
END

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
  awk -v codename="$codename" -v suite="$suite" \
    '$1 == codename && $2 == "main" && !found { found = 1; print "deb " $3 " " suite " main" }' >"$apt/sources.list"
if [ ! -s "$apt/sources.list" ]; then
  echo "apt's sources name no mirror of Debian $codename main, which would have $suite too." >&2
  exit 1
fi

apt-get -c "$apt/conf" -q update
# Nothing counts as installed, so this fetches libc6 and the rest of what they depend on.
apt-get -c "$apt/conf" -q -y --no-install-recommends --download-only install libstdc++6 zlib1g

rm -rf "$folder.part"
mkdir -p "$folder.part"/usr/{lib,lib64} "$folder.part"/{dev,proc,sys,tmp}
ln -s usr/lib usr/lib64 "$folder.part"
for package in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder.part"
done
# Complete or absent.
mv "$folder.part" "$folder"
