import { type PredictedMutant, type Resource, set, table } from './mutant.ts';

const ACCOUNT = 'Storage/storageAccounts';
const VAULT = 'KeyVault/vaults';

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
  ...table('blobServices/containers', [
    ['a container is public', set('publicAccess', 'Blob')],
    ['the host makes a container of its own', undefined, { name: 'azure-webjobs-hosts' }],
    ['there is no place for the package', undefined, { name: 'packages' }],
  ]),
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
    [
      'the app owns its package',
      (resource) => {
        if (!/containers\W+packages/.test(JSON.stringify(resource))) return;
        resource.properties.roleDefinitionId = '/x/b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
      },
    ],
    [
      'a role on the whole account of the packages',
      (resource) => {
        resource.id = resource.id.replace(/\/blobServices\/default\/containers\/[a-z-]+/, '');
      },
    ],
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

const COMMUNICATION = 'Communication/communicationServices';
const DOMAIN = 'emailServices/domains';

const MAIL: readonly PredictedMutant[] = [
  ...table(COMMUNICATION, [
    ['keys send mail', set('disableLocalAuth', false)],
    ['the domain is not linked', set('linkedDomains', []), { environment: 'production' }],
    [
      'a domain that is not proven is linked',
      set('linkedDomains', ['/subscriptions/s/d']),
      { environment: 'private' },
    ],
    ['mail is kept in another geography', set('dataLocation', 'Africa')],
    ['there is nothing to send by', undefined, { environment: 'development' }],
  ]),
  ...table(DOMAIN, [['readers are followed', set('userEngagementTracking', 'Enabled')]]),
  ...table('domains/senderUsernames', [['the sender is another', set('username', 'admin')]]),
  ...table('roleAssignments', [
    [
      'the app has the mail of the whole group',
      (resource) => {
        resource.id = resource.id.replace(
          /\/providers\/Microsoft\.Communication\/communicationServices\/[a-z0-9-]+/,
          '',
        );
      },
      { environment: 'production' },
    ],
  ]),
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

export const STORE_MUTANTS: readonly PredictedMutant[] = [...STORES, ...MAIL, ...NETWORK];
