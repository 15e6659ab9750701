import { TimeSlices, VirtualClock } from '@silverback/clock';
import { FragmentMap, type Fragment } from '@silverback/kong-configuration';
import { CompositionRounds } from './composition-rounds.ts';
import { FRAGMENTS_ONLY } from './current-resources.ts';
import { Quarantine } from './quarantine.ts';
import { ingress, web } from './testing/fixtures.ts';

/** Each look at it takes so long that every step fills a slice. */
class SlowClock extends VirtualClock {
  #looks = 0;

  override now(): number {
    this.#looks += 1;
    return super.now() + this.#looks * 20;
  }
}

function setUp(clock: VirtualClock) {
  let current = FragmentMap.EMPTY;
  const composed: string[][] = [];
  const rounds = new CompositionRounds(new TimeSlices(clock), () => ({
    input: {
      sequence: 1,
      current,
      accepted: FragmentMap.EMPTY,
      quarantine: new Quarantine(),
      withheld: new Set(),
      resources: FRAGMENTS_ONLY,
      kept: FragmentMap.EMPTY,
    },
    done: ({ fragments }) => composed.push([...fragments.keys()].sort()),
  }));
  const set = (...fragments: Fragment[]): void => {
    current = FragmentMap.of(fragments);
    rounds.request();
  };
  return { clock, rounds, composed, set };
}

test('a small round is over at once', () => {
  const { composed, set } = setUp(new VirtualClock());
  set(web);
  expect(composed).toEqual([['Service/shop/web']]);
});

test('a long round lets others go on, and what comes meanwhile belongs to the next one, together', async () => {
  const { clock, composed, set } = setUp(new SlowClock());
  set(web, ingress('a', '/a'));
  expect(composed).toEqual([]);
  set(web, ingress('b', '/b'));
  set(web, ingress('c', '/c'));
  await clock.advance(1_000);
  expect(composed).toEqual([
    ['Ingress/shop/a', 'Service/shop/web'],
    ['Ingress/shop/c', 'Service/shop/web'],
  ]);
});

test('what is stopped comes to no end, and a later round is whole', async () => {
  const { clock, rounds, composed, set } = setUp(new SlowClock());
  set(web, ingress('a', '/a'));
  rounds.stop();
  await clock.advance(1_000);
  expect(composed).toEqual([]);
  set(web, ingress('b', '/b'));
  await clock.advance(1_000);
  expect(composed).toEqual([['Ingress/shop/b', 'Service/shop/web']]);
});
