import { isCancellation } from '@temporalio/workflow';
import type { Notice } from '../audit/alerts/notice.ts';
import { alerting, noticing, unrecorded } from './activity-proxies.ts';
import { failureText } from './run-facts.ts';
import { isStoreAway } from './store-wait.ts';

/** What became of a notice. */
export interface NoticeEnd {
  readonly sent: number;
  /** Who did not get it, and why; empty when all did. */
  readonly failed: readonly string[];
}

/** Sends a notice to each of its recipients once; while our own store is away without a record. Throws only when cancelled. */
export async function sendNotice(notice: Notice): Promise<NoticeEnd> {
  try {
    const { mails, skipped } = await noticing.planNotice({ notice });
    if (skipped !== null) return { sent: 0, failed: [skipped] };
    const ends = await Promise.all(mails.map((mail) => delivered(mail, notice)));
    const failed = ends.filter((end) => end !== null);
    return { sent: ends.length - failed.length, failed };
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (!isStoreAway(error)) return { sent: 0, failed: [failureText(error)] };
    return withoutRecord(notice);
  }
}

async function delivered(mail: string, notice: Notice): Promise<string | null> {
  try {
    await alerting.deliverNotice({ mail, notice });
    return null;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failureText(error);
  }
}

async function withoutRecord(notice: Notice): Promise<NoticeEnd> {
  try {
    return await unrecorded.sendUnrecorded({ notice });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { sent: 0, failed: [failureText(error)] };
  }
}
