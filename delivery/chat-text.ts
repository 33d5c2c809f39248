import type { Edition, Report } from '../audit/report.ts';
import { mailView } from './mail-view.ts';

export interface ChatRequest {
  readonly report: Report;
  readonly edition: Edition;
  readonly urls: Readonly<Record<string, string>>;
}

/** A report in a chat: its verdict, what is wrong, what to do, and where to read it. */
export function composeReportChat({ report, edition, urls }: ChatRequest): string {
  const view = mailView({
    report,
    edition,
    urls,
    degraded: [],
    ownState: [],
    attachmentNote: '',
    archiveHead: '',
  });
  return [
    view.subject,
    view.lead,
    view.why,
    ...view.actions.map(({ number, title }) => `${number}. ${title}`),
    ...view.links.slice(0, 1).map(({ title, url }) => `${title}: ${url}`),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
