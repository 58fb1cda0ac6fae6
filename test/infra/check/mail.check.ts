import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../shared/setting.ts';
import {
  type Deployment,
  deployments,
  listOf,
  oneOf,
  planted,
  readOutput,
  settingsOf,
} from './deployment.ts';

/** Checks that mail and webhooks are there where they are asked for, and nowhere else. */

const COMMUNICATION = 'Microsoft.Communication/communicationServices';
const EMAIL = 'Microsoft.Communication/emailServices';
const DOMAIN = 'Microsoft.Communication/emailServices/domains';
const SENDER = 'Microsoft.Communication/emailServices/domains/senderUsernames';

const OWN = { kind: 'CustomerManaged', name: 'contoso.example', senders: ['passwords'] };
interface Expected {
  readonly kind: string;
  readonly name: string;
  readonly senders: readonly string[];
  readonly isLinked: boolean;
  readonly geography: string;
}
/** The environments with Communication Services. */
const BY_COMMUNICATION: Readonly<Record<string, Expected>> = {
  development: {
    ...{ kind: 'AzureManaged', name: 'AzureManagedDomain', senders: [] },
    ...{ isLinked: true, geography: 'Europe' },
  },
  production: { ...OWN, isLinked: true, geography: 'Europe' },
  private: { ...OWN, isLinked: false, geography: 'United States' },
};
/** The names of the settings of notices, by environment; the others have none. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  development: ['COMMUNICATION_ENDPOINT', 'MAIL_FROM'],
  production: ['COMMUNICATION_ENDPOINT', 'MAIL_FROM', 'WEBHOOK_URLS'],
  'us-government': ['MAIL_FROM', 'SMTP_URL'],
};
const RESTING = '0 0 0 1 1 *';

function channelsOf(deployment: Deployment): readonly string[] {
  const names = ['COMMUNICATION_ENDPOINT', 'MAIL_FROM', 'SMTP_URL', 'WEBHOOK_URLS'];
  return names.filter((name) => name in settingsOf(deployment));
}

/** Lists resources that let more in, or show more, than mail needs. */
function faultsOf(deployment: Deployment): readonly string[] {
  const keys = listOf(deployment, COMMUNICATION).filter(
    ({ properties }) => properties.disableLocalAuth !== true,
  );
  const tracked = listOf(deployment, DOMAIN).filter(
    ({ properties }) => properties.userEngagementTracking !== 'Disabled',
  );
  return [...keys, ...tracked].map(({ name }) => name);
}

describe.each(deployments)('the mail of $environment', (deployment) => {
  const expected = BY_COMMUNICATION[deployment.environment];
  const settings = settingsOf(deployment);

  it('has Communication Services where they are asked for', () => {
    const wanted = expected === undefined ? 0 : 1;
    for (const type of [COMMUNICATION, EMAIL, DOMAIN]) {
      expect(listOf(deployment, type), type).toHaveLength(wanted);
    }
    const senders = listOf(deployment, SENDER).map(({ properties }) => properties.username);
    expect(senders).toEqual(expected?.senders ?? []);
  });

  it('takes no key and follows no reader', () => {
    expect(faultsOf(deployment)).toEqual([]);
    if (expected === undefined) return;
    const withKeys = planted(deployment, COMMUNICATION, (properties) => {
      properties.disableLocalAuth = false;
    });
    expect(faultsOf(withKeys)).toHaveLength(1);
  });

  it('has the settings of its channels, and a timer that rests without one', () => {
    const channels = CHANNELS[deployment.environment] ?? [];
    expect(channelsOf(deployment)).toEqual(channels);
    const schedule = channels.length > 0 ? '*/15 * * * * *' : RESTING;
    expect(settings.NOTICE_SCHEDULE).toBe(schedule);
  });

  it('has a sender and webhooks that the code takes', () => {
    const { MAIL_FROM, WEBHOOK_URLS } = settings;
    const isOfAzure = expected?.kind === 'AzureManaged';
    if (isOfAzure) expect(MAIL_FROM).toMatch(/DoNotReply@\{0\}.*mailFromSenderDomain/);
    const parsed = parseSettings({
      PUBLIC_ORIGIN: 'https://a.example',
      TABLES_ENDPOINT: 'https://tables.example',
      KEY_VAULT_URL: 'https://vault.example',
      SMTP_URL: 'smtps://relay.example',
      WEBHOOK_URLS,
      MAIL_FROM: isOfAzure ? undefined : MAIL_FROM,
    });
    expect(parsed.mail?.from).toBe(isOfAzure ? undefined : MAIL_FROM);
    expect(parsed.webhookUrls).toHaveLength(WEBHOOK_URLS === undefined ? 0 : 1);
    if (expected?.isLinked) {
      const endpoint = settings.COMMUNICATION_ENDPOINT;
      expect(endpoint).toMatch(/https:\/\/\{0\}.*hostName/);
      expect(endpoint).toContain(oneOf(deployment, COMMUNICATION).id);
    }
  });
});

const sending = deployments.filter(({ environment }) => environment in BY_COMMUNICATION);

it.each(sending)('$environment sends from a proven domain, in its geography', (deployment) => {
  const expected = BY_COMMUNICATION[deployment.environment];
  const communication = oneOf(deployment, COMMUNICATION).properties;
  const domain = oneOf(deployment, DOMAIN);
  expect(domain.properties.domainManagement).toBe(expected?.kind);
  expect(domain.name.split('/').at(-1)).toBe(expected?.name);
  expect(communication.linkedDomains).toEqual(expected?.isLinked ? [domain.id] : []);
  expect(communication.dataLocation).toBe(expected?.geography);
  // A domain of another geography cannot be linked.
  expect(oneOf(deployment, EMAIL).properties.dataLocation).toBe(expected?.geography);
});

it('refuses Communication Services in the clouds that have none, and a sender too many', () => {
  const { variables } = JSON.parse(readOutput('main.json'));
  expect(variables.isInPublicCloud).toContain("'usgov'");
  expect(variables.isInPublicCloud).toContain("'china'");
  expect(variables.hasCommunication).toMatch(
    /^\[if\(and\(variables\('isByCommunication'\), not\(variables\('isInPublicCloud'\)\)\), fail\(/,
  );
  expect(variables.sender).toMatch(
    /^\[if\(equals\(variables\('needsSender'\), empty\(parameters\('mailFrom'\)\)\), fail\(/,
  );
});
