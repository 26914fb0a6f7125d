import type { ColorChoice } from './output-options.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a stream tells about itself; stdout and stderr can differ. */
export interface StreamFacts {
  readonly isTTY?: boolean;
  readonly columns?: number;
  getColorDepth?(env?: object): number;
}

/** Columns of a terminal; some do not know and say 0. */
export function widthOf(stream: StreamFacts): number | undefined {
  return stream.columns === 0 ? undefined : stream.columns;
}

/**
 * Whether one stream gets colors. The first that has something to say decides: the command line,
 * FORCE_COLOR, NO_COLOR, TERM=dumb, and at last whether the stream is a terminal. CI services that
 * show colors although they are no terminal (GITHUB_ACTIONS) get none unless FORCE_COLOR asks.
 */
export function isColored(choice: ColorChoice, env: Environment, stream: StreamFacts): boolean {
  if (choice !== 'auto') return choice === 'always';
  const forced = env['FORCE_COLOR'];
  // Set but empty counts as set, other than for NO_COLOR.
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true && (stream.getColorDepth?.(env) ?? 1) > 1;
}

/**
 * Whether signs beyond ASCII can be shown: the locale says UTF-8, or the terminal is one that is
 * known to be. Without a locale it is ASCII.
 */
export function isUnicode(env: Environment, platform: NodeJS.Platform = process.platform): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(Boolean);
  if (locale !== undefined) return /utf-?8/i.test(locale);
  return platform === 'darwin' || (platform === 'win32' && Boolean(env['WT_SESSION']));
}
