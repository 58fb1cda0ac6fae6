// Everything that the service runs on, in one resource group. infra/README.md gives the reason of each number.

targetScope = 'subscription'

import { settings as settingsType } from 'app/type.bicep'

@description('Name of the environment; azd sets it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of everything that has one: those that have Flex Consumption, then those of a dedicated plan.')
@allowed([
  'australiaeast'
  'australiasoutheast'
  'brazilsouth'
  'canadacentral'
  'centralindia'
  'centralus'
  'eastasia'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'italynorth'
  'japaneast'
  'koreacentral'
  'northcentralus'
  'northeurope'
  'norwayeast'
  'southafricanorth'
  'southcentralus'
  'southeastasia'
  'southindia'
  'spaincentral'
  'swedencentral'
  'switzerlandnorth'
  'uaenorth'
  'uksouth'
  'ukwest'
  'westcentralus'
  'westeurope'
  'westus'
  'westus2'
  'westus3'
  'germanynorth'
  'usgovarizona'
  'usgovtexas'
  'usgovvirginia'
  'chinaeast2'
  'chinaeast3'
  'chinanorth2'
  'chinanorth3'
])
@metadata({ azd: { type: 'location' } })
param location string

@description('Flex Consumption, or a dedicated plan where there is none.')
@allowed(['flexConsumption', 'dedicated'])
param plan string = 'flexConsumption'

@description('Size of a dedicated plan.')
param dedicatedSku string = 'P1v3'

@description('Memory of a Flex Consumption instance; 2,048 MB come with one core.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Requests that one Flex Consumption instance is sent at a time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('Most instances that a flood can start. Not every region takes less than 40; a dedicated plan takes 30 at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are kept warm.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('The replication of the tables; empty: over the zones of the region, or to its pair where it has no zones.')
@allowed(['', 'Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param tableStorageSku string = ''

@description('True spreads the instances and the storage of the host over zones too.')
param zoneRedundant bool = false

@description('True locks the account of the tables: it cannot be deleted until the lock is removed.')
param lockTables bool = false

@description('True makes vault and storage reachable through a private network only.')
param privateNetwork bool = false

@description('Comma list of IPv4 addresses or ranges that reach vault and tables from outside of the private network.')
param operatorAddresses string = ''

@description('The tier of Front Door before the app, or none.')
@allowed(['none', 'standard', 'premium'])
param frontDoor string = 'none'

@description('Sign-ins and password changes that Front Door lets one address make in five minutes.')
@minValue(10)
param signInLimit int = 300

@description('Requests that Front Door lets one address make in five minutes.')
@minValue(100)
param requestLimit int = 3000

@description('Comma list of host names of your own that Front Door serves; callers use the first.')
param customDomains string = ''

@description('Address that callers use, when it is neither the first own domain nor the one that the platform gives.')
param publicOrigin string = ''

@description('The way of mail: none, Communication Services with a domain of Azure or of your own, or a mail server.')
@allowed(['none', 'azureDomain', 'ownDomain', 'smtp'])
param mail string = 'none'

@description('The sender of mail by your own domain or server; a domain of Azure has its own.')
param mailFrom string = ''

@description('True when the DNS records of your own domain for mail are proven; until then no mail is sent.')
param mailDomainVerified bool = false

@description('Comma list of at most five addresses that get every event.')
param webhookUrls string = ''

@description('The times at which notices are sent, as NCRONTAB.')
param noticeSchedule string = '*/15 * * * * *'

@description('Settings of the app that differ from its defaults.')
param settings settingsType = {}

@description('The principal that deploys; azd sets it.')
param operatorPrincipalId string = ''

@description('True lets the principal that deploys make secrets and write tables, for the first run and the operations commands.')
param operatorAccess bool = true

@description('Comma list of mail addresses that alerts go to.')
param alertAddresses string = ''

@description('Address of the runbook that alerts link to: in the repository, unless it is published.')
param runbookUrl string = 'infra/RUNBOOK.md'

@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Most gigabytes of telemetry a day; the audit has a workspace of its own without this limit.')
@minValue(1)
param logDailyLimitGb int = 2

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'func-${token}'
var frontDoorName = 'afd-${token}'
var operator = operatorAccess ? operatorPrincipalId : ''

func itemsOf(text string) string[] =>
  filter(map(split(text, ','), item => trim(item)), item => !empty(item))

var hasZones = !contains(
  [
    'australiasoutheast'
    'chinaeast2'
    'chinaeast3'
    'chinanorth2'
    'germanynorth'
    'northcentralus'
    'southindia'
    'ukwest'
    'usgovarizona'
    'usgovtexas'
    'westcentralus'
    'westus'
  ],
  location
)
var needsZones = zoneRedundant || endsWith(tableStorageSku, 'ZRS')
var standardTableSku = hasZones ? 'Standard_ZRS' : 'Standard_GRS'
var chosenTableSku = empty(tableStorageSku) ? standardTableSku : tableStorageSku
var tableSku = needsZones && !hasZones
  ? fail('${location} has no zones: leave ZONE_REDUNDANT and TABLE_STORAGE_SKU at their defaults.')
  : chosenTableSku

var domains = frontDoor == 'none' && !empty(itemsOf(customDomains))
  ? fail('CUSTOM_DOMAINS needs Front Door: set FRONT_DOOR to standard or premium.')
  : itemsOf(customDomains)

var isInPublicCloud = !startsWith(location, 'usgov') && !startsWith(location, 'china')
var needsSender = contains(['ownDomain', 'smtp'], mail)
var isByCommunication = contains(['azureDomain', 'ownDomain'], mail)
var sender = needsSender == empty(mailFrom)
  ? fail('MAIL_FROM must be set if MAIL is ownDomain or smtp, and only then.')
  : mailFrom
var hasCommunication = isByCommunication && !isInPublicCloud
  ? fail('${location} has no Communication Services: set MAIL to smtp or none.')
  : isByCommunication
var isMailDomainVerified = mail == 'azureDomain' || mailDomainVerified

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module monitor 'app/monitor.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    auditWorkspaceName: 'audit-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
    dailyLimitGb: logDailyLimitGb
  }
}

module network 'app/network.bicep' = if (privateNetwork) {
  scope: group
  params: { name: 'vnet-${token}', location: location, tags: tags, plan: plan }
}

var endpointSubnetId = network.?outputs.endpointSubnetId ?? ''
var networkId = network.?outputs.id ?? ''

module tables 'app/tables.bicep' = {
  scope: group
  params: {
    name: 'sttab${token}'
    location: location
    tags: tags
    sku: tableSku
    isLocked: lockTables
    access: {
      endpointSubnetId: endpointSubnetId
      networkId: networkId
      operatorAddresses: itemsOf(operatorAddresses)
    }
    workspaceId: monitor.outputs.auditWorkspaceId
    principalId: identity.outputs.principalId
    operatorPrincipalId: operator
  }
}

module packages 'app/packages.bicep' = {
  scope: group
  params: {
    name: 'stpkg${token}'
    location: location
    tags: tags
    // All of it can be made again by a deployment.
    sku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    // Only the platform uses it.
    access: { endpointSubnetId: endpointSubnetId, networkId: networkId, operatorAddresses: [] }
    workspaceId: monitor.outputs.auditWorkspaceId
    principalId: identity.outputs.principalId
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    access: {
      endpointSubnetId: endpointSubnetId
      networkId: networkId
      operatorAddresses: itemsOf(operatorAddresses)
    }
    workspaceId: monitor.outputs.auditWorkspaceId
    principalId: identity.outputs.principalId
    operatorPrincipalId: operator
    hasMailServer: mail == 'smtp'
  }
}

module communication 'app/communication.bicep' = if (hasCommunication) {
  scope: group
  params: {
    name: 'acs-${token}'
    emailName: 'email-${token}'
    tags: tags
    region: location
    principalId: identity.outputs.principalId
    sender: sender
    isVerified: isMailDomainVerified
  }
}

module door 'app/front-door.bicep' = if (frontDoor != 'none') {
  scope: group
  params: {
    name: frontDoorName
    tags: tags
    sku: frontDoor == 'premium' ? 'Premium_AzureFrontDoor' : 'Standard_AzureFrontDoor'
    domains: domains
    signInLimit: signInLimit
    requestLimit: requestLimit
    workspaceId: monitor.outputs.workspaceId
  }
}

// Without one of its own the app takes the host name that the platform gives it.
var hasOwnOrigin = !empty(publicOrigin) || frontDoor != 'none'
var doorOrigin = 'https://${empty(domains) ? door.?outputs.hostName ?? '' : domains[0]}'
var ownOrigin = empty(publicOrigin) ? doorOrigin : publicOrigin

// The platform reads the mail server's address, which holds its password, from the vault.
var serverSettings = mail == 'smtp'
  ? {
      MAIL_FROM: sender
      SMTP_URL: '@Microsoft.KeyVault(SecretUri=${vault.outputs.url}secrets/smtp-url)'
    }
  : {}
var mailSettings = hasCommunication && isMailDomainVerified
  ? {
      MAIL_FROM: communication.?outputs.sender ?? ''
      COMMUNICATION_ENDPOINT: communication.?outputs.endpoint ?? ''
    }
  : serverSettings
// A domain of Azure takes a tenth of what the code expects.
var mailLimit = mail == 'azureDomain' ? { MAIL_PER_HOUR: '10' } : {}

var sendsMail = mail == 'smtp' || (hasCommunication && isMailDomainVerified)
var sendsNotices = sendsMail || !empty(webhookUrls)

var clientId = identity.outputs.clientId
var appSettings = union(
  {
    AZURE_CLIENT_ID: clientId
    TABLES_ENDPOINT: tables.outputs.endpoint
    KEY_VAULT_URL: vault.outputs.url
    // Not a choice: the query of the alert on the sweep holds this period.
    SWEEP_SCHEDULE: '0 */5 * * * *'
    // Each run is paid for, so the timer rests where there is nothing to send to.
    NOTICE_SCHEDULE: sendsNotices ? noticeSchedule : '0 0 0 1 1 *'
    // Front Door adds one entry to X-Forwarded-For before the platform adds its own.
    TRUSTED_PROXY_HOPS: frontDoor == 'none' ? '0' : '1'
    // The address alone meets a race of the host at its start (azure-functions-host#11787), and the
    // name alone is taken for one of the public cloud.
    AzureWebJobsStorage__accountName: packages.outputs.accountName
    AzureWebJobsStorage__blobServiceUri: packages.outputs.blobEndpoint
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId
    // The host holds a body in memory before the app sees it, up to 100 MiB by default. Above the limit
    // it answers 500; between the app's own 16 KiB and this, the app answers 413.
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1048576'
    APPLICATIONINSIGHTS_CONNECTION_STRING: monitor.outputs.connectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
  },
  hasOwnOrigin ? { PUBLIC_ORIGIN: ownOrigin } : {},
  mailSettings,
  mailLimit,
  empty(webhookUrls) ? {} : { WEBHOOK_URLS: webhookUrls },
  // The host speaks gRPC, and under another name, unless these name what the app speaks.
  contains(settings, 'OTEL_EXPORTER_OTLP_ENDPOINT')
    ? {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf'
        OTEL_SERVICE_NAME: 'portal-credentials'
      }
    : {},
  toObject(items(settings), setting => setting.key, setting => string(setting.value))
)

// Behind Front Door only this Front Door is let in: its addresses are shared by all its
// customers, so its own id is required too.
var siteAccess = {
  minTlsVersion: '1.2'
  scmMinTlsVersion: '1.2'
  ftpsState: 'Disabled'
  http20Enabled: true
  remoteDebuggingEnabled: false
  // Packages are sent from anywhere, under an identity that has a role on the site.
  scmIpSecurityRestrictionsUseMain: false
  scmIpSecurityRestrictionsDefaultAction: 'Allow'
  ipSecurityRestrictionsDefaultAction: frontDoor == 'none' ? 'Allow' : 'Deny'
  ipSecurityRestrictions: frontDoor == 'none'
    ? []
    : [
        {
          name: 'front-door'
          priority: 100
          action: 'Allow'
          tag: 'ServiceTag'
          ipAddress: 'AzureFrontDoor.Backend'
          headers: { 'x-azure-fdid': [door.?outputs.frontDoorId ?? ''] }
        }
      ]
}

module flexApp 'app/flex-app.bicep' = if (plan == 'flexConsumption') {
  scope: group
  params: {
    name: appName
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    settings: appSettings
    packageContainerUrl: packages.outputs.containerUrl
    subnetId: network.?outputs.appSubnetId ?? ''
    siteAccess: siteAccess
    portalOrigins: itemsOf(settings.?PORTAL_ORIGINS ?? '')
    isZoneRedundant: zoneRedundant
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
  }
}

module dedicatedApp 'app/dedicated-app.bicep' = if (plan == 'dedicated') {
  scope: group
  params: {
    name: appName
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    settings: appSettings
    subnetId: network.?outputs.appSubnetId ?? ''
    siteAccess: siteAccess
    isZoneRedundant: zoneRedundant
    sku: dedicatedSku
    maximumInstanceCount: min(maximumInstanceCount, 30)
    alwaysReadyInstances: alwaysReadyInstances
  }
}

var appHostName = flexApp.?outputs.hostName ?? dedicatedApp.?outputs.hostName ?? ''

module doorRoute 'app/front-door-route.bicep' = if (frontDoor != 'none') {
  scope: group
  params: {
    name: frontDoorName
    originHostName: appHostName
    domains: domains
  }
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    name: 'alert-${token}'
    location: location
    tags: tags
    workspaceId: monitor.outputs.workspaceId
    addresses: itemsOf(alertAddresses)
    runbookUrl: runbookUrl
  }
}

var origin = hasOwnOrigin ? ownOrigin : 'https://${appHostName}'

module availability 'app/availability.bicep' = {
  scope: group
  params: {
    name: 'alert-${token}-availability'
    location: location
    tags: tags
    insightsId: monitor.outputs.insightsId
    receiversId: alerts.outputs.receiversId
    origin: origin
    runbookUrl: runbookUrl
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    name: guid(token, 'workbook')
    title: 'Credentials: ${environmentName}'
    location: location
    tags: tags
    workspaceId: monitor.outputs.workspaceId
  }
}

@description('The settings of the commands of operators, who sign in as themselves.')
output TABLES_ENDPOINT string = tables.outputs.endpoint
output KEY_VAULT_URL string = vault.outputs.url
output PUBLIC_ORIGIN string = origin
@description('DNS records that prove that your domains are yours.')
output DOMAIN_RECORDS string[] = door.?outputs.domainRecords ?? []
@description('DNS records that prove that your domain for mail is yours, by what each proves.')
output MAIL_DOMAIN_RECORDS object = communication.?outputs.domainRecords ?? {}
@description('The address where people sign in to this cloud; the clients of operators read it.')
output AZURE_AUTHORITY_HOST string = environment().authentication.loginEndpoint
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = appName
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_LOCATION string = location
