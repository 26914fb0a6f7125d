import { expect, it } from 'vitest';
import { GATE_FORMATS } from './gate-formats.js';
import { GATES } from './testing/synthetic-gate.js';

it.each(GATE_FORMATS)('$name tells the verdict and every warning', async ({ help, load }) => {
  expect(help.length).toBeLessThanOrEqual(80);
  const render = await load();
  const text = render(GATES['regression']!, { color: false, unicode: true });
  expect(text).toContain('regression');
  expect(text).toContain('drift over rounds: pristine got 3.1 % slower');
  expect(text.endsWith('\n')).toBe(true);
});
