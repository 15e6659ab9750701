import { createFragment, type FragmentContent } from './fragment-hash.ts';

const content: FragmentContent = {
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

describe('the hash without targets', () => {
  const service = (retries: number, targets?: readonly string[]) => {
    const upstream = {
      id: 'u',
      name: 'web',
      ...(targets && { targets: targets.map((target) => ({ id: target, target })) }),
    };
    const entity = { id: 's', name: 'web', host: 'web', port: 80, protocol: 'http', retries };
    return createFragment({ ...content, parts: [{ type: 'service', entity, upstream, plugins: [] }] });
  };

  test('is the same whatever the endpoints of a Service are, and another one where anything else differs', () => {
    const { hash, hashWithoutTargets } = service(5, ['10.0.0.1:80']);
    expect(service(5, ['10.0.0.2:80']).hash).not.toBe(hash);
    expect(service(5, ['10.0.0.2:80']).hashWithoutTargets).toBe(hashWithoutTargets);
    expect(service(5).hashWithoutTargets).toBe(hashWithoutTargets);
    expect(service(6, ['10.0.0.1:80']).hashWithoutTargets).not.toBe(hashWithoutTargets);
  });

  test('is the hash itself where there are none', () => {
    const { hash, hashWithoutTargets } = createFragment(content);
    expect(hashWithoutTargets).toBe(hash);
  });
});
