/** Where the real stress-ng is, and which it is. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface StressNg {
  /** File that can be run. */
  readonly program: string;
  /** `0.15.06`. */
  readonly version: string;
}

export const STRESS_NG = 'stress-ng';

/** How whoever lacks it gets it. */
export const HOW_TO_INSTALL =
  'install it (Debian, Ubuntu: apt-get install stress-ng; Fedora: dnf install stress-ng; ' +
  'Arch: pacman -S stress-ng), or say where it is with --stress-ng PATH';

/**
 * The program that `wanted` names, or else the one in PATH; undefined if there is none in PATH. Throws
 * UsageError for a wanted one that cannot be run, or is not stress-ng.
 */
export async function findStressNg(
  wanted: string | undefined,
  env: Environment,
): Promise<StressNg | undefined> {
  const program = wanted?.includes('/') === true ? wanted : inPath(wanted ?? STRESS_NG, env);
  if (program === undefined || !isProgram(program)) {
    if (wanted === undefined) return undefined;
    throw new UsageError(`--stress-ng takes a program that can be run, and '${wanted}' is none`);
  }
  const version = await versionOf(program);
  if (version !== undefined) return { program, version };
  throw new UsageError(
    `'${program} --version' does not say that it is stress-ng; name one that does`,
  );
}

function inPath(name: string, env: Environment): string | undefined {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `stress-ng, version 0.15.06 (gcc 12.2.0, x86_64 Linux 6.1.0)`. */
async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    return /^stress-ng,? version (\d+(?:\.\d+)+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
