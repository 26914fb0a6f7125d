import { describe, expect, it } from 'vitest';
import { isColored, isUnicode, type Environment } from './terminal.js';
import type { ColorChoice } from './output-options.js';

const pipe = {};
const terminal = { isTTY: true, getColorDepth: () => 8 };
const monochrome = { isTTY: true, getColorDepth: () => 1 };

describe('isColored', () => {
  it.each<[ColorChoice, Environment, object, boolean]>([
    ['auto', {}, terminal, true],
    ['auto', {}, monochrome, false],
    ['auto', {}, pipe, false],
    ['auto', { NO_COLOR: '1' }, terminal, false],
    ['auto', { NO_COLOR: '' }, terminal, true],
    ['auto', { TERM: 'dumb' }, terminal, false],
    ['auto', { FORCE_COLOR: '' }, pipe, true],
    ['auto', { FORCE_COLOR: '1' }, pipe, true],
    ['auto', { FORCE_COLOR: 'true' }, pipe, true],
    ['auto', { FORCE_COLOR: '2' }, pipe, true],
    ['auto', { FORCE_COLOR: '3' }, pipe, true],
    ['auto', { FORCE_COLOR: '0' }, terminal, false],
    ['auto', { FORCE_COLOR: 'false' }, terminal, false],
    ['auto', { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, pipe, true],
    ['auto', { GITHUB_ACTIONS: 'true', CI: 'true' }, pipe, false],
    ['never', { FORCE_COLOR: '3' }, terminal, false],
    ['always', { NO_COLOR: '1', TERM: 'dumb' }, pipe, true],
    ['always', { FORCE_COLOR: '0' }, pipe, true],
    ['always', {}, terminal, true],
  ])('--color %s with %j on %o is %s', (choice, env, stream, expected) => {
    expect(isColored(choice, env, stream)).toBe(expected);
  });
});

describe('isUnicode', () => {
  it.each<[Environment, NodeJS.Platform, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, 'linux', true],
    [{ LANG: 'C.utf8' }, 'linux', true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', false],
    [{ LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, 'linux', true],
    [{}, 'linux', false],
    [{}, 'darwin', true],
    [{}, 'win32', false],
    [{ WT_SESSION: 'x' }, 'win32', true],
  ])('%j on %s: %s', (env, platform, expected) => {
    expect(isUnicode(env, platform)).toBe(expected);
  });
});
