import { checkModel } from '@silverback/model-test';
import { fleetSchedules, STEP_TYPES } from './testing/fleet-steps.ts';
import { FAULTS } from './testing/fleet-proxies.ts';
import { FleetWorld } from './testing/fleet-world.ts';

/** All that is done to a fleet, and all that it and its proxies come to. */
const MUST_OCCUR = [
  ...STEP_TYPES.map((type) => `step ${type}`),
  ...FAULTS.map((fault) => `fault ${fault}`),
  ...['candidate', 'released', 'quarantined', 'unquarantined', 'searching', 'odd'].map(
    (event) => `event ${event}`,
  ),
  ...['drifted', 'restarted'].map((event) => `event ${event}`),
  ...['at-once', 'late', 'in-parts'].map((reading) => `source read ${reading}`),
  ...['held previous', 'held left-out', 'held together', 'restored'],
  ...['in-sync', 'pushing', 'waiting', 'rejected', 'contended', 'unreachable', 'leaving'].map(
    (state) => `state ${state}`,
  ),
  ...['accepted', 'refused', 'too-large', 'busy', 'failed', 'unknown'].map((result) => `push ${result}`),
];

test('whatever is edited, refused, broken or restarted, each proxy ends with all that Kong takes, and the report says so', async () => {
  await checkModel({
    schedules: fleetSchedules,
    longest: 60,
    makeWorld: (setting) => FleetWorld.start(setting),
    steps: 2_000,
    seed: 20_261_128,
    mustOccur: MUST_OCCUR,
  });
}, 86_400_000);
