import {
  createFragment,
  FragmentMap,
  type Fragment,
  type FragmentPart,
  type PluginPart,
  type PluginSecrets,
} from '@silverback/kong-configuration';
import { FRAGMENTS_ONLY } from './current-resources.ts';
import type { Fleet } from './index.ts';
import { NamedSecrets } from './named-secrets.ts';
import { arrange, ingress, refuseLimit, web } from './testing/fixtures.ts';
import { MemoryStores } from './testing/memory-stores.ts';

function fragment(root: string, ...parts: FragmentPart[]): Fragment {
  const [kind = '', namespace = '', name = ''] = root.split('/');
  return createFragment({
    root,
    resource: { kind, namespace, name },
    precedence: { creationTimestamp: '', namespace, name, uid: '' },
    parts,
    problems: [],
  });
}

const sni = (secret: string): FragmentPart => ({ type: 'sni', host: 'a.test', secret, field: 'spec.tls[0]' });

const plugin: FragmentPart = {
  type: 'plugin',
  plugin: 'KongPlugin/shop/limit',
  definition: { name: 'limit' },
  secrets: { values: [{ secret: 'shop/redis', key: 'password', field: 'configFrom' }] },
};

const service: FragmentPart = {
  type: 'service',
  entity: { id: 'a', name: 'web', host: 'web', port: 80, protocol: 'https' },
  plugins: [],
  clientCertificate: { root: 'Secret/shop/client', field: 'metadata.annotations' },
};

test.each([
  ['shop/cert', sni('shop/cert')],
  ['shop/redis', plugin],
  ['shop/client', service],
])('%s is named', (secret, part) => {
  const secrets = new NamedSecrets();
  const fragments = FragmentMap.of([fragment('Any/shop/web', part)]);
  expect(secrets.has(secret, fragments)).toBe(true);
  expect(secrets.has('shop/other', fragments)).toBe(false);
});

test('a Secret is named until the last fragment that names it is gone', () => {
  const secrets = new NamedSecrets();
  const both = FragmentMap.of([
    fragment('Ingress/shop/a', sni('shop/cert')),
    fragment('Ingress/shop/b', sni('shop/cert'), sni('shop/cert')),
  ]);
  expect(secrets.has('shop/cert', both)).toBe(true);
  const one = both.with([['Ingress/shop/b', undefined]]);
  expect(secrets.has('shop/cert', one)).toBe(true);
  const changed = one.with([['Ingress/shop/a', fragment('Ingress/shop/a', sni('shop/other'))]]);
  expect(secrets.has('shop/cert', changed)).toBe(false);
  expect(secrets.has('shop/other', changed)).toBe(true);
});

describe('a fleet needs a Secret', () => {
  const limit = (minute: number, secrets?: PluginSecrets): Fragment =>
    fragment('KongPlugin/shop/limit', {
      type: 'plugin',
      plugin: 'KongPlugin/shop/limit',
      definition: { name: 'rate-limiting', config: { minute } },
      ...(secrets && { secrets }),
    });
  const accepted = limit(5, { values: [{ secret: 'shop/redis', key: 'minute', field: 'configFrom' }] });

  function set(fleet: Fleet, plugin: Fragment): void {
    const fragments = FragmentMap.of([web, ingress('front', '/', ['limit']), plugin]);
    const currentResources = () => ({ ...FRAGMENTS_ONLY, renewed: (part: PluginPart) => part });
    fleet.setTranslation({ facets: [], fragmentsFor: () => fragments, currentResources }, []);
  }

  async function held(stores: MemoryStores) {
    const { clock, proxies, fleet } = arrange(['kong-1'], { stores });
    await fleet.load();
    refuseLimit(proxies, 0);
    set(fleet, accepted);
    await clock.advance(10_000);
    expect(fleet.needsSecret('shop/redis')).toBe(true);
    set(fleet, limit(0));
    await clock.advance(20_000);
    expect(fleet.report().held).toMatchObject([{ instead: 'previous' }]);
    expect(fleet.needsSecret('shop/redis')).toBe(true);
    return { clock, fleet };
  }

  test('as long as what it holds names it', async () => {
    const { clock, fleet } = await held(new MemoryStores());
    set(fleet, limit(7));
    await clock.advance(20_000);
    expect(fleet.needsSecret('shop/redis')).toBe(false);
    await fleet.stop();
  });

  test.each(['the last accepted configuration', 'the ledger'])('at a start, from %s', async (source) => {
    const stores = new MemoryStores();
    const { fleet } = await held(stores);
    await fleet.stop();
    if (source === 'the ledger') stores.accepted = [];
    else stores.entries = [];
    const asked: string[] = [];
    const onSecretsNeeded = (secrets: readonly string[]): void => {
      asked.push(...secrets);
    };
    const { fleet: successor } = arrange(['kong-1'], { stores, onSecretsNeeded });
    await successor.load();
    // A ledger may be read later than the Secrets.
    expect(asked).toEqual(source === 'the ledger' ? ['shop/redis'] : []);
    expect(successor.needsSecret('shop/redis')).toBe(true);
    expect(successor.needsSecret('shop/other')).toBe(false);
    await successor.stop();
  });
});
