/**
 * Stands in for an optional package that another package tries to load. Otherwise a copy in
 * node_modules, which a development tool needs, would be deployed.
 */
export {};
