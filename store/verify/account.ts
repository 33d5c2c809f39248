import { canonicalJson, sha256 } from '../../audit/hash.ts';
import { windowStamp } from '../../audit/time.ts';
import type { EntryKind } from '../chain.ts';
import { problem, type Problem } from './problem.ts';

/** What audit.report_said gives of a report's row. */
export interface SaidReport {
  readonly bot: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly scope: string;
  readonly revision: number;
  readonly report: string;
}

/** Where the chain last told of a thing, and the hash of what it said. */
export interface Told {
  readonly seq: number;
  readonly digest: string;
}

/** What the store must hold, by what its chain says. */
export interface Account {
  readonly reports: ReadonlyMap<string, Told>;
  /** Hashes of all reports that were ever stored. */
  readonly everStored: ReadonlySet<string>;
  /** Ids of mails that a server accepted. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Id of a purge -> hash of its tombstone. */
  readonly purges: ReadonlyMap<string, string>;
  /** Ids of purges that removed reports or mails. */
  readonly purgers: ReadonlyMap<string, number>;
  readonly botPurges: ReadonlyMap<string, Told>;
  /** Takes the next entry; what is wrong with it, or null. */
  enter(seq: number, text: string): Problem | null;
}

type Body = Readonly<Record<string, unknown>>;

export function createAccount(): Account {
  const reports = new Map<string, Told>();
  const everStored = new Set<string>();
  const accepted = new Map<string, number>();
  const purges = new Map<string, string>();
  const purgers = new Map<string, number>();
  const botPurges = new Map<string, Told>();

  const report = (seq: number, said: SaidReport): void => {
    reports.set(reportKey(said), { seq, digest: digestOf(said) });
    everStored.add(said.report);
  };
  const botPurge = (seq: number, said: { readonly id: string }): void => {
    botPurges.set(said.id, { seq, digest: digestOf(said) });
  };

  const ENTER: Readonly<Record<EntryKind, (seq: number, body: Body) => Problem | null>> = {
    genesis(seq, body) {
      for (const said of body['reports'] as readonly SaidReport[]) report(seq, said);
      for (const said of body['purges'] as readonly { purge: string; hash: string }[])
        purges.set(said.purge, said.hash);
      for (const said of body['botPurges'] as readonly { id: string }[]) botPurge(seq, said);
      for (const said of body['mails'] as readonly { mail: string }[]) accepted.set(said.mail, seq);
      return null;
    },
    'report stored'(seq, body) {
      const said = body['report'] as SaidReport;
      const before = reports.get(reportKey(said));
      if (before !== undefined)
        return problem(
          `${reportText(said)} was stored at entry ${String(before.seq)} of the chain and again at entry ${String(seq)}, and no purge removed it in between: its row was deleted by hand.`,
          'Restore the row of the earlier one from a backup, and find out who deletes rows of the store.',
        );
      report(seq, said);
      return null;
    },
    'report confirmed': changed,
    'files attached': changed,
    'evidence purged': changed,
    'reports purged'(seq, body) {
      for (const said of body['reports'] as readonly SaidReport[]) reports.delete(reportKey(said));
      purgers.set(String(body['purge']), seq);
      return null;
    },
    'mail accepted'(seq, body) {
      accepted.set(String(body['mail']), seq);
      return null;
    },
    'mail purged'(seq, body) {
      accepted.delete(String(body['mail']));
      purgers.set(String(body['purge']), seq);
      return null;
    },
    'purge ended'(_seq, body) {
      purges.set(String(body['purge']), String(body['hash']));
      return null;
    },
    'bot purge ended'(seq, body) {
      botPurge(seq, body['botPurge'] as { id: string });
      return null;
    },
  };

  function changed(seq: number, body: Body): null {
    report(seq, body['report'] as SaidReport);
    return null;
  }

  return {
    ...{ reports, everStored, accepted, purges, purgers, botPurges },
    enter(seq, text) {
      try {
        const body = JSON.parse(text) as Body;
        const enter = ENTER[body['entry'] as EntryKind] as (typeof ENTER)[EntryKind] | undefined;
        if (enter !== undefined && (body['entry'] === 'genesis') === (seq === 1)) return enter(seq, body);
      } catch {
        // Said below.
      }
      return problem(
        `Entry ${String(seq)} of the chain is not one that this program writes.`,
        'If a newer release was used with this store, verify with that one; else restore audit.chain from a backup.',
      );
    },
  };
}

export function digestOf(said: unknown): string {
  return sha256(canonicalJson(said));
}

export function reportKey({ bot, kind, from, to, scope, revision }: SaidReport): string {
  return JSON.stringify([bot, kind, from, to, scope, revision]);
}

/** `Report demo/production/20261120T0000Z-20261120T0800Z revision 1`. */
export function reportText({ bot, kind, from, to, revision }: Omit<SaidReport, 'scope' | 'report'>): string {
  return `Report ${bot}/${kind}/${windowStamp({ from, to })} revision ${String(revision)}`;
}
