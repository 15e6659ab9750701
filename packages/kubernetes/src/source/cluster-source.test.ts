import { SystemClock, VirtualClock } from '@silverback/clock';
import type { Clock } from '@silverback/clock';
import { keyOf } from '@silverback/cluster-state';
import { KubeHttp } from '../access/kube-http.ts';
import { TestApiServer, type TestObject } from '../testing/api-server.ts';
import { advanceBy, advanceUntil } from '../testing/turns.ts';
import {
  ClusterSource,
  type ClusterChanges,
  type ClusterSnapshot,
  type ClusterSourceOptions,
} from './cluster-source.ts';

const SERVICES = '/api/v1/services';
const SECRETS = '/api/v1/secrets';
const PLUGINS = '/apis/configuration.konghq.com/v1/kongplugins';
const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function service(name: string, namespace = 'shop'): TestObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ports: [{ port: 80 }] },
  };
}

function plugin(name: string): TestObject {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name, namespace: 'shop' },
    plugin: 'cors',
  };
}

function secret(name: string, labels: Record<string, string> = {}): TestObject {
  const data = { 'tls.crt': 'Y2VydA==' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop', labels }, data };
}

function ingress(name: string, secretName: string): TestObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    spec: { tls: [{ hosts: ['shop.test'], secretName }] },
  };
}

const definition: TestObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'kongplugins.configuration.konghq.com' },
};

/** A cluster with a source that watches it; `told` waits for something in what the source reports. */
async function withSource(
  clock: Clock,
  options: Partial<
    Pick<
      ClusterSourceOptions,
      'namespaces' | 'serviceNamespaces' | 'publishService' | 'onStatus' | 'streamsLists' | 'isNeeded'
    >
  >,
  run: (parts: {
    server: TestApiServer;
    source: ClusterSource;
    reports: readonly string[];
    begin: () => Promise<void>;
    told: (entry: string) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const server = new TestApiServer();
  server.serve('v1', ['services', 'secrets', 'configmaps']);
  server.serve('networking.k8s.io/v1', ['ingresses']);
  const http = new KubeHttp({ credentials: await server.start(), clock });
  const source = new ClusterSource({
    http,
    clock,
    namespaces: [],
    streamsLists: false,
    ...options,
    random: () => 0,
  });
  const reports: string[] = [];
  let wake: () => void = () => undefined;
  const told = async (entry: string): Promise<void> => {
    while (!reports.includes(entry)) await new Promise<void>((resolve) => (wake = resolve));
  };
  const note = (report: ClusterSnapshot | ClusterChanges): void => {
    reports.push(...textsOf(report));
    wake();
  };
  try {
    await run({ server, source, reports, begin: () => source.start(note), told });
  } finally {
    await source.stop();
    await http.close();
    await server.stop();
  }
}

function textsOf(report: ClusterSnapshot | ClusterChanges): string[] {
  const problems = report.problems.map(({ code, message }) => `${code} ${message}`);
  if ('resources' in report) return [`all: ${report.resources.map(keyOf).join(' ')}`, ...problems];
  const changes = report.changes.map((change) =>
    change.type === 'upsert' ? `upsert ${keyOf(change.resource)}` : `delete ${change.key}`,
  );
  return [...(report.isReread ? ['read anew:'] : []), ...changes, ...problems];
}

test('reports everything once every kind is listed, then what changes', () =>
  withSource(new SystemClock(), {}, async ({ server, source, reports, begin, told }) => {
    server.put(SERVICES, service('web'));
    await begin();
    await told('all: Service/shop/web');
    expect([source.isSynced, reports.length]).toEqual([true, 1]);
    await server.until(() => server.watches(SERVICES) === 1);
    expect(source.isLive).toBe(true);
    server.put(SERVICES, service('shop'));
    server.delete(SERVICES, service('web'));
    await told('delete Service/shop/web');
    expect(reports.slice(1)).toEqual(['upsert Service/shop/shop', 'delete Service/shop/web']);
    expect(source.appliedVersions()['Service']).toBe('103');
  }));

test('reports nothing while one kind can not be listed', async () => {
  const clock = new VirtualClock();
  await withSource(clock, {}, async ({ server, source, reports, begin, told }) => {
    let isForbidden = true;
    server.intercept = ({ path }) =>
      isForbidden && path === SECRETS ? { status: 403, message: 'secrets is forbidden' } : undefined;
    await begin();
    await server.until(() => server.watches(SERVICES) === 1 && server.watches('/api/v1/configmaps') === 1);
    expect(reports).toEqual([]);
    const missing = source.progress().filter(({ isSynced }) => !isSynced);
    expect(missing.map(({ kind }) => kind)).toEqual(['Secret']);
    isForbidden = false;
    while (reports.length === 0) {
      await clock.advance(400);
      await new Promise(setImmediate);
    }
    await told('all: ');
  });
});

test('asks for no Secret that is of no use, in pages of 50', () =>
  withSource(new SystemClock(), {}, async ({ server, begin, told }) => {
    await begin();
    await told('all: ');
    const lists = server.requests.filter(({ path, query }) => path === SECRETS && query.has('limit'));
    expect(lists.map(({ query }) => [query.get('limit'), query.get('fieldSelector')])).toEqual([
      [
        '50',
        'type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token,type!=bootstrap.kubernetes.io/token',
      ],
    ]);
  }));

test('watches each namespace of the settings, and those of the Admin APIs for Services alone', () =>
  withSource(
    new SystemClock(),
    { namespaces: ['shop'], serviceNamespaces: ['kong'] },
    async ({ server, begin, told }) => {
      for (const namespace of ['shop', 'kong', 'other']) server.put(SERVICES, service('web', namespace));
      await begin();
      await told('all: Service/shop/web Service/kong/web');
      expect(server.requests.map(({ path }) => path)).not.toContain('/api/v1/namespaces/kong/secrets');
    },
  ));

test('takes up a kind whose definition comes, and keeps its objects for five minutes when it goes', async () => {
  const clock = new VirtualClock();
  await withSource(clock, {}, async ({ server, reports, begin, told }) => {
    await begin();
    await told('all: ');
    await server.until(() => server.watches(DEFINITIONS) === 1);
    server.put(PLUGINS, plugin('cors'));
    server.serve('configuration.konghq.com/v1', ['kongplugins']);
    server.put(DEFINITIONS, definition);
    await told('upsert KongPlugin/shop/cors');
    expect(reports.slice(-2)).toEqual(['read anew:', 'upsert KongPlugin/shop/cors']);
    await server.until(() => server.watches(PLUGINS) === 1);
    server.put(PLUGINS, plugin('acl'));
    await told('upsert KongPlugin/shop/acl');
    expect(reports.at(-2)).not.toBe('read anew:');
    const going = { ...definition.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    server.put(DEFINITIONS, { ...definition, metadata: going });
    await server.until(
      () => server.requests.filter(({ path }) => path === '/apis/configuration.konghq.com/v1').length === 3,
    );
    server.delete(PLUGINS, plugin('cors'));
    server.serve('configuration.konghq.com/v1', []);
    server.delete(DEFINITIONS, definition);
    await server.until(() => server.watches(PLUGINS) === 0);
    await clock.advance(290_000);
    expect(reports).not.toContain('delete KongPlugin/shop/cors');
    await clock.advance(10_000);
    await told('delete KongPlugin/shop/cors');
    expect(reports[reports.indexOf('delete KongPlugin/shop/cors') - 1]).toBe('read anew:');
  });
});

test('tells of an object that can not be used', () =>
  withSource(new SystemClock(), {}, async ({ server, reports, begin, told }) => {
    server.serve('configuration.konghq.com/v1', ['kongplugins']);
    const metadata = { name: 'cors', namespace: 'shop', annotations: { 'konghq.com/tags': 7 } };
    server.put(PLUGINS, { ...plugin('cors'), metadata });
    await begin();
    await told('all: ');
    expect(reports).toEqual(['all: ', expect.stringMatching(/^KubernetesObjectInvalid /)]);
  }));

test('a successor waits until it has what its predecessor had, and lists what lags for 30 s', async () => {
  const clock = new VirtualClock();
  await withSource(clock, {}, async ({ server, source, begin, told }) => {
    server.put(SERVICES, service('web'));
    await begin();
    await told('all: Service/shop/web');
    await server.until(() => server.watches(SERVICES) === 1);
    const lists = () =>
      server.requests.filter(({ path, query }) => path === SERVICES && query.has('limit')).length;
    let isReached = false;
    const { signal } = new AbortController();
    await source.reached({ Service: '101', KongVault: '7000' }, signal);
    // No watch will ever say so: that API server was restored from a backup.
    void source.reached({ Service: '900' }, signal).then(() => (isReached = true));
    await advanceBy(clock, 29_000, 1000);
    expect([isReached, lists()]).toEqual([false, 1]);
    await advanceUntil(clock, () => isReached);
    expect(lists()).toBe(2);
  });
});

test('keeps of Secrets only those that a label marks or something names', () =>
  withSource(new SystemClock(), {}, async ({ server, source, reports, begin, told }) => {
    server.put(SECRETS, secret('named'));
    server.put(SECRETS, secret('foreign'));
    server.put(SECRETS, secret('credential', { 'konghq.com/credential': 'key-auth' }));
    server.put(INGRESSES, ingress('web', 'named'));
    await begin();
    await told('all: Ingress/shop/web Secret/shop/named Secret/shop/credential');
    await server.until(() => server.watches(SECRETS) === 1 && server.watches(INGRESSES) === 1);
    server.put(SECRETS, secret('another'));
    server.put(SECRETS, secret('named', { version: '2' }));
    await told('upsert Secret/shop/named');
    server.delete(INGRESSES, ingress('web', 'named'));
    await told('delete Secret/shop/named');
    expect(reports.filter((entry) => entry.includes('another') || entry.includes('foreign'))).toEqual([]);
    const counts = source.progress().filter(({ kind }) => kind === 'Secret' || kind === 'Ingress');
    expect(counts.map(({ kind, objects }) => [kind, objects])).toEqual([
      ['Ingress', 0],
      ['Secret', 1],
    ]);
  }));

test('keeps a Secret that is needed after nothing names it any more, and follows it, until it is not', async () => {
  let needed = 'Secret/shop/old';
  const options = { isNeeded: (key: string) => key === needed };
  await withSource(new SystemClock(), options, async ({ server, source, reports, begin, told }) => {
    server.put(SECRETS, secret('old'));
    server.put(SECRETS, secret('other'));
    server.put(INGRESSES, ingress('web', 'old'));
    server.put(INGRESSES, ingress('next', 'other'));
    await begin();
    await told('all: Ingress/shop/web Ingress/shop/next Secret/shop/old Secret/shop/other');
    await server.until(() => server.watches(SECRETS) === 1 && server.watches(INGRESSES) === 1);
    server.delete(INGRESSES, ingress('web', 'old'));
    server.delete(INGRESSES, ingress('next', 'other'));
    await told('delete Secret/shop/other');
    server.put(SECRETS, secret('old', { version: '2' }));
    await told('upsert Secret/shop/old');
    expect(reports).not.toContain('delete Secret/shop/old');
    needed = 'Secret/shop/other';
    server.put(INGRESSES, ingress('later', 'third'));
    await told('delete Secret/shop/old');
    // It was passed over when nobody knew that it is needed.
    expect(reports).not.toContain('upsert Secret/shop/other');
    source.need([needed]);
    await told('upsert Secret/shop/other');
  });
});

test('fetches a Secret that something names later, before it says what names it', () =>
  withSource(new SystemClock(), {}, async ({ server, reports, begin, told }) => {
    server.put(SECRETS, secret('later'));
    await begin();
    await told('all: ');
    await server.until(() => server.watches(SECRETS) === 1 && server.watches(INGRESSES) === 1);
    server.put(INGRESSES, ingress('web', 'later'));
    server.put(INGRESSES, ingress('next', 'missing'));
    await told('upsert Ingress/shop/next');
    expect(reports.slice(1)).toEqual([
      'upsert Secret/shop/later',
      'upsert Ingress/shop/web',
      'upsert Ingress/shop/next',
    ]);
    server.put(SECRETS, secret('missing'));
    await told('upsert Secret/shop/missing');
  }));

test('lists Secrets again where one that is named can not be fetched', () =>
  withSource(new SystemClock(), {}, async ({ server, begin, told }) => {
    server.put(SECRETS, secret('later'));
    server.intercept = ({ path }) =>
      path === '/api/v1/namespaces/shop/secrets/later' ? { status: 403, message: 'no get' } : undefined;
    await begin();
    await told('all: ');
    await server.until(() => server.watches(SECRETS) === 1 && server.watches(INGRESSES) === 1);
    server.put(INGRESSES, ingress('web', 'later'));
    await told('upsert Secret/shop/later');
  }));

test('shows what the statuses say, and the Service that is published, from a namespace of its own', async () => {
  let changes = 0;
  const publishService = 'kong/proxy';
  const options = { namespaces: ['shop'], publishService, onStatus: () => (changes += 1) };
  await withSource(new SystemClock(), options, async ({ server, source, begin, told }) => {
    server.serve('configuration.konghq.com/v1', ['kongplugins']);
    const condition = {
      type: 'Programmed',
      status: 'True',
      reason: 'Programmed',
      message: '',
      observedGeneration: 3,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const cors = plugin('cors');
    const metadata = { ...cors.metadata, uid: 'u1', generation: 3 };
    server.put(PLUGINS, {
      ...cors,
      metadata,
      status: { conditions: [{ ...condition, type: 'Other' }, condition] },
    });
    const proxy = { ...service('proxy', 'kong'), spec: { type: 'LoadBalancer', clusterIPs: ['10.9.9.9'] } };
    const loadBalancer = { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }, { hostname: 'lb.test' }] };
    server.put(SERVICES, { ...proxy, status: { loadBalancer } });
    await begin();
    await told('all: Service/kong/proxy KongPlugin/shop/cors');
    expect([...source.statuses.keys()].map((key) => source.statuses.at(key))).toEqual([
      {
        reference: { kind: 'KongPlugin', namespace: 'shop', name: 'cors', uid: 'u1' },
        generation: 3,
        resourceVersion: '101',
        conditions: [condition],
        addresses: [],
      },
    ]);
    expect(source.statuses.publishedService).toEqual({
      type: 'LoadBalancer',
      clusterIPs: ['10.9.9.9'],
      loadBalancer: [{ ip: '192.0.2.1' }, { hostname: 'lb.test' }],
    });
    expect([source.apiVersionOf('KongPlugin'), source.apiVersionOf('KongVault')]).toEqual([
      'configuration.konghq.com/v1',
      undefined,
    ]);
    const before = changes;
    await server.until(
      () => server.watches('/apis/configuration.konghq.com/v1/namespaces/shop/kongplugins') === 1,
    );
    server.put(PLUGINS, { ...cors, metadata, status: { conditions: [] } });
    await told('upsert KongPlugin/shop/cors');
    expect([changes, source.statuses.get('KongPlugin', 'shop', 'cors')?.conditions]).toEqual([
      before + 1,
      [],
    ]);
  });
});

/** The definition of KongPlugin as an older controller brought it. */
function olderDefinition(fields: readonly string[]): TestObject {
  const text = { type: 'string' };
  const properties = Object.fromEntries(fields.map((field) => [field, text]));
  const version = {
    name: 'v1',
    served: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema: { type: 'object', properties } },
  };
  return { ...definition, spec: { versions: [version] } };
}

test('fields that a definition lacks are told at start, and again when the definition changes', () =>
  withSource(new SystemClock(), {}, async ({ server, begin, told }) => {
    server.put(DEFINITIONS, olderDefinition(['plugin', 'disabled', 'protocols', 'instance_name', 'status']));
    server.put(SERVICES, service('web'));
    await begin();
    await told(
      'DefinitionFieldsMissing CustomResourceDefinition kongplugins.configuration.konghq.com lacks config, configFrom, configPatches, ordering, status.conditions',
    );
    await server.until(() => server.watches(DEFINITIONS) === 1);
    server.put(DEFINITIONS, olderDefinition(['disabled', 'protocols', 'instance_name', 'status']));
    await told(
      'DefinitionFieldsMissing CustomResourceDefinition kongplugins.configuration.konghq.com lacks plugin, config, configFrom, configPatches, ordering, status.conditions',
    );
  }));
