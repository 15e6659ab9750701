import type { Fragment } from '../fragment.ts';
import { consumerId, credentialId, pluginId, sharedCredentialId } from '../ids.ts';
import {
  asking,
  authorityPart,
  consumerPart,
  credentialPart,
  fragmentOf,
  groupPart,
  keyOf,
  pluginPart,
  routePart,
  servicePart,
  shop,
} from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

const consumer = (name: string, age: number, options: Parameters<typeof consumerPart>[1] = {}): Fragment =>
  fragmentOf('KongConsumer', name, age, consumerPart([name], options));

const definition = (name: string, type: string): Fragment =>
  fragmentOf('KongPlugin', name, 9, pluginPart(name, type));

const consumersOf = (...fragments: Fragment[]) => assemble(fragments).configuration.consumers ?? [];

const codesOf = (...fragments: Fragment[]) =>
  assemble(fragments).problems.map(({ code, resource }) => [code, `${resource?.kind}/${resource?.name}`]);

describe('consumers', () => {
  test('come with their credentials under the names that Kong has for them', () => {
    const credentials = ['key', 'basic', 'hmac', 'jwt', 'acl', 'oauth2', 'mtls'];
    const secrets = [
      fragmentOf('Secret', 'key', 1, credentialPart('key', 'key-auth', { key: 'k' }, 'k')),
      fragmentOf('Secret', 'basic', 1, credentialPart('basic', 'basic-auth', { username: 'b' }, 'b')),
      fragmentOf('Secret', 'hmac', 1, credentialPart('hmac', 'hmac-auth', { username: 'h' }, 'h')),
      fragmentOf('Secret', 'jwt', 1, credentialPart('jwt', 'jwt', { key: 'j' }, 'j')),
      fragmentOf('Secret', 'acl', 1, credentialPart('acl', 'acl', { group: 'g' })),
      fragmentOf('Secret', 'oauth2', 1, credentialPart('oauth2', 'oauth2', { client_id: 'o' }, 'o')),
      fragmentOf('Secret', 'mtls', 1, credentialPart('mtls', 'mtls-auth', { subject_name: 's' }, 's')),
    ];
    const { configuration, owners, problems } = assemble([consumer('ann', 1, { credentials }), ...secrets]);
    const [ann] = configuration.consumers ?? [];
    const id = consumerId({ username: 'ann' });
    expect(problems).toEqual([]);
    expect(ann).toEqual({
      id,
      username: 'ann',
      acls: [{ id: sharedCredentialId(credentialId('default/acl'), id), group: 'g' }],
      basicauth_credentials: [{ id: credentialId('default/basic'), username: 'b' }],
      hmacauth_credentials: [{ id: credentialId('default/hmac'), username: 'h' }],
      jwt_secrets: [{ id: credentialId('default/jwt'), key: 'j' }],
      keyauth_credentials: [{ id: credentialId('default/key'), key: 'k' }],
      mtls_auth_credentials: [{ id: credentialId('default/mtls'), subject_name: 's' }],
      oauth2_credentials: [{ id: credentialId('default/oauth2'), client_id: 'o' }],
    });
    expect(owners.get(credentialId('default/key'))).toBe('Secret/default/key');
    expect(owners.get(id)).toBe('KongConsumer/default/ann');
  });

  test('a credential that no consumer asks for is nowhere', () => {
    expect(consumersOf(keyOf('key', 'k'))).toEqual([]);
  });

  test.each([
    ['username', consumerPart(['ann', 'other']), consumerPart(['ann'])],
    ['custom_id', consumerPart(['ann', '7']), consumerPart(['bob', '7'])],
    ['custom_id', consumerPart([undefined, '7']), consumerPart(['bob', '7'])],
  ])('the oldest has a %s, and the other one is told', (field, first, second) => {
    const fragments = [
      fragmentOf('KongConsumer', 'young', 2, second),
      fragmentOf('KongConsumer', 'old', 1, first),
    ];
    const { configuration, problems } = assemble(fragments);
    expect(configuration.consumers?.map(({ id }) => id)).toEqual([first.entity.id]);
    expect(problems.map((problem) => [problem.code, problem.field, problem.resource?.name])).toEqual([
      ['ConsumerNameTaken', field, 'young'],
    ]);
  });
});

describe('credentials', () => {
  test('a key that two Secrets hold is the one of the oldest consumer; the other one is served without it', () => {
    const fragments = [
      keyOf('key1', 'same', 5),
      keyOf('key2', 'same', 1),
      keyOf('key3', 'own'),
      consumer('old', 1, { credentials: ['key1'] }),
      consumer('young', 2, { credentials: ['key2', 'key3'] }),
    ];
    const keys = consumersOf(...fragments).map(({ username, keyauth_credentials: some }) => [
      username,
      some?.map(({ id }) => id),
    ]);
    expect(Object.fromEntries(keys)).toEqual({
      old: [credentialId('default/key1')],
      young: [credentialId('default/key3')],
    });
    expect(codesOf(...fragments)).toEqual([
      ['CredentialTaken', 'KongConsumer/young'],
      ['CredentialTaken', 'Secret/key2'],
    ]);
    expect(JSON.stringify(assemble(fragments).problems)).not.toContain('same');
  });

  test('one Secret for two consumers is the one of the older consumer, unless it may be shared', () => {
    const acl = fragmentOf('Secret', 'acl', 1, credentialPart('acl', 'acl', { group: 'g' }));
    const fragments = [
      keyOf('key', 'k'),
      acl,
      consumer('ann', 1, { credentials: ['key', 'acl'] }),
      consumer('bob', 2, { credentials: ['key', 'acl'] }),
    ];
    const consumers = consumersOf(...fragments);
    expect(consumers.flatMap(({ keyauth_credentials: some = [] }) => some)).toHaveLength(1);
    const ids = consumers.flatMap(({ acls = [] }) => acls.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
  });

  test('a Secret named twice, or two with one acl group, give one credential, because Kong refuses the second', () => {
    const [ann] = consumersOf(
      keyOf('key', 'k'),
      fragmentOf('Secret', 'a1', 1, credentialPart('a1', 'acl', { group: 'g' })),
      fragmentOf('Secret', 'a2', 1, credentialPart('a2', 'acl', { group: 'g' })),
      consumer('ann', 1, { credentials: ['key', 'key', 'a1', 'a2'] }),
    );
    expect([ann?.keyauth_credentials?.length, ann?.acls?.length]).toEqual([1, 1]);
  });

  test('a missing Secret leaves out the credential alone, with the field that names it', () => {
    const { configuration, problems, unresolved } = assemble([
      keyOf('key', 'k'),
      consumer('ann', 1, { credentials: ['gone', 'key'] }),
    ]);
    expect(configuration.consumers?.[0]?.keyauth_credentials).toHaveLength(1);
    expect(problems.map(({ code, field }) => [code, field])).toEqual([
      ['CredentialNotProgrammed', 'Secret[0]'],
    ]);
    expect(unresolved).toEqual([]);
  });

  test('a credential is bound to a CA certificate by its ID, and left out if that is not there', () => {
    const bound = (id: string): Fragment =>
      fragmentOf(
        'Secret',
        'mtls',
        1,
        credentialPart('mtls', 'mtls-auth', { subject_name: 's', ca_certificate: { id } }),
      );
    const others = [
      consumer('ann', 1, { credentials: ['mtls'] }),
      fragmentOf('Secret', 'ca', 1, authorityPart('ca1')),
    ];
    const [ann] = consumersOf(bound('ca1'), ...others);
    expect(ann?.mtls_auth_credentials?.[0]?.['ca_certificate']).toBe('ca1');
    expect(consumersOf(bound('ca2'), ...others)[0]?.mtls_auth_credentials).toBeUndefined();
    expect(codesOf(bound('ca2'), ...others)).toEqual([['CredentialNotProgrammed', 'KongConsumer/ann']]);
  });
});

describe('groups of consumers', () => {
  const gold = fragmentOf('KongConsumerGroup', 'gold', 1, groupPart('gold'));

  test('members refer to their group by name; one without a username by its ID', () => {
    const { configuration } = assemble([
      gold,
      consumer('ann', 1, { groups: ['gold', 'gold'] }),
      fragmentOf('KongConsumer', 'x', 1, consumerPart([undefined, '7'], { groups: ['gold'] })),
    ]);
    expect(configuration.consumer_groups?.map(({ name }) => name)).toEqual(['gold']);
    expect(configuration.consumer_group_consumers).toEqual([
      { consumer: 'ann', consumer_group: 'gold' },
      { consumer: { id: consumerId({ custom_id: '7' }) }, consumer_group: 'gold' },
    ]);
  });

  test('the oldest has a name; the other group is left out, and its members are told', () => {
    const other = fragmentOf('KongConsumerGroup', 'other', 2, groupPart('gold'));
    const fragments = [gold, other, consumer('ann', 1, { groups: ['other'] })];
    expect(assemble(fragments).configuration.consumer_group_consumers).toBeUndefined();
    expect(codesOf(...fragments)).toEqual([
      ['ConsumerGroupNameTaken', 'KongConsumerGroup/other'],
      ['ConsumerGroupNotProgrammed', 'KongConsumer/ann'],
    ]);
  });
});

describe('plugins of consumers', () => {
  test('stand for the consumer everywhere, if nothing else asks for them', () => {
    const [ann] = consumersOf(
      consumer('ann', 1, { plugins: asking('limit') }),
      definition('limit', 'rate-limiting'),
    );
    expect(ann?.plugins).toEqual([
      { id: pluginId('rate-limiting', { consumer: 'ann' }), name: 'rate-limiting', config: {} },
    ]);
  });

  test('stand on the routes and services that ask for them too, and there for nobody else', () => {
    const { configuration } = assemble([
      fragmentOf('Service', 'shop', 0, servicePart('shop', { plugins: asking('limit') })),
      fragmentOf('Ingress', 'i', 1, routePart('r', { plugins: asking('limit', 'auth') }), routePart('free')),
      consumer('ann', 1, { plugins: asking('limit') }),
      definition('limit', 'rate-limiting'),
      definition('auth', 'key-auth'),
    ]);
    const [service] = configuration.services;
    const [ann] = configuration.consumers ?? [];
    const places = ann?.plugins?.map(({ id, service: on, route }) => [id, on ?? route]);
    expect(places?.sort()).toEqual(
      [
        [pluginId('rate-limiting', { consumer: 'ann', service: 'shop' }), 'shop'],
        [pluginId('rate-limiting', { consumer: 'ann', route: 'r' }), 'r'],
      ].sort(),
    );
    expect(service?.plugins).toBeUndefined();
    expect(service?.routes?.map(({ plugins }) => plugins?.map(({ name }) => name))).toEqual([
      undefined,
      ['key-auth'],
    ]);
  });

  test('two of one type are fine in different places, and leave the consumer out in one', () => {
    const others = [
      shop,
      definition('slow', 'rate-limiting'),
      definition('fast', 'rate-limiting'),
      consumer('ann', 1, { plugins: asking('slow', 'fast') }),
    ];
    const apart = fragmentOf(
      'Ingress',
      'i',
      1,
      routePart('r1', { plugins: asking('slow') }),
      routePart('r2', { plugins: asking('fast') }),
    );
    const together = fragmentOf('Ingress', 'i', 1, routePart('r1', { plugins: asking('slow', 'fast') }));
    expect(consumersOf(...others, apart)[0]?.plugins).toHaveLength(2);
    expect(consumersOf(...others, together)).toEqual([]);
    expect(codesOf(...others, together)).toEqual([['PluginTypeRepeated', 'KongConsumer/ann']]);
    expect(codesOf(...others)).toEqual([['PluginTypeRepeated', 'KongConsumer/ann']]);
  });

  test('a route may have one of a type for each of two consumers', () => {
    const { configuration, problems } = assemble([
      shop,
      definition('slow', 'rate-limiting'),
      definition('fast', 'rate-limiting'),
      fragmentOf('Ingress', 'i', 1, routePart('r', { plugins: asking('slow', 'fast') })),
      consumer('ann', 1, { plugins: asking('slow') }),
      consumer('bob', 1, { plugins: asking('fast') }),
    ]);
    expect(problems).toEqual([]);
    expect(configuration.consumers?.flatMap(({ plugins = [] }) => plugins.map(({ route }) => route))).toEqual(
      ['r', 'r'],
    );
  });

  test('a missing one leaves the consumer out, with a problem on both objects; its key is not given to others', () => {
    const fragments = [
      keyOf('key', 'k'),
      consumer('old', 1, { plugins: asking('gone'), credentials: ['key'] }),
      consumer('young', 2, { credentials: ['key'] }),
      fragmentOf('KongPlugin', 'gone', 1),
    ];
    expect(
      consumersOf(...fragments).map(({ username, keyauth_credentials: keys }) => [username, keys]),
    ).toEqual([['young', undefined]]);
    expect(codesOf(...fragments).filter(([code]) => code === 'PluginNotProgrammed')).toEqual([
      ['PluginNotProgrammed', 'KongConsumer/old'],
      ['PluginNotProgrammed', 'KongPlugin/gone'],
    ]);
    expect(assemble(fragments).unresolved).toEqual([
      { root: 'KongConsumer/default/old', needs: 'KongPlugin/default/gone' },
    ]);
  });
});

describe('plugins of groups', () => {
  const gold = fragmentOf('KongConsumerGroup', 'gold', 1, groupPart('gold', asking('limit')));
  const limit = definition('limit', 'rate-limiting');
  const route = fragmentOf('Ingress', 'i', 1, routePart('r', { plugins: asking('limit') }));

  test('stand beside the other entities, with the names of their group and of the route that asks for them', () => {
    expect(assemble([gold, limit]).configuration.plugins).toEqual([
      {
        id: pluginId('rate-limiting', { consumerGroup: 'gold' }),
        name: 'rate-limiting',
        config: {},
        consumer_group: 'gold',
      },
    ]);
    const { configuration } = assemble([shop, gold, limit, route]);
    expect(configuration.plugins?.map(({ consumer_group: group, route: on }) => [group, on])).toEqual([
      ['gold', 'r'],
    ]);
    expect(configuration.services[0]?.routes?.[0]?.plugins).toBeUndefined();
  });

  test('do not count where a consumer asks for the same plugin', () => {
    const ann = consumer('ann', 1, { plugins: asking('limit') });
    const { configuration } = assemble([gold, limit, ann]);
    expect(configuration.plugins).toBeUndefined();
    expect(configuration.consumers?.[0]?.plugins).toHaveLength(1);
  });

  test('a missing one leaves the group out, and its members with it: they would have no limit', () => {
    const fragments = [gold, consumer('ann', 1, { groups: ['gold'] }), consumer('bob', 1)];
    const { configuration, problems, unresolved } = assemble(fragments);
    expect(configuration.consumer_groups).toBeUndefined();
    expect(configuration.consumers?.map(({ username }) => username)).toEqual(['bob']);
    expect(codesOf(...fragments)).toEqual([
      ['PluginNotProgrammed', 'KongConsumerGroup/gold'],
      ['ConsumerGroupNotProgrammed', 'KongConsumer/ann'],
    ]);
    expect(problems[1]?.action).toContain('left out');
    // So that both are held at what was accepted last, if that is why the plugin is missing.
    expect(unresolved.map(({ root, needs }) => `${root} ${needs}`)).toEqual([
      'KongConsumerGroup/default/gold KongPlugin/default/limit',
      'KongConsumer/default/ann KongPlugin/default/limit',
    ]);
  });

  test('a group that is not there leaves its members as they are', () => {
    const { configuration } = assemble([consumer('ann', 1, { groups: ['gold'] })]);
    expect(configuration.consumers).toHaveLength(1);
  });
});
