#!/bin/sh
# Installs the recogniser into a virtual environment outside the repository
# (ATTUNE_RECOGNISER_HOME, about 600 MB with the weights), unless it is there.
# PYTHON names the interpreter, 3.10 or newer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${ATTUNE_RECOGNISER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/attune-recogniser}
cmp -s "$here/requirements.txt" "$home/installed.txt" && exit 0
echo "install.sh: installing into $home" >&2
mkdir -p "$home"
if ! ${PYTHON:-python3} -m venv --clear "$home/venv"; then
	echo "install.sh: no virtual environment could be made; on Debian: apt-get install python3-venv" >&2
	exit 1
fi
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$home/installed.txt"
