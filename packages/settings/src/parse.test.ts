import fc from 'fast-check';
import { issueToError, parseSettings, type ParseOptions, type Settings } from './index.ts';
import { validSettings } from './testing/valid-settings.ts';

const FILE = '/etc/silverback/settings.yaml';

function accept(content: unknown, options: Partial<ParseOptions> = {}): Settings {
  const parsed = parseSettings(content, { file: FILE, cwd: '/home/me', ...options });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.settings;
}

function refuse(content: unknown, options: Partial<ParseOptions> = {}): string[] {
  const parsed = parseSettings(content, { file: FILE, cwd: '/home/me', ...options });
  if (parsed.ok) throw new Error('accepted');
  return parsed.issues.map((issue) => `${issue.code} ${issueToError(issue).where ?? ''}: ${issue.message}`);
}

function withFleet(changes: object): unknown {
  const settings = validSettings();
  const [fleet] = settings['fleets'] as object[];
  return { ...settings, fleets: [{ ...fleet, ...changes }] };
}

test('a minimal file gets its defaults', () => {
  expect(accept(validSettings())).toEqual({
    source: { directory: { path: '/etc/silverback/manifests' } },
    stateDirectory: '/etc/silverback/.silverback',
    ingressClass: 'kong',
    ledger: { store: 'auto' },
    translation: { missingPlugin: 'leave-out', drainSupport: false, clusterDomain: '' },
    leaderElection: {
      enabled: true,
      leaseName: 'silverback',
      leaseDuration: 15_000,
      renewDeadline: 10_000,
      retryPeriod: 2_000,
    },
    status: { enabled: true, publishAddresses: [] },
    modules: [],
    fleets: [
      {
        name: 'edge',
        insecure: false,
        discovery: [{ static: { proxies: ['https://10.0.0.7:8444'] } }],
        adminApi: {
          tls: { caFile: '/etc/silverback/ca.crt', caOverlap: 3_600_000 },
          livenessPath: '/status',
          applyTimeout: 600_000,
        },
        pacing: { paceFactor: 1, uploads: 32, statusInterval: 2_000 },
        heldRetry: { min: 300_000, max: 3_600_000 },
        shrinkGuard: 'on',
      },
    ],
    log: { level: 'info' },
    health: { enabled: true, address: { host: '127.0.0.1', port: 8080 } },
    debug: { enabled: false, address: { host: '127.0.0.1', port: 8081 } },
  });
});

test('a flag wins over a variable, which wins over the file, which wins over the default', () => {
  const file = { ...validSettings(), log: { level: 'error' } };
  const env = { SILVERBACK_LOG_LEVEL: 'warn' };
  const flags = { 'log.level': 'debug' };
  expect(accept(validSettings()).log.level).toBe('info');
  expect(accept(file).log.level).toBe('error');
  expect(accept(file, { env }).log.level).toBe('warn');
  expect(accept(file, { env, flags }).log.level).toBe('debug');
});

test('variables become values of their type, and their paths start from the working directory', () => {
  const settings = accept(validSettings(), {
    env: {
      SILVERBACK_SOURCE_DIRECTORY_PATH: 'here',
      SILVERBACK_HEALTH_ENABLED: 'false',
      SILVERBACK_HEALTH_ADDRESS: '[::1]:0',
    },
  });
  expect(settings.source.directory?.path).toBe('/home/me/here');
  expect(settings.health).toEqual({ enabled: false, address: { host: '::1', port: 0 } });
});

test('every mistake is reported at once, with its path, its origin and what is allowed', () => {
  const content = {
    ingresClass: 'kong',
    source: { directory: {} },
    fleets: [
      { name: 'Edge', discovery: [], adminApi: { tls: { keyFile: 'tls.key' }, applyTimeout: 10 } },
      { name: 'Edge', insecure: true, discovery: [{ a: 1, b: 2 }], adminApi: { livenessPath: 'status' } },
    ],
    log: { level: 'debgu' },
  };
  const mistakes = refuse(content, { env: { SILVERBACK_HEALTH_ADDRESS: '8080' } });
  expect(mistakes.toSorted()).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: fleets[0].adminApi.applyTimeout: must be a duration with a unit (ms, s, m or h), such as "10m" or "500ms"',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[0].discovery: must have at least one entry',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[0].name: must be a DNS label: at most 63 of a-z, 0-9 and "-", with a letter or digit at both ends',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[1].adminApi.livenessPath: must start with "/"',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[1].discovery[0]: must have one key, the name of a discovery backend, not 2',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[1].name: is the name of another fleet',
    'SettingInvalid /etc/silverback/settings.yaml: fleets[1].name: must be a DNS label: at most 63 of a-z, 0-9 and "-", with a letter or digit at both ends',
    'SettingInvalid /etc/silverback/settings.yaml: log.level: must be one of trace, debug, info, warn, error, not "debgu". Did you mean debug?',
    'SettingInvalid SILVERBACK_HEALTH_ADDRESS: health.address: must be host:port with a port from 0 to 65535, such as "127.0.0.1:8080" or "[::]:8080"',
    'SettingMissing /etc/silverback/settings.yaml: fleets[0].adminApi.tls.caFile: is required, because system roots are never trusted; or set insecure: true for this fleet',
    'SettingMissing /etc/silverback/settings.yaml: fleets[0].adminApi.tls.certFile: is required, because keyFile is given',
    'SettingMissing /etc/silverback/settings.yaml: source.directory.path: is required: a text',
    'SettingUnknown /etc/silverback/settings.yaml: ingresClass: is not a setting. Did you mean ingressClass? Allowed here: source, stateDirectory, ingressClass, translation, leaderElection, status, ledger, modules, fleets, log, health, debug',
  ]);
});

test.each(['kong-admin.kong.svc', '10.0.0.7', 'fd00::7', '::1'])('%s can be a server name', (serverName) => {
  expect(serverNameMistakes(serverName)).toEqual([]);
});

test.each(['', 'kong:8444', 'a..b', '10.0.0.300', '*.kong.svc', '[::1]', `${'a'.repeat(64)}.svc`])(
  '%j can be no server name',
  (serverName) => {
    expect(serverNameMistakes(serverName)).toEqual(['fleets[0].adminApi.tls.serverName']);
  },
);

function serverNameMistakes(serverName: string): string[] {
  const discovery = [{ static: {} }];
  const fleets = [{ name: 'edge', discovery, adminApi: { tls: { caFile: 'ca.crt', serverName } } }];
  const parsed = parseSettings({ ...validSettings(), fleets }, { file: 'silverback.yaml' });
  return parsed.ok ? [] : parsed.issues.map(({ path }) => path);
}

test('an insecure fleet needs no CA', () => {
  expect(accept(withFleet({ insecure: true, adminApi: {} })).fleets[0]?.adminApi.tls.caFile).toBeUndefined();
});

test('the app’s check of a discovery entry is asked with the fleet, and its findings get their path', () => {
  const seen: unknown[] = [];
  accept(withFleet({}), { checkDiscovery: (_entry, fleet) => (seen.push(fleet.insecure), []) });
  expect(seen.splice(0)).toEqual([false]);
  const mistakes = refuse(withFleet({ insecure: true }), {
    checkDiscovery: (entry, fleet) => {
      seen.push([entry, fleet]);
      return [{ path: 'static.proxies[0]', message: 'is wrong' }];
    },
  });
  expect(seen).toEqual([
    [{ static: { proxies: ['https://10.0.0.7:8444'] } }, { fleet: 'edge', insecure: true }],
  ]);
  expect(mistakes).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: fleets[0].discovery[0].static.proxies[0]: is wrong',
  ]);
});

test('several findings in one discovery entry have each their own path', () => {
  const mistakes = refuse(validSettings(), {
    checkDiscovery: () => ['a', 'b', ''].map((path) => ({ path, message: 'is wrong' })),
  });
  expect(mistakes).toEqual(
    ['.a', '.b', ''].map(
      (below) => `SettingInvalid /etc/silverback/settings.yaml: fleets[0].discovery[0]${below}: is wrong`,
    ),
  );
});

test('an unknown SILVERBACK_ variable is a mistake; those that Kubernetes adds for Services are not', () => {
  const added = {
    SILVERBACK_SERVICE_HOST: '10.0.0.1',
    SILVERBACK_SERVICE_PORT: '8080',
    SILVERBACK_SERVICE_PORT_HEALTH: '8080',
    SILVERBACK_PORT: 'tcp://10.0.0.1:8080',
    SILVERBACK_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    SILVERBACK_PORT_8080_TCP_ADDR: '10.0.0.1',
  };
  expect(accept(validSettings(), { env: { ...added, PATH: '/bin' } }).ingressClass).toBe('kong');
  expect(refuse(validSettings(), { env: { SILVERBACK_INGRES_CLASS: 'x' } })).toEqual([
    expect.stringMatching(
      /^SettingUnknown SILVERBACK_INGRES_CLASS: is not a setting\. Did you mean SILVERBACK_INGRESS_CLASS\?/,
    ),
  ]);
});

test('a variable does not hide that the file has a wrong value in its way', () => {
  expect(refuse({ ...validSettings(), log: 5 }, { env: { SILVERBACK_LOG_LEVEL: 'warn' } })).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: log: must be a mapping, not 5',
  ]);
});

test('wrong YAML is reported with file, line and column, and without the file’s content', () => {
  const mistakes = refuse('log:\n  level: info\n bad: hunter2\n');
  expect(mistakes).toEqual([
    expect.stringMatching(/^SettingsSyntax \/etc\/silverback\/settings\.yaml:3:\d+: /),
  ]);
  expect(mistakes.join()).not.toContain('hunter2');
});

test('without a source the resources come from the cluster', () => {
  const { fleets } = validSettings();
  expect(accept({ fleets }).source).toEqual({ kubernetes: { namespaces: [] } });
});

test('a kubeconfig is looked for beside the settings file', () => {
  const source = { kubernetes: { kubeconfig: 'cluster.yaml', namespaces: ['shop'] } };
  expect(accept({ ...validSettings(), source }).source).toEqual({
    kubernetes: { kubeconfig: '/etc/silverback/cluster.yaml', namespaces: ['shop'] },
  });
});

test('there is exactly one source', () => {
  const both = { directory: { path: 'a' }, kubernetes: {} };
  expect(refuse({ ...validSettings(), source: both })).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: source: cannot be directory and kubernetes at once: leave one out',
  ]);
  expect(refuse({ ...validSettings(), source: {} })).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: source: must be directory or kubernetes',
  ]);
});

test('the times of a lease leave room for one another', () => {
  const leaderElection = { leaseDuration: '10s', renewDeadline: '10s', retryPeriod: '15s' };
  expect(refuse({ ...validSettings(), leaderElection })).toEqual([
    'SettingInvalid /etc/silverback/settings.yaml: leaderElection.renewDeadline: must be less than leaseDuration',
    'SettingInvalid /etc/silverback/settings.yaml: leaderElection.retryPeriod: must be less than renewDeadline',
  ]);
});

test('a long text that is no allowed value is not repeated', () => {
  const pasted = '-----BEGIN PRIVATE KEY-----'.repeat(3);
  expect(refuse({ ...validSettings(), log: { level: pasted } }).join()).not.toContain('PRIVATE');
});

test('an empty file names the setting that is missing', () => {
  expect(refuse('# nothing\n').map((line) => line.split(' ')[2])).toEqual(['fleets:']);
});

test('parsing throws for no JSON value', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'source',
      'directory',
      'fleets',
      'adminApi',
      'tls',
      'log',
      'level',
      '__proto__',
      'discovery',
    ),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, true, 0, 1e300, '', '10m'),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (content) => {
      const parsed = parseSettings(content, { file: FILE, env: { SILVERBACK_LOG_LEVEL: 'warn' } });
      expect(parsed.ok || parsed.issues.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('when refused resources are offered again is taken as written', () => {
  const [fleet] = accept(withFleet({ heldRetry: { min: '1m' } })).fleets;
  expect(fleet?.heldRetry).toEqual({ min: 60_000, max: 3_600_000 });
  const [mistake] = refuse(withFleet({ heldRetry: { max: 'never' } }));
  expect(mistake).toContain('fleets[0].heldRetry.max');
});

test('pacing and the shrink guard are taken as written, and mistakes in them are named', () => {
  const pacing = { paceFactor: 0.5, uploads: 8, statusInterval: '500ms' };
  const [fleet] = accept(withFleet({ pacing, shrinkGuard: 'off' })).fleets;
  expect(fleet).toMatchObject({ pacing: { ...pacing, statusInterval: 500 }, shrinkGuard: 'off' });
  const mistakes = refuse(withFleet({ pacing: { paceFactor: -1, uploads: 1.5 }, shrinkGuard: 'maybe' }));
  expect(mistakes.map((mistake) => mistake.slice(mistake.indexOf('fleets')))).toEqual([
    'fleets[0].pacing.paceFactor: must be a number from 0 to 10',
    'fleets[0].pacing.uploads: must be a whole number from 1 to 1000',
    'fleets[0].shrinkGuard: must be on or off',
  ]);
});
