import { amount, ZERO } from '../../audit/decimal.ts';
import type { FigureSpec } from '../../audit/figure.ts';
import type { Output } from '../../audit/section.ts';
import { ladder } from '../../audit/statistics.ts';
import { fig, text, sentence } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { dustFrom } from '../shared/facts/dust.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { endOfRow, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { check, gate, numberOf, score, unknown } from '../shared/vocabulary/check.ts';
import { names, noun, on, capitalised } from '../shared/vocabulary/words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { whyEnded } from './ended-rows.ts';
import type { Facts, Input } from './facts.ts';
import { isOff, isRed } from './wallet-identity.ts';

const STORED = { dimension: 'integrity', source: 'database' } as const;

export const identityCheck = check<Facts, Input>({
  ...STORED,
  id: 'PM-ID',
  title: 'Position rows against fills',
  weight: 5,
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge({ source, identity, venues }, input, out) {
    const { rows } = input;
    if (!source.ok) return source;
    const ended = whyEnded(input, null, 'position', 'closing', 'fill');
    if (ended !== null) return ended;
    const total = numberOf(out, 'positions_identity');
    if (typeof total !== 'number') return total;
    if (identity === null) return missing('single_source');
    const { lostFills: lost, mismatches } = identity;
    if (lost > 0 && mismatches.length === 0)
      return missing('inadequate_basis', `the fills of ${String(lost)} positions are not stored`);
    if (!venues.every((venue) => identity.of(venue).residual === 0))
      return score(
        0,
        text`Start + opened \u2212 closed \u2212 end leaves ${fig('positions_identity')} in total; it must be 0 at every exchange.`,
      );
    const holds = 'Start + opened \u2212 closed = end at every exchange';
    const { length } = mismatches;
    if (length > 0) {
      const disagree = `rows and fills disagree on ${String(length)} ${noun(length, 'position')}`;
      return score(0, text`${holds}, but ${disagree}.`);
    }
    if (!rows.leftBehind.ok) return rows.leftBehind;
    const n = numberOf(out, 'positions_contradicted');
    if (typeof n !== 'number') return n;
    const outcome =
      n === 0
        ? text`and ${fig('positions_compared')} rows agree with their fills in quantity and entry price`
        : text`but ${fig('positions_contradicted')} ${noun(n, 'position contradicts its', 'positions contradict their')} own fills`;
    return score(
      n === 0 ? 1 : 0,
      text`${holds}, ${outcome}${leftOver(source)}.`,
      source.positions.length === 0,
    );
  },
});

/** Positions that are closed with a rest that no order at the exchange can close. */
function leftOver({ positions }: { readonly positions: readonly PositionFact[] }): string {
  const left = positions.filter((fact) => fact.closedAt !== null && dustFrom(fact) !== null);
  const rests = left.map(({ symbol, steps }) => `${amount(steps.at(-1)?.quantity ?? ZERO)} of ${symbol}`);
  return left.length === 0 ? '' : `; too little for any order was left of closed ones (${names(rests)})`;
}

/** A wallet that is off is known; that the others are right is not, while one of them was never seen. */
const unseenWallets = (unseen: readonly string[]) => [
  `Not every wallet is known at both edges of the window: ${unseen.join('; ')}.`,
];

/** 1 within the tolerance, half over it, 0 over the red bound: the worst wallet decides. */
export const walletCheck = check<Facts, Input>({
  ...STORED,
  id: 'PN10',
  title: 'Wallet identity',
  weight: 10,
  rung: 1,
  judge({ wallets }, input) {
    if (!wallets.ok)
      return unknown(wallets.reason, [
        `The wallet identity needs balances and fills: ${wallets.detail ?? wallets.reason}.`,
      ]);
    const off = wallets.list.filter((wallet) => isOff(wallet, input));
    if (off.length === 0 && wallets.unseen.length > 0)
      return unknown('single_source', unseenWallets(wallets.unseen));
    const r = off.length === 0 ? 1 : off.some((wallet) => isRed(wallet, input)) ? 0 : 0.5;
    return score(r, text`The largest wallet residual is ${fig('wallet_residual_worst')}.`);
  },
});

/** Gate (c): money over the red bound that no entry explains. */
export const walletGate = gate<Facts, Input>({
  id: 'c',
  source: 'database',
  title: 'Wallet residual above its red bound',
  asks: 'the wallets agree with the records',
  rule: 'DI-05',
  judge({ wallets }, input) {
    if (!wallets.ok) {
      const why = wallets.detail ?? wallets.reason;
      return { failed: null, text: [sentence(capitalised(why))] };
    }
    const failed = wallets.list.some((wallet) => isOff(wallet, input) && isRed(wallet, input));
    if (!failed && wallets.unseen.length > 0) return { failed: null, text: unseenWallets(wallets.unseen) };
    const bound = `${String(input.settings.residualRedPercent)} % of equity`;
    const worst = fig('wallet_residual_worst');
    return {
      failed,
      text: failed
        ? text`A wallet residual of ${worst} is over ${bound}.`
        : text`The largest wallet residual is ${worst}, within ${bound}.`,
    };
  },
});

export const accountingCheck = check<Facts, Input>({
  ...STORED,
  id: 'DI13',
  title: 'Accounting consistency',
  weight: 5,
  rung: 1,
  judge({ accounting: { realized, fees }, source }, { settings }) {
    if (!source.ok) return unknown(source.reason, ['Positions cannot be read.']);
    if (realized.compared + fees.compared === 0)
      return unknown('single_source', ['No stored result or fee has a computed one beside it.']);
    if (realized.compared === 0 && realized.closedRows > 0)
      return unknown('single_source', [
        `None of the ${String(realized.closedRows)} closed positions has a stored result beside the computed one.`,
      ]);
    const shares = [realized, fees].map(({ compared, disagreements }) =>
      compared === 0 ? 0 : (100 * disagreements.length) / compared,
    );
    return score(
      ladder(Math.max(...shares), 0, settings.storedOffPercent, settings.storedBadPercent),
      text`${fig('stored_results_differ')} of ${fig('stored_results_compared')} stored results and ${fig('fees_differ')} of ${fig('fees_compared')} fees disagree with the computed ones.`,
    );
  },
});

/** How many positions a snapshot saw at a venue (null: at all), and between which numbers rows and fills put it then. */
type Compared = ReturnType<typeof comparedAtEnd>[number][number];

/**
 * Gate (b): the monitor watched the bot while it traded, so what it saw last, at each exchange, must be what the rows say
 * now. Rows that a mapping filters out, a venue that is missing or taken for another, or a wrong time zone agree with
 * themselves; only this shows them.
 */
export const snapshotGate = gate<Facts, Input>({
  id: 'b',
  title: 'Positions at the end differ from what the snapshots saw',
  asks: 'the positions at the end are those that the last snapshots saw',
  source: 'snapshots',
  judge(facts, input, out) {
    const { closingSnapshotS, closingSnapshots } = input.settings;
    const [last = [], ...before] = comparedAtEnd(facts, input);
    const [total] = last;
    if (total === undefined) return whyNotCompared(facts, input);
    const isClosing = ms(input.window.to) - total.at <= 1000 * closingSnapshotS;
    // A difference must persist to be one, unless the closing snapshot has it (catalogue 3.7).
    const persists = ({ venue }: Compared): boolean =>
      before.length === closingSnapshots - 1 &&
      before.every((seen) => seen.some((other) => other.venue === venue && isOther(other)));
    const off = last.find((one) => isOther(one) && (isClosing || persists(one)));
    const { seen, rows } = counted(off ?? total, facts, out);
    if (!off) return { failed: false, text: ['The last snapshots and the positions agree.'] };
    return {
      failed: true,
      text: text`The last snapshot saw ${seen} open positions${on(off.venue)}, the rows and fills have ${rows} at that time.`,
    };
  },
});

/** What says how many positions were open at the end. */
const HELD = ['position', 'closing'] as const;

/** Nothing to compare is no agreement. */
function whyNotCompared({ source }: Facts, input: Input): Missing {
  const {
    rows: { snapshots },
    bot,
  } = input;
  if (bot.sources.database === 'none')
    return missing('single_source', 'no database is declared to compare the snapshots with');
  if (!source.ok) return source;
  const ended = whyEnded(input, null, ...HELD);
  if (ended !== null) return ended;
  if (!snapshots.ok) return snapshots;
  if (source.rung !== 'fills')
    return missing('single_source', `the positions rest on the bot’s own word: ${source.why ?? 'no fills'}`);
  return missing('no_data', 'no snapshot of the window says how many positions were open');
}

function counted({ venue, at, seen, low, high }: Compared, { source }: Facts, out: Output) {
  const labels = venue === null ? {} : { exchange: venue };
  const count = (value: number, head: Omit<FigureSpec, 'labels' | 'value' | 'unit'>) =>
    fig(out.figure({ ...head, labels, value: known(value), unit: 'count', id: 'P3' }));
  return {
    seen: count(seen, {
      name: 'snapshot_positions_at_end',
      title: `Open positions in the last snapshot${on(venue)}`,
      formula: `${venue === null ? 'total' : 'by_exchange'} of the snapshot at ${iso(at)}`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
    }),
    rows: count(seen < low ? low : high, {
      name: 'positions_at_last_snapshot',
      title: `Open positions at the time of the last snapshot${on(venue)}`,
      formula: `positions open at ${iso(at)}, give or take 5 s, nearest to the snapshot`,
      basis: source.ok ? source.basis : 'positions',
      queries: source.ok ? source.queries : [],
    }),
  };
}

const isOther = ({ seen, low, high }: Compared): boolean => seen < low || seen > high;

/**
 * The last snapshots, newest first. Only where fills carry the positions: on the bot's own word the verdict is not a PASS
 * anyway.
 */
function comparedAtEnd({ source, positions }: Facts, input: Input) {
  const { rows, bot, settings } = input;
  if (whyEnded(input, null, ...HELD) !== null) return [];
  if (!source.ok || source.rung !== 'fills' || !rows.snapshots.ok) return [];
  const counted = new Set(positions.map(({ id }) => id));
  const dated = [
    ...positions.map((fact) => edgesOf(fact, 1000 * settings.rowLagS)),
    // Rows that are no position yet, or not one any more, may have been counted by the monitor.
    ...rowsOf(rows.positions)
      .filter(({ id, status }) => !counted.has(id) && (status === 'transient' || status === 'unknown'))
      .map(({ exchange }) => ({ venue: exchange && venueOf(exchange), opened: ANY_TIME, closed: ANY_TIME })),
  ];
  const venues = new Set([...bot.exchanges, ...positions.map(({ venue }) => venue)].map(venueOf));
  return rows.snapshots.rows
    .flatMap(({ at, total, by_exchange: split }) => (total === null ? [] : [{ at: ms(at), total, split }]))
    .sort((a, b) => b.at - a.at)
    .slice(0, settings.closingSnapshots)
    .map(({ at, total, split }) =>
      [{ venue: null, seen: total }, ...splitOf(split ?? {}, total, venues)].map(({ venue, seen }) => {
        const here = dated.filter((one) => venue === null || one.venue === null || one.venue === venue);
        const [before, after] = [at - GRACE_MS, at + GRACE_MS];
        return {
          venue,
          at,
          seen,
          low: here.filter(({ opened, closed }) => opened[1] < before && closed[0] >= after).length,
          high: here.filter(({ opened, closed }) => opened[0] < after && closed[1] >= before).length,
        };
      }),
    );
}

/** What the snapshot saw by venue, of the venues whose name both sides use. A venue that a whole split leaves out has none. */
function splitOf(split: Readonly<Record<string, number | null>>, total: number, venues: ReadonlySet<string>) {
  const seen = Object.entries(split).flatMap(([name, count]) =>
    count === null ? [] : [{ venue: venueOf(name), seen: count }],
  );
  const named = new Set(seen.map(({ venue }) => venue));
  // Rows that name no exchange may be any venue's.
  if (seen.length === 0 || (venues.has('unknown') && !named.has('unknown'))) return [];
  const known = seen.filter(({ venue }) => venues.has(venue));
  const isWhole = known.length === seen.length && seen.reduce((sum, one) => sum + one.seen, 0) === total;
  const absent = isWhole ? [...venues].filter((venue) => !named.has(venue)) : [];
  return [...known, ...absent.map((venue) => ({ venue, seen: 0 }))];
}

type Edge = readonly [earliest: number, latest: number];
const ANY_TIME: Edge = [-Infinity, Infinity];
const NEVER: Edge = [Infinity, Infinity];

/**
 * When it opened and closed, by its fills or by its row where that is less than the lag later or earlier: both mean one
 * moment, and the monitor may have seen either.
 */
function edgesOf({ venue, openedAt, closedAt, row }: PositionFact, lagMs: number) {
  const between = (time: number, stated: number | null): Edge =>
    stated === null || Math.abs(stated - time) > lagMs
      ? [time, time]
      : [Math.min(time, stated), Math.max(time, stated)];
  return {
    venue,
    opened: between(openedAt, timeOrNull(row.opened_at)),
    closed: closedAt === null ? NEVER : between(closedAt, endOfRow(row)?.at ?? null),
  };
}
