import { isolated } from '../audit/right-to-left.ts';
import { visibleText } from '../audit/visible-text.ts';
import type { MailContent } from './mail.ts';

/** A mail of a few lines, the same as text and as HTML. */
export function plainMail(subject: string, lines: string): MailContent {
  const text = isolated(visibleText(lines));
  return {
    subject: isolated(visibleText(subject)),
    text,
    html: `<!doctype html><html lang="en"><body><pre style="white-space: pre-wrap; font: 14px/1.5 sans-serif">${escaped(text)}</pre></body></html>`,
    attachment: null,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
