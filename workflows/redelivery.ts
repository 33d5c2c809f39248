import { setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import type { Delivered } from '../activities/types.ts';
import { light, mailing } from './activity-proxies.ts';
import { plain } from './details.ts';
import { forgetInherited, inOwnWords } from './run-facts.ts';
import { parseRedeliveryInput, type RedeliveryInput } from './schedule-input.ts';

/** Sends one delivery that failed again; one that may have arrived only when the input says that it may be doubled. */
export async function redelivery(
  input?: RedeliveryInput,
  ...more: readonly unknown[]
): Promise<Delivered & { readonly delivery: string }> {
  return inOwnWords(async () => {
    forgetInherited();
    const { mail, report, was } = await light.reopenDelivery(parseRedeliveryInput(input, more));
    setCurrentDetails(`Delivery \`${mail}\` of ${plain(report.bot, 63)}, ${was} before, is sent again.`);
    const delivered = await mailing.deliverMail.executeWithOptions({ summary: 'once more' }, [
      { mail, report },
    ]);
    return { delivery: mail, ...delivered };
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, redelivery);
