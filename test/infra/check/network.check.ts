import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type Deployment,
  deploymentOf,
  isOnFlex,
  listOf,
  namedOf,
  oneOf,
  planted,
} from './deployment.ts';

/** Checks the ways to the stores: any caller with a role, or the network and named addresses. */

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const VAULT = 'Microsoft.KeyVault/vaults';
const ENDPOINT = 'Microsoft.Network/privateEndpoints';
const ZONE = 'Microsoft.Network/privateDnsZones';
const NETWORK = 'Microsoft.Network/virtualNetworks';
const RULES = 'Microsoft.Network/networkSecurityGroups';
const SUFFIX = 'environment().suffixes';
const ADDRESSES = ['203.0.113.7', '198.51.100.0/24'];

const stores = (deployment: Deployment) => ({
  tables: namedOf(deployment, ACCOUNT, 'sttab').properties,
  packages: namedOf(deployment, ACCOUNT, 'stpkg').properties,
  vault: oneOf(deployment, VAULT).properties,
});

/** Lists the stores that can still be reached from outside of the network. */
function exposed(deployment: Deployment): readonly string[] {
  return Object.entries(stores(deployment))
    .filter(([, { publicNetworkAccess, networkAcls }]) => {
      return publicNetworkAccess !== 'Disabled' || networkAcls.defaultAction !== 'Deny';
    })
    .map(([name]) => name);
}

const closed = ['production', 'us-government', 'china'].map(deploymentOf);
const privates = [...closed, deploymentOf('private')];
const open = ['development', 'premium'].map(deploymentOf);

/** The platform services that each store admits: the vault alone, for the first versions. */
const BYPASS = { tables: 'None', packages: 'None', vault: 'AzureServices' };

it.each([...privates, ...open])('allows in $environment one platform service only', (each) => {
  const found = Object.entries(stores(each)).map(([name, { networkAcls }]) => [
    name,
    networkAcls.bypass,
  ]);
  expect(Object.fromEntries(found)).toEqual(BYPASS);
});

it.each(closed)('has no public access to the stores of $environment', (deployment) => {
  expect(exposed(deployment)).toEqual([]);
  for (const { networkAcls } of Object.values(stores(deployment))) {
    expect(networkAcls.ipRules).toEqual([]);
  }
  for (const type of [ACCOUNT, VAULT]) {
    const planted_ = planted(deployment, type, (properties) => {
      properties.publicNetworkAccess = 'Enabled';
    });
    expect(exposed(planted_)).toHaveLength(1);
  }
});

it('lets operators reach tables and vault from their addresses only', () => {
  const { tables, packages, vault } = stores(deploymentOf('private'));
  for (const { publicNetworkAccess, networkAcls } of [tables, vault]) {
    expect(publicNetworkAccess).toBe('Enabled');
    expect(networkAcls.defaultAction).toBe('Deny');
  }
  expect(tables.networkAcls.ipRules).toEqual(
    ADDRESSES.map((value) => ({ action: 'Allow', value })),
  );
  expect(vault.networkAcls.ipRules).toEqual(ADDRESSES.map((value) => ({ value })));
  expect(packages).toMatchObject({ publicNetworkAccess: 'Disabled' });
  expect(packages.networkAcls).toEqual({ bypass: 'None', defaultAction: 'Deny', ipRules: [] });
});

it.each(open)('has in $environment no network, and stores that a role opens', (deployment) => {
  for (const type of [NETWORK, ENDPOINT, ZONE]) expect(listOf(deployment, type)).toEqual([]);
  expect(exposed(deployment)).toHaveLength(3);
  const { properties } = oneOf(deployment, 'Microsoft.Web/sites');
  expect(properties.virtualNetworkSubnetId).toBeNull();
});

describe.each(privates)('the private network of $environment', (deployment) => {
  const network = oneOf(deployment, NETWORK);
  const rules = oneOf(deployment, RULES);

  it('connects the app to a subnet that its plan may join', () => {
    const [app, endpoints, ...others] = network.properties.subnets;
    expect(others).toEqual([]);
    expect(app.name).toBe('app');
    expect(app.properties.delegations.map(({ properties }: typeof app) => properties)).toEqual([
      {
        serviceName: isOnFlex(deployment)
          ? 'Microsoft.App/environments'
          : 'Microsoft.Web/serverFarms',
      },
    ]);
    expect(endpoints).toEqual({
      name: 'endpoints',
      properties: {
        addressPrefix: '10.64.1.0/24',
        privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled',
        networkSecurityGroup: { id: rules.id },
      },
    });
    const site = oneOf(deployment, 'Microsoft.Web/sites').properties;
    expect(site.virtualNetworkSubnetId).toBe(`${network.id}/subnets/app`);
    if (!isOnFlex(deployment)) expect(site.siteConfig.vnetRouteAllEnabled).toBe(true);
  });

  it('accepts https from the network only', () => {
    const found = rules.properties.securityRules.map(({ properties }: typeof rules) =>
      [
        properties.priority,
        properties.access,
        properties.direction,
        properties.protocol,
        properties.sourceAddressPrefix,
        properties.destinationAddressPrefix,
        properties.destinationPortRange,
      ].join(' '),
    );
    expect(found).toEqual([
      '100 Allow Inbound Tcp VirtualNetwork 10.64.1.0/24 443',
      '4096 Deny Inbound * * * *',
    ]);
  });

  it('ends at each store, by a name that only the network resolves', () => {
    const targets = listOf(deployment, ENDPOINT).map(({ properties }) => {
      const [connection] = properties.privateLinkServiceConnections;
      expect(properties.subnet.id).toBe(`${network.id}/subnets/endpoints`);
      return [connection.properties.groupIds, connection.properties.privateLinkServiceId];
    });
    expect(targets).toEqual([
      [['table'], namedOf(deployment, ACCOUNT, 'sttab').id],
      [['blob'], namedOf(deployment, ACCOUNT, 'stpkg').id],
      [['vault'], oneOf(deployment, VAULT).id],
    ]);
    const zones = listOf(deployment, ZONE).map(({ name }) => name);
    expect(zones).toEqual([
      `[format('privatelink.{0}', format('{0}.{1}', 'table', ${SUFFIX}.storage))]`,
      `[format('privatelink.{0}', format('{0}.{1}', 'blob', ${SUFFIX}.storage))]`,
      // A vault is `x.vault.azure.net`, its private name `x.privatelink.vaultcore.azure.net`.
      `[format('privatelink.{0}', replace(${SUFFIX}.keyvaultDns, '.vault.', 'vaultcore.'))]`,
    ]);
    const groups = listOf(deployment, `${ENDPOINT}/privateDnsZoneGroups`).map(
      ({ properties }) => properties.privateDnsZoneConfigs[0].properties.privateDnsZoneId,
    );
    expect(groups).toEqual(listOf(deployment, ZONE).map(({ id }) => id));
    const links = listOf(deployment, `${ZONE}/virtualNetworkLinks`);
    expect(links).toHaveLength(3);
    for (const { properties } of links) {
      expect(properties).toEqual({
        registrationEnabled: false,
        virtualNetwork: { id: network.id },
      });
    }
  });
});

describe('the resource providers', () => {
  const INFRA = fileURLToPath(new URL('../../../infra/', import.meta.url));
  const templates = ['main.bicep', ...readdirSync(`${INFRA}app`).map((name) => `app/${name}`)]
    .filter((name) => name.endsWith('.bicep'))
    .map((name) => readFileSync(`${INFRA}${name}`, 'utf8'))
    .join('\n');

  it('are registered by a resource type or before provisioning', () => {
    const code = templates.replaceAll(/\/\/.*$/gm, '');
    // `Microsoft.Web/…`, and not the type of a criterion such as `Microsoft.Azure.Monitor.…`.
    const named = [...code.matchAll(/'(Microsoft\.\w+)\//g)].map(([, name = '']) => name);
    const typed = [...code.matchAll(/'(Microsoft\.\w+)\/[\w/]+@/g)].map(([, name = '']) => name);
    const script = readFileSync(`${INFRA}before-provision.sh`, 'utf8');
    const missing = [...new Set(named)].filter((name) => !typed.includes(name));
    expect(missing).toEqual(['Microsoft.App']);
    expect(script).toContain(`az provider register --namespace ${missing[0]} --wait`);
  });
});
