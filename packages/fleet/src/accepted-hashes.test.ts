import { AcceptedHashes } from './accepted-hashes.ts';

test('the last thousand are remembered, and what comes again counts as new', () => {
  const hashes = new AcceptedHashes();
  for (let number = 0; number < 1_000; number += 1) hashes.add(`hash ${number}`);
  hashes.add('hash 0');
  hashes.add('one more');
  expect(['hash 0', 'hash 1', 'hash 2', 'one more'].map((hash) => hashes.has(hash))).toEqual([
    true,
    false,
    true,
    true,
  ]);
});
