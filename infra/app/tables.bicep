// The tables of the service. The app may read and write rows of this account and nothing else; the
// tables are made here, but a transaction is sent to the account's own address, so the role is on
// the account.

import { exposure, roleIds } from 'type.bicep'

param name string
param location string
param tags object
param sku string

@description('True locks the account: it cannot be deleted until the lock is removed.')
param isLocked bool
param access exposure
param workspaceId string

@description('The identity of the app.')
param principalId string

@description('The operator that makes the first admin and runs the commands; empty: none.')
param operatorPrincipalId string

@description('The names of the tables, as in shared/azure/table/table-store.ts.')
var tableNames = ['accounts', 'attempts', 'expiries', 'announcements']

module storage 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    part: 'table'
    access: access
    workspaceId: workspaceId
  }
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: name

  resource service 'tableServices' existing = {
    name: 'default'
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for table in tableNames: {
    parent: account::service
    name: table
    dependsOn: [storage]
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  scope: account
  name: 'tables'
  properties: {
    level: 'CanNotDelete'
    notes: 'Tables have neither backup nor soft delete. infra/README.md says how to take it down.'
  }
  dependsOn: [storage]
}

var roleDefinitionId = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  roleIds.tableDataContributor
)

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, roleIds.tableDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
  dependsOn: [storage]
}

resource operator 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorPrincipalId)) {
  scope: account
  name: guid(account.id, operatorPrincipalId, roleIds.tableDataContributor)
  properties: { principalId: operatorPrincipalId, roleDefinitionId: roleDefinitionId }
  dependsOn: [storage]
}

output endpoint string = storage.outputs.tableEndpoint
