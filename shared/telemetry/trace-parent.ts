/** The place in a trace where a call came from. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED_FLAG = 0x01;

/** W3C Trace Context, section 3.2. Undefined: none, or not one of this version. */
export function parseTraceParent(text: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0;
  return { traceId, spanId, isSampled };
}
