import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { INSTRUMENTS } from '../../fixture/instruments.ts';
import { deployments, listOf, oneOf, type Resource } from './deployment.ts';

/** Alerts and the workbook ask for what the service writes, under the names it writes. */

const RULE = 'Microsoft.Insights/scheduledQueryRules';

/** Sections of infra/RUNBOOK.md, each with an alert. */
const ANCHORS = [
  'a-global-admin-was-reset-by-another',
  'a-pepper-version-is-missing',
  'a-secret-version-is-left-out',
  'hash-queue-saturated',
  'lock-outs-or-refused-sign-ins-spike',
  'server-errors',
  'sweep-late-or-failing',
  'vault-or-tables-do-not-answer',
];

const runbook = readFileSync(
  fileURLToPath(new URL('../../../infra/RUNBOOK.md', import.meta.url)),
  'utf8',
);

/** As they are linked to. */
const sections = [...runbook.matchAll(/^### (.*)$/gm)].map(([, title = '']) =>
  title.toLowerCase().replaceAll(' ', '-'),
);

function queryOf({ properties }: Resource): string {
  return properties.criteria.allOf[0].query;
}

function instrumentsIn(text: string): readonly string[] {
  return [...text.matchAll(/'(credentials\.[a-z_.]+)'/g)].map(([, name = '']) => name);
}

/** Messages that a query compares with, in quotes after `message`. */
function messagesIn(query: string): readonly string[] {
  const comparisons = query.matchAll(/message\)? (?:==|in) (\([^)]*\)|'[^']*')/g);
  return [...comparisons].flatMap(([, texts = '']) =>
    [...texts.matchAll(/'([^']*)'/g)].map(([, text = '']) => text),
  );
}

const source = ['http/exchange.ts', 'http/sweep.ts', 'crypto/secret-ring.ts']
  .map((name) => fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url)))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe.each(deployments)('alerts of $environment', (deployment) => {
  const rules = listOf(deployment, RULE);
  const queries = rules.map(queryOf).join('\n');

  it('each link to their own section of the runbook', () => {
    const anchors = rules.map(({ properties }) => properties.description.split('#')[1]);
    expect(anchors.sort()).toEqual(ANCHORS);
    expect(anchors.filter((anchor) => !sections.includes(anchor))).toEqual([]);
    for (const { properties } of rules) {
      expect(properties.description).toBe(
        `What to do: ${properties.actions.customProperties.runbook}`,
      );
      expect(properties.enabled).toBe(true);
      expect(properties.actions.actionGroups).toHaveLength(1);
    }
  });

  it('ask for instruments and messages that there are', () => {
    const instruments = instrumentsIn(queries);
    expect(instruments.length).toBeGreaterThan(5);
    expect(instruments.filter((name) => !INSTRUMENTS.includes(name))).toEqual([]);
    const messages = messagesIn(queries);
    expect(new Set(messages)).toEqual(
      new Set([
        'the sweep failed',
        'a pepper version is missing',
        'a secret version is left out',
        'a part does not answer',
        'not ready',
        'a fault',
      ]),
    );
    expect(messages.filter((text) => !source.includes(`'${text}'`))).toEqual([]);
  });

  it('look no further than they are given, and at least as far as they are asked', () => {
    for (const { properties } of rules) {
      const isLong = queryOf({ properties } as Resource).includes('ago(15m)');
      expect(properties.overrideQueryTimeRange).toBe(isLong ? 'P1D' : 'PT15M');
      expect(properties.windowSize).toBe('PT15M');
      expect(properties.scopes).toEqual([
        oneOf(deployment, 'Microsoft.OperationalInsights/workspaces').id,
      ]);
    }
  });

  it('and the workbook show every instrument', () => {
    const { serializedData } = oneOf(deployment, 'Microsoft.Insights/workbooks').properties;
    const shown = new Set(instrumentsIn(serializedData));
    expect([...shown].sort()).toEqual(INSTRUMENTS);
    for (const item of JSON.parse(serializedData).items) {
      expect(['parameters', item.content.title]).toContain(item.name);
    }
  });
});
