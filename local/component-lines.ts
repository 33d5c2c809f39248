import { elapsed, fit, pad, printable } from '../cli/ansi.ts';
import type { Output, Palette } from '../cli/ansi.ts';
import type { ComponentReport, StackProgress } from './component.ts';

const NAME = 20;
const DETAIL = 46;

export interface ComponentPrinter {
  update(progress: StackProgress): void;
  /** Clears what still moves; the lines stay. */
  done(): void;
}

/** One line a component when it is ready; in a terminal the last line counts the seconds of those that still start. */
export function createComponentPrinter(stream: Output, palette: Palette): ComponentPrinter {
  const starting = new Map<string, number>();
  const isLive = stream.isTTY === true;
  const clear = () => {
    if (isLive) stream.write('\r\u001b[2K');
  };
  const draw = () => {
    if (!isLive || starting.size === 0) return;
    const now = performance.now();
    const parts = [...starting].map(
      ([name, since]) => `${name} ${String(Math.floor((now - since) / 1000))} s`,
    );
    stream.write(`\r\u001b[2K  ${palette.dim(fit(`starting: ${parts.join(', ')}`, 76))}`);
  };
  const timer = isLive ? setInterval(draw, 250) : undefined;
  timer?.unref();
  return {
    update(progress) {
      clear();
      if (progress.type === 'starting') {
        starting.set(progress.name, performance.now());
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
  return `  ${pad(fit(title, NAME - 1), NAME)}${pad(fit(printable(detail), DETAIL), DETAIL)} ${pad(elapsed(tookMs), 9, 'right')}`;
}
