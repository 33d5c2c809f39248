import { EVERYONE, type ChatChannel, type DeliveryGroup } from '../audit/delivery-groups.ts';
import { KINDS } from '../audit/kinds.ts';
import { addressProblem, distinctMailboxes } from '../delivery/address.ts';
import type { GroupFile } from './delivery-schema.ts';
import { insteadOf } from './nearest.ts';
import type { KeyPath } from './yaml-source.ts';

type Report = (key: KeyPath, message: string) => void;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const TOKEN = /^[A-Za-z0-9_-]+:[A-Za-z0-9_-]+$/;
const CHAT = /^(?:-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,})$/;

/** The groups of a configuration; what is wrong is reported under their keys. */
export function toGroups(
  file: Readonly<Record<string, GroupFile>>,
  hasMail: boolean,
  report: Report,
): readonly DeliveryGroup[] {
  return Object.entries(file).map(([name, group]) => {
    const at = (key: KeyPath, message: string): void => {
      report(['groups', name, ...key], message);
    };
    if (!NAME.test(name))
      at([], 'is not a name of a group: lower case letters, digits, ".", "_" and "-", such as ops.');
    if (name === EVERYONE) at([], 'is the name of the group of mail.recipients. Choose another.');
    checkPlaces(group, hasMail, at);
    return {
      name,
      kinds: group.kinds ?? null,
      verdicts: group.verdicts ?? null,
      minimumSeverity: group.minimumSeverity ?? null,
      format: group.format,
      mail: distinctMailboxes(group.mail ?? []),
      chats: chatsOf(group, at),
    };
  });
}

function checkPlaces({ mail, slack, telegram, kinds }: GroupFile, hasMail: boolean, at: Report): void {
  if (mail === undefined && slack === undefined && telegram === undefined)
    at([], 'reaches nobody. Give it mail, slack or telegram.');
  if (mail !== undefined && !hasMail) at(['mail'], 'needs the key "mail" of the file: the mail server.');
  mail?.forEach((address, index) => {
    const problem = addressProblem(address, 'ops@example.test');
    if (problem !== null) at(['mail', index], problem);
  });
  const known = KINDS.map(({ id }) => id);
  kinds?.forEach((kind, index) => {
    if (!known.includes(kind))
      at(['kinds', index], `is "${kind}", which is no report kind.${insteadOf('kind', kind, known)}`);
  });
}

function chatsOf({ slack, telegram }: GroupFile, at: Report): readonly ChatChannel[] {
  const chats: ChatChannel[] = [];
  if (slack !== undefined) {
    if (!isService(slack)) at(['slack'], 'is not the URL of a webhook, https://hooks.slack.com/services/...');
    chats.push({ kind: 'slack', webhookUrl: slack });
  }
  if (telegram !== undefined) {
    const { token, apiUrl } = telegram;
    const chat = String(telegram.chat);
    if (!TOKEN.test(token))
      at(['telegram', 'token'], 'is not the token of a bot, which is written 123456:letters.');
    if (!CHAT.test(chat))
      at(
        ['telegram', 'chat'],
        `is "${chat}". Expected the id of a chat, such as "-1001234567890", or @channel.`,
      );
    if (!isService(apiUrl)) at(['telegram', 'apiUrl'], 'is not a URL that begins with https://.');
    chats.push({ kind: 'telegram', token, chat, apiUrl });
  }
  return chats;
}

/** In the clear only on this machine. */
function isService(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username } = new URL(url);
  if (username !== '') return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  );
}

/** What of a group's secrets must not appear alone: the webhook's URL and path, the token and its secret half. */
export function chatSecrets(groups: readonly DeliveryGroup[]): readonly string[] {
  return groups.flatMap(({ chats }) =>
    chats.flatMap((chat) => {
      if (chat.kind === 'telegram') return [chat.token, chat.token.replace(/^[^:]*:/, '')];
      if (!URL.canParse(chat.webhookUrl)) return [chat.webhookUrl];
      const { pathname } = new URL(chat.webhookUrl);
      return [
        chat.webhookUrl,
        ...[pathname, pathname.slice(pathname.lastIndexOf('/') + 1)].filter((part) => part.length >= 8),
      ];
    }),
  );
}
