import { payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const nearEvents = ({ events }: ReturnType<typeof arrange>) =>
  events.filter(({ type }) => type === 'size-near-limit');

test('a body limit names both settings of nginx, and is no refusal of what the configuration says', async () => {
  const arranged = arrange();
  const { clock, proxy, desire, fanOut, key, events } = arranged;
  proxy.behaviour.bodyLimit = 50;
  desire('x'.repeat(60));
  await clock.advance(100);
  const session = fanOut.session(key);
  expect(session?.reason).toMatchObject({ code: 'ConfigurationExceedsBodyLimit' });
  expect(session?.reason?.message).toContain('nginx_admin_client_max_body_size');
  expect(session?.reason?.message).toContain('nginx_admin_client_body_buffer_size');
  expect(events.filter(({ type }) => type === 'pushed')).toMatchObject([{ result: 'too-large' }]);
  await fanOut.stop();
});

test('a full database names the size of its map', async () => {
  const { clock, proxy, desire, fanOut, key } = arrange();
  proxy.behaviour.databaseLimit = 50;
  desire('x'.repeat(60));
  await clock.advance(100);
  expect(fanOut.session(key)?.reason).toMatchObject({ code: 'ConfigurationExceedsDatabase' });
  expect(fanOut.session(key)?.reason?.message).toContain('lmdb_map_size');
  await fanOut.stop();
});

test('what is too large is sent again at once when it gets smaller, not when it stays or grows', async () => {
  const { clock, proxy, desire, fanOut, state } = arrange();
  proxy.behaviour.bodyLimit = 50;
  desire('x'.repeat(60));
  await clock.advance(100);
  desire('y'.repeat(60));
  await clock.advance(2_500);
  desire('x'.repeat(70));
  await clock.advance(2_500);
  expect(proxy.pushed).toHaveLength(1);
  expect(state()).toBe('rejected');
  desire('x'.repeat(55));
  await clock.advance(100);
  expect(proxy.pushed).toHaveLength(2);
  desire('x'.repeat(40));
  await clock.advance(100);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('what is too large is tried again after a wait, and at the next look after a restart', async () => {
  const { clock, proxy, desire, fanOut, state } = arrange({ refusedRetryMin: 30_000 });
  proxy.behaviour.bodyLimit = 50;
  desire('x'.repeat(60));
  await clock.advance(10_000);
  expect(proxy.pushed).toHaveLength(1);
  await clock.advance(30_000);
  expect(proxy.pushed).toHaveLength(2);
  proxy.behaviour.bodyLimit = 100;
  proxy.restart(true);
  await clock.advance(2_500);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('a payload of 80 % of what the proxy last called too large is told once', async () => {
  const arranged = arrange();
  const { clock, proxy, desire, fanOut, key } = arranged;
  proxy.behaviour.bodyLimit = 99;
  desire('x'.repeat(100));
  await clock.advance(100);
  expect(nearEvents(arranged)).toMatchObject([{ bytes: 100, limitBytes: 100 }]);
  desire('x'.repeat(79));
  await clock.advance(100);
  expect(fanOut.session(key)?.sizeLimit).toBeUndefined();
  desire('x'.repeat(80));
  desire('x'.repeat(81));
  await clock.advance(100);
  expect(nearEvents(arranged)).toHaveLength(2);
  expect(fanOut.session(key)?.sizeLimit).toBe(100);
  await fanOut.stop();
});

test("Kong's own limit of 10 MiB counts until a proxy takes more", async () => {
  const arranged = arrange();
  const { clock, fanOut, key } = arranged;
  const large = (byteLength: number) => ({ ...payloadOf(`a payload of ${byteLength}`), byteLength });
  fanOut.setDesired(key, large(8_388_607));
  await clock.advance(100);
  expect(nearEvents(arranged)).toEqual([]);
  fanOut.setDesired(key, large(8_388_608));
  await clock.advance(100);
  expect(nearEvents(arranged)).toMatchObject([{ limitBytes: 10_485_760 }]);
  fanOut.setDesired(key, large(11_000_000));
  await clock.advance(100);
  expect(fanOut.session(key)?.sizeLimit).toBeUndefined();
  await fanOut.stop();
});

test('after a restart nothing is known of the limit: its settings may be others', async () => {
  const { clock, proxy, desire, fanOut, key } = arrange();
  proxy.behaviour.bodyLimit = 99;
  desire('x'.repeat(100));
  await clock.advance(100);
  desire('x'.repeat(90));
  await clock.advance(100);
  expect(fanOut.session(key)?.sizeLimit).toBe(100);
  proxy.restart(true);
  await clock.advance(3_000);
  expect(fanOut.session(key)).toMatchObject({ state: 'in-sync' });
  expect(fanOut.session(key)?.sizeLimit).toBeUndefined();
  await fanOut.stop();
});

test('a payload that is near to what the proxy took before is told again after a restart, if it is near to what is known then', async () => {
  const arranged = arrange();
  const { clock, proxy, fanOut, key } = arranged;
  fanOut.setDesired(key, { ...payloadOf('a'), byteLength: 9_000_000 });
  await clock.advance(1_000);
  proxy.restart(true);
  await clock.advance(3_000);
  expect(nearEvents(arranged)).toMatchObject([{ limitBytes: 10_485_760 }, { limitBytes: 10_485_760 }]);
  await fanOut.stop();
});

test('what the settings of the proxy say is the limit, once they are read', async () => {
  const arranged = arrange();
  const { clock, proxy, fanOut, key } = arranged;
  const desire = (byteLength: number): void => {
    fanOut.setDesired(key, { ...payloadOf(`a payload of ${byteLength}`), byteLength });
  };
  proxy.toldBodyLimit = 50_000_000;
  await clock.advance(100);
  desire(39_999_999);
  await clock.advance(100);
  expect(nearEvents(arranged)).toEqual([]);
  desire(40_000_000);
  await clock.advance(100);
  expect(nearEvents(arranged)).toMatchObject([{ limitBytes: 50_000_000 }]);
  proxy.toldBodyLimit = 100_000_000;
  proxy.restart(true);
  await clock.advance(3_000);
  expect(fanOut.session(key)?.sizeLimit).toBeUndefined();
  expect(nearEvents(arranged)).toHaveLength(1);
  await fanOut.stop();
});

test('a limit that was raised without a restart is found out by the next try', async () => {
  const { clock, proxy, desire, fanOut, key } = arrange({ refusedRetryMin: 30_000 });
  proxy.behaviour.bodyLimit = 99;
  desire('x'.repeat(100));
  await clock.advance(1_000);
  expect(fanOut.session(key)?.sizeLimit).toBe(100);
  proxy.behaviour.bodyLimit = Infinity;
  await clock.advance(40_000);
  expect(fanOut.session(key)).toMatchObject({ state: 'in-sync' });
  expect(fanOut.session(key)?.sizeLimit).toBeUndefined();
  await fanOut.stop();
});
