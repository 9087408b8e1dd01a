#!/bin/sh
# Starts the recogniser on ws://127.0.0.1:2700. The first time it makes a virtual
# environment outside the repository (ATTUNE_RECOGNISER_HOME, about 400 MB with
# the weights). Arguments go to server.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${ATTUNE_RECOGNISER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/attune-recogniser}
python=$home/venv/bin/python
if ! cmp -s "$here/requirements.txt" "$home/installed.txt"; then
	echo "run.sh: installing into $home" >&2
	mkdir -p "$home"
	${PYTHON:-python3} -m venv "$home/venv"
	"$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
	cp "$here/requirements.txt" "$home/installed.txt"
fi
exec "$python" "$here/server.py" "$@"
