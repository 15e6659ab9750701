import fc from 'fast-check';
import type { Fragment, FragmentPart } from '../fragment.ts';
import {
  asking,
  certificatePart,
  fragmentOf,
  pluginPart,
  routePart,
  servicePart,
  sniPart,
} from './fragments.ts';

const few = (prefix: string) => fc.integer({ min: 0, max: 3 }).map((number) => `${prefix}${number}`);
const subset = (...values: string[]) => fc.subarray(values);

const plugins = fc.subarray(['p0', 'p1', 'p2', 'p3']).map((names) => asking(...names));

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

const parts: fc.Arbitrary<FragmentPart> = fc.oneof(services, routes, definitions, certificates, snis);

/** Fragments that bid against each other for a handful of names, so that every kind of conflict occurs. */
export const arbitraryFragments: fc.Arbitrary<Fragment[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom('Ingress', 'Service', 'KongPlugin'),
      name: few('n'),
      age: fc.integer({ min: 0, max: 2 }),
      parts: fc.array(parts, { maxLength: 6 }),
    })
    .map(({ kind, name, age, parts: list }) => fragmentOf(kind, name, age, ...list)),
  { maxLength: 12 },
);
