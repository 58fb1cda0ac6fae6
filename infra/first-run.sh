#!/bin/sh
# azd runs this when the resources are there: the first pepper and the first signing key are made
# here, under the identity of whoever deploys, and go from this process to the vault. Safe to repeat.
set -eu
cd "$(dirname "$0")/.."

if [ "${OPERATOR_ACCESS:-true}" != true ]; then
  echo 'OPERATOR_ACCESS is not true: somebody who has the roles runs this (infra/README.md).'
  exit 0
fi

[ -d node_modules ] || npm ci --include=dev

# A role that was just given is known everywhere within ten minutes.
tries_max=40
pause_seconds=15

for secret in pepper signing-key; do
  tries=1
  while :; do
    status=0
    npm run --silent rotate -- "$secret" --if-missing || status=$?
    [ "$status" -eq 0 ] && break
    # 2: the command was called wrongly, and time will not mend that.
    [ "$status" -eq 2 ] && exit 2
    if [ "$tries" -ge "$tries_max" ]; then
      echo "No $secret could be made. When the vault answers you, run: azd hooks run postprovision" >&2
      exit 1
    fi
    echo "The vault does not let us in yet; asking again in $pause_seconds s ($tries of $tries_max)."
    tries=$((tries + 1))
    sleep "$pause_seconds"
  done
done
