import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { INSTRUMENTS } from '../../fixture/instruments.ts';
import {
  deploymentOf,
  deployments,
  listOf,
  namedOf,
  oneOf,
  type Resource,
  settingsOf,
} from './deployment.ts';

/** Checks that each alert can fire, in time, and reaches a person who finds its section. */

const RULE = 'Microsoft.Insights/scheduledQueryRules';
const METRIC_RULE = 'Microsoft.Insights/metricAlerts';
const TEST = 'Microsoft.Insights/webtests';
const GROUP = 'Microsoft.Insights/actionGroups';
const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';

/** By name: severity, 0 the worst, and the section of infra/RUNBOOK.md. */
const ALERTS: Readonly<Record<string, readonly [number, string]>> = {
  availability: [1, 'not-reachable-from-outside'],
  cap: [1, 'the-daily-cap-is-reached'],
  errors: [1, 'server-errors'],
  faults: [1, 'server-errors'],
  'global-admin': [2, 'a-global-admin-was-reset-by-another'],
  'notices-late': [1, 'notices-are-late'],
  parts: [1, 'vault-or-tables-do-not-answer'],
  pepper: [0, 'a-pepper-version-is-missing'],
  queue: [2, 'hash-queue-saturated'],
  refused: [2, 'lock-outs-or-refused-sign-ins-spike'],
  secret: [2, 'a-secret-version-is-left-out'],
  spray: [2, 'one-password-is-tried-on-many-names'],
  sweep: [2, 'sweep-late-or-failing'],
  undeliverable: [2, 'a-notice-is-undeliverable'],
  webhook: [2, 'a-webhook-receiver-is-gone'],
};
/** Each row is an event, which mails while another is open. */
const EVENTS = ['faults', 'global-admin', 'webhook'];
/** The regions of the test: learn.microsoft.com/azure/azure-monitor/app/availability. */
const PLACES = {
  AzureCloud: [
    ...['emea-nl-ams-azr', 'emea-gb-db3-azr', 'us-va-ash-azr', 'us-ca-sjc-azr'],
    'apac-sg-sin-azr',
  ],
  AzureUSGovernment: ['usgov-va-azr', 'usgov-phx-azr', 'usgov-tx-azr'],
  AzureChinaCloud: ['mc-cne-azr', 'mc-cne2-azr', 'mc-cnn-azr', 'mc-cnn2-azr'],
};
const RUNBOOK_URL = 'infra/RUNBOOK.md';

const runbook = readFileSync(
  fileURLToPath(new URL('../../../infra/RUNBOOK.md', import.meta.url)),
  'utf8',
);

/** Sections below "Alerts", as they are linked to. */
const sections = [
  ...(/^## Alerts$([\s\S]*?)^## /m.exec(runbook)?.[1] ?? '').matchAll(/^### (.*)$/gm),
].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));

const shortNameOf = ({ name }: Resource) => name.replace(/^alert-[a-z0-9]{13}-/, '');

it('has a runbook section for each alert and an alert for each section', () => {
  const anchors = new Set(Object.values(ALERTS).map(([, anchor]) => anchor));
  expect([...sections].sort()).toEqual([...anchors].sort());
});

describe.each(deployments)('the alerts of $environment', (deployment) => {
  const rules = listOf(deployment, RULE);
  const outside = oneOf(deployment, METRIC_RULE);
  const group = oneOf(deployment, GROUP);

  it('have the listed severities and sections', () => {
    const found = [...rules, outside].map((rule) => [
      shortNameOf(rule),
      [rule.properties.severity, rule.properties.description],
    ]);
    const wanted = Object.entries(ALERTS).map(([name, [severity, anchor]]) => [
      name,
      [severity, `What to do: ${RUNBOOK_URL}#${anchor}`],
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(found).toHaveLength(wanted.length);
  });

  it.each(rules.map((rule) => ({ name: shortNameOf(rule), properties: rule.properties })))(
    'include $name, which fires on one row within minutes and mails',
    ({ name, properties }) => {
      expect(properties).toMatchObject({
        enabled: true,
        evaluationFrequency: 'PT5M',
        windowSize: 'PT15M',
        overrideQueryTimeRange: name === 'refused' ? 'P1D' : 'PT15M',
        autoMitigate: !EVENTS.includes(name),
        scopes: [namedOf(deployment, WORKSPACE, 'log-').id],
      });
      expect(properties).not.toHaveProperty('muteActionsDuration');
      const { query, ...condition } = properties.criteria.allOf[0];
      expect(properties.criteria.allOf).toHaveLength(1);
      expect(condition).toEqual({
        timeAggregation: 'Count',
        operator: 'GreaterThan',
        threshold: 0,
        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
      });
      expect(properties.actions.actionGroups).toEqual([group.id]);
      expect(properties.description).toBe(
        `What to do: ${properties.actions.customProperties.runbook}`,
      );
      const file = fileURLToPath(new URL(`../../../infra/app/alert/${name}.kql`, import.meta.url));
      expect(query).toBe(readFileSync(file, 'utf8'));
      // An event is taken by its arrival, else it would mail three times or come too late to.
      expect(query.includes('ingestion_time() > ago(6m)')).toBe(EVENTS.includes(name));
    },
  );

  it('mail each named address', () => {
    const addresses: Readonly<Record<string, readonly string[]>> = {
      development: [],
      premium: ['operations@contoso.example', 'duty@contoso.example'],
    };
    const { enabled, emailReceivers } = group.properties;
    expect(enabled).toBe(true);
    expect(emailReceivers.map((each: { emailAddress: string }) => each.emailAddress)).toEqual(
      addresses[deployment.environment] ?? ['operations@contoso.example'],
    );
  });

  it('include a test from outside at the public address', () => {
    const test = oneOf(deployment, TEST);
    const insights = oneOf(deployment, 'Microsoft.Insights/components');
    const { Request, ValidationRules, Locations, ...properties } = test.properties;
    expect(properties).toMatchObject({ Enabled: true, Kind: 'standard', Frequency: 900 });
    expect(test.tags).toMatchObject({ [`hidden-link:${insights.id}`]: 'Resource' });
    const { PUBLIC_ORIGIN } = settingsOf(deployment);
    if (PUBLIC_ORIGIN === undefined) {
      expect(Request.RequestUrl).toContain(`'${oneOf(deployment, 'Microsoft.Web/sites').id}'`);
      expect(Request.RequestUrl).toContain('.defaultHostName');
      expect(Request.RequestUrl).toContain('{0}/api/health/ready');
    } else {
      expect(Request.RequestUrl).toBe(`${PUBLIC_ORIGIN}/api/health/ready`);
    }
    expect(Request.HttpVerb).toBe('GET');
    expect(ValidationRules).toEqual({
      ExpectedHttpStatusCode: 200,
      SSLCheck: true,
      SSLCertRemainingLifetimeCheck: 14,
    });
    expect(outside.properties).toMatchObject({
      enabled: true,
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      scopes: [test.id, insights.id],
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria',
        webTestId: test.id,
        componentId: insights.id,
        failedLocationCount: 2,
      },
      actions: [{ actionGroupId: group.id }],
    });
    // The cloud is known at the deployment. In each, more places ask than may fail.
    for (const [cloud, places] of Object.entries(PLACES)) {
      expect(Locations).toContain(`'${cloud}', createArray('${places.join("', '")}')`);
      expect(places.length).toBeGreaterThan(outside.properties.criteria.failedLocationCount);
    }
  });

  it('have a workbook that shows every instrument', () => {
    const { serializedData, sourceId } = oneOf(
      deployment,
      'Microsoft.Insights/workbooks',
    ).properties;
    expect(sourceId).toBe(namedOf(deployment, WORKSPACE, 'log-').id);
    const shown = [...serializedData.matchAll(/'(credentials\.[a-z_.]+)'/g)].map(([, n]) => n);
    expect([...new Set(shown)].sort()).toEqual(INSTRUMENTS);
    for (const item of JSON.parse(serializedData).items) {
      expect(['parameters', item.content.title]).toContain(item.name);
    }
  });
});

it('has a receiver of alerts in production', () => {
  const { emailReceivers } = oneOf(deploymentOf('production'), GROUP).properties;
  expect(emailReceivers).not.toEqual([]);
});
