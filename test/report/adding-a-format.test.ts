import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createRendering } from '../../activities/render.ts';
import type { RenderedText } from '../../activities/types.ts';
import { fileOf, FORMATS, type Format } from '../../audit/formats.ts';
import { plainText } from '../../audit/plain-text.ts';
import type { Edition, Report } from '../../audit/report.ts';
import { RENDERED_FORMATS, type RenderedFormat } from '../../report/formats.ts';
import { renderJson } from '../../report/json.ts';
import { startServer, type RunningServer } from '../../server/http-server.ts';
import { createReportSource } from '../../server/report-source.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { recordReport } from '../../store/reports.ts';
import { expectCodeOf } from '../support/page-code.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { sample } from './sample-report.ts';

const facts: readonly Format[] = [
  ...FORMATS,
  {
    id: 'txt',
    title: 'Text',
    extension: 'txt',
    mediaType: 'text/plain; charset=utf-8',
    browser: false,
  },
];

/** Verdict and findings, a line each: for a chat. */
function renderText(report: Report, edition: Edition): string {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const { bot, judgement, findings } = report;
  return [
    `${bot.name}: ${judgement.verdict}, revision ${String(edition.revision)}`,
    ...findings.map(({ severity, rule, title }) => `${severity} ${rule} ${plainText(title, figures)}`),
    '',
  ].join('\n');
}

let database: FreshDatabase;
let pool: ReturnType<typeof createPool>;
let server: RunningServer;
const artifacts = createArtifactStore(join(scratchDirectory('format'), 'artifacts'));

beforeAll(async () => {
  database = await freshDatabase({ name: 'format' });
  pool = createPool(database.url);
  await migrate(pool);
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    baseUrl: 'http://127.0.0.1',
    temporal: { uiUrl: null, namespace: 'default' },
    formats: facts,
    health: () => ({ ok: true, state: 'RUNNING' }),
    ready: () => Promise.resolve({}),
    onError: () => undefined,
    reports: createReportSource(pool, artifacts),
  });
});
afterAll(async () => {
  await server.close();
  await pool.end();
  await database.drop();
});

test('the page has the code of this test', () => expectCodeOf('adding-a-format.md', import.meta.filename));

test('a row and a function: rendered, archived, linked and served', async () => {
  const formats = facts.flatMap((format): RenderedFormat[] => {
    const own = RENDERED_FORMATS.find(({ id }) => id === format.id);
    return [own ?? { ...format, render: (report, edition) => ({ bytes: renderText(report, edition) }) }];
  });
  const { renderText: render, archiveReport } = createRendering(
    {
      ...{ artifacts, pool, scrub: String },
      config: { reportBaseUrl: `http://127.0.0.1:${String(server.port)}` },
    } as unknown as ActivityDependencies,
    formats,
  );
  const report = await recorded();
  const { files, failed } = await rendered(() => render({ report }));
  expect(failed).toEqual([]);
  expect(Object.keys(files)).toEqual(['json', 'md', 'data/appendices.md', 'html', 'txt']);
  const { urls } = await archiveReport({ report, files });

  const url = urls['txt'] ?? 'no link';
  expect(url).toMatch(/\/report\.txt$/);
  const answer = await fetch(url);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const [first, ...lines] = (await answer.text()).trimEnd().split('\n');
  expect(first).toBe(`demo: ${sample.judgement.verdict}, revision 1`);
  expect(lines).toHaveLength(sample.findings.length);
  const page = await (await fetch(`http://127.0.0.1:${String(server.port)}/reports`)).text();
  expect(page).toContain('report.txt">Text</a>');
  expect(fileOf('txt', facts)).toBe('report.txt');
});

test('one that cannot be made costs only itself', async () => {
  const broken = RENDERED_FORMATS.map((format) =>
    format.id === 'md' ? { ...format, render: () => Promise.reject(new Error('no ink')) } : format,
  );
  const dependencies = { artifacts, pool, config: {}, scrub: String } as unknown as ActivityDependencies;
  const { renderText: render } = createRendering(dependencies, broken);
  const { files, failed } = await rendered(async () => render({ report: await recorded() }));
  expect(Object.keys(files)).toEqual(['json', 'html']);
  expect(failed).toEqual(['md: no ink']);
});

/** In an activity's context, as the worker calls it. */
async function rendered(render: () => Promise<RenderedText>): Promise<RenderedText> {
  return new MockActivityEnvironment().run(render);
}

async function recorded() {
  const { hash: reportHash } = await artifacts.put(renderJson(sample));
  const { verdict, colour, overall } = sample.judgement;
  const key = { bot: sample.bot.name, kind: sample.kind, window: sample.window, reportHash };
  const reportedAt = '2026-11-20T08:05:00.000Z';
  const summary = { findings: [], figures: {} };
  const about = { scopeHash: 's', evidenceHash: 'e', verdict, colour, overall, reportedAt, summary };
  const { revision } = await recordReport(pool, { ...key, ...about });
  return { ...key, evidenceHash: 'e', revision, reportedAt };
}
