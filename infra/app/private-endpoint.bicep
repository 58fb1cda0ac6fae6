// One private endpoint with its name in the private zone. The zone's name is the public one with
// `privatelink.` before it, in every cloud.

param name string
param location string
param tags object
param subnetId string
param networkId string
param targetId string

@description('The part of the target that is reached, such as `table`.')
param part string

@description('The name of the public zone, such as `table.core.windows.net`.')
param publicZone string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.${publicZone}'
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'app'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: part
        properties: { privateLinkServiceId: targetId, groupIds: [part] }
      }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: part
          properties: { privateDnsZoneId: zone.id }
        }
      ]
    }
  }
}
