// Public cloud, locked down: stores by private endpoints alone, the app behind Front Door and a domain
// of its own, two instances kept warm, everything spread over zones.
using '../main.bicep'

param environmentName = 'credentials-prod'
param location = 'northeurope'
param privateNetwork = true
param frontDoor = 'standard'
param customDomains = 'passwords.contoso.example, password.contoso.example'
param alwaysReadyInstances = 2
param tableStorageSku = 'Standard_GZRS'
param zoneRedundant = true
param lockTables = true
param mail = 'ownDomain'
param mailFrom = 'passwords@contoso.example'
param mailDomainVerified = true
param webhookUrls = 'https://siem.contoso.example/credentials'
param alertAddresses = 'operations@contoso.example'
param logDailyLimitGb = 5
param settings = {
  PORTAL_ORIGINS: 'https://portal.contoso.example, https://help.contoso.example'
  OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.contoso.example'
}

// Secrets are made only by an operator with the roles for the task at hand.
param operatorAccess = false
