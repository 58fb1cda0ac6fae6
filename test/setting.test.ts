import { describe, expect, it } from 'vitest';
import { type Environment, parseSettings, SettingError, type Settings } from '../shared/setting.ts';

/** Every setting of CONTRACT.md: its default, its bounds, and what is just outside of them. */

const LEAST: Environment = {
  PUBLIC_ORIGIN: 'https://portal.example',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  KEY_VAULT_URL: 'https://vault.example',
};

const parse = (env: Environment): Settings => parseSettings({ ...LEAST, ...env });

/** The message is one sentence that begins with the setting's name. */
function expectRefused(env: Environment, setting: string): SettingError {
  const context = JSON.stringify(env);
  try {
    parse(env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    expect(error.setting, context).toBe(setting);
    expect(error.message, context).toMatch(new RegExp(`^${setting} [^\\n]+\\.$`));
    expect(error.message).not.toMatch(/\. [A-Z]/);
    return error;
  }
  throw new Error(`${context} was taken`);
}

it('has a default for all that can have one', () => {
  expect(parseSettings(LEAST)).toEqual({
    publicOrigin: 'https://portal.example',
    portalUrl: 'https://portal.example/',
    portalOrigins: [],
    tables: { connectionString: 'UseDevelopmentStorage=true' },
    keyVaultUrl: 'https://vault.example/',
    passwordMinLength: 15,
    passwordHistory: 5,
    bcryptCost: 12,
    bcryptEngine: 'auto',
    temporaryPasswordTtlMs: 86_400_000,
    accessTokenTtlSeconds: 3600,
    changeTokenTtlSeconds: 600,
    tokenAudience: 'portal',
    signInFreeAttempts: 5,
    trustedProxyHops: 0,
    mail: undefined,
    webhookUrls: [],
    hasManagedIdentity: false,
    managedIdentityClientId: undefined,
    telemetry: {
      serviceName: 'portal-credentials',
      traces: 'none',
      metrics: 'none',
      otlpEndpoint: 'http://localhost:4318/',
      azureMonitor: undefined,
      spanDelayMs: 5000,
      metricIntervalMs: 60_000,
    },
  });
});

it('mail takes a sender and one way to send', () => {
  const MAIL_FROM = 'portal@mail.example';
  const smtpUrl = 'smtps://user:p%40ss@smtp.example:465';
  expect(parse({ MAIL_FROM, SMTP_URL: smtpUrl }).mail).toEqual({
    from: MAIL_FROM,
    transport: { smtpUrl },
  });
  const endpoint = 'https://x.communication.azure.com/';
  expect(parse({ MAIL_FROM, COMMUNICATION_ENDPOINT: endpoint }).mail).toEqual({
    from: MAIL_FROM,
    perHour: 100,
    transport: { communicationEndpoint: endpoint },
  });
  for (const [perHour, isTaken] of [
    ['4', false],
    ['5', true],
    ['1000000', true],
    ['1000001', false],
  ] as const) {
    const env = { MAIL_FROM, SMTP_URL: smtpUrl, MAIL_PER_HOUR: perHour };
    if (isTaken) expect(parse(env).mail?.perHour).toBe(Number(perHour));
    else expectRefused(env, 'MAIL_PER_HOUR');
  }
  expect(parse({ SMTP_URL: smtpUrl }).mail).toBeUndefined();
  expectRefused({ MAIL_FROM }, 'MAIL_FROM');
  expectRefused({ MAIL_FROM: 'a@b.example, c@d.example', SMTP_URL: smtpUrl }, 'MAIL_FROM');
  for (const text of ['http://smtp.example', 'smtp.example', 'smtp://', 'smtp://x.example/path']) {
    expectRefused({ MAIL_FROM, SMTP_URL: text }, 'SMTP_URL');
  }
  expectRefused({ SMTP_URL: smtpUrl, COMMUNICATION_ENDPOINT: endpoint }, 'SMTP_URL');
  const plain = 'http://x.communication.azure.com';
  expectRefused({ MAIL_FROM, COMMUNICATION_ENDPOINT: plain }, 'COMMUNICATION_ENDPOINT');
});

it('BCRYPT_ENGINE names an engine, or leaves the choice to the service', () => {
  for (const engine of ['auto', 'native', 'bcryptjs']) {
    expect(parse({ BCRYPT_ENGINE: engine }).bcryptEngine).toBe(engine);
  }
  const { message } = expectRefused({ BCRYPT_ENGINE: 'Native' }, 'BCRYPT_ENGINE');
  expect(message).toContain('auto, native, bcryptjs');
});

/** By name: the bounds, the default, and the member that it becomes. */
const NUMBERS = [
  ['PASSWORD_MIN_LENGTH', 15, 64, 15, 'passwordMinLength', 1],
  ['PASSWORD_HISTORY', 0, 24, 5, 'passwordHistory', 1],
  ['BCRYPT_COST', 10, 15, 12, 'bcryptCost', 1],
  ['TEMPORARY_PASSWORD_TTL_SECONDS', 1, 2_592_000, 86_400, 'temporaryPasswordTtlMs', 1000],
  ['ACCESS_TOKEN_TTL_SECONDS', 60, 86_400, 3600, 'accessTokenTtlSeconds', 1],
  ['CHANGE_TOKEN_TTL_SECONDS', 1, 3600, 600, 'changeTokenTtlSeconds', 1],
  ['SIGN_IN_FREE_ATTEMPTS', 1, 20, 5, 'signInFreeAttempts', 1],
  ['TRUSTED_PROXY_HOPS', 0, 5, 0, 'trustedProxyHops', 1],
] as const;

describe.each(NUMBERS)('%s', (name, lowest, highest, standard, member, factor) => {
  it(`is from ${lowest} to ${highest}`, () => {
    for (const value of [lowest, highest]) {
      expect(parse({ [name]: `${value}` })[member]).toBe(value * factor);
    }
    for (const value of [lowest - 1, highest + 1]) {
      const { message } = expectRefused({ [name]: `${value}` }, name);
      expect(message).toContain(`${lowest} to ${highest}`);
    }
  });

  it(`is ${standard} when unset or empty; blanks around it do not count`, () => {
    for (const value of [undefined, '', '  ']) {
      expect(parse({ [name]: value })[member]).toBe(standard * factor);
    }
    expect(parse({ [name]: ` ${highest}\n` })[member]).toBe(highest * factor);
  });

  it('is a whole number and nothing else', () => {
    for (const value of [
      'x',
      'NaN',
      'Infinity',
      `-${highest}`,
      `+${highest}`,
      `${highest}.0`,
      `${highest}e0`,
      `0x${highest}`,
      `${lowest} ${highest}`,
      '1_5',
      '١٥',
      '9'.repeat(30),
    ]) {
      expectRefused({ [name]: value }, name);
    }
  });
});

const NO_SECURE_ADDRESS = [
  'portal.example',
  'ftp://portal.example',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http://portal.example',
  'http://127.0.0.1.example',
  'http://10.0.0.1',
  'https://',
  'https://user:secret@portal.example',
  'https://user@portal.example',
];

describe('PUBLIC_ORIGIN', () => {
  it.each([
    'https://portal.example',
    'https://portal.example:8443',
    'http://localhost:7071',
    'http://127.0.0.1:7071',
    'http://[::1]:7071',
  ])('may be %s', (text) => {
    expect(parse({ PUBLIC_ORIGIN: text })).toMatchObject({
      publicOrigin: text,
      portalUrl: `${text}/`,
    });
  });

  it.each([
    ...NO_SECURE_ADDRESS,
    'https://portal.example/',
    'https://portal.example/api',
    'https://portal.example?x',
    'https://portal.example#x',
    'https://Portal.Example',
    'https://portal.example:443',
    '*',
  ])('may not be %s', (text) => {
    const { message } = expectRefused({ PUBLIC_ORIGIN: text }, 'PUBLIC_ORIGIN');
    expect(message).not.toContain('secret');
  });

  it("is the app's own host name in Azure, and must be set elsewhere", () => {
    const nameless = { PUBLIC_ORIGIN: undefined };
    const inAzure = parse({ ...nameless, WEBSITE_HOSTNAME: 'app.azurewebsites.net' });
    expect(inAzure.publicOrigin).toBe('https://app.azurewebsites.net');
    const local = parse({ ...nameless, WEBSITE_HOSTNAME: 'localhost:7071' });
    expect(local.publicOrigin).toBe('http://localhost:7071');
    expectRefused(nameless, 'PUBLIC_ORIGIN');
  });
});

describe('PORTAL_URL', () => {
  it('may have a path and a query', () => {
    const portalUrl = 'https://portal.example/app?theme=dark';
    expect(parse({ PORTAL_URL: portalUrl })).toMatchObject({ portalUrl });
  });

  it.each(NO_SECURE_ADDRESS)('may not be %s', (text) => {
    expectRefused({ PORTAL_URL: text }, 'PORTAL_URL');
  });
});

describe('PORTAL_ORIGINS', () => {
  it('is a comma list', () => {
    const two = ['https://a.example', 'http://localhost:5173'];
    for (const text of [two.join(), two.join(' , '), `,${two.join()},`]) {
      expect(parse({ PORTAL_ORIGINS: text }).portalOrigins).toEqual(two);
    }
    for (const text of [undefined, '', ' ', ',']) {
      expect(parse({ PORTAL_ORIGINS: text }).portalOrigins).toEqual([]);
    }
  });

  it.each([
    ...NO_SECURE_ADDRESS,
    '*',
    'null',
    'https://*.example',
    'https://a.example/',
    'https://a.example https://b.example',
    'https://a.example;https://b.example',
  ])('may not hold %s', (text) => {
    expectRefused({ PORTAL_ORIGINS: text }, 'PORTAL_ORIGINS');
    expectRefused({ PORTAL_ORIGINS: `https://a.example,${text}` }, 'PORTAL_ORIGINS');
  });
});

describe('the tables', () => {
  const none = { TABLES_CONNECTION_STRING: undefined, TABLES_ENDPOINT: undefined };

  it('are named by an endpoint or by a connection string', () => {
    const TABLES_ENDPOINT = 'https://account.table.core.windows.net';
    const byIdentity = { endpoint: `${TABLES_ENDPOINT}/`, byIdentity: true };
    expect(parse({ ...none, TABLES_ENDPOINT }).tables).toEqual(byIdentity);
    for (const connectionString of [
      'UseDevelopmentStorage=true',
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9v;EndpointSuffix=x.example',
      'TableEndpoint=https://a.example;SharedAccessSignature=x',
    ]) {
      const { tables } = parse({ TABLES_CONNECTION_STRING: connectionString });
      expect(tables).toEqual({ connectionString });
    }
  });

  it('are not named twice, nor not at all', () => {
    expectRefused({ TABLES_ENDPOINT: 'https://a.example' }, 'TABLES_ENDPOINT');
    expectRefused(none, 'TABLES_ENDPOINT');
  });

  it.each(NO_SECURE_ADDRESS)('are not at %s', (text) => {
    expectRefused({ ...none, TABLES_ENDPOINT: text }, 'TABLES_ENDPOINT');
  });

  it.each(['x', 'AccountKey=hush', 'https://account.table.core.windows.net'])(
    'are not connected to by %s, which is not repeated',
    (text) => {
      const { message } = expectRefused(
        { TABLES_CONNECTION_STRING: text },
        'TABLES_CONNECTION_STRING',
      );
      expect(message).not.toMatch(/hush|core\.windows/);
    },
  );
});

describe('KEY_VAULT_URL', () => {
  it('must be set', () => {
    expectRefused({ KEY_VAULT_URL: undefined }, 'KEY_VAULT_URL');
  });

  // Not even on this machine: the client sends no token over http.
  it.each([...NO_SECURE_ADDRESS, 'http://127.0.0.1:8443'])('may not be %s', (text) => {
    expectRefused({ KEY_VAULT_URL: text }, 'KEY_VAULT_URL');
  });
});

describe('TOKEN_AUDIENCE', () => {
  it('is of 1 to 200 visible ASCII characters', () => {
    for (const text of ['x', 'https://api.example/portal', 'x'.repeat(200)]) {
      expect(parse({ TOKEN_AUDIENCE: text }).tokenAudience).toBe(text);
    }
    expect(parse({ TOKEN_AUDIENCE: '' }).tokenAudience).toBe('portal');
    for (const text of ['x'.repeat(201), 'a b', 'é', 'a\u0000b', '\u{1f600}']) {
      expectRefused({ TOKEN_AUDIENCE: text }, 'TOKEN_AUDIENCE');
    }
  });
});

describe('telemetry', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'https://collector.example/otlp';

  it('goes to a collector once one is named, and each signal where it is sent', () => {
    expect(parse({ OTEL_EXPORTER_OTLP_ENDPOINT }).telemetry).toMatchObject({
      traces: 'otlp',
      metrics: 'otlp',
      otlpEndpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
    });
    const split = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' };
    const telemetry = { traces: 'console', metrics: 'none' };
    expect(parse({ OTEL_EXPORTER_OTLP_ENDPOINT, ...split }).telemetry).toMatchObject(telemetry);
    expect(parse({ OTEL_TRACES_EXPORTER: 'otlp' }).telemetry).toMatchObject({
      traces: 'otlp',
      metrics: 'none',
    });
    for (const name of ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER']) {
      for (const text of ['otlp,console', 'OTLP', 'prometheus']) {
        expect(expectRefused({ [name]: text }, name).message).toContain('none, otlp, console');
      }
    }
  });

  it.each(NO_SECURE_ADDRESS)('does not go to %s', (text) => {
    expectRefused({ OTEL_EXPORTER_OTLP_ENDPOINT: text }, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it('go to a named host over http only where OTEL_EXPORTER_OTLP_INSECURE says so', () => {
    const http = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
    const insecure = (text: string) => ({ ...http, OTEL_EXPORTER_OTLP_INSECURE: text });
    expect(parse(insecure('true')).telemetry.otlpEndpoint).toBe('http://collector:4318/');
    const sentence =
      /^OTEL_EXPORTER_OTLP_ENDPOINT .*elsewhere with OTEL_EXPORTER_OTLP_INSECURE=true/;
    for (const env of [http, insecure('false'), insecure('')]) {
      expect(() => parse(env)).toThrow(sentence);
    }
    expectRefused(insecure('yes'), 'OTEL_EXPORTER_OTLP_INSECURE');
    const elsewhere = { OTEL_EXPORTER_OTLP_INSECURE: 'true', PORTAL_URL: 'http://portal.example' };
    expectRefused(elsewhere, 'PORTAL_URL');
  });

  it('goes as often as is asked for, within bounds', () => {
    for (const [name, member, highest] of [
      ['OTEL_BSP_SCHEDULE_DELAY', 'spanDelayMs', 600_000],
      ['OTEL_METRIC_EXPORT_INTERVAL', 'metricIntervalMs', 3_600_000],
    ] as const) {
      for (const value of [100, highest]) {
        expect(parse({ [name]: `${value}` }).telemetry[member]).toBe(value);
      }
      for (const value of [99, highest + 1, '5s']) expectRefused({ [name]: `${value}` }, name);
    }
    expect(parse({ OTEL_SERVICE_NAME: 'credentials-eu' }).telemetry.serviceName).toBe(
      'credentials-eu',
    );
    expectRefused({ OTEL_SERVICE_NAME: 'two words' }, 'OTEL_SERVICE_NAME');
  });
});

describe('Application Insights', () => {
  const KEY = 'InstrumentationKey=00000000-1111-2222-3333-44444444444a';
  const connectionString = `${KEY};IngestionEndpoint=https://westeurope.example/`;
  const APPLICATIONINSIGHTS_CONNECTION_STRING = connectionString;
  const azureMonitor = (authentication?: string) =>
    parse({
      APPLICATIONINSIGHTS_CONNECTION_STRING,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
    }).telemetry.azureMonitor;

  it('is reached by the key alone, or by an identity', () => {
    expect(azureMonitor()).toEqual({ connectionString, byIdentity: undefined });
    for (const text of ['Authorization=AAD', 'authorization=aad;']) {
      expect(azureMonitor(text)).toEqual({ connectionString, byIdentity: { clientId: undefined } });
    }
    const clientId = '99999999-aaaa-bbbb-cccc-dddddddddddd';
    const byIdentity = { clientId };
    for (const text of [
      `Authorization=AAD;ClientId=${clientId}`,
      `ClientId=${clientId};Authorization=AAD`,
      ` clientid=${clientId} ; authorization=aad; `,
    ]) {
      expect(azureMonitor(text)).toEqual({ connectionString, byIdentity });
    }
  });

  it('has a connection string with a key, which is not repeated', () => {
    const name = 'APPLICATIONINSIGHTS_CONNECTION_STRING';
    for (const text of ['x', 'InstrumentationKey=hush', `${KEY}0`, `x${KEY}`]) {
      expect(expectRefused({ [name]: text }, name).message).not.toMatch(/hush|4444/);
    }
  });

  it('gets the identity in the words of the platform', () => {
    const name = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';
    for (const text of [
      'AAD',
      'Authorization=Key',
      'Authorization=AAD;ClientId=a b',
      'ClientId=a',
      'Authorization=AAD;x=y',
      ';',
    ]) {
      expectRefused({ APPLICATIONINSIGHTS_CONNECTION_STRING, [name]: text }, name);
    }
    // Without a resource it is not read.
    expect(parse({ [name]: 'x' }).telemetry.azureMonitor).toBeUndefined();
  });
});

it('finds the identity of the platform, and its client id', () => {
  const identity = { IDENTITY_ENDPOINT: 'http://127.0.0.1/msi', AZURE_CLIENT_ID: 'an id' };
  expect(parse(identity)).toMatchObject({
    hasManagedIdentity: true,
    managedIdentityClientId: 'an id',
  });
});

describe('WEBHOOK_URLS', () => {
  const parsed = (text: string) => parse({ WEBHOOK_URLS: text }).webhookUrls;

  it('is a list of at most five addresses, each in one spelling', () => {
    expect(parsed('https://Hook.example, http://2130706433:81/a?b=c,')).toEqual([
      'https://hook.example/',
      'http://127.0.0.1:81/a?b=c',
    ]);
    const many = Array.from({ length: 6 }, (_, n) => `https://h${n}.example`);
    expect(parsed(many.slice(1).join())).toHaveLength(5);
    expect(parsed([...many.slice(1), 'https://h5.example/'].join())).toHaveLength(5);
    expectRefused({ WEBHOOK_URLS: many.join() }, 'WEBHOOK_URLS');
  });

  it.each([
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://[fd00::1]/',
    'https://127.0.0.1/',
    'http://localhost:3000/',
    'http://[::1]:3000/',
  ])('may name an address of its operator: %s', (url) => {
    expect(parsed(url)).toEqual([url]);
  });

  it.each([
    'http://hook.example/',
    'http://10.0.0.1/',
    'ftp://hook.example/',
    'https://user:password@hook.example/',
    'https://hook.example/#a',
    'https://169.254.169.254/',
    'https://2852039166/',
    'https://0xA9.254.43518/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[::a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fe80::1]/',
    'https://168.63.129.16/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'http://[::ffff:7f00:1]/',
  ])('rejects %s', (url) => {
    expectRefused({ WEBHOOK_URLS: url }, 'WEBHOOK_URLS');
  });
});
