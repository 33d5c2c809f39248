import { deliveriesNamed, reopenDelivery, type Delivery } from '../store/deliveries.ts';
import { findReports } from '../store/reports.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { referenceTo } from './stored-report.ts';
import type { AuditActivities } from './types.ts';

type Reopening = Pick<AuditActivities, 'reopenDelivery'>;

/** Puts a delivery that failed back to be sent, or says in one sentence why not. */
export function createReopening({ pool }: ActivityDependencies): Reopening {
  return {
    async reopenDelivery({ delivery: prefix, evenIfDoubled = false }) {
      const found = await deliveriesNamed(pool, prefix);
      const [delivery, other] = found;
      if (delivery === undefined || other !== undefined)
        throw refused(
          delivery === undefined
            ? `There is no delivery ${prefix}. \`production-audit deliveries list\` shows those there are.`
            : `More than one delivery begins with ${prefix}: ${found.map(({ id }) => id.slice(0, 16)).join(', ')}.`,
        );
      const problem = retryProblem(delivery, evenIfDoubled);
      if (problem !== null) throw refused(problem);
      const { report } = delivery;
      const stored =
        report === null
          ? undefined
          : (await findReports(pool, { ...report, hashPrefix: report.reportHash })).find(
              ({ revision }) => revision === report.revision,
            );
      if (stored === undefined)
        throw refused(
          `Delivery ${short(delivery)} tells of ${delivery.reportKey}, of which there is no report.`,
        );
      if (!(await reopenDelivery(pool, delivery.id, evenIfDoubled)))
        throw refused(`Delivery ${short(delivery)} has changed in this moment; look again.`);
      return { mail: delivery.id, report: referenceTo(stored), was: delivery.state };
    },
  };
}

/** Why a delivery cannot be sent again; null when it can. */
export function retryProblem(delivery: Delivery, evenIfDoubled: boolean): string | null {
  const name = `Delivery ${short(delivery)} to ${delivery.recipient}`;
  switch (delivery.state) {
    case 'accepted':
      return `${name} was accepted; there is nothing to send again.`;
    case 'superseded':
      return `${name} is superseded: a newer report was sent in its place.`;
    case 'sending':
      return `${name} is being sent just now.`;
    case 'ambiguous':
      return evenIfDoubled
        ? null
        : `${name} may have arrived (${delivery.response ?? 'no answer came'}), so sending it again may double it. Ask the recipient, then say so with --even-if-doubled ({"evenIfDoubled": true}).`;
    case 'pending':
    case 'deferred':
    case 'rejected':
      return null;
  }
}

function short({ id }: Delivery): string {
  return id.slice(0, 12);
}

function refused(message: string): Error {
  return failure(FAILURE.invalidAuditInput, message);
}
