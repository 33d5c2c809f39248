import './worker-file-threads.ts';
import { tmpdir } from 'node:os';
import { makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { errorMessage } from './audit/error-message.ts';
import { createActivities } from './activities/index.ts';
import type { AuditConfig } from './audit/configuration.ts';
import { createScrubber } from './audit/scrub.ts';
import { asTyped } from './config/command-name.ts';
import { environment, loadConfig, type Environment } from './config.ts';
import { endWorker } from './worker-end.ts';
import { createThreadedEvaluation } from './worker-evaluation.ts';
import { createLazyPdf } from './worker-pdf.ts';
import { startServer } from './server/http-server.ts';
import { createLogger, type AuditLogger } from './server/logger.ts';
import { mustBeFree, PortUnusable } from './server/port-unusable.ts';
import { readiness, workersProblem, type RoleWorker } from './server/readiness.ts';
import { createReportSource } from './server/report-source.ts';
import { prepareSearchAttributes } from './server/search-attributes.ts';
import { connectionOptions, connectTemporal, TemporalUnusable } from './server/temporal-connection.ts';
import { restoreWatchdogMetric, watchdogSilence } from './server/watchdog-silence.ts';
import { registry } from './sections/index.ts';
import type { ArtifactPlace } from './store/artifact-place.ts';
import { removeProfiles } from './store/leftovers.ts';
import { migrate } from './store/migrate.ts';
import { openArtifacts } from './store/open-artifacts.ts';
import { createPool } from './store/pool.ts';
import { StoreUnavailable } from './store/trouble.ts';
import { workflowBundle } from './worker-bundle.ts';
import { createRoleWorkers, runRoles, slotsProblem } from './worker-roles.ts';

/** A store that hangs is named before the attempt of a small activity is over, which takes 30 s at most. */
const STORE_MS = 20_000;
const FAILED = 3;
/** Everything is closed or given up: the process ends by itself, which `process.exit` might not. */
const end = { begun: false };

/** Their messages say what to do, and where in our code they were thrown helps nobody. */
const SPEAKING = [StoreUnavailable, TemporalUnusable, PortUnusable];

/** Configuration -> dependencies -> activities -> Worker.run, until a signal. */
async function run(
  config: AuditConfig,
  env: Environment,
  logger: AuditLogger,
  scrub: (text: string) => string,
): Promise<void> {
  const { temporal } = config;
  if (config.metrics !== null)
    await mustBeFree('metrics', config.metrics, 'metrics.port, AUDIT_METRICS_PORT');
  installRuntime(config, logger);
  const pool = createPool(config.storeUrl, {
    queryMs: STORE_MS,
    onError: (error) => {
      logger.log('warn', 'an idle connection to the store was lost', { error: error.message });
    },
  });
  const migrating = createPool(config.storeUrl, { max: 1 });
  const applied = await migrate(migrating);
  await migrating.end();
  if (applied.length > 0) logger.log('info', 'store migrated', { applied });
  // Says in one sentence why a service cannot be used, which the worker's own connection does not.
  await (await connectTemporal(temporal)).close();
  const connection = await NativeConnection.connect(connectionOptions(temporal));
  const attributes = await prepareSearchAttributes(connection, temporal.namespace, temporal.searchAttributes);
  logger.log(attributes.enabled ? 'info' : 'warn', 'search attributes', { ...attributes });
  await restoreWatchdogMetric(pool, Runtime.instance().metricMeter);
  const artifacts = openArtifacts(config);
  const evaluation = createThreadedEvaluation(config);
  const pdf = createLazyPdf(config.chromiumPath, env);
  tidyUp(artifacts, logger);
  const late = slotsProblem(config);
  if (late !== null) logger.log('warn', late);
  let workers: readonly RoleWorker[] = [];
  const server = await startServer({
    ...config.server,
    reports: createReportSource(pool, artifacts),
    baseUrl: config.reportBaseUrl,
    temporal,
    health: () => {
      const states = workers.map(({ worker }) => worker.getState());
      const ended = states.find((state) => state === 'FAILED' || state === 'STOPPED');
      return { ok: ended === undefined, state: ended ?? states[0] ?? 'STARTING' };
    },
    ready: () => readiness(workers, connection, pool, artifacts),
    ...(config.bots.some(({ asOf }) => asOf === null) && { degraded: () => watchdogSilence(pool) }),
    onError: (error, target) => {
      logger.log('error', 'a request failed', {
        target,
        error: errorMessage(error),
      });
    },
  });
  workers = await createRoleWorkers(
    temporal,
    () => workflowBundle(env['NODE_ENV'] === 'production', logger.temporal),
    {
      connection,
      activities: createActivities({
        config,
        registry,
        pool,
        artifacts,
        evaluation,
        pdf,
        searchAttributes: attributes.enabled,
        scrub,
        typed: (text) => asTyped(text, env),
        log: (level, message, facts) => {
          logger.log(level, message, facts);
        },
      }),
    },
  );
  const running = runRoles(workers);
  announce(workers, server.port, temporal.taskQueue, logger);
  try {
    await running;
  } finally {
    end.begun = true;
    await endWorker(
      {
        server: () => server.close(),
        pdf: () => pdf.close(),
        evaluation: () => evaluation.close(),
        temporal: () => connection.close(),
        store: () => pool.end(),
      },
      logger,
    );
  }
}

/** What killed workers left goes while this one already works; a folder that hangs keeps nobody waiting. */
function tidyUp(place: ArtifactPlace, logger: AuditLogger): void {
  Promise.all([removeProfiles(tmpdir()), place.removeHalfWritten()]).then(
    ([profiles, artifacts]) => {
      if (profiles + artifacts > 0)
        logger.log('info', 'leftovers of killed workers were removed', { profiles, artifacts });
    },
    (error: unknown) => {
      logger.log('warn', 'leftovers of killed workers could not be removed', { error: errorMessage(error) });
    },
  );
}

/** One line when the worker polls: what start scripts wait for. */
function announce(
  workers: readonly RoleWorker[],
  port: number,
  taskQueue: string,
  logger: AuditLogger,
): void {
  const timer = setInterval(() => {
    if (workersProblem(workers) !== null) return;
    clearInterval(timer);
    logger.log('info', 'ready', {
      taskQueue,
      reportPort: port,
      ...(workers.some(({ role }) => role !== 'main') && { roles: workers.map(({ role }) => role) }),
    });
  }, 50);
  timer.unref();
}

function installRuntime({ metrics }: AuditConfig, logger: AuditLogger): void {
  Runtime.install({
    logger: logger.temporal,
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metrics !== null && {
        metrics: {
          prometheus: { bindAddress: `${metrics.host}:${String(metrics.port)}`, countersTotalSuffix: true },
        },
      }),
    },
  });
}

const env = environment();
const started = createLogger(createScrubber([]), (line) => process.stdout.write(line));
try {
  const config = await loadConfig(undefined, env);
  const scrub = createScrubber(config.secrets);
  const logger = createLogger(scrub, (line) => process.stdout.write(line));
  try {
    await run(config, env, logger, scrub);
  } catch (error) {
    logger.log('error', 'the worker ended', {
      error:
        error instanceof Error && !SPEAKING.some((type) => error instanceof type)
          ? (error.stack ?? error.message)
          : errorMessage(error),
    });
    if (end.begun) process.exitCode = FAILED;
    else process.exit(FAILED);
  }
} catch (error) {
  started.log('error', errorMessage(error));
  process.exit(FAILED);
}
