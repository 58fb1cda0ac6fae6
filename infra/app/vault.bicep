// The vault of the pepper, the keys of tokens and receipts, and the webhook key. The app may read these four
// and nothing else in it but, if one is set, the address of the mail server. Their values are made by
// `npm run -s cli -- rotate` under the operator's identity, never here.

import { exposure, roleIds } from 'type.bicep'

param name string
param location string
param tags object
param access exposure
param workspaceId string

@description('The identity of the app.')
param principalId string

@description('The operator that makes and rotates the secrets; empty: none.')
param operatorPrincipalId string

@description('True lets the app read `smtp-url`, which the operator has made before.')
param hasMailServer bool

@description('The names of the secrets, as in ROTATED_SECRETS of shared/crypto/secret/secret-rotation.ts.')
var secretNames = ['password-pepper', 'token-signing-key', 'receipt-signing-key', 'webhook-key']

var isPrivate = !empty(access.endpointSubnetId)
var isPublic = !isPrivate || !empty(access.operatorAddresses)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      // The resource manager makes the empty places below; no values pass through it.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: map(access.operatorAddresses, address => { value: address })
    }
  }
}

// A role can be assigned on a secret only if the secret exists. So each has a first version that stays
// disabled, which the app never reads, and whose value is these words.
@onlyIfNotExists()
resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [
  for secret in secretNames: {
    parent: vault
    name: secret
    properties: {
      value: 'no secret: portal-credentials rotate makes the first version'
      contentType: 'place holder'
      attributes: { enabled: false }
    }
  }
]

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, index) in secretNames: {
    scope: secrets[index]
    name: guid(vault.id, secret, principalId, roleIds.secretsUser)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roleIds.secretsUser
      )
    }
  }
]

resource mailServer 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: 'smtp-url'
}

resource mail 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hasMailServer) {
  scope: mailServer
  name: guid(vault.id, mailServer.name, principalId, roleIds.secretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.secretsUser
    )
  }
}

resource operator 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorPrincipalId)) {
  scope: vault
  name: guid(vault.id, operatorPrincipalId, roleIds.secretsOfficer)
  properties: {
    principalId: operatorPrincipalId
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.secretsOfficer
    )
  }
}

resource records 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  params: {
    name: '${name}-vault'
    location: location
    tags: tags
    subnetId: access.endpointSubnetId
    networkId: access.networkId
    targetId: vault.id
    part: 'vault'
    // The private zone of a vault is not named after its public one.
    publicZone: replace(environment().suffixes.keyvaultDns, '.vault.', 'vaultcore.')
  }
}

output url string = vault.properties.vaultUri
