#!/usr/bin/env bash
# A repository for the apps here to install from, at /tmp/vcslib.git. Its commit is the same each time: their locks name it.
set -euo pipefail
mkdir /tmp/vcslib
cd /tmp/vcslib
printf '"""Of a repository."""\n\n__version__ = "1"\nWORD = "from a repository"\n' >vcslib.py
cat >pyproject.toml <<'TEXT'
[build-system]
requires = ["flit_core==3.12.0"]
build-backend = "flit_core.buildapi"

[project]
name = "vcslib"
version = "1"
description = "Of a repository."
TEXT
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.test GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.test
git init --quiet --initial-branch main
git add --all
git commit --quiet --message one
git tag v1
git clone --quiet --bare . /tmp/vcslib.git
