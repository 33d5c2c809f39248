import { PRODUCTION } from '../audit/kinds.ts';
import type { AuditProgress, StageProgress } from '../workflows/types.ts';
import { createPalette, elapsed, fit, pad, printable, type Output, type Palette } from './ansi.ts';

const NAME = 13;
const BAR = 20;
const DETAIL = 31;
const WIDTH = 80;
/** A narrow terminal takes from the bar first, down to this. */
const SHORTEST_BAR = 6;
const DAY_MS = 86_400_000;
/** Resolving takes a moment; its failure is the run's error, which is printed by itself. */
const HIDDEN: readonly StageProgress['stage'][] = ['resolve'];

/** Shows the stages of a run as they pass. */
export interface ProgressPrinter {
  update(progress: AuditProgress): void;
  /** A remark below what was printed: "waiting for a worker". */
  note(text: string): void;
  /** Leaves the last state on the screen. */
  done(): void;
}

/**
 * In a terminal the stages are redrawn in place, with bars; elsewhere each stage is one plain line when it ends.
 * Fits 80 columns, and narrower terminals: a line that wraps would be redrawn in the wrong place.
 */
export function createProgressPrinter(
  stream: Output,
  options: { readonly color: boolean; readonly tty: boolean; readonly now?: () => number },
): ProgressPrinter {
  const palette = createPalette(options.color);
  const now = options.now ?? Date.now;
  return options.tty ? redrawing(stream, palette, now) : appending(stream, palette);
}

function redrawing(stream: Output, palette: Palette, now: () => number): ProgressPrinter {
  let drawn = 0;
  let heading = false;
  const draw = (lines: readonly string[]): void => {
    const up = drawn === 0 ? '' : `\u001b[${String(drawn)}A`;
    stream.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`);
    drawn = lines.length;
  };
  return {
    update(progress) {
      if (!heading && progress.input !== null) {
        draw([headingOf(progress.input, palette)]);
        drawn = 0;
        heading = true;
      }
      if (heading)
        draw(shownStages(progress).map((stage) => stageLine(stage, palette, now(), widthsOf(stream))));
    },
    note(text) {
      stream.write(`  ${palette.dim(printable(text))}\n`);
      drawn = 0;
    },
    done() {
      drawn = 0;
    },
  };
}

function appending(stream: Output, palette: Palette): ProgressPrinter {
  const printed = new Set<string>();
  return {
    update(progress) {
      if (progress.input !== null && !printed.has('heading')) {
        printed.add('heading');
        stream.write(`${headingOf(progress.input, palette)}\n`);
      }
      for (const stage of shownStages(progress)) {
        if (stage.endedAt === null || stage.state === 'running' || printed.has(stage.stage)) continue;
        printed.add(stage.stage);
        stream.write(`${plainStage(stage)}\n`);
      }
    },
    note(text) {
      stream.write(`  ${printable(text)}\n`);
    },
    done() {
      printed.clear();
    },
  };
}

function shownStages(progress: AuditProgress): readonly StageProgress[] {
  return progress.stages.filter(({ stage }) => !HIDDEN.includes(stage));
}

function headingOf(input: NonNullable<AuditProgress['input']>, palette: Palette): string {
  return `  ${palette.bold(`productionAudit ${input.bot}`)} ${windowText(input.window)}${input.kind === PRODUCTION.id ? '' : `, ${input.kind}`}`;
}

/** `2026-11-20 00:00-08:00`, UTC; midnight at the end is 24:00, and other windows over midnight have both dates. */
export function windowText({ from, to }: { readonly from: string; readonly to: string }): string {
  const clock = (time: string): string =>
    time.slice(17, 19) === '00' ? time.slice(11, 16) : time.slice(11, 19);
  const [first, last] = [from.slice(0, 10), to.slice(0, 10)];
  if (first === last) return `${first} ${clock(from)}-${clock(to)}`;
  const isNextMidnight = Date.parse(to) === Date.parse(`${first}T00:00:00Z`) + DAY_MS;
  return isNextMidnight ? `${first} ${clock(from)}-24:00` : `${first} ${clock(from)} - ${last} ${clock(to)}`;
}

interface Widths {
  readonly bar: number;
  readonly detail: number;
}

function widthsOf({ columns = 0 }: Output): Widths {
  const missing = columns > 0 ? Math.max(0, WIDTH - columns) : 0;
  const fromBar = Math.min(missing, BAR - SHORTEST_BAR);
  return { bar: BAR - fromBar, detail: Math.max(0, DETAIL - (missing - fromBar)) };
}

function stageLine(stage: StageProgress, palette: Palette, nowMs: number, widths: Widths): string {
  const detail = pad(fit(detailOf(stage), widths.detail), widths.detail);
  return `  ${pad(stage.stage, NAME)}${bar(stage, palette, widths.bar)}  ${detail} ${pad(timeOf(stage, nowMs), 9, 'right')}`;
}

function plainStage(stage: StageProgress): string {
  const mark = stage.state === 'done' ? '' : `${stage.state}${stage.detail === '' ? '' : ': '}`;
  const took = timeOf(stage, 0);
  return `  ${pad(stage.stage, NAME)}${mark}${printable(stage.detail)}${took === '' ? '' : `  ${took}`}`.trimEnd();
}

function detailOf(stage: StageProgress): string {
  const { state, detail, done, total } = stage;
  if (state === 'waiting') return '';
  if (state === 'running' && detail === '' && total > 1) return `${String(done)} of ${String(total)}`;
  if (state === 'skipped') return detail === '' ? 'skipped' : printable(detail);
  return state === 'failed' ? `failed: ${printable(detail)}` : printable(detail);
}

function bar(stage: StageProgress, palette: Palette, width: number): string {
  const share = stage.total === 0 ? 1 : Math.min(1, stage.done / stage.total);
  const full = stage.state === 'done' ? width : stage.state === 'running' ? Math.floor(share * width) : 0;
  const text = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
  if (stage.state === 'failed') return palette.red(text);
  return stage.state === 'done' ? text : palette.dim(text);
}

function timeOf({ startedAt, endedAt, state }: StageProgress, nowMs: number): string {
  if (startedAt === null || state === 'skipped') return '';
  const end = endedAt === null ? nowMs : Date.parse(endedAt);
  return end === 0 ? '' : elapsed(Math.max(0, end - Date.parse(startedAt)));
}
