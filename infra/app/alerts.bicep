// The alerts for the on-call engineer, each with its section of the runbook.

param name string
param location string
param tags object
param workspaceId string

@description('Mail addresses; without one, alerts are in the portal alone.')
param addresses string[]

param runbookUrl string

type rule = {
  name: string

  @description('0 is worst.')
  @minValue(0)
  @maxValue(3)
  severity: int

  @description('The anchor of a section of infra/RUNBOOK.md.')
  anchor: string

  @description('Returns a row for each reason to call an engineer, and none while all is well. It reads one table: alert rules do not support `union` and `search`.')
  query: string

  @description('The time that the query looks back, if that is more than the default.')
  timeRange: ('P1D')?

  @description('True makes each row an event of its own: every one mails, also while an alert is open. Its query takes rows by the time of their arrival, so that each is taken in one run.')
  isEvent: bool?
}

var rules rule[] = [
  {
    name: 'sweep'
    severity: 2
    anchor: 'sweep-late-or-failing'
    query: loadTextContent('alert/sweep.kql')
  }
  {
    name: 'refused'
    severity: 2
    anchor: 'lock-outs-or-refused-sign-ins-spike'
    query: loadTextContent('alert/refused.kql')
    timeRange: 'P1D'
  }
  {
    name: 'spray'
    severity: 2
    anchor: 'one-password-is-tried-on-many-names'
    query: loadTextContent('alert/spray.kql')
  }
  {
    name: 'errors'
    severity: 1
    anchor: 'server-errors'
    query: loadTextContent('alert/errors.kql')
  }
  {
    name: 'faults'
    severity: 1
    anchor: 'server-errors'
    query: loadTextContent('alert/faults.kql')
    isEvent: true
  }
  {
    name: 'queue'
    severity: 2
    anchor: 'hash-queue-saturated'
    query: loadTextContent('alert/queue.kql')
  }
  {
    name: 'parts'
    severity: 1
    anchor: 'vault-or-tables-do-not-answer'
    query: loadTextContent('alert/parts.kql')
  }
  {
    name: 'pepper'
    severity: 0
    anchor: 'a-pepper-version-is-missing'
    query: loadTextContent('alert/pepper.kql')
  }
  {
    name: 'secret'
    severity: 2
    anchor: 'a-secret-version-is-left-out'
    query: loadTextContent('alert/secret.kql')
  }
  {
    name: 'webhook'
    severity: 2
    anchor: 'a-webhook-receiver-is-gone'
    query: loadTextContent('alert/webhook.kql')
    isEvent: true
  }
  {
    name: 'notices-late'
    severity: 1
    anchor: 'notices-are-late'
    query: loadTextContent('alert/notices-late.kql')
  }
  {
    name: 'undeliverable'
    severity: 2
    anchor: 'a-notice-is-undeliverable'
    query: loadTextContent('alert/undeliverable.kql')
  }
  {
    name: 'global-admin'
    severity: 2
    anchor: 'a-global-admin-was-reset-by-another'
    query: loadTextContent('alert/global-admin.kql')
    isEvent: true
  }
  {
    name: 'cap'
    severity: 1
    anchor: 'the-daily-cap-is-reached'
    query: loadTextContent('alert/cap.kql')
  }
]

resource receivers 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'credentials'
    emailReceivers: map(addresses, address => {
      name: address
      emailAddress: address
      useCommonAlertSchema: true
    })
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Credentials: ${rule.name}'
      description: 'What to do: ${runbookUrl}#${rule.anchor}'
      enabled: true
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      overrideQueryTimeRange: rule.?timeRange ?? 'PT15M'
      autoMitigate: !(rule.?isEvent ?? false)
      // Telemetry of a new environment is not there yet, and its tables neither.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: [receivers.id]
        customProperties: { runbook: '${runbookUrl}#${rule.anchor}' }
      }
    }
  }
]

output receiversId string = receivers.id
