import { DEFAULT_FACTS } from '@silverback/kong-configuration';
import fc from 'fast-check';
import { ClusterState, type ReadKey, type ResourceRecord } from '@silverback/cluster-state';
import { TranslationEngine } from './index.ts';
import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { clusterOf, resourcesOf } from './testing/manifests.ts';
import { anyChange } from './testing/changes.ts';

const settings = { ingressClass: 'kong' };

function record(yaml: string): ResourceRecord {
  const [first] = resourcesOf(yaml);
  if (first === undefined) throw new Error('the manifest holds no resource');
  return first;
}

function slice(service: string, address: string): string {
  return JSON.stringify({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: [address] }],
  });
}

const SHOP = documents(
  ingressYaml({ name: 'web', paths: { '/': 'shop:80', '/blog': 'blog:80' }, tls: { cert: ['a.test'] } }),
  ingressYaml({ name: 'other', paths: { '/other': 'other:80' } }),
  ...['shop', 'blog', 'other'].map((name) => serviceYaml(name, { ports: [{ port: 80 }] })),
  ...['shop', 'blog', 'other'].map((name) => slice(name, '10.0.0.1')),
  '{ apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: { name: auth, namespace: shop }, plugin: key-auth }',
);

function started() {
  const state = clusterOf(resourcesOf(SHOP));
  const engine = new TranslationEngine({ state, settings });
  engine.update(new Set());
  return {
    state,
    engine,
    /** Applies a manifest; tells what was translated again and what changed. */
    apply(yaml: string) {
      const before = engine.translated;
      const changes = engine.update(state.apply([{ type: 'upsert', resource: record(yaml) }]));
      return {
        runs: engine.translated - before,
        changed: [...changes.changed.keys()],
        removed: changes.removed,
      };
    },
    remove(key: string) {
      return engine.update(state.apply([{ type: 'delete', key }]));
    },
  };
}

test('the first update translates every root once', () => {
  const { engine } = started();
  expect([...engine.fragments().keys()].sort()).toEqual([
    'Ingress/shop/other',
    'Ingress/shop/web',
    'KongPlugin/shop/auth',
    'Service/shop/blog',
    'Service/shop/other',
    'Service/shop/shop',
  ]);
  expect(engine.translated).toBe(6);
});

test('an update without changes does nothing', () => {
  const { engine } = started();
  const before = engine.translated;
  expect(engine.update(new Set())).toEqual({ changed: new Map(), removed: [] });
  expect(engine.translated).toBe(before);
});

test('a changed EndpointSlice runs its Service again and nothing else', () => {
  expect(started().apply(slice('shop', '10.0.0.2'))).toEqual({
    runs: 1,
    changed: ['Service/shop/shop'],
    removed: [],
  });
});

test('an EndpointSlice of a Service that nobody uses runs nothing', () => {
  expect(started().apply(slice('unused', '10.0.0.2')).runs).toBe(0);
});

test('a changed Ingress runs itself and the Services that it uses or used', () => {
  const cluster = started();
  const result = cluster.apply(ingressYaml({ name: 'other', paths: { '/other': 'shop:80' } }));
  expect(result.changed).toEqual(['Ingress/shop/other']);
  expect(result.removed).toEqual(['Service/shop/other']);
  // The Ingress and the Service it uses now; the one it used is no root any more.
  expect(result.runs).toBe(2);
  expect(cluster.apply(ingressYaml({ name: 'other', paths: { '/new': 'other:80' } })).changed).toEqual([
    'Ingress/shop/other',
    'Service/shop/other',
  ]);
});

test('a changed KongPlugin runs itself and nothing else', () => {
  const plugin =
    '{ apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: { name: auth, namespace: shop }, plugin: jwt }';
  expect(started().apply(plugin)).toEqual({ runs: 1, changed: ['KongPlugin/shop/auth'], removed: [] });
});

test('what was made again and came out the same is not a change', () => {
  const notReady = ',{"addresses":["10.0.0.9"],"conditions":{"ready":false}}]';
  const another = slice('shop', '10.0.0.1').replace(/\]\}$/, `${notReady}}`);
  expect(started().apply(another)).toEqual({ runs: 1, changed: [], removed: [] });
});

test('a Secret that appears runs the Ingresses that name it', () => {
  const cluster = started();
  const problems = () =>
    cluster.engine
      .fragments()
      .get('Ingress/shop/web')
      ?.problems.map((problem) => problem.code);
  expect(problems()).toEqual(['TlsSecretNotFound']);
  const secret = '{ apiVersion: v1, kind: Secret, metadata: { name: cert, namespace: shop } }';
  expect(cluster.apply(secret).changed.sort()).toEqual(['Ingress/shop/web', 'Secret/shop/cert']);
  expect(problems()).toEqual([]);
});

test('a fragment whose problems alone differ is a change', () => {
  const cluster = started();
  const before = cluster.engine.fragments().get('Ingress/shop/other')?.hash;
  const { changed } = cluster.remove('Service/shop/other');
  expect([...changed.keys()].sort()).toEqual(['Ingress/shop/other', 'Service/shop/other']);
  expect(changed.get('Ingress/shop/other')?.hash).toBe(before);
  expect(changed.get('Ingress/shop/other')?.problems).toHaveLength(1);
});

test('a root that goes takes its fragment along, and comes back with it', () => {
  const cluster = started();
  expect(cluster.remove('Ingress/shop/other').removed.slice().sort()).toEqual([
    'Ingress/shop/other',
    'Service/shop/other',
  ]);
  expect(cluster.apply(ingressYaml({ name: 'other', paths: { '/': 'other:80' } })).changed).toEqual([
    'Ingress/shop/other',
    'Service/shop/other',
  ]);
});

test('an IngressClass that becomes the default brings the Ingresses without a class', () => {
  const cluster = started();
  cluster.apply(
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: plain, namespace: shop } }',
  );
  expect(cluster.engine.fragments().has('Ingress/shop/plain')).toBe(false);
  const { changed } = cluster.apply(
    '{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: kong, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } } }',
  );
  expect(changed).toEqual(['Ingress/shop/plain']);
});

test('an update in steps pauses after each root and takes up later what is touched meanwhile', () => {
  const state = clusterOf(resourcesOf(SHOP));
  const engine = new TranslationEngine({ state, settings });
  const steps = engine.updateInSteps(new Set());
  while (engine.translated === 0) steps.next();
  expect(engine.translated).toBe(1);
  const touched = state.apply([
    { type: 'delete', key: 'Service/shop/shop' },
    { type: 'upsert', resource: record(ingressYaml({ name: 'late', paths: { '/': 'blog:80' } })) },
  ]);
  while (steps.next().done !== true);
  engine.update(touched);
  const fresh = new TranslationEngine({ state, settings });
  fresh.update(new Set());
  expect(new Map([...engine.fragments()].sort())).toEqual(new Map([...fresh.fragments()].sort()));
});

test('after any sequence of changes the fragments are those of a fresh start', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyChange, { maxLength: 4 }), { maxLength: 8 }), (rounds) => {
      const state = new ClusterState();
      const engine = new TranslationEngine({ state, settings });
      const seen = new Map<string, unknown>();
      engine.update(new Set<ReadKey>());
      for (const round of rounds) {
        const { changed, removed } = engine.update(state.apply(round));
        for (const [root, fragment] of changed) seen.set(root, fragment);
        for (const root of removed) seen.delete(root);
        const fresh = new TranslationEngine({ state, settings });
        fresh.update(new Set());
        expect(new Map([...engine.fragments()].sort())).toEqual(new Map([...fresh.fragments()].sort()));
        expect(new Map([...seen].sort())).toEqual(new Map([...engine.fragments()].sort()));
      }
    }),
    { numRuns: 100 },
  );
});

test('proxies that answer a facet alike share their fragments, and others get their own', () => {
  const { engine } = started();
  const runs = engine.translated;
  const plain = engine.fragmentsFor({ ...DEFAULT_FACTS, version: '3.8.0' });
  // Nothing of these resources depends on the version.
  expect(engine.translated).toBe(runs);
  expect(plain.get('Secret/shop/cert')).toBe(engine.fragments().get('Secret/shop/cert'));
  expect([...plain.keys()].sort()).toEqual([...engine.fragments().keys()].sort());
});

test('the fragments for some facts follow the state, until nobody wants them', () => {
  const cluster = started();
  const facts = { ...DEFAULT_FACTS, version: '3.8.0' };
  const before = cluster.engine.fragmentsFor(facts);
  cluster.remove('KongPlugin/shop/auth');
  const after = cluster.engine.fragmentsFor(facts);
  expect([before, after].map((fragments) => fragments.has('KongPlugin/shop/auth'))).toEqual([true, false]);
  expect(cluster.engine.fragmentsFor(facts)).toBe(after);
  cluster.engine.keepOnly([]);
  expect(cluster.engine.fragmentsFor(facts)).not.toBe(after);
});
