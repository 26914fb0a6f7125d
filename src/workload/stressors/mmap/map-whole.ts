/** The mapping that an operation begins with, and what a child does when it fails. */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { MAP, READ_WRITE } from '../../../mm/uapi.js';
import { sleep } from '../../nap.js';
import { NOWHERE, type Child } from './child.js';

const NAP_NS = 100_000_000;

/**
 * In an address space that instances share, each has a slot of its own: a region that is unmapped may
 * not become somebody else's before its pages are mapped back. Slots begin where nothing is placed
 * otherwise, at the 2^32nd page, and are of 2^24 pages (64 GiB) at least.
 */
const FIRST_SLOT_PAGE = 2 ** 32;
const SLOT_PAGES_MIN = 2 ** 24;
const SLOT_GUARD_PAGES = 512;

/** True when the region is mapped; false when it is to be tried again, if not for ever. */
export function* mapWhole(child: Child): Op<boolean> {
  const { calls, draws, setting } = child;
  const { form, bytes } = setting;
  const hint = form.drawsHint && draws.bit() ? NOWHERE : 0;
  const flag = draws.flag(form.flags) & ~child.masked;
  const slot = child.task.setting.sharedMm ? slotOf(child) : undefined;
  const place = slot ?? hint;
  const flags = child.mapFlags | flag | (slot === undefined ? 0 : MAP.fixedNoReplace);
  const address = yield* calls.mmap(place, bytes, READ_WRITE, flags, child.file);
  if (address >= 0) {
    child.address = address;
    if (form.successClearsFailures) child.failures = 0;
    return true;
  }
  child.failures += 1;
  const mask = form.masks.find((masked) => (flag & masked) !== 0);
  // For good: no later mapping is populated, neither the region nor its pages.
  if (child.populates) child.populates = false;
  else if (mask !== undefined) child.masked |= mask;
  else if (child.failures > 1) yield* sleep(child.task.cpu, NAP_NS);
  return false;
}

/** Address of the instance's slot, bytes. */
function slotOf({ task, setting }: Child): number {
  const pages = Math.max(SLOT_PAGES_MIN, 2 ** Math.ceil(Math.log2(setting.pages)));
  const first = FIRST_SLOT_PAGE + task.cpu.task * (pages + SLOT_GUARD_PAGES);
  return first * PAGE_SIZE;
}
