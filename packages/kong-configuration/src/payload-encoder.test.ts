import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { assemble } from './assembly/assemble.ts';
import { canonicalJson } from './canonical-json.ts';
import type { KongConfiguration } from './entities.ts';
import { targetId, upstreamId } from './ids.ts';
import { encodePayload } from './payload-encoder.ts';
import type { Payload } from './payload.ts';
import { REVISION_MARKER } from './revision-marker.ts';
import { MAX_SEGMENT_BYTES } from './payload/bucket.ts';
import { arbitraryFragments } from './testing/arbitrary-fragments.ts';
import { certificatePart, fragmentOf, routePart, servicePart, shop, sniPart } from './testing/fragments.ts';

const textOf = ({ segments }: Payload): string => Buffer.concat(segments).toString();
const parsed = (payload: Payload): Partial<KongConfiguration> =>
  JSON.parse(textOf(payload)) as Partial<KongConfiguration>;
const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('hex');

const empty = assemble([]);

/** A service with as many routes as it takes to be larger than some segments, and some small ones. */
const large = assemble([
  fragmentOf(
    'Service',
    'many',
    0,
    ...Array.from({ length: 1500 }, (_, index) =>
      servicePart(`s${index}`, { targets: [`10.0.0.1:${index}`] }),
    ),
    servicePart('big', { path: `/${'ä🦍'.repeat(40_000)}` }),
  ),
]);

describe('a payload', () => {
  test('is the canonical JSON of the configuration, with the marker at the end', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const { configuration, owners } = assemble(fragments);
        const payload = encodePayload({ configuration, owners });
        const { upstreams = [], ...rest } = parsed(payload);
        const { custom_entities: custom, upstreams: own, ...others } = configuration;
        const collections = Object.entries({ ...custom, ...others }).filter(([, { length }]) => length > 0);
        const expected = { _format_version: '3.0', ...Object.fromEntries(collections) };
        expect(canonicalJson(rest)).toBe(canonicalJson(expected));
        expect(canonicalJson(upstreams.slice(0, -1))).toBe(canonicalJson(own));
        expect(Object.keys(parsed(payload)).at(-1)).toBe('upstreams');
      }),
    );
  });

  test('has the MD5 of all its bytes as its hash, and says how many they are', () => {
    for (const payload of [encodePayload(empty), encodePayload(large)]) {
      const bytes = Buffer.concat(payload.segments);
      expect(payload.hash).toBe(md5(bytes));
      expect(payload.byteLength).toBe(bytes.length);
    }
  });

  test('comes in segments of at most 64 KiB, also where one entity is larger', () => {
    const { segments } = encodePayload(large);
    const sizes = segments.map(({ length }) => length);
    expect(Math.max(...sizes)).toBe(MAX_SEGMENT_BYTES);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(segments.length).toBeLessThan(
      2 * Math.ceil(encodePayload(large).byteLength / MAX_SEGMENT_BYTES) + 2,
    );
  });

  test('counts entities, nested ones too, without the marker', () => {
    const assembly = assemble([
      shop,
      fragmentOf('Secret', 's', 1, certificatePart('s')),
      fragmentOf('Ingress', 'i', 1, routePart('r1'), routePart('r2'), sniPart('a.test', 's')),
    ]);
    expect(encodePayload(assembly).counts).toEqual({ entities: 7, routes: 2 });
    expect(encodePayload(empty).counts).toEqual({ entities: 0, routes: 0 });
  });

  test('knows the root of each entity, and of nothing else', () => {
    const payload = encodePayload(assemble([shop]));
    expect(payload.ownerOf(upstreamId('shop.svc'))).toBe('Service/default/shop');
    expect(payload.ownerOf(upstreamId(REVISION_MARKER))).toBeUndefined();
    expect(payload.ownerOf('constructor')).toBeUndefined();
  });

  test('refuses what is not JSON with a code', () => {
    const services = [{ ...servicePart('s').entity, port: Number.NaN }];
    const configuration = { ...empty.configuration, services };
    expect(() => encodePayload({ configuration, owners: new Map() })).toThrow(
      expect.objectContaining({ code: 'ValueNotEncodable' }) as Error,
    );
  });
});

describe('the marker', () => {
  test('is there even if nothing else is, because Kong never becomes ready without an entity', () => {
    expect(textOf(encodePayload(empty))).toMatch(
      /^\{"_format_version":"3\.0","upstreams":\[\{"id":"[^"]*","name":"silverback-revision","targets":\[\{.*\}\]\}\]\}$/,
    );
  });

  test('is the last segment, and its target is the hash of all bytes before it as a local IPv6 address', () => {
    for (const assembly of [empty, large]) {
      const { segments } = encodePayload(assembly);
      const before = md5(Buffer.concat(segments.slice(0, -1)));
      const [, target] = /"target":"([^"]*)"/.exec(Buffer.from(segments.at(-1) ?? []).toString()) ?? [];
      expect(target).toMatch(/^\[fd[0-9a-f]{2}(:[0-9a-f]{4}){7}\]:1$/);
      expect(target?.replaceAll(/[[:\]]/g, '')).toBe(`fd${before.slice(0, 30)}1`);
    }
  });

  test('has IDs by the same rule as other entities', () => {
    const [marker] = parsed(encodePayload(empty)).upstreams ?? [];
    expect(marker?.id).toBe(upstreamId('silverback-revision'));
    const [target] = marker?.targets ?? [];
    expect(target?.id).toBe(targetId('silverback-revision', target?.target ?? ''));
  });
});

test('segments end between entities, so that a change of one leaves those before it as they were', () => {
  const services = Array.from({ length: 1000 }, (_, index) => servicePart(`s${index + 1000}`));
  const one = encodePayload(assemble([fragmentOf('Service', 'a', 0, ...services)]));
  const changed = services.with(-1, servicePart('s1999', { retries: 9 }));
  const other = encodePayload(assemble([fragmentOf('Service', 'a', 0, ...changed)]));
  expect(one.segments.length).toBeGreaterThan(3);
  expect(Buffer.compare(one.segments[0] ?? Buffer.of(), other.segments[0] ?? Buffer.of())).toBe(0);
  expect(one.hash).not.toBe(other.hash);
  for (const segment of one.segments.slice(1)) {
    expect(Buffer.from(segment).toString()).toMatch(/^(,?\{"|\]?,"upstreams")/);
  }
});
