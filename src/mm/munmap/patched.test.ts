import { munmapConformance } from '../testing/munmap-conformance.js';
import { patched } from './patched.js';

munmapConformance(patched, [
  {
    reason:
      'RFC v3 zaps under read, between a hold for write that marks VM_DEAD and one that frees',
    manner: { holds: ['write', 'read', 'write'], zapsUnder: 'read' },
  },
]);
