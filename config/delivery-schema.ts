import { z } from 'zod';
import { SEVERITIES } from '../audit/finding.ts';

const list = (text: string) => z.array(z.string()).min(1).max(20).optional().describe(text);

const CHAT = { error: 'is not the id of a chat, such as -1001234567890, or "@channel" in quotes.' };

const group = z.strictObject({
  mail: list('Mail addresses; each gets a message of its own.'),
  slack: z
    .string()
    .optional()
    .describe('Incoming webhook of Slack, as ${VAR} or ${file:/path}: its URL is a secret.'),
  telegram: z
    .strictObject({
      token: z.string().describe('Token of the bot that posts, as ${VAR} or ${file:/path}.'),
      chat: z
        .union([z.string(), z.int(CHAT)], CHAT)
        .describe('Id of a chat, such as -1001234567890, or "@name" of a channel.'),
      apiUrl: z.string().default('https://api.telegram.org').describe('How calls begin.'),
    })
    .optional()
    .describe('A chat of Telegram.'),
  kinds: z
    .array(z.string())
    .max(20)
    .optional()
    .describe('Report kinds that the group gets; [] none: it is for alerts. Left out: every one.'),
  verdicts: z
    .array(z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']))
    .min(1)
    .optional()
    .describe('Verdicts that the group is told of. Left out: every one.'),
  minimumSeverity: z
    .enum(SEVERITIES)
    .optional()
    .describe('Only reports with a finding of this severity or a worse one. Left out: every report.'),
  format: z
    .enum(['pdf', 'link'])
    .default('pdf')
    .describe('Whether mails have the PDF attached or link to it. Chats always link.'),
});

/** The key `groups`: stakeholders by name. */
export const groups = z
  .record(z.string(), group)
  .default({})
  .describe(
    'Name -> who gets which reports, how and when. A run names groups (`--deliver-to`), never addresses. `everyone` is mail.recipients.',
  );

export type GroupFile = z.output<typeof group>;
