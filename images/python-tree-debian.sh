#!/bin/sh
# python-tree-debian.sh MINOR: Debian's Python as a tree that works wherever it lies. engine.md 12
set -eu
minor=$1
recipes=$(dirname "$0")
tree=/opt/dynosim/python
lib=$tree/lib/python$minor
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)

rm -rf "$tree"
mkdir -p "$tree/bin" "$tree/lib" "$tree/include"
cp "/usr/bin/python$minor" "$tree/bin/"
cp -a "/usr/lib/python$minor" "$tree/lib/"
cp -a "/usr/include/python$minor" "$tree/include/"
# Debian's pyconfig.h only points to the one for this machine.
cp "/usr/include/$triplet/python$minor/pyconfig.h" "$tree/include/python$minor/pyconfig.h"
# For programs that embed Python (uwsgi): Heroku's Python has it as well.
cp "/usr/lib/$triplet/libpython$minor.so.1.0" "$tree/lib/"
ln -s "libpython$minor.so.1.0" "$tree/lib/libpython$minor.so"

rm -rf "$lib"/dist-packages "$lib"/EXTERNALLY-MANAGED "$lib"/sitecustomize.py "$lib"/test "$lib"/config-*
mkdir -p "$lib/site-packages" "$lib/dist-packages"
cp "$recipes/dynosim_site.py" "$lib/"
echo 'import dynosim_site' >"$lib/dist-packages/dynosim.pth"

# Packages go to site-packages and bin, as everywhere but in Debian. Only inside these functions:
# elsewhere the name is a key, and a second one of it sends scripts to local/bin.
schemes=$lib/sysconfig.py
[ -f "$schemes" ] || schemes=$lib/sysconfig/__init__.py
for function in get_preferred_scheme _get_preferred_schemes _get_default_scheme; do
  sed -i "/def $function/,/^def /s/posix_local/posix_prefix/" "$schemes"
done
sed -i "s#/usr/include/python#/app/.heroku/python/include/python#g" "$lib"/_sysconfigdata*.py

# 25 MB of static libraries that nothing here links with.
rm -f "/usr/lib/python$minor"/config-*/*.a

sh "$recipes/python-tree-finish.sh" "$minor" /usr/share/python-wheels
