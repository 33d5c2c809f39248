import { duration } from '../audit/format.ts';
import { gapWords, type MonitorGap } from '../audit/snapshot-gap.ts';
import { gapMinutes, MINUTE_MS } from '../workflows/monitor-gaps.ts';
import { counted } from '../workflows/words.ts';
import { fit, pad, printable, type Palette } from './ansi.ts';
import { windowText } from './terminal.ts';
import type { Watched } from './watch-state.ts';

const LABEL = 13;
const BAR = 20;
const WIDTH = 80;
/** The newest gaps that stay on the screen. */
const GAPS_SHOWN = 6;

export interface ViewOptions {
  readonly palette: Palette;
  readonly nowMs: number;
  /** Of the terminal. */
  readonly width?: number;
  readonly url: string | null;
}

/** The state as it is drawn in a terminal; each line fits it, since a line that wraps would be redrawn in the wrong place. */
export function watchLines(watched: Watched, options: ViewOptions): readonly string[] {
  const { palette, nowMs, url } = options;
  const { bot, window, workflowId, status, storeTrouble, progress } = watched;
  const name = printable(bot ?? workflowId);
  const clock = `${new Date(nowMs).toISOString().slice(11, 19)} UTC`;
  const head = window === null ? name : `${name}  ${windowText(window)}`;
  const { bar, text } = snapshots(watched, nowMs);
  const rows: readonly (readonly [label: string, text: string, tone?: (text: string) => string])[] = [
    ...(window === null ? [] : [['snapshots', `${bar}  ${text}`] as const]),
    ...numberRows(watched, nowMs, palette),
    ...(window === null ? [] : [['report', reportText(watched, nowMs)] as const]),
    ...(progress === null && status === 'RUNNING'
      ? [['no answer', 'no worker answers for the run; what our store has is shown', palette.yellow] as const]
      : []),
    ...(storeTrouble === null ? [] : [['store', printable(storeTrouble), palette.yellow] as const]),
    ...gapRows(watched, palette),
  ];
  const columns = Math.max(40, options.width ?? WIDTH);
  const width = columns - LABEL - 2;
  return [
    `  ${palette.bold(fit(`monitorWindow ${head}`, columns - clock.length - 4))}  ${palette.dim(clock)}`,
    ...rows.map(([label, said, tone]) => {
      const cut = fit(said, width);
      return `  ${pad(label, LABEL)}${tone === undefined ? cut : tone(cut)}`;
    }),
    // Whole, and last: a link that is cut leads nowhere.
    ...(url === null ? [] : [`  ${pad('run', LABEL)}${url}`]),
  ];
}

/** The state as one plain line. */
export function watchLine(watched: Watched, nowMs: number): string {
  const { newest, errors, progress, status, storeTrouble } = watched;
  const clock = new Date(nowMs).toISOString().slice(11, 16);
  const parts = [
    ...(newest === null
      ? ['no snapshot yet']
      : [
          `at ${newest.slot.slice(11, 16)}`,
          `open ${known(newest.total)}`,
          `unprotected ${known(newest.unprotected)}`,
          `errors ${known(newest.errors)} (${known(errors)} in the shift)`,
        ]),
    ...(watched.window === null
      ? []
      : [snapshots(watched, nowMs).text, `report ${reportText(watched, nowMs)}`]),
    ...(progress === null && status === 'RUNNING' ? ['no worker answers'] : []),
    ...(storeTrouble === null ? [] : [`store: ${printable(storeTrouble)}`]),
  ];
  return `${clock}  ${parts.join('  ')}`;
}

/** `02:10-02:12  no worker took it in its minute`, with what the failure said. */
export function gapLine({ from, to, reason, detail }: MonitorGap): string {
  const said = detail === null ? '' : `: ${printable(detail)}`;
  return `${from.slice(11, 16)}-${to.slice(11, 16)}  ${gapWords(reason)}${said}`;
}

function numberRows(
  { newest, errors }: Watched,
  nowMs: number,
  palette: Palette,
): readonly (readonly [string, string, ((text: string) => string)?])[] {
  if (newest === null) return [['open', 'no snapshot yet']];
  const venues = Object.entries(newest.by_exchange).map(([venue, count]) => `${venue} ${String(count)}`);
  const ageMs = nowMs - Date.parse(newest.slot);
  const alarm = (value: number | null) => ((value ?? 0) > 0 ? palette.red : undefined);
  return [
    ['open', `${known(newest.total)}${venues.length === 0 ? '' : `  ${printable(venues.join(', '))}`}`],
    withTone('unprotected', known(newest.unprotected), alarm(newest.unprotected)),
    withTone(
      'errors',
      `${known(newest.errors)} in the last minute, ${known(errors)} in the shift`,
      alarm(newest.errors),
    ),
    withTone(
      'newest',
      `${newest.slot.slice(11, 16)} UTC, ${duration(Math.max(0, Math.round(ageMs / 1000)))} ago`,
      ageMs > 2 * MINUTE_MS ? palette.yellow : undefined,
    ),
  ];
}

function withTone(label: string, text: string, tone: ((text: string) => string) | undefined) {
  return tone === undefined ? ([label, text] as const) : ([label, text, tone] as const);
}

function gapRows({ gaps }: Watched, palette: Palette) {
  const hidden = gaps.length - GAPS_SHOWN;
  const shown = gaps.slice(-GAPS_SHOWN).map((gap) => ['missed', gapLine(gap), palette.yellow] as const);
  return hidden > 0 ? [...shown, ['', `and ${counted(hidden, 'gap')} before these`] as const] : shown;
}

/** How much of the window is over, and `195 of 197 snapshots due, 2 missed`. */
function snapshots(
  { window, taken, gaps }: Watched,
  nowMs: number,
): { readonly bar: string; readonly text: string } {
  if (window === null) return { bar: '', text: '' };
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const expected = Math.round((to - from) / MINUTE_MS);
  const due = Math.min(expected, Math.max(0, Math.floor((nowMs - from) / MINUTE_MS) + 1));
  const full = expected === 0 ? 0 : Math.floor((BAR * due) / expected);
  return {
    bar: `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`,
    text: `${String(taken)} of ${counted(due, 'snapshot')} due, ${String(gapMinutes(gaps))} missed`,
  };
}

function reportText({ window, progress, status }: Watched, nowMs: number): string {
  const at = progress?.auditAt ?? window?.to;
  if (at === undefined) return '';
  const leftS = Math.ceil((Date.parse(at) - nowMs) / 1000);
  if (status !== 'RUNNING') return `the monitor has ended: ${status.toLowerCase()}`;
  if (leftS <= 0) return 'is made now';
  return `in ${duration(leftS >= 3_600 ? Math.ceil(leftS / 60) * 60 : leftS)}, at ${at.slice(11, 16)} UTC`;
}

const known = (value: number | null): string => (value === null ? 'not known' : String(value));
