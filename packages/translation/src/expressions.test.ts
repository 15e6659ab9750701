import {
  anyOf,
  headerTerm,
  hostTerm,
  ingressPriority,
  literal,
  methodTerm,
  regexPathTerm,
  sniTerm,
  sniTermOfHttps,
  type IngressRank,
} from './expressions.ts';

test('a literal escapes what would end it, and nothing that the parser does not know', () => {
  expect(literal('a"b\\c\nd\te\rf')).toBe(String.raw`"a\"b\\c\nd\te\rf"`);
  expect(literal('/käse/ü')).toBe('"/käse/ü"');
});

test('a single term stands for itself, several are alternatives in parentheses', () => {
  expect(anyOf(['a == 1'])).toBe('a == 1');
  expect(anyOf(['a == 1', 'b == 2'])).toBe('(a == 1) || (b == 2)');
});

test.each([
  ['Shop.Test', 'lower(http.host) == "shop.test"'],
  ['*.shop.test', 'lower(http.host) =^ ".shop.test"'],
  ['shop.*', 'lower(http.host) ^= "shop."'],
])('the host %s', (host, term) => {
  expect(hostTerm(host)).toBe(term);
});

test('a header is named as Kong names it in expressions; any of its lines may match, in any letter case', () => {
  expect(headerTerm('X-Version', ['V1', '~*v[23]"'])).toBe(
    String.raw`(any(lower(http.headers.x_version)) == "v1") || (any(http.headers.x_version) ~ "(?i)v[23]\"")`,
  );
});

test('methods and server names are alternatives', () => {
  expect(methodTerm(['GET', 'PUT'])).toBe('(http.method == "GET") || (http.method == "PUT")');
  expect(sniTerm(['a.test'])).toBe('tls.sni == "a.test"');
  expect(sniTermOfHttps(['a.test'])).toBe('(net.protocol == "http") || (tls.sni == "a.test")');
});

test('a regular expression matches at the start of the path', () => {
  expect(regexPathTerm(String.raw`/foo/\d{3}`)).toBe(String.raw`http.path ~ "^/foo/\\d{3}"`);
});

const LEAST: IngressRank = {
  matchedFields: 1,
  headers: 0,
  hasPlainHostsOnly: false,
  regexPriority: 0,
  isRegex: false,
  pathLength: 1,
};

test("the priority of a plain host with the exact path / is the one of Kong's own controller", () => {
  const rank = { ...LEAST, matchedFields: 2, hasPlainHostsOnly: true, isRegex: true };
  expect(ingressPriority(rank)).toBe(57178899677185);
});

test('each part of the priority outweighs all parts below it', () => {
  const most = {
    headers: 999,
    hasPlainHostsOnly: true,
    regexPriority: 99_999,
    isRegex: true,
    pathLength: 99_999,
  };
  const ladder: IngressRank[] = [
    { ...LEAST, pathLength: 99_999 },
    { ...LEAST, isRegex: true },
    { ...LEAST, isRegex: true, pathLength: 99_999 },
    { ...LEAST, regexPriority: 1 },
    { ...LEAST, ...most, headers: 0, hasPlainHostsOnly: false },
    { ...LEAST, hasPlainHostsOnly: true },
    { ...LEAST, ...most, headers: 0 },
    { ...LEAST, headers: 1 },
    { ...LEAST, ...most },
    { ...LEAST, matchedFields: 2 },
    { ...LEAST, ...most, matchedFields: 5 },
  ];
  const priorities = ladder.map(ingressPriority);
  expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
  expect(new Set(priorities).size).toBe(ladder.length);
  expect(Math.max(...priorities)).toBeLessThan(2 ** 46);
});
