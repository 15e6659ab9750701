import fc from 'fast-check';
import { createFragment } from '../fragment-hash.ts';
import type { Fragment, FragmentPart } from '../fragment.ts';
import {
  asking,
  authorityPart,
  certificatePart,
  consumerPart,
  credentialPart,
  customEntityPart,
  fragmentOf,
  groupPart,
  licensePart,
  pluginPart,
  routePart,
  servicePart,
  sniPart,
  vaultPart,
} from './fragments.ts';

const few = (prefix: string) => fc.integer({ min: 0, max: 3 }).map((number) => `${prefix}${number}`);
const subset = (...values: string[]) => fc.subarray(values);

const plugins = fc
  .tuple(fc.subarray(['p0', 'p1', 'p2', 'p3']), fc.boolean())
  .map(([names, isOptional]) => asking(...names).map((reference) => ({ ...reference, isOptional })));

const services = fc
  .record({ name: few('s'), host: few('s'), plugins, targets: subset('10.0.0.1:80', '[fd00::1]:80') })
  .map(({ name, host, ...rest }) => servicePart(name, { ...rest, host: `${host}.svc` }));

const routes = fc
  .record({
    name: few('r'),
    service: few('s'),
    plugins,
    hosts: subset('x.test', 'y.test'),
    paths: fc.subarray(['/', '/a', '~/a$'], { minLength: 1 }),
    methods: subset('GET'),
    isDefaultBackend: fc.boolean(),
  })
  .map(({ name, ...options }) =>
    options.isDefaultBackend
      ? routePart(name, { ...options, hosts: [], paths: ['/'] })
      : routePart(name, options),
  );

const definitions = fc
  .record({ name: few('p'), type: few('type'), label: fc.option(fc.constant('label'), { nil: undefined }) })
  .map(({ name, type, label }) => {
    const part = pluginPart(name, type);
    return label === undefined ? part : { ...part, definition: { ...part.definition, instance_name: label } };
  });

const certificates = fc
  .tuple(few('secret'), few('content'), fc.option(few('uid'), { nil: undefined }))
  .map((names) => certificatePart(...names));

const snis = fc.tuple(few('host'), few('secret')).map((names) => sniPart(...names));

const consumers = fc
  .record({
    username: fc.option(few('u'), { nil: undefined }),
    customId: fc.option(few('c'), { nil: undefined }),
    plugins,
    groups: subset('n0', 'n1', 'n2'),
    credentials: subset('n0', 'n1', 'n2', 'n3'),
  })
  .map(({ username, customId, ...options }) => consumerPart([username ?? 'u0', customId], options));

const nameless = fc
  .record({ customId: few('c'), plugins, groups: subset('n0', 'n1') })
  .map(({ customId, ...options }) => consumerPart([undefined, customId], options));

const credentials = fc.oneof(
  fc.tuple(few('n'), few('key')).map(([secret, key]) => credentialPart(secret, 'key-auth', { key }, key)),
  fc.tuple(few('n'), few('group')).map(([secret, group]) => credentialPart(secret, 'acl', { group })),
  fc
    .tuple(few('n'), few('ca'))
    .map(([secret, id]) =>
      credentialPart(secret, 'mtls-auth', { subject_name: 's', ca_certificate: { id } }, `s ${id}`),
    ),
);

const groups = fc.tuple(few('g'), plugins).map(([name, asked]) => groupPart(name, asked));

const globals = few('p').map((name): FragmentPart => ({
  type: 'global-plugin',
  plugin: `KongPlugin/default/${name}`,
}));

const authorities = fc.tuple(few('ca'), few('cert')).map(([id, cert]) => authorityPart(id, cert));

const customEntities = fc
  .record({
    id: fc.option(few('id'), { nil: undefined }),
    parent: fc.option(few('p'), { nil: undefined }),
    isForServices: fc.boolean(),
    isForConsumers: fc.boolean(),
  })
  .map(({ id, parent, isForServices, isForConsumers }) =>
    customEntityPart(id === undefined ? {} : { id }, parent, {
      ...(isForServices ? { service: 'services' } : { route: 'routes' }),
      ...(isForConsumers && { consumer: 'consumers' }),
    }),
  );

const parts: fc.Arbitrary<FragmentPart> = fc.oneof(
  services,
  routes,
  definitions,
  certificates,
  snis,
  consumers,
  nameless,
  credentials,
  groups,
  globals,
  authorities,
  few('vault').map((prefix) => vaultPart(prefix)),
  few('license').map(licensePart),
  customEntities,
);

/** Fragments that bid against each other for a handful of names, so that every kind of conflict occurs. */
export const arbitraryFragments: fc.Arbitrary<Fragment[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom('Ingress', 'Service', 'KongPlugin', 'Secret', 'KongConsumerGroup', 'ConfigMap'),
      name: few('n'),
      age: fc.integer({ min: 0, max: 2 }),
      parts: fc.array(parts, { maxLength: 6 }),
      outdatedParts: fc.option(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { nil: undefined, freq: 3 }),
    })
    .map(({ kind, name, age, parts: list, outdatedParts }) => {
      const fragment = fragmentOf(kind, name, age, ...list);
      return outdatedParts ? createFragment({ ...fragment, outdatedParts }) : fragment;
    }),
  { maxLength: 12 },
);
