// The address that people use, and limits per client before a request costs a hash. The origin
// behind it is added later (front-door-route.bicep): the app needs this address first.

param name string
param tags object

@allowed(['Standard_AzureFrontDoor', 'Premium_AzureFrontDoor'])
param sku string

@description('Host names of your own.')
param domains string[]

@description('Sign-ins and password changes from one address in five minutes.')
@minValue(10)
param signInLimit int

@description('All requests from one address in five minutes.')
@minValue(100)
param requestLimit int

param workspaceId string

var ownDomainReferences = map(domains, domain => {
  id: resourceId('Microsoft.Cdn/profiles/customDomains', name, replace(domain, '.', '-'))
})

resource profile 'Microsoft.Cdn/profiles@2024-09-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: sku }
  properties: { originResponseTimeoutSeconds: 30 }

  resource endpoint 'afdEndpoints' = {
    name: name
    location: 'global'
    tags: tags
    properties: { enabledState: 'Enabled' }
  }

  resource security 'securityPolicies' = {
    name: 'limits'
    properties: {
      parameters: {
        type: 'WebApplicationFirewall'
        wafPolicy: { id: limits.id }
        associations: [
          {
            domains: concat([{ id: endpoint.id }], ownDomainReferences)
            patternsToMatch: ['/*']
          }
        ]
      }
    }
    dependsOn: [ownDomains]
  }
}

// Resources of the template, like the route and the limits that name them: what is bound by hand is
// gone after the next deployment.
resource ownDomains 'Microsoft.Cdn/profiles/customDomains@2024-09-01' = [
  for domain in domains: {
    parent: profile
    name: replace(domain, '.', '-')
    properties: {
      hostName: domain
      tlsSettings: { certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' }
    }
  }
]

// No managed rules: they look into bodies, take strong passwords for attacks, and write what they
// matched into their log.
resource limits 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2024-02-01' = {
  name: replace(name, '-', '')
  location: 'global'
  tags: tags
  sku: { name: sku }
  properties: {
    policySettings: {
      enabledState: 'Enabled'
      mode: 'Prevention'
      customBlockResponseStatusCode: 429
      requestBodyCheck: 'Disabled'
    }
    customRules: {
      rules: [
        {
          name: 'passwordsPerAddress'
          priority: 100
          enabledState: 'Enabled'
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 5
          rateLimitThreshold: signInLimit
          groupBy: [{ variableName: 'SocketAddr' }]
          matchConditions: [
            {
              matchVariable: 'RequestUri'
              operator: 'Contains'
              // Paths are matched in any case by the host, and may be written in escapes.
              transforms: ['UrlDecode', 'Lowercase']
              matchValue: ['/api/sign-in', '/api/me/password']
              negateCondition: false
            }
          ]
          action: 'Block'
        }
        {
          name: 'requestsPerAddress'
          priority: 200
          enabledState: 'Enabled'
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 5
          rateLimitThreshold: requestLimit
          groupBy: [{ variableName: 'SocketAddr' }]
          matchConditions: [
            {
              matchVariable: 'SocketAddr'
              operator: 'IPMatch'
              matchValue: ['0.0.0.0/0', '::/0']
              negateCondition: false
            }
          ]
          action: 'Block'
        }
      ]
    }
    managedRules: { managedRuleSets: [] }
  }
}

// Requests that were turned away. Not the access log: its addresses hold what admins search for.
resource records 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FrontDoorWebApplicationFirewallLog', enabled: true }]
  }
}

output frontDoorId string = profile.properties.frontDoorId
output hostName string = profile::endpoint.properties.hostName
output domainRecords string[] = [
  for (domain, index) in domains: '_dnsauth.${domain} TXT ${ownDomains[index].properties.validationProperties.validationToken}'
]
