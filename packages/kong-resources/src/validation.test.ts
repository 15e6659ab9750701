import { z } from 'zod';
import { kongPluginSchema, parseKongPlugin } from './index.ts';

function issuesOf(body: Record<string, unknown>): Record<string, string> {
  const result = parseKongPlugin(body);
  return result.ok ? {} : Object.fromEntries(result.issues.map((issue) => [issue.field, issue.message]));
}

test('a plugin with every field is valid and comes back as written', () => {
  const body = {
    plugin: 'rate-limiting',
    config: { minute: 5, nested: { list: [1, 'a', null, true] } },
    disabled: false,
    run_on: 'first',
    protocols: ['http', 'https'],
    ordering: { before: { access: ['key-auth'] }, after: { access: [] } },
    instance_name: 'limit',
  };
  expect(parseKongPlugin(body)).toEqual({ ok: true, plugin: body });
});

test('a plugin may take its configuration from a Secret', () => {
  const secretKeyRef = { name: 'limits', key: 'config' };
  expect(issuesOf({ plugin: 'x', configFrom: { secretKeyRef } })).toEqual({});
  expect(
    issuesOf({ plugin: 'x', config: {}, configPatches: [{ path: '/minute', valueFrom: { secretKeyRef } }] }),
  ).toEqual({});
});

test.each([
  ['a missing name', {}, 'plugin', 'is required'],
  ['an empty name', { plugin: '' }, 'plugin', 'must not be empty'],
  ['a name of another type', { plugin: 5 }, 'plugin', 'must be text'],
  ['a configuration that is text', { plugin: 'x', config: 'minute: 5' }, 'config', 'must be an object'],
  ['a configuration that is a list', { plugin: 'x', config: [1] }, 'config', 'must be an object'],
  ['a misspelt field', { plugin: 'x', conifg: {} }, 'conifg', 'is not a known field'],
  [
    'an unknown protocol',
    { plugin: 'x', protocols: ['http', 'htps'] },
    'protocols[1]',
    /^must be one of http, https/,
  ],
  ['disabled as text', { plugin: 'x', disabled: 'true' }, 'disabled', 'must be true or false'],
  ['an unknown run_on', { plugin: 'x', run_on: 'last' }, 'run_on', 'must be one of first, second, all'],
  [
    'an ordering by phase',
    { plugin: 'x', ordering: { before: { log: [] } } },
    'ordering.before.log',
    /known/,
  ],
  [
    'two sources of the configuration',
    { plugin: 'x', config: {}, configFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
    'configFrom',
    'cannot be given together with config',
  ],
  [
    'a patch of a configuration from a Secret',
    { plugin: 'x', configPatches: [], configFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
    'configFrom',
    'cannot be given together with configPatches',
  ],
  [
    'a reference to a Secret without a key',
    { plugin: 'x', configFrom: { secretKeyRef: { name: 'a' } } },
    'configFrom.secretKeyRef.key',
    'is required',
  ],
])('%s is an issue of its field', (_case, body, field, message) => {
  expect(issuesOf(body)[field]).toMatch(message);
});

test('a value that is not JSON is an issue', () => {
  expect(issuesOf({ plugin: 'x', config: { since: new Date(0) } })).toEqual({
    'config.since': expect.stringContaining('JSON values') as unknown,
  });
  expect(Object.keys(issuesOf({ plugin: 'x', config: { 'per minute': Infinity } }))).toEqual([
    'config["per minute"]',
  ]);
});

test('all issues are reported at once', () => {
  const secretKeyRef = { name: 'a', key: 'b' };
  const issues = issuesOf({
    config: 1,
    configFrom: { secretKeyRef },
    protocols: ['x'],
    disabled: 'no',
    conifg: {},
  });
  expect(Object.keys(issues).sort()).toEqual([
    'config',
    'configFrom',
    'conifg',
    'disabled',
    'plugin',
    'protocols[0]',
  ]);
});

test('fields that are null count as left out', () => {
  expect(parseKongPlugin({ plugin: 'x', config: null })).toEqual({ ok: true, plugin: { plugin: 'x' } });
});

test('no message holds a value of the resource', () => {
  const secret = 'hunter2';
  const result = parseKongPlugin({
    plugin: [secret],
    config: secret,
    run_on: secret,
    protocols: [secret],
    instance_name: { secret },
  });
  expect(JSON.stringify(result)).not.toContain(secret);
});

test('the definition can be written as a JSON Schema, with free-form configuration marked for the API server', () => {
  const schema = z.toJSONSchema(kongPluginSchema, { io: 'input', unrepresentable: 'any' });
  expect(schema.required).toEqual(['plugin']);
  expect(schema.properties?.['config']).toMatchObject({ 'x-kubernetes-preserve-unknown-fields': true });
  expect(schema.properties?.['protocols']).toMatchObject({ type: 'array', items: { type: 'string' } });
});
