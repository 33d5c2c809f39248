/** What Node and OpenSSL say of a certificate; their advice after it is for who wrote the program. */
const CERTIFICATE = /\bcertificate|\bself-signed|\bissuer|\baltnames/i;
const NO_TLS = /wrong version number|packet length too long|tls_validate_record_header/i;

/**
 * Why TLS with a mail server did not come about, as one sentence; null when the failure is another one. `upgrading`:
 * the server had said 220 to STARTTLS.
 */
export function tlsFailure(message: string, host: string, upgrading: boolean): string | null {
  const [said = message] = message.split(/[;\n]/);
  if (CERTIFICATE.test(message))
    return `the certificate of the mail server ${host} is not trusted here (${said.trim()}); NODE_EXTRA_CA_CERTS names an authority of your own`;
  if (NO_TLS.test(message)) return `what the mail server ${host} answers to TLS is no TLS`;
  return upgrading
    ? `the mail server ${host} took STARTTLS, and the connection ended before TLS stood (${said.trim()})`
    : null;
}
