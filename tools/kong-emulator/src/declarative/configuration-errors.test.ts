import { configurationErrors } from './configuration-errors.ts';

const configuration = (route: object) => ({
  _format_version: '3.0',
  services: [{ name: 's', host: 'h', routes: [{ name: 'r', ...route }] }],
});

test('a configuration that a node takes has no errors', () => {
  expect(configurationErrors(configuration({ paths: ['/'] }))).toBeUndefined();
});

test('errors are those of the fields, of what must differ, and of references', () => {
  expect(configurationErrors(configuration({ paths: ['x'] }))).toHaveProperty('services.0.routes.0.paths');
  const twice = { ...configuration({ paths: ['/'] }), consumers: [{ username: 'c' }, { username: 'c' }] };
  expect(configurationErrors(twice)).toHaveProperty('consumers');
  expect(
    configurationErrors({ ...configuration({ paths: ['/'] }), plugins: [{ name: 'cors', route: 'no' }] }),
  ).toHaveProperty('plugins');
});

test('the kind of node decides', () => {
  const expressions = configuration({ expression: 'http.path == "/"', priority: 1 });
  expect(configurationErrors(expressions)).toHaveProperty('services');
  expect(configurationErrors(expressions, { flavor: 'expressions' })).toBeUndefined();
  const groups = { _format_version: '3.0', consumer_groups: [{ name: 'g' }] };
  expect(configurationErrors(groups)).toEqual({ consumer_groups: 'unknown field' });
  expect(configurationErrors(groups, { edition: 'enterprise' })).toBeUndefined();
});
