import { expect, test } from 'vitest';
import { MEMORY_DEFAULTS, memoryOf, unusualMemory } from './memory.js';

test('what is left out is the default, and the default is left out', () => {
  expect(memoryOf({})).toEqual(MEMORY_DEFAULTS);
  expect(unusualMemory(MEMORY_DEFAULTS)).toEqual({});
  const unusual = { backing: 'tmpfs', thp: 'never', linux: '4.17' } as const;
  expect(unusualMemory(unusual)).toEqual(unusual);
  expect(memoryOf(unusual)).toEqual(unusual);
  expect(Object.keys(unusualMemory({ ...MEMORY_DEFAULTS, thp: 'always' }))).toEqual(['thp']);
});
