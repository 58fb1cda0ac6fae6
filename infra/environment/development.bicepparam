// Public cloud, to try things: everything reached by its public address and a role.
using '../main.bicep'

param environmentName = 'credentials-dev'
param location = 'westeurope'
param tableStorageSku = 'Standard_LRS'
// Ten mails an hour: enough to try things.
param mail = 'azureDomain'
param logRetentionDays = 30
param logDailyLimitGb = 1
param operatorPrincipalId = readEnvironmentVariable(
  'AZURE_PRINCIPAL_ID',
  '33333333-3333-3333-3333-333333333333'
)
