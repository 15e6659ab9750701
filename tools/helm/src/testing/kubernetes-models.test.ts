import { mistakesIn } from './kubernetes-models.ts';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', labels: { anything: 'goes' } },
  spec: { ports: [{ name: 'http', port: 80 }] },
};

test('an object that is right has no mistakes', async () => {
  expect(await mistakesIn(service)).toEqual([]);
});

test('a field that does not exist is found, however deep it is', async () => {
  const spec = { ports: [{ name: 'http', port: 80, targetPorts: 8080 }] };
  expect(await mistakesIn({ ...service, spec })).toEqual([
    'Service/web: there is no field spec.ports.0.targetPorts',
  ]);
});

test('a value of a wrong type and a kind that does not exist are found', async () => {
  const spec = { ports: [{ name: 'http', port: 'http' }] };
  expect(await mistakesIn({ ...service, spec })).toEqual([
    expect.stringContaining('data/spec/ports/0/port must be integer'),
  ]);
  await expect(mistakesIn({ ...service, kind: 'Servise' })).rejects.toThrow('has no v1 Servise');
});
