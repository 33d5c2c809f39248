import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { TemporalSecurity } from '../audit/configuration.ts';

const PATIENCE_MS = 3_000;
const DEFAULT_PORT = 7233;
/** What an HTTP/2 client says first: a server that is content answers it, one that is not has sent its alert by then. */
const HTTP2_PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

interface Place {
  readonly address: string;
  readonly security: TemporalSecurity;
}

/** Why the TLS handshake with a service fails, as a sentence with what to do; null when it does not, or nothing is there. */
export async function tlsProblem({ address, security }: Place): Promise<string | null> {
  const { tls } = security;
  if (tls === false) return null;
  const own = typeof tls === 'object' ? tls : {};
  const { host, port } = hostAndPort(address);
  const servername = own.serverNameOverride ?? (isIP(host) === 0 ? host : undefined);
  const outcome = await handshake({
    host,
    port,
    ...(servername !== undefined && { servername }),
    ...(own.serverRootCACertificate !== undefined && { ca: Buffer.from(own.serverRootCACertificate) }),
    ...(own.clientCertPair !== undefined && {
      cert: Buffer.from(own.clientCertPair.crt),
      key: Buffer.from(own.clientCertPair.key),
    }),
  });
  if (outcome === 'answered') return null;
  return sentence(outcome, address, servername ?? host, own);
}

/** Whether something speaks TLS at an address, whoever it says it is. */
export async function speaksTls(address: string): Promise<boolean> {
  const outcome = await handshake({ ...hostAndPort(address), rejectUnauthorized: false });
  return outcome === 'answered' || outcome.stage === 'after' || isAlert(outcome.code);
}

/** Whether anything takes a connection at an address. */
export function takesConnections(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ ...hostAndPort(address), timeout: PATIENCE_MS });
    const end = (takes: boolean) => () => {
      socket.destroy();
      resolve(takes);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

type Outcome =
  | 'answered'
  | {
      readonly stage: 'before' | 'after';
      readonly code: string;
      readonly names: string;
    };

/** Shakes hands and waits for the first bytes: TLS 1.3 refuses a client's certificate only after its own handshake. */
function handshake(options: ConnectionOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    let socket: TLSSocket;
    let stage: 'before' | 'after' = 'before';
    const fail = (code: string, error?: NodeJS.ErrnoException): void => {
      const names = (error as { cert?: { subjectaltname?: string } } | undefined)?.cert?.subjectaltname ?? '';
      resolve({ stage, code, names });
    };
    try {
      socket = connectTls({ ...options, ALPNProtocols: ['h2'], timeout: PATIENCE_MS });
    } catch (error) {
      fail((error as NodeJS.ErrnoException).code ?? 'ERR_TLS');
      return;
    }
    socket.once('secureConnect', () => {
      stage = 'after';
      socket.write(HTTP2_PREFACE);
    });
    socket.once('data', () => {
      resolve('answered');
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      fail(error.code ?? error.message, error);
    });
    socket.once('timeout', () => {
      fail('ETIMEDOUT');
      socket.destroy();
    });
    socket.once('close', () => {
      fail('ECLOSED');
    });
  });
}

const SILENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const NOT_TLS = new Set([
  'ECONNRESET',
  'ECLOSED',
  'EPIPE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

function sentence(
  { stage, code, names }: Exclude<Outcome, 'answered'>,
  address: string,
  name: string,
  own: Exclude<TemporalSecurity['tls'], boolean>,
): string | null {
  const certificate = `The certificate of Temporal at ${address}`;
  if (SILENT.has(code)) return null;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return (
      `${certificate} is not for ${name}${names === '' ? '' : ` (it is for ${names})`}. ` +
      'Set TEMPORAL_TLS_SERVER_NAME to a name that is in it, or correct TEMPORAL_ADDRESS.'
    );
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `${certificate} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'}. Renew it on the server, or check the clock here.`;
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' && own.serverRootCACertificate === undefined)
    return `${certificate} is signed by itself (${code}). Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to that certificate.`;
  if (/^(?:CERT_|UNABLE_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code))
    return own.serverRootCACertificate === undefined
      ? `${certificate} comes from an authority that is not trusted here (${code}). Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the authority's certificate.`
      : `${certificate} does not come from the authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH or _DATA (${code}). Name the one that signed it.`;
  if (/^ERR_(?:OSSL|CRYPTO)_|_NO_START_LINE$/.test(code))
    return `The client certificate and its key cannot be used (${code}). Check that TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together.`;
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
    return `What answers at ${address} is no Temporal service: it speaks TLS, and not HTTP/2. Correct TEMPORAL_ADDRESS.`;
  if (stage === 'before' && NOT_TLS.has(code))
    return `What answers at ${address} does not speak TLS (${code}), and TLS is on. Set TEMPORAL_TLS=false if that is right, or correct TEMPORAL_ADDRESS.`;
  return own.clientCertPair === undefined
    ? `Temporal at ${address} refuses the TLS handshake (${code}); it may want a client certificate. Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.`
    : `Temporal at ${address} refuses the TLS handshake (${code}), and with it our client certificate. Check TEMPORAL_TLS_CLIENT_CERT_PATH and that the server trusts who signed it.`;
}

function isAlert(code: string): boolean {
  return code.includes('_ALERT_');
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const [, host = address, port = ''] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: port === '' ? DEFAULT_PORT : Number(port) };
}
