import { DEFAULT_FACTS, facetAnswer, facetAnswers } from './facets.ts';

test('both flavours that match field by field are written the same way', () => {
  expect(facetAnswer('router', { ...DEFAULT_FACTS, routerFlavor: 'traditional' })).toBe('traditional');
  expect(facetAnswer('router', DEFAULT_FACTS)).toBe('traditional');
  expect(facetAnswer('router', { ...DEFAULT_FACTS, routerFlavor: 'expressions' })).toBe('expressions');
});

test.each([
  ['3.9.1', true],
  ['3.10.0', true],
  ['3.9.0.1-enterprise-edition', true],
  ['3.8.9', false],
  ['4.0.0', true],
])('whether %s is at least 3.9: %s', (version, expected) => {
  expect(facetAnswer('version>=3.9', { ...DEFAULT_FACTS, version })).toBe(expected);
});

test('a proxy has the plugins that it names, and all if it names none', () => {
  expect(facetAnswer('plugin:redirect', { ...DEFAULT_FACTS, plugins: ['redirect'] })).toBe(true);
  expect(facetAnswer('plugin:redirect', { ...DEFAULT_FACTS, plugins: ['cors'] })).toBe(false);
  expect(facetAnswer('plugin:redirect', DEFAULT_FACTS)).toBe(true);
});

test('connections to upstreams are kept unless the pool has no room', () => {
  expect(facetAnswer('keepsUpstreamConnections', DEFAULT_FACTS)).toBe(true);
  expect(facetAnswer('keepsUpstreamConnections', { ...DEFAULT_FACTS, upstreamKeepalivePoolSize: 0 })).toBe(
    false,
  );
});

test('a proxy listens where it says, and everywhere if it does not say', () => {
  const facts = { ...DEFAULT_FACTS, streamListeners: ['tcp:9000'] };
  expect(facetAnswer('listens:tcp:9000', facts)).toBe(true);
  expect(facetAnswer('listens:udp:9000', facts)).toBe(false);
  expect(facetAnswer('listens:tcp:900', facts)).toBe(false);
  expect(facetAnswer('listens:udp:9000', DEFAULT_FACTS)).toBe(true);
});

test('the order in which facets are asked makes no difference', () => {
  const one = facetAnswers(['router', 'enterprise'], DEFAULT_FACTS);
  const other = facetAnswers(['enterprise', 'router'], DEFAULT_FACTS);
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  expect(one).toEqual({ router: 'traditional', enterprise: false });
});
