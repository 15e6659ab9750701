import type { PathType } from '@silverback/cluster-state';
import { DEFAULT_REGEX_PREFIX, kongPaths } from './ingress-paths.ts';

const table: [PathType, string, string[] | undefined][] = [
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
    String.raw`/a.b|c?d*e+f(g)h[i]{j}^k$l\m`,
    [String.raw`~/a\.b\|c\?d\*e\+f\(g\)h\[i\]\{j\}\^k\$l\\m$`],
  ],
  ['Exact', '/~/p', ['~/~/p$']],
  ['ImplementationSpecific', '', ['/']],
  ['ImplementationSpecific', '/p', ['/p']],
  ['ImplementationSpecific', '/p//q/', ['/p/q/']],
  ['ImplementationSpecific', '/a.b', ['/a.b']],
  ['ImplementationSpecific', String.raw`/~/foo/\d{3}`, [String.raw`~/foo/\d{3}`]],
  ['ImplementationSpecific', '~/foo', ['~/foo']],
  ['ImplementationSpecific', '/~joe', ['/~joe']],
  ['ImplementationSpecific', 'p', undefined],
  ['ImplementationSpecific', '~p', undefined],
];

test.each(table)('%s path %j', (pathType, path, expected) => {
  expect(kongPaths(path, pathType, DEFAULT_REGEX_PREFIX)).toEqual(expected);
});

test('another marker of regular expressions takes the place of the usual one', () => {
  expect(kongPaths('/@/v[0-9]', 'ImplementationSpecific', '/@')).toEqual(['~/v[0-9]']);
  expect(kongPaths('/~/v', 'ImplementationSpecific', '/@')).toEqual(['/~/v']);
});

test('the regular expression of a literal path matches that path and nothing else', () => {
  const path = String.raw`/a.b|c?d*e+f(g)h[i]{j}^k$l\m-n~o`;
  const [exact = ''] = kongPaths(path, 'Exact', DEFAULT_REGEX_PREFIX) ?? [];
  const regex = new RegExp(`^${exact.slice(1)}`);
  expect(regex.test(path)).toBe(true);
  for (const other of ['/axb', `${path}x`, path.replace('.', 'x'), path.slice(1)])
    expect(regex.test(other)).toBe(false);
});
