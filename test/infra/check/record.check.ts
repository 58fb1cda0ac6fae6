import { describe, expect, it } from 'vitest';
import { type Deployment, deployments, listOf, namedOf, oneOf, planted } from './deployment.ts';

/** Records are complete, kept, and out of the reach of a flood. */

const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';
const RECORDS = 'Microsoft.Insights/diagnosticSettings';
const INSIGHTS = 'Microsoft.Insights/components';

/** By what is recorded: the audit, and what Front Door turned away. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  blobServices: ['StorageWrite', 'StorageDelete'],
  tableServices: ['StorageRead', 'StorageWrite', 'StorageDelete'],
  vaults: ['audit'],
  // Not the access log: its addresses hold what admins search for.
  profiles: ['FrontDoorWebApplicationFirewallLog'],
};

interface Log {
  readonly category?: string;
  readonly categoryGroup?: string;
  readonly enabled: boolean;
}

/** `<kind>: <log>` of what is recorded. */
function recorded(deployment: Deployment): readonly string[] {
  return listOf(deployment, RECORDS)
    .flatMap(({ id, properties }) => {
      const [scope = ''] = id.split('/providers/Microsoft.Insights/');
      const kind = scope.split('/').at(-2);
      return properties.logs
        .filter(({ enabled }: Log) => enabled)
        .map(({ category, categoryGroup }: Log) => `${kind}: ${category ?? categoryGroup}`);
    })
    .sort();
}

function wanted(deployment: Deployment): readonly string[] {
  const hasDoor = listOf(deployment, 'Microsoft.Cdn/profiles').length > 0;
  return Object.entries(WANTED)
    .filter(([kind]) => hasDoor || kind !== 'profiles')
    .flatMap(([kind, logs]) => logs.map((log) => `${kind}: ${log}`))
    .sort();
}

describe.each(deployments)('the records of $environment', (deployment) => {
  const telemetry = namedOf(deployment, WORKSPACE, 'log-');
  const audit = namedOf(deployment, WORKSPACE, 'audit-');

  it('cover all access to vault, tables and packages', () => {
    expect(recorded(deployment)).toEqual(wanted(deployment));
    const silent = planted(deployment, RECORDS, (properties) => {
      for (const log of properties.logs) log.enabled = false;
    });
    expect(recorded(silent)).not.toEqual(wanted(deployment));
  });

  it('go to the audit workspace, those of a flood to the other', () => {
    for (const { id, properties } of listOf(deployment, RECORDS)) {
      const isDoor = id.includes('/Microsoft.Cdn/');
      expect(properties.workspaceId, id).toBe(isDoor ? telemetry.id : audit.id);
    }
    expect(oneOf(deployment, INSIGHTS).properties.WorkspaceResourceId).toBe(telemetry.id);
  });

  it('have a cap for telemetry, none for the audit, and a retention', () => {
    expect(listOf(deployment, WORKSPACE)).toHaveLength(2);
    const capGb: Readonly<Record<string, number>> = { development: 1, production: 5 };
    expect(telemetry.properties.workspaceCapping).toEqual({
      dailyQuotaGb: capGb[deployment.environment] ?? 2,
    });
    expect(audit.properties).not.toHaveProperty('workspaceCapping');
    const days = deployment.environment === 'development' ? 30 : 90;
    for (const { properties } of [telemetry, audit]) {
      expect(properties.retentionInDays).toBe(days);
      expect(properties.features).toEqual({
        disableLocalAuth: true,
        enableLogAccessUsingOnlyResourcePermissions: true,
      });
    }
  });

  it('include deleted blobs for a week', () => {
    const { properties } = oneOf(deployment, 'Microsoft.Storage/storageAccounts/blobServices');
    expect(properties.deleteRetentionPolicy).toEqual({ enabled: true, days: 7 });
  });
});
