// The app on a dedicated plan, for clouds and regions without Flex Consumption. Not Elastic Premium:
// that keeps its content on a file share which is reached by an account key, and there are no keys
// here.

param name string
param planName string
param location string
param tags object
param identityId string
param settings object

@description('The subnet that the app joins to reach the stores; empty for none.')
param subnetId string

@description('The settings of the site: restrictions and TLS.')
param siteAccess object

param isZoneRedundant bool

@description('Two cores and 8 GiB an instance by default.')
param sku string

@minValue(1)
@maxValue(30)
param maximumInstanceCount int

@minValue(0)
param alwaysReadyInstances int

// A plan over zones takes no fewer than two.
var minimumInstanceCount = max(isZoneRedundant ? 2 : 1, alwaysReadyInstances)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'linux'
  sku: { name: sku, capacity: minimumInstanceCount }
  properties: { reserved: true, zoneRedundant: isZoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // The app's identity has the role on a secret that a setting refers to.
    keyVaultReferenceIdentity: identityId
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: union(siteAccess, {
      alwaysOn: true
      linuxFxVersion: 'NODE|24'
      healthCheckPath: '/api/health/live'
      vnetRouteAllEnabled: !empty(subnetId)
    })
  }

  resource configuration 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      FUNCTIONS_EXTENSION_VERSION: '~4'
      FUNCTIONS_WORKER_RUNTIME: 'node'
      WEBSITE_RUN_FROM_PACKAGE: '1'
    })
  }

  // Deployments use an identity; user name and password of the publishing profile are off.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Hashing takes the CPU, so its use shows how busy an instance is.
resource scale 'Microsoft.Insights/autoscalesettings@2022-10-01' = {
  name: '${planName}-scale'
  location: location
  tags: tags
  properties: {
    enabled: true
    targetResourceUri: plan.id
    profiles: [
      {
        name: 'by processor'
        capacity: {
          minimum: string(minimumInstanceCount)
          default: string(minimumInstanceCount)
          maximum: string(maximumInstanceCount)
        }
        rules: [
          {
            metricTrigger: {
              metricName: 'CpuPercentage'
              metricResourceUri: plan.id
              timeGrain: 'PT1M'
              statistic: 'Average'
              timeWindow: 'PT5M'
              timeAggregation: 'Average'
              operator: 'GreaterThan'
              threshold: 70
            }
            scaleAction: {
              direction: 'Increase'
              type: 'ChangeCount'
              value: '1'
              cooldown: 'PT5M'
            }
          }
          {
            metricTrigger: {
              metricName: 'CpuPercentage'
              metricResourceUri: plan.id
              timeGrain: 'PT1M'
              statistic: 'Average'
              timeWindow: 'PT15M'
              timeAggregation: 'Average'
              operator: 'LessThan'
              threshold: 30
            }
            scaleAction: {
              direction: 'Decrease'
              type: 'ChangeCount'
              value: '1'
              cooldown: 'PT15M'
            }
          }
        ]
      }
    ]
  }
}

output hostName string = app.properties.defaultHostName
