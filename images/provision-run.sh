#!/bin/sh
# Makes a bare Debian (or python:X.Y-slim) root into the run image. As root, in a container of it.
set -eu
recipes=$(dirname "$0")
# shellcheck source=images/apt-lists.sh
. "$recipes/apt-lists.sh"

apt_open
apt_install "$recipes/run-packages"

# The only locales Heroku's image has: C, C.UTF-8, POSIX, en_US.UTF-8. heroku.md 1.4
localedef -i en_US -f UTF-8 en_US.UTF-8

getent group heroku >/dev/null || groupadd --gid 1000 heroku
getent passwd heroku >/dev/null ||
  useradd --uid 1000 --gid 1000 --home-dir /app --no-create-home --shell /bin/bash heroku
# The prompt of a dyno; Debian sets its own for each interactive shell. heroku.md 5.2
cat >>/etc/bash.bashrc <<'PROMPT'
PS1='\[\033[01;34m\]\w\[\033[00m\] \[\033[01;32m\]$ \[\033[00m\]'
PROMPT
mkdir -p /app
chown heroku:heroku /app

# python:X.Y-slim brings a Python here; a dyno has the slug's only. It was read before this ran.
rm -rf /usr/local/bin/* /usr/local/lib/* /usr/local/include/* /usr/local/share/man /usr/local/src/*
rm -rf /usr/share/python-wheels
ldconfig
install -m 755 "$recipes/nproc" /usr/local/bin/nproc

apt_close
for name in python python3 gcc cc git; do
  if command -v "$name" >/dev/null; then
    echo "$name must not be in the run image, but is: $(command -v "$name")" >&2
    exit 1
  fi
done
