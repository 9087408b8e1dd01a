#!/bin/sh
# Starts the recogniser on ws://127.0.0.1:2700, after install.sh has installed
# it. Arguments go to server.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${ATTUNE_RECOGNISER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/attune-recogniser}
"$here/install.sh"
exec "$home/venv/bin/python" "$here/server.py" "$@"
