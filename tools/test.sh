#!/usr/bin/env bash
# The one test command (npm test): brings the servers that tests need where it may, then runs everything.
# usage: tools/test.sh [--only check|unit|partners|simulation|browser|FILE …]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
tools/bring-servers.sh
exec tools/node tools/test.ts "$@"
