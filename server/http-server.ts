import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Window } from '../audit/evidence.ts';
import { fileOf, FORMATS, type Format } from '../audit/formats.ts';
import { runPage, type RunReference } from '../audit/run-page.ts';
import type { AuditConfig } from '../audit/configuration.ts';
import { windowStamp } from '../audit/time.ts';
import { indexPage } from './index-page.ts';
import type { ListedReport } from './listed-report.ts';
import { PortUnusable } from './port-unusable.ts';
import { parseRoute, type Revision, type Route } from './report-path.ts';

export interface FoundFile {
  readonly revision: number;
  /** Null: this revision has no such file. */
  readonly hash: string | null;
}

export interface LatestReport {
  readonly kind: string;
  readonly window: Window;
  /** Keys of its files. */
  readonly files: readonly string[];
}

/** Where the server reads from; it can do nothing else. */
export interface ReportSource {
  /** Newest first. */
  list(): Promise<readonly ListedReport[]>;
  /** The revision that answers, and the content hash of one of its files; null: there is no such report. */
  find(key: Revision & { readonly file: string }): Promise<FoundFile | null>;
  /** The revision that answers, and the run that gave it, which may not be known; null: there is no such report. */
  run(key: Revision): Promise<{ readonly revision: number; readonly run: RunReference | null } | null>;
  /** The newest archived report of a bot, of that kind or of any; null: there is none. */
  latest(bot: string, kind: string | null): Promise<LatestReport | null>;
  read(hash: string): Promise<Buffer>;
}

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly reports: ReportSource;
  /** Base URL under which people reach it; its host is accepted besides loopback names. */
  readonly baseUrl: string;
  /** Where the Web UI is, and which namespace the runs are in. */
  readonly temporal: Pick<AuditConfig['temporal'], 'uiUrl' | 'namespace'>;
  /** What it serves besides data files; all of ours when left out. */
  readonly formats?: readonly Format[];
  /** The worker's state, and whether it works: `RUNNING`. */
  health(): { readonly ok: boolean; readonly state: string };
  /** Each dependency by name, and what is wrong with it or null. */
  ready(): Promise<Readonly<Record<string, string | null>>>;
  /** What works less well than it should, by name; the worker is ready all the same. */
  degraded?(): Promise<Readonly<Record<string, string>>>;
  onError(error: unknown, target: string): void;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Errors of our own places that may pass. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['ArtifactsUnavailable', 'StoreUnavailable']);

/** The worker's HTTP side: health, readiness and the read-only reports. Fails when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onError(error, request.url ?? '');
      if (response.headersSent) response.destroy();
      else if (error instanceof Error && UNAVAILABLE.has(error.name))
        send(response, 503, TEXT, 'The archive does not answer just now; the worker log says why.\n');
      else send(response, 500, TEXT, 'The report could not be read; the worker log says why.\n');
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const keys = 'server.port, AUDIT_REPORT_PORT';
      reject(new PortUnusable('report server', options, keys, error.code ?? 'error'));
    });
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    send(response, 405, TEXT, 'This server is read-only.\n');
    return;
  }
  if (!isOurHost(request.headers.host, options)) {
    send(response, 421, TEXT, 'This name is not served here.\n');
    return;
  }
  const route = parseRoute(request.url ?? '', options.formats);
  if (route === null) {
    notFound(response);
    return;
  }
  switch (route.page) {
    case 'health': {
      const health = options.health();
      send(response, health.ok ? 200 : 503, JSON_TYPE, `${JSON.stringify(health)}\n`);
      return;
    }
    case 'ready': {
      const [checks, degraded] = await Promise.all([options.ready(), options.degraded?.()]);
      const ok = Object.values(checks).every((problem) => problem === null);
      send(
        response,
        ok ? 200 : 503,
        JSON_TYPE,
        `${JSON.stringify({ ok, checks, ...(degraded !== undefined && { degraded }) })}\n`,
      );
      return;
    }
    case 'index':
    case 'bot': {
      const [reports, degraded = {}] = await Promise.all([options.reports.list(), options.degraded?.()]);
      const bot = route.page === 'bot' ? route.bot : null;
      const shown = bot === null ? reports : reports.filter((report) => report.bot === bot);
      if (bot !== null && shown.length === 0) {
        notFound(response);
        return;
      }
      const page = indexPage(shown, {
        bot,
        uiUrl: options.temporal.uiUrl,
        formats: options.formats,
        warnings: Object.values(degraded),
      });
      send(response, 200, HTML, page, { 'Content-Security-Policy': PAGE_CSP });
      return;
    }
    case 'latest':
      await toLatest(route, response, options);
      return;
    case 'run':
      await toRun(route, response, options);
      return;
    case 'file':
      await sendFile(route, request, response, options);
  }
}

/** To the window's own address, which stays when the next report is there. */
async function toLatest(
  { bot, kind, file }: Extract<Route, { page: 'latest' }>,
  response: ServerResponse,
  { reports, formats = FORMATS }: ServerOptions,
): Promise<void> {
  const found = await reports.latest(bot, kind);
  if (found === null) {
    notFound(response);
    return;
  }
  const format = file ?? (found.files.includes('html') ? 'html' : (found.files[0] ?? 'json'));
  const location = `/reports/${bot}/${found.kind}/${windowStamp(found.window)}/${fileOf(format, formats)}`;
  redirect(response, location);
}

/** To the page of the run that gave a report; the report itself does not know where the Web UI is. */
async function toRun(
  asked: Revision,
  response: ServerResponse,
  { reports, temporal }: ServerOptions,
): Promise<void> {
  const found = await reports.run(asked);
  if (found === null) {
    notFound(response);
    return;
  }
  const page = found.run === null ? null : runPage(temporal, found.run);
  if (page !== null) {
    redirect(response, page);
    return;
  }
  const reason =
    found.run === null
      ? `Nobody noted which run gave revision ${String(found.revision)} of this report.`
      : `The run is ${found.run.workflowId} (${found.run.runId}); the address of the Web UI is not configured (temporal.uiUrl).`;
  send(response, 404, TEXT, `${reason}\n`);
}

function redirect(response: ServerResponse, location: string): void {
  send(response, 302, TEXT, `${location}\n`, { Location: location, 'Cache-Control': 'no-store' });
}

async function sendFile(
  route: Extract<Route, { page: 'file' }>,
  request: IncomingMessage,
  response: ServerResponse,
  { reports, formats = FORMATS }: ServerOptions,
): Promise<void> {
  const found = await reports.find(route);
  if (found === null) {
    notFound(response);
    return;
  }
  const { revision, hash } = found;
  const isData = route.file.startsWith('data/');
  if (hash === null) {
    const lacking = `${isData ? 'file ' : ''}${fileOf(route.file, formats)}`;
    const sentence = `Revision ${String(revision)} of this report has no ${lacking}.`;
    send(response, 404, TEXT, `${sentence} The list at /reports shows what it has.\n`);
    return;
  }
  const etag = `"${hash}"`;
  const extension = fileOf(route.file, formats).split('.').at(-1) ?? '';
  const type =
    formats.find((format) => format.extension === extension)?.mediaType ??
    DATA_TYPES[extension] ??
    'application/octet-stream';
  const name = isData
    ? route.file.slice('data/'.length)
    : `${route.bot}_${route.kind}_${windowStamp(route.window)}.${extension}`;
  const headers = {
    ETag: etag,
    'Cache-Control': 'no-cache',
    'Content-Disposition': `${isData ? 'attachment' : 'inline'}; filename="${name}"`,
    // Browsers show a PDF with a viewer of their own, which this policy would empty.
    ...(type !== 'application/pdf' && { 'Content-Security-Policy': PAGE_CSP }),
  };
  if (request.headers['if-none-match'] === etag) send(response, 304, type, '', headers);
  else send(response, 200, type, await reports.read(hash), headers);
}

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const DATA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
};
const PAGE_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { ...ALWAYS, 'Content-Type': type, 'Content-Length': bytes.length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

function notFound(response: ServerResponse): void {
  send(response, 404, TEXT, 'There is no such report. The list is at /reports.\n');
}

/** A page elsewhere must not read reports through a name of its own that resolves to this machine (DNS rebinding). */
function isOurHost(host: string | undefined, { baseUrl, host: bound }: ServerOptions): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const own = new URL(baseUrl).hostname.toLowerCase();
  return ['127.0.0.1', 'localhost', '[::1]', bound, own].includes(name);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
