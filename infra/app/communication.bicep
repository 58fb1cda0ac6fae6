// Mail by Azure Communication Services. The app sends as its identity: keys are off.

import { roleIds } from 'type.bicep'

param name string
param emailName string
param tags object

@description('The region of the app: mail is kept in the same geography.')
param region string

@description('The identity of the app.')
param principalId string

@description('The sender in a domain of your own; empty: the domain is of Azure, and so is the sender.')
param sender string

@description('True uses the domain. One of your own can be used only when its DNS records are proven.')
param isVerified bool

@description('The geographies that keep mail, by region; the others of the public cloud are in the United States.')
var dataLocations = {
  australiaeast: 'Australia'
  australiasoutheast: 'Australia'
  brazilsouth: 'Brazil'
  canadacentral: 'Canada'
  centralindia: 'India'
  eastasia: 'Asia Pacific'
  francecentral: 'France'
  germanynorth: 'Germany'
  germanywestcentral: 'Germany'
  italynorth: 'Europe'
  japaneast: 'Japan'
  koreacentral: 'Korea'
  northeurope: 'Europe'
  norwayeast: 'Norway'
  southafricanorth: 'Africa'
  southeastasia: 'Asia Pacific'
  southindia: 'India'
  spaincentral: 'Europe'
  swedencentral: 'Europe'
  switzerlandnorth: 'Switzerland'
  uaenorth: 'UAE'
  uksouth: 'UK'
  ukwest: 'UK'
  westeurope: 'Europe'
}
var dataLocation = dataLocations[?region] ?? 'United States'

var isOwn = !empty(sender)
// The name is fixed for a domain of Azure.
var domainName = isOwn ? last(split(sender, '@')) : 'AzureManagedDomain'

resource email 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: emailName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    name: domainName
    location: 'global'
    tags: tags
    properties: {
      domainManagement: isOwn ? 'CustomerManaged' : 'AzureManaged'
      // Pictures and changed links would show when a mail is read.
      userEngagementTracking: 'Disabled'
    }

    // A domain of Azure has the sender DoNotReply from the start.
    resource senderName 'senderUsernames' = if (isOwn) {
      name: isOwn ? first(split(sender, '@')) : 'none'
      properties: { username: isOwn ? first(split(sender, '@')) : 'none' }
    }
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    // A domain that is not proven cannot be named here: the deployment would fail.
    linkedDomains: isVerified ? [email::domain.id] : []
  }
}

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, principalId, roleIds.emailOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.emailOwner
    )
  }
}

output endpoint string = 'https://${communication.properties.hostName}'
output sender string = isOwn
  ? sender
  : 'DoNotReply@${email::domain.properties.mailFromSenderDomain}'

@description('The DNS records that prove the domain, by name of the proof.')
output domainRecords object = isOwn ? email::domain.properties.verificationRecords : {}
