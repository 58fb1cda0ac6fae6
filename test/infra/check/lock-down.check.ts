import { describe, expect, it } from 'vitest';
import { PLACE_HOLDER_TYPE } from '../../../shared/azure/vault/secret-admin.ts';
import { ROTATED_SECRETS } from '../../../shared/crypto/secret/secret-rotation.ts';
import {
  type Deployment,
  deploymentOf,
  deployments,
  listOf,
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

const insightsKeepNoAddress = requires(INSIGHTS, { DisableIpMasking: false });

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
  { rule: insightsKeepNoAddress, type: INSIGHTS, member: 'DisableIpMasking' },
  { rule: publishingTakesNoPassword, type: PUBLISHING, member: 'allow' },
  { rule: siteIsLocked, type: SITE, member: 'httpsOnly' },
  { rule: siteIsLocked, type: SITE, member: 'siteConfig' },
];

describe.each(deployments)('the locked-down $environment', (deployment) => {
  it.each(RULES)('has the required $member in each $type', ({ rule, type, member }) => {
    expect(rule(deployment)).toEqual([]);
    const without = planted(deployment, type, (properties) => delete properties[member]);
    expect(rule(without)).not.toEqual([]);
  });

  it('publishes with both passwords off', () => {
    const policies = listOf(deployment, PUBLISHING);
    expect(policies.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(['ftp', 'scm']);
  });

  it('has two storage accounts, with all tables of the code in one', () => {
    expect(listOf(deployment, ACCOUNT)).toHaveLength(2);
    const tables = listOf(deployment, 'Microsoft.Storage/storageAccounts/tableServices/tables');
    expect(new Set(tables.map(({ name }) => name.split('/')[0])).size).toBe(1);
  });
});

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

/** The package and what the host keeps are in containers of their own. */
const BLOBS = 'Microsoft.Storage/storageAccounts/stpkg/blobServices/default/containers';
const APP_GRANTS = [
  'Microsoft.Insights/components/appi: 3913510d-42f4-4e42-8a64-420c390055eb',
  'Microsoft.KeyVault/vaults/kv/secrets/password-pepper: 4633458b-17de-408a-b874-0445c86b69e6',
  'Microsoft.KeyVault/vaults/kv/secrets/receipt-signing-key: 4633458b-17de-408a-b874-0445c86b69e6',
  'Microsoft.KeyVault/vaults/kv/secrets/token-signing-key: 4633458b-17de-408a-b874-0445c86b69e6',
  'Microsoft.KeyVault/vaults/kv/secrets/webhook-key: 4633458b-17de-408a-b874-0445c86b69e6',
  `${BLOBS}/azure-webjobs-hosts: b7e6dc6d-f1e8-4753-8033-0f276bb0955b`,
  `${BLOBS}/azure-webjobs-secrets: b7e6dc6d-f1e8-4753-8033-0f276bb0955b`,
  `${BLOBS}/packages: ba92f5b4-2d11-453d-a403-e96b0029c9fe`,
  'Microsoft.Storage/storageAccounts/sttab: 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
];
/** The further roles of the app where mail is asked for. */
const SENDS =
  'Microsoft.Communication/communicationServices/acs: 09976791-48a7-449e-bb21-39d1a415f350';
const MAIL_GRANTS: Readonly<Record<string, string>> = {
  ...{ development: SENDS, private: SENDS, production: SENDS },
  'us-government':
    'Microsoft.KeyVault/vaults/kv/secrets/smtp-url: 4633458b-17de-408a-b874-0445c86b69e6',
};

function appGrants(environment: string): readonly string[] {
  const more = MAIL_GRANTS[environment];
  return (more === undefined ? APP_GRANTS : [...APP_GRANTS, more]).toSorted();
}

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

describe('the roles', () => {
  it.each(deployments)('of the app in $environment are listed, each on its own scope', (each) => {
    expect(grants(each, true)).toEqual(appGrants(each.environment));
    const wide = planted(each, ASSIGNMENT, (_, resource) => {
      Object.assign(resource, { id: `/subscriptions/s/providers/${ASSIGNMENT}/a` });
    });
    expect(grants(wide, true)).not.toEqual(appGrants(each.environment));
  });

  it('of the operator are two, and only where they are configured', () => {
    for (const name of ['development', 'private']) {
      expect(grants(deploymentOf(name), false), name).toEqual(OPERATOR_GRANTS);
    }
    for (const name of ['production', 'premium', 'us-government', 'china']) {
      expect(grants(deploymentOf(name), false), name).toEqual([]);
    }
  });

  it.each(deployments)('of the app in $environment name the principal type', (each) => {
    // Else the resource manager looks up an identity that is not known everywhere yet, and fails.
    const ofApp = listOf(each, ASSIGNMENT).filter(({ properties }) =>
      String(properties.principalId).includes('userAssignedIdentities'),
    );
    expect(ofApp.map(({ properties }) => properties.principalType)).toEqual(
      ofApp.map(() => 'ServicePrincipal'),
    );
  });
});

describe('the secrets', () => {
  it.each(deployments)('of $environment are placeholders without a value', (deployment) => {
    const names = listOf(deployment, SECRET).map(({ name }) => name.split('/').at(-1));
    expect(names.sort()).toEqual(Object.values(ROTATED_SECRETS).sort());
    for (const { properties } of listOf(deployment, SECRET)) {
      expect(properties.attributes).toEqual({ enabled: false });
      // By this `rotate --if-missing` sees that there is no version yet.
      expect(properties.contentType).toBe(PLACE_HOLDER_TYPE);
      expect(properties.value).toBe('no secret: portal-credentials rotate makes the first version');
    }
  });
});
