// The work of the service, on one page.

@description('A GUID, which the platform requires.')
param name string

param title string
param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: name
  location: location
  tags: union(tags, { 'hidden-title': title })
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: workspaceId
    version: '1.0'
    serializedData: string(loadJsonContent('workbook.json'))
  }
}
