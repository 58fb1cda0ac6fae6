/**
 * Faults planted into what the templates deploy, one at a time. Each must make an assertion fail.
 * By resource type, so that a change of the templates' own names does not make one a dud.
 */

// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the type of resource
type Resource = any;

export interface PredictedMutant {
  readonly fault: string;
  /** The end of the type, such as `sites/config`. */
  readonly type: string;
  /** Only resources whose name has this. */
  readonly name?: string;
  /** Only this environment. */
  readonly environment?: string;
  /** Changes one resource; `undefined` takes it away. */
  readonly change: ((resource: Resource) => void) | undefined;
}

/** Sets a member of the properties by its dotted path, with indices. */
function set(path: string, value: unknown) {
  return ({ properties }: Resource) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const target = names.reduce((at, name) => at[name], properties);
    if (value === undefined) delete target[last];
    else target[last] = value;
  };
}

/** Sets settings of the app. */
const setting = (name: string, value: unknown) => set(name, value);

const POLICY = 'FrontDoorWebApplicationFirewallPolicies';
const RULE = 'customRules.rules.0';
const BOX = 'scheduledQueryRules';
const CONDITION = 'criteria.allOf.0';
const SITE = 'Web/sites';
const CONFIG = 'Web/sites/config';
const SCALE = 'functionAppConfig.scaleAndConcurrency';
const STORAGE = 'functionAppConfig.deployment.storage';
const ACCOUNT = 'Storage/storageAccounts';
const VAULT = 'KeyVault/vaults';
const TEST = 'Insights/webtests';

const table = (
  type: string,
  rows: readonly (readonly [string, PredictedMutant['change'], Partial<PredictedMutant>?])[],
): readonly PredictedMutant[] =>
  rows.map(([fault, change, more]) => ({ fault, type, change, ...more }));

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
      'an own domain is outside of the limits',
      ({ properties }) => properties.parameters.associations[0].domains.pop(),
    ],
  ]),
  ...table('originGroups/origins', [
    ['the certificate is not checked', set('enforceCertificateNameCheck', false)],
    ['another host is asked for', set('originHostHeader', 'a.example')],
  ]),
  ...table('afdEndpoints/routes', [
    ['an own domain is not on the route', ({ properties }) => properties.customDomains.pop()],
    ['plain http goes on to the app', set('forwardingProtocol', 'MatchRequest')],
  ]),
  ...table('profiles/customDomains', [
    ['an own domain takes TLS 1.0', set('tlsSettings.minimumTlsVersion', 'TLS10')],
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
    ['events mail once', set('autoMitigate', true), { name: 'global-admin' }],
    ['an alert looks at the audit', set('scopes', ['/subscriptions/s/audit'])],
  ]),
  ...table('actionGroups', [
    ['the receivers are off', set('enabled', false)],
    ['nobody is mailed', set('emailReceivers', [])],
  ]),
  ...table(TEST, [
    ['the test from outside is off', set('Enabled', false)],
    ['the test asks another address', set('Request.RequestUrl', 'https://a.example/')],
    ['the test takes any certificate', set('ValidationRules.SSLCheck', false)],
  ]),
  ...table('metricAlerts', [
    ['the alert from outside is missing', undefined],
    ['the alert from outside wants all places', set('criteria.failedLocationCount', 6)],
  ]),
];

const APP: readonly PredictedMutant[] = [
  ...table(CONFIG, [
    ['a credential is misspelt', setting('AzureWebJobsStorage__credential', 'managedIdentities')],
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
      setting('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'Authorization=AAD'),
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
    ['the client id of the host is missing', setting('AzureWebJobsStorage__clientId', undefined)],
    ['the name of the storage is another', setting('AzureWebJobsStorage__accountName', 'sttab')],
    ['a setting that Flex forbids', setting('WEBSITE_TIME_ZONE', 'UTC')],
    ['bodies have no limit', setting('FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', undefined)],
    ['the sweep is hourly', setting('SWEEP_SCHEDULE', '0 0 * * * *')],
    [
      'the host speaks gRPC to the collector',
      setting('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'),
      { environment: 'production' },
    ],
    ['no package is run', setting('WEBSITE_RUN_FROM_PACKAGE', '0'), { environment: 'china' }],
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
    ['publishing comes under the rules of callers', set('siteConfig.scmIpSecurityRestrictionsUseMain', true)],
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

const STORES: readonly PredictedMutant[] = [
  ...table(ACCOUNT, [
    ['keys are on', set('allowSharedKeyAccess', true)],
    ['blobs are public', set('allowBlobPublicAccess', true)],
    ['storage takes TLS 1.0', set('minimumTlsVersion', 'TLS1_0')],
    ['services of the platform are let in', set('networkAcls.bypass', 'AzureServices')],
    [
      'half of the internet is let in',
      set('networkAcls.ipRules', [{ action: 'Allow', value: '0.0.0.0/1' }]),
      { environment: 'production', name: 'sttab' },
    ],
    [
      'operators reach the packages',
      set('networkAcls.ipRules', [{ action: 'Allow', value: '203.0.113.7' }]),
      { environment: 'private', name: 'stpkg' },
    ],
    [
      'the tables are in one place',
      ({ sku }: Resource) => Object.assign(sku, { name: 'Standard_LRS' }),
      { name: 'sttab', environment: 'production' },
    ],
    ['a private store is public', set('publicNetworkAccess', 'Enabled'), { environment: 'china' }],
  ]),
  ...table('blobServices/containers', [['a container is public', set('publicAccess', 'Blob')]]),
  ...table('blobServices', [
    ['deleted packages are gone', set('deleteRetentionPolicy.enabled', false)],
  ]),
  ...table('Authorization/locks', [['the lock of the tables is gone', undefined]]),
  ...table(VAULT, [
    ['the vault can be purged', set('enablePurgeProtection', undefined)],
    ['a week of soft delete', set('softDeleteRetentionInDays', 7)],
    [
      'the vault is open in a private network',
      set('networkAcls.defaultAction', 'Allow'),
      { environment: 'production' },
    ],
    ['the vault is public', set('publicNetworkAccess', 'Enabled'), { environment: 'production' }],
  ]),
  ...table('roleAssignments', [
    ['the kind of the principal is not said', set('principalType', undefined)],
    ['a role that there is not', set('roleDefinitionId', '/x/0000')],
  ]),
  ...table('diagnosticSettings', [
    [
      'another category of the vault',
      ({ properties }) => {
        for (const log of properties.logs) if (log.categoryGroup) log.categoryGroup = 'allLogs';
      },
      { environment: 'development' },
    ],
    [
      'only reads of storage are recorded',
      ({ properties }) => {
        properties.logs = properties.logs.filter(
          ({ category = '' }: { category?: string }) => !/Write|Delete/.test(category),
        );
      },
    ],
    ['records go to another workspace', set('workspaceId', '/subscriptions/s/other')],
    [
      'what the firewall turned away is not kept',
      ({ id, properties }) => {
        if (id.includes('/Microsoft.Cdn/')) properties.logs = [];
      },
      { environment: 'production' },
    ],
  ]),
  ...table('OperationalInsights/workspaces', [
    ['a cap of 1,000 GB', set('workspaceCapping.dailyQuotaGb', 1000), { name: 'log-' }],
    ['no cap', set('workspaceCapping', undefined), { name: 'log-' }],
    ['the audit has a cap', set('workspaceCapping', { dailyQuotaGb: 2 }), { name: 'audit-' }],
  ]),
  ...table('Insights/components', [['addresses are kept', set('DisableIpMasking', true)]]),
];

const NETWORK: readonly PredictedMutant[] = [
  ...table('networkSecurityGroups', [
    ['the endpoints are open', set('securityRules.1.properties.access', 'Allow')],
  ]),
  ...table('Network/virtualNetworks', [
    [
      'a plan may not join its subnet',
      set('subnets.0.properties.delegations.0.properties.serviceName', 'Microsoft.Web/sites'),
    ],
    ['production has no private network', undefined, { environment: 'production' }],
  ]),
  ...table('privateEndpoints/privateDnsZoneGroups', [['the endpoints have no names', undefined]]),
  ...table('privateDnsZones/virtualNetworkLinks', [['the names are not resolved', undefined]]),
  ...table('Network/privateDnsZones', [
    [
      'a private zone has another name',
      (resource) => {
        resource.name = resource.name.replace('vaultcore.', 'vault.');
      },
      { name: 'vaultcore' },
    ],
  ]),
];

export const PREDICTED_MUTANTS: readonly PredictedMutant[] = [
  ...FRONT_DOOR,
  ...ALERTS,
  ...APP,
  ...STORES,
  ...NETWORK,
];
