import { isolated } from '../audit/right-to-left.ts';
import { visibleText } from '../audit/visible-text.ts';
import type { Window } from '../audit/evidence.ts';
import { windowShort, windowTitle } from '../audit/window-title.ts';
import { oneLine } from './mail-view.ts';
import { wrapText } from './wrap-text.ts';
import type { MailContent } from './mail.ts';

export interface NoReport {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  /** A sentence of ours. */
  readonly reason: string;
}

/** Said in place of a report that could not be made: its absence must not look like a quiet night. */
export function composeNoReportMail(
  { bot, kind, window, reason }: NoReport,
  runUrl: string | null,
): MailContent {
  const name = oneLine(bot, 64);
  const subject = `[NO REPORT] ${name} ${windowShort(window)}: the ${kind} report could not be made`;
  const lines = [
    `There is no ${kind} report of ${name} for ${windowTitle(window)}.`,
    `Why: ${oneLine(reason, 1_000)}`,
    `Nothing is known of this window: it was neither good nor bad. Once the cause is gone, make it with`,
    `production-audit run --bot ${name} --kind ${kind} --from ${window.from} --to ${window.to} --deliver`,
    ...(runUrl === null ? [] : [`The run: ${runUrl}`]),
  ];
  const text = isolated(visibleText(wrapText(lines.join('\n\n'))));
  return {
    subject: isolated(visibleText(subject)),
    text,
    html: `<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"></head><body style="font:15px/1.5 sans-serif;overflow-wrap:anywhere">${lines
      .map((line) => `<p>${escaped(isolated(visibleText(line)))}</p>`)
      .join('')}</body></html>`,
    attachment: null,
    isUrgent: true,
    thread: `${bot}/${kind}`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
