import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { failure, FAILURE, toFailure } from '../../activities/failures.ts';
import { createScrubber } from '../../audit/scrub.ts';
import { createLogger } from '../../server/logger.ts';
import { PdfFailed } from '../../report/pdf/pdf-failed.ts';
import { OwnFault, SourceLost, SourceRefused } from '../../sources/errors.ts';
import { ArtifactDamaged, ArtifactsUnavailable } from '../../store/artifacts.ts';
import { StoreUnavailable } from '../../store/trouble.ts';
import { PERMANENT } from '../../workflows/failure-types.ts';

const secret = 'p@ss/w"rd canary';
const scrub = createScrubber([secret]);

test.each([
  [new SourceLost('gone'), 'SourceLost', false],
  [new SourceRefused('no'), 'SourceRefused', true],
  [new PdfFailed('crash', { retryable: true }), 'PdfFailed', false],
  [new PdfFailed('this report cannot be printed', { retryable: false }), 'PdfFailed', true],
  [new TypeError('bug'), 'TypeError', false],
])('%s becomes a failure whose type decides about retries', (error, type, nonRetryable) => {
  expect(toFailure(error, scrub)).toMatchObject({ type, nonRetryable });
});

test('permanent types are never retried, the others are', () => {
  for (const type of Object.values(FAILURE))
    expect(failure(type, 'x').nonRetryable).toBe(PERMANENT.includes(type));
});

const SPELLINGS = [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

test.each(SPELLINGS)('no secret reaches a failure, its stack or a log line: %s', (spelled) => {
  const error = new Error(`cannot connect to postgresql://reader:${spelled}@db/bot`);
  const made = toFailure(error, scrub);
  const lines: string[] = [];
  const logger = createLogger(scrub, (line) => lines.push(line));
  logger.log('error', error.message, { url: spelled, nested: { again: secret } });
  logger.temporal.warn('activity failed', { error });
  for (const text of [made.message, made.stack ?? '', ...lines]) {
    for (const one of SPELLINGS) expect(text).not.toContain(one);
  }
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error' });
});

test('the user part of any URL is removed even when nobody declared it a secret', () => {
  expect(createScrubber([])('see smtp://ops:hunter2@mail.test:25/x')).toBe(
    'see smtp://[secret]@mail.test:25/x',
  );
});

test('a secret across the place where a long message is cut leaves no half of itself', () => {
  const made = toFailure(failure(FAILURE.sourceLost, `${'x'.repeat(1_492)}${secret}`), scrub);
  expect(made.message).toHaveLength(1_500);
  expect(made.message).not.toContain(secret.slice(0, 8));
});

test('no secret reaches the details of a failure, however deep', () => {
  const details = [{ rows: [secret, 7, null], [secret]: { again: encodeURIComponent(secret) } }];
  const made = toFailure(ApplicationFailure.create({ message: 'x', details }), scrub);
  const text = JSON.stringify(made);
  for (const one of SPELLINGS) expect(text).not.toContain(one);
  expect(text).toContain('7,null');
});

test('the stack names files of the project without the place of this clone', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const error = new TypeError('bug');
  expect(error.stack).toContain(root);
  const stack = toFailure(error, scrub).stack ?? '';
  expect(stack).toContain('test/activities/failures.test.ts:');
  expect(stack).not.toContain(root);
});

test.each([
  ['57P01', 'terminating connection due to administrator command'],
  ['EROFS', 'EROFS: read-only file system'],
])('whose trouble it is depends on where it was raised: %s', (code, message) => {
  const raised = Object.assign(new Error(message), { code });
  expect(toFailure(raised, scrub)).toMatchObject({ type: 'Error' });
  expect(toFailure(new StoreUnavailable(raised, 'postgres://audit@store/audit'), scrub)).toMatchObject({
    type: FAILURE.storeUnavailable,
    nonRetryable: false,
  });
});

test.each([
  [new ArtifactsUnavailable('the folder is read-only')],
  [new ArtifactDamaged('missing')],
  [new OwnFault('too many open files')],
])('%s is ours, and waited for', (error) => {
  expect(toFailure(error, scrub)).toMatchObject({ type: FAILURE.storeUnavailable, nonRetryable: false });
});
