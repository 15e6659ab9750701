import fc from 'fast-check';
import { Assembly } from '../incremental/assembly.ts';
import type { Fragment, FragmentPart } from '../fragment.ts';
import { arbitraryFragments } from '../testing/arbitrary-fragments.ts';
import type { Payload } from '../payload.ts';
import {
  asking,
  authorityPart,
  certificatePart,
  consumerPart,
  credentialPart,
  fragmentOf,
  groupPart,
  pluginPart,
  routePart,
  servicePart,
  sniPart,
} from '../testing/fragments.ts';
import { diffPayloads, type EntityChange } from './semantic-diff.ts';

function payloadOf(assembly: Assembly, ...fragments: Fragment[]): Payload {
  return assembly.update(fragments.map((fragment) => [fragment.root, fragment])).payload;
}

/** What leads from some parts to others, of one root each, as one text for each change. */
function diff(before: Record<string, FragmentPart[]>, after: Record<string, FragmentPart[]>): string[] {
  const assembly = new Assembly();
  const fragmentsOf = (parts: Record<string, FragmentPart[]>) =>
    Object.entries(parts).map(([name, list]) => fragmentOf('Ingress', name, 0, ...list));
  const first = payloadOf(assembly, ...fragmentsOf(before));
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  assembly.update(gone.map((name) => [`Ingress/default/${name}`, undefined]));
  return changesOf(first, payloadOf(assembly, ...fragmentsOf(after))).map(
    ({ type, root = '', change, class: of, takesAway }) =>
      `${root.replace('Ingress/default/', '')}: ${type} ${change}, ${of}${takesAway ? ', takes away' : ''}`,
  );
}

function changesOf(before: Payload, after: Payload): EntityChange[] {
  return [...diffPayloads(before, after)].filter((change) => change !== undefined);
}

const web = (targets: string[], options = {}) => ({ web: [servicePart('s', { targets, ...options })] });

test('endpoints that come, and endpoints that go', () => {
  expect(diff(web(['10.0.0.1:80']), web(['10.0.0.2:80', '10.0.0.3:80']))).toEqual([
    'web: targets added, endpoints',
    'web: targets added, endpoints',
    'web: targets removed, endpoints, takes away',
  ]);
});

test('a service that goes takes its endpoints along: that is another configuration', () => {
  expect(diff(web(['10.0.0.1:80']), {})).toEqual([
    'web: services removed, staged',
    'web: upstreams removed, staged',
    'web: targets removed, staged',
  ]);
});

test('weights, and a weight of nothing', () => {
  const weighted = (weight: number): Record<string, FragmentPart[]> => {
    const part = servicePart('s');
    const targets = (part.upstream?.targets ?? []).map((target) => ({ ...target, weight }));
    return { web: [{ ...part, ...(part.upstream && { upstream: { ...part.upstream, targets } }) }] };
  };
  expect(diff(weighted(5), weighted(7))).toEqual(['web: targets changed, weights']);
  expect(diff(weighted(5), weighted(0))).toEqual(['web: targets changed, weights, takes away']);
});

test('settings of services, routes and plugins can wait', () => {
  const all = (retries: number, path: string, type: string): Record<string, FragmentPart[]> => ({
    web: [servicePart('s', { retries })],
    in: [routePart('r', { service: 's', paths: [path], plugins: asking('p') })],
    p: [pluginPart('p', type)],
  });
  expect(diff(all(1, '/a', 'cors'), all(2, '/b', 'cors')).sort()).toEqual([
    'in: routes changed, staged',
    'web: services changed, staged',
  ]);
  expect(diff(all(1, '/a', 'cors'), all(1, '/a', 'acl')).sort()).toEqual([
    'p: plugins added, staged',
    'p: plugins removed, staged',
  ]);
});

test('a renewed certificate', () => {
  const shown = (content: string): Record<string, FragmentPart[]> => ({
    in: [sniPart('x.test', 'cert')],
    cert: [certificatePart('cert', content)],
  });
  expect(diff(shown('old'), shown('new'))).toEqual(['cert: certificates changed, renewal']);
});

test('credentials, memberships and authorities that go or change', () => {
  const people = (key: string, groups: string[], ca: string[]): Record<string, FragmentPart[]> => ({
    eve: [consumerPart(['eve', undefined], { credentials: ['key'], groups })],
    key: [credentialPart('key', 'key-auth', { key }, key)],
    admins: [groupPart('admins', [])],
    ca: ca.map((id) => authorityPart(id, id)),
  });
  const before = people('old', [], ['ca0', 'ca1']);
  expect(diff(before, people('new', [], ['ca0', 'ca1']))).toEqual([
    'key: keyauth_credentials changed, revocation, takes away',
  ]);
  expect(diff(before, people('old', [], ['ca0']))).toEqual([
    'ca: ca_certificates removed, revocation, takes away',
  ]);
  expect(diff(before, { ...before, eve: [consumerPart(['eve', undefined], {})] })).toEqual([
    'key: keyauth_credentials removed, revocation, takes away',
  ]);
});

test('applied to the payload before, the changes lead to the one after, and nothing else changes', () => {
  const flat = ({ segments }: Payload): Map<string, string> => {
    const entities = new Map<string, string>();
    const walk = (type: string, value: unknown, parent = ''): unknown => {
      if (Array.isArray(value)) return value.map((item) => walk(type, item, parent));
      if (typeof value !== 'object' || value === null) return value;
      const own = Object.entries(value).filter(
        ([field, nested]) => !(Array.isArray(nested) && isEntities(field)),
      );
      const id = (value as { id?: string }).id ?? JSON.stringify(value);
      for (const [field, nested] of Object.entries(value)) if (isEntities(field)) walk(field, nested, id);
      // A credential that becomes one of another type keeps its ID.
      entities.set(`${type} ${id}`, JSON.stringify([parent, own]));
      return value;
    };
    const whole = JSON.parse(Buffer.concat(segments).toString()) as Record<string, unknown>;
    for (const [name, list] of Object.entries(whole))
      if (Array.isArray(list) && !name.startsWith('_')) walk(name, list);
    return entities;
  };
  fc.assert(
    fc.property(arbitraryFragments, arbitraryFragments, (some, others) => {
      const assembly = new Assembly();
      const before = payloadOf(assembly, ...some);
      const after = payloadOf(assembly, ...others);
      const [old, now] = [flat(before), flat(after)];
      const expected = new Map<string, string>();
      for (const [id, text] of now) {
        if (!old.has(id)) expected.set(id, 'added');
        else if (old.get(id) !== text) expected.set(id, 'changed');
      }
      for (const id of old.keys()) if (!now.has(id)) expected.set(id, 'removed');
      for (const id of [...expected.keys()])
        if (isMarker(id.replace(/^\w+ /, ''), before, after)) expected.delete(id);
      const found = changesOf(before, after).map(
        ({ type, id, change }) => [`${type} ${id}`, change] as const,
      );
      expect(new Map(found)).toEqual(expected);
    }),
  );
});

const NESTED =
  /^(?:routes|plugins|targets|snis|acls|(?:basicauth|hmacauth|keyauth|mtls_auth|oauth2)_credentials|jwt_secrets)$/;
const isEntities = (field: string): boolean => NESTED.test(field);

/** The marker at the end of every payload comes from no resource. */
function isMarker(id: string, ...payloads: Payload[]): boolean {
  return payloads.some(({ segments }) => segments.at(-1)?.toString().includes(`"${id}"`) === true);
}
