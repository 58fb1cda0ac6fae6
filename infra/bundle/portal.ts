/**
 * Makes the portal one page: style, script and texts are inside it, each allowed by its hash, so
 * that one round trip shows it and no deployment can mix two versions. It lies beside the bundle
 * in each content coding, with the policy that it needs.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { webDarkTheme, webLightTheme } from '@fluentui/tokens';
import { build } from 'esbuild';
import { type PortalText, portalEn } from '../../functions/portal/text/en.ts';
import { portalFr } from '../../functions/portal/text/fr.ts';
import { CROCKFORD_ALPHABET } from '../../shared/credential/crockford.ts';
import { spokenForm } from '../../shared/credential/temporary-password.ts';
import type { Catalogue } from '../../shared/http/text/en.ts';
import { en } from '../../shared/http/text/en.ts';
import { fr } from '../../shared/http/text/fr.ts';

const PORTAL = fileURLToPath(new URL('../../functions/portal', import.meta.url));
/** The browsers of two years, which the style (nesting, :has) and the script (popover) need. */
const TARGET = ['chrome120', 'edge120', 'firefox125', 'safari17.4'];

/** The mode of a build: for deployment, or quick, for development. */
export interface BuildMode {
  /** True skips what only a deployment needs: minified code and small transfers. */
  readonly isDevelopment: boolean;
}

type Theme = Readonly<Record<string, string | number>>;

async function bundle(entry: string, { isDevelopment }: BuildMode): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: PORTAL,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: !isDevelopment,
    ...(isDevelopment && { sourcemap: 'inline' }),
    charset: 'utf8',
    format: 'esm',
    target: TARGET,
    legalComments: 'inline',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text.trim() ?? '';
}

/** Returns the design tokens that the style names; an unknown name ends the build. */
function tokenStyle(style: string): string {
  const names = [
    ...new Set(style.match(/(?<=var\(--)(?:color|shadow|font|lineHeight)\w+/g)),
  ].sort();
  const declare = (theme: Theme, from: readonly string[]) =>
    from.map((name) => {
      const value = theme[name];
      if (value === undefined) throw new Error(`the design system has no token ${name}`);
      return `--${name}:${value}`;
    });
  const light: Theme = webLightTheme;
  const dark: Theme = webDarkTheme;
  const different = names.filter((name) => light[name] !== dark[name]);
  return (
    `:root{color-scheme:light dark;${declare(light, names).join(';')}}` +
    `@media(prefers-color-scheme:dark){:root{${declare(dark, different).join(';')}}}`
  );
}

/** Makes the spaces of French before `: ; ? !` and inside quotation marks unbreakable. */
function withFrenchSpaces(json: string): string {
  return json.replace(/ (?=[:;?!»])/g, '\u00a0').replace(/« /g, '«\u00a0');
}

/** @returns the texts of the page in one language, as JSON */
function textsOf(
  portal: PortalText,
  { role, temporaryPasswordInstructions, spokenDigits }: Catalogue,
): string {
  const symbols = Array.from(CROCKFORD_ALPHABET);
  const words = spokenForm(CROCKFORD_ALPHABET, spokenDigits);
  const spoken = Object.fromEntries(symbols.map((symbol, index) => [symbol, words[index]]));
  return JSON.stringify({ ...portal, role, temporaryPasswordInstructions, spoken });
}

/** Escapes what would end a script element or begin a comment in it. */
function insideScript(text: string): string {
  return text.replace(/<!--/g, '\\u003c!--').replace(/<\/(?=script)/gi, '<\\/');
}

function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

function contentSecurityPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

/** Builds the files that the portal's function serves, by name below `portal/`. */
export async function buildPortal(mode: BuildMode): Promise<ReadonlyMap<string, Uint8Array>> {
  const [template, icon, ownStyle, ownScript] = await Promise.all([
    readFile(join(PORTAL, 'page.html'), 'utf8'),
    readFile(join(PORTAL, 'brand/logo.svg'), 'utf8'),
    bundle('style/portal.css', mode),
    bundle('script/main.ts', mode),
  ]);
  const style = tokenStyle(ownStyle) + ownStyle;
  const script = insideScript(ownScript);
  const iconUrl = `data:image/svg+xml,${encodeURIComponent(icon.trim())}`;
  const french = withFrenchSpaces(textsOf(portalFr, fr));
  const texts = insideScript(`{"en":${textsOf(portalEn, en)},"fr":${french}}`);
  const parts: Readonly<Record<string, string>> = {
    title: `<title>${portalEn.product}</title>`,
    icon: `<link rel="icon" href="${iconUrl}">`,
    style: `<style>${style}</style>`,
    noscript: `<noscript>${portalEn.noScript} ${portalFr.noScript}</noscript>`,
    texts: `<script type="application/json" id="texts">${texts}</script>`,
    script: `<script type="module">${script}</script>`,
  };
  const frame = template.replace(/^\s+/gm, '');
  const filled = frame.replace(/<!--(\w+)-->/g, (_, name: string) => parts[name] ?? '');
  const page = Buffer.from(filled);
  const effort = mode.isDevelopment ? 1 : 11;
  return new Map<string, Uint8Array>([
    ['page.html', page],
    [
      'page.html.br',
      brotliCompressSync(page, { params: { [constants.BROTLI_PARAM_QUALITY]: effort } }),
    ],
    ['page.html.gz', gzipSync(page, { level: mode.isDevelopment ? 1 : 9 })],
    ['content-security-policy.txt', Buffer.from(contentSecurityPolicy(style, script))],
  ]);
}
