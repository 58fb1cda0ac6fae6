import { createHmac } from 'node:crypto';

export interface SignRequest {
  /** The id of the event, the same at every try. */
  readonly id: string;
  /** The moment of this try. */
  readonly atMs: number;
  readonly body: string;
  /** The secrets that a receiver may have; each gets a signature. */
  readonly secrets: readonly Buffer[];
}

/** Signs a body as Standard Webhooks 1.0.0 has it: `v1` over `id.timestamp.body`. */
export function signatureHeaders({ id, atMs, body, secrets }: SignRequest) {
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = secrets.map((secret) => {
    const signed = `${id}.${timestamp}.${body}`;
    return `v1,${createHmac('sha256', secret).update(signed, 'utf8').digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
