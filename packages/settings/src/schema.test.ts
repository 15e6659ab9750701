import { describeSettings, listScalars, settingsJsonSchema } from './index.ts';

test('variables and flags are derived from the path, for single values outside lists', () => {
  expect(listScalars().map(({ path, variable, flag }) => [path, variable, flag])).toEqual([
    ['source.directory.path', 'SILVERBACK_SOURCE_DIRECTORY_PATH', '--source-directory-path'],
    [
      'source.kubernetes.kubeconfig',
      'SILVERBACK_SOURCE_KUBERNETES_KUBECONFIG',
      '--source-kubernetes-kubeconfig',
    ],
    ['source.kubernetes.context', 'SILVERBACK_SOURCE_KUBERNETES_CONTEXT', '--source-kubernetes-context'],
    ['stateDirectory', 'SILVERBACK_STATE_DIRECTORY', '--state-directory'],
    ['ingressClass', 'SILVERBACK_INGRESS_CLASS', '--ingress-class'],
    ['translation.missingPlugin', 'SILVERBACK_TRANSLATION_MISSING_PLUGIN', '--translation-missing-plugin'],
    ['translation.drainSupport', 'SILVERBACK_TRANSLATION_DRAIN_SUPPORT', '--translation-drain-support'],
    ['translation.clusterDomain', 'SILVERBACK_TRANSLATION_CLUSTER_DOMAIN', '--translation-cluster-domain'],
    ['leaderElection.enabled', 'SILVERBACK_LEADER_ELECTION_ENABLED', '--leader-election-enabled'],
    ['leaderElection.leaseName', 'SILVERBACK_LEADER_ELECTION_LEASE_NAME', '--leader-election-lease-name'],
    [
      'leaderElection.leaseNamespace',
      'SILVERBACK_LEADER_ELECTION_LEASE_NAMESPACE',
      '--leader-election-lease-namespace',
    ],
    [
      'leaderElection.leaseDuration',
      'SILVERBACK_LEADER_ELECTION_LEASE_DURATION',
      '--leader-election-lease-duration',
    ],
    [
      'leaderElection.renewDeadline',
      'SILVERBACK_LEADER_ELECTION_RENEW_DEADLINE',
      '--leader-election-renew-deadline',
    ],
    [
      'leaderElection.retryPeriod',
      'SILVERBACK_LEADER_ELECTION_RETRY_PERIOD',
      '--leader-election-retry-period',
    ],
    ['status.enabled', 'SILVERBACK_STATUS_ENABLED', '--status-enabled'],
    ['status.publishService', 'SILVERBACK_STATUS_PUBLISH_SERVICE', '--status-publish-service'],
    ['ledger.store', 'SILVERBACK_LEDGER_STORE', '--ledger-store'],
    ['log.level', 'SILVERBACK_LOG_LEVEL', '--log-level'],
    ['health.enabled', 'SILVERBACK_HEALTH_ENABLED', '--health-enabled'],
    ['health.address', 'SILVERBACK_HEALTH_ADDRESS', '--health-address'],
    ['debug.enabled', 'SILVERBACK_DEBUG_ENABLED', '--debug-enabled'],
    ['debug.address', 'SILVERBACK_DEBUG_ADDRESS', '--debug-address'],
  ]);
});

test('the JSON Schema is strict and asks only for what has no default', () => {
  const schema = settingsJsonSchema();
  expect(schema).toMatchObject({ additionalProperties: false, required: ['fleets'] });
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test('every setting is described', () => {
  const settings = describeSettings();
  expect(settings).toContainEqual({
    path: 'fleets[].adminApi.applyTimeout',
    type: 'duration with unit',
    isRequired: false,
    default: '10m',
    meaning: 'How long a proxy may take to apply a configuration that was sent in full.',
  });
  expect(settings.find((setting) => setting.path === 'log.level')).toMatchObject({
    values: ['trace', 'debug', 'info', 'warn', 'error'],
    scalar: { flag: '--log-level' },
  });
  for (const setting of settings) expect(setting.meaning).not.toBe('');
});
