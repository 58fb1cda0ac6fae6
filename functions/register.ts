import { app } from '@azure/functions';
import { loadServices } from '../shared/composition/app.ts';
import { type AnyEndpoint, methodsOf } from '../shared/http/endpoint.ts';
import { serve } from '../shared/http/serve.ts';

/** Registers an endpoint as the HTTP function of its name, methods and route. */
export function register(endpoint: AnyEndpoint): void {
  app.http(endpoint.name, {
    methods: [...methodsOf(endpoint)],
    authLevel: 'anonymous',
    route: endpoint.route,
    handler: serve(endpoint, loadServices),
  });
}
