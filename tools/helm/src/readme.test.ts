import { runReadmeExample } from '../../../jest.readme.mjs';

test('the example of the README works', async () => {
  await expect(runReadmeExample(import.meta.url)).resolves.toBeDefined();
});
