import { type PredictedMutant, set, table } from './mutant.ts';

/** The faults by resource type, so that renaming a resource does not make one useless. */

const POLICY = 'FrontDoorWebApplicationFirewallPolicies';
const RULE = 'customRules.rules.0';
const BOX = 'scheduledQueryRules';
const CONDITION = 'criteria.allOf.0';
const SITE = 'Web/sites';
const CONFIG = 'Web/sites/config';
const SCALE = 'functionAppConfig.scaleAndConcurrency';
const STORAGE = 'functionAppConfig.deployment.storage';
const TEST = 'Insights/webtests';

const FRONT_DOOR: readonly PredictedMutant[] = [
  ...table(POLICY, [
    ['the firewall only detects', set('policySettings.mode', 'Detection')],
    ['the firewall is disabled', set('policySettings.enabledState', 'Disabled')],
    ['a hundred times as many sign-ins', set(`${RULE}.rateLimitThreshold`, 30_000)],
    ['sign-ins alone are not counted', set(`${RULE}.matchConditions.0.negateCondition`, true)],
    ['capitals go around it', set(`${RULE}.matchConditions.0.transforms`, ['UrlDecode'])],
    ['the rule of sign-ins is disabled', set(`${RULE}.enabledState`, 'Disabled')],
    ['the rule of requests is gone', ({ properties }) => properties.customRules.rules.pop()],
    ['sign-ins are counted for an hour', set(`${RULE}.rateLimitDurationInMinutes`, 1)],
    ['managed rules read bodies', set('managedRules.managedRuleSets', [{ ruleSetType: 'x' }])],
  ]),
  ...table('profiles/securityPolicies', [
    ['the limits are on no domain', set('parameters.associations.0.domains', [])],
    ['limits of the portal alone', set('parameters.associations.0.patternsToMatch', ['/portal/*'])],
    ['the security policy is gone', undefined],
    [
      'a custom domain is outside of the limits',
      ({ properties }) => properties.parameters.associations[0].domains.pop(),
    ],
  ]),
  ...table('originGroups/origins', [
    ['the certificate is not checked', set('enforceCertificateNameCheck', false)],
    ['another host is requested', set('originHostHeader', 'a.example')],
  ]),
  ...table('afdEndpoints/routes', [
    ['a custom domain is not on the route', ({ properties }) => properties.customDomains.pop()],
    ['plain http is forwarded to the app', set('forwardingProtocol', 'MatchRequest')],
  ]),
  ...table('profiles/customDomains', [
    ['a custom domain takes TLS 1.0', set('tlsSettings.minimumTlsVersion', 'TLS10')],
  ]),
  ...table('profiles', [
    ['production has no Front Door', undefined, { environment: 'production', name: 'afd-' }],
  ]),
];

const ALERTS: readonly PredictedMutant[] = [
  ...table(BOX, [
    ['an alert wants 100,000 rows', set(`${CONDITION}.threshold`, 100_000)],
    ['an alert wants none', set(`${CONDITION}.operator`, 'LessThanOrEqual')],
    ['an alert looks once a day', set('evaluationFrequency', 'P1D')],
    ['an alert calls another group', set('actions.actionGroups', ['/subscriptions/s/other'])],
    ['a missing pepper is a trifle', set('severity', 3), { name: 'pepper' }],
    ['an alert is disabled', set('enabled', false)],
    ['an alert is missing', undefined, { name: 'parts' }],
    ['the alert of the cap is missing', undefined, { name: 'cap' }],
    ['the alert of late notices is missing', undefined, { name: 'notices-late' }],
    ['a stopped webhook mails once', set('autoMitigate', true), { name: 'webhook' }],
    ['events mail once', set('autoMitigate', true), { name: 'global-admin' }],
    ['an alert looks at the audit', set('scopes', ['/subscriptions/s/audit'])],
  ]),
  ...table('actionGroups', [
    ['the receivers are off', set('enabled', false)],
    ['no address is mailed', set('emailReceivers', [])],
  ]),
  ...table(TEST, [
    ['the test from outside is off', set('Enabled', false)],
    ['the test requests another address', set('Request.RequestUrl', 'https://a.example/')],
    ['the test takes any certificate', set('ValidationRules.SSLCheck', false)],
  ]),
  ...table('metricAlerts', [
    ['the alert from outside is missing', undefined],
    ['the alert from outside wants all places', set('criteria.failedLocationCount', 6)],
  ]),
];

const APP: readonly PredictedMutant[] = [
  ...table(CONFIG, [
    ['a credential is misspelt', set('AzureWebJobsStorage__credential', 'managedIdentities')],
    [
      'the host uses the account of the tables',
      ({ properties }) => {
        properties.AzureWebJobsStorage__blobServiceUri =
          properties.AzureWebJobsStorage__blobServiceUri.replace('stpkg', 'sttab');
      },
    ],
    [
      'the tables are at the address of the vault',
      ({ properties }) => {
        properties.TABLES_ENDPOINT = properties.KEY_VAULT_URL;
      },
    ],
    [
      'telemetry is sent without an identity',
      set('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'Authorization=AAD'),
    ],
    [
      'the authentication of telemetry is malformed',
      ({ properties }) => {
        properties.APPLICATIONINSIGHTS_AUTHENTICATION_STRING =
          properties.APPLICATIONINSIGHTS_AUTHENTICATION_STRING.replace(';', ',');
      },
    ],
    [
      'the client id is that of the principal',
      ({ properties }) => {
        properties.AZURE_CLIENT_ID = properties.AZURE_CLIENT_ID.replace('clientId', 'principalId');
      },
    ],
    ['the client id of the host is missing', set('AzureWebJobsStorage__clientId', undefined)],
    ['the name of the storage is another', set('AzureWebJobsStorage__accountName', 'sttab')],
    ['a setting that Flex forbids', set('WEBSITE_TIME_ZONE', 'UTC')],
    ['bodies have no limit', set('FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', undefined)],
    ['notices rest though there is mail', set('NOTICE_SCHEDULE', '0 0 0 1 1 *')],
    ['the webhook is forgotten', set('WEBHOOK_URLS', undefined), { environment: 'production' }],
    [
      'the password of the mail server is a setting',
      set('SMTP_URL', 'smtps://user:password@mail.example'),
      { environment: 'us-government' },
    ],
    ['the sweep is hourly', set('SWEEP_SCHEDULE', '0 0 * * * *')],
    [
      'the host speaks gRPC to the collector',
      set('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'),
      { environment: 'production' },
    ],
    ['no package is run', set('WEBSITE_RUN_FROM_PACKAGE', '0'), { environment: 'china' }],
  ]),
  ...table(SITE, [
    ['the site is closed', set('publicNetworkAccess', 'Disabled')],
    ['https is not forced', set('httpsOnly', false)],
    ['TLS 1.0', set('siteConfig.minTlsVersion', '1.0')],
    ['instances stick to clients', set('clientAffinityEnabled', true)],
    ['any origin', set('siteConfig.cors', { allowedOrigins: ['*'] })],
    [
      'an origin of the portal gets no preflight',
      set('siteConfig.cors.allowedOrigins', ['https://portal.contoso.example']),
      { environment: 'production' },
    ],
    [
      'publishing comes under the rules of callers',
      set('siteConfig.scmIpSecurityRestrictionsUseMain', true),
    ],
    ['publishing is closed', set('siteConfig.scmIpSecurityRestrictionsDefaultAction', 'Deny')],
    ['it sleeps', set('siteConfig.alwaysOn', false), { environment: 'china' }],
    ['Node 22', set('functionAppConfig.runtime.version', '22'), { environment: 'private' }],
    [
      'no group of that name is kept warm',
      set(`${SCALE}.alwaysReady.0.name`, 'https'),
      { environment: 'production' },
    ],
    [
      'an identity that there is not reads the package',
      set(`${STORAGE}.authentication`, { type: 'SystemAssignedIdentity' }),
      { environment: 'production' },
    ],
    [
      'a key reads the package',
      set(`${STORAGE}.authentication.type`, 'StorageAccountConnectionString'),
      { environment: 'production' },
    ],
    [
      'the package is in another container',
      ({ properties }) => {
        const { storage } = properties.functionAppConfig.deployment;
        storage.value = storage.value.replace("'packages'", "'package'");
      },
      { environment: 'production' },
    ],
    [
      'a thousand requests at a time',
      set(`${SCALE}.triggers.http.perInstanceConcurrency`, 1000),
      { environment: 'production' },
    ],
    [
      'any Front Door is let in',
      ({ properties }) => delete properties.siteConfig.ipSecurityRestrictions[0].headers,
      { environment: 'production' },
    ],
  ]),
  ...table('autoscalesettings', [
    [
      'busy plans shrink',
      ({ properties }) => {
        for (const { scaleAction } of properties.profiles[0].rules) {
          scaleAction.direction = scaleAction.direction === 'Increase' ? 'Decrease' : 'Increase';
        }
      },
    ],
  ]),
  ...table('serverfarms', [
    ['production is in one zone', set('zoneRedundant', false), { environment: 'production' }],
  ]),
  ...table('basicPublishingCredentialsPolicies', [
    ['publishing takes a password', set('allow', true), { name: 'scm' }],
  ]),
];

export const APP_MUTANTS: readonly PredictedMutant[] = [...FRONT_DOOR, ...ALERTS, ...APP];
