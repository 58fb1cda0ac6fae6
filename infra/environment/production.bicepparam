// Public cloud, locked down: stores by private endpoints, the app behind Front Door, two instances
// kept warm.
using '../main.bicep'

param environmentName = 'credentials-prod'
param location = 'northeurope'
param privateNetwork = true
param frontDoor = 'standard'
param alwaysReadyInstances = 2
param tableStorageSku = 'Standard_GZRS'
param alertAddresses = 'operations@contoso.example'
param logDailyLimitGb = 5

// Only whoever is given the roles for the task at hand makes secrets.
param operatorAccess = false
