#!/bin/sh
# provision-build.sh MINOR debian|slim: makes a run image into the build image. As root, in a container of it.
# debian: Python is taken from the suite's packages. slim: it lies in /opt/dynosim/slim already, as it was in /usr/local.
set -eu
recipes=$(dirname "$0")
minor=$1 way=$2
# shellcheck source=images/apt-lists.sh
. "$recipes/apt-lists.sh"

apt_open
case $way in
  debian)
    apt_install "$recipes/build-packages" "python$minor python$minor-dev python$minor-venv python3-dev"
    ;;
  slim) apt_install "$recipes/build-packages" ;;
esac
sh "$recipes/python-tree-$way.sh" "$minor"
apt_close
