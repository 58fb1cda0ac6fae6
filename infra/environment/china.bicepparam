// Azure operated by 21Vianet, on a dedicated plan.
using '../main.bicep'

param environmentName = 'credentials-china'
param location = 'chinanorth3'
param plan = 'dedicated'
param maximumInstanceCount = 6
param alwaysReadyInstances = 2
param privateNetwork = true
param alertAddresses = 'operations@contoso.example'
param operatorAccess = false
