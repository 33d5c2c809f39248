import { z } from 'zod';
import { defineFact } from '../../audit/shared-fact.ts';
import { notNegative, percent, positive, sample, settingIn } from './vocabulary/setting.ts';

/** What several sections judge by has one setting, so that no two of them can disagree. */
const settings = z.object({
  priceStaleMin: positive(30, 'A price older than this says nothing about now, minutes.'),
  fillFarTimes: settingIn(z.number().min(1))(
    5,
    'A fill so many times off the market of its moment is not believed; where most fills of an instrument are, its prices are not.',
  ),
  feeFarTimes: settingIn(z.number().min(1))(
    100,
    'A fee so many times its usual share of price and quantity, as other fills of the instrument have it, is not believed.',
  ),
  priceStillMin: positive(
    30,
    'Prices of most instruments of an exchange that stand still for so long, and ten times as long as they usually do, are not believed, minutes.',
  ),
  feePriceMin: positive(
    15,
    'A fee in another asset is worth the nearest price at most this far from its fill, minutes.',
  ),
  equityStaleH: positive(24, 'Equity older than this says nothing about now, hours.'),
  adequateSharePct: percent(
    90,
    'Share of positions, closes and fills that must add up before fills speak for a window, percent.',
  ),
  stopGraceMs: notNegative(
    5_000,
    'Time without a stop that is accepted after every change, milliseconds (SL4, SL8, PM-04).',
  ),
  snapshotIntervalS: positive(60, 'Expected time between monitoring snapshots, seconds.'),
  snapshotLateRatio: positive(
    1.25,
    'Between two snapshots at most this many intervals apart none is missing (DI11, MC-01, MC-03).',
  ),
  silentIntervals: positive(2, 'A gap longer than this many heartbeat intervals is a silence (EX10, DI-05).'),
  heardHours: positive(
    8,
    'A service that beat in so many hours of the seven days before the window ought to beat in it (EX10, NA-01, DI-05).',
  ),
  heardBeats: positive(
    3,
    'So ought one that beat this often in as much time before the window as it is long (EX10, NA-01, DI-05).',
  ),
  evaluatedMin: positive(
    15,
    'A position that was not evaluated for longer than this is left alone, minutes (PM-04, AG-01).',
  ),
  alertLateS: notNegative(60, 'An alert about an occurrence comes at most this long after its end, seconds.'),
  endRows: sample(
    3,
    'Rows end early (DQ-03) where other rows tell of so many later ones, and none of these is stored.',
  ),
  endLagS: notNegative(
    60,
    'And where the last of these is so much later than the newest one that is stored, seconds.',
  ),
  exchangeStateS: notNegative(
    300,
    'An exchange state from a file counts this near to the end of the window, seconds (DI1 to DI5).',
  ),
  clockSkewS: notNegative(60, 'A time may lie this long after the moment of reading, seconds (DQ-06).'),
  exposureRaises: positive(
    1,
    'From this exposure (notional x minutes / equity x 60) on a finding is one level worse.',
  ),
  exposureLowers: notNegative(
    0.01,
    'Below this exposure a finding is one level less, where its own ladder does not grade time or size.',
  ),
});

export type Thresholds = z.output<typeof settings>;

/** `policy.shared`, in force: sections and facts that need one of these name it in their `uses`. */
export const thresholds = defineFact({
  id: 'shared',
  title: 'What several sections judge by',
  settings,
  queries: {},
  compute: (input): Thresholds => input.settings,
});
