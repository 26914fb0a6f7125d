import { munmapConformance } from '../testing/munmap-conformance.js';
import { pristine } from './pristine.js';

munmapConformance(pristine, []);
