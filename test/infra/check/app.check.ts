import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionApp, loadFunctionApp } from '../../../infra/local/host/function-app.ts';
import { BODY_HELD_BYTES } from '../../../infra/local/host/http-exchange.ts';
import { findRoute, parseRoutes, type Route } from '../../../infra/local/host/route.ts';
import { expandSettings, parseSchedule } from '../../../infra/local/host/timer-trigger.ts';
import { TABLE_NAMES } from '../../../shared/azure/table/table-store.ts';
import { PEPPER_SECRET } from '../../../shared/crypto/password/pepper.ts';
import { WEBHOOK_KEY_SECRET } from '../../../shared/crypto/secret/webhook-key.ts';
import { RECEIPT_KEY_SECRET } from '../../../shared/crypto/token/receipts.ts';
import { SIGNING_KEY_SECRET } from '../../../shared/crypto/token/signing-keys.ts';
import { BODY_MAX_BYTES } from '../../../shared/http/request.ts';
import { parseSettings, SettingError } from '../../../shared/setting.ts';
import { deploymentOf, deployments, listOf, oneOf, readOutput, settingsOf } from './deployment.ts';

/** Checks that the built app and the deployed resources agree. */

const SITE = 'Microsoft.Web/sites';
const main = JSON.parse(readOutput('main.json'));

let app: FunctionApp;
let routes: readonly Route[];

beforeAll(async () => {
  const packageDirectory = fileURLToPath(new URL('../../../dist/package/', import.meta.url));
  app = await loadFunctionApp({ packageDirectory, log: () => {} });
  routes = parseRoutes(app.functions, app.routePrefix);
});

/** Every name that the code reads, whatever else is set. */
function namesRead(): ReadonlySet<string> {
  const names = new Set<string>();
  const least = {
    TABLES_ENDPOINT: 'https://tables.example',
    KEY_VAULT_URL: 'https://vault.example',
  };
  for (const origin of [
    { PUBLIC_ORIGIN: 'https://a.example' },
    { WEBSITE_HOSTNAME: 'a.example' },
  ]) {
    const env = new Proxy<Record<string, string>>(
      { ...least, ...origin },
      {
        get(target, name) {
          names.add(String(name));
          return Reflect.get(target, name);
        },
      },
    );
    parseSettings(env);
  }
  return names;
}

/** The platform sets them by itself. */
const OF_THE_PLATFORM = ['WEBSITE_HOSTNAME', 'IDENTITY_ENDPOINT'];
/** It holds a key, so it is for a machine and never for the cloud. */
const NEVER_IN_THE_CLOUD = ['TABLES_CONNECTION_STRING'];
/** The template makes them of parameters where these ask for them. */
const OF_PARAMETERS = [
  ...['COMMUNICATION_ENDPOINT', 'MAIL_FROM', 'PUBLIC_ORIGIN', 'SMTP_URL', 'WEBHOOK_URLS'],
];
/** OpenTelemetry's own: the cloud has Azure Monitor, by the two settings of its own. */
const LEFT_AT_DEFAULT = /^OTEL_/;
/** Set for the host and what it loads, whether or not the app looks at them too. */
const OF_THE_HOST = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
  'SWEEP_SCHEDULE',
  'NOTICE_SCHEDULE',
];
const OF_A_DEDICATED_HOST = [
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_RUNTIME',
  'WEBSITE_RUN_FROM_PACKAGE',
];
/** With the endpoint alone the host speaks gRPC to it, under another name than the app. */
const OF_A_COLLECTOR = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_SERVICE_NAME'];

interface MemberType {
  readonly type: string;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly allowedValues?: readonly string[];
}

/** Settings that an environment may set beside those that each one has. */
const optional: Readonly<Record<string, MemberType>> = main.definitions.settingsType.properties;

/** Lists names that the code reads and nothing sets, and the reverse. */
function mismatches(settings: Readonly<Record<string, string>>, isDedicated: boolean) {
  const read = [...namesRead()];
  const host = [
    ...OF_THE_HOST,
    ...(isDedicated ? OF_A_DEDICATED_HOST : []),
    ...('OTEL_EXPORTER_OTLP_ENDPOINT' in settings ? OF_A_COLLECTOR : []),
  ];
  const settable = new Set([...Object.keys(settings), ...Object.keys(optional), ...OF_PARAMETERS]);
  const isElsewhere = (name: string) =>
    OF_THE_PLATFORM.includes(name) ||
    NEVER_IN_THE_CLOUD.includes(name) ||
    LEFT_AT_DEFAULT.test(name);
  return {
    unset: read.filter((name) => !settable.has(name) && !isElsewhere(name)),
    unread: [...settable].filter((name) => !read.includes(name) && !host.includes(name)),
    missing: host.filter((name) => !(name in settings)),
  };
}

const NO_MISMATCH = { unset: [], unread: [], missing: [] };

describe.each(deployments)('the settings of $environment', (deployment) => {
  const settings = settingsOf(deployment);
  const isDedicated = listOf(deployment, 'Microsoft.Insights/autoscalesettings').length > 0;

  it('match those that code and host read', () => {
    expect(mismatches(settings, isDedicated)).toEqual(NO_MISMATCH);
  });

  it('are reported if one is missing or unknown', () => {
    const { KEY_VAULT_URL: _, AzureWebJobsStorage__credential: __, ...fewer } = settings;
    expect(mismatches({ ...fewer, FOREIGN: 'x' }, isDedicated)).toEqual({
      unset: ['KEY_VAULT_URL'],
      unread: ['FOREIGN'],
      missing: ['AzureWebJobsStorage__credential'],
    });
  });

  it('contain no key and no secret', () => {
    const { SMTP_URL, ...others } = settings;
    const text = JSON.stringify(others);
    expect(text).not.toMatch(
      /AccountKey|SharedAccessSignature|list[A-Z]\w*\(|@Microsoft\.KeyVault/,
    );
    // The one secret among them is in the vault, from which the platform reads it.
    if (SMTP_URL !== undefined) {
      expect(SMTP_URL).toMatch(
        /^\[format\('@Microsoft\.KeyVault\(SecretUri=\{0\}secrets\/smtp-url\)', .*vaultUri/,
      );
    }
  });

  it('limit a body to what the host holds, above the limit of the app', () => {
    const limit = Number(settings.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT);
    expect(limit).toBe(BODY_HELD_BYTES);
    expect(limit).toBeGreaterThan(BODY_MAX_BYTES);
  });

  it('trust as many proxies as there are', () => {
    const doors = listOf(deployment, 'Microsoft.Cdn/profiles').length;
    expect(settings.TRUSTED_PROXY_HOPS).toBe(`${doors}`);
  });
});

/** Returns whether the code accepts the value, the rest being right. */
function isTaken(name: string, value: string): boolean {
  const least = {
    PUBLIC_ORIGIN: 'https://a.example',
    TABLES_ENDPOINT: 'https://tables.example',
    KEY_VAULT_URL: 'https://vault.example',
  };
  try {
    parseSettings({ ...least, [name]: value });
    return true;
  } catch (error) {
    if (error instanceof SettingError) return false;
    throw error;
  }
}

describe('the type of the settings', () => {
  const numbers = Object.entries(optional).filter(([, { type }]) => type === 'int');

  it('has numbers', () => {
    expect(numbers.length).toBeGreaterThan(5);
  });

  it.each(numbers)('has the same bounds of %s as the code', (name, { minValue, maxValue }) => {
    for (const [value, taken] of [
      [minValue ?? Number.NaN, true],
      [maxValue ?? Number.NaN, true],
      [(minValue ?? 0) - 1, false],
      [(maxValue ?? 0) + 1, false],
    ] as const) {
      expect(isTaken(name, `${value}`), `${name}=${value}`).toBe(taken);
    }
  });

  it('allows the same engines as the code', () => {
    const { allowedValues = [] } = optional.BCRYPT_ENGINE ?? {};
    expect(allowedValues).toHaveLength(3);
    for (const engine of allowedValues) expect(isTaken('BCRYPT_ENGINE', engine)).toBe(true);
  });
});

describe.each(deployments)('the names in $environment', (deployment) => {
  const lastOf = (type: string) =>
    listOf(deployment, type).map(({ name }) => name.split('/').at(-1));

  it('match the tables that the code opens', () => {
    const tables = lastOf('Microsoft.Storage/storageAccounts/tableServices/tables');
    expect(tables.sort()).toEqual(Object.values(TABLE_NAMES).sort());
  });

  it('match the secrets that the code reads', () => {
    const secrets = lastOf('Microsoft.KeyVault/vaults/secrets');
    const read = [PEPPER_SECRET, RECEIPT_KEY_SECRET, SIGNING_KEY_SECRET, WEBHOOK_KEY_SECRET];
    expect(secrets.sort()).toEqual(read.sort());
  });
});

describe('host.json', () => {
  it('sets transport security for a year', () => {
    expect(app.transportSecurity).toBe('max-age=31536000');
  });
});

describe('the routes', () => {
  /** A path that the route of a function was written for. */
  function pathOf({ segments }: Route): string {
    const texts = segments.map((each) => (each.kind === 'literal' ? each.text : 'x1'));
    return `/${texts.join('/')}`;
  }

  it('each lead to their own function under the rules of the real host', () => {
    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes) {
      const { target, methods = new Set(['GET']) } = route;
      for (const method of methods) {
        const found = findRoute(routes, method, pathOf(route));
        expect(found?.target.name, `${method} ${pathOf(route)}`).toBe(target.name);
      }
    }
  });

  it('cover every path: the prefix is empty', () => {
    expect(app.routePrefix).toBe('');
    expect(findRoute(routes, 'GET', '/')?.target.name).toBe('zFallback');
  });

  it('include the health path of a dedicated plan', () => {
    for (const name of ['us-government', 'china', 'premium']) {
      const { siteConfig } = oneOf(deploymentOf(name), SITE).properties;
      const { target } = findRoute(routes, 'GET', siteConfig.healthCheckPath) ?? {};
      expect(target?.name, name).toBe('healthLive');
    }
  });
});

describe.each(deployments)('the schedules in $environment', (deployment) => {
  it('are NCRONTAB after the settings are inserted', () => {
    const timers = app.functions.flatMap(({ bindings }) =>
      Object.values(bindings).filter(({ type }) => type === 'timerTrigger'),
    );
    expect(timers).toHaveLength(2);
    for (const { schedule = '' } of timers) {
      const text = expandSettings(schedule, settingsOf(deployment));
      expect(text).not.toContain('%');
      expect(parseSchedule(text).nextRun()).toBeInstanceOf(Date);
      expect(() => parseSchedule(`${text} *`)).toThrow('no NCRONTAB');
    }
  });
});
