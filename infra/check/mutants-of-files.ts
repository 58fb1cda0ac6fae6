/** Faults planted into files that azd, GitHub, the host and alert rules read. */

export interface FileMutant {
  readonly fault: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const file =
  (name: string) =>
  ([fault, from, to]: readonly [string, string, string]): FileMutant => ({
    ...{ fault, file: name, from, to },
  });

const query = (name: string) => file(`infra/app/alert/${name}.kql`);
const ZEROS = '0'.repeat(40);

export const QUERY_MUTANTS: readonly FileMutant[] = [
  ...(
    [
      ['a query that does not compile', '| where ended', '| were ended'],
      ['an outcome that nothing writes', "'unfinished'", "'incomplete'"],
      ['a run may be an hour late', 'Max > 900', 'Max > 3600'],
      ['silence is well', 'ended == 0 or', 'ended < 0 or'],
    ] as const
  ).map(query('sweep')),
  ...(
    [
      ['a table of Application Insights', 'AppMetrics\n', 'customMetrics\n'],
      ['a column that there is not', 'sum(Sum)', 'sum(Value)'],
      ['a dimension that nothing writes', 'Properties.part', 'Properties.dependency'],
      ['a threshold times a thousand', 'failed >= 3', 'failed >= 3000'],
      ['a union', 'AppMetrics\n', 'union AppMetrics\n'],
    ] as const
  ).map(query('parts')),
  ...(
    [
      ['a code that is misspelt', "'overloaded'", "'overload'"],
      ['a gauge without its greatest value', 'coalesce(Max, Sum)', 'Max * 0'],
    ] as const
  ).map(query('queue')),
  ...(
    [
      ['notices may be ten hours late', 'Max > 900', 'Max > 36000'],
      ['a channel that nothing writes', 'Properties.channel', 'Properties.lane'],
      ['the lag of the sweep', 'credentials.notices.lag', 'credentials.sweep.lag'],
    ] as const
  ).map(query('notices-late')),
  ...(
    [
      ['tries count as given up', "'undeliverable'", "'failed'"],
      ['a hundred must be given up', 'Sum > 0', 'Sum > 100'],
    ] as const
  ).map(query('undeliverable')),
  ...(
    [
      ['a line that nothing writes', 'it answered 410', 'it answered 404'],
      ['a stop that arrives late is lost', 'ago(6m)', 'ago(4m)'],
    ] as const
  ).map(query('webhook')),
  ...(
    [
      ['five hundred times a fault', 'Sum > 0', 'Sum > 500'],
      ['a fault that arrives late is lost', 'ago(6m)', 'ago(4m)'],
    ] as const
  ).map(query('faults')),
  ...(
    [
      ['a spray of a thousand names', 'names >= 50', 'names >= 1000'],
      ['a pseudonym that nothing writes', 'line.namePseudonym', 'line.userPseudonym'],
      ['a network that nothing writes', 'line.networkPseudonym', 'line.addressPseudonym'],
      ['an office of a thousand names', 'names >= 20', 'names >= 1000'],
      ['networks are not counted', ' or networks >= 10', ''],
    ] as const
  ).map(query('spray')),
  ...([['another category of the workspace', "'Ingestion'", "'Agent'"]] as const).map(query('cap')),
  ...([['refusals are half as many', 'recent > 100', 'recent > 10000']] as const).map(
    query('refused'),
  ),
  ...(
    [
      [
        'the workbook reads another table',
        'AppMetrics\\n| where Name == ',
        'customMetrics\\n| where Name == ',
      ],
    ] as const
  ).map(file('infra/app/workbook.json')),
];

export const OTHER_FILE_MUTANTS: readonly FileMutant[] = [
  ...(
    [
      [
        'remote build is named',
        'dist: dist/package\n',
        'dist: dist/package\n    remoteBuild: false\n',
      ],
      ['another host', 'host: function', 'host: appservice'],
      ['the first run comes before the resources', '  postprovision:', '  predeploy:'],
      ['a failed first run is passed over', 'interactive: true', 'continueOnError: true'],
      ['an azd that ignores .funcignore', '>= 1.23.12', '>= 1.23.5'],
    ] as const
  ).map(file('azure.yaml')),
  ...([['the platform builds', '# Nothing', 'node_modules\n# Nothing']] as const).map(
    file('.funcignore'),
  ),
  ...([['the package has no modules', '# Nothing.', 'node_modules']] as const).map(
    file('dist/package/.funcignore'),
  ),
  ...(
    [
      ['the host does not export', '"telemetryMode": "OpenTelemetry",', ''],
      ['no transport security', '"isEnabled": true', '"isEnabled": false'],
    ] as const
  ).map(file('host.json')),
  ...(
    [
      ['the access of the operator is ignored', '!= true ]; then', '= never ]; then'],
      ['a closed vault is asked for ten minutes', `[ -z "\${OPERATOR_ADDRESSES:-}" ]`, 'false'],
      ['another account acts', 'AzureDeveloperCliCredential', 'AzureCliCredential'],
    ] as const
  ).map(file('infra/first-run.sh')),
  ...([['another provider', 'Microsoft.App --wait', 'Microsoft.Web --wait']] as const).map(
    file('infra/before-provision.sh'),
  ),
  ...(
    [
      ['no environment approves', `    environment: \${{ inputs.environment }}\n`, ''],
      ['an app that is not ready passes', '--fail-with-body', ''],
      ['credentials persist', 'persist-credentials: false', 'persist-credentials: true'],
      ['a commit that does not exist', 'de0fac2e4500dabe0009e67214ff5f5447ce83dd', ZEROS],
      ['two at a time', `group: deploy-\${{ inputs.environment }}`, `group: \${{ github.run_id }}`],
      ['no check', 'needs: attest', 'needs: []'],
      ['the pipeline makes secrets', "OPERATOR_ACCESS: 'false'", "OPERATOR_ACCESS: 'true'"],
      ['a limit is set back', `      SIGN_IN_LIMIT: \${{ vars.SIGN_IN_LIMIT || '300' }}\n`, ''],
      ['mail is turned off by a release', `      MAIL: \${{ vars.MAIL || 'none' }}\n`, ''],
      ['settings are an empty text', "vars.SETTINGS || '{}'", "vars.SETTINGS || ''"],
      ['another build is deployed', ' --from-package dist/package.zip', ''],
      ['no attestation is verified', 'gh attestation verify', 'gh attestation download'],
      [
        'an action by its tag',
        'setup-azd@0b7e3a35ab00f2eee7080c845eb39c3f0ebfa553',
        'setup-azd@v2',
      ],
      ['the resources are not known', 'run: azd env get-value PUBLIC_ORIGIN', 'run: "true"'],
    ] as const
  ).map(file('.github/workflows/deploy.yml')),
  ...([['a section without an alert', '### The daily cap is reached', '### The cap']] as const).map(
    file('infra/RUNBOOK.md'),
  ),
];
