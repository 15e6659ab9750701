import { ExpressionError } from './ast.ts';
import { checkExpression } from './check.ts';
import { evaluate, Matched } from './evaluate.ts';
import { parseExpression } from './parse.ts';

const REQUEST: Readonly<Record<string, (string | number)[]>> = {
  'http.method': ['GET'],
  'http.host': ['A.Test'],
  'http.path': ['/shop/12'],
  'http.path.segments.len': [2],
  'http.headers.x_one': ['red'],
  'http.headers.x_many': ['red', 'blue'],
  'net.dst.port': [8000],
  'net.src.ip': ['10.1.2.3'],
};

function holds(text: string): boolean {
  const expression = parseExpression(text);
  checkExpression(expression, 'http');
  return evaluate(expression, (field) => REQUEST[field], new Matched());
}

test.each([
  ['http.method == "GET"', true],
  ['http.method != "GET"', false],
  ['http.path ^= "/shop"', true],
  ['http.path ^= "/shops"', false],
  ['http.path =^ "/12"', true],
  ['http.path contains "op/1"', true],
  ['http.path contains "nope"', false],
  ['http.path ~ "[0-9]+$"', true],
  ['http.path ~ r#"^/shop/\\d+$"#', true],
  ['http.path ~ "^/shop$"', false],
  ['http.path ~ "(?i)^/SHOP/"', true],
  ['http.path ~ "(?i)(?i)^/SHOP/"', true],
  ['lower(http.host) == "a.test"', true],
  ['http.host == "a.test"', false],
  ['http.path.segments.len > 1', true],
  ['http.path.segments.len >= 3', false],
  ['net.dst.port < 8001', true],
  ['net.dst.port <= 7999', false],
  ['net.port == 8000', true],
  ['net.dst.port == 0x1F40', true],
  ['net.src.ip in 10.0.0.0/8', true],
  ['net.src.ip not in 10.0.0.0/8', false],
  ['net.src.ip == 10.1.2.3', true],
  ['net.src.ip in fd00::/8', false],
  ['(http.method == "PUT") || (http.method == "GET")', true],
  ['!(http.method == "PUT") && !(http.path == "/")', true],
  ['!(http.method == "GET")', false],
])('%s is %s', (text, expected) => {
  expect(holds(text)).toBe(expected);
});

test('a field that is missing fulfils no predicate, and its negation', () => {
  expect(holds('http.headers.none == "x"')).toBe(false);
  expect(holds('http.headers.none != "x"')).toBe(false);
  expect(holds('!(http.headers.none == "x")')).toBe(true);
});

test('all values of a field have to match, or any of them if it says so', () => {
  expect(holds('http.headers.x_many == "red"')).toBe(false);
  expect(holds('http.headers.x_many != "green"')).toBe(true);
  expect(holds('any(http.headers.x_many) == "red"')).toBe(true);
  expect(holds('any(lower(http.headers.x_many)) == "blue"')).toBe(true);
  expect(holds('lower(any(http.headers.x_one)) == "blue"')).toBe(false);
});

test('|| binds tighter than &&', () => {
  const truth = 'http.method == "GET"';
  const untruth = 'http.method == "PUT"';
  expect(holds(`${untruth} && ${untruth} || ${truth}`)).toBe(false);
  expect(holds(`(${untruth} && ${untruth}) || ${truth}`)).toBe(true);
});

test('what matched of the path is kept, with the groups of a regular expression', () => {
  const matched = new Matched();
  const expression = parseExpression('(http.path == "/shop") || (http.path ~ "^/shop/(?P<id>[0-9]+)")');
  evaluate(expression, (field) => REQUEST[field], matched);
  expect(matched.values.get('http.path')).toBe('/shop/12');
  expect(matched.captures).toEqual({ 1: '12', id: '12' });
});

test('a literal is read with its escapes, a raw one as it is', () => {
  expect(parseExpression(String.raw`http.path == "a\"b\\c\n"`)).toMatchObject({
    literal: { value: 'a"b\\c\n' },
  });
  expect(parseExpression('http.path == r#"a\\d"b"#')).toMatchObject({ literal: { value: 'a\\d"b' } });
});

test.each([
  [
    'http.path = "/"',
    / --> 1:11\n[^]*\n1 \| http\.path = "\/"\n[^]*\^---\n[^]*= expected binary_operator\n$/,
  ],
  ['== 123', / --> 1:1\n[^]*= expected term/],
  ['http.path ==', /= expected rhs/],
  ['!http.path == "/"', /= expected term/],
  ['(http.path == "/"', /= expected/],
  ['http.path == "/" http.path == "/"', /= expected EOI/],
  ['http.path == "\\d"', /= expected str_esc or str_char/],
  ['http.queries.my-param == "x"', /= expected binary_operator/],
  ['upper(http.path) == "x"', /Unknown function: upper/],
  ['http.path ~ "("', /regex parse error/],
  ['http.path ~ "a(?=b)"', /look-around/],
  [String.raw`http.path ~ "(a)\\1"`, /backreferences are not supported/],
])('%s is a mistake of syntax', (text, message) => {
  expect(() => parseExpression(text)).toThrow(ExpressionError);
  expect(() => parseExpression(text)).toThrow(message);
});

test.each([
  ['http.nothing == "x"', 'Unknown LHS field'],
  ['http.path == 1', 'Type mismatch between the LHS and RHS values of predicate'],
  ['net.dst.port == "1"', 'Type mismatch between the LHS and RHS values of predicate'],
  ['lower(net.dst.port) == 1', 'lower-case transformation function only supported with String type fields'],
  ['net.dst.port ~ "1"', 'Regex operators only supports string operands'],
  ['http.path > "a"', 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands'],
  ['net.dst.port contains 1', 'Contains operator only supports string operands'],
  ['http.path in "a"', 'In/NotIn operators only supports IP in CIDR'],
  ['http.path.segments.2_1 == "a"', 'illformed http.path.segments.* field'],
  ['http.path.segments.01 == "a"', 'illformed http.path.segments.* field'],
])('%s is refused for its types', (text, message) => {
  expect(() => {
    checkExpression(parseExpression(text), 'http');
  }).toThrow(message);
});

test('the fields of requests are unknown to connections', () => {
  expect(() => {
    checkExpression(parseExpression('http.path == "/"'), 'stream');
  }).toThrow('Unknown LHS field');
  checkExpression(parseExpression('(tls.sni == "a") && (net.dst.port == 1)'), 'stream');
});
