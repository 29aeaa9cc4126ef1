#!/bin/bash
# git-image.sh SOCKET TAG    Makes an image with sh, git and ssh of this machine on the engine behind the socket.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
docker="/usr/bin/docker -H unix://$1"
$docker image inspect "$2" >/dev/null 2>&1 && exit

make_git() {
  local root applet file
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,tmp,etc,root,usr/bin,usr/lib,usr/share}
  ln -s usr/lib "$root/lib"; ln -s usr/lib64 "$root/lib64"; mkdir "$root/usr/lib64"
  cp /bin/busybox "$root/bin/"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
  for file in /usr/bin/git /usr/bin/ssh; do [ ! -e "$file" ] || cp -L "$file" "$root/usr/bin/"; done
  [ ! -d /usr/lib/git-core ] || cp -a /usr/lib/git-core "$root/usr/lib/"
  [ ! -d /usr/share/git-core ] || cp -a /usr/share/git-core "$root/usr/share/"
  # Older C libraries look users up by a library that nothing names.
  ldd /usr/bin/git /usr/bin/ssh /usr/lib/git-core/git-remote-http 2>/dev/null | grep -o '/[^ :]*' | sort -u |
    { cat; ls /lib/*/libnss_files.so.2 2>/dev/null || true; } | while read -r file; do
      [ -x "$file" ] && [ "${file%%.so*}" = "$file" ] && continue
      mkdir -p "$root$(dirname "$file")"; cp -Ln "$file" "$root$file" 2>/dev/null || true
    done
  printf 'root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000:worker:/tmp:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nworker:x:1000:\n' >"$root/etc/group"
  chmod 1777 "$root/tmp"
  tar -C "$root" -c .
  rm -rf "$root"
}

# Kept between engines: it takes a second to put together.
kept=$here/../../../../node_modules/.cache/engine-images/$(echo "$2" | tr -c 'a-z0-9\n' -).tar
mkdir -p "$(dirname "$kept")"
[ -e "$kept" ] || { make_git >"$kept.$$" && mv "$kept.$$" "$kept"; }
$docker import -c 'CMD ["/bin/sh"]' -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin' "$kept" "$2" >/dev/null
