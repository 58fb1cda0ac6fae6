/**
 * In place of a package that another one would like to have, tries to load and does without. What
 * happened to lie in node_modules, for a development tool, would be deployed otherwise.
 */
export {};
