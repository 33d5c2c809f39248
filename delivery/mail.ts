import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import MailComposer from 'nodemailer/lib/mail-composer';
import { withoutControls } from '../audit/control-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { windowStamp } from '../audit/time.ts';
import type { Sender } from './address.ts';
import { attachmentName, mailView } from './mail-view.ts';

/** Mail servers refuse large messages; beyond this the mail links to the PDF. */
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachment: { readonly name: string; readonly bytes: Buffer } | null;
}

export interface MailRequest {
  readonly report: Report;
  readonly edition: Edition;
  readonly urls: Readonly<Record<string, string>>;
  /** Null when it could not be made; the mail says so. */
  readonly pdf: Buffer | null;
  /** Absent: `file`. */
  readonly pdfAs?: AttachmentChoice;
  /** Head of the archive's chain, `42:1a2b3c4d5e6f`, by which a reader can check the archive later. Absent: none. */
  readonly archiveHead?: string;
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

/** The report's mail: its first page in a few lines, links, and the PDF when it is small enough. */
export function composeReportMail(request: MailRequest): MailContent {
  const { report, edition, urls, pdf, pdfAs = 'file', archiveHead = '' } = request;
  const tooLarge =
    pdf !== null && pdfAs !== 'link' && (pdfAs === 'refused' || pdf.length > MAX_ATTACHMENT_BYTES);
  const view = mailView({
    report,
    edition,
    urls,
    archiveHead,
    degraded: pdf === null ? ['the PDF could not be made; the other formats are complete'] : [],
    attachmentNote: tooLarge
      ? `The PDF has ${String(Math.ceil(pdf.length / 1024 / 1024))} MB and is not attached${pdfAs === 'refused' ? ', since the mail server refused its size' : ''}; use the link.`
      : '',
  });
  const name = attachmentName(report, windowStamp(report.window));
  return {
    subject: withoutControls(view.subject),
    text: withoutControls(textTemplate(view)).replace(/\n{3,}/g, '\n\n'),
    html: withoutControls(htmlTemplate(view)),
    attachment: pdf === null || tooLarge || pdfAs === 'link' ? null : { name, bytes: pdf },
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
  const { attachment } = content;
  const composer = new MailComposer({
    from: { ...envelope.from },
    to: { name: '', address: envelope.to },
    subject: content.subject,
    text: content.text,
    html: content.html,
    messageId: envelope.messageId,
    date: new Date(envelope.date),
    headers: { 'Auto-Submitted': 'auto-generated', ...envelope.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments:
      attachment === null
        ? []
        : [{ filename: attachment.name, content: attachment.bytes, contentType: 'application/pdf' }],
  });
  return composer.compile().build();
}
