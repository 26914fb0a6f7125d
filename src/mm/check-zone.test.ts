import { describe } from 'vitest';
import { BLOCK, BLOCK_SHIFT, FRAME, FRAME_COUNT_ONE, FRAME_WORDS, POOL } from './layout.js';
import { expectFound, type Plant } from './testing/victim.js';

const ZONE: Plant[] = [
  {
    what: 'a block whose frames go round in a circle',
    plant: ({ words, km, block }) => {
      const head = words[block + BLOCK.head]!;
      km.frames[head * FRAME_WORDS + FRAME.state] = (1 << 31) | head;
    },
    says: /^zone block \d+ comes back to frame \d+$/,
  },
  {
    what: 'a block that ends early',
    plant: ({ words, km, block }) => {
      km.frames[words[block + BLOCK.head]! * FRAME_WORDS + FRAME.state] = 1 << 31;
    },
    says: /^zone block \d+ ends after 1 of \d+ frames$/,
  },
  {
    what: 'a block that goes on',
    plant: ({ words, block }) => (words[block + BLOCK.free]! -= 1),
    says: /^zone block \d+ goes on after its \d+ frames$/,
  },
  {
    what: 'a listed frame in use',
    plant: (victim) => {
      const head = victim.words[victim.block + BLOCK.head]!;
      victim.km.frames[victim.stateOf(head)] = FRAME_COUNT_ONE;
    },
    says: /^zone block \d+ lists frame \d+, which is in use$/,
  },
  {
    what: 'a frame on the list of another block',
    plant: ({ words, block, blockNumber }) => {
      words[block + BLOCK.head] = (blockNumber + 1) << BLOCK_SHIFT;
    },
    says: /^zone block \d+ lists foreign frame \d+$/,
  },
  {
    what: 'a listed block without free frames',
    plant: ({ words, block }) => (words[block + BLOCK.free] = 0),
    says: /^zone block \d+ is listed and has no free frame$/,
  },
  {
    what: 'a queue of blocks in a circle',
    plant: ({ words, block, zone }) => (words[block + BLOCK.next] = words[zone + POOL.head]!),
    says: /^zone block \d+ comes back to frame \d+$/,
  },
  {
    what: 'a queue of blocks with another end',
    plant: ({ words, zone }) => (words[zone + POOL.tail]! += 1),
    says: /^zone queue does not end at its last block$/,
  },
  {
    what: 'a wrong count of free frames',
    plant: ({ words, zone }) => (words[zone + POOL.free]! += 1),
    says: /^zone blocks list \d+ of \d+ free frames$/,
  },
];

describe('of the zone, the audit finds', () => {
  expectFound(ZONE);
});
