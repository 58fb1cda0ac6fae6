#!/bin/sh
# azd runs this when the resources are there: the first version of each secret is made here, under the
# identity of the operator, and goes from this process to the vault. Safe to repeat, and needed again
# after an update that brings a new secret.
set -eu
cd "$(dirname "$0")/.."

again='azd hooks run postprovision'

if [ "${OPERATOR_ACCESS:-true}" != true ]; then
  echo "OPERATOR_ACCESS is not true: run \`$again\` with the roles of infra/README.md, if this is the first time."
  exit 0
fi
if [ "${PRIVATE_NETWORK:-false}" = true ] && [ -z "${OPERATOR_ADDRESSES:-}" ]; then
  echo "The vault is closed to this machine: run \`$again\` from the private network, if this is the first time."
  exit 0
fi

# The login of azd and no other: by default an account of `az` would come first.
export AZURE_TOKEN_CREDENTIALS=AzureDeveloperCliCredential

[ -d node_modules ] || npm ci --include=dev

# A new role is active everywhere within ten minutes.
tries_max=40
pause_seconds=15

for secret in pepper signing-key receipt-signing-key webhook-key; do
  tries=1
  while :; do
    status=0
    npm run --silent cli -- rotate "$secret" --if-missing || status=$?
    [ "$status" -eq 0 ] && break
    # 3: the vault may take it later. Waiting fixes nothing else, and the command has printed what to do.
    [ "$status" -eq 3 ] || exit "$status"
    if [ "$tries" -ge "$tries_max" ]; then
      echo "No $secret could be made. When the vault answers you, run: $again" >&2
      exit 1
    fi
    echo "The vault did not take it (see above); trying again in $pause_seconds s ($tries of $tries_max)."
    tries=$((tries + 1))
    sleep "$pause_seconds"
  done
done
