#!/bin/sh
# python-tree-finish.sh MINOR WHEELS: what both kinds of tree need at the end; fails if the tree does not work.
set -eu
minor=$1 wheels=$2
tree=/opt/dynosim/python
lib=$tree/lib/python$minor

ln -s "python$minor" "$tree/bin/python3"
ln -s python3 "$tree/bin/python"
mkdir -p /opt/dynosim/wheels
cp "$wheels"/pip-*.whl /opt/dynosim/wheels/

# Compiled now, or every dyno would do it again in its own layer.
find "$lib" -name __pycache__ -prune -exec rm -rf {} +
PYTHONHOME=$tree "$tree/bin/python" -m compileall -q -j 0 -x 'lib2to3/tests|/bad' "$lib" ||
  echo "some modules of the standard library do not compile" >&2
PYTHONHOME=$tree "$tree/bin/python" -c 'import platform; print(platform.python_version())' >/opt/dynosim/python-version
PYTHONHOME=$tree "$tree/bin/python" -I -c '
import bz2, ctypes, dbm, hashlib, lzma, readline, site, sqlite3, ssl, sys, sysconfig, uuid, zlib
paths = sysconfig.get_paths()
assert sys.prefix == "/opt/dynosim/python", sys.prefix
assert paths["purelib"].endswith("/site-packages") and paths["purelib"] in sys.path, (paths, sys.path)
assert paths["scripts"] == "/opt/dynosim/python/bin", paths
'
chown -R 0:0 /opt/dynosim
