// Public cloud, on a dedicated plan behind Front Door premium, called by another origin than Front
// Door's own.
using '../main.bicep'

param environmentName = 'credentials-premium'
param location = 'germanywestcentral'
param plan = 'dedicated'
param dedicatedSku = 'P2v3'
param maximumInstanceCount = 6
param zoneRedundant = true
param frontDoor = 'premium'
param publicOrigin = 'https://gateway.contoso.example'
param noticeSchedule = '*/30 * * * * *'
param alertAddresses = 'operations@contoso.example, duty@contoso.example'
param settings = {
  PORTAL_ORIGINS: 'https://portal.contoso.example'
  PASSWORD_MIN_LENGTH: 16
}
param operatorAccess = false
