import { z } from 'zod';

const days = (least: number, standard: number, text: string) =>
  z.int().min(least).max(36_500).default(standard).describe(text);

/** The key `retention`: periods of our own store, and who approves what goes. */
export const retention = z
  .strictObject({
    snapshotsDays: days(
      45,
      120,
      'Days for which monitoring snapshots are kept; whole months go. More than the longest period that a report reads.',
    ),
    evidenceDays: days(
      30,
      400,
      "Days for which a report's evidence is kept, since a run last made or used it. Without it `explain` and `render` cannot work.",
    ),
    reportsDays: days(
      31,
      1_830,
      'Days for which reports are kept with all their formats. At least evidenceDays.',
    ),
    mailsDays: days(
      31,
      1_830,
      'Days for which the ledger of mails is kept; never shorter than the report that was mailed.',
    ),
    unreferencedDays: days(
      14,
      45,
      'Days for which a file that no report points at is kept. At least the retention of the Temporal namespace.',
    ),
    maxSharePercent: z
      .int()
      .min(1)
      .max(100)
      .default(40)
      .describe('A purge that would remove more of a class ends with PurgeTooLarge and removes nothing.'),
    approvalHours: z
      .int()
      .min(1)
      .max(336)
      .default(72)
      .describe('Hours for which a planned purge waits for its approval.'),
    selfApprove: z
      .boolean()
      .default(false)
      .describe('Whether the scheduled purge approves its own plan, once a dry run was made.'),
  })
  .prefault({})
  .describe(
    'How long our own store keeps what it has. Nothing is removed before a first dry run, and held reports never.',
  );
