// From Front Door to the app: every path, by HTTPS, nothing kept on the way.

@description('The name of the profile and its endpoint.')
param name string

@description('The custom domains, named at every deployment: a route loses a domain that is left out.')
param domains string[]

@description('The host name of the app.')
param originHostName string

resource profile 'Microsoft.Cdn/profiles@2024-09-01' existing = {
  name: name

  resource endpoint 'afdEndpoints' existing = {
    name: name
  }
}

resource group 'Microsoft.Cdn/profiles/originGroups@2024-09-01' = {
  parent: profile
  name: 'app'
  properties: {
    loadBalancingSettings: {
      sampleSize: 4
      successfulSamplesRequired: 3
      additionalLatencyInMilliseconds: 50
    }
    // One origin, so a probe could only take the service away; the alerts look at its health.
    sessionAffinityState: 'Disabled'
  }

  resource app 'origins' = {
    name: 'app'
    properties: {
      hostName: originHostName
      originHostHeader: originHostName
      httpsPort: 443
      priority: 1
      weight: 1000
      enabledState: 'Enabled'
      enforceCertificateNameCheck: true
    }
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2024-09-01' = {
  parent: profile::endpoint
  name: 'everything'
  properties: {
    originGroup: { id: group.id }
    customDomains: map(domains, domain => {
      id: resourceId('Microsoft.Cdn/profiles/customDomains', name, replace(domain, '.', '-'))
    })
    patternsToMatch: ['/*']
    supportedProtocols: ['Http', 'Https']
    httpsRedirect: 'Enabled'
    forwardingProtocol: 'HttpsOnly'
    linkToDefaultDomain: 'Enabled'
    enabledState: 'Enabled'
  }
  dependsOn: [group::app]
}
