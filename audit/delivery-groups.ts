import { severityRank, type Severity } from './finding.ts';
import type { Verdict } from './report.ts';
import { baseKind } from './kinds.ts';

/** Where a chat message goes. Webhook URL and token are secrets, resolved; never logged, never in Temporal. */
export type ChatChannel =
  | { readonly kind: 'slack'; readonly webhookUrl: string }
  | {
      readonly kind: 'telegram';
      readonly token: string;
      /** `-1001234567890` or `@name`. */
      readonly chat: string;
      /** How calls begin: `https://api.telegram.org`. */
      readonly apiUrl: string;
    };

/** Who gets which reports, how and when. Inputs name groups, never addresses. */
export interface DeliveryGroup {
  readonly name: string;
  /** Report kinds; null: every one. */
  readonly kinds: readonly string[] | null;
  /** Null: every one. */
  readonly verdicts: readonly Verdict[] | null;
  /** Only reports with a finding of this severity or a worse one; null: every report. */
  readonly minimumSeverity: Severity | null;
  /** The PDF attached to mails, or a link to it. */
  readonly format: 'pdf' | 'link';
  readonly mail: readonly string[];
  readonly chats: readonly ChatChannel[];
}

/** The group of `mail.recipients`: everyone gets every report. */
export const EVERYONE = 'everyone';

/** What a configuration says of who gets reports. */
export interface Addressees {
  readonly mail: { readonly recipients: readonly string[] } | null;
  readonly groups?: readonly DeliveryGroup[];
}

/** One place that gets one message: a mail address, or a chat of a group as `slack:ops`, which is no address. */
export interface Recipient {
  readonly recipient: string;
  readonly format: 'pdf' | 'link';
  /** Null for mail. */
  readonly chat: ChatChannel | null;
}

/** All groups there are, everyone first. */
export function deliveryGroups({ mail, groups = [] }: Addressees): readonly DeliveryGroup[] {
  if (mail === null || mail.recipients.length === 0) return groups;
  const everyone: DeliveryGroup = {
    name: EVERYONE,
    ...{ kinds: null, verdicts: null, minimumSeverity: null, format: 'pdf' },
    ...{ mail: mail.recipients, chats: [] },
  };
  return [everyone, ...groups];
}

export interface Told {
  readonly kind: string;
  /** Null when there is no report to tell of: that is told whatever verdicts a group asks for. */
  readonly said: { readonly verdict: Verdict; readonly severities: readonly Severity[] } | null;
}

/** Groups that want this report; those that are named get it whatever they want. */
export function groupsFor(
  groups: readonly DeliveryGroup[],
  { kind, said }: Told,
  named?: readonly string[],
): readonly DeliveryGroup[] {
  if (named !== undefined) return groups.filter(({ name }) => named.includes(name));
  return groups.filter(
    ({ kinds, verdicts, minimumSeverity }) =>
      (kinds?.includes(baseKind(kind)) ?? true) &&
      (said === null ||
        ((verdicts?.includes(said.verdict) ?? true) && reaches(said.severities, minimumSeverity))),
  );
}

function reaches(severities: readonly Severity[], least: Severity | null): boolean {
  return least === null || severities.some((severity) => severityRank(severity) <= severityRank(least));
}

/** Each place once, however many of the groups it is in; the PDF wins over the link. */
export function recipientsOf(groups: readonly DeliveryGroup[]): readonly Recipient[] {
  const found = new Map<string, Recipient>();
  for (const { name, format, mail, chats } of groups) {
    const places = [
      ...mail.map((recipient): Recipient => ({ recipient, format, chat: null })),
      ...chats.map((chat): Recipient => ({ recipient: `${chat.kind}:${name}`, format, chat })),
    ];
    for (const place of places) {
      const key = place.recipient.toLowerCase();
      const known = found.get(key);
      if (known === undefined) found.set(key, place);
      else if (format === 'pdf') found.set(key, { ...known, format });
    }
  }
  return [...found.values()];
}

/** Whether this place wants the PDF or the link; one that is in no group any more is refused anyway. */
export function formatFor(config: Addressees, recipient: string): 'pdf' | 'link' {
  const wanted = recipient.toLowerCase();
  const places = recipientsOf(deliveryGroups(config));
  return places.find((place) => place.recipient.toLowerCase() === wanted)?.format ?? 'pdf';
}

/** Every mail address that may get anything: what no envelope may go beyond. */
export function allowedAddresses(config: Addressees): readonly string[] {
  return recipientsOf(deliveryGroups(config)).flatMap(({ recipient, chat }) =>
    chat === null ? [recipient] : [],
  );
}
