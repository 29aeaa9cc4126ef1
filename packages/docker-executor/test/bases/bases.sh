#!/bin/bash
# bases.sh pip|apt|stubs SOCKET TAG    Makes an image for tests of builds on the engine behind the socket.
#
#   pip      runyard/tools:1 with this machine's pip, and wheels of `greeting` 1.0 in /wheels
#   apt      this machine's apt and dpkg, and a flat repository with the package `greeting` in /repository
#   stubs    runyard/busybox:1 with a micromamba and an Rscript that only note what they were asked, in /asked; its user is `worker`
set -u
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cd "$context" && mkdir root || exit 1

make_pip() {
  local to=root/usr/lib/python3/dist-packages
  mkdir -p "$to" root/wheels
  cp -r /usr/lib/python3/dist-packages/pip /usr/lib/python3/dist-packages/pip-*info "$to"
  /usr/bin/python3 - root/wheels <<'PYTHON'
import sys, zipfile
name = 'greeting-1.0'
with zipfile.ZipFile(f'{sys.argv[1]}/{name}-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('greeting.py', 'words = "hello from a wheel"\n')
    wheel.writestr(f'{name}.dist-info/METADATA', 'Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n')
    wheel.writestr(f'{name}.dist-info/WHEEL', 'Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
    wheel.writestr(f'{name}.dist-info/RECORD', '')
PYTHON
  printf 'FROM runyard/tools:1\nCOPY root /\n' >Dockerfile
}

make_apt() {
  cd root || exit 1
  mkdir -p usr/bin usr/lib etc/apt/{apt.conf.d,preferences.d,trusted.gpg.d} var/lib/dpkg/{info,updates,triggers} var/lib/apt/lists/partial \
    var/cache/apt/archives/partial var/log/apt usr/share repository
  touch var/lib/dpkg/status var/lib/dpkg/available
  cp -a /usr/lib/apt usr/lib/
  cp -a /usr/share/dpkg usr/share/
  local file
  for file in /usr/bin/{apt-get,apt-config,dpkg,dpkg-deb,dpkg-query,dpkg-split,dpkg-trigger,tar,rm,diff} /bin/{tar,rm} /sbin/{ldconfig,start-stop-daemon} \
    /usr/sbin/start-stop-daemon; do
    [ ! -e "$file" ] || cp -Ln "$file" usr/bin/
  done
  ldd usr/bin/* usr/lib/apt/methods/* 2>/dev/null | grep -o '/[^ :]*' | sort -u | while read -r library; do
    [ ! -e "$library" ] || { mkdir -p ".$(dirname "$library")"; cp -Ln "$library" ".$library"; }
  done
  mkdir -p ../greeting/DEBIAN ../greeting/usr/share/greeting
  printf 'Package: greeting\nVersion: 1.0\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: says hello\n' >../greeting/DEBIAN/control
  echo 'hello from a package' >../greeting/usr/share/greeting/words
  dpkg-deb --build ../greeting repository/greeting_1.0_all.deb >/dev/null
  (cd repository && {
    dpkg-deb --field greeting_1.0_all.deb
    printf 'Filename: ./greeting_1.0_all.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s greeting_1.0_all.deb)" "$(sha256sum greeting_1.0_all.deb | cut -d' ' -f1)"
  } >Packages)
  echo 'deb [trusted=yes] file:/repository ./' >etc/apt/sources.list
  cd ..
  rm -r greeting
  printf 'FROM runyard/busybox:1\nCOPY root /\n' >Dockerfile
}

make_stubs() {
  mkdir -p root/usr/local/bin root/asked
  local tool
  for tool in micromamba Rscript; do
    cat >"root/usr/local/bin/$tool" <<'STUB'
#!/bin/sh
printf '%s\n' "$@" >>"/asked/$(basename "$0")"
STUB
    chmod +x "root/usr/local/bin/$tool"
  done
  printf 'FROM runyard/busybox:1\nCOPY root /\nUSER worker\n' >Dockerfile
}

"make_$1" || exit 1
tar -c . | /usr/bin/docker -H "unix://$2" build -q -t "$3" - >/dev/null
