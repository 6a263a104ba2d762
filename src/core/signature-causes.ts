/**
 * Why a signature is refused: the mistake of the client by its name in the journal, and the sentence about it in the log, the
 * journal and docs/clients.md. What is in braces is replaced by what was sent or signed.
 */
export const signatureCauses = {
  'wrong-secret': 'the SecretKey belongs to another credential, has white space around it, or is the SecretId',
  'wrong-hash': 'the hash does not match SignatureMethod; without SignatureMethod=HmacSHA256 it is HmacSHA1',
  'signature-not-encoded': 'Signature was not percent-encoded: its + arrived as a space',
  'signature-too-long': 'the signature is too long to be one',
  'values-encoded-before-signing': 'values were percent-encoded before signing',
  'wrong-order': 'parameters were sorted wrongly; the order is by the bytes of the name, capitals first',
  'underscores-not-replaced': 'underscores in names were not replaced by dots',
  'array-signed-as-text':
    'a list was signed as the text Array, which PHP makes of it, and not by the names that were sent',
  'empty-value-not-signed': 'a parameter with an empty value was sent but not signed',
  'empty-value-not-sent': '{name} was signed with an empty value but not sent',
  'undefined-signed-as-empty': 'a value was signed as empty, but sent as undefined, null or NaN',
  'wrong-method': 'the signed method is {signed}, but {sent} was sent',
  'wrong-host': 'the signed host or port differs: {signed}',
  'wrong-path': 'the signed path differs: {signed}',
  'wrong-query': 'the signed query differs in order or encoding from the one that was sent',
  'wrong-content-type': 'the signed Content-Type differs from the one that was sent',
  'wrong-signed-headers': 'SignedHeaders differs from the headers that were signed, or from their order',
  'wrong-payload-hash': 'the payload hash differs; HashedRequestPayload is the SHA-256 of the body as it is sent',
  'local-date-in-scope': 'the date in the scope is not {date}, the UTC date of X-TC-Timestamp',
  'wrong-signed-date': 'the signed date differs from the scope; it is the UTC date of X-TC-Timestamp',
  'wrong-service-in-scope': 'the service in the scope must be `{service}`',
  'wrong-signed-service': 'the signed service differs from the scope',
  'wrong-end-of-scope': 'the scope must end in `tc3_request`',
  'request-too-long': 'unknown; the request is too long to try known mistakes',
  'too-many-headers': 'unknown; more than 100 signed headers are too many to try known mistakes',
  unknown: 'unknown; the SecretKey may be wrong',
} as const satisfies Record<string, string>

export type SignatureCause = keyof typeof signatureCauses

/** Returns the sentence about a cause, with these values in it. */
export const mistakeOf = (cause: SignatureCause, values: Readonly<Record<string, string>> = {}): string =>
  signatureCauses[cause].replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] || 'none')
