import { describe, expect, it } from 'vitest';
import { HASH_WAITING_FLOOR } from '../../../shared/crypto/password/hash-queue.ts';
import { parseSettings } from '../../../shared/setting.ts';
import {
  type Deployment,
  deployments,
  isOnFlex,
  listOf,
  namedOf,
  oneOf,
  settingsOf,
} from './deployment.ts';

/** Checks that the site is reached, deployed and scaled as intended. */

const SITE = 'Microsoft.Web/sites';
const PLAN = 'Microsoft.Web/serverfarms';
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const SCALE = 'Microsoft.Insights/autoscalesettings';
const SWEEP_MINUTES = 5;

const siteOf = (deployment: Deployment) => oneOf(deployment, SITE).properties;
const identityOf = (deployment: Deployment) =>
  oneOf(deployment, 'Microsoft.ManagedIdentity/userAssignedIdentities').id;

/** An expression that reads one member of one resource, whatever version of the API it names. */
function reads(id: string, member: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`reference\\('${literal(id)}', '[\\d-]+'\\)\\.${literal(member)}(?![\\w.])`);
}

/** The origins that the app itself answers for. */
function portalOriginsOf(deployment: Deployment): readonly string[] {
  const { PORTAL_ORIGINS = '' } = settingsOf(deployment);
  return parseSettings({
    PUBLIC_ORIGIN: 'https://a.example',
    TABLES_ENDPOINT: 'https://tables.example',
    KEY_VAULT_URL: 'https://vault.example',
    PORTAL_ORIGINS,
  }).portalOrigins;
}

describe.each(deployments)('the site of $environment', (deployment) => {
  const { siteConfig, ...site } = siteOf(deployment);
  const settings = settingsOf(deployment);
  const clientId = reads(identityOf(deployment), 'clientId');

  it('answers preflights of the portal only, on Flex Consumption', () => {
    const origins = portalOriginsOf(deployment);
    if (isOnFlex(deployment)) expect(siteConfig.cors).toEqual({ allowedOrigins: origins });
    else expect(siteConfig).not.toHaveProperty('cors');
    expect(origins).not.toContain('*');
  });

  it('is reachable by https only, and publishes under its own rules', () => {
    expect(site).toMatchObject({
      publicNetworkAccess: 'Enabled',
      httpsOnly: true,
      clientAffinityEnabled: false,
    });
    expect(siteConfig).toMatchObject({
      scmIpSecurityRestrictionsUseMain: false,
      scmIpSecurityRestrictionsDefaultAction: 'Allow',
      http20Enabled: true,
    });
  });

  it('names in each setting the resource that it means', () => {
    const blobs = namedOf(deployment, ACCOUNT, 'stpkg');
    const insights = oneOf(deployment, 'Microsoft.Insights/components');
    expect(settings).toMatchObject({
      AZURE_CLIENT_ID: expect.stringMatching(clientId),
      TABLES_ENDPOINT: expect.stringMatching(
        reads(namedOf(deployment, ACCOUNT, 'sttab').id, 'primaryEndpoints.table'),
      ),
      KEY_VAULT_URL: expect.stringMatching(
        reads(oneOf(deployment, 'Microsoft.KeyVault/vaults').id, 'vaultUri'),
      ),
      AzureWebJobsStorage__accountName: blobs.name,
      AzureWebJobsStorage__blobServiceUri: expect.stringMatching(
        reads(blobs.id, 'primaryEndpoints.blob'),
      ),
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: expect.stringMatching(clientId),
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringMatching(
        reads(insights.id, 'ConnectionString'),
      ),
    });
    const authentication = settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING;
    expect(authentication).toContain("format('ClientId={0};Authorization=AAD', ");
    expect(authentication).toMatch(clientId);
  });

  it('exports to a collector as the app does, in the host too', () => {
    if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) {
      expect(Object.keys(settings).filter((name) => name.startsWith('OTEL_'))).toEqual([]);
      return;
    }
    expect(settings).toMatchObject({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_SERVICE_NAME: 'portal-credentials',
    });
  });

  it('sweeps every five minutes, as the alert expects', () => {
    expect(settings.SWEEP_SCHEDULE).toBe(`0 */${SWEEP_MINUTES} * * * *`);
  });

  it('runs Node 24 under the identity of the app only', () => {
    const { kind, tags, identity } = oneOf(deployment, SITE);
    const { runtime } = site.functionAppConfig ?? {};
    expect(runtime ? `${runtime.name}|${runtime.version}` : siteConfig.linuxFxVersion).toMatch(
      /^node\|24$/i,
    );
    expect(kind).toBe('functionapp,linux');
    expect(identity).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: { [identityOf(deployment)]: {} },
    });
    expect(tags).toEqual({
      'azd-env-name': deployment.resources[0]?.tags?.['azd-env-name'],
      'azd-service-name': 'api',
    });
    expect(site.serverFarmId).toBe(oneOf(deployment, PLAN).id);
  });
});

describe.each(deployments.filter(isOnFlex))(
  'the site on Flex Consumption, $environment',
  (deployment) => {
    const { functionAppConfig } = siteOf(deployment);
    const { scaleAndConcurrency } = functionAppConfig;

    it('reads its package from its container under the identity of the app', () => {
      const { type, value, authentication } = functionAppConfig.deployment.storage;
      const containers = listOf(deployment, CONTAINER);
      const names = containers.map(({ name }) => name.split('/').at(-1));
      expect(names.sort()).toEqual(['azure-webjobs-hosts', 'azure-webjobs-secrets', 'packages']);
      expect(type).toBe('blobContainer');
      expect(value).toMatch(
        reads(namedOf(deployment, ACCOUNT, 'stpkg').id, 'primaryEndpoints.blob'),
      );
      expect(value).toContain("'packages')");
      expect(authentication).toEqual({
        type: 'UserAssignedIdentity',
        userAssignedIdentityResourceId: identityOf(deployment),
      });
    });

    it('gets no more calls than may wait for a hash, on at most 40 instances', () => {
      expect(scaleAndConcurrency.instanceMemoryMB).toBe(2048);
      expect(scaleAndConcurrency.triggers.http.perInstanceConcurrency).toBe(HASH_WAITING_FLOOR);
      expect(scaleAndConcurrency.maximumInstanceCount).toBe(40);
    });

    it('keeps instances for requests warm, and no unknown group', () => {
      const groups = scaleAndConcurrency.alwaysReady;
      const production = [{ name: 'http', instanceCount: 2 }];
      expect(groups).toEqual(deployment.environment === 'production' ? production : []);
    });
  },
);

const dedicated = deployments.filter((each) => !isOnFlex(each));

describe.each(dedicated)('the site on a dedicated plan, $environment', (deployment) => {
  const { siteConfig } = siteOf(deployment);
  const { properties } = oneOf(deployment, SCALE);
  const plan = oneOf(deployment, PLAN);

  it('always runs from the package', () => {
    expect(siteConfig.alwaysOn).toBe(true);
    expect(settingsOf(deployment)).toMatchObject({
      WEBSITE_RUN_FROM_PACKAGE: '1',
      FUNCTIONS_EXTENSION_VERSION: '~4',
      FUNCTIONS_WORKER_RUNTIME: 'node',
    });
  });

  it('scales with the processor load from two to at most six instances', () => {
    expect(properties).toMatchObject({ enabled: true, targetResourceUri: plan.id });
    const [{ capacity, rules }] = properties.profiles;
    expect(Number(capacity.maximum)).toBe(6);
    expect(Number(capacity.minimum)).toBe(2);
    expect(plan.sku?.capacity).toBe(2);
    const steps = rules.map((rule: (typeof rules)[number]) => ({
      metric: rule.metricTrigger.metricName,
      source: rule.metricTrigger.metricResourceUri,
      when: `${rule.metricTrigger.operator} ${rule.metricTrigger.threshold}`,
      does: `${rule.scaleAction.direction} ${rule.scaleAction.value}`,
    }));
    const processor = { metric: 'CpuPercentage', source: plan.id };
    expect(steps).toEqual([
      { ...processor, when: 'GreaterThan 70', does: 'Increase 1' },
      { ...processor, when: 'LessThan 30', does: 'Decrease 1' },
    ]);
  });
});

describe('zones and locks', () => {
  it.each(deployments)('spread plan and stores of $environment over zones, or neither', (each) => {
    const isSpread = ['production', 'premium'].includes(each.environment);
    expect(oneOf(each, PLAN).properties.zoneRedundant).toBe(isSpread);
    const skus = ['sttab', 'stpkg'].map((name) => namedOf(each, ACCOUNT, name).sku?.name);
    const wanted: Readonly<Record<string, readonly string[]>> = {
      development: ['Standard_LRS', 'Standard_LRS'],
      // Regions without zones.
      private: ['Standard_GRS', 'Standard_LRS'],
      production: ['Standard_GZRS', 'Standard_ZRS'],
      premium: ['Standard_ZRS', 'Standard_ZRS'],
    };
    expect(skus).toEqual(wanted[each.environment] ?? ['Standard_ZRS', 'Standard_LRS']);
  });

  it.each(deployments)('protect the tables of $environment where configured', (each) => {
    const locks = listOf(each, 'Microsoft.Authorization/locks');
    const lock = { level: 'CanNotDelete' };
    expect(locks.map(({ properties }) => ({ level: properties.level }))).toEqual(
      each.environment === 'production' ? [lock] : [],
    );
    for (const { id } of locks) expect(id).toContain(`${namedOf(each, ACCOUNT, 'sttab').id}/`);
  });
});
