import { rewriteTemplate } from './rewrite.ts';

test.each([
  ['/v2/$1', '/v2/$(uri_captures[1])'],
  ['/$2/$10', '/$(uri_captures[2])/$(uri_captures[10])'],
  [String.raw`/price\$5`, '/price$5'],
  ['/plain', '/plain'],
  ['', '/'],
])('%j asks the Service for %s', (text, uri) => {
  expect(rewriteTemplate(text)).toEqual({ uri });
});

test.each([
  ['/a$b', 'holds a $ without a number behind it; a dollar sign is written \\$'],
  ['/a$', 'holds a $ without a number behind it; a dollar sign is written \\$'],
  ['/$(os.exit())', 'holds a $ without a number behind it; a dollar sign is written \\$'],
  [String.raw`/a\b`, 'holds a \\ without a $ behind it'],
  ['/a\\', 'holds a \\ without a $ behind it'],
  [String.raw`/\$(os.exit())`, 'holds a dollar sign before a parenthesis, which is code to Kong'],
])('%j is refused, so that no text becomes code', (text, fault) => {
  expect(rewriteTemplate(text)).toEqual({ fault });
});
