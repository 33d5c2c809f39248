import { send } from '../delivery/channels/send.ts';
import type { MailContent } from '../delivery/mail.ts';
import { markSending } from '../store/outbox.ts';
import type { DeliveryOutcome } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { chatOf, notConfigured } from './send-chat.ts';
import { attemptMail, type Sending } from './send-mail.ts';

/** The same in a chat and as a mail; each is made when it is needed. */
interface Short {
  readonly chat: () => string;
  readonly mail: () => MailContent;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives what an outbox row owes to its chat or its mailbox once. */
export async function sendShort(
  dependencies: ActivityDependencies,
  claimed: Omit<Sending, 'reference'>,
  { chat, mail: composed, headers }: Short,
): Promise<DeliveryOutcome> {
  const { config, pool, scrub } = dependencies;
  const { mail, fence, signal } = claimed;
  const channel = chatOf(config, mail.recipient);
  if (channel === null) return notConfigured(mail.recipient);
  if (channel !== undefined)
    return send({
      ...{ channel, text: chat(), scrub, signal },
      beforeSend: () => markSending(pool, mail.id, fence),
    });
  if (config.mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
  return attemptMail(dependencies, config.mail, claimed, composed(), headers);
}
