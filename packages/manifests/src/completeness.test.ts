import { ManifestDirectory } from './manifest-directory.ts';
import { service, TemporaryDirectory } from './testing/temporary-directory.ts';

test('a snapshot is complete only once every file and object has been seen in a good form', async () => {
  using folder = new TemporaryDirectory();
  folder.write('good.yaml', service('good'));
  folder.write('broken.yaml', 'kind: [');
  const directory = new ManifestDirectory(folder.path);
  const isComplete = async (now: number): Promise<boolean> => {
    await directory.refresh(now);
    return directory.snapshot().isComplete;
  };
  expect(await isComplete(0)).toBe(false);
  folder.write('broken.yaml', `${service('mended')}---\nkind: Service\napiVersion: v1\nmetadata: {}\n`);
  expect(await isComplete(1_000)).toBe(false);
  folder.write('broken.yaml', service('mended'));
  expect(await isComplete(2_000)).toBe(true);
  folder.write('broken.yaml', 'kind: [');
  expect(await isComplete(3_000)).toBe(true);
});
