import { elapsed, fit, pad, printable } from '../cli/ansi.ts';
import type { Output, Palette } from '../cli/ansi.ts';
import type { ComponentReport, StackProgress } from './component.ts';

const NAME = 20;
const DETAIL = 46;
const BAR = 8;
const WIDTH = 80;
/** Without a terminal a download is told this often. */
const LINE_EVERY_MS = 5_000;

export interface ComponentPrinter {
  update(progress: StackProgress): void;
  /** Clears what still moves; the lines stay. */
  done(): void;
}

interface Starting {
  readonly sinceMs: number;
  readonly growth: { readonly doneMb: number; readonly totalMb: number } | null;
  /** When its growth was last told on a line of its own. */
  readonly toldMs: number;
}

/**
 * One line a component when it is ready. In a terminal the last line shows those that still start: the seconds, and a bar
 * for what is downloaded or unpacked. Elsewhere a download is a line every five seconds.
 */
export function createComponentPrinter(
  stream: Output,
  palette: Palette,
  {
    isLive,
    now = () => performance.now(),
  }: {
    /** Whether the last line can be drawn again. */ readonly isLive: boolean;
    readonly now?: () => number;
  },
): ComponentPrinter {
  const starting = new Map<string, Starting>();
  const clear = () => {
    if (isLive) stream.write('\r\u001b[2K');
  };
  const draw = () => {
    if (!isLive || starting.size === 0) return;
    // What grows comes first: it is what one waits for, and the end of the line may be cut off.
    const parts = [...starting]
      .sort(([, a], [, b]) => Number(b.growth !== null) - Number(a.growth !== null))
      .map(([name, state]) => `${name} ${growthBar(state) ?? seconds(state, now())}`);
    const columns = stream.columns ?? 0;
    const width = Math.min(columns > 0 ? columns : WIDTH, WIDTH) - 4;
    stream.write(`\r\u001b[2K  ${palette.dim(fit(`starting: ${parts.join(', ')}`, width))}`);
  };
  const timer = isLive ? setInterval(draw, 250) : undefined;
  timer?.unref();
  return {
    update(progress) {
      clear();
      if (progress.type === 'starting') {
        starting.set(progress.name, { sinceMs: now(), growth: null, toldMs: now() });
      } else if (progress.type === 'growing') {
        const before = starting.get(progress.name) ?? { sinceMs: now(), growth: null, toldMs: now() };
        const isDue = !isLive && now() - before.toldMs >= LINE_EVERY_MS;
        // What is downloaded is unpacked from there to elsewhere: the size falls, and nothing is lost.
        const doneMb = Math.max(progress.doneMb, before.growth?.doneMb ?? 0);
        const growth = { doneMb, totalMb: progress.totalMb };
        const state = { ...before, growth, ...(isDue && { toldMs: now() }) };
        starting.set(progress.name, state);
        if (isDue) stream.write(`${line(progress.name, growthText(growth), now() - state.sinceMs)}\n`);
      } else {
        starting.delete(progress.component.name);
        stream.write(`${componentLine(progress.component)}\n`);
      }
      draw();
    },
    done() {
      clearInterval(timer);
      clear();
    },
  };
}

/** `  PostgreSQL 18.4     127.0.0.1:54321                             1.0 s`. */
export function componentLine({ name, version, detail, tookMs }: ComponentReport): string {
  const title = version === null ? name : `${name} ${version.split('.').slice(0, 3).join('.')}`;
  return line(title, detail, tookMs);
}

function line(title: string, detail: string, tookMs: number): string {
  return `  ${pad(fit(title, NAME - 1), NAME)}${pad(fit(printable(detail), DETAIL), DETAIL)} ${pad(elapsed(tookMs), 9, 'right')}`;
}

function growthBar({ growth }: Starting): string | null {
  if (growth === null) return null;
  const full = Math.min(BAR, Math.floor((growth.doneMb / growth.totalMb) * BAR));
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${growthText(growth)}`;
}

/** A download is unpacked in the same place: past its size the rest is that. */
function growthText({ doneMb, totalMb }: { readonly doneMb: number; readonly totalMb: number }): string {
  return doneMb > totalMb ? 'unpacking' : `${String(doneMb)} of ${String(totalMb)} MB`;
}

function seconds({ sinceMs }: Starting, nowMs: number): string {
  return `${String(Math.floor((nowMs - sinceMs) / 1000))} s`;
}
