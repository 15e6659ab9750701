import { readFileSync } from 'node:fs';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the guide lists every attempt that is tested, by its name', () => {
  const tests = read('security-attempts.test.ts') + read('security-system.test.ts');
  const tested = [...tests.matchAll(/^\s*(?:test\(\s*)?(['"])(\d+\. .*?)(?:: %j)?\1,/gm)].map(
    ([, , name]) => name,
  );
  const listed = [...read('../../../docs/guides/security.md').matchAll(/^- (\d+\. .*)$/gm)].map(([, name]) =>
    name?.replaceAll('`', ''),
  );
  expect(tested.length).toBeGreaterThanOrEqual(20);
  expect(listed).toEqual(tested);
});
