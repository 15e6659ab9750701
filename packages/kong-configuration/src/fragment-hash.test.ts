import { createFragment } from './fragment-hash.ts';
import type { Fragment } from './fragment.ts';

const content: Omit<Fragment, 'hash'> = {
  root: 'KongPlugin/default/auth',
  resource: { kind: 'KongPlugin', namespace: 'default', name: 'auth' },
  precedence: { creationTimestamp: '2026-01-01T00:00:00Z', namespace: 'default', name: 'auth', uid: '1' },
  parts: [
    { type: 'plugin', plugin: 'default/auth', definition: { name: 'key-auth', config: { a: 1, b: 2 } } },
  ],
  problems: [],
};

describe('the hash of a fragment', () => {
  test('is a SHA-256 that does not depend on the order of keys, nor on place and problems', () => {
    const { hash } = createFragment(content);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const same = createFragment({
      ...content,
      location: { file: 'a.yaml', line: 7 },
      parts: [
        { definition: { config: { b: 2, a: 1 }, name: 'key-auth' }, plugin: 'default/auth', type: 'plugin' },
      ],
    });
    expect(same.hash).toBe(hash);
  });

  test('changes with the parts and with the precedence', () => {
    const { hash } = createFragment(content);
    expect(createFragment({ ...content, parts: [] }).hash).not.toBe(hash);
    expect(createFragment({ ...content, precedence: { ...content.precedence, uid: '2' } }).hash).not.toBe(
      hash,
    );
  });
});
