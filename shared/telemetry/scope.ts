/** The instrumentation scope: name of the meter and of the tracer. */
export const SCOPE = 'portal-credentials';
