import { adminNamespaces } from './admin-namespaces.ts';

test('the namespaces of the Services that lead to Admin APIs are named once', () => {
  const fleets = [
    {
      discovery: [
        { endpoints: { service: 'kong/admin' } },
        { static: { proxies: ['https://10.0.0.7:8444'] } },
      ],
    },
    { discovery: [{ endpoints: { service: 'inner/admin' } }, { endpoints: { service: 'kong/other' } }] },
  ];
  expect(adminNamespaces(fleets)).toEqual(['inner', 'kong']);
});

test('an entry of another shape has none', () => {
  expect(adminNamespaces([{ discovery: [{ consul: {} }, { endpoints: {} }] }])).toEqual([]);
});
