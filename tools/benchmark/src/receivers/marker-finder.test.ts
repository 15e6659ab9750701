import { MarkerFinder } from './marker-finder.ts';

const MARKER = { prefix: '/seen-', digits: 4 };

test.each([
  ['in one piece', ['"paths":["/seen-0042/","/other"]'], 42],
  ['across two pieces', ['"paths":["/se', 'en-0042/"]'], 42],
  ['across many small pieces', Array.from('"/seen-0007"'), 7],
  ['the first of several', ['"/seen-0001" "/seen-0002"'], 1],
  ['without its number', ['"/seen-x"'], undefined],
  ['not at all', ['"/other"', ''], undefined],
])('finds the number after a marker: %s', (_, pieces, number) => {
  const finder = new MarkerFinder(MARKER);
  for (const piece of pieces) finder.add(Buffer.from(piece));
  expect(finder.number).toBe(number);
});
