#!/bin/sh
# azd runs this before it makes the resources. The resource manager registers the providers of the
# types in a template, but a private network on Flex Consumption delegates its subnet to Microsoft.App,
# of which the template has no type.
set -eu

[ "${PRIVATE_NETWORK:-false}" = true ] || exit 0
[ "${APP_PLAN:-flexConsumption}" = flexConsumption ] || exit 0

register='az provider register --namespace Microsoft.App --wait'
if ! command -v az > /dev/null; then
  echo "A private network needs the provider Microsoft.App, once per subscription: $register"
  exit 0
fi
$register ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"} ||
  echo "Microsoft.App was not registered. If the network fails, have an owner run: $register"
