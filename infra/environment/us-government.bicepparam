// Azure Government, on a dedicated plan.
using '../main.bicep'

param environmentName = 'credentials-usgov'
param location = 'usgovvirginia'
param plan = 'dedicated'
param maximumInstanceCount = 6
param alwaysReadyInstances = 2
param privateNetwork = true
param mail = 'smtp'
param mailFrom = 'passwords@contoso.example'
param alertAddresses = 'operations@contoso.example'
param operatorAccess = false
