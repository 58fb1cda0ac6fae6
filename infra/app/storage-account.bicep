// A storage account for one purpose: no keys, no anonymous reads, TLS 1.2, every access recorded.

import { exposure } from 'type.bicep'

param name string
param location string
param tags object

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS', 'Standard_GRS'])
param sku string

@description('The content of the account: the part that is recorded and gets the private endpoint.')
@allowed(['blob', 'table'])
param part string

param access exposure
param workspaceId string

var isPrivate = !empty(access.endpointSubnetId)
var isPublic = !isPrivate || !empty(access.operatorAddresses)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: map(access.operatorAddresses, address => { action: 'Allow', value: address })
    }
  }

  resource blobs 'blobServices' = if (part == 'blob') {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }
  }

  resource tables 'tableServices' = if (part == 'table') {
    name: 'default'
  }
}

resource blobRecords 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (part == 'blob') {
  scope: account::blobs
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    // The host reads many times a minute; only changes of the package and its keys matter.
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource tableRecords 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (part == 'table') {
  scope: account::tables
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  params: {
    name: '${name}-${part}'
    location: location
    tags: tags
    subnetId: access.endpointSubnetId
    networkId: access.networkId
    targetId: account.id
    part: part
    publicZone: '${part}.${environment().suffixes.storage}'
  }
}

output blobEndpoint string = account.properties.primaryEndpoints.blob
output tableEndpoint string = account.properties.primaryEndpoints.table
