import { projectResource, type ResourceChange, type ResourceRecord } from '@silverback/cluster-state';
import { Retention } from './retention.ts';

function recordOf(manifest: object): ResourceRecord {
  const projection = projectResource(manifest);
  if (!('resource' in projection)) throw new Error('the manifest is none');
  return projection.resource;
}

const secret = (name: string) =>
  recordOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' } });

function ingress(name: string, secretName: string): ResourceChange {
  const resource = recordOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    spec: { tls: [{ secretName, hosts: ['a.test'] }] },
  });
  return { type: 'upsert', resource };
}

const named = (name: string) => ({ kind: 'Secret', namespace: 'shop', name });

test('what something names is kept as long as it does', () => {
  const retention = new Retention();
  expect(retention.isWanted(secret('cert'))).toBe(false);
  expect(retention.note([ingress('web', 'cert')])).toEqual({ named: [named('cert')], unnamed: [] });
  expect(retention.isWanted(secret('cert'))).toBe(true);
  const change = retention.note([ingress('web', 'other')]);
  expect(change).toEqual({ named: [named('other')], unnamed: [named('cert')] });
  expect(retention.isWanted(secret('cert'))).toBe(false);
});

test('what is needed all the same is kept until it is not, and is told of then', () => {
  const needed = new Set(['Secret/shop/cert']);
  const retention = new Retention((key) => needed.has(key));
  // Also at a start, before anything has ever named it.
  expect(retention.isWanted(secret('cert'))).toBe(true);
  retention.note([ingress('web', 'cert')]);
  expect(retention.note([ingress('web', 'other')]).unnamed).toEqual([]);
  expect([retention.isWanted(secret('cert')), retention.isNamed('Secret/shop/cert')]).toEqual([true, true]);
  expect(retention.note([ingress('web', 'third')]).unnamed).toEqual([named('other')]);
  needed.clear();
  expect(retention.note([]).unnamed).toEqual([named('cert')]);
  expect(retention.note([]).unnamed).toEqual([]);
});
