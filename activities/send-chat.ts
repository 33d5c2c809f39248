import type { AuditConfig } from '../audit/configuration.ts';
import { deliveryGroups, recipientsOf, type ChatChannel } from '../audit/delivery-groups.ts';
import { send, type ChannelOutcome } from '../delivery/channels/send.ts';
import { composeReportChat } from '../delivery/chat-text.ts';
import { markSending } from '../store/outbox.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { editionOf, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { Sending } from './send-mail.ts';

/** The chat behind a recipient of the outbox; null when it is not configured any more, undefined for a mail address. */
export function chatOf(config: AuditConfig, recipient: string): ChatChannel | null | undefined {
  if (recipient.includes('@')) return undefined;
  const found = recipientsOf(deliveryGroups(config)).find((place) => place.recipient === recipient);
  return found?.chat ?? null;
}

export function notConfigured(recipient: string): ChannelOutcome {
  return {
    state: 'rejected',
    detail: `${recipient} is not in the configuration any more`,
    retryAfterS: null,
  };
}

/** Posts a report's digest once. */
export async function sendChat(
  dependencies: ActivityDependencies,
  { mail, fence, signal, reference }: Omit<Sending, 'times'>,
): Promise<ChannelOutcome> {
  const { config, pool, scrub } = dependencies;
  const channel = chatOf(config, mail.recipient);
  if (channel == null) return notConfigured(mail.recipient);
  const report = await loadReport(dependencies, reference.reportHash);
  const { files } = await storedReport(dependencies, reference);
  const urls = reportUrls(config.reportBaseUrl, reference, files);
  return send({
    channel,
    text: composeReportChat({ report, urls, edition: editionOf(reference) }),
    scrub,
    beforeSend: () => markSending(pool, mail.id, fence),
    signal,
  });
}
