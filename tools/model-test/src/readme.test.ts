import { runReadmeExample } from '../../../jest.readme.mjs';

test('the example of the README works', async () => {
  await runReadmeExample(import.meta.url);
});
