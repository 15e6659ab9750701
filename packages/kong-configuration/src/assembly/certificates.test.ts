import { certificateId, sniId } from '../ids.ts';
import { certificatePart, fragmentOf, sniPart } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

const secret = (name: string, age: number, content?: string, id?: string) =>
  fragmentOf('Secret', name, age, certificatePart(name, content, id));

describe('certificates', () => {
  test('stand with their hosts, sorted; the certificate belongs to the Secret, the host to who names it', () => {
    const { configuration, owners, problems } = assemble([
      secret('s', 1),
      fragmentOf('Ingress', 'i', 2, sniPart('b.test', 's'), sniPart('a.test', 's')),
    ]);
    expect(configuration.certificates).toEqual([
      {
        ...certificatePart('s').entity,
        snis: [
          { id: sniId('a.test'), name: 'a.test' },
          { id: sniId('b.test'), name: 'b.test' },
        ],
      },
    ]);
    expect(owners.get(certificateId('default', 's'))).toBe('Secret/default/s');
    expect(owners.get(sniId('a.test'))).toBe('Ingress/default/i');
    expect(problems).toEqual([]);
  });

  test('one that no host uses is left out', () => {
    expect(assemble([secret('s', 1)]).configuration.certificates).toEqual([]);
  });

  test('equal ones are programmed once, with the ID of the oldest Secret', () => {
    const { configuration, problems } = assemble([
      secret('new', 2, 'same'),
      secret('old', 1, 'same'),
      fragmentOf('Ingress', 'i', 3, sniPart('a.test', 'new')),
      fragmentOf('Ingress', 'j', 4, sniPart('a.test', 'old'), sniPart('b.test', 'old')),
    ]);
    expect(configuration.certificates.map(({ id, snis }) => [id, snis?.map(({ name }) => name)])).toEqual([
      [certificateId('default', 'old'), ['a.test', 'b.test']],
    ]);
    expect(problems).toEqual([]);
  });

  test('a host shows the certificate of the first that names one; the other gets a problem', () => {
    const { configuration, problems } = assemble([
      secret('s1', 1),
      secret('s2', 1),
      fragmentOf('Ingress', 'new', 3, sniPart('a.test', 's2')),
      fragmentOf('Ingress', 'old', 2, sniPart('a.test', 's1')),
    ]);
    expect(configuration.certificates.map(({ id }) => id)).toEqual([certificateId('default', 's1')]);
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'SniTaken',
        resource: expect.objectContaining({ name: 'new' }) as unknown,
        entity: 'a.test',
        message: 'Ingress/default/old already names Secret/default/s1 for a.test',
      }),
    ]);
  });

  test('a Secret without a certificate leaves the host to the next one', () => {
    const { configuration, problems, unresolved } = assemble([
      secret('s2', 1),
      fragmentOf('Secret', 's1', 1),
      fragmentOf('Ingress', 'old', 2, sniPart('a.test', 's1')),
      fragmentOf('Ingress', 'new', 3, sniPart('a.test', 's2')),
    ]);
    expect(configuration.certificates.map(({ id }) => id)).toEqual([certificateId('default', 's2')]);
    expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
      ['CertificateNotProgrammed', 'old'],
    ]);
    expect(unresolved).toEqual([{ root: 'Ingress/default/old', needs: 'Secret/default/s1' }]);
  });

  test('of two contents with one ID the older is programmed', () => {
    const { configuration, problems } = assemble([
      secret('s1', 1, 'one', 'same-uid'),
      secret('s2', 2, 'two', 'same-uid'),
      fragmentOf('Ingress', 'i', 3, sniPart('a.test', 's1'), sniPart('b.test', 's2')),
    ]);
    expect(configuration.certificates.map(({ cert }) => cert)).toEqual(['cert of one']);
    expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
      ['CertificateIdTaken', 's2'],
      ['CertificateNotProgrammed', 'i'],
    ]);
  });

  test('no problem holds a key', () => {
    const { problems } = assemble([
      secret('s1', 1, 'one', 'same-uid'),
      secret('s2', 2, 'two', 'same-uid'),
      fragmentOf('Ingress', 'i', 3, sniPart('a.test', 's1'), sniPart('a.test', 's2')),
    ]);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('key of');
  });
});
