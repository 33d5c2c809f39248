import { Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import type { AuditConfig } from '../audit/configuration.ts';
import { errorMessage } from '../audit/error-message.ts';
import { speaksTls, takesConnections, tlsProblem } from './temporal-probe.ts';

/** Which service, and which part of it. */
export type TemporalPlace = Pick<AuditConfig['temporal'], 'address' | 'namespace' | 'security'>;

/** A Temporal service that cannot be used; the message says why and what to do. */
export class TemporalUnusable extends Error {
  override readonly name = 'TemporalUnusable';
}

/** gRPC's status codes, those that tell something. */
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** What the SDK's client and its worker connect with. */
export function connectionOptions({ address, security }: TemporalPlace): {
  readonly address: string;
} & Pick<ConnectionOptions, 'tls' | 'metadata'> & { readonly apiKey?: string } {
  const { tls, apiKey, metadata } = security;
  return {
    address,
    tls,
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata: { ...metadata } }),
  };
}

/**
 * A connection whose server has answered and knows the namespace: the one way to Temporal of command line, stack and
 * worker. @throws TemporalUnusable
 */
export async function connectTemporal(place: TemporalPlace, patienceMs = 10_000): Promise<Connection> {
  // The SDK would try a handshake that was refused again until its patience ends, and then not say why.
  const refused = await tlsProblem(place);
  if (refused !== null) throw new TemporalUnusable(refused);
  const connection = Connection.lazy({ ...connectionOptions(place), connectTimeout: patienceMs });
  try {
    await connection.ensureConnected();
    await connection.withDeadline(Date.now() + patienceMs, () => knowsNamespace(connection, place.namespace));
    return connection;
  } catch (error) {
    await connection.close();
    throw new TemporalUnusable(await whyUnusable(error, place), { cause: error });
  }
}

async function knowsNamespace(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    // A test server has one namespace and no such call.
    if (grpcError(error)?.code !== UNIMPLEMENTED) throw error;
  }
}

async function whyUnusable(error: unknown, place: TemporalPlace): Promise<string> {
  const { address, namespace, security } = place;
  const { code, details } = grpcError(error) ?? { code: null, details: errorMessage(error) };
  const said = security.apiKey === undefined ? details : details.replaceAll(security.apiKey, '<redacted>');
  if (code === NOT_FOUND)
    return (
      `Temporal at ${address} has no namespace "${namespace}". Set TEMPORAL_NAMESPACE (or temporal.namespace) to one that ` +
      `it has, or create it: \`temporal operator namespace create --namespace ${namespace}\`.`
    );
  if (code === UNAUTHENTICATED || code === PERMISSION_DENIED)
    return security.apiKey === undefined
      ? `Temporal at ${address} lets nobody into the namespace "${namespace}" without credentials (${said}). Set TEMPORAL_API_KEY.`
      : `Temporal at ${address} refuses the API key for the namespace "${namespace}" (${said}). Check TEMPORAL_API_KEY and TEMPORAL_NAMESPACE.`;
  if (code !== null && code !== UNAVAILABLE && code !== DEADLINE_EXCEEDED)
    return `What answers at ${address} cannot be used as Temporal: ${said}. Correct TEMPORAL_ADDRESS.`;
  if (!(await takesConnections(address)))
    return `Temporal does not answer at ${address}. Start it with \`production-audit up\`, or set TEMPORAL_ADDRESS.`;
  if (security.tls === false && (await speaksTls(address)))
    return (
      `Temporal at ${address} wants TLS, and it is off. Set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH when ` +
      'an authority of your own signed its certificate.'
    );
  return `Something takes connections at ${address}, and does not answer as Temporal does (${said}). Correct TEMPORAL_ADDRESS, or look at that server's log.`;
}

/** The SDK wraps what the server said. */
function grpcError(error: unknown): { readonly code: number; readonly details: string } | null {
  for (let at = error; at instanceof Error; at = at.cause)
    if (isGrpcServiceError(at)) return { code: at.code, details: at.details };
  return null;
}
