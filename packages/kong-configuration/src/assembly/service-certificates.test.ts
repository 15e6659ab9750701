import type { CaCertificatePart, ServicePart } from '../fragment.ts';
import { certificateId } from '../ids.ts';
import { certificatePart, fragmentOf, routePart, servicePart } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';

function authority(name: string, age: number, cert = name, id = ID) {
  const part: CaCertificatePart = { type: 'ca-certificate', entity: { id, cert } };
  return fragmentOf('Secret', name, age, part);
}

function shopWith(part: Partial<ServicePart>) {
  return fragmentOf('Service', 'shop', 5, { ...servicePart('shop', { protocol: 'https' }), ...part });
}

const field = 'metadata.annotations["x"]';
const trusting = (...names: string[]) =>
  shopWith({ caCertificates: names.map((name) => ({ root: `Secret/default/${name}`, field })) });

test('a service holds the ids of its authorities and of its client certificate', () => {
  const shop = shopWith({
    clientCertificate: { root: 'Secret/default/client', field },
    caCertificates: [{ root: 'Secret/default/ca', field }],
  });
  const client = fragmentOf('Secret', 'client', 1, certificatePart('client'));
  const { configuration, problems, owners } = assemble([shop, client, authority('ca', 1)]);
  expect(problems).toEqual([]);
  expect(configuration.services[0]).toMatchObject({
    client_certificate: certificateId('default', 'client'),
    ca_certificates: [ID],
  });
  expect(configuration.certificates).toEqual([certificatePart('client').entity]);
  expect(configuration.ca_certificates).toEqual([{ id: ID, cert: 'ca' }]);
  expect(owners.get(ID)).toBe('Secret/default/ca');
});

test('a service without one of its certificates is left out with its routes', () => {
  const route = fragmentOf('Ingress', 'web', 6, routePart('web'));
  const { configuration, problems, unresolved } = assemble([
    trusting('ca', 'gone'),
    authority('ca', 1),
    route,
  ]);
  expect(configuration.services).toEqual([]);
  expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
    ['CertificateNotProgrammed', 'shop'],
    ['ServiceNotProgrammed', 'web'],
  ]);
  expect(unresolved).toContainEqual({ root: 'Service/default/shop', needs: 'Secret/default/gone' });
});

test('an id belongs to the oldest; who has another certificate under it gives none', () => {
  const fragments = [authority('old', 1), authority('new', 2), trusting('new')];
  const { configuration, problems } = assemble(fragments);
  expect(configuration.ca_certificates).toEqual([{ id: ID, cert: 'old' }]);
  expect(configuration.services).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(['CertificateIdTaken', 'CertificateNotProgrammed']);
});

test('the same certificate under the same id is one', () => {
  const fragments = [authority('old', 1, 'same'), authority('new', 2, 'same'), trusting('old', 'new')];
  const { configuration, problems } = assemble(fragments);
  expect(problems).toEqual([]);
  expect(configuration.services[0]?.ca_certificates).toEqual([ID]);
});
