import type { Span } from '../shared/facts/protection.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { StreamEventRow } from '../shared/queries/streams.ts';

/** An event of one stream; milliseconds. */
export interface StreamEvent {
  readonly at: number;
  readonly kind: StreamEventRow['kind'];
  readonly reason: string | null;
  readonly planned: boolean | null;
  readonly downtimeMs: number | null;
}

/** A time without a connection. `to` is the end of the window where it was still lost then. */
export interface LostSpan extends Span {
  readonly isOpen: boolean;
  readonly reason: string | null;
  readonly planned: boolean | null;
  /** Attempts in vain. */
  readonly failures: number;
}

/** A time in which it was open and nothing came. Null: nobody recorded when something came again. */
export interface SilentSpan {
  readonly from: number;
  /** The last that is known of it. */
  readonly to: number;
  readonly lengthMs: number | null;
}

export interface Timeline {
  readonly lost: readonly LostSpan[];
  readonly silent: readonly SilentSpan[];
  /** Times at which it was open again after a loss. */
  readonly reopened: readonly number[];
  /** Of the window in which nobody knows whether it was open. */
  readonly unknownMs: number;
  /** Attempts in vain, each run without an opening between them. */
  readonly failedRuns: readonly (readonly number[])[];
  /** Errors of a stream that was open. */
  readonly errorsWhileOpen: number;
  readonly atEnd: State;
}

type State = 'open' | 'lost' | 'unknown';

/** Of one moment a loss comes before the way back, whatever the order of the rows. */
const ORDER = ['stale', 'disconnect', 'error', 'connect', 'reconnect', 'subscribe'];

export function eventOf(row: StreamEventRow): StreamEvent {
  const downtime = decimalOrNull(row.downtime_ms)?.toNumber() ?? null;
  return {
    at: Date.parse(row.at),
    kind: row.kind,
    reason: row.reason,
    planned: row.planned,
    downtimeMs: downtime === null || downtime < 0 ? null : downtime,
  };
}

export function inOrder(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const place = ({ kind }: StreamEvent): number => ORDER.indexOf(kind ?? '');
  return [...events].sort((a, b) => a.at - b.at || place(a) - place(b));
}

/**
 * What a stream was at each moment of the window: `before` says what it was when it began; where nothing does, the first event
 * tells what can be told. Who is lost was open, what is said to have been lost for a time was open before, and one that
 * delivers or is found silent is open.
 */
export function timelineOf(
  before: readonly StreamEvent[],
  events: readonly StreamEvent[],
  window: Span,
): Timeline {
  const walk = createWalk(window);
  for (const event of inOrder(before)) walk.take(event);
  walk.enter();
  for (const event of inOrder(events)) walk.take(event);
  return walk.end();
}

function createWalk(window: Span) {
  let state: State = 'unknown';
  let lostSince: StreamEvent | null = null;
  let stale: { from: number; last: number; knownMs: number | null } | null = null;
  let unknownMs = 0;
  let inside = false;
  let failures: number[] = [];
  let errorsWhileOpen = 0;
  const [lost, silent, reopened, failedRuns]: [LostSpan[], SilentSpan[], number[], number[][]] = [
    [],
    [],
    [],
    [],
  ];

  const endLoss = (to: number, isOpen: boolean): void => {
    if (lostSince === null) return;
    const { at: from, reason, planned } = lostSince;
    if (to > window.from || (isOpen && to > from))
      lost.push({ from, to, isOpen, reason, planned, failures: failures.length });
    lostSince = null;
  };
  const endRun = (): void => {
    if (failures.length > 0 && (failures.at(-1) ?? 0) >= window.from) failedRuns.push(failures);
    failures = [];
  };
  const endSilence = (to: number | null): void => {
    if (stale === null) return;
    const end = to ?? stale.last;
    if (end >= window.from)
      silent.push({ from: stale.from, to: end, lengthMs: to === null ? stale.knownMs : end - stale.from });
    stale = null;
  };
  const open = ({ at, kind, downtimeMs }: StreamEvent): void => {
    const saidFrom = downtimeMs === null || kind !== 'reconnect' ? null : at - downtimeMs;
    if (state !== 'lost' && saidFrom !== null && saidFrom < at)
      lostSince = { at: saidFrom, kind: 'disconnect', reason: null, planned: null, downtimeMs: null };
    // Before an opening that says nothing of a loss nobody knows what it was.
    else if (state === 'unknown' && inside) unknownMs = at - window.from;
    if (inside && (state === 'lost' || kind === 'reconnect')) reopened.push(at);
    endLoss(at, false);
    endRun();
    state = 'open';
  };
  return {
    take(event: StreamEvent): void {
      const { at, kind, downtimeMs } = event;
      switch (kind) {
        case 'connect':
        case 'reconnect':
          endSilence(at);
          open(event);
          return;
        case 'subscribe':
          endSilence(at);
          if (state !== 'open') open(event);
          return;
        case 'disconnect':
          endSilence(at);
          if (state !== 'lost') {
            endRun();
            lostSince = event;
          }
          state = 'lost';
          return;
        case 'error':
          if (state === 'open') errorsWhileOpen += inside ? 1 : 0;
          else failures.push(at);
          return;
        case 'stale':
          if (state === 'lost') return;
          stale = {
            from: stale?.from ?? at - (downtimeMs ?? 0),
            last: at,
            knownMs:
              downtimeMs === null && stale === null ? null : at - (stale?.from ?? at - (downtimeMs ?? 0)),
          };
          if (state === 'unknown') state = 'open';
          return;
        case 'unknown':
        case null:
          return;
      }
    },
    /** From here on events are of the window. */
    enter(): void {
      inside = true;
    },
    end(): Timeline {
      if (state === 'unknown') unknownMs = window.to - window.from;
      const atEnd = state;
      endLoss(window.to, true);
      endRun();
      endSilence(null);
      return { lost, silent, reopened, unknownMs, failedRuns, errorsWhileOpen, atEnd };
    },
  };
}
