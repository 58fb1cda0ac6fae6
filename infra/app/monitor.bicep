// The workspaces of telemetry. Local authentication is off: a holder of the connection string can send
// nothing without a role, and nothing is read without one.

import { roleIds } from 'type.bicep'

param workspaceName string
param auditWorkspaceName string
param insightsName string
param location string
param tags object

@description('The identity that may send telemetry.')
param principalId string

@minValue(30)
@maxValue(730)
param retentionDays int

@description('Most that a day of telemetry may bring, so that a flood cannot spend without limit.')
@minValue(1)
param dailyLimitGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyLimitGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

// The record of actions on vault and stores, apart from telemetry and without its limit: a flood must not be
// able to switch the audit off.
resource audit 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: auditWorkspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
    // The address of a caller is not kept beside its actions.
    DisableIpMasking: false
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, roleIds.metricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.metricsPublisher
    )
  }
}

output workspaceId string = workspace.id
output auditWorkspaceId string = audit.id
output insightsId string = insights.id
output connectionString string = insights.properties.ConnectionString
