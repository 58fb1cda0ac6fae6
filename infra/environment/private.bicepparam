// Public cloud, on Flex Consumption without Front Door: stores by private endpoints, and by their
// public addresses from where the operators are. The region has no zones.
using '../main.bicep'

param environmentName = 'credentials-private'
param location = 'westus'
param privateNetwork = true
param operatorAddresses = '203.0.113.7, 198.51.100.0/24'
// Its records are not proven yet: the domain is there, and no mail is sent.
param mail = 'ownDomain'
param mailFrom = 'passwords@contoso.example'
param alertAddresses = 'operations@contoso.example'
param operatorPrincipalId = readEnvironmentVariable(
  'AZURE_PRINCIPAL_ID',
  '33333333-3333-3333-3333-333333333333'
)
