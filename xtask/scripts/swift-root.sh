#!/bin/bash
# Swift 6.0 for Linux out of Debian trixie, in a private root folder: bookworm has no Swift, and its libc is too old
# for trixie's packages. Needs root, debootstrap and the machine's own apt sources; no mirror is named here.
#   swift-root.sh make ROOT                  make ROOT, or keep it if it is complete
#   swift-root.sh run  ROOT DIR CMD [ARG..]  run CMD in DIR inside ROOT. DIR's git top (or DIR) and every folder named by
#                                            a *_LIB_DIR or *_BIND_DIR variable stand there at their own paths; loopback
#                                            reaches the host's servers; every mount ends with CMD
set -euo pipefail
mode=${1:?make or run}; root=${2:?root folder}

inside() { # CMD.. in a mount namespace of its own, with /proc and /dev: nothing stays mounted afterwards
  unshare --mount --fork bash -euc '
    r=$1; binds=$2; shift 2
    mount -t proc proc "$r/proc"; mount --rbind /dev "$r/dev"
    while IFS= read -r dir; do
      [ -z "$dir" ] || { mkdir -p "$r$dir"; mount --bind "$dir" "$r$dir"; }
    done <<<"$binds"
    exec chroot "$r" "$@"' - "$root" "$binds" "$@"
}

case $mode in
make)
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"; flock 9
  [ ! -e "$root/.complete" ] || exit 0
  codename=$(. /etc/os-release; echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" 'Origin: Debian' | head -n 1)
  [ -n "$mirror" ] || { echo "error: no Debian source (apt): run apt-get update, or add a Debian source for $codename" >&2; exit 3; }
  rm -rf --one-file-system "$root"; mkdir -p "$root"
  debootstrap --variant=minbase trixie "$root" "$mirror" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  for f in resolv.conf hosts; do cp -L "/etc/$f" "$root/etc/$f"; done
  binds='' inside env DEBIAN_FRONTEND=noninteractive bash -c 'apt-get update -qq &&
    apt-get install -y --no-install-recommends swiftlang libc6-dev libstdc++-14-dev git tzdata && apt-get clean &&
    swift --version' >>"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  touch "$root/.complete" ;;
run)
  dir=$(realpath "${3:?folder}"); shift 3
  binds=$(git -C "$dir" rev-parse --show-toplevel 2>/dev/null || echo "$dir")
  while IFS='=' read -r _ extra; do
    case $extra in /*) [ ! -d "$extra" ] || binds+=$'\n'$(realpath "$extra") ;; esac
  done < <(env | grep -E '^[A-Z_]+_(LIB|BIND)_DIR=' || true)
  mapfile -t kept < <(env | grep -E '^(CI|LOTLINE_[A-Z_]*|[A-Z_]+_LIB_DIR)=' || true)
  inside env -i HOME=/root LANG=C.UTF-8 PATH=/usr/bin:/bin:/usr/libexec/swift/bin "${kept[@]}" \
    bash -c 'cd "$1" && shift && exec "$@"' - "$dir" "$@" ;;
*) echo "error: '$mode' (swift-root.sh): say make or run" >&2; exit 2 ;;
esac
