import { UploadRate } from './upload-rate.ts';

const MEBIBYTE = 1_048_576;

test('an upload may take four times as long as usual', () => {
  const rate = new UploadRate();
  expect(rate.patienceMs(10 * MEBIBYTE)).toBeCloseTo(10_000);
  for (let upload = 0; upload < 3; upload += 1) rate.note(MEBIBYTE, 100);
  expect(rate.patienceMs(10 * MEBIBYTE)).toBeCloseTo(4_000);
});

test('some that trickle change nothing, a network that is slow for all does', () => {
  const rate = new UploadRate();
  for (let upload = 0; upload < 20; upload += 1) rate.note(MEBIBYTE, 100);
  for (let upload = 0; upload < 12; upload += 1) rate.note(MEBIBYTE, 100_000);
  expect(rate.patienceMs(MEBIBYTE)).toBeCloseTo(400);
  for (let upload = 0; upload < 12; upload += 1) rate.note(MEBIBYTE, 100_000);
  expect(rate.patienceMs(MEBIBYTE)).toBeCloseTo(400_000);
});

test('small uploads say nothing', () => {
  const rate = new UploadRate();
  rate.note(1_000, 1);
  expect(rate.patienceMs(10 * MEBIBYTE)).toBeCloseTo(10_000);
});
