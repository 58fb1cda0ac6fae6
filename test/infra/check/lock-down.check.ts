import { describe, expect, it } from 'vitest';
import { PLACE_HOLDER_TYPE } from '../../../shared/azure/vault/secret-keeper.ts';
import {
  type Deployment,
  deploymentOf,
  deployments,
  listOf,
  oneOf,
  planted,
  type Resource,
} from './deployment.ts';

/** Each rule names what breaks it; each is seen to fail on a planted violation. */

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const VAULT = 'Microsoft.KeyVault/vaults';
const SECRET = 'Microsoft.KeyVault/vaults/secrets';
const CONTAINER = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';
const INSIGHTS = 'Microsoft.Insights/components';
const PUBLISHING = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
const SITE = 'Microsoft.Web/sites';
const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const RECORDS = 'Microsoft.Insights/diagnosticSettings';
const ENDPOINT = 'Microsoft.Network/privateEndpoints';

type Rule = (deployment: Deployment) => readonly string[];

/** Members that must have a value, by dotted path, of every resource of a type. */
function requires(type: string, wanted: Readonly<Record<string, unknown>>): Rule {
  return (deployment) => {
    const found = listOf(deployment, type);
    if (found.length === 0) return [`no ${type}`];
    return found.flatMap(({ name, properties }) =>
      Object.entries(wanted)
        .filter(([path, value]) => valueAt(properties, path) !== value)
        .map(([path]) => `${name}: ${path}`),
    );
  };
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], value);
}

const storageIsLocked = requires(ACCOUNT, {
  allowSharedKeyAccess: false,
  allowBlobPublicAccess: false,
  allowCrossTenantReplication: false,
  defaultToOAuthAuthentication: true,
  minimumTlsVersion: 'TLS1_2',
  supportsHttpsTrafficOnly: true,
});

const containersAreClosed = requires(CONTAINER, {
  publicAccess: 'None',
});

const vaultIsLocked = requires(VAULT, {
  enableRbacAuthorization: true,
  enablePurgeProtection: true,
  enableSoftDelete: true,
  softDeleteRetentionInDays: 90,
  enabledForDeployment: false,
  enabledForTemplateDeployment: false,
  enabledForDiskEncryption: false,
});

const workspaceTakesNoKey = requires(WORKSPACE, {
  'features.disableLocalAuth': true,
});

const insightsTakeNoKey = requires(INSIGHTS, { DisableLocalAuth: true });

const publishingTakesNoPassword = requires(PUBLISHING, { allow: false });

const siteIsLocked = requires(SITE, {
  httpsOnly: true,
  'siteConfig.minTlsVersion': '1.2',
  'siteConfig.scmMinTlsVersion': '1.2',
  'siteConfig.ftpsState': 'Disabled',
  'siteConfig.remoteDebuggingEnabled': false,
});

/** A rule, and a member without which it must fail. */
const RULES: readonly { rule: Rule; type: string; member: string }[] = [
  { rule: storageIsLocked, type: ACCOUNT, member: 'allowSharedKeyAccess' },
  { rule: storageIsLocked, type: ACCOUNT, member: 'minimumTlsVersion' },
  { rule: storageIsLocked, type: ACCOUNT, member: 'allowBlobPublicAccess' },
  { rule: containersAreClosed, type: CONTAINER, member: 'publicAccess' },
  { rule: vaultIsLocked, type: VAULT, member: 'enableRbacAuthorization' },
  { rule: vaultIsLocked, type: VAULT, member: 'enablePurgeProtection' },
  { rule: vaultIsLocked, type: VAULT, member: 'softDeleteRetentionInDays' },
  { rule: workspaceTakesNoKey, type: WORKSPACE, member: 'features' },
  { rule: insightsTakeNoKey, type: INSIGHTS, member: 'DisableLocalAuth' },
  { rule: publishingTakesNoPassword, type: PUBLISHING, member: 'allow' },
  { rule: siteIsLocked, type: SITE, member: 'httpsOnly' },
  { rule: siteIsLocked, type: SITE, member: 'siteConfig' },
];

describe.each(deployments)('$environment', (deployment) => {
  it.each(RULES)('has $member as it must be in each $type', ({ rule, type, member }) => {
    expect(rule(deployment)).toEqual([]);
    const without = planted(deployment, type, (properties) => delete properties[member]);
    expect(rule(without)).not.toEqual([]);
  });

  it('publishes with both passwords off', () => {
    const policies = listOf(deployment, PUBLISHING);
    expect(policies.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(['ftp', 'scm']);
  });

  it('records what is done to vault, tables and packages', () => {
    expect(unrecorded(deployment)).toEqual([]);
    const silent = planted(deployment, RECORDS, (properties) => {
      for (const log of properties.logs) log.enabled = false;
    });
    expect(unrecorded(silent)).toHaveLength(1);
  });

  it('keeps two storage accounts apart, the tables of the code in one', () => {
    expect(listOf(deployment, ACCOUNT)).toHaveLength(2);
    const tables = listOf(deployment, 'Microsoft.Storage/storageAccounts/tableServices/tables');
    expect(new Set(tables.map(({ name }) => name.split('/')[0])).size).toBe(1);
  });
});

/** The vault and the two services of storage whose audit goes nowhere. */
function unrecorded(deployment: Deployment): readonly string[] {
  const recorded = listOf(deployment, RECORDS)
    .filter(({ properties }) => properties.logs.some((log: { enabled: boolean }) => log.enabled))
    .map(({ id }) => id.split('/providers/Microsoft.Insights/')[0]);
  const kept = [
    ...listOf(deployment, VAULT),
    ...listOf(deployment, 'Microsoft.Storage/storageAccounts/tableServices'),
    ...listOf(deployment, 'Microsoft.Storage/storageAccounts/blobServices'),
  ];
  if (kept.length !== 3) return [`${kept.length} things are kept`];
  return kept.map(({ id }) => id).filter((id) => !recorded.includes(id));
}

/** `<type of scope>/<name>: <role id>`, without the part of the name that is generated. */
function grantOf({ id, properties }: Resource): string {
  const scope =
    /'(\/subscriptions\/[^']+)'/.exec(id)?.[1] ?? id.split(`/providers/${ASSIGNMENT}/`)[0] ?? '';
  const name =
    scope
      .split('/providers/')
      .at(-1)
      ?.replace(/-?[a-z0-9]{13}(?=\/|$)/, '') ?? '';
  return `${name}: ${String(properties.roleDefinitionId).split('/').at(-1)}`;
}

const APP_GRANTS = [
  'Microsoft.Insights/components/appi: 3913510d-42f4-4e42-8a64-420c390055eb',
  'Microsoft.KeyVault/vaults/kv/secrets/password-pepper: 4633458b-17de-408a-b874-0445c86b69e6',
  'Microsoft.KeyVault/vaults/kv/secrets/token-signing-key: 4633458b-17de-408a-b874-0445c86b69e6',
  'Microsoft.Storage/storageAccounts/stpkg: b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Microsoft.Storage/storageAccounts/sttab: 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
];
const OPERATOR_GRANTS = [
  'Microsoft.KeyVault/vaults/kv: b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  'Microsoft.Storage/storageAccounts/sttab: 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
];

function grants(deployment: Deployment, isApp: boolean): readonly string[] {
  const isOfApp = ({ properties }: Resource) =>
    String(properties.principalId).includes('userAssignedIdentities');
  return listOf(deployment, ASSIGNMENT)
    .filter((each) => isOfApp(each) === isApp)
    .map(grantOf)
    .sort();
}

describe('roles', () => {
  it.each(deployments)('of the app in $environment are five, each on what it is for', (each) => {
    expect(grants(each, true)).toEqual(APP_GRANTS);
    const wide = planted(each, ASSIGNMENT, (_, resource) => {
      Object.assign(resource, { id: `/subscriptions/s/providers/${ASSIGNMENT}/a` });
    });
    expect(grants(wide, true)).not.toEqual(APP_GRANTS);
  });

  it('of the operator are two, and only where they are asked for', () => {
    expect(grants(deploymentOf('development'), false)).toEqual(OPERATOR_GRANTS);
    for (const name of ['production', 'us-government', 'china']) {
      expect(grants(deploymentOf(name), false), name).toEqual([]);
    }
  });
});

describe('secrets', () => {
  it.each(deployments)('of $environment are places without a value', (deployment) => {
    const names = listOf(deployment, SECRET).map(({ name }) => name.split('/').at(-1));
    expect(names.sort()).toEqual(['password-pepper', 'token-signing-key']);
    for (const { properties } of listOf(deployment, SECRET)) {
      expect(properties.attributes).toEqual({ enabled: false });
      // By this `rotate --if-missing` knows that there is no version yet.
      expect(properties.contentType).toBe(PLACE_HOLDER_TYPE);
      expect(properties.value).toBe('no secret: npm run rotate makes the first version');
    }
  });
});

/** What can still be reached from outside of the network of an environment that has one. */
function exposed(deployment: Deployment): readonly string[] {
  const open = [ACCOUNT, VAULT]
    .flatMap((type) => listOf(deployment, type))
    .filter(({ properties }) => {
      const { publicNetworkAccess, networkAcls } = properties;
      return publicNetworkAccess !== 'Disabled' || networkAcls.defaultAction !== 'Deny';
    });
  return open.map(({ name }) => name);
}

describe('private environments', () => {
  const privates = ['production', 'us-government', 'china'].map(deploymentOf);

  it.each(privates)('$environment: stores have no public way in', (deployment) => {
    expect(exposed(deployment)).toEqual([]);
    for (const type of [ACCOUNT, VAULT]) {
      const open = planted(deployment, type, (properties) => {
        properties.publicNetworkAccess = 'Enabled';
      });
      expect(exposed(open)).toHaveLength(1);
    }
  });

  it.each(privates)(
    '$environment: each store has its endpoint, and the app the network',
    (each) => {
      const parts = listOf(each, ENDPOINT).map(
        ({ properties }) => properties.privateLinkServiceConnections[0].properties.groupIds[0],
      );
      expect(parts.sort()).toEqual(['blob', 'table', 'vault']);
      expect(listOf(each, 'Microsoft.Network/privateDnsZones')).toHaveLength(3);
      const { properties } = oneOf(each, SITE);
      expect(properties.virtualNetworkSubnetId).toMatch(/\/subnets\/app$/);
    },
  );

  it('the others have none of it', () => {
    const open = deploymentOf('development');
    expect(listOf(open, ENDPOINT)).toEqual([]);
    expect(exposed(open)).toHaveLength(3);
  });
});
