import { Client, Connection } from '@temporalio/client';
import type { StackConnection } from '../local/state.ts';
import type { AuditProgress, AuditResult } from '../workflows/types.ts';
import { median, ratio, type Ratio } from './ratio.ts';

/** Stages whose work must be done before there is a PDF. */
const TO_PDF = ['resolve', 'collect', 'evaluate', 'assemble', 'render'];
const BAR = 1.2;

/** Whole audits through Temporal: start to the PDF's end, against the sum of the stages as the workflow timed them. */
export async function benchAudit(
  { temporalAddress, taskQueue }: Pick<StackConnection, 'temporalAddress' | 'taskQueue'>,
  rounds: number,
): Promise<{ readonly ratio: Ratio; readonly result: AuditResult }> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const client = new Client({ connection });
    // The first audit warms browser, bundle and caches; it is not counted.
    let last = await oneAudit(client, taskQueue, 'warm');
    const samples: { wallMs: number; stagesMs: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      last = await oneAudit(client, taskQueue, String(round));
      samples.push(last);
    }
    const wallMs = median(samples.map((sample) => sample.wallMs));
    const stagesMs = median(samples.map((sample) => sample.stagesMs));
    return {
      ratio: ratio('audit', 'start to PDF / sum of its stages', 'ms', wallMs, stagesMs, BAR),
      result: last.result,
    };
  } finally {
    await connection.close();
  }
}

async function oneAudit(
  client: Client,
  taskQueue: string,
  round: string,
): Promise<{ wallMs: number; stagesMs: number; result: AuditResult }> {
  const startedAt = Date.now();
  const handle = await client.workflow.start('productionAudit', {
    taskQueue,
    workflowId: `bench/${String(process.pid)}/${round}`,
    args: [{ last: '8h' }],
  });
  const result = (await handle.result()) as AuditResult;
  if (result.degraded.length > 0)
    throw new Error(`a degraded audit measures nothing: ${result.degraded.join('; ')}`);
  const { stages } = await handle.query<AuditProgress>('progress');
  const done = stages.filter(({ stage }) => TO_PDF.includes(stage));
  const stagesMs = done.reduce((total, stage) => total + at(stage.endedAt) - at(stage.startedAt), 0);
  const ended = Math.max(...done.map((stage) => at(stage.endedAt)));
  return { wallMs: ended - startedAt, stagesMs, result };
}

function at(time: string | null): number {
  if (time === null) throw new Error('a stage that ended has no time');
  return Date.parse(time);
}
