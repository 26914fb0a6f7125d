import { expect, it } from 'vitest';
import { oneLine } from './one-line.js';

it('oneLine keeps a message on one line and cannot be used to paint the terminal', () => {
  expect(oneLine("not '1\r\n2\t3'")).toBe(String.raw`not '1\r\n2\t3'`);
  expect(oneLine('\u001b[31mred\u0000\u2028\u202e')).toBe(
    String.raw`\u001b[31mred\u0000\u2028\u202e`,
  );
  expect(oneLine("not 'gr\u00f6\u00dfer \u{1f427}'")).toBe("not 'gr\u00f6\u00dfer \u{1f427}'");
});
