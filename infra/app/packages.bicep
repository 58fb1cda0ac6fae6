// The storage of the host: the package that it runs, leases of the timer, its own keys, each in a
// container with a role of its own.

import { exposure, roleIds } from 'type.bicep'

param name string
param location string
param tags object
param sku string
param access exposure
param workspaceId string

@description('The identity of the app, under which the host reads the package.')
param principalId string

var packageContainer = 'packages'

// The platform writes and reads the package under the identity of the app. The names of the others are
// the host's own: leases of the timer, and its keys. It makes no container where these are there.
var containers = [
  { name: packageContainer, roleId: roleIds.blobDataContributor }
  { name: 'azure-webjobs-hosts', roleId: roleIds.blobDataOwner }
  { name: 'azure-webjobs-secrets', roleId: roleIds.blobDataOwner }
]

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

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for each in containers: {
    parent: account::service
    name: each.name
    properties: { publicAccess: 'None' }
    dependsOn: [storage]
  }
]

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, index) in containers: {
    scope: blobContainers[index]
    name: guid(blobContainers[index].id, principalId, each.roleId)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        each.roleId
      )
    }
  }
]

output accountName string = account.name
output blobEndpoint string = storage.outputs.blobEndpoint
output containerUrl string = '${storage.outputs.blobEndpoint}${packageContainer}'
