#!/bin/sh
# python-tree-slim.sh MINOR: the Python of python:MINOR-slim, found in /opt/dynosim/slim, as the tree.
set -eu
minor=$1
recipes=$(dirname "$0")
slim=/opt/dynosim/slim
tree=/opt/dynosim/python
lib=$tree/lib/python$minor

rm -rf "$tree"
mkdir -p "$tree/bin" "$tree/lib" "$tree/include"
cp -a "$slim/bin/python$minor" "$tree/bin/"
cp -a "$slim/lib/python$minor" "$tree/lib/"
cp -a "$slim/include/python$minor" "$tree/include/"
for shared in "$slim"/lib/libpython*.so*; do
  # A Python without a shared library is fine too.
  [ ! -e "$shared" ] || cp -a "$shared" "$tree/lib/"
done
mkdir -p /opt/dynosim/bundled
cp "$lib"/ensurepip/_bundled/pip-*.whl /opt/dynosim/bundled/

rm -rf "$lib"/site-packages "$lib"/test
rm -f "$lib"/config-*/*.a "$lib"/EXTERNALLY-MANAGED
mkdir -p "$lib/site-packages"
sed -i "s#/usr/local#/app/.heroku/python#g" "$lib"/_sysconfigdata*.py

sh "$recipes/python-tree-finish.sh" "$minor" /opt/dynosim/bundled
rm -rf "$slim" /opt/dynosim/bundled
