import { iso, ms } from '../time.ts';
import type {
  AlertLook,
  AlertMessage,
  AlertsState,
  ClosedAlert,
  Firing,
  OpenAlert,
  RuleLook,
  Step,
  Told,
} from './alert.ts';
import { heldUntilMs, holdBack, isHeld } from './hold.ts';
import { lineOf, messagesOf } from './messages.ts';
import { lasting } from '../counted-words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** After which nobody repeats what was last seen so long ago. */
const STALE_MS = HOUR_MS;
const CLOSED_KEPT = 20;
/** More in one bot than anybody acts on one by one; what is left out is counted by the rule that holds it. */
const OPEN_KEPT = 300;

/** What a look changes: alerts open, go on, fall quiet, are resolved. One that is not newer than the last changes nothing. */
export function look(state: AlertsState, seen: AlertLook, now: string): Step {
  if (state.lookedAt !== null && ms(seen.at) <= ms(state.lookedAt)) return { state, messages: [] };
  const unknown = unknownSince(state, seen);
  const rules = new Map(seen.rules.map((rule) => [rule.rule, rule]));
  const firing = new Map<string, Firing & { readonly owner: string }>();
  for (const rule of seen.rules)
    for (const one of firingsOf(rule, unknown[rule.rule], seen))
      firing.set(one.id, { ...one, owner: rule.rule });
  const closed: ClosedAlert[] = [];
  const told: Told[] = [];
  const kept = state.open.flatMap((alert): readonly OpenAlert[] => {
    const again = firing.get(alert.id);
    firing.delete(alert.id);
    if (again !== undefined) return [goesOn(alert, again, seen.at)];
    const how = endOf(alert, rules.get(alert.owner), seen);
    if (how === null) return [{ ...alert, quietSince: quietSince(alert, rules.get(alert.owner), seen.at) }];
    closed.push(closedAlert(alert, how, seen.at));
    if (alert.told !== null) told.push({ to: alert.told.level, line: lineOf(alert, 'resolved', how, []) });
    return [];
  });
  const open = [...kept, ...[...firing.values()].map((one) => opened(one, seen.at))].slice(0, OPEN_KEPT);
  const next: AlertsState = {
    bot: state.bot,
    lookedAt: seen.at,
    times: seen.times,
    open: withCauses(open),
    unknown,
    unwatched: seen.rules.flatMap(({ rule, title, state: found, reason }) =>
      found === 'unwatched' ? [{ rule, title, reason: reason ?? '' }] : [],
    ),
    closed: [...closed, ...state.closed].slice(0, CLOSED_KEPT),
    steps: state.steps,
    ...(state.held !== undefined && { held: state.held }),
    ...(state.toldAt !== undefined && { toldAt: state.toldAt }),
  };
  return tell(next, now, told);
}

/** What time alone brings: repeats and escalations. */
export function tick(state: AlertsState, now: string): Step {
  return tell(state, now, []);
}

/** Notes who takes care of an alert; those who were told hear of it. */
export function acknowledge(
  state: AlertsState,
  { id, by, note }: { readonly id: string; readonly by: string; readonly note: string | null },
  now: string,
): Step {
  const told: Told[] = [];
  const open = state.open.map((alert) => {
    if (!isNamed(alert, id) || alert.acknowledged !== null) return alert;
    if (alert.told !== null)
      told.push({ to: alert.told.level, line: lineOf(alert, 'acknowledged', `acknowledged by ${by}`, []) });
    return { ...alert, acknowledged: { by, at: now, note } };
  });
  return tell({ ...state, open }, now, told);
}

/** Nobody of a level could be reached: what escalates does so at once. */
export function unreached(state: AlertsState, { contacts, lines }: AlertMessage, now: string): Step {
  const ids = lines.map(({ id }) => id);
  const open = state.open.map((alert): OpenAlert => {
    const { told } = alert;
    if (told?.level !== contacts || !ids.includes(alert.id) || escalation(alert, state) === null)
      return alert;
    const from = ms(now) - state.times.escalateMinutes[contacts === 1 ? 0 : 1] * MINUTE_MS;
    return { ...alert, told: { ...told, from: iso(Math.min(ms(told.from), from)) } };
  });
  return tell({ ...state, open }, now, []);
}

/** Why an acknowledgement is refused, with what can be acknowledged; null: it is not. */
export function acknowledgeProblem(state: AlertsState, id: string): string | null {
  const named = state.open.filter((alert) => isNamed(alert, id));
  const waiting = state.open.filter(({ acknowledged }) => acknowledged === null).map((alert) => alert.id);
  const others =
    waiting.length === 0
      ? ' None waits for an acknowledgement.'
      : ` Those that wait: ${waiting.slice(0, 10).join(', ')}${waiting.length > 10 ? ', ...' : ''}.`;
  const [first] = named;
  if (first === undefined) return `No open alert of bot ${state.bot} has the id "${id}".${others}`;
  if (named.every(({ acknowledged }) => acknowledged !== null))
    return `Alert ${first.id} was acknowledged already, by ${first.acknowledged?.by ?? '?'}.${others}`;
  return null;
}

/** When `tick` has something to do, milliseconds; null: never without a look. */
export function nextDueMs(state: AlertsState): number | null {
  const due = state.open.flatMap((alert) => {
    const at = dueMs(alert, state);
    return at === null ? [] : [at];
  });
  const heldUntil = heldUntilMs(state);
  if (heldUntil !== null) due.push(heldUntil);
  return due.length === 0 ? null : Math.min(...due);
}

function unknownSince({ unknown }: AlertsState, { rules, at }: AlertLook): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rules.flatMap(({ rule, state }) => (state === 'unknown' ? [[rule, unknown[rule] ?? at] as const] : [])),
  );
}

/** What a rule says, and that it cannot be watched once that has lasted. */
function firingsOf(
  { firings, doubt }: RuleLook,
  since: string | undefined,
  { at, times }: AlertLook,
): readonly Firing[] {
  if (since === undefined || doubt === null || ms(at) - ms(since) < times.unknownMinutes * MINUTE_MS)
    return firings;
  return [...firings, doubt];
}

function goesOn(alert: OpenAlert, again: Firing & { readonly owner: string }, at: string): OpenAlert {
  const isWorse = alert.level === 'warning' && again.level === 'critical';
  return {
    ...alert,
    ...again,
    seenAt: at,
    quietSince: null,
    // What was acknowledged or told was less than this.
    ...(isWorse && { acknowledged: null, told: null }),
  };
}

/** How an alert of which nothing is seen ends now; null: it does not yet. */
function endOf(alert: OpenAlert, rule: RuleLook | undefined, { at, times }: AlertLook): string | null {
  if (rule === undefined) return 'no longer watched';
  if (rule.state === 'unwatched') return `no longer watched: ${rule.reason ?? 'nothing feeds it'}`;
  if (isUnseen(alert, rule)) return null;
  const quietMs = ms(at) - ms(alert.quietSince ?? at);
  return quietMs >= times.resolveMinutes * MINUTE_MS ? 'resolved' : null;
}

function quietSince(alert: OpenAlert, rule: RuleLook | undefined, at: string): string | null {
  return rule !== undefined && isUnseen(alert, rule) ? alert.quietSince : (alert.quietSince ?? at);
}

/** A rule that cannot be watched says nothing of its own alerts. */
function isUnseen(alert: OpenAlert, rule: RuleLook): boolean {
  return rule.state === 'unknown' && alert.id !== rule.doubt?.id;
}

function opened(one: Firing & { readonly owner: string }, at: string): OpenAlert {
  return { ...one, since: at, seenAt: at, quietSince: null, cause: null, told: null, acknowledged: null };
}

function closedAlert(
  { id, rule, title, level, text, since }: OpenAlert,
  how: string,
  at: string,
): ClosedAlert {
  return { id, rule, title, level, text, since, closedAt: at, how };
}

/** An alert is explained by an open one of a rule that it follows from, the first of those that its rule names. */
function withCauses(open: readonly OpenAlert[]): readonly OpenAlert[] {
  return open.map((alert) => {
    const causes = alert.inhibitedBy.map((wanted) =>
      open.find(({ rule, id }) => rule === wanted && id !== alert.id),
    );
    return { ...alert, cause: causes.find((cause) => cause !== undefined)?.id ?? null };
  });
}

/** The next contact level and when it is told, of an alert that nobody acknowledged. */
function escalation(
  alert: OpenAlert,
  state: AlertsState,
): { readonly level: 2 | 3; readonly atMs: number } | null {
  const { told, acknowledged, level } = alert;
  if (told === null || acknowledged !== null || (level === 'warning' && !state.times.escalateWarnings))
    return null;
  if (told.level === 3 || isHeld(state, alert.id)) return null;
  const minutes = state.times.escalateMinutes[told.level === 1 ? 0 : 1];
  return { level: told.level === 1 ? 2 : 3, atMs: ms(told.from) + minutes * MINUTE_MS };
}

/** When an alert is next told; null: a look decides. */
function dueMs(alert: OpenAlert, state: AlertsState): number | null {
  const { told, acknowledged, cause, quietSince } = alert;
  if (cause !== null || quietSince !== null || told === null) return null;
  const hours = acknowledged === null ? state.times.repeatHours : state.times.acknowledgedHours;
  const repeatMs = ms(told.last) + hours * HOUR_MS;
  const isStale = repeatMs - ms(alert.seenAt) > STALE_MS;
  const next = [escalation(alert, state)?.atMs ?? null, isStale ? null : repeatMs].filter(
    (at) => at !== null,
  );
  return next.length === 0 ? null : Math.min(...next);
}

/** Tells what is new, due or to be escalated: one message a contact level, grouped with what was told already. */
function tell(state: AlertsState, now: string, before: readonly Told[]): Step {
  const told = [...before];
  const open = state.open.map((alert): OpenAlert => {
    if (alert.cause !== null || alert.quietSince !== null) return alert;
    const explains = state.open.filter(({ cause }) => cause === alert.id).map(({ text }) => text);
    if (alert.told === null) {
      told.push({ to: 1, line: lineOf(alert, 'new', '', explains) });
      return { ...alert, told: { from: now, last: now, level: 1 } };
    }
    const due = dueMs(alert, state);
    if (due === null || due > ms(now)) return alert;
    const higher = escalation(alert, state);
    if (higher !== null && higher.atMs <= ms(now)) {
      const remark = `not acknowledged since ${alert.told.last.slice(11, 16)} UTC`;
      told.push({ only: higher.level, line: lineOf(alert, 'escalated', remark, explains) });
      return { ...alert, told: { ...alert.told, level: higher.level } };
    }
    const remark = `still so after ${lasting(ms(now) - ms(alert.since))}${acknowledgedBy(alert)}`;
    told.push({ to: alert.told.level, line: lineOf(alert, 'repeated', remark, explains) });
    return { ...alert, told: { ...alert.told, last: iso(ms(now)) } };
  });
  const held = holdBack({ ...state, open }, told, now);
  const messages = messagesOf({ bot: state.bot, at: now, step: state.steps }, held.told);
  return { state: { ...held.state, steps: state.steps + (messages.length === 0 ? 0 : 1) }, messages };
}

function acknowledgedBy({ acknowledged }: OpenAlert): string {
  return acknowledged === null ? '' : `, acknowledged by ${acknowledged.by}`;
}

const SHORTEST_ID = 4;

function isNamed(alert: OpenAlert, id: string): boolean {
  return id.length >= SHORTEST_ID && alert.id.startsWith(id.toLowerCase());
}
