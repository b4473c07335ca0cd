#!/usr/bin/env bash
# Makes docs/tensorboard.png: a fresh run of the online problem on TensorBoard's own page.
# Needs Chromium; `make screenshot` puts the project's programs on the path.
set -euo pipefail
picture=$(dirname "$(realpath "$0")")/tensorboard.png
folder=$(mktemp -d)
cd "$folder"
python -m breaking_adam.online --logdir logs
port=$(python -c 'import socket; s = socket.create_server(("", 0)); print(s.getsockname()[1])')
tensorboard --logdir logs/online --port "$port" 2>/dev/null &
trap 'kill $!; rm -r "$folder"' EXIT
until curl --silent "localhost:$port/data/runs" | grep --quiet amsgrad; do sleep 0.5; done
chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
    --user-data-dir="$folder/chromium" --window-size=1080,630 --virtual-time-budget=30000 \
    --screenshot="$picture" "http://localhost:$port/#scalars&_smoothingWeight=0"
