import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadFunctionApp } from '../../../infra/local/host/function-app.ts';
import { findRoute, parseRoutes, type Route } from '../../../infra/local/host/route.ts';
import {
  type Deployment,
  deploymentOf,
  deployments,
  listOf,
  oneOf,
  settingsOf,
} from './deployment.ts';

/** Checks that Front Door leads to this app alone, counts every request, and is never bypassed. */

const SITE = 'Microsoft.Web/sites';
const PROFILE = 'Microsoft.Cdn/profiles';
const ENDPOINT = 'Microsoft.Cdn/profiles/afdEndpoints';
const ROUTE = 'Microsoft.Cdn/profiles/afdEndpoints/routes';
const DOMAIN = 'Microsoft.Cdn/profiles/customDomains';
const GROUP = 'Microsoft.Cdn/profiles/originGroups';
const ORIGIN = 'Microsoft.Cdn/profiles/originGroups/origins';
const SECURITY = 'Microsoft.Cdn/profiles/securityPolicies';
const POLICY = 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies';

let routes: readonly Route[];

beforeAll(async () => {
  const packageDirectory = fileURLToPath(new URL('../../../dist/package/', import.meta.url));
  const app = await loadFunctionApp({ packageDirectory, log: () => {} });
  routes = parseRoutes(app.functions, app.routePrefix);
});

const idsOf = (members: readonly { readonly id: string }[]) => members.map(({ id }) => id).sort();
const domainIds = (deployment: Deployment) => listOf(deployment, DOMAIN).map(({ id }) => id);

/** The conditions of a firewall rule: everything but its name and its place. */
const RULE = {
  enabledState: 'Enabled',
  ruleType: 'RateLimitRule',
  rateLimitDurationInMinutes: 5,
  groupBy: [{ variableName: 'SocketAddr' }],
  action: 'Block',
};

const doors = ['production', 'premium'].map(deploymentOf);

it('exists in the configured environments, in both tiers', () => {
  const tiers = deployments.flatMap((each) =>
    listOf(each, PROFILE).map(({ sku }) => `${each.environment}: ${sku?.name}`),
  );
  expect(tiers.sort()).toEqual([
    'premium: Premium_AzureFrontDoor',
    'production: Standard_AzureFrontDoor',
  ]);
});

describe.each(doors)('the Front Door of $environment', (deployment) => {
  const route = oneOf(deployment, ROUTE).properties;

  it('forwards every path by https and caches nothing', () => {
    expect(route).toMatchObject({
      patternsToMatch: ['/*'],
      supportedProtocols: ['Http', 'Https'],
      forwardingProtocol: 'HttpsOnly',
      httpsRedirect: 'Enabled',
      enabledState: 'Enabled',
      originGroup: { id: oneOf(deployment, GROUP).id },
    });
    expect(route).not.toHaveProperty('cacheConfiguration');
    expect(oneOf(deployment, ENDPOINT).properties.enabledState).toBe('Enabled');
  });

  it('leads to this app only and checks its certificate', () => {
    const { properties } = oneOf(deployment, ORIGIN);
    const { id } = oneOf(deployment, SITE);
    expect(properties).toMatchObject({
      enabledState: 'Enabled',
      enforceCertificateNameCheck: true,
      httpsPort: 443,
    });
    expect(properties.hostName).toContain(`reference('${id}', `);
    expect(properties.hostName).toContain('.defaultHostName');
    expect(properties.originHostHeader).toBe(properties.hostName);
  });

  it('serves its domains at every deployment, by TLS 1.2 or later', () => {
    const expected =
      deployment.environment === 'production'
        ? ['passwords.contoso.example', 'password.contoso.example']
        : [];
    const domains = listOf(deployment, DOMAIN);
    expect(domains.map(({ properties }) => properties.hostName)).toEqual(expected);
    expect(idsOf(route.customDomains)).toEqual(domainIds(deployment).sort());
    for (const { properties } of domains) {
      expect(properties.tlsSettings).toEqual({
        certificateType: 'ManagedCertificate',
        minimumTlsVersion: 'TLS12',
      });
    }
    const records = String(deployment.outputs.DOMAIN_RECORDS);
    for (const { id, properties } of domains) {
      expect(records).toContain(
        `'_dnsauth.{0} TXT {1}', '${properties.hostName}', reference('${id}'`,
      );
    }
  });

  it('applies its rate limits to each of its addresses, on every path', () => {
    const { parameters } = oneOf(deployment, SECURITY).properties;
    expect(parameters.type).toBe('WebApplicationFirewall');
    expect(parameters.wafPolicy.id).toBe(oneOf(deployment, POLICY).id);
    const [association, ...others] = parameters.associations;
    expect(others).toEqual([]);
    expect(association.patternsToMatch).toEqual(['/*']);
    expect(idsOf(association.domains)).toEqual(
      [oneOf(deployment, ENDPOINT).id, ...domainIds(deployment)].sort(),
    );
  });

  it('blocks more than 300 passwords or 3,000 requests of one address', () => {
    const { properties, sku } = oneOf(deployment, POLICY);
    expect(sku).toEqual(oneOf(deployment, PROFILE).sku);
    expect(properties.policySettings).toMatchObject({
      enabledState: 'Enabled',
      mode: 'Prevention',
      customBlockResponseStatusCode: 429,
      requestBodyCheck: 'Disabled',
    });
    const [passwords, requests, ...others] = properties.customRules.rules;
    expect(others).toEqual([]);
    expect(passwords).toMatchObject({ ...RULE, rateLimitThreshold: 300 });
    expect(requests).toMatchObject({ ...RULE, rateLimitThreshold: 3000 });
    expect(passwords.matchConditions).toEqual([
      {
        matchVariable: 'RequestUri',
        operator: 'Contains',
        transforms: ['UrlDecode', 'Lowercase'],
        matchValue: ['/api/sign-in', '/api/me/password'],
        negateCondition: false,
      },
    ]);
    expect(requests.matchConditions).toEqual([
      {
        matchVariable: 'SocketAddr',
        operator: 'IPMatch',
        matchValue: ['0.0.0.0/0', '::/0'],
        negateCondition: false,
      },
    ]);
    // Managed rules write the bodies that they match, passwords among them, into their log.
    expect(properties.managedRules.managedRuleSets).toEqual([]);
    const paths: readonly string[] = passwords.matchConditions[0].matchValue;
    const functions = paths.map((path) => findRoute(routes, 'POST', path)?.target.name);
    expect(functions).toEqual(['signIn', 'changePassword']);
  });
});

describe('the app', () => {
  it.each(deployments)(
    'of $environment accepts Front Door only, or every caller without one',
    (each) => {
      const { siteConfig } = oneOf(each, SITE).properties;
      const [door] = listOf(each, PROFILE);
      if (door === undefined) {
        expect(siteConfig.ipSecurityRestrictions).toEqual([]);
        expect(siteConfig.ipSecurityRestrictionsDefaultAction).toBe('Allow');
        return;
      }
      expect(siteConfig.ipSecurityRestrictionsDefaultAction).toBe('Deny');
      const [rule, ...others] = siteConfig.ipSecurityRestrictions;
      expect(others).toEqual([]);
      expect(rule).toMatchObject({
        action: 'Allow',
        tag: 'ServiceTag',
        ipAddress: 'AzureFrontDoor.Backend',
      });
      const [id, ...more] = rule.headers['x-azure-fdid'];
      expect(more).toEqual([]);
      expect(id).toContain(`${door.id}'`);
      expect(id).toContain('.frontDoorId');
    },
  );

  it('has its own domain as origin, else the configured one', () => {
    const originOf = (name: string) => settingsOf(deploymentOf(name)).PUBLIC_ORIGIN;
    expect(originOf('production')).toBe('https://passwords.contoso.example');
    expect(originOf('premium')).toBe('https://gateway.contoso.example');
    expect(originOf('development')).toBeUndefined();
  });
});
