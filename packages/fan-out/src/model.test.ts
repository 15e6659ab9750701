import { checkModel } from '@silverback/model-test';
import { FAULTS, schedules, STEP_TYPES } from './testing/model-steps.ts';
import { ModelWorld } from './testing/model-world.ts';

/** All that is done to proxies, and all that sessions come to: states with reasons, and what becomes of pushes. */
const MUST_OCCUR = [
  ...STEP_TYPES.map((type) => `step ${type}`),
  ...FAULTS.map((fault) => `fault ${fault}`),
  ...[
    'answer 429',
    'answer 503',
    'answer 504',
    'restart empty',
    'restart kept',
    'restart with the same workers',
  ],
  ...['in-sync', 'pushing', 'waiting', 'rejected', 'contended', 'unreachable', 'leaving'].map(
    (state) => `state ${state}`,
  ),
  ...[
    'ConfigurationRefused',
    'ConfigurationExceedsBodyLimit',
    'ConfigurationExceedsDatabase',
    'ForeignWriter',
    'HashNotReproducible',
    'NotOneProxy',
    'NotLeader',
    'AdminApiFailed',
  ].map((code) => `reason ${code}`),
  ...['accepted', 'refused', 'too-large', 'busy', 'unknown', 'failed'].map((result) => `push ${result}`),
  ...['drifted', 'restarted', 'restored', 'size-near-limit'].map((event) => `event ${event}`),
];

test('the invariants of proxy sessions hold after each step of any schedule, and all converge once it is over', async () => {
  await checkModel({
    schedules,
    longest: 250,
    makeWorld: (setting) => new ModelWorld(setting),
    steps: 20_000,
    seed: 20_261_122,
    mustOccur: MUST_OCCUR,
  });
}, 86_400_000);
