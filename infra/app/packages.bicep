// What the host needs: the package that it runs, leases of the timer, its own keys.

import { exposure, roleIds } from 'type.bicep'

param name string
param location string
param tags object
param sku string
param access exposure
param workspaceId string

@description('The identity of the app, under which the host reads the package.')
param principalId string

var containerName = 'packages'

module storage 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    part: 'blob'
    access: access
    workspaceId: workspaceId
  }
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: name

  resource service 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: account::service
  name: containerName
  properties: { publicAccess: 'None' }
  dependsOn: [storage]
}

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, roleIds.blobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.blobDataOwner
    )
  }
  dependsOn: [storage]
}

output accountName string = account.name
output blobEndpoint string = storage.outputs.blobEndpoint
output containerUrl string = '${storage.outputs.blobEndpoint}${containerName}'
