import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import MailComposer from 'nodemailer/lib/mail-composer';
import { isolated, isolatedHtml } from '../audit/right-to-left.ts';
import { visibleText } from '../audit/visible-text.ts';
import type { Severity } from '../audit/finding.ts';
import { sha256 } from '../audit/hash.ts';
import type { Colour, Edition, Report } from '../audit/report.ts';
import { windowStamp } from '../audit/time.ts';
import type { Sender } from './address.ts';
import { ROW_PX } from './hours-picture.ts';
import { attachmentName, mailView, type MailView } from './mail-view.ts';
import { wrapText } from './wrap-text.ts';

/** Mail servers refuse large messages; beyond this the mail links to the PDF. */
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachment: { readonly name: string; readonly bytes: Buffer } | null;
  /** The picture inside the message that `cid:hours` shows. */
  readonly picture?: Buffer;
  /** Of what cannot wait. */
  readonly isUrgent?: boolean;
  /** What belongs together in a mailbox: one bot's reports of one kind. */
  readonly thread?: string;
}

export interface MailRequest {
  readonly report: Report;
  readonly edition: Edition;
  readonly urls: Readonly<Record<string, string>>;
  /** Page of the run in the Web UI; absent or null: nobody knows where that is. */
  readonly runUrl?: string | null;
  /** Null when there is none that can be mailed; the mail says so. */
  readonly pdf: Buffer | null;
  /** Why there is none; absent or null: it could not be made. */
  readonly missing?: string | null;
  /** Absent: `file`. */
  readonly pdfAs?: AttachmentChoice;
  /** Head of the archive's chain, `42:1a2b3c4d5e6f`, by which a reader can check the archive later. Absent: none. */
  readonly archiveHead?: string;
  /** Sentences on the audit itself: what it delivered, and a watchdog that is silent. Absent: nothing to say. */
  readonly ownState?: readonly string[];
}

/** `link`: the recipient wants no file; `refused`: the server took it not for its size. */
export type AttachmentChoice = 'file' | 'link' | 'refused';

const template = (name: string, noEscape: boolean): HandlebarsTemplateDelegate =>
  Handlebars.compile(readFileSync(new URL(`../templates/${name}`, import.meta.url), 'utf8'), {
    strict: true,
    noEscape,
    explicitPartialContext: true,
  });
const htmlTemplate = template('mail-report.hbs', false);
const textTemplate = template('mail-report-text.hbs', true);

/** The report's mail: what to do, what changed, all findings by line, links, and the PDF when it is small enough. */
export function composeReportMail(request: MailRequest): MailContent {
  const {
    report,
    edition,
    urls,
    runUrl = null,
    pdf,
    pdfAs = 'file',
    missing = null,
    archiveHead = '',
    ownState = [],
  } = request;
  const tooLarge =
    pdf !== null && pdfAs !== 'link' && (pdfAs === 'refused' || pdf.length > MAX_ATTACHMENT_BYTES);
  const view = mailView({
    report,
    edition,
    urls,
    runUrl,
    archiveHead,
    ownState,
    degraded: pdf === null ? [missing ?? NO_PDF] : [],
    attachmentNote: tooLarge
      ? `The PDF has ${String(Math.ceil(pdf.length / 1024 / 1024))} MB and is not attached${pdfAs === 'refused' ? ', since the mail server refused its size' : ''}; use the link.`
      : '',
  });
  const name = attachmentName(report, windowStamp(report.window));
  return {
    subject: isolated(visibleText(view.subject)),
    text: isolated(wrapText(visibleText(textTemplate(view)).replace(/\n{3,}/g, '\n\n'))),
    html: isolatedHtml(visibleText(htmlTemplate(styled(view)))),
    ...(view.hours !== null && { picture: view.hours.png }),
    isUrgent: report.judgement.verdict === 'FAIL',
    thread: `${report.bot.name}/${report.kind}`,
    attachment: pdf === null || tooLarge || pdfAs === 'link' ? null : { name, bytes: pdf },
  };
}

const NO_PDF = 'the PDF could not be made; the other formats are complete';
const HOURS_CID = 'hours';
const ACCENTS: Readonly<Record<Colour, string>> = { GREEN: '#2e7d4f', YELLOW: '#8a6500', RED: '#b3261e' };
const FILLED = 'color:#ffffff;background-color:';
const OUTLINED = 'color:COLOUR;border:1px solid COLOUR;padding:0 5px;';
/** Colour, filled or outlined, and the word: told apart in grey, too. */
const BADGES: Readonly<Record<Severity, string>> = {
  CRITICAL: `${FILLED}#b3261e;`,
  HIGH: `${FILLED}#b45309;`,
  MEDIUM: OUTLINED.replaceAll('COLOUR', '#8a6a00'),
  LOW: OUTLINED.replaceAll('COLOUR', '#56616e'),
};
const BADGE = 'display:inline-block;padding:1px 6px;border-radius:3px;font-size:11px;font-weight:700;';

/** What the HTML part needs beside the words. Mail programs take style from the element alone. */
function styled(view: MailView): object {
  return {
    ...view,
    accent: ACCENTS[view.colour],
    cid: HOURS_CID,
    imageHeight: String(ROW_PX * (view.hours?.rows.length ?? 0)),
    findings: view.findings.map((finding) => ({
      ...finding,
      badge: `${BADGE}${BADGES[finding.severity]}`,
    })),
  };
}

export interface Envelope {
  readonly from: Sender;
  readonly to: string;
  /** Stable for one mail: a second copy is recognised by it. */
  readonly messageId: string;
  /** ISO 8601 UTC. */
  readonly date: string;
  /** What the mail is about, such as `X-Audit-Report`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The message as it goes over the wire. Content comes from memory only: files and URLs are switched off. */
export async function mailBytes(content: MailContent, envelope: Envelope): Promise<Buffer> {
  const { attachment, picture, isUrgent, thread } = content;
  const root = thread === undefined ? null : threadId(thread, envelope.messageId);
  const composer = new MailComposer({
    from: { ...envelope.from },
    to: { name: '', address: envelope.to },
    subject: content.subject,
    text: content.text,
    html: content.html,
    messageId: envelope.messageId,
    date: new Date(envelope.date),
    ...(root !== null && { inReplyTo: root, references: [root] }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(isUrgent === true && { 'X-Priority': '1 (Highest)', Importance: 'high' }),
      ...envelope.headers,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments: [
      ...(picture === undefined
        ? []
        : [
            {
              ...{ cid: HOURS_CID, content: picture, contentType: 'image/png' },
              ...{ filename: 'hours.png', contentDisposition: 'inline' as const },
            },
          ]),
      ...(attachment === null
        ? []
        : [{ filename: attachment.name, content: attachment.bytes, contentType: 'application/pdf' }]),
    ],
  });
  return composer.compile().build();
}

/** A Message-ID that nothing has: what all of a thread answer to, whichever of them is the first. */
function threadId(thread: string, messageId: string): string {
  return `<thread.${sha256(thread).slice(0, 32)}${messageId.slice(messageId.indexOf('@'))}`;
}
