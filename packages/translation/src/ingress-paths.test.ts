import type { PathType } from '@silverback/cluster-state';
import { kongPaths, type PathSyntax } from './ingress-paths.ts';

const SYNTAX: PathSyntax = { regexPrefix: '/~', detectsRegex: false };

function entriesOf(path: string, pathType: PathType, syntax: Partial<PathSyntax> = {}): string[] | string {
  const matches = kongPaths(path, pathType, { ...SYNTAX, ...syntax });
  return typeof matches === 'string' ? matches : matches.map(({ entry }) => entry);
}

function termsOf(path: string, pathType: PathType): string[] | string {
  const matches = kongPaths(path, pathType, SYNTAX);
  return typeof matches === 'string' ? matches : matches.map(({ term }) => term);
}

const table: [PathType, string, string[] | string][] = [
  ['Prefix', '/', ['/']],
  ['Prefix', '', ['/']],
  ['Prefix', '/b', ['/b/', '~/b$']],
  ['Prefix', '/b/', ['/b/', '~/b$']],
  ['Prefix', '//b///c//', ['/b/c/', '~/b/c$']],
  ['Prefix', '/a.b', ['/a.b/', String.raw`~/a\.b$`]],
  ['Prefix', '/~joe', ['/~joe/', '~/~joe$']],
  ['Prefix', String.raw`/~/v\d`, [String.raw`~/v\d/`, String.raw`~/v\d$`]],
  ['Prefix', '/~/', ['/']],
  ['Exact', '/', ['~/$']],
  ['Exact', '', ['~/$']],
  ['Exact', '/p', ['~/p$']],
  ['Exact', '/p/', ['~/p/$']],
  ['Exact', '//p//q', ['~/p/q$']],
  [
    'Exact',
    String.raw`/a.b|cd*e+f(g)h[i]{j}^k$l\m`,
    [String.raw`~/a\.b\|cd\*e\+f\(g\)h\[i\]\{j\}\^k\$l\\m$`],
  ],
  ['Exact', '/~/p', ['~/~/p$']],
  ['ImplementationSpecific', '', ['/']],
  ['ImplementationSpecific', '/p', ['/p']],
  ['ImplementationSpecific', '/p//q/', ['/p/q/']],
  ['ImplementationSpecific', '/a.b', ['/a.b']],
  ['ImplementationSpecific', String.raw`/~/foo/\d{3}`, [String.raw`~/foo/\d{3}`]],
  ['ImplementationSpecific', '~/foo', ['~/foo']],
  ['ImplementationSpecific', '/~joe', ['/~joe']],
  ['ImplementationSpecific', 'p', 'does not begin with /'],
  ['ImplementationSpecific', '~p', 'does not begin with /'],
  ['Prefix', '/a%20b', ['/a b/', '~/a b$']],
  ['Prefix', '/k%c3%a4se', ['/käse/', '~/käse$']],
  ['Exact', '/a%2fb', ['~/a%2Fb$']],
  ['ImplementationSpecific', '/%7ejoe', ['/~joe']],
  ['Prefix', '/50%', 'holds a % that begins no percent-encoding'],
];

test.each(table)('%s path %j', (pathType, path, expected) => {
  expect(entriesOf(path, pathType)).toEqual(expected);
});

test('another marker of regular expressions takes the place of the usual one', () => {
  const syntax = { regexPrefix: '/@' };
  expect(entriesOf('/@/v[0-9]', 'ImplementationSpecific', syntax)).toEqual(['~/v[0-9]']);
  expect(entriesOf('/~/v', 'ImplementationSpecific', syntax)).toEqual(['/~/v']);
});

test('the regular expression of a literal path matches that path and nothing else', () => {
  const path = String.raw`/a.b|cd*e+f(g)h[i]{j}^k$l\m-n~o`;
  const [exact = ''] = entriesOf(path, 'Exact');
  const regex = new RegExp(`^${exact.slice(1)}`);
  expect(regex.test(path)).toBe(true);
  for (const other of ['/axb', `${path}x`, path.replace('.', 'x'), path.slice(1)])
    expect(regex.test(other)).toBe(false);
});

test.each<[PathType, string, string[]]>([
  ['Prefix', '/', ['http.path ^= "/"']],
  ['Prefix', '/b', ['http.path ^= "/b/"', 'http.path == "/b"']],
  ['Exact', '/a.b', ['http.path == "/a.b"']],
  ['ImplementationSpecific', '/b', ['http.path ^= "/b"']],
  ['ImplementationSpecific', String.raw`/~/foo/\d{3}`, [String.raw`http.path ~ "^/foo/\\d{3}"`]],
  ['Prefix', '/~/v[0-9]', ['http.path ~ "^/v[0-9]/"', 'http.path ~ "^/v[0-9]$"']],
])('%s path %j as terms of an expression', (pathType, path, expected) => {
  expect(termsOf(path, pathType)).toEqual(expected);
});

test.each<[PathType, string, string[]]>([
  ['Prefix', String.raw`/v\d`, [String.raw`~/v\d/`, String.raw`~/v\d$`]],
  ['Exact', '/a(b)', ['~/a(b)$']],
  ['ImplementationSpecific', '/a[0-9]', ['~/a[0-9]']],
  ['Prefix', '/a.b', ['/a.b/', String.raw`~/a\.b$`]],
])('%s path %j where unusual characters make a regular expression', (pathType, path, expected) => {
  expect(entriesOf(path, pathType, { detectsRegex: true })).toEqual(expected);
});
