// Requests the address that people use from outside, and notifies the receivers when two places get no
// good answer: the other alerts see only requests that reached the app.

param name string
param location string
param tags object
param insightsId string

@description('The action group of the other alerts.')
param receiversId string

@description('The address that callers use, such as `https://passwords.contoso.example`.')
param origin string

param runbookUrl string

@description('Places of each cloud, by the tags that the platform gives them.')
var places = {
  AzureCloud: [
    'emea-nl-ams-azr'
    'emea-gb-db3-azr'
    'us-va-ash-azr'
    'us-ca-sjc-azr'
    'apac-sg-sin-azr'
  ]
  AzureUSGovernment: ['usgov-va-azr', 'usgov-phx-azr', 'usgov-tx-azr']
  AzureChinaCloud: ['mc-cne-azr', 'mc-cne2-azr', 'mc-cnn-azr', 'mc-cnn2-azr']
}

@description('The interval of one place. The places take turns, so that together they send a request every few minutes.')
var frequencySeconds = 900

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: name
    Name: name
    Enabled: true
    Kind: 'standard'
    Frequency: frequencySeconds
    Timeout: 30
    RetryEnabled: true
    Locations: map(places[environment().name], place => { Id: place })
    Request: {
      RequestUrl: '${origin}/api/health/ready'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: name
  location: 'global'
  tags: union(tags, {
    'hidden-link:${insightsId}': 'Resource'
    'hidden-link:${test.id}': 'Resource'
  })
  properties: {
    description: 'What to do: ${runbookUrl}#not-reachable-from-outside'
    enabled: true
    severity: 1
    scopes: [test.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: receiversId }]
  }
}
