#!/bin/bash
# docker.sh up DIR | down DIR    A Docker engine of our own for tests, apart from any other on the machine.
#
# Needs root. DIR is absolute and short, since paths of unix sockets end at 108 bytes. Its containers have no network but `lo`, unless
# they use the host's. Images are made here and never pulled: runyard/busybox:1, and runyard/tools:1 with bash, git and python3 of this machine.
# By environment:
#   LIVE_RESTORE=0       without --live-restore: what runs ends with the engine
#   FAKE_GPUS=FILE       stands a fake NVIDIA driver behind the engine, with the devices in FILE (see fake-gpu/)
set -eu
dir=$2
here=$(cd "$(dirname "$0")" && pwd)
socket=unix://$dir/docker.sock
docker=/usr/bin/docker

answers() { curl -sf --max-time 5 --unix-socket "$dir/docker.sock" http://d/_ping >/dev/null 2>&1; }

install_missing() {
  local missing= tool
  for tool in dockerd "$docker" busybox curl; do PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$tool" >/dev/null || missing=1; done
  [ -n "$missing" ] || return 0
  # The package would start an engine of its own.
  local made=
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; made=1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold docker.io busybox-static curl >/dev/null
  [ -z "$made" ] || rm -f /usr/sbin/policy-rc.d
}

up() {
  install_missing
  mkdir -p "$dir"
  if answers; then echo "already up: $socket"; return; fi
  [ -e "$dir/daemon.json" ] || echo '{}' >"$dir/daemon.json"
  local live=--live-restore fake=
  [ "${LIVE_RESTORE:-1}" = 1 ] || live=
  [ -z "${FAKE_GPUS:-}" ] || fake=$here/fake-gpu:
  local begins
  for begins in 1 2 3; do
    # An engine that was killed has a containerd that dies with it. Until somebody has reaped them, a new engine takes either for one that lives.
    forget "$dir/docker.pid"
    forget "$dir/exec/containerd/containerd.pid"
    begin "$live" "$fake" && break
  done
  answers || { echo "the engine did not come up:" >&2; tail -n 15 "$dir/log" >&2; exit 1; }
  image runyard/busybox:1 make_busybox
  image runyard/tools:1 make_tools
  echo "DOCKER_HOST=$socket pid=$(cat "$dir/docker.pid")"
}

forget() {
  local pid n
  [ -e "$1" ] && pid=$(cat "$1") || return 0
  for n in $(seq 100); do
    grep -q "^State:[[:space:]]*[^Z]" "/proc/$pid/status" 2>/dev/null || break
    kill -KILL "$pid" 2>/dev/null || true
    sleep .05
  done
  rm -f "$1"
}

# Fails where it does not come up; then it is gone.
begin() {
  local live=$1 fake=$2
  setsid env -i HOME=/root ${FAKE_GPUS:+FAKE_GPUS="$FAKE_GPUS"} FAKE_GPU_LOG="$dir/gpu-calls.jsonl" \
    PATH="$fake/usr/sbin:/usr/bin:/sbin:/bin" dockerd -H "$socket" --config-file "$dir/daemon.json" \
    --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/docker.pid" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false $live >>"$dir/log" 2>&1 </dev/null &
  local pid=$! n
  for n in $(seq 600); do
    answers && break
    kill -0 $pid 2>/dev/null || break
    sleep .05
  done
  answers && return
  kill -KILL $pid 2>/dev/null || true
  wait $pid || true
  return 1
}

down() {
  [ -d "$dir" ] || return 0
  # An engine that was killed has to come back to take its containers down.
  answers || up >/dev/null
  local ids pid n mount
  ids=$($docker -H "$socket" ps -aq)
  [ -z "$ids" ] || $docker -H "$socket" rm -f $ids >/dev/null
  pid=$(cat "$dir/docker.pid")
  kill -TERM "$pid"
  for n in $(seq 400); do kill -0 "$pid" 2>/dev/null || break; sleep .05; done
  kill -KILL "$pid" 2>/dev/null || true
  # An engine that was killed while it started a container forgets that one's shim.
  { grep -laF "$dir/exec/containerd/" /proc/[0-9]*/cmdline 2>/dev/null || true; } | while IFS=/ read -r _ _ pid _; do
    kill -KILL "$pid" 2>/dev/null || true
  done
  { grep -o " $dir/[^ ]*" /proc/mounts || true; } | sort -r | while read -r mount; do umount -l "$mount"; done
  rm -rf "$dir"
}

image() {
  $docker -H "$socket" image inspect "$1" >/dev/null 2>&1 && return
  # Kept between engines: the tools take a second to put together.
  local kept=$here/../../node_modules/.cache/engine-images/$(echo "$1" | tr -c 'a-z0-9\n' -).tar
  mkdir -p "$(dirname "$kept")"
  [ -e "$kept" ] || { "$2" >"$kept.$$" && mv "$kept.$$" "$kept"; }
  $docker -H "$socket" import -c 'CMD ["/bin/sh"]' -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin' "$kept" "$1" >/dev/null
}

make_busybox() {
  local root applet
  root=$(mktemp -d)
  mkdir -p "$root/bin" "$root/tmp" "$root/etc" "$root/root"
  cp /bin/busybox "$root/bin/"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
  accounts "$root"
  tar -C "$root" -c .
  rm -rf "$root"
}

# bash, git and python3 with all that they load, and the rest from busybox.
make_tools() {
  local root applet file
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,tmp,etc,root,usr/bin,usr/lib,usr/local/bin}
  ln -s usr/lib "$root/lib"; ln -s usr/lib64 "$root/lib64"; mkdir "$root/usr/lib64"
  cp /bin/busybox "$root/bin/"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
  rm -f "$root/bin/bash" "$root/bin/git"
  for file in /bin/bash /usr/bin/git /usr/bin/python3; do
    [ -e "$file" ] || continue
    cp -L "$file" "$root/usr/bin/"
    ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
      mkdir -p "$root$(dirname "$(realpath -s "$library")")"; cp -Ln "$library" "$root$library" 2>/dev/null || true
    done
  done
  [ ! -d /usr/lib/git-core ] || cp -a /usr/lib/git-core "$root/usr/lib/"
  local python
  python=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))' 2>/dev/null || true)
  if [ -n "$python" ]; then
    mkdir -p "$root$(dirname "$python")"
    tar -C "$(dirname "$python")" --exclude=test --exclude=idlelib --exclude=__pycache__ --exclude=tkinter --exclude='*-packages' --exclude='config-*' -c "$(basename "$python")" | tar -C "$root$(dirname "$python")" -x
    find "$root$python" -name '*.so' -exec ldd {} + 2>/dev/null | grep -o ' /[^ ]*' | sort -u | while read -r library; do
      mkdir -p "$root$(dirname "$library")"; cp -Ln "$library" "$root$library" 2>/dev/null || true
    done
  fi
  accounts "$root"
  tar -C "$root" -c .
  rm -rf "$root"
}

accounts() {
  printf 'root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000:worker:/tmp:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nworker:x:1000:\n' >"$1/etc/group"
  chmod 1777 "$1/tmp"
}

case ${1:-} in
  up | down) $1 ;;
  *) echo "usage: docker.sh up|down DIR" >&2; exit 64 ;;
esac
